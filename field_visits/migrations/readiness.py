"""Whether a database is fit to serve: at this program's version, and its logs numbered in time."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from field_visits.kernel.db import Database
from field_visits.kernel.ids import OrganisationId
from field_visits.migrations.migrate import current_revision, newest_revision

# Logs looked at in one check: enough for one house, bounded for a large one.
MAX_LOGS = 20


@dataclass(frozen=True, slots=True)
class Readiness:
    """What was found in the logs looked at: the age of the oldest entry without its place, and how many wait."""

    is_at_head: bool
    log_lag_s: float
    pending: int = 0


def readiness_of(database: Database, now: datetime) -> Readiness:
    """Ask the application's login.

    Raises:
        UnavailableError: the database does not answer.
    """
    with database.transaction(None) as session:
        is_at_head = current_revision(session.connection()) == newest_revision()
        logs = session.scalars(
            text("SELECT id FROM public.organisations ORDER BY id LIMIT :n"), {"n": MAX_LOGS}
        )
        organisations = [OrganisationId(log) for log in logs]
    found = [_pending(database, organisation) for organisation in organisations]
    waiting = [(now - since).total_seconds() for since, _ in found if since is not None]
    return Readiness(is_at_head, round(max(waiting, default=0.0), 3), sum(many for _, many in found))


def _pending(database: Database, organisation: OrganisationId) -> tuple[datetime | None, int]:
    with database.transaction(organisation) as session:
        found = session.execute(
            text("""
                SELECT min(e.received_at) AS oldest, count(*) AS many
                FROM public.pending p JOIN public.entries e ON e.id = p.entry_id WHERE p.org_id = :org
            """),
            {"org": organisation},
        ).one()
        return found.oldest, found.many
