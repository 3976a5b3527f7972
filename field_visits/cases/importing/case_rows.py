"""Rows of a file of cases become checked values, and are held against each other. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from field_visits.cases import words
from field_visits.cases.importing import values
from field_visits.cases.importing.cells import Cells, NamedRow
from field_visits.cases.importing.ground import currency_of
from field_visits.cases.importing.report import RowError
from field_visits.cases.importing.spelling import truth
from field_visits.cases.owed import Owed
from field_visits.cases.placement import Placement, place
from field_visits.cases.service.work import checked_priority, known_packs

_COLUMN_OF = {"house_number": "housenumber"}
_KINDS = {"家庭": "home", "住宅": "home", "住址": "home", "单位": "work", "公司": "work", "其他": "other"}


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
    due_on: date | None
    # Read to be asked about, never kept.
    born_on: date | None

    @property
    def person(self) -> tuple[str | None, ...]:
        """What two rows of one customer must agree on."""
        return self.name, self.phone, self.email, self.language


def parse_case(row: NamedRow) -> CaseRow | tuple[RowError, ...]:
    """The row's values, or everything that is wrong with it."""
    cells = Cells(row, _COLUMN_OF)
    reference = cells.read("reference", lambda cell: values.reference(cell, "/reference"))
    door = _door(cells)
    currency = cells.text("currency", currency_of)
    # Without a currency nobody knows how many decimals an amount may have.
    in_currency = currency or "CNY"
    principal = cells.read("principal", lambda cell: values.amount(cell, in_currency, "/principal"))
    interest = cells.maybe("interest", lambda cell: values.amount(cell, in_currency, "/interest"))
    fees = cells.maybe("fees", lambda cell: values.amount(cell, in_currency, "/fees"))
    if currency and principal is not None:
        cells.attempt("principal", lambda: Owed(principal, interest or 0, fees or 0, currency))
    placed_on = cells.maybe("placed_on", values.day)
    recall_on = cells.maybe("recall_on", values.day)
    if placed_on and recall_on and recall_on < placed_on:
        cells.fault("recall_on", "The recall is before the placement.", "dates-contradict")
    due_on = cells.maybe("due_on", values.day)
    if placed_on and due_on and due_on > placed_on:
        cells.fault("due_on", "A debt is placed after it fell due.", "dates-contradict")
    born_on = cells.maybe("born_on", values.day)
    team = cells.maybe_text("team", lambda text: words.line(text, "/team"))
    collector = cells.maybe_text("collector", lambda text: words.line(text, "/collector"))
    if collector and not team and not cells.has("team"):
        cells.fault("team", "A collector works in a team; name it too.", "cell-empty")
    name = cells.text("name", lambda text: words.line(text, "/name", longest=words.MAX_NAME))
    customer = cells.maybe("customer_reference", lambda cell: values.reference(cell, "/customer_reference"))
    phone, email = cells.maybe("phone", values.phone), cells.maybe_text("email", words.email)
    language = cells.maybe_text("language", words.language)
    creditor = cells.text("creditor", lambda text: words.line(text, "/creditor"))
    packs = cells.maybe_text("packs", lambda text: tuple(known_packs(_parts(text.casefold()))))
    skills = cells.maybe_text("skills", lambda text: tuple(words.skills(_parts(text))))
    priority = cells.maybe_text("priority", _priority)
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
        due_on,
        born_on,
    )


def contradictions(rows: Iterable[CaseRow]) -> Iterable[RowError]:
    """Where two rows of one file cannot both be true; each error names the other row."""
    cases: dict[str, int] = {}
    people: dict[str, CaseRow] = {}
    doors: dict[tuple[str, str], CaseRow] = {}
    for row in rows:
        first = cases.setdefault(row.reference, row.number)
        if first != row.number:
            yield RowError(
                row.number,
                "reference",
                f"The reference {row.reference} stands in row {first} too.",
                "row-twice",
            )
            continue
        person = people.setdefault(row.customer_reference, row)
        if person.person != row.person:
            yield RowError(
                row.number,
                "customer_reference",
                f"Row {person.number} tells other details of this customer.",
                "rows-contradict",
            )
        door = doors.setdefault((row.customer_reference, row.door.kind), row)
        if door.door != row.door:
            yield RowError(
                row.number,
                "street",
                f"Row {door.number} tells another {row.door.kind} address of this customer.",
                "rows-contradict",
            )


def _door(cells: Cells) -> DoorRow | None:
    kind = cells.maybe_text("kind", _kind)
    street = cells.text("street", lambda text: words.line(text, "/street"))
    city = cells.text("city", lambda text: words.line(text, "/city"))
    country = cells.text("country", lambda text: text.upper())
    house_number = cells.maybe_text("housenumber", lambda text: words.line(text, "/housenumber"))
    unit = cells.maybe_text("unit", lambda text: words.line(text, "/unit"))
    postcode = cells.maybe_text("postcode", lambda text: words.line(text, "/postcode"))
    is_approximate = cells.maybe_text("approximate", lambda text: truth(text, "/approximate"))
    position = [cells.text(column, str) for column in ("lat", "lon", "crs")]
    if None in position or country is None:
        return None
    lat, lon, crs = (told or "" for told in position)
    placement = cells.attempt(
        "lat", lambda: place(lat, lon, crs, country=country, is_approximate=bool(is_approximate))
    )
    if placement is None or street is None or city is None:
        return None
    return DoorRow(kind or "home", street, house_number, unit, postcode, city, country, placement)


def _kind(text: str) -> str:
    return words.word(_KINDS.get(text, text.casefold()), words.AddressKind, "/kind").value


def _priority(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 3:  # noqa: PLR2004 - 100 has three digits
        raise words.invalid("The priority is no whole number.", "/priority", "0 to 100")
    return checked_priority(int(text))


def _parts(text: str) -> list[str]:
    return [part.strip() for part in re.split("[;；]", text) if part.strip()]
