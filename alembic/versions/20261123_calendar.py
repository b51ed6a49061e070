"""calendar"""

import sqlalchemy as sa
from alembic import op

revision = "calendar"
down_revision = "channels"
branch_labels = None
depends_on = None


def upgrade() -> None:
    version = sa.Column("calendar_version", sa.Integer(), server_default="0", nullable=False)
    op.add_column("notification_preferences", version)


def downgrade() -> None:
    op.drop_column("notification_preferences", "calendar_version")
