"""How much may go wrong in a route before somebody waits in vain, and who that would be."""

from collections.abc import Iterator
from dataclasses import dataclass

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


def _slack(route: Route, vehicle: Vehicle, stops: dict[str, Stop], visits: int, breaks: int) -> RouteSlack:
    taken_up = 0
    least: tuple[int, str | None] | None = None
    for starts_s, last_s, waited_s, stop in _acts(route, vehicle, stops, visits, breaks):
        taken_up += waited_s
        slack = last_s - starts_s + taken_up
        if least is None or slack < least[0]:
            least = slack, stop
    slack_s, at_risk = least or (0, None)
    return RouteSlack(route.vehicle, slack_s, at_risk)


def _acts(
    route: Route, vehicle: Vehicle, stops: dict[str, Stop], visits: int, breaks: int
) -> Iterator[tuple[int, int, int, str | None]]:
    """Give each act to come, in order: (start, last possible start, waiting before it, visit)."""
    pauses = {pause.id: pause.windows for pause in vehicle.breaks}
    acts: list[tuple[int, int, int, str | None]] = []
    for visit in route.visits[visits:]:
        last_s = _closes(stops[visit.stop].windows, visit.start_s)
        acts.append((visit.start_s, visit.end_s, last_s, visit.stop))
    acts += [
        (taken.start_s, taken.end_s, _closes(pauses[taken.id], taken.start_s), None)
        for taken in route.breaks[breaks:]
    ]
    acts.sort(key=lambda act: act[:2])
    leaves_s = route.visits[visits - 1].leave_s if visits else route.depart_s
    ready_s = min(leaves_s, acts[0][0])
    travels = {visit.stop: visit.travel_s for visit in route.visits}
    for starts_s, ends_s, last_s, stop in acts:
        way_s = travels[stop] if stop is not None else 0
        yield starts_s, last_s, max(0, starts_s - ready_s - way_s), stop
        ready_s = ends_s
    yield route.return_s, vehicle.shift_to_s, max(0, route.return_s - ready_s - route.return_travel_s), None


def _closes(windows: tuple[Window, ...], starts_s: int) -> int:
    return next((closes for opens, closes in windows if opens <= starts_s <= closes), starts_s)
