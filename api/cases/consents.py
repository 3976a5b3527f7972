"""What customers waive."""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.cases.blueprint import blueprint
from api.cases.schemas import ConsentCreate, ConsentSchema, ConsentWithdrawal
from api.requests import settle, writes
from api.work import current_scope, current_uow
from field_visits.cases import queries
from field_visits.cases.models import Consent
from field_visits.cases.service import consents
from field_visits.kernel.ids import CaseId


@blueprint.resource("/cases/<uuid:case_id>/consents")
class Consents(MethodView):
    @writes("consent:record")
    @blueprint.takes(ConsentCreate)
    @blueprint.gives(201, ConsentSchema)
    def post(self, consent: dict[str, Any], case_id: UUID) -> Any:
        """The customer waives this from now on, in every case of theirs."""
        case = queries.require_visible(current_uow(), CaseId(case_id), scope=current_scope())
        return settle(consents.record_consent(current_uow(), case.id, **consent)).row


@blueprint.resource("/consents/<uuid:consent_id>/withdrawal")
class ConsentWithdrawn(MethodView):
    @writes("consent:withdraw")
    @blueprint.takes(ConsentWithdrawal)
    @blueprint.gives(200, ConsentSchema)
    def post(self, told: dict[str, Any], consent_id: UUID) -> Any:
        """The customer waives it no longer; they need no reason."""
        consent = queries.get_of_case(current_uow(), Consent, consent_id, scope=current_scope())
        settle(consents.withdraw_consent(current_uow(), consent.id, **told))
        return consent
