"""Which hours can be promised: exact free slots beside what a crew has already promised.

Fixed intervals stay where they are; nothing is re-planned. A slot holds the way there from the visit
before, the way on to the visit after, and leaves every break its place.
"""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from routing.model import Break, Leg, Place, ProblemError, Trip, Vehicle, Window, union


class Legs(Protocol):
    """Anything that knows trips: a `Travel`, or a `TravelMatrix`."""

    def legs(self, trips: Sequence[Trip]) -> Sequence[Leg]: ...


@dataclass(frozen=True, slots=True)
class Busy:
    """A fixed interval of a crew at a place."""

    from_s: int
    to_s: int
    place: Place


@dataclass(frozen=True, slots=True)
class Agenda:
    """A crew on its shift, and what it has promised, in order.

    Raises:
        ProblemError: two intervals overlap, or one runs backwards.
    """

    vehicle: Vehicle
    busy: tuple[Busy, ...] = ()

    def __post_init__(self) -> None:
        clock = 0
        for interval in self.busy:
            if not clock <= interval.from_s <= interval.to_s:
                raise ProblemError(
                    f"The fixed intervals of {self.vehicle.id} must be in order and apart; look at {interval.from_s}."
                )
            clock = interval.to_s


@dataclass(frozen=True, slots=True)
class Slot:
    """The visit may start at any second of `from_s`..`to_s`, inside the offered `window`.

    `extra_travel_s` is what it adds to the crew's travel.
    """

    vehicle: str
    window: Window
    from_s: int
    to_s: int
    extra_travel_s: int


def free_slots(
    agendas: Iterable[Agenda],
    *,
    place: Place,
    service_s: int,
    windows: Sequence[Window],
    travel: Legs,
    skills: frozenset[str] = frozenset(),
) -> tuple[Slot, ...]:
    """List every slot for one visit. Whoever asks for several asks one `SlotFinder`."""
    return SlotFinder(agendas, travel).slots(place=place, service_s=service_s, windows=windows, skills=skills)


class SlotFinder:
    """What crews have promised, ready to be asked for many visits.

    A crew that cannot keep its own agenda (a trip too long, a break without room) is offered for nothing.
    Where a crew has both breaks and a limit on duration, a break before its first or after its last visit
    is taken at home: no start given is wrong, but one that needs such a break on the way may be missing.
    """

    def __init__(self, agendas: Iterable[Agenda], travel: Legs) -> None:
        self._travel = travel
        listed = tuple(agendas)
        through = iter(_seconds(travel, [trip for agenda in listed for trip in _through(agenda)]))
        self._days = [_Gaps(agenda, [next(through) for _ in _through(agenda)]) for agenda in listed]

    def slots(
        self,
        *,
        place: Place,
        service_s: int,
        windows: Sequence[Window],
        skills: frozenset[str] = frozenset(),
    ) -> tuple[Slot, ...]:
        """List every slot for a visit: the very starts that keep shift, fixed intervals, travel, breaks, limits.

        `windows` are the starts on offer.

        Raises:
            ProblemError: the service time is negative.
        """
        if service_s < 0:
            raise ProblemError("A service time must not be negative.")
        able = [day for day in self._days if skills <= day.vehicle.skills]
        trips: list[tuple[Place | None, Place | None]] = []
        for day in able:
            for gap in day.gaps:
                trips += [(gap.before, place), (place, gap.after)]
        ways = iter(_seconds(self._travel, trips))
        found = []
        for day in able:
            pairs = [(next(ways), next(ways)) for _ in day.gaps]
            for first, last, extra_s in day.starts(pairs, service_s):
                found += [
                    Slot(day.vehicle.id, (opens, closes), max(opens, first), min(closes, last), extra_s)
                    for opens, closes in windows
                    if opens <= last and first <= closes
                ]
        return tuple(found)


def _through(agenda: Agenda) -> list[tuple[Place | None, Place | None]]:
    """List the trips of an agenda as it stands."""
    places = [agenda.vehicle.start, *(interval.place for interval in agenda.busy), agenda.vehicle.end]
    return list(itertools.pairwise(places))


def _seconds(travel: Legs, trips: Sequence[tuple[Place | None, Place | None]]) -> list[int]:
    """Ask for all trips at once; from or to an open end there is none."""
    asked = [(start, end) for start, end in trips if start is not None and end is not None]
    legs = iter(travel.legs(asked))
    return [0 if start is None or end is None else next(legs).travel_s for start, end in trips]


@dataclass(frozen=True, slots=True)
class _Gap:
    """Between two fixed things: free from `ready_s` at one place, due at `due_s` at another."""

    ready_s: int
    due_s: int
    before: Place | None
    after: Place | None
    through_s: int
    is_first: bool
    is_last: bool


def _rest(pause: Break, ready_s: int) -> int | None:
    """End a break that starts as early as it may, from `ready_s` on."""
    for opens, closes in pause.windows:
        if ready_s <= closes:
            return max(ready_s, opens) + pause.length_s
    return None


def _rest_before(pause: Break, due_s: int) -> int | None:
    """Start a break that ends as late as it may, by `due_s`."""
    for opens, closes in reversed(pause.windows):
        if due_s - pause.length_s >= opens:
            return min(due_s - pause.length_s, closes)
    return None


def _arrival(ready_s: int, travel_s: int, pauses: Sequence[Break], *, rest_first: bool) -> int | None:
    """Be at the next place, with these breaks taken on either side of the trip, as early as can be."""
    here: int | None = ready_s
    there: int | None = ready_s + travel_s
    for pause in pauses:
        here = None if here is None else _rest(pause, here)
        rested = None if there is None or rest_first else _rest(pause, there)
        ways = [way for way in (rested, None if here is None else here + travel_s) if way is not None]
        there = min(ways, default=None)
    return there


