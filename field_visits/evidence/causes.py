"""What one entry brought about: the entries that name it as their cause, and what they say of rows."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Select, cast, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from field_visits.evidence.tables import Entry, EntryBody
from field_visits.kernel.ids import EntryId

# Ids of one unit of work begin with its time; their counter may run ahead of it.
_AHEAD = timedelta(seconds=10)
_PAGE = 2000


@dataclass(frozen=True, slots=True)
class Effect:
    """One entry that another one caused. `rows` is None once its body was erased."""

    id: EntryId
    rows: list[dict[str, Any]] | None


@dataclass(frozen=True, slots=True)
class LaterChange:
    """A change of something in a case's story that came after, and what caused it."""

    entry: EntryId
    cause: EntryId | None
    case_id: UUID
    code: str


def effects_of(session: Session, cause: EntryId, received_at: datetime) -> Iterator[Effect]:
    """The entries of the same unit of work that name `cause`, in their order.

    Args:
        session: Bound to the organisation.
        cause: The entry.
        received_at: When it was written.
    """
    until = _end_of(received_at)
    after: UUID = cause
    while True:
        page = session.execute(
            select(Entry.id, Entry.canonical, EntryBody.body)
            .outerjoin(EntryBody, EntryBody.entry_id == Entry.id)
            .where(Entry.id > after, Entry.id <= until, Entry.received_at == received_at)
            .order_by(Entry.id)
            .limit(_PAGE)
        ).all()
        for entry_id, canonical, body in page:
            if _cause_in(canonical) == cause:
                yield Effect(entry_id, _rows_in(body))
        if len(page) < _PAGE:
            return
        after = page[-1][0]


def cases_reached_by(cause: EntryId, received_at: datetime) -> Select[UUID | None]:
    """The cases in whose stories an entry of the same unit of work names `cause`; see `effects_of`."""
    told = cast(func.convert_from(Entry.canonical, "UTF8"), JSONB)["cause"].astext
    return select(Entry.case_id).where(
        Entry.id > cause,
        Entry.id <= _end_of(received_at),
        Entry.received_at == received_at,
        Entry.case_id.is_not(None),
        told == str(cause),
    )


def changes_of_cases(session: Session, cases: Collection[UUID], *, after: EntryId) -> Iterator[LaterChange]:
    """Every change in the stories of `cases` that was written after an entry; views and refusals are none."""
    rows = session.execute(
        select(Entry.id, Entry.canonical, Entry.stream, Entry.code)
        .where(Entry.case_id.in_(list(cases)), Entry.id > after, Entry.kind == "change")
        .order_by(Entry.id)
    )
    for entry, canonical, case_id, code in rows:
        yield LaterChange(entry, _cause_in(canonical), case_id, code)


def causes_of(session: Session, entries: Collection[EntryId]) -> dict[EntryId, EntryId | None]:
    """What caused each of `entries`."""
    rows = session.execute(select(Entry.id, Entry.canonical).where(Entry.id.in_(list(entries))))
    return {entry: _cause_in(canonical) for entry, canonical in rows}


def entries_about(session: Session, subjects: Collection[UUID]) -> set[EntryId]:
    """The entries whose subject is one of `subjects`."""
    return set(session.scalars(select(Entry.id).where(Entry.subject_id.in_(list(subjects)))))


def _end_of(received_at: datetime) -> UUID:
    """No entry of a unit of work that wrote at this time has a later id."""
    return UUID(int=(int((received_at + _AHEAD).timestamp() * 1000) << 80) | ((1 << 80) - 1))


def _cause_in(canonical: bytes) -> EntryId | None:
    told = orjson.loads(bytes(canonical))["cause"]
    return None if told is None else EntryId(UUID(told))


def _rows_in(body: bytes | None) -> list[dict[str, Any]] | None:
    if body is None:
        return None
    rows: list[dict[str, Any]] = orjson.loads(bytes(body)).get("rows", [])
    return rows
