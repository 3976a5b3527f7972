"""Cells become checked values, each row by itself, and then rows are held against each other. Pure."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from field_visits.cases import words
from field_visits.cases.importing.reading import Row
from field_visits.cases.importing.report import RowError
from field_visits.cases.owed import Owed, minor_of
from field_visits.cases.placement import Placement, place
from field_visits.cases.service.work import checked_priority, known_packs
from field_visits.kernel.errors import InvalidError

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YES, _NO = {"true", "yes", "1", "是"}, {"false", "no", "0", "否", ""}
_COLUMN_OF = {"house_number": "housenumber"}
# A figure stands for a missing balance part only while a row is checked.
ValueT = TypeVar("ValueT")


@dataclass(frozen=True, slots=True)
class DoorRow:
    """A row's address. None means that the cell is empty."""

    kind: str
    street: str
    house_number: str | None
    unit: str | None
    postcode: str | None
    city: str
    country: str
    placement: Placement


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A row whose cells can all be true. None means that the cell is empty and what is recorded stays."""

    number: int
    reference: str
    customer_reference: str
    name: str
    phone: str | None
    email: str | None
    language: str | None
    door: DoorRow
    creditor: str
    currency: str
    principal_minor: int
    interest_minor: int | None
    fees_minor: int | None
    team: str | None
    collector: str | None
    packs: tuple[str, ...] | None
    skills: tuple[str, ...] | None
    priority: int | None
    placed_on: date | None
    recall_on: date | None

    @property
    def person(self) -> tuple[str | None, ...]:
        """What two rows of one customer must agree on."""
        return self.name, self.phone, self.email, self.language


class _Cells:
    """The cells of one row, read one by one; what cannot be read becomes an error and None."""

    def __init__(self, row: Row) -> None:
        self.row = row
        self.errors: list[RowError] = []

    def told(self, column: str) -> str:
        return self.row.cells.get(column, "")

    def read(self, column: str, reader: Callable[[str], ValueT]) -> ValueT | None:
        """The required cell."""
        if not self.told(column):
            self.errors.append(RowError(self.row.number, column, f"The cell {column} is empty."))
            return None
        return self.attempt(column, lambda: reader(self.told(column)))

    def maybe(self, column: str, reader: Callable[[str], ValueT]) -> ValueT | None:
        """The optional cell; None where it is empty."""
        return self.attempt(column, lambda: reader(self.told(column))) if self.told(column) else None

    def attempt(self, column: str, reader: Callable[[], ValueT]) -> ValueT | None:
        try:
            return reader()
        except InvalidError as error:
            for fault in error.faults:
                name = fault.pointer.strip("/").split("/")[0]
                more = "" if fault.detail == error.detail else f" It must be: {fault.detail}."
                self.errors.append(
                    RowError(self.row.number, _COLUMN_OF.get(name, name) or column, error.detail + more)
                )
            return None


def parse_row(row: Row) -> CaseRow | tuple[RowError, ...]:
    """The row's values, or everything that is wrong with it."""
    cells = _Cells(row)
    reference = cells.read("reference", lambda text: words.reference(text, "/reference"))
    door = _door(cells)
    currency = cells.read("currency", _currency)
    # Without a currency nobody knows how many decimals an amount may have.
    principal = cells.read("principal", lambda text: minor_of(text, currency or "CNY", "/principal"))
    interest = cells.maybe("interest", lambda text: minor_of(text, currency or "CNY", "/interest"))
    fees = cells.maybe("fees", lambda text: minor_of(text, currency or "CNY", "/fees"))
    if currency and principal is not None:
        cells.attempt("principal", lambda: Owed(principal, interest or 0, fees or 0, currency))
    placed_on = cells.maybe("placed_on", lambda text: _day(text, "/placed_on"))
    recall_on = cells.maybe("recall_on", lambda text: _day(text, "/recall_on"))
    if placed_on and recall_on and recall_on < placed_on:
        cells.errors.append(RowError(row.number, "recall_on", "The recall is before the placement."))
    team = cells.maybe("team", lambda text: words.line(text, "/team"))
    collector = cells.maybe("collector", lambda text: words.line(text, "/collector"))
    if collector and not team and not cells.told("team"):
        cells.errors.append(RowError(row.number, "team", "A collector works in a team; name it too."))
    name = cells.read("name", lambda text: words.line(text, "/name", longest=words.MAX_NAME))
    customer = cells.maybe("customer_reference", lambda text: words.reference(text, "/customer_reference"))
    phone, email = cells.maybe("phone", words.phone), cells.maybe("email", words.email)
    language = cells.maybe("language", words.language)
    creditor = cells.read("creditor", lambda text: words.line(text, "/creditor"))
    packs = cells.maybe("packs", lambda text: tuple(known_packs(_parts(text.casefold()))))
    skills = cells.maybe("skills", lambda text: tuple(words.skills(_parts(text))))
    priority = cells.maybe("priority", _priority)
    if (
        cells.errors
        or reference is None
        or name is None
        or door is None
        or creditor is None
        or currency is None
        or principal is None
    ):
        return tuple(cells.errors)
    return CaseRow(
        row.number,
        reference,
        customer or reference,
        name,
        phone,
        email,
        language,
        door,
        creditor,
        currency,
        principal,
        interest,
        fees,
        team,
        collector,
        packs,
        skills,
        priority,
        placed_on,
        recall_on,
    )


