"""When a given order of visits happens: the exact times of one route, breaks included, or None.

This is the solver's own clock. The judge (`check`) shares nothing with it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from routing.model import (
    Break,
    BreakTaken,
    Leg,
    Locked,
    Place,
    Problem,
    Route,
    Stop,
    TravelMatrix,
    Vehicle,
    Visit,
    Window,
)

_NOWHERE = Leg(0, 0)


def first_start(windows: Sequence[Window], ready_s: int) -> int | None:
    """Give the first instant at or after `ready_s` at which a window is open."""
    for start, end in windows:
        if ready_s <= end:
            return max(ready_s, start)
    return None


def who_may(stop: Stop, vehicles: Iterable[Vehicle]) -> frozenset[str]:
    """Name the vehicles that skills, pinning and «never» leave for a stop; time is not asked."""
    return frozenset(
        vehicle.id
        for vehicle in vehicles
        if stop.skills <= vehicle.skills
        and stop.pinned_vehicle in {None, vehicle.id}
        and vehicle.id not in stop.never_vehicles
    )


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
        idle = _Run(vehicle, (), (_NOWHERE,), self.breaks_left(vehicle), prefix)
        return idle.earliest(self.free_from(vehicle)[0]) is not None

    def route(self, vehicle: Vehicle, order: Sequence[str]) -> Route | None:
        """Give the times of a vehicle that makes these visits in this order (after its locked prefix)."""
        return schedule(
            vehicle,
            [self.stops[stop] for stop in order],
            self.problem.travel,
            prefix=self.locked.get(vehicle.id),
            free_from=self.free_from(vehicle),
        )


def leg(travel: TravelMatrix, start: Place | None, end: Place | None) -> Leg:
    """Give a trip; from or to an open end there is none."""
    return _NOWHERE if start is None or end is None else travel.leg(start, end)


# A way through the day so far: the instant reached, and each event as (kind, number, start), newest first.
_Trail = tuple[str, int, int, "_Trail"] | None
_State = tuple[int, _Trail] | None


def _rest(states: list[_State], breaks: Sequence[Break]) -> None:
    """Let each state also take its next breaks here and now, where that is the earliest way to have them."""
    for taken, pause in enumerate(breaks):
        state = states[taken]
        if state is None:
            continue
        start = first_start(pause.windows, state[0])
        if start is None:
            continue
        after = states[taken + 1]
        if after is None or start + pause.length_s < after[0]:
            states[taken + 1] = (start + pause.length_s, ("break", taken, start, state[1]))


def _go(states: list[_State], seconds: int) -> None:
    for number, state in enumerate(states):
        if state is not None:
            states[number] = (state[0] + seconds, ("arrive", 0, state[0] + seconds, state[1]))


def _serve(states: list[_State], stop: Stop) -> None:
    for number, state in enumerate(states):
        if state is None:
            continue
        start = first_start(stop.windows, state[0])
        states[number] = None if start is None else (start + stop.service_s, ("serve", 0, start, state[1]))


@dataclass(frozen=True, slots=True)
class _Run:
    """One order of visits to be timed: `legs` lead to each stop and, last, to the end place."""

    vehicle: Vehicle
    order: Sequence[Stop]
    legs: Sequence[Leg]
    breaks: Sequence[Break]
    prefix: Locked | None

    def _walk(self, free_s: int, stops: int) -> list[_State]:
        """Serve the first `stops` stops and go on to the next place.

        One state per number of breaks taken. Being earlier never hurts (one may always wait), so that the
        earliest state of each number is enough: the answer is exact.
        """
        states: list[_State] = [None] * (len(self.breaks) + 1)
        states[0] = (free_s, None)
        _rest(states, self.breaks)
        for stop, way in zip(self.order[:stops], self.legs, strict=False):
            _go(states, way.travel_s)
            _rest(states, self.breaks)
            _serve(states, stop)
            _rest(states, self.breaks)
        _go(states, self.legs[stops].travel_s)
        return states

    def earliest(self, free_s: int) -> _State:
        """Reach the end of the day as early as this order allows; None if it cannot be done in the shift."""
        states = self._walk(free_s, len(self.order))
        _rest(states, self.breaks)
        final = states[-1]
        return final if final is not None and final[0] <= self.vehicle.shift_to_s else None

    def routes(self, free_s: int) -> Iterator[Route]:
        """Try the earliest day, then each later departure that could make it shorter.

        A day is shortest when it just reaches some window as it opens: an earlier departure would wait
        there, a later one only shifts the day or misses a window.
        """
        final = self.earliest(free_s)
        if final is None:
            return
        yield _build(self, final[1])
        if self.prefix is not None or self.vehicle.max_duration_s is None:
            return  # a later departure helps no other limit
        departures = {
            self._latest_departure(free_s, number, opens)
            for number, stop in enumerate(self.order)
            for opens, _ in stop.windows
        }
        for departure in sorted(departures):
            later = self.earliest(departure)
            if later is not None:
                yield _build(self, later[1])

    def _latest_departure(self, free_s: int, number: int, opens: int) -> int:
        """Find the last departure that still reaches a stop by `opens`; `free_s` if none does."""
        low, high = free_s, max(free_s, min(opens, self.vehicle.shift_to_s))
        while low < high:
            middle = (low + high + 1) // 2
            reached = [state[0] for state in self._walk(middle, number) if state is not None]
            if reached and min(reached) <= opens:
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
    prefix, order, breaks, legs = run.prefix, run.order, run.breaks, run.legs
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
        arrivals[0] = first_act
        leaves[0] = first_act - legs[0].travel_s
    if visits:
        visits[-1] = replace(visits[-1], leave_s=leaves[0])
    visits += [
        Visit(
            stop.id,
            arrivals[number],
            starts[number],
            starts[number] + stop.service_s,
            leaves[number + 1],
            legs[number].travel_s,
            legs[number].travel_m,
        )
        for number, stop in enumerate(order)
    ]
    return Route(
        run.vehicle.id,
        prefix.depart_s if prefix else leaves[0],
        tuple(visits),
        tuple(taken),
        leaves[-1] + legs[-1].travel_s,
        legs[-1].travel_s,
        legs[-1].travel_m,
    )


def _bare(vehicle: Vehicle, prefix: Locked, home: Leg) -> Route:
    """Give what has happened and the way home: the truth of a day that can no longer keep its own rules."""
    return Route(
        vehicle.id,
        prefix.depart_s,
        prefix.visits,
        prefix.breaks,
        prefix.visits[-1].leave_s + home.travel_s,
        home.travel_s,
        home.travel_m,
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
) -> Route | None:
    """Give the exact times of one order of visits, or None if windows, shift, breaks or limits forbid it.

    Skills and pinning are not asked here. With a limit on duration, later departures are tried too; with
    breaks on top of such a limit a route may be refused that a cleverer clock would find, never the other
    way round. A locked prefix with nothing after it is always a route: it has happened.
    """
    if prefix is None and not order:
        return None
    free_s, place = free_from or (vehicle.shift_from_s, vehicle.start)
    breaks = vehicle.breaks[len(prefix.breaks) :] if prefix else vehicle.breaks
    legs: list[Leg] = []
    for stop in order:
        legs.append(leg(travel, place, stop.place))
        place = stop.place
    legs.append(leg(travel, place, vehicle.end))
    run = _Run(vehicle, order, legs, breaks, prefix)
    route = next((route for route in run.routes(free_s) if _keeps_limits(vehicle, route)), None)
    if route is None and prefix is not None and not order:
        return _bare(vehicle, prefix, legs[-1])
    return route
