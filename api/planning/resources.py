"""Drafts and published plans of a day."""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.blueprints import Blueprint
from api.house import current_house
from api.planning import schemas
from api.preconditions import check_version
from api.requests import reads, settle, writes
from api.work import current_scope, current_uow
from field_visits.identity.permissions import Scope
from field_visits.kernel.errors import NotFoundError
from field_visits.kernel.ids import PlanId, PlanRunId, UserId
from field_visits.planning import editing, queries, running
from field_visits.planning.actuals import actuals_of_day
from field_visits.planning.handover import HandedOver, hand_over
from field_visits.planning.models import DayPlan, PlanDraft, PlanRun
from field_visits.planning.service import publish
from field_visits.workforce.membership import people_of
from field_visits.workforce.queries import people_within

blueprint = Blueprint(
    "planning", __name__, description="Who goes where and when: drafts and published plans."
)


@blueprint.resource("/plans/runs")
class Runs(MethodView):
    @reads("plan:draft")
    @blueprint.takes(schemas.PlanQuery, location="query")
    @blueprint.gives(200, schemas.PlanRunListSchema)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """List the runs that planned a day, the newest first."""
        return {"items": running.runs_of_day(current_uow(), query["day"])}

    @writes("plan:draft")
    @blueprint.takes(schemas.PlanRunCreateSchema)
    @blueprint.gives(202, schemas.PlanRunSchema)
    def post(self, told: dict[str, Any]) -> tuple[PlanRun, int, dict[str, str]]:
        """Plan a day: ask for the run until it is done, then for its draft. Nobody is promised anything yet."""
        run = running.ask(current_uow(), told.pop("day"), **told)
        return run, 202, {"Location": f"/v1/plans/runs/{run.id}"}


@blueprint.resource("/plans/runs/<uuid:plan_run_id>")
class OneRun(MethodView):
    @reads("plan:draft")
    @blueprint.gives(200, schemas.PlanRunSchema)
    def get(self, plan_run_id: UUID) -> PlanRun:
        """How far the run is, the best day it has found, and its draft once it is done."""
        return running.get_run(current_uow(), PlanRunId(plan_run_id))


@blueprint.resource("/plans/runs/<uuid:plan_run_id>/cancel")
class CancelRun(MethodView):
    @writes("plan:draft")
    @blueprint.gives(200, schemas.PlanRunSchema)
    def post(self, plan_run_id: UUID) -> PlanRun:
        """Stop the run within moments; it leaves no draft."""
        run = running.get_run(current_uow(), PlanRunId(plan_run_id))
        running.cancel(current_uow(), run)
        return run


@blueprint.resource("/plans/drafts/<uuid:draft_id>")
class OneDraft(MethodView):
    @reads("plan:draft")
    @blueprint.gives(200, schemas.DraftSchema)
    def get(self, draft_id: UUID) -> PlanDraft:
        """Show a draft, and what it changes of the day as it stood."""
        return queries.get_draft(current_uow(), PlanId(draft_id))


@blueprint.resource("/plans/drafts/<uuid:draft_id>/moves")
class Moves(MethodView):
    @writes("plan:draft", versioned=True)
    @blueprint.takes(schemas.MoveSchema)
    @blueprint.gives(200, schemas.DraftSchema)
    def post(self, told: dict[str, Any], draft_id: UUID) -> PlanDraft:
        """Give a visit of the draft to a crew, or to nobody; all hours follow.

        Where a rule of the day or of the law stands against it, nothing changes, and `breaches` names it.
        """
        draft = _draft(draft_id)
        house = current_house()
        editing.move(current_uow(), house.rules, draft, told.pop("appointment_id"), roads=house.roads, **told)
        return draft


@blueprint.resource("/plans/drafts/<uuid:draft_id>/pins")
class Pins(MethodView):
    @writes("plan:draft", versioned=True)
    @blueprint.takes(schemas.PinSchema)
    @blueprint.gives(200, schemas.DraftSchema)
    def post(self, told: dict[str, Any], draft_id: UUID) -> PlanDraft:
        """Keep a visit of the draft with its crew whatever runs come, or set it free again."""
        draft = _draft(draft_id)
        house = current_house()
        editing.pin(current_uow(), house.rules, draft, told.pop("appointment_id"), roads=house.roads, **told)
        return draft


@blueprint.resource("/plans")
class Plans(MethodView):
    @reads("plan:read")
    @blueprint.takes(schemas.PlanQuery, location="query")
    @blueprint.gives(200, schemas.PlanListSchema)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """List the plans of a day, the one that holds first."""
        plans = queries.plans_of_day(current_uow(), query["day"])
        return {"items": [_in_scope(plan) for plan in plans]}

    @writes("plan:publish", errors=(412,))
    @blueprint.takes(schemas.PublicationSchema)
    @blueprint.gives(201, schemas.PlanSchema)
    def post(self, told: dict[str, Any]) -> tuple[DayPlan, int, dict[str, str]]:
        """Publish a draft: all its appointments get their crew and interval at once, or none does."""
        plan = settle(publish(current_uow(), current_house().rules, **told)).row
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


@blueprint.resource("/plans/handovers")
class Handovers(MethodView):
    @writes("plan:publish")
    @blueprint.takes(schemas.HandoverCreateSchema)
    @blueprint.gives(201, schemas.HandoverSchema)
    def post(self, told: dict[str, Any]) -> tuple[HandedOver, int]:
        """Record that a collector is absent for the rest of a day, and give their visits to others, in one step.

        Customers keep the windows that they were promised; a visit that finds no crew is left out, with the reason.
        """
        house, collector, day = current_house(), told["collector_id"], told["day"]
        outcome = hand_over(
            current_uow(), house.rules, collector, day, reason=told["reason"], roads=house.roads
        )
        return settle(outcome), 201


@blueprint.resource("/plans/actuals")
class Actuals(MethodView):
    @reads("plan:read")
    @blueprint.takes(schemas.PlanQuery, location="query")
    @blueprint.gives(200, schemas.ActualListSchema)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Hold the finished visits of a day against its plan."""
        people = people_within(current_uow(), current_scope())
        return {"items": actuals_of_day(current_uow(), query["day"], collectors=people)}


def _draft(draft_id: UUID) -> PlanDraft:
    """The draft in the version that the caller looked at."""
    draft = queries.get_draft(current_uow(), PlanId(draft_id))
    check_version(draft, schemas.DraftSchema)
    return draft


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
    people = {str(person) for person in seen}
    crews = [crew for crew in shown["crews"] if {crew["lead_id"], crew["partner_id"]} & people]
    others = dict.fromkeys(("figures", "figures_before", "price"))
    return shown | others | {"crews": crews, "routes": routes, "dropped": [], "notes": [], "changes": []}
