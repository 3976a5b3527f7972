"""Links to customers' pages, the telephone number that the house publishes, and reminders."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from field_visits.evidence import guards

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("organisations", sa.Column("public_phone", sa.Text(), nullable=True))
    op.add_column("appointments", sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "customer_links",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("hash", postgresql.BYTEA(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code_number", sa.BigInteger(), nullable=False),
        sa.Column("code_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counted_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("sendings", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_links")),
        sa.UniqueConstraint("hash", name=op.f("uq_customer_links_hash")),
    )
    op.create_index(op.f("ix_customer_links_expires_at"), "customer_links", ["expires_at"], unique=False)
    op.create_index(
        op.f("ix_customer_links_org_id_appointment_id"),
        "customer_links",
        ["org_id", "appointment_id"],
        unique=False,
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON public.customer_links TO doorstep_app")
    op.execute(guards.isolate("customer_links"))
