"""Files by hash."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from field_visits.evidence import guards

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attachments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("about_table", sa.Text(), nullable=False),
        sa.Column("about_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("md5", sa.Text(), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("object_key", sa.Text(), nullable=False),
        sa.Column("expected_from", sa.Uuid(), nullable=True),
        sa.Column("expected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claims", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("thumbnail_sha256", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("length > 0", name=op.f("ck_attachments_not_empty")),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["entries.id"], name=op.f("fk_attachments_evidence_id_entries")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
        sa.UniqueConstraint("about_id", "sha256", name=op.f("uq_attachments_about_id_sha256")),
    )
    op.create_index(op.f("ix_attachments_org_id_sha256"), "attachments", ["org_id", "sha256"], unique=False)
    op.create_index(op.f("ix_attachments_org_id_state"), "attachments", ["org_id", "state"], unique=False)
    op.execute(guards.guard("attachments"))
    op.execute(guards.isolate("attachments"))
