"""Reading a log: checkpoints, an entry's place, and the proofs that lead to a checkpoint."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select, text
from sqlalchemy.orm import Session

from field_visits.evidence.merkle import Node, Plan, consistency_nodes, fold_path, inclusion_nodes
from field_visits.evidence.nodes import load_nodes
from field_visits.evidence.notes import VerifierKey, parse_vkey
from field_visits.evidence.proofs import LeafRecord, TlogProof
from field_visits.evidence.tables import REFUSED, Checkpoint, Entry, EntryBody, Leaf, LogKey, Pending
from field_visits.kernel.errors import Fault, InvalidError, NotFoundError, UnavailableError
from field_visits.kernel.ids import EntryId, OrganisationId

_COVERING = text("""
    SELECT DISTINCT c.size FROM unnest(CAST(:indexes AS bigint[])) AS x(idx)
    CROSS JOIN LATERAL (
        SELECT size FROM public.checkpoints WHERE org_id = :org AND size > x.idx ORDER BY size LIMIT 1
    ) c
""")

# Entries with their bodies and places, as `_logged` reads them.
_LOGGED = (
    select(Entry, EntryBody.salt, EntryBody.body, Leaf.idx, Leaf.no, Leaf.prev, Leaf.stream)
    .outerjoin(EntryBody, EntryBody.entry_id == Entry.id)
    .outerjoin(Leaf, Leaf.entry_id == Entry.id)
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a leaf stands in its log."""

    index: int
    record: LeafRecord


@dataclass(frozen=True, slots=True)
class Head:
    """A signed tree head as it was published."""

    size: int
    root: bytes
    note: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Lag:
    """How far the log is behind: entries that wait, and since when the oldest does."""

    pending: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class PublishedKey:
    """The public half of a key that signs a log, and when it signed first."""

    key: VerifierKey
    since: datetime


@dataclass(frozen=True, slots=True)
class StoryPosition:
    """Where a page of a story ended: the last index shown, and the last waiting entry if any was.

    An entry that got its place between two pages is shown again, with it; none is ever left out.
    """

    index: int
    waiting: UUID | None = None


@dataclass(frozen=True, slots=True)
class LoggedEntry:
    """An entry with its body (None once erased) and its place (None while it waits)."""

    id: EntryId
    code: str
    kind: str
    subject_table: str
    subject_id: UUID
    case_id: UUID | None
    actor_id: UUID | None
    occurred_at: datetime
    received_at: datetime
    canonical: bytes
    hash: bytes
    salt: bytes | None
    body: bytes | None
    place: Place | None


def newest_head(session: Session, organisation: OrganisationId) -> Head | None:
    """The newest checkpoint, or None while the log is empty."""
    found = session.scalars(
        select(Checkpoint).where(Checkpoint.org_id == organisation).order_by(Checkpoint.size.desc()).limit(1)
    ).one_or_none()
    return None if found is None else _head(found)


def head_at(session: Session, organisation: OrganisationId, size: int) -> Head:
    """The checkpoint of exactly this size.

    Raises:
        NotFoundError: no checkpoint of that size was ever signed.
    """
    found = session.get(Checkpoint, (organisation, size))
    if found is None:
        raise NotFoundError("No checkpoint of this size was signed; ask for one that was published.")
    return _head(found)


def find_place(session: Session, entry_id: EntryId) -> tuple[Place, bytes] | None:
    """An entry's place and the hash of its bytes; None while it waits for the sequencer."""
    found = session.execute(
        select(Leaf.idx, Leaf.no, Leaf.prev, Leaf.stream, Entry.hash)
        .join(Entry, Entry.id == Leaf.entry_id)
        .where(Leaf.entry_id == entry_id)
    ).one_or_none()
    if found is None:
        return None
    digest = bytes(found.hash)
    return Place(found.idx, _record(digest, found.no, found.prev, found.stream)), digest


def concerns(session: Session, entry_id: EntryId, user: UUID) -> bool:
    """Whether an entry was made by `user` or names them among those whose phones learn of it."""
    found = session.execute(select(Entry.actor_id, Entry.audience).where(Entry.id == entry_id)).one_or_none()
    return found is not None and (found.actor_id == user or user in found.audience)


