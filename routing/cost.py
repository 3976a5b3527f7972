"""What a plan costs, exactly, in seconds of travel. Smaller is better, and this alone says what better is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from routing.model import Objective, Plan, Problem, Promise, Route

_HOUR_S = 3_600


@dataclass(frozen=True, slots=True)
class Cost:
    """The parts of a price: on the road, left out, promised otherwise, unevenly shared."""

    travel_s: int
    left_out_s: int
    moved_s: int
    unfair_s: int

    @property
    def total_s(self) -> int:
        return self.travel_s + self.left_out_s + self.moved_s + self.unfair_s


def cost_of(problem: Problem, routes: Sequence[Route], left_out: Iterable[str]) -> Cost:
    """Price routes and the stops left out. Visits that have happened keep their travel and break no promise any more."""
    stops = {stop.id: stop for stop in problem.stops}
    happened = {visit.stop for prefix in problem.locked for visit in prefix.visits}
    travel_s = sum(route.travel_s for route in routes)
    left_out_s = sum(problem.price_s(stops[stop]) for stop in left_out)
    if problem.objective is Objective.TRAVEL:
        return Cost(travel_s, left_out_s, 0, 0)
    moved_s = sum(
        broken_s(promise, route.vehicle, visit.start_s)
        for route in routes
        for visit in route.visits
        if visit.stop not in happened and (promise := stops[visit.stop].promise) is not None
    )
    return Cost(travel_s, left_out_s, moved_s, _unfair_s(problem, routes))


def cost_s(problem: Problem, plan: Plan) -> int:
    """Price a plan in one figure."""
    return cost_of(problem, plan.routes, (drop.stop for drop in plan.dropped)).total_s


def broken_s(promise: Promise, vehicle: str, start_s: int) -> int:
    """Price what a visit by this vehicle at this instant changes of what was promised."""
    opens, closes = promise.window
    is_kept = opens <= start_s <= closes
    return (promise.vehicle_price_s if vehicle != promise.vehicle else 0) + (
        0 if is_kept else promise.hour_price_s
    )


def _unfair_s(problem: Problem, routes: Iterable[Route]) -> int:
    """Price how far the crews are apart; a crew that stays at home works for nothing and counts."""
    by_vehicle = {route.vehicle: route for route in routes}
    driven = [by_vehicle.get(vehicle.id) for vehicle in problem.vehicles]
    work = [route.return_s - route.depart_s if route else 0 for route in driven]
    visits = [len(route.visits) if route else 0 for route in driven]
    return spread_s(work, problem.fairness.hour_price_s, _HOUR_S) + spread_s(
        visits, problem.fairness.visit_price_s, 1
    )


def spread_s(shares: Sequence[int], price_s: int, unit: int) -> int:
    """Price the squared deviations from the mean, where one of `unit` costs `price_s`; rounded down."""
    total = sum(shares)
    squares = len(shares) * sum(share * share for share in shares) - total * total
    return price_s * squares // (len(shares) * unit * unit) if shares else 0
