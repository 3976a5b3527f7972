"""Short ways to a drafted and a published day, for tests of planning."""

from datetime import date
from typing import Any

from field_visits.identity.models import Evenness, Organisation
from field_visits.identity.service import configure_organisation
from field_visits.kernel.actor import Actor
from field_visits.kernel.ids import PlanId
from field_visits.planning.drafting import draft
from field_visits.planning.models import DayPlan, PlanDraft
from field_visits.planning.service import publish
from field_visits.unit_of_work import Born
from tests.features.appointments.days import RULES, at
from tests.world import World, applied

DAY = date(2026, 11, 27)


def on_duty(world: World, *collectors: Actor, start: float = 9, hours: int = 9) -> None:
    for collector in collectors:
        world.shift(collector, starts_at=at(start), hours=hours)


def shared(world: World, evenness: Evenness) -> None:
    """The organisation wants its days as even as this."""
    with world.work(world.admin) as uow:
        organisation = uow.session.get_one(Organisation, world.organisation)
        applied(configure_organisation(uow, organisation, evenness=evenness))


def drafted(world: World, *, from_draft: PlanDraft | None = None) -> PlanDraft:
    with world.work(world.dispatcher) as uow:
        return draft(uow, RULES, DAY, budget_s=0.3, iterations=20, from_draft=from_draft)


def published(world: World, draft_id: PlanId | None = None) -> DayPlan:
    with world.work(world.dispatcher) as uow:
        outcome = publish(uow, RULES, draft_id or draft(uow, RULES, DAY, budget_s=0.3, iterations=20).id)
    assert isinstance(outcome, Born), outcome
    return outcome.row


def newest(world: World, draft_id: PlanId) -> PlanDraft:
    with world.work() as uow:
        return uow.session.get_one(PlanDraft, draft_id)


def who_makes(plan: dict[str, Any]) -> dict[str, str]:
    """Appointment → the crew that makes it."""
    return {
        visit["appointment_id"]: route["crew"]["name"]
        for route in plan["routes"]
        for visit in route["visits"]
    }


def starts(plan: dict[str, Any]) -> dict[str, str]:
    """Appointment → when its visit begins."""
    return {
        visit["appointment_id"]: visit["start_at"] for route in plan["routes"] for visit in route["visits"]
    }
