"""predictions"""

import sqlalchemy as sa
from alembic import op

revision = "predictions"
down_revision = "security"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True)
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "prediction_model",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.String(12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("checksum", sa.String(64), nullable=False),
        sa.Column("schema_hash", sa.String(16), nullable=False),
        sa.Column("origin", sa.String(10), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("metrics", JSON, nullable=False),
        sa.Column("data", JSON, nullable=False),
        sa.Column("parameters", JSON, nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("promoted_at", INSTANT, nullable=True),
        sa.Column("promoted_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["promoted_by"], ["user.id"], name=op.f("fk_prediction_model_promoted_by_user"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prediction_model")),
        sa.UniqueConstraint("version", name=op.f("uq_prediction_model_version")),
    )
    champion = sa.text("status = 'champion'")
    op.create_index(
        "ix_prediction_model_one_champion",
        "prediction_model",
        ["status"],
        unique=True,
        sqlite_where=champion,
        postgresql_where=champion,
    )
    op.create_table(
        "prediction",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("habit_id", sa.Uuid(), nullable=False),
        sa.Column("for_day", sa.Date(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("version", sa.String(12), nullable=False),
        sa.Column("source", sa.String(5), nullable=False),
        sa.Column("probability", sa.Float(), nullable=False),
        sa.Column("chance", sa.Float(), nullable=False),
        sa.Column("risk", sa.String(6), nullable=False),
        sa.Column("age", sa.Integer(), nullable=False),
        sa.Column("experts", JSON, nullable=False),
        sa.Column("reasons", JSON, nullable=False),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.Column("kept", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id", "habit_id"],
            ["habit.user_id", "habit.id"],
            name=op.f("fk_prediction_user_id_habit_id_habit"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "habit_id", "for_day", name=op.f("pk_prediction")),
    )
    op.create_index("ix_prediction_user_id_for_day", "prediction", ["user_id", "for_day"])
    op.create_index("ix_prediction_for_day", "prediction", ["for_day"])
    op.create_table(
        "prediction_trust",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.String(12), nullable=False),
        sa.Column("losses", JSON, nullable=False),
        sa.Column("scored_for", sa.Date(), nullable=True),
        sa.Column("leased_until", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_prediction_trust_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_prediction_trust")),
    )
    op.create_table(
        "training_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("requested_at", INSTANT, nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=True),
        sa.Column("started_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("stage", sa.String(60), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("failed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["requested_by"], ["user.id"], name=op.f("fk_training_run_requested_by_user"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_run")),
    )


def downgrade() -> None:
    for table in ("training_run", "prediction_trust", "prediction", "prediction_model"):
        op.drop_table(table)
