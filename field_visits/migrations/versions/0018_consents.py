"""Consents of every kind, with their evidence; legal's approval of expired debts; why a message failed, as a code."""

import sqlalchemy as sa
from alembic import op

from field_visits.evidence import guards

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

# What customers had of it before: it keeps the entry that told it. Written before the guards stand, since it is
# the older entry, not one of this transaction, that explains it; read without row security, which binds owners too.
_CARRY_OVER = """
INSERT INTO consents (id, case_id, kind, channel, is_written, given_at, words, state, evidence_id, org_id)
SELECT gen_random_uuid(), first.id, 'odd_hours', 'letter', false, entries.received_at,
       customers.odd_hours_consent, 'given', customers.evidence_id, customers.org_id
FROM customers
JOIN entries ON entries.id = customers.evidence_id
JOIN LATERAL (
    SELECT cases.id FROM cases WHERE cases.customer_id = customers.id ORDER BY cases.id LIMIT 1
) AS first ON true
WHERE customers.odd_hours_consent IS NOT NULL
"""
_READ = ("customers", "cases", "entries")


def upgrade() -> None:
    op.add_column("cases", sa.Column("expired_approved_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("messages", sa.Column("failure_code", sa.Text(), nullable=True))
    op.create_table(
        "consents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("is_written", sa.Boolean(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_consents_case_id_cases")),
        sa.ForeignKeyConstraint(["evidence_id"], ["entries.id"], name=op.f("fk_consents_evidence_id_entries")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index(op.f("ix_consents_case_id_state"), "consents", ["case_id", "state"], unique=False)
    for table in _READ:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(_CARRY_OVER)
    for table in _READ:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.drop_column("customers", "odd_hours_consent")
    op.execute(guards.guard("consents", root=("cases", "case_id")))
    op.execute(guards.isolate("consents"))
