"""Files of shifts: who works when, and from where. A shift that comes otherwise takes the place of what it overlaps."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import pairwise

from sqlalchemy import select

from field_visits.cases.importing import values
from field_visits.cases.importing.cells import Cells, NamedRow
from field_visits.cases.importing.changes import Difference
from field_visits.cases.importing.ground import Ground
from field_visits.cases.importing.report import RowError
from field_visits.cases.importing.values import UnreadableValueError
from field_visits.cases.placement import place
from field_visits.identity.models import User
from field_visits.identity.usernames import normal_username
from field_visits.kernel.actor import Role
from field_visits.kernel.db import lock as lock_people
from field_visits.kernel.ids import ShiftId, UserId
from field_visits.kernel.points import Point
from field_visits.unit_of_work import Move, UnitOfWork
from field_visits.workforce.duty import Interval
from field_visits.workforce.models import Shift
from field_visits.workforce.service import MAX_SHIFT

_WITHDRAWALS, _PLANS = range(2)
_MAX_BREAK_MINUTES = 240


@dataclass(frozen=True, slots=True)
class ShiftRow:
    """A shift as a row tells it."""

    number: int
    collector: str
    hours: Interval
    start: Point
    end: Point
    rest: tuple[Interval, int] | None

    @property
    def reference(self) -> str:
        """How a report names it."""
        return f"{self.collector} {self.hours.start:%Y-%m-%d %H:%M}"


def parse_shift(row: NamedRow, ground: Ground) -> ShiftRow | tuple[RowError, ...]:
    """The row's values, or everything that is wrong with it."""
    cells = Cells(row)
    collector = cells.text("collector", normal_username)
    hours = _hours(cells, ground)
    start = _place(cells, ground, "start")
    end = _place(cells, ground, "end") if cells.has("end_lat") or cells.has("end_lon") else start
    rest = None if hours is None else _rest(cells, ground, hours)
    if cells.errors or collector is None or hours is None or start is None or end is None:
        return tuple(cells.errors)
    return ShiftRow(row.number, collector, hours, start, end, rest)


def contradictions(rows: Iterable[ShiftRow]) -> Iterable[RowError]:
    """Shifts of one person that overlap within the file."""
    of_person: dict[str, list[ShiftRow]] = defaultdict(list)
    for row in rows:
        of_person[row.collector].append(row)
    for own in of_person.values():
        own.sort(key=lambda row: row.hours.start)
        for earlier, later in pairwise(own):
            if earlier.hours.meet(later.hours) is not None:
                number, other = max(earlier.number, later.number), min(earlier.number, later.number)
                yield RowError(
                    number,
                    "starts",
                    f"This shift overlaps the one of the same person in row {other}.",
                    "shifts-overlap",
                )


