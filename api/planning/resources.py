"""Drafts and published plans of a day."""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.blueprints import Blueprint
from api.house import current_house
from api.planning import schemas
from api.requests import reads, settle, writes
from api.work import current_scope, current_uow
from field_visits.identity.permissions import Scope
from field_visits.kernel.errors import NotFoundError
from field_visits.kernel.ids import PlanId, UserId
from field_visits.planning import queries
from field_visits.planning.drafting import draft
from field_visits.planning.models import DayPlan, PlanDraft
from field_visits.planning.service import publish
from field_visits.workforce.membership import people_of

blueprint = Blueprint(
    "planning", __name__, description="Who goes where and when: drafts and published plans."
)


@blueprint.resource("/plans/drafts")
class Drafts(MethodView):
    @writes("plan:draft")
    @blueprint.takes(schemas.DraftRequestSchema)
    @blueprint.gives(201, schemas.DraftSchema)
    def post(self, told: dict[str, Any]) -> tuple[PlanDraft, int, dict[str, str]]:
        """Propose a plan for a day; nobody is promised anything yet."""
        made = draft(
            current_uow(),
            current_house().rules,
            told["day"],
            budget_s=float(told["budget_s"]),
            seed=told["seed"],
        )
        return made, 201, {"Location": f"/v1/plans/drafts/{made.id}"}


@blueprint.resource("/plans/drafts/<uuid:draft_id>")
class OneDraft(MethodView):
    @reads("plan:draft")
    @blueprint.gives(200, schemas.DraftSchema)
    def get(self, draft_id: UUID) -> PlanDraft:
        """Show a draft."""
        return queries.get_draft(current_uow(), PlanId(draft_id))


@blueprint.resource("/plans")
class Plans(MethodView):
    @reads("plan:read")
    @blueprint.takes(schemas.PlanQuery, location="query")
    @blueprint.gives(200, schemas.PlanListSchema)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """List the plans of a day, the one that holds first."""
        plans = queries.plans_of_day(current_uow(), query["day"])
        return {"items": [_in_scope(plan) for plan in plans]}

    @writes("plan:publish")
    @blueprint.takes(schemas.PublicationSchema)
    @blueprint.gives(201, schemas.PlanSchema)
    def post(self, told: dict[str, Any]) -> tuple[DayPlan, int, dict[str, str]]:
        """Publish a draft: all its appointments get their crew and interval at once, or none does."""
        plan = settle(publish(current_uow(), current_house().rules, told["draft_id"])).row
        return plan, 201, {"Location": f"/v1/plans/{plan.id}"}


@blueprint.resource("/plans/<uuid:plan_id>")
class OnePlan(MethodView):
    @reads("plan:read")
    @blueprint.gives(200, schemas.PlanSchema)
    def get(self, plan_id: UUID) -> dict[str, Any]:
        """Show a published plan, as far as the caller sees it."""
        shown = _in_scope(queries.get_plan(current_uow(), PlanId(plan_id)))
        if current_scope() is not Scope.ORGANISATION and not shown["routes"]:
            raise NotFoundError("There is no such plan, or you are not in it.")
        return shown


def _in_scope(plan: DayPlan) -> dict[str, Any]:
    """The plan with the routes of those whom the caller sees, and without what others leave out."""
    shown = schemas.plan_laid_out(plan)
    uow, scope = current_uow(), current_scope()
    if scope is Scope.ORGANISATION:
        return shown
    seen: set[UserId] = set() if uow.actor.user is None else {uow.actor.user}
    if scope is Scope.TEAM:
        seen |= people_of(uow.session, uow.actor.teams, at=uow.now)
    routes = list({id(route): route for person in seen for route in queries.routes_of(plan, person)}.values())
    return shown | {"routes": routes, "dropped": [], "notes": []}
