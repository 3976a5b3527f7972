"""The judge of a plan. It shares no code with the solver or its clock, only the data of `model`.

It recomputes every claim of a plan from the problem and names each breach with its rule, its stop and its
size. A plan without breaches may be stored and shown; any other must not, whoever made it.

Facts are not judged: the locked prefix has to stand in the plan as it happened, and a route that holds
nothing else owes neither breaks nor the end of its shift.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from routing.model import BreakTaken, Leg, Locked, Place, Plan, Problem, Route, Stop, Vehicle, Visit


class Rule(StrEnum):
    UNKNOWN_STOP = "unknown-stop"
    UNKNOWN_VEHICLE = "unknown-vehicle"
    TWICE = "twice"
    FORGOTTEN = "neither-planned-nor-dropped"
    PLANNED_AND_DROPPED = "planned-and-dropped"
    NO_REASON = "dropped-without-reason"
    LOCKED = "locked-prefix"
    TRAVEL = "travel-differs-from-source"
    ORDER_OF_TIMES = "order-of-times"
    SERVICE = "service-time"
    WINDOW = "window"
    SHIFT = "shift"
    SKILL = "skill"
    PINNED = "pinned"
    NEVER = "never"
    ZONE = "zone"
    BREAK = "break"
    LIMIT = "limit"
    EMPTY_ROUTE = "empty-route"


@dataclass(frozen=True, slots=True)
class Violation:
    """One breach. `size` counts in the unit of the rule: seconds, metres, visits, or 1 for a plain yes."""

    rule: Rule
    vehicle: str | None
    stop: str | None
    size: int
    sentence: str


def check(problem: Problem, plan: Plan) -> tuple[Violation, ...]:
    """Name every way in which a plan breaks its problem; an empty tuple says that it keeps all rules."""
    stops = {stop.id: stop for stop in problem.stops}
    vehicles = {vehicle.id: vehicle for vehicle in problem.vehicles}
    return (
        *_census(plan, stops),
        *_fleet(problem, plan, vehicles),
        *(
            violation
            for route in plan.routes
            if route.vehicle in vehicles
            for violation in _Judge(problem, vehicles[route.vehicle], route, stops).verdicts()
        ),
    )


def _census(plan: Plan, stops: dict[str, Stop]) -> Iterator[Violation]:
    """Each stop is planned once, or left out once and with a reason."""
    planned = Counter(visit.stop for route in plan.routes for visit in route.visits)
    dropped = Counter(drop.stop for drop in plan.dropped)
    for stop in sorted((planned.keys() | dropped.keys()) - stops.keys()):
        yield Violation(Rule.UNKNOWN_STOP, None, stop, 1, f"The problem has no stop {stop}.")
    for counts, what in ((planned, "visited"), (dropped, "left out")):
        for stop, times in counts.items():
            if times > 1:
                yield Violation(Rule.TWICE, None, stop, times - 1, f"Stop {stop} is {what} {times} times.")
    for stop in sorted(planned.keys() & dropped.keys()):
        yield Violation(Rule.PLANNED_AND_DROPPED, None, stop, 1, f"Stop {stop} is both planned and left out.")
    for stop in stops:
        if stop not in planned and stop not in dropped:
            yield Violation(Rule.FORGOTTEN, None, stop, 1, f"Stop {stop} is neither planned nor left out.")
    for drop in plan.dropped:
        if not drop.sentence.strip():
            yield Violation(
                Rule.NO_REASON, None, drop.stop, 1, f"Stop {drop.stop} is left out without a sentence why."
            )


def _fleet(problem: Problem, plan: Plan, vehicles: dict[str, Vehicle]) -> Iterator[Violation]:
    """Each vehicle is known and has one route; one that has begun its day has one for certain."""
    routes = Counter(route.vehicle for route in plan.routes)
    for vehicle, times in routes.items():
        if vehicle not in vehicles:
            yield Violation(Rule.UNKNOWN_VEHICLE, vehicle, None, 1, f"The problem has no vehicle {vehicle}.")
        if times > 1:
            yield Violation(Rule.TWICE, vehicle, None, times - 1, f"Vehicle {vehicle} has {times} routes.")
    for prefix in problem.locked:
        if prefix.vehicle not in routes:
            yield Violation(
                Rule.LOCKED,
                prefix.vehicle,
                prefix.visits[0].stop,
                len(prefix.visits),
                f"Vehicle {prefix.vehicle} has no route, but {len(prefix.visits)} of its visits have happened.",
            )


@dataclass(frozen=True, slots=True)
class _Judge:
    """The rules of one route."""

    problem: Problem
    vehicle: Vehicle
    route: Route
    stops: dict[str, Stop]

    def verdicts(self) -> Iterator[Violation]:
        if not self.route.visits:
            yield self._breach(Rule.EMPTY_ROUTE, None, 1, "has a route without a visit; leave it away.")
            return
        prefix = next((lock for lock in self.problem.locked if lock.vehicle == self.vehicle.id), None)
        fixed = len(prefix.visits) if prefix else 0
        if prefix is not None:
            yield from self._prefix(prefix)
        yield from self._way(fixed)
        for visit in self.route.visits[fixed:]:
            if visit.stop in self.stops:
                yield from self._visit(visit, self.stops[visit.stop])
        if prefix is not None and fixed >= len(self.route.visits):
            yield from self._breaks_apart()
            return
        yield from self._shift(prefix)
        yield from self._breaks_apart()
        yield from self._breaks_owed(prefix)
        yield from self._limits()

    def _breach(self, rule: Rule, stop: str | None, size: int, what: str) -> Violation:
        return Violation(rule, self.vehicle.id, stop, size, f"Vehicle {self.vehicle.id} {what}")

    def _prefix(self, prefix: Locked) -> Iterator[Violation]:
        if self.route.depart_s != prefix.depart_s:
            size = abs(self.route.depart_s - prefix.depart_s)
            yield self._breach(
                Rule.LOCKED,
                None,
                size,
                f"left at {prefix.depart_s}, but the plan says {self.route.depart_s}.",
            )
        for number, happened in enumerate(prefix.visits):
            said = self.route.visits[number] if number < len(self.route.visits) else None
            if said == happened:
                continue
            # After the last thing that happened the crew may stay on (a break, a wait), never leave earlier.
            if (
                said is not None
                and number == len(prefix.visits) - 1
                and (said.stop, said.arrive_s, said.start_s, said.end_s, said.travel_s, said.travel_m)
                == (
                    happened.stop,
                    happened.arrive_s,
                    happened.start_s,
                    happened.end_s,
                    happened.travel_s,
                    happened.travel_m,
                )
                and said.leave_s >= happened.leave_s
            ):
                continue
            yield self._breach(
                Rule.LOCKED,
                happened.stop,
                1,
                f"has visit {number + 1} ({happened.stop}) other than it happened.",
            )
        if self.route.breaks[: len(prefix.breaks)] != prefix.breaks:
            yield self._breach(Rule.LOCKED, None, 1, "has breaks other than they happened.")

    def _trip(self, start: Place | None, end: Place | None, leaves_s: int) -> Leg:
        if start is None or end is None:
            return Leg(0, 0)
        usual = self.problem.travel.leg(start, end)
        if not self.problem.rush:
            return usual
        slowest = max(usual.travel_s, *(rush.travel.leg(start, end).travel_s for rush in self.problem.rush))
        arrivals = range(leaves_s, leaves_s + slowest + 1)
        arrives_s = arrivals[
            bisect_left(arrivals, Fraction(1), key=lambda at: self._share(start, end, leaves_s, at))
        ]
        return Leg(arrives_s - leaves_s, usual.travel_m, usual.estimated)

    def _share(self, start: Place, end: Place, leaves_s: int, until_s: int) -> Fraction:
        """Say which share of a way is done by an instant, each stretch of time at its own pace; 1 is all of it."""
        share, clock = Fraction(0), leaves_s
        while True:
            rush = next((one for one in self.problem.rush if one.from_s <= clock < one.to_s), None)
            later = [one.from_s for one in self.problem.rush if one.from_s > clock]
            ends_s = rush.to_s if rush else min(later, default=until_s + 1)
            whole_s = (rush.travel if rush else self.problem.travel).leg(start, end).travel_s
            if whole_s == 0:
                return Fraction(1)
            share += Fraction(min(ends_s, until_s) - clock, whole_s)
            if ends_s > until_s:
                return share
            clock = ends_s

    def _way(self, fixed: int) -> Iterator[Violation]:
        """Follow the crew from place to place: every trip as the source says, every time after the last."""
        place, clock = self.vehicle.start, self.route.depart_s
        for number, visit in enumerate(self.route.visits):
            stop = self.stops.get(visit.stop)
            if number >= fixed and stop is not None:
                trip = self._trip(place, stop.place, clock)
                yield from self._trip_claims(visit.stop, trip, visit.travel_s, visit.travel_m)
                if visit.arrive_s != clock + trip.travel_s:
                    yield self._breach(
                        Rule.TRAVEL,
                        visit.stop,
                        abs(visit.arrive_s - clock - trip.travel_s),
                        f"reaches {visit.stop} at {clock + trip.travel_s}, but the plan says {visit.arrive_s}.",
                    )
            for earlier, later, what in (
                (visit.arrive_s, visit.start_s, "begins before it arrives"),
                (visit.start_s, visit.end_s, "ends before it begins"),
                (visit.end_s, visit.leave_s, "leaves before it ends"),
            ):
                if later < earlier:
                    yield self._breach(
                        Rule.ORDER_OF_TIMES, visit.stop, earlier - later, f"{what} at {visit.stop}."
                    )
            place, clock = (stop.place if stop else place), visit.leave_s
        trip = self._trip(place, self.vehicle.end, clock)
        yield from self._trip_claims(None, trip, self.route.return_travel_s, self.route.return_travel_m)
        if self.route.return_s != clock + trip.travel_s:
            yield self._breach(
                Rule.TRAVEL,
                None,
                abs(self.route.return_s - clock - trip.travel_s),
                f"returns at {clock + trip.travel_s}, but the plan says {self.route.return_s}.",
            )

    def _trip_claims(self, stop: str | None, trip: Leg, said_s: int, said_m: int) -> Iterator[Violation]:
        where = f"to {stop}" if stop else "to its end"
        for true, said, unit in ((trip.travel_s, said_s, "s"), (trip.travel_m, said_m, "m")):
            if true != said:
                yield self._breach(
                    Rule.TRAVEL,
                    stop,
                    abs(true - said),
                    f"needs {true} {unit} {where}, but the plan says {said} {unit}.",
                )

    def _visit(self, visit: Visit, stop: Stop) -> Iterator[Violation]:
        if visit.end_s - visit.start_s != stop.service_s:
            yield self._breach(
                Rule.SERVICE,
                stop.id,
                abs(visit.end_s - visit.start_s - stop.service_s),
                f"serves {stop.id} for {visit.end_s - visit.start_s} s instead of {stop.service_s} s.",
            )
        if not any(opens <= visit.start_s <= closes for opens, closes in stop.windows):
            misses = [max(opens - visit.start_s, visit.start_s - closes) for opens, closes in stop.windows]
            size = min(misses, default=1)
            yield self._breach(
                Rule.WINDOW,
                stop.id,
                size,
                f"begins {stop.id} at {visit.start_s}, {size} s outside its windows.",
            )
        lacking = sorted(stop.skills - self.vehicle.skills)
        if lacking:
            yield self._breach(
                Rule.SKILL, stop.id, len(lacking), f"lacks for {stop.id}: {', '.join(lacking)}."
            )
        if stop.pinned_vehicle is not None and stop.pinned_vehicle != self.vehicle.id:
            yield self._breach(
                Rule.PINNED, stop.id, 1, f"has {stop.id}, which is pinned to {stop.pinned_vehicle}."
            )
        if self.vehicle.id in stop.never_vehicles:
            yield self._breach(Rule.NEVER, stop.id, 1, f"must never visit {stop.id}.")
        if self.vehicle.zones and stop.zone is not None and stop.zone not in self.vehicle.zones:
            yield self._breach(
                Rule.ZONE, stop.id, 1, f"has {stop.id}, which lies in zone {stop.zone}, outside its own."
            )

    def _shift(self, prefix: Locked | None) -> Iterator[Violation]:
        early = self.vehicle.shift_from_s - self.route.depart_s
        if prefix is None and early > 0:
            yield self._breach(Rule.SHIFT, None, early, f"leaves {early} s before its shift.")
        late = self.route.return_s - self.vehicle.shift_to_s
        if late > 0:
            yield self._breach(Rule.SHIFT, None, late, f"returns {late} s after its shift.")

    def _breaks_apart(self) -> Iterator[Violation]:
        """A break lies in no visit, on no trip, and beside no other break."""
        busy = [(visit.start_s, visit.end_s, f"the visit to {visit.stop}") for visit in self.route.visits]
        left = self.route.depart_s
        for visit in self.route.visits:
            busy.append((left, visit.arrive_s, f"the way to {visit.stop}"))
            left = visit.leave_s
        busy.append((left, self.route.return_s, "the way to the end"))
        for number, taken in enumerate(self.route.breaks):
            others = [
                (other.start_s, other.end_s, f"break {other.id}") for other in self.route.breaks[:number]
            ]
            for start, end, what in busy + others:
                shared = min(end, taken.end_s) - max(start, taken.start_s)
                if shared > 0:
                    yield self._breach(Rule.BREAK, None, shared, f"has break {taken.id} inside {what}.")

    def _breaks_owed(self, prefix: Locked | None) -> Iterator[Violation]:
        owed = {pause.id: pause for pause in self.vehicle.breaks}
        counts = Counter(taken.id for taken in self.route.breaks)
        for name in owed:
            if counts[name] != 1:
                yield self._breach(
                    Rule.BREAK, None, 1, f"takes break {name} {counts[name]} times instead of once."
                )
        happened = len(prefix.breaks) if prefix else 0
        for taken in self.route.breaks[happened:]:
            if taken.id not in owed:
                yield self._breach(Rule.BREAK, None, 1, f"takes a break nobody knows: {taken.id}.")
                continue
            yield from self._break_claims(taken, owed[taken.id].windows, owed[taken.id].length_s)

    def _break_claims(
        self, taken: BreakTaken, windows: tuple[tuple[int, int], ...], length_s: int
    ) -> Iterator[Violation]:
        if taken.end_s - taken.start_s != length_s:
            yield self._breach(
                Rule.BREAK,
                None,
                abs(taken.end_s - taken.start_s - length_s),
                f"has break {taken.id} for {taken.end_s - taken.start_s} s instead of {length_s} s.",
            )
        if not any(opens <= taken.start_s <= closes for opens, closes in windows):
            size = min(max(opens - taken.start_s, taken.start_s - closes) for opens, closes in windows)
            yield self._breach(
                Rule.BREAK, None, size, f"begins break {taken.id} {size} s outside its windows."
            )
        outside = max(self.vehicle.shift_from_s - taken.start_s, taken.end_s - self.vehicle.shift_to_s)
        if outside > 0:
            yield self._breach(
                Rule.BREAK, None, outside, f"has break {taken.id} {outside} s outside its shift."
            )

    def _limits(self) -> Iterator[Violation]:
        route, vehicle = self.route, self.vehicle
        travel_s = route.return_travel_s + sum(visit.travel_s for visit in route.visits)
        load = sum(self.stops[visit.stop].load for visit in route.visits if visit.stop in self.stops)
        for limit, used, what in (
            (vehicle.max_visits, len(route.visits), "visits"),
            (vehicle.max_duration_s, route.return_s - route.depart_s, "seconds from departure to return"),
            (vehicle.max_travel_s, travel_s, "seconds of travel"),
            (vehicle.max_load, load, "of load"),
        ):
            if limit is not None and used > limit:
                yield self._breach(
                    Rule.LIMIT, None, used - limit, f"has {used} {what}, and may have {limit}."
                )