def inclusion_proof(
    session: Session, organisation: OrganisationId, entry_id: EntryId, *, size: int | None = None
) -> TlogProof:
    """The offline proof that the entry stands in the log under the newest checkpoint, or the one of `size`.

    Raises:
        NotFoundError: the entry is not in this log, or no checkpoint of that size was signed.
        UnavailableError: it still waits for its place; ask again in a second.
        InvalidError: the checkpoint of `size` is older than the entry's place.
    """
    # A place is known before its checkpoint is read, so that the newest one covers it.
    place = find_place(session, entry_id)
    head = newest_head(session, organisation) if size is None else head_at(session, organisation, size)
    if place is None or head is None:
        if session.scalar(select(Entry.id).where(Entry.id == entry_id)) is None:
            raise NotFoundError("There is no such entry in this log.")
        raise UnavailableError("The entry waits for its place in the log; ask again in a second.")
    if place[0].index >= head.size:
        raise InvalidError(
            "This checkpoint was signed before the entry had its place.",
            faults=[Fault("/size", f"more than {place[0].index}")],
        )
    plan = inclusion_nodes(place[0].index, head.size)
    nodes = load_nodes(session, organisation, [node for run in plan for node in run])
    return TlogProof(place[0].record, place[0].index, tuple(fold_path(plan, nodes)), head.note.encode())


def inclusion_paths(
    session: Session, organisation: OrganisationId, indexes: Sequence[int], size: int
) -> dict[int, tuple[bytes, ...]]:
    """The paths of many leaves to the root of `size`, with one query for all of them."""
    plans = {index: inclusion_nodes(index, size) for index in indexes}
    nodes = load_nodes(session, organisation, _nodes_of(plans.values()))
    return {index: tuple(fold_path(plan, nodes)) for index, plan in plans.items()}


def consistency_paths(
    session: Session, organisation: OrganisationId, sizes: Sequence[int], size: int
) -> dict[int, tuple[bytes, ...]]:
    """The paths from each older size to `size`, with one query for all of them."""
    plans = {older: consistency_nodes(older, size) for older in sizes}
    nodes = load_nodes(session, organisation, _nodes_of(plans.values()))
    return {older: tuple(fold_path(plan, nodes)) for older, plan in plans.items()}


def consistency_proof(session: Session, organisation: OrganisationId, size1: int, size2: int) -> list[bytes]:
    """The path that shows that the log of `size2` begins with the log of `size1` (RFC 9162 §2.1.4).

    Raises:
        InvalidError: the sizes are not 1 ≤ size1 ≤ size2 ≤ the log's size.
    """
    head = newest_head(session, organisation)
    if head is None or not 0 < size1 <= size2 <= head.size:
        raise InvalidError(
            "Both sizes lie from 1 to the log's size, the smaller first.",
            faults=[Fault("/to", "not smaller than `from`, not larger than the newest checkpoint's size")],
        )
    plan = consistency_nodes(size1, size2)
    return fold_path(plan, load_nodes(session, organisation, [node for run in plan for node in run]))


def lag(session: Session, organisation: OrganisationId) -> Lag:
    """How many entries wait for their place, and since when."""
    rows = (
        session.execute(
            select(Entry.received_at)
            .join(Pending, Pending.entry_id == Entry.id)
            .where(Pending.org_id == organisation)
        )
        .scalars()
        .all()
    )
    return Lag(len(rows), min(rows, default=None))


def entries_of_case(
    session: Session,
    case_id: UUID,
    *,
    up_to: int | None = None,
    after: StoryPosition | None = None,
    limit: int | None = None,
) -> list[LoggedEntry]:
    """The story of a case in log order, the whole of it unless told otherwise; what still waits comes last.

    Args:
        session: Bound to the case's organisation.
        case_id: The stream.
        up_to: Only leaves below this index (a checkpoint's size); entries that wait are then left out.
        after: Only what comes after a page that ended there.
        limit: At most so many.
    """
    query = _LOGGED.where(Entry.stream == case_id).order_by(Leaf.idx.asc().nulls_last(), Entry.id)
    if up_to is not None:
        query = query.where(Leaf.idx < up_to)
    if after is not None:
        waits: ColumnElement[bool] = Leaf.idx.is_(None)
        if after.waiting is not None:
            waits = and_(waits, Entry.id > after.waiting)
        query = query.where((Leaf.idx > after.index) | waits)
    if limit is not None:
        query = query.limit(limit)
    return _logged(session, query)


