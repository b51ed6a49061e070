"""channels"""

import sqlalchemy as sa
from alembic import op

revision = "channels"
down_revision = "predictions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "channel",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("label", sa.String(80), nullable=False),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.Column("wants", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_channel_user_id_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_channel")),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.add_column(sa.Column("channel_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("payload", sa.JSON(none_as_null=True), nullable=True))
        batch_op.alter_column("notification_id", existing_type=sa.Uuid(), nullable=True)
        batch_op.create_index("ix_delivery_user_id_channel_id", ["user_id", "channel_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_delivery_user_id_channel_id_channel"),
            "channel",
            ["user_id", "channel_id"],
            ["user_id", "id"],
            ondelete="CASCADE",
        )


def downgrade() -> None:
    op.execute("DELETE FROM delivery WHERE notification_id IS NULL")
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_delivery_user_id_channel_id_channel"), type_="foreignkey")
        batch_op.drop_index("ix_delivery_user_id_channel_id")
        batch_op.alter_column("notification_id", existing_type=sa.Uuid(), nullable=False)
        batch_op.drop_column("payload")
        batch_op.drop_column("channel_id")

    op.drop_table("channel")