def _departure(due_s: int, travel_s: int, pauses: Sequence[Break], *, rest_last: bool) -> int | None:
    """Leave the last place, with these breaks still to take on either side of the trip, as late as can be."""
    there: int | None = due_s
    here: int | None = due_s - travel_s
    for pause in reversed(pauses):
        there = None if there is None else _rest_before(pause, there)
        rested = None if here is None or rest_last else _rest_before(pause, here)
        ways = [way for way in (rested, None if there is None else there - travel_s) if way is not None]
        here = max(ways, default=None)
    return here


class _Gaps:
    """The gaps of one agenda, and the starts that a new visit may have in each."""

    def __init__(self, agenda: Agenda, through: Sequence[int]) -> None:
        self.vehicle = agenda.vehicle
        self.busy = agenda.busy
        self.strict_home = self.vehicle.max_duration_s is not None
        ready, before = self.vehicle.shift_from_s, self.vehicle.start
        self.gaps: list[_Gap] = []
        for number, interval in enumerate(agenda.busy):
            self.gaps.append(
                _Gap(
                    ready,
                    interval.from_s,
                    before,
                    interval.place,
                    through[number],
                    is_first=number == 0,
                    is_last=False,
                )
            )
            ready, before = interval.to_s, interval.place
        self.gaps.append(
            _Gap(
                ready,
                self.vehicle.shift_to_s,
                before,
                self.vehicle.end,
                through[-1] if agenda.busy else 0,
                is_first=not agenda.busy,
                is_last=True,
            )
        )
        self._travelled = sum(gap.through_s for gap in self.gaps)
        self._at_start, self._at_end = self._break_counts()

    def _fits(self, gap: _Gap, pauses: Sequence[Break]) -> bool:
        """Say whether a gap without the new visit holds its trip and these breaks."""
        if gap.is_last and self.strict_home:
            leaves = _departure(gap.due_s, gap.through_s, pauses, rest_last=True)
            return leaves is not None and leaves >= gap.ready_s
        rest_first = gap.is_first and self.strict_home
        arrives = _arrival(gap.ready_s, gap.through_s, pauses, rest_first=rest_first)
        return arrives is not None and arrives <= gap.due_s

    def _break_counts(self) -> tuple[list[set[int]], list[set[int]]]:
        """For each gap: how many breaks may be behind the crew as it begins, and as it ends."""
        breaks = self.vehicle.breaks
        counts = range(len(breaks) + 1)
        steps = [
            {
                (done, after)
                for done in counts
                for after in counts[done:]
                if self._fits(gap, breaks[done:after])
            }
            for gap in self.gaps
        ]
        at_start: list[set[int]] = [{0}]
        for step in steps[:-1]:
            at_start.append({after for done, after in step if done in at_start[-1]})
        at_end: list[set[int]] = [{len(breaks)}]
        for step in reversed(steps[1:]):
            at_end.append({done for done, after in step if after in at_end[-1]})
        at_end.reverse()
        return at_start, at_end

    def starts(self, ways: Sequence[tuple[int, int]], service_s: int) -> Iterator[tuple[int, int, int]]:
        """Give (first start, last start, extra travel) for each stretch of starts.

        `ways` are the seconds to the new visit from before each gap, and from it to what follows.
        """
        vehicle = self.vehicle
        if vehicle.max_visits is not None and len(self.busy) >= vehicle.max_visits:
            return
        for gap, begun, ended, (there, on) in zip(self.gaps, self._at_start, self._at_end, ways, strict=True):
            if gap.ready_s + there + service_s + on > gap.due_s:
                continue
            extra_s = there + on - gap.through_s
            if vehicle.max_travel_s is not None and self._travelled + extra_s > vehicle.max_travel_s:
                continue
            low, high = self._duration_bounds(gap, there, on, service_s)
            stretches = self._stretches(gap, begun, ended, (there, on, service_s))
            for first, last in union(stretches):
                if max(first, low) <= min(last, high):
                    yield max(first, low), min(last, high), extra_s

    def _stretches(
        self, gap: _Gap, begun: set[int], ended: set[int], ways: tuple[int, int, int]
    ) -> Iterator[Window]:
        breaks, service_s = self.vehicle.breaks, ways[2]
        for done in begun:
            for middle in range(done, len(breaks) + 1):
                first = _arrival(
                    gap.ready_s, ways[0], breaks[done:middle], rest_first=gap.is_first and self.strict_home
                )
                if first is None:
                    continue
                for after in ended:
                    if after < middle:
                        continue
                    leaves = _departure(
                        gap.due_s, ways[1], breaks[middle:after], rest_last=gap.is_last and self.strict_home
                    )
                    if leaves is not None and first <= leaves - service_s:
                        yield first, leaves - service_s

    def _duration_bounds(self, gap: _Gap, there: int, on: int, service_s: int) -> Window:
        """Bound the start so that departure to return keeps `max_duration_s`."""
        longest = self.vehicle.max_duration_s
        low, high = 0, self.vehicle.shift_to_s
        if longest is None:
            return low, high
        if not self.busy:
            return (low, high) if there + service_s + on <= longest else (1, 0)
        departs = self.busy[0].from_s - self.gaps[0].through_s
        returns = self.busy[-1].to_s + self.gaps[-1].through_s
        if gap.is_first:
            return max(low, returns - longest + there), high
        if gap.is_last:
            return low, departs + longest - on - service_s
        return (low, high) if returns - departs <= longest else (1, 0)
