"""Why a crew's position lay elsewhere when it arrived, in its own words."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("visits", sa.Column("away_reason", sa.Text(), nullable=True))