class ShiftComparison:
    """See `Comparing`: a shift is known again by person, hours, places and break."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow

    def differences(self, rows: Sequence[ShiftRow], *, lock: bool) -> list[Difference]:
        people = self._people([row.collector for row in rows])
        if lock:
            lock_people(self._uow.session, *people.values())
        recorded = self._recorded(rows, people.values())
        return [self._difference(row, people, recorded) for row in rows]

    def _difference(
        self, row: ShiftRow, people: dict[str, UserId], recorded: dict[UserId, list[Shift]]
    ) -> Difference:
        difference = Difference(row.reference, is_new=True)
        person = people.get(row.collector)
        if person is None:
            detail = f"{row.collector} is no active collector here; create the account or mend the name."
            difference.fault(row.number, "collector", detail, "collector-unknown")
            return difference
        shift = _shift(self._uow, person, row)
        met = [
            one
            for one in recorded[person]
            if row.hours.meet(Interval(one.starts_at, one.ends_at)) is not None
        ]
        if any(_told(one) == _told(shift) for one in met):
            difference.is_new = False
            return difference
        if row.hours.end <= self._uow.now:
            difference.fault(row.number, "ends", "The shift is over; plan the days to come.", "shift-over")
            return difference
        if met:
            difference.is_new = False
            difference.columns = [_COLUMNS[at] for at in _differing(met[0], shift)]
            facts = {"reason": "another shift came by import"}
            difference.add(
                _WITHDRAWALS, *(Move(one, "withdraw", facts=facts, audience=[person]) for one in met)
            )
        difference.add(_PLANS, Move(shift, "plan", audience=[person]))
        return difference

    def _people(self, usernames: Sequence[str]) -> dict[str, UserId]:
        rows = self._uow.session.execute(
            select(User.username, User.id)
            .where(User.username.in_(usernames), User.state == "active")
            .where(User.roles.contains([Role.COLLECTOR.value]))
        )
        return {username: UserId(person) for username, person in rows}

    def _recorded(self, rows: Sequence[ShiftRow], people: Iterable[UserId]) -> dict[UserId, list[Shift]]:
        found: dict[UserId, list[Shift]] = defaultdict(list)
        since, until = min(row.hours.start for row in rows), max(row.hours.end for row in rows)
        shifts = self._uow.session.scalars(
            select(Shift)
            .where(Shift.collector_id.in_(list(people)), Shift.state == "planned")
            .where(Shift.starts_at < until, Shift.ends_at > since)
            .order_by(Shift.starts_at)
        )
        for shift in shifts:
            found[shift.collector_id].append(shift)
        return found


# What parts of `_told` are called in a file.
_COLUMNS = (
    "starts",
    "ends",
    "start_lat",
    "start_lon",
    "end_lat",
    "end_lon",
    "break_from",
    "break_to",
    "break_minutes",
)


def _told(shift: Shift) -> tuple[object, ...]:
    """What two shifts of one person must agree on to be the same."""
    return (
        shift.starts_at,
        shift.ends_at,
        shift.start_lat,
        shift.start_lon,
        shift.end_lat,
        shift.end_lon,
        shift.break_from,
        shift.break_to,
        shift.break_minutes,
    )


def _differing(one: Shift, other: Shift) -> list[int]:
    return [
        at for at, (is_now, was) in enumerate(zip(_told(one), _told(other), strict=True)) if is_now != was
    ]


def _hours(cells: Cells, ground: Ground) -> Interval | None:
    day, starts, ends = (
        cells.read("day", values.day),
        cells.read("starts", values.clock),
        cells.read("ends", values.clock),
    )
    if day is None or starts is None or ends is None:
        return None
    last = day if ends > starts else day + timedelta(days=1)
    start = cells.attempt("starts", lambda: values.local(day, starts, ground.zone))
    end = cells.attempt("ends", lambda: values.local(last, ends, ground.zone))
    if start is None or end is None:
        return None
    if end - start > MAX_SHIFT:
        hours = MAX_SHIFT // timedelta(hours=1)
        cells.fault(
            "ends",
            f"The shift is longer than {hours} hours; is the end before the beginning?",
            "shift-too-long",
        )
        return None
    return Interval(start, end)


def _place(cells: Cells, ground: Ground, which: str) -> Point | None:
    lat = cells.text(f"{which}_lat", str)
    lon = cells.text(f"{which}_lon", str)
    crs = cells.text("crs", str)
    if lat is None or lon is None or crs is None:
        return None
    placed = cells.attempt(
        f"{which}_lat", lambda: place(lat, lon, crs, country=ground.country, is_approximate=True)
    )
    return None if placed is None else placed.point


def _rest(cells: Cells, ground: Ground, hours: Interval) -> tuple[Interval, int] | None:
    told = [column for column in ("break_from", "break_to", "break_minutes") if cells.has(column)]
    if not told:
        return None
    since, until = cells.read("break_from", values.clock), cells.read("break_to", values.clock)
    minutes = cells.text("break_minutes", _minutes)
    if since is None or until is None or minutes is None:
        return None
    day = hours.start.astimezone(ground.zone).date()
    window = cells.attempt("break_from", lambda: _window(day, since, until, ground, hours))
    if window is None:
        return None
    if window.end - window.start < timedelta(minutes=minutes):
        cells.fault(
            "break_minutes",
            "The break is longer than the time in which it may be taken.",
            "break-does-not-fit",
        )
        return None
    return window, minutes


def _window(day: date, since: time, until: time, ground: Ground, hours: Interval) -> Interval:
    start, end = values.local(day, since, ground.zone), values.local(day, until, ground.zone)
    # Of a shift over midnight the break may lie on the second day.
    start = start if start >= hours.start else start + timedelta(days=1)
    end = end if end > start else end + timedelta(days=1)
    if start < hours.start or end > hours.end:
        raise UnreadableValueError("break-does-not-fit", "The break lies outside the shift.")
    return Interval(start, end)


def _minutes(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= _MAX_BREAK_MINUTES:
        raise UnreadableValueError(
            "value-invalid", f"Write the break's minutes, from 1 to {_MAX_BREAK_MINUTES}."
        )
    return int(text)


def _shift(uow: UnitOfWork, person: UserId, row: ShiftRow) -> Shift:
    return Shift(
        id=ShiftId(uow.new_id()),
        collector_id=person,
        starts_at=row.hours.start,
        ends_at=row.hours.end,
        start_lat=row.start.lat,
        start_lon=row.start.lon,
        end_lat=row.end.lat,
        end_lon=row.end.lon,
        break_from=None if row.rest is None else row.rest[0].start,
        break_to=None if row.rest is None else row.rest[0].end,
        break_minutes=0 if row.rest is None else row.rest[1],
    )
