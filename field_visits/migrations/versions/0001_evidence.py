"""The log: entries, their bodies, the tree and its checkpoints."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from field_visits.evidence import guards
from field_visits.evidence.tables import Xid8

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# No role may supply txid and written_at: the database alone says which transaction wrote an entry.
GRANTS = """
GRANT SELECT ON public.entries, public.entry_bodies, public.evidence_link, public.pending, public.leaves,
    public.tree_nodes, public.checkpoints, public.log_keys TO doorstep_app;
GRANT INSERT (id, org_id, code, kind, subject_table, subject_id, case_id, stream, actor_id, occurred_at,
    received_at, canonical, hash, audience) ON public.entries TO doorstep_app;
GRANT INSERT ON public.entry_bodies TO doorstep_app;
GRANT SELECT ON public.alembic_version TO doorstep_app;
GRANT SELECT (id, org_id, hash, stream, audience) ON public.entries TO doorstep_sequencer;
GRANT SELECT, DELETE ON public.pending TO doorstep_sequencer;
GRANT SELECT, INSERT ON public.leaves, public.tree_nodes, public.checkpoints, public.log_keys
    TO doorstep_sequencer;
CREATE POLICY entries_sequencer ON public.entries FOR SELECT TO doorstep_sequencer USING (true);
CREATE POLICY pending_sequencer ON public.pending TO doorstep_sequencer USING (true);
CREATE POLICY leaves_sequencer ON public.leaves TO doorstep_sequencer USING (true) WITH CHECK (true);
CREATE POLICY tree_nodes_sequencer ON public.tree_nodes TO doorstep_sequencer USING (true) WITH CHECK (true);
CREATE POLICY checkpoints_sequencer ON public.checkpoints TO doorstep_sequencer USING (true) WITH CHECK (true);
CREATE POLICY log_keys_sequencer ON public.log_keys TO doorstep_sequencer USING (true) WITH CHECK (true);
"""


def upgrade() -> None:
    op.execute(
        "GRANT USAGE ON SCHEMA public TO doorstep_app, doorstep_sequencer, doorstep_eraser, doorstep_backup"
    )
    op.execute("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO doorstep_backup")
    op.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO doorstep_backup")
    op.execute(guards.FUNCTIONS)
    op.create_table(
        "checkpoints",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", postgresql.BYTEA(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "size", name=op.f("pk_checkpoints")),
    )
    op.create_table(
        "entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_table", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("stream", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("canonical", postgresql.BYTEA(), nullable=False),
        sa.Column("hash", postgresql.BYTEA(), nullable=False),
        sa.Column("audience", postgresql.ARRAY(sa.Uuid()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("txid", Xid8(), server_default=sa.text("pg_current_xact_id()"), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind IN ('change', 'fact')", name=op.f("ck_entries_kind")),
        sa.CheckConstraint("octet_length(hash) = 32", name=op.f("ck_entries_hash_is_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entries")),
    )
    op.create_index(
        "ix_entries_refusals",
        "entries",
        ["org_id", "id"],
        unique=False,
        postgresql_where=sa.text("code LIKE '%:refused'"),
    )
    op.create_index(
        op.f("ix_entries_org_id_case_id_id"), "entries", ["org_id", "case_id", "id"], unique=False
    )
    op.create_index(
        op.f("ix_entries_org_id_subject_id_id"), "entries", ["org_id", "subject_id", "id"], unique=False
    )
    op.create_table(
        "evidence_link",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("tab", sa.Text(), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", "tab", "row_id", name=op.f("pk_evidence_link")),
    )
    op.create_table(
        "leaves",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("idx", sa.BigInteger(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("stream", sa.Uuid(), nullable=False),
        sa.Column("no", sa.BigInteger(), nullable=False),
        sa.Column("prev", postgresql.BYTEA(), nullable=True),
        sa.Column("hash", postgresql.BYTEA(), nullable=False),
        sa.Column("audience", postgresql.ARRAY(sa.Uuid()), server_default=sa.text("'{}'"), nullable=False),
        sa.CheckConstraint("octet_length(hash) = 32", name=op.f("ck_leaves_hash_is_sha256")),
        sa.PrimaryKeyConstraint("org_id", "idx", name=op.f("pk_leaves")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_leaves_entry_id")),
    )
    op.create_index("uq_leaves_stream_no", "leaves", ["org_id", "stream", "no"], unique=True)
    op.create_table(
        "log_keys",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("vkey", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "vkey", name=op.f("pk_log_keys")),
    )
    op.create_table(
        "pending",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_pending")),
    )
    op.create_index(op.f("ix_pending_org_id"), "pending", ["org_id"], unique=False)
    op.create_table(
        "tree_nodes",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.BigInteger(), nullable=False),
        sa.Column("idx", sa.BigInteger(), nullable=False),
        sa.Column("hash", postgresql.BYTEA(), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "level", "idx", name=op.f("pk_tree_nodes")),
    )
    op.create_table(
        "entry_bodies",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("salt", postgresql.BYTEA(), nullable=False),
        sa.Column("body", postgresql.BYTEA(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_entry_bodies_entry_id_entries")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_entry_bodies")),
    )
    for table in guards.FROZEN:
        op.execute(guards.freeze(table))
    for table in (
        "entries",
        "entry_bodies",
        "evidence_link",
        "pending",
        "leaves",
        "tree_nodes",
        "checkpoints",
        "log_keys",
    ):
        op.execute(guards.isolate(table))
    op.execute(guards.ENTRY_TRIGGERS)
    op.execute(GRANTS)
