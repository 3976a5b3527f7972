"""Which hours can be promised: exact free slots beside what a crew has already promised.

Fixed intervals stay where they are; nothing is re-planned. A slot holds the way there from the visit
before, the way on to the visit after, and leaves every break its place.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from routing.model import Break, Leg, Place, ProblemError, Vehicle, Window, union


class Legs(Protocol):
    """Anything that knows a single trip: a `Travel`, or a `TravelMatrix`."""

    def leg(self, start: Place, end: Place) -> Leg: ...


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
    """List every slot for a visit: the very starts that keep shift, fixed intervals, travel, breaks, limits.

    `windows` are the starts on offer. A crew that cannot keep its own agenda (a trip too long, a break
    without room) is offered for nothing. Where a crew has both breaks and a limit on duration, a break
    before its first or after its last visit is taken at home: no start given is wrong, but one that needs
    such a break on the way may be missing.

    Raises:
        ProblemError: the service time is negative.
    """
    if service_s < 0:
        raise ProblemError("A service time must not be negative.")
    return tuple(
        Slot(agenda.vehicle.id, (opens, closes), max(opens, first), min(closes, last), extra_s)
        for agenda in agendas
        if skills <= agenda.vehicle.skills
        for first, last, extra_s in _Gaps(agenda, place, service_s, travel).starts()
        for opens, closes in windows
        if max(opens, first) <= min(closes, last)
    )


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

    def __init__(self, agenda: Agenda, place: Place, service_s: int, travel: Legs) -> None:
        self.vehicle = agenda.vehicle
        self.busy = agenda.busy
        self.place = place
        self.service_s = service_s
        self.travel = travel
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
                    self._way(before, interval.place),
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
                self._way(before, self.vehicle.end) if agenda.busy else 0,
                is_first=not agenda.busy,
                is_last=True,
            )
        )

    def _way(self, start: Place | None, end: Place | None) -> int:
        return 0 if start is None or end is None else self.travel.leg(start, end).travel_s

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

    def starts(self) -> Iterator[tuple[int, int, int]]:
        """Give (first start, last start, extra travel) for each stretch of starts."""
        vehicle = self.vehicle
        if vehicle.max_visits is not None and len(self.busy) >= vehicle.max_visits:
            return
        travelled = sum(gap.through_s for gap in self.gaps)
        at_start, at_end = self._break_counts()
        for gap, begun, ended in zip(self.gaps, at_start, at_end, strict=True):
            there, on = self._way(gap.before, self.place), self._way(self.place, gap.after)
            extra_s = there + on - gap.through_s
            if vehicle.max_travel_s is not None and travelled + extra_s > vehicle.max_travel_s:
                continue
            low, high = self._duration_bounds(gap, there, on)
            stretches = self._stretches(gap, begun, ended, (there, on))
            for first, last in union(stretches):
                if max(first, low) <= min(last, high):
                    yield max(first, low), min(last, high), extra_s

    def _stretches(
        self, gap: _Gap, begun: set[int], ended: set[int], ways: tuple[int, int]
    ) -> Iterator[Window]:
        breaks = self.vehicle.breaks
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
                    if leaves is not None and first <= leaves - self.service_s:
                        yield first, leaves - self.service_s

    def _duration_bounds(self, gap: _Gap, there: int, on: int) -> Window:
        """Bound the start so that departure to return keeps `max_duration_s`."""
        longest = self.vehicle.max_duration_s
        low, high = 0, self.vehicle.shift_to_s
        if longest is None:
            return low, high
        if not self.busy:
            return (low, high) if there + self.service_s + on <= longest else (1, 0)
        departs = self.busy[0].from_s - self.gaps[0].through_s
        returns = self.busy[-1].to_s + self.gaps[-1].through_s
        if gap.is_first:
            return max(low, returns - longest + there), high
        if gap.is_last:
            return low, departs + longest - on - self.service_s
        return (low, high) if returns - departs <= longest else (1, 0)
