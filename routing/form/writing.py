"""Writing a problem and a plan in the form of docs/planning-format.md."""

from collections.abc import Mapping
from typing import Any

from routing.cost import cost_of
from routing.form import PLAN_FORM, PROBLEM_FORM
from routing.model import BreakTaken, Place, Plan, Problem, Stop, TravelMatrix, Vehicle, Visit


def plan_document(problem: Problem, plan: Plan) -> dict[str, Any]:
    """Write a plan, with what it costs."""
    cost = cost_of(problem, plan.routes, (drop.stop for drop in plan.dropped))
    return {
        "form": PLAN_FORM,
        "cost": {
            "total_s": cost.total_s,
            "travel_s": cost.travel_s,
            "left_out_s": cost.left_out_s,
            "moved_s": cost.moved_s,
            "unfair_s": cost.unfair_s,
        },
        "routes": [
            {
                "vehicle": route.vehicle,
                "depart_s": route.depart_s,
                "visits": [_visit_document(visit) for visit in route.visits],
                "breaks": [_break_document(taken) for taken in route.breaks],
                "return_s": route.return_s,
                "return_travel_s": route.return_travel_s,
                "return_travel_m": route.return_travel_m,
            }
            for route in plan.routes
        ],
        "dropped": [
            {
                "stop": drop.stop,
                "reason": drop.reason.value,
                "sentence": drop.sentence,
                "tried": [
                    {"vehicle": one.vehicle, "reason": one.reason.value, "sentence": one.sentence}
                    for one in drop.tried
                ],
            }
            for drop in plan.dropped
        ],
        "travel_source": plan.travel_source,
        "made_by": plan.made_by,
        "notes": list(plan.notes),
    }


def problem_document(problem: Problem) -> dict[str, Any]:
    """Write a problem with explicit matrices; reading it gives the same problem, a place without a name is named by its number."""
    names = {place: place.name or f"p{number}" for number, place in enumerate(problem.travel.places)}
    travel: dict[str, Any] = {
        "source": problem.travel.source,
        **_matrix_document(problem.travel),
        "estimated": sorted(map(list, problem.travel.estimated)),
        "rush": [
            {"from_s": rush.from_s, "to_s": rush.to_s, **_matrix_document(rush.travel)}
            for rush in problem.rush
        ],
    }
    return {
        "form": PROBLEM_FORM,
        "objective": problem.objective.value,
        "places": [{"id": name, "lat": place.lat, "lon": place.lon} for place, name in names.items()],
        "travel": travel,
        "stops": [_stop_document(stop, names) for stop in problem.stops],
        "vehicles": [_vehicle_document(vehicle, names) for vehicle in problem.vehicles],
        "locked": [
            {
                "vehicle": prefix.vehicle,
                "depart_s": prefix.depart_s,
                "visits": [_visit_document(visit) for visit in prefix.visits],
                "breaks": [_break_document(taken) for taken in prefix.breaks],
            }
            for prefix in problem.locked
        ],
        "fairness": {
            "hour_price_s": problem.fairness.hour_price_s,
            "visit_price_s": problem.fairness.visit_price_s,
        },
    }


def _matrix_document(matrix: TravelMatrix) -> dict[str, Any]:
    return {"seconds": list(map(list, matrix.seconds)), "metres": list(map(list, matrix.metres))}


def _visit_document(visit: Visit) -> dict[str, Any]:
    return {
        "stop": visit.stop,
        "arrive_s": visit.arrive_s,
        "start_s": visit.start_s,
        "end_s": visit.end_s,
        "leave_s": visit.leave_s,
        "travel_s": visit.travel_s,
        "travel_m": visit.travel_m,
    }


def _break_document(taken: BreakTaken) -> dict[str, Any]:
    return {"id": taken.id, "start_s": taken.start_s, "end_s": taken.end_s}


def _stop_document(stop: Stop, names: Mapping[Place, str]) -> dict[str, Any]:
    promise = stop.promise
    return {
        "id": stop.id,
        "place": names[stop.place],
        "windows": list(map(list, stop.windows)),
        "service_s": stop.service_s,
        "priority": stop.priority,
        "skills": sorted(stop.skills),
        "pinned_vehicle": stop.pinned_vehicle,
        "never_vehicles": sorted(stop.never_vehicles),
        "zone": stop.zone,
        "load": stop.load,
        "promise": promise
        and {
            "vehicle": promise.vehicle,
            "window": list(promise.window),
            "vehicle_price_s": promise.vehicle_price_s,
            "hour_price_s": promise.hour_price_s,
        },
    }


def _vehicle_document(vehicle: Vehicle, names: Mapping[Place, str]) -> dict[str, Any]:
    return {
        "id": vehicle.id,
        "start": vehicle.start and names[vehicle.start],
        "end": vehicle.end and names[vehicle.end],
        "shift": [vehicle.shift_from_s, vehicle.shift_to_s],
        "breaks": [
            {"id": pause.id, "windows": list(map(list, pause.windows)), "length_s": pause.length_s}
            for pause in vehicle.breaks
        ],
        "skills": sorted(vehicle.skills),
        "zones": sorted(vehicle.zones),
        "max_visits": vehicle.max_visits,
        "max_duration_s": vehicle.max_duration_s,
        "max_travel_s": vehicle.max_travel_s,
        "max_load": vehicle.max_load,
    }
