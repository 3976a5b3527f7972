"""Files of contacts: attempts to reach people that were made elsewhere and count here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from field_visits.cases import words
from field_visits.cases.importing import spelling, values
from field_visits.cases.importing.cells import Cells, NamedRow
from field_visits.cases.importing.changes import Difference
from field_visits.cases.importing.ground import Ground
from field_visits.cases.importing.known_cases import cases_named, unknown_case
from field_visits.cases.importing.report import RowError
from field_visits.cases.loading import audience
from field_visits.cases.models import Contact
from field_visits.cases.words import ContactResult, Direction, PersonMet
from field_visits.compliance.facts import Channel
from field_visits.kernel.ids import CaseId, ContactId
from field_visits.unit_of_work import Move, UnitOfWork


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A contact as a row tells it. None means that the cell is empty."""

    number: int
    case_reference: str
    channel: str
    direction: str
    at: datetime
    result: str
    person_met: str | None
    note: str | None


def parse_contact(row: NamedRow, ground: Ground) -> ContactRow | tuple[RowError, ...]:
    """The row's values, or everything that is wrong with it."""
    cells = Cells(row)
    case = cells.read("case_reference", lambda cell: values.reference(cell, "/case_reference"))
    channel = cells.text("channel", lambda text: spelling.word(text, Channel))
    at = cells.read("at", lambda cell: ground.past(values.instant(cell, ground.zone)))
    result = cells.text("result", lambda text: spelling.word(text, ContactResult))
    direction = cells.maybe_text("direction", lambda text: spelling.word(text, Direction))
    person_met = cells.maybe_text("person_met", lambda text: spelling.word(text, PersonMet))
    note = cells.maybe_text("note", lambda text: words.prose(text, "/note"))
    if cells.errors or case is None or channel is None or at is None or result is None:
        return tuple(cells.errors)
    return ContactRow(
        row.number,
        case,
        channel.value,
        (direction or Direction.OUT).value,
        at,
        result.value,
        None if person_met is None else person_met.value,
        note,
    )


def contradictions(rows: Iterable[ContactRow]) -> Iterable[RowError]:
    """A contact that stands twice in one file."""
    seen: dict[tuple[Any, ...], int] = {}
    for row in rows:
        first = seen.setdefault((row.case_reference, row.channel, row.direction, row.at), row.number)
        if first != row.number:
            detail = f"Row {first} tells a contact of this case, channel and time too."
            yield RowError(row.number, "at", detail, "row-twice")


class ContactComparison:
    """See `Comparing`: a contact is known again by its case, channel, direction and time."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow

    def differences(self, rows: Sequence[ContactRow], *, lock: bool) -> list[Difference]:
        cases = cases_named(self._uow, [row.case_reference for row in rows], lock=lock)
        recorded = self._recorded([case.id for case in cases.values()], [row.at for row in rows])
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
            known = recorded.get((case.id, row.channel, row.direction, row.at))
            if known is None:
                difference.is_new = True
                contact = _contact(self._uow, case.id, row)
                told = audience(case.collector_id)
                difference.add(0, Move(contact, "record", occurred_at=row.at, audience=told))
            elif not _is_same(known, row):
                detail = "A contact of this case, channel and time is recorded with other words; it is never changed."
                difference.fault(row.number, "result", detail, "contact-differs")
        return found

    def _recorded(
        self, cases: Sequence[CaseId], times: Sequence[datetime]
    ) -> dict[tuple[CaseId, str, str, datetime], Contact]:
        query = select(Contact).where(
            Contact.case_id.in_(cases), Contact.at.in_(set(times)), Contact.state != "withdrawn"
        )
        return {
            (one.case_id, one.channel, one.direction, one.at): one for one in self._uow.session.scalars(query)
        }


def _is_same(contact: Contact, row: ContactRow) -> bool:
    """Whether the row tells the recorded contact; an empty cell agrees with anything."""
    return (
        contact.result == row.result
        and row.person_met in {None, contact.person_met}
        and row.note in {None, contact.note}
    )


def _contact(uow: UnitOfWork, case_id: CaseId, row: ContactRow) -> Contact:
    return Contact(
        id=ContactId(uow.new_id()),
        case_id=case_id,
        channel=row.channel,
        direction=row.direction,
        at=row.at,
        result=row.result,
        person_met=row.person_met,
        about_table=None,
        about_id=None,
        note=row.note,
    )
