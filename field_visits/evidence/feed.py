"""What is new in a log for one reader: entries in the order of their commits, by audience or by stream.

A timestamp or a database sequence would skip what was begun earlier and committed later; the index that the
sequencer gives does not. So whatever a phone must learn is an entry.
"""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from field_visits.evidence.tables import Entry, Leaf
from field_visits.kernel.ids import OrganisationId

MAX_LEAVES = 2_000


@dataclass(frozen=True, slots=True)
class News:
    """What concerns the reader between two sizes of the log. `until` is where to go on, `is_all` whether that is the end."""

    subjects: tuple[tuple[str, UUID, UUID | None], ...]
    until: int
    is_all: bool


def size_of(session: Session, organisation: OrganisationId) -> int:
    """How many entries have their place in the log."""
    newest = session.scalar(select(func.max(Leaf.idx)).where(Leaf.org_id == organisation))
    return 0 if newest is None else newest + 1


def news_for(
    session: Session,
    organisation: OrganisationId,
    reader: UUID,
    *,
    since: int,
    streams: Collection[UUID],
) -> News:
    """The entries from `since` on that name `reader` in their audience or belong to one of `streams`.

    Each is told as the table and id of its subject, and the case that it belongs to. At most 2,000 at once.
    """
    end = size_of(session, organisation)
    concerns = or_(Leaf.audience.contains([reader]), Leaf.stream.in_(list(streams)))
    rows = session.execute(
        select(Leaf.idx, Entry.subject_table, Entry.subject_id, Entry.case_id)
        .join(Entry, Entry.id == Leaf.entry_id)
        .where(Leaf.org_id == organisation, Leaf.idx >= since, Leaf.idx < end, concerns)
        .order_by(Leaf.idx)
        .limit(MAX_LEAVES)
    ).all()
    is_all = len(rows) < MAX_LEAVES
    return News(
        tuple((row.subject_table, row.subject_id, row.case_id) for row in rows),
        end if is_all else rows[-1].idx + 1,
        is_all,
    )
