"""region and tips"""

import sqlalchemy as sa
from alembic import op

revision = "region"
down_revision = "arriving"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("user", sa.Column("region", sa.String(length=2), server_default="", nullable=False))
    op.add_column("user", sa.Column("tips_read", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("user", "tips_read")
    op.drop_column("user", "region")
