"""arriving"""

import sqlalchemy as sa
from alembic import op

revision = "arriving"
down_revision = "token_address"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "arriving",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("habit_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id", "habit_id"],
            ["habit.user_id", "habit.id"],
            name=op.f("fk_arriving_user_id_habit_id_habit"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "habit_id", name=op.f("pk_arriving")),
    )
    op.create_index(op.f("ix_arriving_since"), "arriving", ["since"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_arriving_since"), table_name="arriving")
    op.drop_table("arriving")
