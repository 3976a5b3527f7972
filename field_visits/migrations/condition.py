"""What an operator asks a database: which it is, what time it has, and how much waits in it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from field_visits.kernel.db import Database
from field_visits.migrations.migrate import current_revision, newest_revision

_ABOUT = text("""
    SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number,
           clock_timestamp() AS clock, to_regclass('public.huey_task') IS NOT NULL AS has_queue
""")
_QUEUE = text("SELECT count(*) FROM public.huey_task")


@dataclass(frozen=True, slots=True)
class Condition:
    """What was found. `revision` None: nothing was ever migrated; `jobs`: wake-ups that nobody has taken."""

    version: str
    major: int
    clock: datetime
    revision: str | None
    newest: str | None
    jobs: int


def condition_of(database: Database) -> Condition:
    """Ask the application's login.

    Raises:
        UnavailableError: the database does not answer.
    """
    with database.transaction(None) as session:
        about = session.execute(_ABOUT).one()
        jobs = session.scalar(_QUEUE) if about.has_queue else 0
        revision = current_revision(session.connection()) if about.has_queue else None
    return Condition(
        about.version, about.number // 10_000, about.clock, revision, newest_revision(), int(jobs or 0)
    )
