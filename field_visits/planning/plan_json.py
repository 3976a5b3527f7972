"""A plan as it is kept: instants instead of seconds, ids instead of numbers, and every reason."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from field_visits.appointments.crews import Rows, team_of
from field_visits.appointments.models import Appointment
from field_visits.workforce.duty import CrewOnDuty
from routing.model import Dropped, Plan, Route


def instant(at: datetime) -> str:
    """RFC 3339 in UTC."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def crew_json(name: str, crew: CrewOnDuty) -> dict[str, Any]:
    """Who goes together, under the name that the plan's sentences use."""
    return {
        "name": name,
        "lead_id": str(crew.lead_id),
        "partner_id": None if crew.partner_id is None else str(crew.partner_id),
    }


def basis_of(appointment: Appointment, rows: Rows) -> list[Any]:
    """What a plan was made from: if it differs at publishing, the draft is stale. Notices do not count."""
    team = team_of(rows) if appointment.is_pinned else None
    return [
        instant(appointment.window_from),
        instant(appointment.window_to),
        str(appointment.address_id),
        appointment.service_minutes,
        appointment.crew_size,
        [] if team is None else [str(person) for person in team.members],
    ]


def plan_json(
    plan: Plan,
    epoch: datetime,
    crews: Mapping[str, CrewOnDuty],
    barred: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:
    """The whole plan; `barred` says for visits without a lawful hour what forbids them."""
    is_estimate = plan.travel_source.startswith("estimate")
    basis = (
        "Travel times are estimates from straight lines times a detour factor, not from a road map"
        if is_estimate
        else "Travel times come from a road map"
    )
    return {
        "routes": [_route(route, epoch, crews[route.vehicle]) for route in plan.routes],
        "dropped": [_dropped(drop, barred.get(drop.stop)) for drop in plan.dropped],
        "travel": {
            "source": plan.travel_source,
            "is_estimate": is_estimate,
            "basis": f"{basis}: {plan.travel_source}.",
            "travel_s": sum(route.travel_s for route in plan.routes),
            "travel_m": sum(route.travel_m for route in plan.routes),
        },
        "made_by": plan.made_by,
        "notes": list(plan.notes),
    }


def _route(route: Route, epoch: datetime, crew: CrewOnDuty) -> dict[str, Any]:
    def at(second: int) -> str:
        return instant(epoch + timedelta(seconds=second))

    return {
        "crew": crew_json(route.vehicle, crew),
        "depart_at": at(route.depart_s),
        "return_at": at(route.return_s),
        "travel_s": route.travel_s,
        "travel_m": route.travel_m,
        "visits": [
            {
                "appointment_id": visit.stop,
                "arrive_at": at(visit.arrive_s),
                "start_at": at(visit.start_s),
                "end_at": at(visit.end_s),
                "travel_s": visit.travel_s,
                "travel_m": visit.travel_m,
            }
            for visit in route.visits
        ],
        "breaks": [{"start_at": at(taken.start_s), "end_at": at(taken.end_s)} for taken in route.breaks],
    }


def _dropped(drop: Dropped, bar: Mapping[str, Any] | None) -> dict[str, Any]:
    law = bar or {}
    return {
        "appointment_id": drop.stop,
        "reason": str(drop.reason),
        "sentence": f"{drop.sentence} {law['sentence']}" if law else drop.sentence,
        "decision": law.get("decision"),
    }
