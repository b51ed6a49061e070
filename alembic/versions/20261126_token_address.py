"""the address that a one-time token was sent to"""

import sqlalchemy as sa
from alembic import op

revision = "token_address"
down_revision = "nudges"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("one_time_token", sa.Column("email", sa.String(254), server_default="", nullable=False))
    of_owner = 'SELECT "user".email FROM "user" WHERE "user".id = one_time_token.user_id'
    op.execute(f"UPDATE one_time_token SET email = ({of_owner})")


def downgrade() -> None:
    op.drop_column("one_time_token", "email")
