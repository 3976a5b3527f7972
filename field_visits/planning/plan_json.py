"""A plan as it is kept: instants instead of seconds, ids instead of numbers, and every reason."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any

from field_visits.appointments.crews import Rows, team_of
from field_visits.appointments.models import Appointment
from field_visits.planning.changes import changes_of
from field_visits.planning.day import KnownDay
from field_visits.planning.instants import instant
from field_visits.planning.pace import pace_json
from field_visits.planning.problem import Posed, pin_of
from field_visits.planning.weighing import estimated_of, figures_json, price_json, slack_json
from field_visits.workforce.duty import CrewOnDuty
from routing.model import Dropped, Plan, Route
from routing.roads.city import CityTravel


class Happening(StrEnum):
    """What became of a visit already."""

    DONE = "done"
    UNDER_WAY = "under_way"


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


def problem_json(posed: Posed, *, seed: int, budget_s: float) -> dict[str, Any]:
    """What a draft was made from, and what people decided in it."""
    known = posed.known
    return {
        "epoch": instant(known.epoch),
        "since": instant(known.since),
        "seed": seed,
        "budget_s": repr(budget_s),
        "former": None if known.former is None else str(known.former),
        "by_hand": posed.by_hand.as_json(),
        "appointments": {
            str(one.id): basis_of(one, known.rows.get(one.id, ())) for one in known.appointments
        },
    }


class Roads(StrEnum):
    """What a road engine had to say of a plan's travel times."""

    NONE = "none"
    ANSWERED = "answered"
    PARTLY = "partly"
    SILENT = "silent"


_BASIS = {
    Roads.NONE: "Travel times are estimates from straight lines times a detour factor, not from a road map",
    Roads.ANSWERED: "Travel times come from a road map",
    Roads.PARTLY: "Travel times come from a road map, and from straight lines where it knows no way",
    Roads.SILENT: "The road map did not answer: travel times are estimates from straight lines",
}


def plan_json(plan: Plan, posed: Posed, travel: CityTravel) -> dict[str, Any]:
    """The whole plan: routes, who is on duty, what is left out and what changes, each with its reason."""
    known = posed.known
    roads = _roads(posed, travel)
    slack = slack_json(posed, plan)
    pinned = {str(one.id) for one in known.appointments if pin_of(known, posed.by_hand, one) is not None}
    return {
        "crews": [_on_duty(name, crew) for name, crew in known.crews.items()],
        "routes": [
            _route(route, known, pinned, estimated_of(posed, route)) | {"slack": slack.get(route.vehicle)}
            for route in plan.routes
        ],
        "dropped": [_dropped(drop, posed.barred.get(drop.stop)) for drop in plan.dropped],
        "changes": changes_of(posed, plan),
        "travel": {
            "source": plan.travel_source,
            "is_estimate": roads in (Roads.NONE, Roads.SILENT),
            "roads": roads.value,
            "estimated_trips": len(posed.problem.travel.estimated),
            "pace": pace_json(travel.hours),
            "basis": f"{_BASIS[roads]}: {plan.travel_source}.",
            "travel_s": sum(route.travel_s for route in plan.routes),
            "travel_m": sum(route.travel_m for route in plan.routes),
        },
        "figures": figures_json(plan),
        "figures_before": known.former_figures,
        "price": price_json(posed, plan),
        "made_by": plan.made_by,
        "notes": list(plan.notes),
    }


def _on_duty(name: str, crew: CrewOnDuty) -> dict[str, Any]:
    return {
        **crew_json(name, crew),
        "works_from": instant(crew.hours.start),
        "works_to": instant(crew.hours.end),
        "skills": sorted(crew.skills),
    }


def _roads(posed: Posed, travel: CityTravel) -> Roads:
    matrix = posed.problem.travel
    if travel.roads is None:
        return Roads.NONE
    if matrix.source.startswith("estimate"):
        return Roads.SILENT
    return Roads.PARTLY if matrix.estimated else Roads.ANSWERED


def _route(route: Route, known: KnownDay, pinned: set[str], estimated: set[str]) -> dict[str, Any]:
    def at(second: int) -> str:
        return instant(known.epoch + timedelta(seconds=second))

    happened = {
        str(one.appointment.id): (
            Happening.UNDER_WAY if one.visit.state in ("departed", "arrived") else Happening.DONE
        ).value
        for one in known.happened.get(route.vehicle, ())
    }
    return {
        "crew": crew_json(route.vehicle, known.crews[route.vehicle]),
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
                "happened": happened.get(visit.stop),
                "is_pinned": visit.stop in pinned,
                "is_estimate": visit.stop in estimated,
            }
            for visit in route.visits
        ],
        "breaks": [{"start_at": at(taken.start_s), "end_at": at(taken.end_s)} for taken in route.breaks],
    }


def _dropped(drop: Dropped, bar: Mapping[str, Any] | None) -> dict[str, Any]:
    law = bar or {}
    if "reason" in law:  # a person's decision needs no solver's reason beside it
        return {
            "appointment_id": drop.stop,
            "reason": law["reason"],
            "sentence": law["sentence"],
            "decision": None,
        }
    return {
        "appointment_id": drop.stop,
        "reason": str(drop.reason),
        "sentence": f"{drop.sentence} {law['sentence']}" if law else drop.sentence,
        "decision": law.get("decision"),
    }
