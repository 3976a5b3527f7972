"""Teams, shifts, absences, skills and crews."""

import sqlalchemy as sa
from alembic import op

from field_visits.evidence import guards

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "teams",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["evidence_id"], ["entries.id"], name=op.f("fk_teams_evidence_id_entries")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teams")),
        sa.UniqueConstraint("org_id", "name", name=op.f("uq_teams_org_id_name")),
    )
    op.create_table(
        "absences",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("collector_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_absences_starts_before_it_ends")),
        sa.ForeignKeyConstraint(["collector_id"], ["users.id"], name=op.f("fk_absences_collector_id_users")),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["entries.id"], name=op.f("fk_absences_evidence_id_entries")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    op.create_index(op.f("ix_absences_collector_id"), "absences", ["collector_id"], unique=False)
    op.create_table(
        "crews",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("partner_id IS DISTINCT FROM lead_id", name=op.f("ck_crews_two_people")),
        sa.ForeignKeyConstraint(["evidence_id"], ["entries.id"], name=op.f("fk_crews_evidence_id_entries")),
        sa.ForeignKeyConstraint(["lead_id"], ["users.id"], name=op.f("fk_crews_lead_id_users")),
        sa.ForeignKeyConstraint(["partner_id"], ["users.id"], name=op.f("fk_crews_partner_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crews")),
        sa.UniqueConstraint("org_id", "day", "lead_id", name=op.f("uq_crews_org_id_day_lead_id")),
    )
    op.create_table(
        "shifts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("collector_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("start_lat", sa.Float(precision=53), nullable=False),
        sa.Column("start_lon", sa.Float(precision=53), nullable=False),
        sa.Column("end_lat", sa.Float(precision=53), nullable=False),
        sa.Column("end_lon", sa.Float(precision=53), nullable=False),
        sa.Column("break_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("break_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("break_minutes", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_shifts_starts_before_it_ends")),
        sa.ForeignKeyConstraint(["collector_id"], ["users.id"], name=op.f("fk_shifts_collector_id_users")),
        sa.ForeignKeyConstraint(["evidence_id"], ["entries.id"], name=op.f("fk_shifts_evidence_id_entries")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shifts")),
    )
    op.create_index(op.f("ix_shifts_collector_id"), "shifts", ["collector_id"], unique=False)
    op.create_index(op.f("ix_shifts_org_id_starts_at"), "shifts", ["org_id", "starts_at"], unique=False)
    op.create_table(
        "skills",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("collector_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("granted_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["collector_id"], ["users.id"], name=op.f("fk_skills_collector_id_users")),
        sa.ForeignKeyConstraint(["evidence_id"], ["entries.id"], name=op.f("fk_skills_evidence_id_entries")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skills")),
        sa.UniqueConstraint(
            "org_id", "collector_id", "name", name=op.f("uq_skills_org_id_collector_id_name")
        ),
    )
    op.create_table(
        "team_members",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["entries.id"], name=op.f("fk_team_members_evidence_id_entries")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_team_members_team_id_teams")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_team_members_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_members")),
    )
    op.create_index(op.f("ix_team_members_user_id"), "team_members", ["user_id"], unique=False)
    op.execute(guards.guard("teams"))
    op.execute(guards.isolate("teams"))
    op.execute(guards.guard("absences"))
    op.execute(guards.isolate("absences"))
    op.execute(guards.guard("crews"))
    op.execute(guards.isolate("crews"))
    op.execute(guards.guard("shifts"))
    op.execute(guards.isolate("shifts"))
    op.execute(guards.guard("skills"))
    op.execute(guards.isolate("skills"))
    op.execute(guards.guard("team_members", root=("teams", "team_id")))
    op.execute(guards.isolate("team_members"))
