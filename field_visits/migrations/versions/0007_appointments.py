"""Appointments and their crews, without double booking."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from field_visits.evidence import guards
from field_visits.appointments.models import EXCLUSIONS

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A range type of ids, so that an exclusion constraint needs no extension (design §3).
    op.execute("CREATE TYPE public.uuidrange AS RANGE (subtype = uuid)")
    op.create_table(
        "appointments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("address_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("window_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("window_to", sa.DateTime(timezone=True), nullable=False),
        sa.Column("service_minutes", sa.BigInteger(), nullable=False),
        sa.Column("crew_size", sa.BigInteger(), nullable=False),
        sa.Column("is_pinned", sa.Boolean(), nullable=False),
        sa.Column("planned_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("planned_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notice_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_reason", sa.Text(), nullable=True),
        sa.Column("missed_by", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(planned_from IS NULL) = (planned_to IS NULL)", name=op.f("ck_appointments_planned_whole")
        ),
        sa.CheckConstraint(
            "window_from < window_to", name=op.f("ck_appointments_window_opens_before_it_closes")
        ),
        sa.ForeignKeyConstraint(
            ["address_id"], ["addresses.id"], name=op.f("fk_appointments_address_id_addresses")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_appointments_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_appointments_customer_id_customers")
        ),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["entries.id"], name=op.f("fk_appointments_evidence_id_entries")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointments")),
    )
    op.create_index(op.f("ix_appointments_case_id"), "appointments", ["case_id"], unique=False)
    op.create_index(
        op.f("ix_appointments_org_id_window_from"), "appointments", ["org_id", "window_from"], unique=False
    )
    op.create_table(
        "appointment_crew",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("collector_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("during", postgresql.TSTZRANGE(), nullable=True),
        sa.Column("is_binding", sa.Boolean(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment_id"],
            ["appointments.id"],
            name=op.f("fk_appointment_crew_appointment_id_appointments"),
        ),
        sa.ForeignKeyConstraint(
            ["collector_id"], ["users.id"], name=op.f("fk_appointment_crew_collector_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["entries.id"], name=op.f("fk_appointment_crew_evidence_id_entries")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment_crew")),
    )
    op.create_index(
        op.f("ix_appointment_crew_appointment_id"), "appointment_crew", ["appointment_id"], unique=False
    )
    op.create_index(
        op.f("ix_appointment_crew_collector_id"), "appointment_crew", ["collector_id"], unique=False
    )
    op.execute(guards.guard("appointments"))
    op.execute(guards.isolate("appointments"))
    op.execute(guards.guard("appointment_crew", root=("appointments", "appointment_id")))
    op.execute(guards.isolate("appointment_crew"))
    op.execute(EXCLUSIONS)
