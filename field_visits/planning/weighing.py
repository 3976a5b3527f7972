"""A plan in figures: what it costs, how it compares, how much may go wrong in it. Pure."""

from dataclasses import asdict
from typing import Any

from field_visits.planning.problem import Posed
from routing.cost import cost_of
from routing.difference import figures
from routing.model import Place, Plan, Route
from routing.slack import RouteSlack, slacks


def figures_json(plan: Plan) -> dict[str, int]:
    """The plan summed up: visits, travel, and how unevenly it is shared."""
    return asdict(figures(plan))


def price_json(posed: Posed, plan: Plan) -> dict[str, int]:
    """What the plan costs, in seconds of travel: on the road, left out, promised otherwise, unevenly shared."""
    return asdict(cost_of(posed.problem, plan.routes, (drop.stop for drop in plan.dropped)))


def slack_json(posed: Posed, plan: Plan) -> dict[str, dict[str, Any]]:
    """For each crew that has still something to do: which delay makes nobody late, and whom one more would."""
    return {one.vehicle: _slack(one) for one in slacks(posed.problem, plan)}


def estimated_of(posed: Posed, route: Route) -> set[str]:
    """The visits whose way was estimated, because the map knows none."""
    travel = posed.problem.travel
    places = {stop.id: stop.place for stop in posed.problem.stops}
    before: Place | None = next(one.start for one in posed.problem.vehicles if one.id == route.vehicle)
    found = set()
    for visit in route.visits:
        place = places[visit.stop]
        if before is not None and travel.leg(before, place).estimated:
            found.add(visit.stop)
        before = place
    return found


def _slack(one: RouteSlack) -> dict[str, Any]:
    return {"slack_s": one.slack_s, "at_risk": one.at_risk}
