"""weekly reports"""

import sqlalchemy as sa
from alembic import op

revision = "weekly_reports"
down_revision = "reminders"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "report_settings",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=True),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_report_settings_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_report_settings")),
    )
    with op.batch_alter_table("report_settings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_settings_next_at"), ["next_at"], unique=False)

    op.create_table(
        "weekly_report",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("figures", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_weekly_report_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "week", name=op.f("pk_weekly_report")),
    )


def downgrade() -> None:
    op.drop_table("weekly_report")
    with op.batch_alter_table("report_settings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_settings_next_at"))

    op.drop_table("report_settings")
