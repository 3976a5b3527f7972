"""Examples of appointments and plans for the matrix; see tests/api/test_matrix.py."""

from typing import Any

from field_visits.planning import running
from field_visits.planning.drafting import draft
from field_visits.planning.service import publish
from field_visits.unit_of_work import Born
from tests.client import ApiClient
from tests.features.appointments.days import RULES, at, booked


def appointment(api: ApiClient) -> object:
    world = api.world
    return booked(world, at(10), case=world.case(collector=world.collector)).id


def plan_draft(api: ApiClient) -> object:
    with api.world.work(api.world.dispatcher) as uow:
        return draft(uow, RULES, at(12).date(), budget_s=0.1, iterations=1).id


def plan(api: ApiClient) -> object:
    with api.world.work(api.world.dispatcher) as uow:
        made = publish(uow, RULES, draft(uow, RULES, at(12).date(), budget_s=0.1, iterations=1).id)
        assert isinstance(made, Born)
        return made.row.id


def plan_run(api: ApiClient) -> object:
    with api.world.work(api.world.dispatcher) as uow:
        return running.ask(uow, at(12).date(), budget_s=1).id


def draft_move(api: ApiClient) -> dict[str, Any]:
    return {"appointment_id": str(appointment(api)), "crew": None}


def booking(api: ApiClient) -> dict[str, Any]:
    return {
        "case_id": str(api.world.case().id),
        "window_from": at(10).isoformat(),
        "window_to": at(12).isoformat(),
        "purpose": "talk",
        "service_minutes": 30,
    }


SAMPLES = {
    "appointment_id": appointment,
    "draft_id": plan_draft,
    "plan_id": plan,
    "plan_run_id": plan_run,
    "case_id": lambda api: api.world.case(collector=api.world.collector).id,
}
BODIES = {"POST /v1/appointments": booking, "POST /v1/plans/drafts/{draft_id}/moves": draft_move}
