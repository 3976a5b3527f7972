"""Files of consents: what customers waived elsewhere, and what proves it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from field_visits.cases import words
from field_visits.cases.importing import spelling, values
from field_visits.cases.importing.cells import Cells, NamedRow
from field_visits.cases.importing.changes import Difference
from field_visits.cases.importing.ground import Ground, judged
from field_visits.cases.importing.known_cases import cases_named, unknown_case
from field_visits.cases.importing.reading.table import Cell
from field_visits.cases.importing.report import RowError
from field_visits.cases.importing.values import UnreadableValueError
from field_visits.cases.loading import audience
from field_visits.cases.models import Consent
from field_visits.cases.service.consents import WRITTEN
from field_visits.compliance.facts import Channel, ConsentKind
from field_visits.kernel.ids import CaseId, ConsentId
from field_visits.unit_of_work import Move, UnitOfWork


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """A consent as a row tells it. `since` and `until` are None where it has no such bound."""

    number: int
    case_reference: str
    kind: str
    channel: str
    given_at: datetime
    since: datetime | None
    until: datetime | None
    is_written: bool
    words: str


def parse_consent(row: NamedRow, ground: Ground) -> ConsentRow | tuple[RowError, ...]:
    """The row's values, or everything that is wrong with it."""
    cells = Cells(row)
    case = cells.read("case_reference", lambda cell: values.reference(cell, "/case_reference"))
    kind = cells.text("kind", lambda text: spelling.word(text, ConsentKind))
    channel = cells.text("channel", lambda text: spelling.word(text, Channel))
    given_at = cells.read("given_at", lambda cell: ground.past(values.instant(cell, ground.zone)))
    told = cells.text("words", lambda text: words.prose(text, "/words"))
    since = cells.maybe("since", lambda cell: judged(values.instant(cell, ground.zone, needs_time=False)))
    until = cells.maybe("until", lambda cell: judged(_end(cell, ground.zone)))
    is_written = cells.maybe_text("written", lambda text: spelling.truth(text, "/written"))
    if given_at is not None and until is not None and until <= (since or given_at):
        cells.fault("until", "The consent ends before it begins.", "dates-reversed")
    if cells.errors or case is None or kind is None or channel is None or given_at is None or told is None:
        return tuple(cells.errors)
    return ConsentRow(
        row.number,
        case,
        kind.value,
        channel.value,
        given_at,
        since,
        until,
        channel in WRITTEN if is_written is None else is_written,
        told,
    )


def contradictions(rows: Iterable[ConsentRow]) -> Iterable[RowError]:
    """A consent that stands twice in one file."""
    seen: dict[tuple[Any, ...], int] = {}
    for row in rows:
        first = seen.setdefault((row.case_reference, row.kind, row.given_at), row.number)
        if first != row.number:
            detail = f"Row {first} tells a consent of this case, kind and time too."
            yield RowError(row.number, "given_at", detail, "row-twice")


class ConsentComparison:
    """See `Comparing`: a consent is known again by its case, kind and time.

    One that the customer withdrew stays withdrawn, however often a file tells that it was given.
    """

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow

    def differences(self, rows: Sequence[ConsentRow], *, lock: bool) -> list[Difference]:
        cases = cases_named(self._uow, [row.case_reference for row in rows], lock=lock)
        recorded = self._recorded([case.id for case in cases.values()], [row.given_at for row in rows])
        found = []
        for row in rows:
            difference = Difference(row.case_reference, is_new=False)
            found.append(difference)
            case = cases.get(row.case_reference)
            if case is None:
                difference.fault(
                    row.number, "case_reference", unknown_case(row.case_reference), "case-unknown"
                )
                continue
            known = recorded.get((case.id, row.kind, row.given_at))
            if known is None:
                difference.is_new = True
                consent = _consent(self._uow, case.id, row)
                told = audience(case.collector_id)
                difference.add(0, Move(consent, "record", occurred_at=row.given_at, audience=told))
            elif known.state == "withdrawn":
                detail = "The customer withdrew this consent; only a new one counts. Leave the row out."
                difference.fault(row.number, "given_at", detail, "consent-withdrawn")
            elif not _is_same(known, row):
                detail = "A consent of this case, kind and time is recorded otherwise; it is never changed. Withdraw it, and record the new one."
                difference.fault(row.number, "kind", detail, "consent-differs")
        return found

    def _recorded(
        self, cases: Sequence[CaseId], times: Sequence[datetime]
    ) -> dict[tuple[CaseId, str, datetime], Consent]:
        query = (
            select(Consent)
            .where(Consent.case_id.in_(cases), Consent.given_at.in_(set(times)), Consent.state != "retracted")
            # Of two alike, the one that still stands.
            .order_by(Consent.state.desc(), Consent.id)
        )
        return {(one.case_id, one.kind, one.given_at): one for one in self._uow.session.scalars(query)}


def _end(cell: Cell, zone: ZoneInfo) -> datetime:
    """The moment at which it ends; a day alone is covered to its end."""
    try:
        last = values.day(cell)
    except UnreadableValueError as error:
        if error.code not in {"date-invalid", "date-with-time"}:
            raise
        return values.instant(cell, zone)
    judged(values.local(last, time(), zone))  # before the next day is asked for: the calendar has an end
    return values.local(last + timedelta(days=1), time(), zone)


def _is_same(consent: Consent, row: ConsentRow) -> bool:
    told = (row.channel, row.since, row.until, row.is_written, row.words)
    return (consent.channel, consent.since, consent.until, consent.is_written, consent.words) == told


def _consent(uow: UnitOfWork, case_id: CaseId, row: ConsentRow) -> Consent:
    return Consent(
        id=ConsentId(uow.new_id()),
        case_id=case_id,
        kind=row.kind,
        channel=row.channel,
        is_written=row.is_written,
        given_at=row.given_at,
        since=row.since,
        until=row.until,
        words=row.words,
        withdrawn_at=None,
    )
