"""Visits."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from field_visits.evidence import guards

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "visits",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("departed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("placement", sa.Text(), nullable=True),
        sa.Column("arrival_doubts", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("arrival_lat", sa.Float(precision=53), nullable=True),
        sa.Column("arrival_lon", sa.Float(precision=53), nullable=True),
        sa.Column("arrival_accuracy_m", sa.Float(precision=53), nullable=True),
        sa.Column("arrival_distance_m", sa.Float(precision=53), nullable=True),
        sa.Column("person_met", sa.Text(), nullable=True),
        sa.Column("identity_proof", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointments.id"], name=op.f("fk_visits_appointment_id_appointments")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_visits_case_id_cases")),
        sa.ForeignKeyConstraint(["evidence_id"], ["entries.id"], name=op.f("fk_visits_evidence_id_entries")),
        sa.ForeignKeyConstraint(["lead_id"], ["users.id"], name=op.f("fk_visits_lead_id_users")),
        sa.ForeignKeyConstraint(["partner_id"], ["users.id"], name=op.f("fk_visits_partner_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
    )
    op.create_index(op.f("ix_visits_appointment_id"), "visits", ["appointment_id"], unique=False)
    op.create_index(op.f("ix_visits_case_id"), "visits", ["case_id"], unique=False)
    op.create_index(
        op.f("ix_visits_org_id_lead_id_departed_at"),
        "visits",
        ["org_id", "lead_id", "departed_at"],
        unique=False,
    )
    op.execute(guards.guard("visits"))
    op.execute(guards.isolate("visits"))
