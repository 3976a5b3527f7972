"""Asking before somebody is contacted, and legal's approval of going on with an expired debt."""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.cases.blueprint import blueprint
from api.cases.schemas import ApproachCreate, ApproachSchema, CaseReason, CaseSchema
from api.house import current_house
from api.requests import settle, writes
from api.work import current_scope, current_uow
from field_visits.cases import queries
from field_visits.cases.models import Case
from field_visits.cases.service import approaches
from field_visits.kernel.ids import CaseId


@blueprint.resource("/cases/<uuid:case_id>/approaches")
class Approaches(MethodView):
    @writes("case:approach")
    @blueprint.takes(ApproachCreate)
    @blueprint.gives(200, ApproachSchema)
    def post(self, told: dict[str, Any], case_id: UUID) -> Any:
        """Ask before anybody is contacted, whoever it is; the answer stands in the log, a refusal too.

        409 names the rules that forbid it and when it is lawful next; null where a person has to lift it.
        """
        case = queries.require_visible(current_uow(), CaseId(case_id), scope=current_scope())
        outcome, decision = approaches.approach(current_uow(), current_house().rules, case.id, **told)
        settle(outcome)
        return {"case_id": case.id, "decision": decision.as_json()}


@blueprint.resource("/cases/<uuid:case_id>/expired-approval")
class ExpiredApproval(MethodView):
    @writes("case:approve_expired")
    @blueprint.takes(CaseReason)
    @blueprint.gives(200, CaseSchema)
    def post(self, told: dict[str, Any], case_id: UUID) -> Case:
        """Legal lets an expired debt be offered on, signed for or served, and says why (CN-LIM-6)."""
        case = queries.require_visible(current_uow(), CaseId(case_id), scope=current_scope())
        settle(approaches.approve_expired(current_uow(), current_house().rules, case.id, **told))
        return case
