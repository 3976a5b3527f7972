"""Portraits of those who go to customers."""

import sqlalchemy as sa
from alembic import op

from field_visits.evidence import guards

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "portraits",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("object_key", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["evidence_id"], ["entries.id"], name=op.f("fk_portraits_evidence_id_entries")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_portraits_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portraits")),
    )
    op.create_index(op.f("ix_portraits_org_id_state"), "portraits", ["org_id", "state"], unique=False)
    op.create_index(
        "uq_portraits_current",
        "portraits",
        ["user_id"],
        unique=True,
        postgresql_where=sa.text("state = 'current'"),
    )
    op.execute(guards.guard("portraits"))
    op.execute(guards.isolate("portraits"))
