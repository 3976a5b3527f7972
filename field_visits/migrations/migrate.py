"""Bring a database to the newest version: roles first, then the numbered migrations, in one transaction.

Migrations go forward only. Evidence tables are extended, never altered in meaning, so going back would be
losing evidence; a backup is the way back.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text

# The logins of the product. The owner runs this; it makes none for itself.
ROLES = {
    "doorstep_app": "CREATE ROLE doorstep_app NOLOGIN",
    "doorstep_sequencer": "CREATE ROLE doorstep_sequencer NOLOGIN",
    "doorstep_eraser": "CREATE ROLE doorstep_eraser NOLOGIN",
    "doorstep_backup": "CREATE ROLE doorstep_backup NOLOGIN BYPASSRLS",
}
# A migration that cannot get its lock gives way instead of stopping the day's work.
LOCK_TIMEOUT = "5s"


class MissingRolesError(Exception):
    """The owner's login may not create the roles; `sql` is what a superuser must run first."""

    def __init__(self, sql: str) -> None:
        super().__init__(
            "Roles are missing and this login may not create them. Run this as a superuser:\n" + sql
        )
        self.sql = sql


class NotEmptyError(Exception):
    """The database holds tables already."""


def prepare_empty(owner_url: str) -> None:
    """The database has the roles that a dump grants rights to, and no table.

    Raises:
        NotEmptyError: it has tables; nothing was changed.
        MissingRolesError: as of `migrate`.
    """
    engine = create_engine(owner_url)
    try:
        with engine.begin() as connection:
            if connection.scalar(text("SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public')")):
                raise NotEmptyError
            ensure_roles(connection)
    finally:
        engine.dispose()


def migrate(owner_url: str) -> list[str]:
    """The database is at the newest version; returns the revisions that were applied.

    Raises:
        MissingRolesError: roles are missing and the login may not create them.
    """
    engine = create_engine(owner_url)
    try:
        with engine.begin() as connection:
            connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
            ensure_roles(connection)
            before = current_revision(connection)
            config = _config()
            script = ScriptDirectory.from_config(config)
            if before == script.get_current_head():
                return []
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            applied = list(script.iterate_revisions("head", before))
            return [str(revision.revision) for revision in reversed(applied)]
    finally:
        engine.dispose()


def ensure_roles(connection: Connection) -> None:
    """Every role of the product exists."""
    present = set(connection.scalars(text("SELECT rolname FROM pg_roles WHERE rolname LIKE 'doorstep_%'")))
    missing = [sql for role, sql in ROLES.items() if role not in present]
    if not missing:
        return
    may_create = connection.scalar(
        text("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user")
    )
    if not may_create:
        raise MissingRolesError(";\n".join(missing) + ";")
    for sql in missing:
        connection.execute(text(sql))


def current_revision(connection: Connection) -> str | None:
    """The newest applied revision, or None on an empty database."""
    return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str | None:
    """The newest revision this program knows."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config
