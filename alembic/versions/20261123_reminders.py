"""reminders"""

import sqlalchemy as sa
from alembic import op

revision = "reminders"
down_revision = "notifications"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notification_preferences",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("quiet_from", sa.String(5), nullable=True),
        sa.Column("quiet_until", sa.String(5), nullable=True),
        sa.Column("by_email", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_notification_preferences_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_notification_preferences")),
    )
    op.add_column("habit", sa.Column("next_reminder_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_habit_next_reminder_at", "habit", ["next_reminder_at"])
    # The worker's first look sets when each really asks next.
    op.execute("UPDATE habit SET next_reminder_at = CURRENT_TIMESTAMP WHERE CAST(reminders AS TEXT) <> '[]'")


def downgrade() -> None:
    # Not in batch mode, which would rebuild the table on SQLite and delete the entries with it.
    op.drop_index("ix_habit_next_reminder_at", "habit")
    op.drop_column("habit", "next_reminder_at")
    op.drop_table("notification_preferences")