def contradictions(rows: Sequence[CaseRow]) -> Iterable[RowError]:
    """Where two rows of one file cannot both be true; each error names the other row."""
    cases: dict[str, int] = {}
    people: dict[str, CaseRow] = {}
    doors: dict[tuple[str, str], CaseRow] = {}
    for row in rows:
        first = cases.setdefault(row.reference, row.number)
        if first != row.number:
            yield RowError(
                row.number, "reference", f"The reference {row.reference} stands in row {first} too."
            )
            continue
        person = people.setdefault(row.customer_reference, row)
        if person.person != row.person:
            yield RowError(
                row.number, "customer_reference", f"Row {person.number} tells other details of this customer."
            )
        door = doors.setdefault((row.customer_reference, row.door.kind), row)
        if door.door != row.door:
            yield RowError(
                row.number,
                "street",
                f"Row {door.number} tells another {row.door.kind} address of this customer.",
            )


def _door(cells: _Cells) -> DoorRow | None:
    kind = cells.maybe("kind", lambda text: words.word(text.casefold(), words.AddressKind, "/kind").value)
    street = cells.read("street", lambda text: words.line(text, "/street"))
    city = cells.read("city", lambda text: words.line(text, "/city"))
    country = cells.read("country", lambda text: text.upper())
    house_number = cells.maybe("housenumber", lambda text: words.line(text, "/housenumber"))
    unit = cells.maybe("unit", lambda text: words.line(text, "/unit"))
    postcode = cells.maybe("postcode", lambda text: words.line(text, "/postcode"))
    is_approximate = cells.attempt("approximate", lambda: _truth(cells.told("approximate")))
    position = [cells.read(column, str) for column in ("lat", "lon", "crs")]
    if None in position or country is None:
        return None
    lat, lon, crs = (told or "" for told in position)
    placement = cells.attempt(
        "lat", lambda: place(lat, lon, crs, country=country, is_approximate=bool(is_approximate))
    )
    if placement is None or street is None or city is None:
        return None
    return DoorRow(kind or "home", street, house_number, unit, postcode, city, country, placement)


def _currency(text: str) -> str:
    return Owed(0, 0, 0, text.upper()).currency


def _priority(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 3:  # noqa: PLR2004 - 100 has three digits
        raise words.invalid("The priority is no whole number.", "/priority", "0 to 100")
    return checked_priority(int(text))


def _day(text: str, pointer: str) -> date:
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise words.invalid("This is no day of the calendar.", pointer, "YYYY-MM-DD, for instance 2026-11-25")


def _truth(text: str) -> bool:
    if text.casefold() in _YES | _NO:
        return text.casefold() in _YES
    raise words.invalid("This is neither yes nor no.", "/approximate", "true or false")


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]
