"""Enrolled phones, what they handed in, and how the organisation is paid."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from field_visits.evidence import guards

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("organisations", sa.Column("pay_to", sa.Text(), nullable=True))
    op.add_column("organisations", sa.Column("pay_url", sa.Text(), nullable=True))
    op.create_table(
        "devices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("public_key", postgresql.BYTEA(), nullable=False),
        sa.Column("token_hash", postgresql.BYTEA(), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pin_reset_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_devices_user_id_users")),
        sa.ForeignKeyConstraint(["evidence_id"], ["entries.id"], name=op.f("fk_devices_evidence_id_entries")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_devices")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_devices_token_hash")),
    )
    op.create_index(op.f("ix_devices_user_id"), "devices", ["user_id"], unique=False)
    op.execute(guards.guard("devices"))
    op.execute(guards.isolate("devices"))
    op.create_table(
        "device_presence",
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pin_set_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("app_build", sa.Text(), nullable=True),
        sa.Column("unsent", sa.BigInteger(), nullable=True),
        sa.Column("storage_free_mb", sa.BigInteger(), nullable=True),
        sa.Column("is_persisted", sa.Boolean(), nullable=True),
        sa.Column("battery_percent", sa.BigInteger(), nullable=True),
        sa.Column("skew_ms", sa.BigInteger(), nullable=True),
        sa.Column("word_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["device_id"], ["devices.id"], name=op.f("fk_device_presence_device_id_devices")
        ),
        sa.PrimaryKeyConstraint("device_id", name=op.f("pk_device_presence")),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON public.device_presence TO doorstep_app")
    op.execute(guards.isolate("device_presence"))
    op.create_table(
        "commands",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("told_id", sa.Uuid(), nullable=True),
        sa.Column("hash", postgresql.BYTEA(), nullable=False),
        sa.Column("signature", postgresql.BYTEA(), nullable=True),
        sa.Column("type", sa.Text(), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("visit_id", sa.Uuid(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("estimated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("uncertainty_ms", sa.BigInteger(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("answer", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("octet_length(hash) = 32", name=op.f("ck_commands_hash_is_sha256")),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_commands_device_id_devices")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_commands_user_id_users")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_commands_case_id_cases")),
        sa.ForeignKeyConstraint(["evidence_id"], ["entries.id"], name=op.f("fk_commands_evidence_id_entries")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commands")),
        sa.UniqueConstraint("device_id", "seq", name=op.f("uq_commands_device_id_seq")),
    )
    op.create_index(op.f("ix_commands_org_id_told_id"), "commands", ["org_id", "told_id"], unique=False)
    op.create_index(
        op.f("ix_commands_org_id_user_id_received_at"),
        "commands",
        ["org_id", "user_id", "received_at"],
        unique=False,
    )
    op.create_index(op.f("ix_commands_case_id"), "commands", ["case_id"], unique=False)
    op.execute(guards.guard("commands"))
    op.execute(guards.isolate("commands"))
    # What a phone handed in stays as it came.
    op.execute("REVOKE UPDATE ON public.commands FROM doorstep_app")
