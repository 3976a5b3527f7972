"""The quick clock: whether an order of visits fits, in microseconds, for the thousands that a search tries.

Stops and vehicles are numbers here, in the order of the problem. It answers as the exact clock (`schedule`)
does, which it asks wherever rush hours, promised hours or a limit on duration come in; a test holds the two
together. How a day is timed in the end is the exact clock's to say.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from routing.cost import broken_s
from routing.model import Break, Objective, Stop, Vehicle, Window
from routing.schedule import Day

#: Orders remembered at once; a day is searched through far fewer that come again.
_REMEMBERED = 200_000
_NEVER = 1 << 40

Order = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Timed:
    """What an order means for its vehicle: travel, broken promises and working time in seconds.

    `early[k][i]` is the earliest leaving after the first i visits with k breaks taken, `late[k][i]` the
    latest arrival at what comes next that still leaves room for all the rest.
    """

    travel_s: int
    moved_s: int
    work_s: int
    early: tuple[tuple[int, ...], ...]
    late: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class _Crew:
    """A vehicle as it stands now, behind what has happened."""

    vehicle: Vehicle
    free_s: int
    start: int | None
    end: int | None
    breaks: tuple[Break, ...]
    departed_s: int | None
    gone_s: int
    done: int
    loaded: int


class Quick:
    """The stops and vehicles of one day as numbers, and every order timed so far."""

    def __init__(self, day: Day) -> None:
        self.day = day
        problem = day.problem
        row = problem.travel.index
        self.stops = problem.stops
        self.vehicles = problem.vehicles
        self.rows = [row(stop.place) for stop in self.stops]
        self.number_of = {stop.id: number for number, stop in enumerate(self.stops)}
        self.vehicle_of = {vehicle.id: number for number, vehicle in enumerate(self.vehicles)}
        self.may = [[self.vehicle_of[name] for name in sorted(day.may[stop.id])] for stop in self.stops]
        self.allowed = [frozenset(may) for may in self.may]
        self.classes = self._classes()
        self.crews = [self._crew(vehicle) for vehicle in self.vehicles]
        # Where the hour decides, the shortest time that a trip ever takes: it only rules out the impossible.
        matrices = [problem.travel.seconds, *(rush.travel.seconds for rush in problem.rush)]
        self.seconds = (
            matrices[0]
            if len(matrices) == 1
            else tuple(tuple(map(min, *rows)) for rows in zip(*matrices, strict=True))
        )
        self._is_fair = problem.fairness.hour_price_s > 0
        self._prices_promises = problem.objective is Objective.DAY
        self._known: dict[tuple[int, Order], Timed | None] = {}
        self._tried: dict[tuple[int, Order, int], list[tuple[int, int]]] = {}

    def _classes(self) -> list[int]:
        """Give vehicles that nobody could tell apart the same number."""
        named = {stop.promise.vehicle for stop in self.stops if stop.promise} | self.day.locked.keys()
        allowed: list[set[int]] = [set() for _ in self.vehicles]
        for stop, may in enumerate(self.may):
            for vehicle in may:
                allowed[vehicle].add(stop)
        numbers: dict[object, int] = {}
        return [
            numbers.setdefault(
                (
                    vehicle.id
                    if vehicle.id in named
                    else (replace(vehicle, id="", skills=frozenset(), zones=frozenset()), frozenset(may))
                ),
                len(numbers),
            )
            for vehicle, may in zip(self.vehicles, allowed, strict=True)
        ]

    def _crew(self, vehicle: Vehicle) -> _Crew:
        free_s, place = self.day.free_from(vehicle)
        row = self.day.problem.travel.index
        prefix = self.day.locked.get(vehicle.id)
        visits = prefix.visits if prefix else ()
        return _Crew(
            vehicle,
            free_s,
            None if place is None else row(place),
            None if vehicle.end is None else row(vehicle.end),
            self.day.breaks_left(vehicle),
            prefix.depart_s if prefix else None,
            sum(visit.travel_s for visit in visits),
            len(visits),
            sum(self.day.stops[visit.stop].load for visit in visits),
        )

    def time(self, vehicle: int, order: Order) -> Timed | None:
        """Time an order; None if windows, shift, breaks or limits forbid it. Skills and pinning are not asked."""
        key = (vehicle, order)
        if key in self._known:
            return self._known[key]
        if len(self._known) > _REMEMBERED:
            self._known.clear()
        timed = self._known[key] = self._time(vehicle, order)
        return timed

    def _time(self, vehicle: int, order: Order) -> Timed | None:
        crew = self.crews[vehicle]
        if order and not self._keeps_counts(crew, order):
            return None
        early = self._early(crew, order)
        if early is None and (order or crew.departed_s is None):
            return None
        late = self._late(crew, order)
        if early is None:
            return Timed(self._travel_s(crew, order), 0, 0, (), ())
        travel_s = self._travel_s(crew, order)
        if crew.vehicle.max_travel_s is not None and crew.gone_s + travel_s > crew.vehicle.max_travel_s:
            return None
        moved_s, needs_exact = self._promised(vehicle, order)
        work_s = 0
        if (order or crew.departed_s is not None) and (
            self._is_fair or crew.vehicle.max_duration_s is not None
        ):
            work_s = self._work_s(crew, order, early)
            longest = crew.vehicle.max_duration_s
            needs_exact = needs_exact or (longest is not None and work_s > longest)
        if order and (needs_exact or self.day.problem.rush):
            return self._exactly(vehicle, order, early, late)
        return Timed(travel_s, moved_s, work_s, early[:-1], late)

    def _exactly(
        self,
        vehicle: int,
        order: Order,
        early: tuple[tuple[int, ...], ...],
        late: tuple[tuple[int, ...], ...],
    ) -> Timed | None:
        crew = self.crews[vehicle]
        route = self.day.route(crew.vehicle, [self.stops[number].id for number in order])
        if route is None:
            return None
        ours = route.visits[crew.done :]
        moved_s = sum(
            broken_s(promise, crew.vehicle.id, visit.start_s)
            for number, visit in zip(order, ours, strict=True)
            if (promise := self.stops[number].promise) is not None and self._prices_promises
        )
        return Timed(route.travel_s - crew.gone_s, moved_s, route.return_s - route.depart_s, early[:-1], late)

    def _keeps_counts(self, crew: _Crew, order: Order) -> bool:
        vehicle = crew.vehicle
        if vehicle.max_visits is not None and crew.done + len(order) > vehicle.max_visits:
            return False
        return (
            vehicle.max_load is None
            or crew.loaded + sum(self.stops[number].load for number in order) <= vehicle.max_load
        )

    def _promised(self, vehicle: int, order: Order) -> tuple[int, bool]:
        """Price the crews that change; and say whether hours are promised too, which only exact times tell."""
        if not self._prices_promises:
            return 0, False
        name = self.vehicles[vehicle].id
        promises = [promise for number in order if (promise := self.stops[number].promise) is not None]
        moved_s = sum(promise.vehicle_price_s for promise in promises if promise.vehicle != name)
        return moved_s, any(promise.hour_price_s for promise in promises)

    def _ways(self, crew: _Crew, order: Order) -> Iterator[int]:
        """Give the seconds of each trip: to each stop, then to the end."""
        place = crew.start
        for number in order:
            row = self.rows[number]
            yield 0 if place is None else self.seconds[place][row]
            place = row
        is_out = place is not None and crew.end is not None and (order or crew.departed_s is not None)
        yield self.seconds[place][crew.end] if is_out else 0  # type: ignore[index]  # both are rows where it is out

    def _travel_s(self, crew: _Crew, order: Order) -> int:
        return sum(self._ways(crew, order))

    def _early(self, crew: _Crew, order: Order) -> tuple[tuple[int, ...], ...] | None:
        """Be everywhere as early as can be, per number of breaks taken; last comes the arrival at the end."""
        breaks = crew.breaks
        if not breaks:
            return self._early_plain(crew, order)
        now = [crew.free_s] + [_NEVER] * len(breaks)
        _rest(now, breaks)
        marks = [tuple(now)]
        ways = self._ways(crew, order)
        for number in order:
            way, stop = next(ways), self.stops[number]
            now = [instant + way if instant < _NEVER else _NEVER for instant in now]
            _rest(now, breaks)
            now = [_served(stop, instant) for instant in now]
            _rest(now, breaks)
            if now[0] >= _NEVER:
                return None
            marks.append(tuple(now))
        way = next(ways)
        now = [instant + way if instant < _NEVER else _NEVER for instant in now]
        _rest(now, breaks)
        if now[-1] > crew.vehicle.shift_to_s:
            return None
        return (*zip(*marks, strict=True), (now[-1],))

    def _early_plain(self, crew: _Crew, order: Order) -> tuple[tuple[int, ...], ...] | None:
        now = crew.free_s
        marks = [now]
        ways = self._ways(crew, order)
        for number in order:
            now = _served(self.stops[number], now + next(ways))
            if now >= _NEVER:
                return None
            marks.append(now)
        now += next(ways)
        return None if now > crew.vehicle.shift_to_s else (tuple(marks), (now,))

    def _late(self, crew: _Crew, order: Order) -> tuple[tuple[int, ...], ...]:
        """Be everywhere as late as can be: the arrivals from which all the rest still fits."""
        breaks = crew.breaks
        now = [-_NEVER] * len(breaks) + [crew.vehicle.shift_to_s]
        _rest_before(now, breaks)
        marks = [tuple(now)]
        ways = list(self._ways(crew, order))
        for position in range(len(order) - 1, -1, -1):
            stop = self.stops[order[position]]
            now = [instant - ways[position + 1] for instant in now]
            _rest_before(now, breaks)
            now = [_begun(stop.windows, instant - stop.service_s) for instant in now]
            _rest_before(now, breaks)
            marks.append(tuple(now))
        marks.reverse()
        return tuple(zip(*marks, strict=True))

    def _work_s(self, crew: _Crew, order: Order, early: tuple[tuple[int, ...], ...]) -> int:
        """From departure to return, leaving as late as the earliest return allows."""
        return_s = early[-1][0]
        if crew.departed_s is not None:
            return return_s - crew.departed_s
        breaks = crew.breaks
        now = [-_NEVER] * len(breaks) + [return_s]
        _rest_before(now, breaks)
        ways = list(self._ways(crew, order))
        for position in range(len(order) - 1, -1, -1):
            stop = self.stops[order[position]]
            now = [instant - ways[position + 1] for instant in now]
            _rest_before(now, breaks)
            now = [_begun(stop.windows, instant - stop.service_s) for instant in now]
            _rest_before(now, breaks)
        leaves = [instant - ways[0] for instant in now]
        home = [mark[0] for mark in early[:-1]]
        return return_s - max(leave for leave, rested in zip(leaves, home, strict=True) if rested <= leave)

    def positions(self, vehicle: int, order: Order, stop: int) -> list[tuple[int, int]]:
        """List where a stop may come into an order: (more travel, position), without what cannot be on time.

        Every position that the exact clock would accept is among them.
        """
        key = (vehicle, order, stop)
        found = self._tried.get(key)
        if found is None:
            if len(self._tried) > _REMEMBERED:
                self._tried.clear()
            found = self._tried[key] = self._positions(vehicle, order, stop)
        return found

    def _positions(self, vehicle: int, order: Order, stop: int) -> list[tuple[int, int]]:
        timed = self.time(vehicle, order)
        crew = self.crews[vehicle]
        if timed is None or not timed.early or not self._keeps_counts(crew, (*order, stop)):
            return []
        seconds, row, what = self.seconds, self.rows[stop], self.stops[stop]
        to_row, service_s, windows = seconds[row], what.service_s, what.windows
        is_idle = not order and crew.departed_s is None
        early, late, has_breaks = timed.early[0], timed.late[0], bool(crew.breaks)
        afters = [*(self.rows[one] for one in order), crew.end]
        found = []
        before = crew.start
        for position, after in enumerate(afters):
            there = 0 if before is None else seconds[before][row]
            on = 0 if after is None else to_row[after]
            ready_s = early[position] + there
            for opens, closes in windows:
                if ready_s <= closes:
                    leaves = (ready_s if ready_s > opens else opens) + service_s  # noqa: FURB136 - half the time
                    if leaves + on <= late[position] or (
                        has_breaks and _is_on_time(crew.breaks, timed, position, what, (there, on))
                    ):
                        through = 0 if before is None or after is None or is_idle else seconds[before][after]
                        found.append((there + on - through, position))
                    break
            before = after
        return found


def _is_on_time(
    breaks: Sequence[Break], timed: Timed, position: int, stop: Stop, ways: tuple[int, int]
) -> bool:
    """Say whether a visit may fit, with some breaks taken before it and some beside it."""
    there, on = ways
    for taken in range(len(breaks) + 1):
        arrives = timed.early[taken][position] + there
        leaves = _served(stop, arrives)
        if leaves >= _NEVER:
            return False
        rest = 0
        for after in range(taken, len(breaks) + 1):
            if max(leaves, arrives + rest + stop.service_s) + on <= timed.late[after][position]:
                return True
            rest += breaks[after].length_s if after < len(breaks) else 0
    return False


def _served(stop: Stop, ready_s: int) -> int:
    for opens, closes in stop.windows:
        if ready_s <= closes:
            return max(ready_s, opens) + stop.service_s
    return _NEVER


def _begun(windows: Sequence[Window], by_s: int) -> int:
    """Give the last instant up to `by_s` at which a window is open."""
    for opens, closes in reversed(windows):
        if by_s >= opens:
            return min(by_s, closes)
    return -_NEVER


def _rest(now: list[int], breaks: Sequence[Break]) -> None:
    for taken, pause in enumerate(breaks):
        for opens, closes in pause.windows:
            if now[taken] <= closes:
                now[taken + 1] = min(now[taken + 1], max(now[taken], opens) + pause.length_s)
                break


def _rest_before(now: list[int], breaks: Sequence[Break]) -> None:
    for taken in range(len(breaks) - 1, -1, -1):
        start = _begun(breaks[taken].windows, now[taken + 1] - breaks[taken].length_s)
        now[taken] = max(now[taken], start)
