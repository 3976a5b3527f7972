"""How evenly a plan shares the day's work, as an organisation wants it."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("organisations", sa.Column("evenness", sa.Text(), nullable=False, server_default="even"))
