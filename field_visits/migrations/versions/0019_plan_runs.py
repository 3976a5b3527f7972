"""Runs that plan a day, and drafts that people edit by turns."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from field_visits.evidence import guards

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Drafts of before promise nothing to anybody and lack what an edit needs: their days are planned anew.
    op.execute("DELETE FROM public.plan_drafts")
    op.add_column("plan_drafts", sa.Column("version", sa.Uuid(), nullable=False))
    op.add_column("plan_drafts", sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False))
    op.create_table(
        "plan_runs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("budget_s", sa.BigInteger(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("from_draft", sa.Uuid(), nullable=True),
        sa.Column("asked_by", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("is_cancelled", sa.Boolean(), nullable=False),
        sa.Column("best", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("draft_id", sa.Uuid(), nullable=True),
        sa.Column("failure", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_runs")),
    )
    op.create_index(op.f("ix_plan_runs_org_id_day"), "plan_runs", ["org_id", "day"], unique=False)
    op.create_index(
        "uq_plan_runs_open",
        "plan_runs",
        ["org_id", "day"],
        unique=True,
        postgresql_where=sa.text("stage IN ('waiting', 'running')"),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON public.plan_runs TO doorstep_app")
    op.execute(guards.isolate("plan_runs"))
