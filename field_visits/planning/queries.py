"""Reads of plans: the day's, its forerunners, drafts, and one collector's part."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from field_visits.kernel.errors import NotFoundError
from field_visits.kernel.ids import PlanId, UserId
from field_visits.planning.models import DayPlan, PlanDraft
from field_visits.unit_of_work import UnitOfWork

MAX_VERSIONS = 200


def get_draft(uow: UnitOfWork, draft_id: PlanId) -> PlanDraft:
    """The draft; NotFoundError if there is none."""
    draft = uow.session.get(PlanDraft, draft_id)
    if draft is None:
        raise NotFoundError("There is no such draft.")
    return draft


def plan_of_day(uow: UnitOfWork, day: date, *, locked: bool = False) -> DayPlan | None:
    """The plan that holds for `day`, or None while none is published; `locked` until the transaction ends."""
    query = select(DayPlan).where(DayPlan.day == day, DayPlan.state == "published")
    if locked:
        query = query.with_for_update().execution_options(populate_existing=True)
    return uow.session.scalars(query).one_or_none()


def plans_of_day(uow: UnitOfWork, day: date) -> Sequence[DayPlan]:
    """Every plan ever published for `day`: the one that holds, then the others, the newest first."""
    return uow.session.scalars(
        select(DayPlan)
        .where(DayPlan.day == day)
        .order_by((DayPlan.state == "published").desc(), DayPlan.published_at.desc(), DayPlan.id.desc())
        .limit(MAX_VERSIONS)
    ).all()


def routes_of(plan: DayPlan, collector_id: UserId) -> list[dict[str, Any]]:
    """The parts of a plan in which this collector goes."""
    mine = str(collector_id)
    return [
        route
        for route in plan.routes["routes"]
        if mine in (route["crew"]["lead_id"], route["crew"]["partner_id"])
    ]


def collectors_of(plan: DayPlan | None) -> list[UserId]:
    """Everybody who goes in a plan."""
    if plan is None:
        return []
    crews = [route["crew"] for route in plan.routes["routes"]]
    people = [crew[who] for crew in crews for who in ("lead_id", "partner_id") if crew[who] is not None]
    return [UserId(UUID(person)) for person in dict.fromkeys(people)]


def get_plan(uow: UnitOfWork, plan_id: PlanId) -> DayPlan:
    """A published plan, superseded or not; NotFoundError if there is none."""
    plan = uow.session.get(DayPlan, plan_id)
    if plan is None:
        raise NotFoundError("There is no such plan.")
    return plan
