"""How much may go wrong in a route before somebody waits in vain, and who that would be."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from routing.model import Plan, Problem, Route, Stop, Vehicle, Window


@dataclass(frozen=True, slots=True)
class RouteSlack:
    """A delay of `slack_s` seconds where the plan still has a choice makes nobody late; one second more does.

    `at_risk` is the visit that would come too late first, None if that is the end of the shift or a break.
    """

    vehicle: str
    slack_s: int
    at_risk: str | None


def slacks(problem: Problem, plan: Plan) -> tuple[RouteSlack, ...]:
    """Measure each route that still has something to do.

    Waiting takes up a delay. A visit has the window that it is planned in; that it might be made in a later
    one is a new plan.
    """
    stops = {stop.id: stop for stop in problem.stops}
    vehicles = {vehicle.id: vehicle for vehicle in problem.vehicles}
    happened = {prefix.vehicle: (len(prefix.visits), len(prefix.breaks)) for prefix in problem.locked}
    found = []
    for route in plan.routes:
        visits, breaks = happened.get(route.vehicle, (0, 0))
        if visits < len(route.visits):
            found.append(_slack(route, vehicles[route.vehicle], stops, visits, breaks))
    return tuple(found)


@dataclass(frozen=True, slots=True, order=True)
class _Act:
    """Something that takes time; `last_s` is when it may begin at the latest, None if it only follows."""

    start_s: int
    end_s: int
    last_s: int | None = field(default=None, compare=False)
    stop: str | None = field(default=None, compare=False)


def _slack(route: Route, vehicle: Vehicle, stops: dict[str, Stop], visits: int, breaks: int) -> RouteSlack:
    acts = sorted(_acts(route, vehicle, stops, visits, breaks))
    ready_s, waited_s = acts[0].start_s, 0
    least: tuple[int, str | None] | None = None
    for act in (*acts, _home(acts, vehicle)):
        waited_s += act.start_s - ready_s
        ready_s = act.end_s
        if act.last_s is not None:
            slack_s = act.last_s - act.start_s + waited_s
            if least is None or slack_s < least[0]:
                least = slack_s, act.stop
    slack_s, at_risk = least or (0, None)
    return RouteSlack(route.vehicle, slack_s, at_risk)


def _acts(route: Route, vehicle: Vehicle, stops: dict[str, Stop], visits: int, breaks: int) -> Iterator[_Act]:
    """Give each trip, visit and break to come; what is between two of them is waiting."""
    for visit in route.visits[visits:]:
        yield _Act(visit.arrive_s - visit.travel_s, visit.arrive_s)
        closes_s = _closes(stops[visit.stop].windows, visit.start_s)
        yield _Act(visit.start_s, visit.end_s, closes_s, visit.stop)
    yield _Act(route.return_s - route.return_travel_s, route.return_s)
    pauses = {pause.id: pause.windows for pause in vehicle.breaks}
    for taken in route.breaks[breaks:]:
        yield _Act(taken.start_s, taken.end_s, _closes(pauses[taken.id], taken.start_s))


def _home(acts: Sequence[_Act], vehicle: Vehicle) -> _Act:
    """The day ends with the last act, which may be a break taken after the way home."""
    ends_s = acts[-1].end_s
    return _Act(ends_s, ends_s, vehicle.shift_to_s)


def _closes(windows: tuple[Window, ...], starts_s: int) -> int:
    return next((closes for opens, closes in windows if opens <= starts_s <= closes), starts_s)
