"""Amounts, days, times and numbers as people write them become values, or a sentence why they cannot. Pure.

What can be read in two ways is never guessed: «05/11/2026» is May in one country and November in another.
"""

import re
import unicodedata
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from field_visits.cases import words
from field_visits.cases.importing.reading.table import Cell, Flaw
from field_visits.cases.owed import minor_of
from field_visits.kernel.money import MINOR_DIGITS


class UnreadableValueError(Exception):
    """The cell cannot be taken; `code` is stable, the sentence says what to write instead."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code, self.detail = code, detail


_SIGNS = {
    "CNY": ("CNY", "RMB", "¥", "元", "人民币"),
    "USD": ("USD", "US$", "$"),
    "GBP": ("GBP", "£"),
    "INR": ("INR", "₹", "RS.", "RS"),
    "EUR": ("EUR", "€"),
    "CHF": ("CHF", "FR.", "SFR."),
    "SGD": ("SGD", "S$", "$"),
}
# Where the comma parts the decimals as often as the thousands.
_COMMA_DECIMALS = frozenset({"EUR", "CHF"})
_GROUPED = re.compile(r"[0-9]{1,3}(?:[,' ][0-9]{3})+(?:\.[0-9]+)?")
_GROUPED_INDIAN = re.compile(r"[0-9]{1,2}(?:,[0-9]{2})*,[0-9]{3}(?:\.[0-9]+)?")
_GROUPED_BY_POINTS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+")
_DECIMAL_COMMA = re.compile(r"[0-9]+,[0-9]{1,2}")
_COMMA_OR_POINT_THREE = re.compile(r"[0-9]{1,3}[,.][0-9]{3}")
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?[Ee]\+?[0-9]+")

_YEAR_FIRST = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})")
_COMPACT = re.compile(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})")
_CHINESE = re.compile(r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})[日号]?")
_YEAR_LAST = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})")
_NAMED_MONTH = re.compile(
    r"([0-9]{1,2})[ -]([A-Za-z]{3,9})[ ,-]*([0-9]{4})|([A-Za-z]{3,9}) ([0-9]{1,2}),? ([0-9]{4})"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CLOCK = re.compile(
    r"(上午|下午|中午|晚上|凌晨|AM|PM)? ?([0-9]{1,2})[:时点h.]([0-9]{2})(?:[:分]([0-9]{2})(?:\.[0-9]+)?秒?)?分? ?(AM|PM)?",
    re.IGNORECASE,
)
_OFFSET = re.compile(r"(Z|[+-][0-9]{2}:?[0-9]{2})$", re.IGNORECASE)
_AFTERNOON = {"下午", "晚上", "pm"}
# What Excel counts for the days of 1990 to 2099.
_SERIAL = re.compile(r"(3[3-9]|[4-6][0-9]|7[0-2])[0-9]{3}(?:\.[0-9]+)?")
_EPOCH = datetime(1899, 12, 30, tzinfo=UTC)
_NOON = 12
_MONTHS_OF_YEAR = 12


def text_of(cell: Cell) -> str:
    """A cell that is no day or time, as its text, without blanks around it."""
    if isinstance(cell, Flaw):
        raise UnreadableValueError(cell.code, cell.detail)
    if isinstance(cell, str):
        return cell.strip()
    raise UnreadableValueError(
        "turned-into-date",
        "The spreadsheet turned this into a day or a time; format the column as text and write it again.",
    )


def reference(cell: Cell, pointer: str) -> str:
    """A number that names something: kept just as it is written."""
    text = text_of(cell)
    _refuse_shortened(text)
    return words.reference(text, pointer)


def phone(cell: Cell) -> str | None:
    """A telephone number; one that a spreadsheet shortened is told apart."""
    text = text_of(cell)
    _refuse_shortened(unicodedata.normalize("NFKC", text))
    return words.phone(text)


def amount(cell: Cell, currency: str, pointer: str) -> int:
    """The minor units of an amount in major units: «¥1,234.50» of CNY is 123450.

    Raises:
        UnreadableValueError: it names another currency, has a sign, or can be read in two ways.
        InvalidError: it is no amount, or finer than the currency's smallest unit.
    """
    text = _without_currency(unicodedata.normalize("NFKC", text_of(cell)).replace("’", "'").strip(), currency)
    if text.startswith(("-", "(", "−")) or text.endswith("-"):
        raise UnreadableValueError(
            "amount-negative", "The amount has a minus; write what is owed without a sign."
        )
    _refuse_shortened(text)
    if currency in _COMMA_DECIMALS and _COMMA_OR_POINT_THREE.fullmatch(text):
        raise UnreadableValueError(
            "amount-ambiguous",
            f"«{text}» may mean thousands or decimals; write it with two decimals and a point: 1234.50.",
        )
    if _GROUPED.fullmatch(text) or (currency == "INR" and _GROUPED_INDIAN.fullmatch(text)):
        text = re.sub("[,' ]", "", text)
    elif _GROUPED_BY_POINTS.fullmatch(text):
        text = text.replace(".", "").replace(",", ".")
    elif _DECIMAL_COMMA.fullmatch(text):
        if currency not in _COMMA_DECIMALS:
            raise UnreadableValueError(
                "amount-ambiguous",
                f"The comma in «{text}» parts no thousands; write decimals with a point: 1234.50.",
            )
        text = text.replace(",", ".")
    return minor_of(text, currency, pointer)


def day(cell: Cell) -> date:
    """A day of the calendar: 2026-11-05, 2026/11/5, 2026年11月5日, 5 Nov 2026, 25/11/2026, or a day cell.

    Raises:
        UnreadableValueError: it is none, may be two, or is a number that Excel would show as one.
    """
    if isinstance(cell, datetime):
        if cell.time() != time():
            raise UnreadableValueError("date-with-time", "A day belongs here, without a time.")
        return cell.date()
    if isinstance(cell, date):
        return cell
    return _day_of(unicodedata.normalize("NFKC", text_of(cell)))


def clock(cell: Cell) -> time:
    """A time of day: 09:30, 9:30, 2:30 PM, 下午2:30, or a time cell."""
    if isinstance(cell, datetime):
        return cell.time()
    if isinstance(cell, time):
        return cell
    return _clock_of(unicodedata.normalize("NFKC", text_of(cell)))


def instant(cell: Cell, zone: ZoneInfo, *, needs_time: bool = True) -> datetime:
    """A moment: a day and a time, in `zone` unless an offset is told.

    Args:
        cell: What is told.
        zone: The organisation's.
        needs_time: Whether a day alone is refused; else it means that day's beginning.
    """
    if isinstance(cell, datetime):
        return local(cell.date(), cell.time(), zone)
    text = cell.isoformat() if isinstance(cell, date) else unicodedata.normalize("NFKC", text_of(cell))
    offset = _OFFSET.search(text) if ":" in text else None
    if offset is not None and "T" in text.upper().replace(" ", "T"):
        return _with_offset(text)
    told_day, _, told_time = text.replace("T", " ").partition(" ")
    while told_time and _is_part_of_day(told_day, told_time):
        more, _, told_time = told_time.partition(" ")
        told_day = f"{told_day} {more}"
    if not told_time.strip() and needs_time and not _SERIAL.fullmatch(told_day):
        raise UnreadableValueError("time-missing", "Day and time belong here: 2026-11-05 14:30.")
    return local(_day_of(told_day), _clock_of(told_time.strip()) if told_time.strip() else time(), zone)


def local(on: date, at: time, zone: ZoneInfo) -> datetime:
    """The moment at which clocks of `zone` show this.

    Raises:
        UnreadableValueError: they never do, or do so twice (the clocks are changed in that hour); or it is at an end of the
            calendar, beyond which another zone's day would lie.
    """
    earlier = datetime.combine(on, at, tzinfo=zone)
    if not MINYEAR < on.year < MAXYEAR:
        raise UnreadableValueError("date-invalid", "There is no such year here; write it like 2026-11-25.")
    if earlier.utcoffset() != earlier.replace(fold=1).utcoffset():
        raise UnreadableValueError(
            "time-ambiguous",
            f"Clocks are changed at this time in {zone.key}; write it with its offset: 2026-11-01T01:30:00-04:00.",
        )
    return earlier.astimezone(UTC)


def _is_part_of_day(told_day: str, told_time: str) -> bool:
    """Whether the day goes on after the blank: «5 Nov 2026 14:30»."""
    return (
        ":" not in told_time.partition(" ")[0]
        and bool(re.search("[A-Za-z]", told_day + told_time))
        and not re.fullmatch("(?i)(am|pm).*", told_time)
    )


def _with_offset(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(re.sub(r"(?i)z$", "+00:00", text.strip().replace(" ", "T", 1)))
    except ValueError:
        raise _no_time() from None
    if found.tzinfo is None:
        raise _no_time()
    return found.astimezone(UTC)


def _day_of(text: str) -> date:
    found = _YEAR_FIRST.fullmatch(text)
    if found is not None:
        return _date(int(found[1]), int(found[3]), int(found[4]))
    found = _CHINESE.fullmatch(text) or _COMPACT.fullmatch(text)
    if found is not None:
        return _date(int(found[1]), int(found[2]), int(found[3]))
    found = _NAMED_MONTH.fullmatch(text)
    if found is not None:
        told_day, name, year = (found[1], found[2], found[3]) if found[1] else (found[5], found[4], found[6])
        if name[:3].casefold() in _MONTHS:
            return _date(int(year), _MONTHS.index(name[:3].casefold()) + 1, int(told_day))
    found = _YEAR_LAST.fullmatch(text)
    if found is not None:
        first, second, year = int(found[1]), int(found[3]), int(found[4])
        if first > _MONTHS_OF_YEAR or first == second:
            return _date(year, second, first)
        if second > _MONTHS_OF_YEAR:
            return _date(year, first, second)
        raise UnreadableValueError(
            "date-ambiguous",
            f"«{text}» is {year}-{second:02d}-{first:02d} to some and {year}-{first:02d}-{second:02d} to others; "
            "write the year first.",
        )
    if _SERIAL.fullmatch(text):
        meant = (_EPOCH + timedelta(days=float(text))).date()
        raise UnreadableValueError(
            "date-as-number",
            f"«{text}» is how Excel counts the day {meant}; format the column as a date, or write {meant}.",
        )
    raise UnreadableValueError("date-invalid", "This is no day of the calendar; write it like 2026-11-25.")


def _date(year: int, month: int, on: int) -> date:
    try:
        return date(year, month, on)
    except ValueError:
        raise UnreadableValueError(
            "date-invalid", "There is no such day; write it like 2026-11-25."
        ) from None


def _clock_of(text: str) -> time:
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise _no_time()
    hour, minute, second = int(found[2]), int(found[3]), int(found[4] or 0)
    half = (found[1] or found[5] or "").casefold()
    if half in _AFTERNOON and hour < _NOON:
        hour += _NOON
    elif half in {"am", "凌晨", "上午"} and hour == _NOON:
        hour = 0
    try:
        return time(hour, minute, second)
    except ValueError:
        raise _no_time() from None


def _no_time() -> UnreadableValueError:
    return UnreadableValueError("time-invalid", "This is no time; write it like 14:30, or 2026-11-05 14:30.")


def _without_currency(text: str, currency: str) -> str:
    """The figures of an amount; a sign or code of `currency` may stand on one side."""
    for sign in _SIGNS.get(currency, ()):
        if text.upper().startswith(sign):
            return text[len(sign) :].strip()
        if text.upper().endswith(sign):
            return text[: -len(sign)].strip()
    for other in MINOR_DIGITS:
        if other != currency and any(sign in text.upper() for sign in _SIGNS[other]):
            raise UnreadableValueError(
                "amount-currency",
                f"The amount is written in {other}, and the row says {currency}; mend one of them.",
            )
    return text


def _refuse_shortened(text: str) -> None:
    """«1.38E+10» is what a spreadsheet leaves of a long number; the lost digits cannot come back."""
    if _SCIENTIFIC.fullmatch(text):
        raise UnreadableValueError(
            "number-shortened",
            f"The spreadsheet shortened this number to «{text}»; format the column as text and write it again.",
        )
