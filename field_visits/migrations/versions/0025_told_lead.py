"""Whose badge a customer was told last, so that they learn of it when somebody else comes."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("appointments", sa.Column("told_lead_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_appointments_told_lead_id_users"), "appointments", "users", ["told_lead_id"], ["id"]
    )
