"""What happened elsewhere and legal clocks count from."""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.cases.blueprint import blueprint
from api.cases.schemas import LegalEventCreate, LegalEventSchema, LegalEventWithdrawal
from api.requests import settle, writes
from api.work import current_scope, current_uow
from field_visits.cases import queries
from field_visits.cases.models import LegalEvent
from field_visits.cases.service import legal_events
from field_visits.kernel.ids import CaseId


@blueprint.resource("/cases/<uuid:case_id>/legal-events")
class LegalEvents(MethodView):
    @writes("legal_event:record")
    @blueprint.takes(LegalEventCreate)
    @blueprint.gives(201, LegalEventSchema)
    def post(self, event: dict[str, Any], case_id: UUID) -> Any:
        """Record a letter sent, a plan agreed by word, or the end of a treatment: the clocks count from it."""
        case = queries.require_visible(current_uow(), CaseId(case_id), scope=current_scope())
        return settle(legal_events.record_legal_event(current_uow(), case.id, **event)).row


@blueprint.resource("/legal-events/<uuid:legal_event_id>/withdrawal")
class LegalEventWithdrawn(MethodView):
    @writes("legal_event:withdraw")
    @blueprint.takes(LegalEventWithdrawal)
    @blueprint.gives(200, LegalEventSchema)
    def post(self, told: dict[str, Any], legal_event_id: UUID) -> Any:
        """It was recorded by mistake: no clock counts from it any more."""
        event = queries.get_of_case(current_uow(), LegalEvent, legal_event_id, scope=current_scope())
        settle(legal_events.withdraw_legal_event(current_uow(), event.id, **told))
        return event
