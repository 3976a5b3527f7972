"""What happened elsewhere and legal clocks count from."""

import sqlalchemy as sa
from alembic import op

from field_visits.evidence import guards

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "legal_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("party", sa.Text(), nullable=True),
        sa.Column("proof", sa.Text(), nullable=True),
        sa.Column("proof_sha256", sa.Text(), nullable=True),
        sa.Column("hold_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_legal_events_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["entries.id"], name=op.f("fk_legal_events_evidence_id_entries")
        ),
        sa.ForeignKeyConstraint(
            ["hold_id"], ["contact_holds.id"], name=op.f("fk_legal_events_hold_id_contact_holds")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_events")),
    )
    op.create_index(op.f("ix_legal_events_case_id_state"), "legal_events", ["case_id", "state"], unique=False)
    op.execute(guards.guard("legal_events", root=("cases", "case_id")))
    op.execute(guards.isolate("legal_events"))
