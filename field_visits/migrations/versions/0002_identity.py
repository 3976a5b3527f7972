"""Organisations, people and their sign-ins."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from field_visits.evidence import guards

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_hash", postgresql.BYTEA(), nullable=False),
        sa.Column("status", sa.BigInteger(), nullable=False),
        sa.Column("headers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("body", postgresql.BYTEA(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "actor", "key", name=op.f("pk_idempotency_keys")),
    )
    op.create_index(op.f("ix_idempotency_keys_created_at"), "idempotency_keys", ["created_at"], unique=False)
    op.create_table(
        "sign_in_failures",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("minute", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("times", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "username", "source", "minute", name=op.f("pk_sign_in_failures")),
    )
    op.create_index(
        op.f("ix_sign_in_failures_org_id_minute"), "sign_in_failures", ["org_id", "minute"], unique=False
    )
    op.create_index(
        op.f("ix_sign_in_failures_org_id_source_minute"),
        "sign_in_failures",
        ["org_id", "source", "minute"],
        unique=False,
    )
    op.create_table(
        "organisations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("packs", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("object_prefix", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["entries.id"], name=op.f("fk_organisations_evidence_id_entries")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
        sa.UniqueConstraint("slug", name=op.f("uq_organisations_slug")),
    )
    op.create_table(
        "rule_settings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rule_id", sa.Text(), nullable=False),
        sa.Column("figure", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("signed_off_by", sa.Uuid(), nullable=True),
        sa.Column("signed_off_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["entries.id"], name=op.f("fk_rule_settings_evidence_id_entries")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_settings")),
        sa.UniqueConstraint("org_id", "rule_id", name=op.f("uq_rule_settings_org_id_rule_id")),
    )
    op.create_table(
        "log_epochs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("from_size", sa.BigInteger(), nullable=False),
        sa.Column("outside", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["entries.id"], name=op.f("fk_log_epochs_evidence_id_entries")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_epochs")),
        sa.UniqueConstraint("org_id", "number", name=op.f("uq_log_epochs_org_id_number")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("badge", sa.Text(), nullable=True),
        sa.Column("roles", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("password_given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_secret", postgresql.BYTEA(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["evidence_id"], ["entries.id"], name=op.f("fk_users_evidence_id_entries")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("org_id", "username", name=op.f("uq_users_org_id_username")),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refresh_hash", postgresql.BYTEA(), nullable=False),
        sa.Column("previous_refresh_hash", postgresql.BYTEA(), nullable=True),
        sa.Column("user_agent", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_user_id"), "sessions", ["user_id"], unique=False)
    op.create_table(
        "access_tokens",
        sa.Column("hash", postgresql.BYTEA(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_access_tokens_session_id_sessions")
        ),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_access_tokens")),
    )
    op.create_index(op.f("ix_access_tokens_expires_at"), "access_tokens", ["expires_at"], unique=False)
    op.create_index(op.f("ix_access_tokens_session_id"), "access_tokens", ["session_id"], unique=False)
    op.create_table(
        "one_time_codes",
        sa.Column("hash", postgresql.BYTEA(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_one_time_codes_user_id_users")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_one_time_codes")),
    )
    op.create_index(op.f("ix_one_time_codes_expires_at"), "one_time_codes", ["expires_at"], unique=False)
    op.create_index(
        op.f("ix_one_time_codes_org_id_user_id_purpose"),
        "one_time_codes",
        ["org_id", "user_id", "purpose"],
        unique=False,
    )
    op.create_table(
        "totp_progress",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("pending_secret", postgresql.BYTEA(), nullable=True),
        sa.Column("pending_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_totp_progress_user_id_users")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_totp_progress")),
    )
    op.create_table(
        "service_accounts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["entries.id"], name=op.f("fk_service_accounts_evidence_id_entries")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_accounts")),
        sa.UniqueConstraint("org_id", "name", name=op.f("uq_service_accounts_org_id_name")),
    )
    op.create_table(
        "service_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("hash", postgresql.BYTEA(), nullable=False),
        sa.Column("hint", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["service_accounts.id"], name=op.f("fk_service_keys_account_id_service_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["entries.id"], name=op.f("fk_service_keys_evidence_id_entries")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_keys")),
        sa.UniqueConstraint("hash", name=op.f("uq_service_keys_hash")),
    )
    op.create_index(op.f("ix_service_keys_account_id"), "service_keys", ["account_id"], unique=False)
    op.create_table(
        "service_key_uses",
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["key_id"], ["service_keys.id"], name=op.f("fk_service_key_uses_key_id_service_keys")
        ),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_service_key_uses")),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON public.idempotency_keys TO doorstep_app")
    op.execute(guards.isolate("idempotency_keys"))
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON public.sign_in_failures TO doorstep_app")
    op.execute(guards.isolate("sign_in_failures"))
    op.execute(guards.guard("organisations"))
    op.execute(guards.isolate("organisations", readable=True))
    op.execute(guards.guard("rule_settings", root=("organisations", "org_id")))
    op.execute(guards.isolate("rule_settings"))
    op.execute(guards.guard("log_epochs", root=("organisations", "org_id")))
    op.execute(guards.isolate("log_epochs"))
    op.execute("GRANT SELECT ON public.log_epochs TO doorstep_sequencer")
    op.execute(
        "CREATE POLICY log_epochs_sequencer ON public.log_epochs FOR SELECT TO doorstep_sequencer USING (true)"
    )
    op.execute(guards.guard("users"))
    op.execute(guards.isolate("users"))
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON public.sessions TO doorstep_app")
    op.execute(guards.isolate("sessions"))
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON public.access_tokens TO doorstep_app")
    op.execute(guards.isolate("access_tokens"))
    for table in ("one_time_codes", "totp_progress", "service_key_uses"):
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON public.{table} TO doorstep_app")
        op.execute(guards.isolate(table))
    for table in ("service_accounts", "service_keys"):
        op.execute(guards.guard(table))
        op.execute(guards.isolate(table))
    op.execute("GRANT SELECT (id, slug) ON public.organisations TO doorstep_sequencer")
