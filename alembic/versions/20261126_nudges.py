"""nudges"""

import sqlalchemy as sa
from alembic import op

revision = "nudges"
down_revision = "calendar"
branch_labels = None
depends_on = None
KINDS = {"notification_preferences": ("user_id", "by_email"), "channel": ("id", "wants")}
NUDGES, PLANNED, OPEN = sa.text("kind = 'nudge'"), sa.text("state = 'planned'"), sa.text("dismissed_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "prompt",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("habit_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("propensity", sa.Float(), nullable=False),
        sa.Column("probability", sa.Float(), nullable=True),
        sa.Column("version", sa.String(12), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id", "habit_id"],
            ["habit.user_id", "habit.id"],
            name=op.f("fk_prompt_user_id_habit_id_habit"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_prompt")),
    )
    op.create_index("ix_prompt_user_id_habit_id", "prompt", ["user_id", "habit_id"])
    op.create_index("ix_prompt_due_at", "prompt", ["due_at"])
    once = {"unique": True, "sqlite_where": NUDGES, "postgresql_where": NUDGES}
    op.create_index("uq_prompt_one_nudge_a_day", "prompt", ["user_id", "day"], **once)
    op.create_index("ix_prompt_planned", "prompt", ["due_at"], sqlite_where=PLANNED, postgresql_where=PLANNED)
    op.add_column("notification", sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_notification_open", "notification", ["user_id", "habit_id"], sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.add_column(
        "notification_preferences", sa.Column("nudges", sa.Boolean(), server_default=sa.true(), nullable=False)
    )
    # A nudge goes where reminders went.
    _rewrite(lambda kinds: [*kinds, "nudge"] if "reminder" in kinds else kinds)


def downgrade() -> None:
    _rewrite(lambda kinds: [kind for kind in kinds if kind not in ("nudge", "prediction")])
    op.execute("DELETE FROM notification WHERE kind = 'nudge'")
    op.drop_column("notification_preferences", "nudges")
    op.drop_index("ix_notification_open", "notification")
    op.drop_column("notification", "settled_at")
    op.drop_table("prompt")


def _rewrite(change) -> None:
    connection = op.get_bind()
    for name, (key, column) in KINDS.items():
        table = sa.table(name, sa.column(key, sa.Uuid()), sa.column(column, sa.JSON(none_as_null=True)))
        for row_id, kinds in connection.execute(sa.select(table.c[key], table.c[column])).all():
            connection.execute(sa.update(table).where(table.c[key] == row_id).values({column: change(kinds)}))
