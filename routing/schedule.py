"""When a given order of visits happens: the exact times of one route, breaks included, or None.

This is the solver's own clock. The judge (`check`) shares nothing with it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from routing.model import (
    Break,
    BreakTaken,
    Locked,
    Place,
    Problem,
    Route,
    Rush,
    Stop,
    TravelMatrix,
    Vehicle,
    Visit,
    Window,
)
from routing.ways import Way, way_between


def first_start(windows: Sequence[Window], ready_s: int) -> int | None:
    """Give the first instant at or after `ready_s` at which a window is open."""
    for start, end in windows:
        if ready_s <= end:
            return max(ready_s, start)
    return None


def who_may(stop: Stop, vehicles: Iterable[Vehicle]) -> frozenset[str]:
    """Name the vehicles that skills, zones, pinning and «never» leave for a stop; time is not asked."""
    return frozenset(
        vehicle.id
        for vehicle in vehicles
        if stop.skills <= vehicle.skills
        and stop.pinned_vehicle in {None, vehicle.id}
        and vehicle.id not in stop.never_vehicles
        and works_in(vehicle, stop.zone)
    )


def works_in(vehicle: Vehicle, zone: str | None) -> bool:
    """Say whether a vehicle may go to a zone: everywhere where either has none."""
    return zone is None or not vehicle.zones or zone in vehicle.zones


@dataclass(frozen=True, slots=True)
class Day:
    """A problem with its look-ups made once."""

    problem: Problem
    stops: Mapping[str, Stop]
    vehicles: Mapping[str, Vehicle]
    locked: Mapping[str, Locked]
    done: frozenset[str]
    may: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, problem: Problem) -> "Day":
        locked = {prefix.vehicle: prefix for prefix in problem.locked}
        return cls(
            problem,
            {stop.id: stop for stop in problem.stops},
            {vehicle.id: vehicle for vehicle in problem.vehicles},
            locked,
            frozenset(visit.stop for prefix in problem.locked for visit in prefix.visits),
            {stop.id: who_may(stop, problem.vehicles) for stop in problem.stops},
        )

    def open_stops(self) -> tuple[Stop, ...]:
        """List the stops that are still a choice and that somebody may do."""
        return tuple(
            stop
            for stop in self.problem.stops
            if stop.id not in self.done and stop.windows and self.may[stop.id]
        )

    def free_from(self, vehicle: Vehicle) -> tuple[int, Place | None]:
        """Say from when and where a vehicle is free to be planned."""
        prefix = self.locked.get(vehicle.id)
        if prefix is None:
            return vehicle.shift_from_s, vehicle.start
        last = prefix.visits[-1]
        return max(vehicle.shift_from_s, last.leave_s), self.stops[last.stop].place

    def breaks_left(self, vehicle: Vehicle) -> tuple[Break, ...]:
        prefix = self.locked.get(vehicle.id)
        return vehicle.breaks[len(prefix.breaks) :] if prefix else vehicle.breaks

    def can_work(self, vehicle: Vehicle) -> bool:
        """Say whether a vehicle may still be given anything: hours left, breaks that fit them, visits allowed."""
        prefix = self.locked.get(vehicle.id)
        if vehicle.max_visits is not None and len(prefix.visits if prefix else ()) >= vehicle.max_visits:
            return False
        idle = _Run(vehicle, (), (Way(0, 0),), self.breaks_left(vehicle), prefix)
        return bool(idle.ends(self.free_from(vehicle)[0]))

    def can_load(self, vehicle: Vehicle, order: Sequence[str]) -> bool:
        """Say whether a vehicle can take what these visits load, beside what it has."""
        if vehicle.max_load is None:
            return True
        prefix = self.locked.get(vehicle.id)
        loads = [self.stops[visit.stop].load for visit in (prefix.visits if prefix else ())]
        return sum(loads) + sum(self.stops[stop].load for stop in order) <= vehicle.max_load

    def route(self, vehicle: Vehicle, order: Sequence[str]) -> Route | None:
        """Give the times of a vehicle that makes these visits in this order (after its locked prefix)."""
        if order and not self.can_load(vehicle, order):
            return None
        return schedule(
            vehicle,
            [self.stops[stop] for stop in order],
            self.problem.travel,
            prefix=self.locked.get(vehicle.id),
            free_from=self.free_from(vehicle),
            rush=self.problem.rush,
            is_shortest=self.problem.fairness.hour_price_s > 0,
        )


# A way through the day so far: the instant reached, what its broken promises cost, and each event as
# (kind, number, start), newest first.
_Trail = tuple[str, int, int, "_Trail"] | None
_Label = tuple[int, int, _Trail]
#: For each number of breaks taken, the labels that no other beats in both time and price.
_States = list[list[_Label]]


def _add(labels: list[_Label], new: _Label) -> None:
    """Keep a label unless another is as early and as cheap."""
    if any(label[0] <= new[0] and label[1] <= new[1] for label in labels):
        return
    labels[:] = [label for label in labels if label[0] < new[0] or label[1] < new[1]]
    labels.append(new)


def _rest(states: _States, breaks: Sequence[Break]) -> None:
    """Let each state also take its next breaks here and now, where that is the earliest way to have them."""
    for taken, pause in enumerate(breaks):
        for instant, price, trail in states[taken]:
            start = first_start(pause.windows, instant)
            if start is not None:
                _add(states[taken + 1], (start + pause.length_s, price, ("break", taken, start, trail)))


def _go(states: _States, way: Way) -> None:
    for labels in states:
        labels[:] = [
            (arrival := way.arrive(instant), price, ("arrive", 0, arrival, trail))
            for instant, price, trail in labels
        ]


def _serve(states: _States, stop: Stop) -> None:
    for taken, labels in enumerate(states):
        served: list[_Label] = []
        for instant, price, trail in labels:
            for start, extra in _starts(stop, instant):
                _add(served, (start + stop.service_s, price + extra, ("serve", 0, start, trail)))
        states[taken] = served


def _starts(stop: Stop, ready_s: int) -> Iterator[tuple[int, int]]:
    """Give the first start, and the first that keeps the promised hour where that is worth waiting for."""
    first = first_start(stop.windows, ready_s)
    if first is None:
        return
    promise = stop.promise
    if promise is None or promise.hour_price_s == 0 or promise.window[0] <= first <= promise.window[1]:
        yield first, 0
        return
    yield first, promise.hour_price_s
    kept = first_start(stop.windows, max(ready_s, promise.window[0]))
    if kept is not None and kept <= promise.window[1]:
        yield kept, 0


@dataclass(frozen=True, slots=True)
class _Run:
    """One order of visits to be timed: `ways` lead to each stop and, last, to the end place."""

    vehicle: Vehicle
    order: Sequence[Stop]
    ways: Sequence[Way]
    breaks: Sequence[Break]
    prefix: Locked | None

    def _walk(self, free_s: int, stops: int, *, departs_s: int = 0) -> _States:
        """Serve the first `stops` stops and go on to the next place, setting out at `departs_s` or later.

        Being earlier never hurts (one may always wait), so that of the states with as many breaks taken
        and as many promises kept the earliest is enough: the answer is exact.
        """
        states: _States = [[] for _ in range(len(self.breaks) + 1)]
        states[0].append((free_s, 0, None))
        _rest(states, self.breaks)
        for labels in states:
            labels[:] = [(max(instant, departs_s), price, trail) for instant, price, trail in labels]
        for stop, way in zip(self.order[:stops], self.ways, strict=False):
            _go(states, way)
            _rest(states, self.breaks)
            _serve(states, stop)
            _rest(states, self.breaks)
        _go(states, self.ways[stops])
        return states

    def ends(self, free_s: int, *, departs_s: int = 0) -> list[_Label]:
        """Reach the end of the day inside the shift, with all promises kept that can be, then early."""
        states = self._walk(free_s, len(self.order), departs_s=departs_s)
        _rest(states, self.breaks)
        return sorted(
            (label for label in states[-1] if label[0] <= self.vehicle.shift_to_s),
            key=lambda label: (label[1], label[0]),
        )

    def routes(self, free_s: int, *, is_shortest: bool) -> Iterator[tuple[int, Route]]:
        """Give the days from the earliest departure, then from each later one that could make them shorter.

        A day is shortest when it just reaches some window as it opens: an earlier departure would wait
        there, a later one only shifts the day or misses a window. Each comes with the price of the promised
        hours it moves.
        """
        ends = self.ends(free_s)
        for _, price, trail in ends:
            yield price, _build(self, trail)
        if not ends or self.prefix is not None:
            return
        if self.vehicle.max_duration_s is None and not is_shortest:
            return  # a later departure helps no other limit
        departures = {
            self._latest_departure(free_s, number, opens)
            for number, stop in enumerate(self.order)
            for opens, _ in stop.windows
        }
        for departure in sorted(departures):
            for _, price, trail in self.ends(free_s, departs_s=departure):
                yield price, _build(self, trail)

    def _latest_departure(self, free_s: int, number: int, opens: int) -> int:
        """Find the last departure that still reaches a stop by `opens`; `free_s` if none does."""
        low, high = free_s, max(free_s, min(opens, self.vehicle.shift_to_s))
        while low < high:
            middle = (low + high + 1) // 2
            if any(
                label[0] <= opens
                for labels in self._walk(free_s, number, departs_s=middle)
                for label in labels
            ):
                low = middle
            else:
                high = middle - 1
        return low


def _unroll(trail: _Trail) -> list[tuple[str, int, int]]:
    events = []
    while trail is not None:
        kind, number, start, trail = trail
        events.append((kind, number, start))
    events.reverse()
    return events


def _build(run: _Run, trail: _Trail) -> Route:
    """Turn events into a route. The crew sets out first as late as it can, and then leaves as soon as it can."""
    prefix, order, breaks, ways = run.prefix, run.order, run.breaks, run.ways
    visits = list(prefix.visits) if prefix else []
    taken = list(prefix.breaks) if prefix else []
    arrivals: list[int] = []  # at each stop of this order, then at the end place
    starts: list[int] = []
    leaves: list[int] = [visits[-1].leave_s if visits else 0]  # from where the order begins, then each stop
    first_act: int | None = None  # the first thing done at the first stop
    for kind, number, start in _unroll(trail):
        if kind == "arrive":
            arrivals.append(start)
            continue
        length = breaks[number].length_s if kind == "break" else order[len(starts)].service_s
        if kind == "break":
            taken.append(BreakTaken(breaks[number].id, start, start + length))
        else:
            starts.append(start)
            leaves.append(start + length)
        if len(arrivals) == len(starts):
            leaves[-1] = start + length
        if arrivals and first_act is None:
            first_act = start
    if prefix is None and first_act is not None:
        leaves[0] = max(leaves[0], ways[0].leave_by(first_act))
        arrivals[0] = ways[0].arrive(leaves[0])
    if visits:
        visits[-1] = replace(visits[-1], leave_s=leaves[0])
    visits += [
        Visit(
            stop.id,
            arrivals[number],
            starts[number],
            starts[number] + stop.service_s,
            leaves[number + 1],
            arrivals[number] - leaves[number],
            ways[number].metres,
        )
        for number, stop in enumerate(order)
    ]
    return Route(
        run.vehicle.id,
        prefix.depart_s if prefix else leaves[0],
        tuple(visits),
        tuple(taken),
        arrivals[-1],
        arrivals[-1] - leaves[-1],
        ways[-1].metres,
    )


def _bare(vehicle: Vehicle, prefix: Locked, home: Way) -> Route:
    """Give what has happened and the way home: the truth of a day that can no longer keep its own rules."""
    leaves_s = prefix.visits[-1].leave_s
    return_s = home.arrive(leaves_s)
    return Route(
        vehicle.id,
        prefix.depart_s,
        prefix.visits,
        prefix.breaks,
        return_s,
        return_s - leaves_s,
        home.metres,
    )


def _keeps_limits(vehicle: Vehicle, route: Route) -> bool:
    return (
        (vehicle.max_visits is None or len(route.visits) <= vehicle.max_visits)
        and (vehicle.max_travel_s is None or route.travel_s <= vehicle.max_travel_s)
        and (vehicle.max_duration_s is None or route.return_s - route.depart_s <= vehicle.max_duration_s)
    )


def schedule(
    vehicle: Vehicle,
    order: Sequence[Stop],
    travel: TravelMatrix,
    *,
    prefix: Locked | None = None,
    free_from: tuple[int, Place | None] | None = None,
    rush: Sequence[Rush] = (),
    is_shortest: bool = False,
) -> Route | None:
    """Give the exact times of one order of visits, or None if windows, shift, breaks or limits forbid it.

    Skills, zones, pinning and loads are not asked here. As many promised hours are kept as can be by
    waiting. With a limit on duration, or where the day shall be as short as it can, later departures are
    tried too; with breaks on top of such a limit a route may be refused that a cleverer clock would find,
    never the other way round. A locked prefix with nothing after it is always a route: it has happened.
    """
    if prefix is None and not order:
        return None
    free_s, place = free_from or (vehicle.shift_from_s, vehicle.start)
    breaks = vehicle.breaks[len(prefix.breaks) :] if prefix else vehicle.breaks
    ways: list[Way] = []
    for stop in order:
        ways.append(way_between(travel, rush, place, stop.place))
        place = stop.place
    ways.append(way_between(travel, rush, place, vehicle.end))
    run = _Run(vehicle, order, ways, breaks, prefix)
    routes = (
        (price, route)
        for price, route in run.routes(free_s, is_shortest=is_shortest)
        if _keeps_limits(vehicle, route)
    )
    if is_shortest:
        best = min(routes, key=lambda one: (one[0], one[1].return_s - one[1].depart_s), default=None)
    else:
        best = next(routes, None)
    if best is not None:
        return best[1]
    return _bare(vehicle, prefix, ways[-1]) if prefix is not None and not order else None
