"""One consistent look at everything, for a backup: rows of all organisations, and the files they name."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from field_visits.dossier.custody import Kept, list_kept
from field_visits.evidence.log import newest_head
from field_visits.identity.queries import list_organisations
from field_visits.kernel.ids import OrganisationId
from field_visits.migrations.migrate import current_revision

_READS_ALL = text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
# Bytes that have come and wait to be checked are worth keeping too.
_HERE = ("verified", "received")


class HiddenRowsError(Exception):
    """This login does not see every organisation's rows: a backup by it would be silently short."""


@dataclass(frozen=True, slots=True)
class LogHead:
    """How far one log had come."""

    organisation: OrganisationId
    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the transaction sees; `name` lets other connections see exactly the same while it lasts."""

    name: str
    revision: str
    heads: tuple[LogHead, ...]


def take_snapshot(session: Session) -> Snapshot:
    """The snapshot of a REPEATABLE READ transaction of the backup's login.

    Raises:
        HiddenRowsError: the login does not bypass row-level security.
    """
    if not session.scalar(_READS_ALL):
        raise HiddenRowsError
    heads = []
    for organisation, _ in list_organisations(session):
        head = newest_head(session, organisation)
        if head is not None:
            heads.append(LogHead(organisation, head.size, head.root))
    name = session.scalar(text("SELECT pg_export_snapshot()"))
    return Snapshot(str(name), current_revision(session.connection()) or "", tuple(heads))


def files_of_everyone(session: Session) -> Iterator[Kept]:
    """Every file that a row names and whose bytes have come, each once."""
    seen = set()
    for kept in list_kept(session, attachment_states=_HERE):
        if kept.key not in seen:
            seen.add(kept.key)
            yield kept