def refusals_about(
    session: Session,
    cases: Select[Any],
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> list[LoggedEntry]:
    """What was refused about some cases, newest first.

    Args:
        session: Bound to the organisation.
        cases: The ids of the cases.
        since: Received at or after it.
        until: Received before it.
        after: Only what comes after this entry.
        limit: At most so many.
    """
    query = (
        _LOGGED.where(Entry.code.like(REFUSED), Entry.case_id.in_(cases))
        .order_by(Entry.id.desc())
        .limit(limit)
    )
    if since is not None:
        query = query.where(Entry.received_at >= since)
    if until is not None:
        query = query.where(Entry.received_at < until)
    if after is not None:
        query = query.where(Entry.id < after)
    return _logged(session, query)


def entries_with(
    session: Session,
    codes: Collection[str],
    *,
    case_id: UUID,
    subjects: Collection[UUID],
    after: UUID | None = None,
    limit: int = 50,
) -> list[LoggedEntry]:
    """Entries of some codes about a case, or about one of `subjects`, newest first, after the one named."""
    query = (
        _LOGGED.where(Entry.code.in_(codes), or_(Entry.case_id == case_id, Entry.subject_id.in_(subjects)))
        .order_by(Entry.id.desc())
        .limit(limit)
    )
    if after is not None:
        query = query.where(Entry.id < after)
    return _logged(session, query)


def entries_of(
    session: Session, code: str, subjects: Collection[UUID]
) -> dict[UUID, tuple[EntryId, UUID | None]]:
    """The entry of `code` about each of `subjects`, and in whose name it was written, if a person or program has one."""
    rows = session.execute(
        select(Entry.subject_id, Entry.id, Entry.actor_id).where(
            Entry.code == code, Entry.subject_id.in_(subjects)
        )
    )
    return {subject: (entry, actor) for subject, entry, actor in rows}


def list_heads(
    session: Session, organisation: OrganisationId, *, after: int | None = None, limit: int = 50
) -> list[Head]:
    """Published checkpoints from the newest back, those smaller than `after`."""
    query = select(Checkpoint).where(Checkpoint.org_id == organisation)
    if after is not None:
        query = query.where(Checkpoint.size < after)
    return [_head(row) for row in session.scalars(query.order_by(Checkpoint.size.desc()).limit(limit))]


def heads_covering(session: Session, organisation: OrganisationId, indexes: Sequence[int]) -> list[Head]:
    """For each leaf the first checkpoint that was published with it in the log; each once, in order."""
    sizes = session.scalars(_COVERING, {"org": organisation, "indexes": list(indexes)}).all()
    found = session.scalars(
        select(Checkpoint)
        .where(Checkpoint.org_id == organisation, Checkpoint.size.in_(sizes))
        .order_by(Checkpoint.size)
    )
    return [_head(row) for row in found]


def log_keys(session: Session, organisation: OrganisationId) -> list[PublishedKey]:
    """The keys that signed the log's checkpoints, newest first.

    They come from the same database as the log: enough to check that parts fit each other. An outsider
    takes keys from outside.
    """
    rows = session.scalars(
        select(LogKey).where(LogKey.org_id == organisation).order_by(LogKey.since.desc(), LogKey.vkey)
    )
    return [PublishedKey(parse_vkey(row.vkey), row.since) for row in rows]


def _logged(
    session: Session, query: Select[Entry, bytes, bytes, int, int, bytes | None, UUID]
) -> list[LoggedEntry]:
    return [
        LoggedEntry(
            id=entry.id,
            code=entry.code,
            kind=entry.kind,
            subject_table=entry.subject_table,
            subject_id=entry.subject_id,
            case_id=entry.case_id,
            actor_id=entry.actor_id,
            occurred_at=entry.occurred_at,
            received_at=entry.received_at,
            canonical=bytes(entry.canonical),
            hash=bytes(entry.hash),
            salt=_bytes(salt),
            body=_bytes(body),
            place=_place(bytes(entry.hash), idx, no, prev, stream),
        )
        for entry, salt, body, idx, no, prev, stream in session.execute(query)
    ]


def _nodes_of(plans: Iterable[Plan]) -> list[Node]:
    return list({node for plan in plans for run in plan for node in run})


def _head(row: Checkpoint) -> Head:
    return Head(row.size, bytes(row.root), row.note, row.created_at)


def _record(entry_hash: bytes, no: int, prev: bytes | None, stream: UUID) -> LeafRecord:
    return LeafRecord(entry_hash, no, None if prev is None else bytes(prev), stream)


def _bytes(value: bytes | None) -> bytes | None:
    """What an outer join gave: None where there is no row."""
    return None if value is None else bytes(value)


def _place(entry_hash: bytes, idx: int | None, no: int, prev: bytes | None, stream: UUID) -> Place | None:
    return None if idx is None else Place(idx, _record(entry_hash, no, prev, stream))
