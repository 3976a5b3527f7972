"""The outbox page, and alerts."""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.blueprints import Blueprint
from api.messages import schemas
from api.paging import Page, Position, page_of, paged
from api.preconditions import check_version
from api.requests import reads, settle, writes
from api.work import current_scope, current_uow
from field_visits.appointments.purposes import Purpose, words_for
from field_visits.cases.scope import case_ids_within
from field_visits.identity.queries import get_organisation
from field_visits.kernel.ids import AlertId, MessageId
from field_visits.messages import queries, service
from field_visits.messages.length import sms_length
from field_visits.messages.models import Alert, Message
from field_visits.messages.templates import EXAMPLES, LANGUAGES, TEMPLATES, render

blueprint = Blueprint("messages", __name__, description="Messages to customers, alerts to dispatchers.")


@blueprint.resource("/messages")
class Messages(MethodView):
    @reads("message:read")
    @blueprint.takes(schemas.MessageQuery, location="query")
    @blueprint.gives(200, page_of(schemas.MessageSchema))
    def get(self, query: dict[str, Any]) -> tuple[Page[Message], int, dict[str, str]]:
        """Show the outbox, newest first."""

        def fetch(after: Position | None, limit: int) -> list[Message]:
            return queries.list_messages(
                current_uow(),
                among=case_ids_within(current_uow().actor, current_scope()),
                states=() if query["state"] is None else (query["state"],),
                case_id=query["case_id"],
                after=None if after is None else (after[0], after[1]),
                limit=limit,
            )

        return paged(query, fetch, lambda message: (message.queued_at, message.id))


@blueprint.resource("/messages/<uuid:message_id>/retry")
class Retry(MethodView):
    @writes("message:retry", versioned=True)
    @blueprint.gives(200, schemas.MessageSchema)
    def post(self, message_id: UUID) -> Message:
        """Send a message that failed once more."""
        scope = case_ids_within(current_uow().actor, current_scope())
        message = queries.get_message(current_uow(), MessageId(message_id), among=scope)
        check_version(message, schemas.MessageSchema)
        settle(service.retry_message(current_uow(), message.id))
        return message


@blueprint.resource("/message-templates")
class MessageTemplates(MethodView):
    @reads("message:read")
    @blueprint.gives(200, schemas.TemplatePreviewsSchema)
    def get(self) -> dict[str, Any]:
        """Preview every message with examples, and how many SMS parts it takes."""
        name = get_organisation(current_uow()).name
        told = []
        for template in TEMPLATES:
            for language in LANGUAGES:
                own = {"organisation": name, "purpose": words_for(Purpose.TALK, language)}
                text = render(template, language, {**EXAMPLES, **own})
                length = sms_length(text)
                told.append(
                    {
                        "name": template,
                        "language": language,
                        "text": text,
                        "encoding": length.encoding,
                        "units": length.units,
                        "parts": length.parts,
                    }
                )
        return {"items": told}


@blueprint.resource("/alerts")
class Alerts(MethodView):
    @reads("alert:read")
    @blueprint.takes(schemas.AlertQuery, location="query")
    @blueprint.gives(200, page_of(schemas.AlertSchema))
    def get(self, query: dict[str, Any]) -> tuple[Page[Alert], int, dict[str, str]]:
        """List alerts, newest first."""

        def fetch(after: Position | None, limit: int) -> list[Alert]:
            return queries.list_alerts(
                current_uow(),
                among=case_ids_within(current_uow().actor, current_scope()),
                states=() if query["state"] is None else (query["state"],),
                case_id=query["case_id"],
                kind=query["kind"],
                after=None if after is None else (after[0], after[1]),
                limit=limit,
            )

        return paged(query, fetch, lambda alert: (alert.opened_at, alert.id))


@blueprint.resource("/alerts/<uuid:alert_id>")
class OneAlert(MethodView):
    @reads("alert:read")
    @blueprint.gives(200, schemas.AlertSchema)
    def get(self, alert_id: UUID) -> Alert:
        """Show one alert."""
        return _alert(alert_id)


@blueprint.resource("/alerts/<uuid:alert_id>/acknowledge")
class Acknowledgement(MethodView):
    @writes("alert:acknowledge", versioned=True)
    @blueprint.gives(200, schemas.AlertSchema)
    def post(self, alert_id: UUID) -> Alert:
        """Take an alert on."""
        alert = _alert(alert_id)
        check_version(alert, schemas.AlertSchema)
        settle(service.acknowledge_alert(current_uow(), alert.id))
        return alert


@blueprint.resource("/alerts/<uuid:alert_id>/close")
class Closing(MethodView):
    @writes("alert:close", versioned=True)
    @blueprint.takes(schemas.ClosingSchema)
    @blueprint.gives(200, schemas.AlertSchema)
    def post(self, told: dict[str, Any], alert_id: UUID) -> Alert:
        """Say how an alert was dealt with."""
        alert = _alert(alert_id)
        check_version(alert, schemas.AlertSchema)
        settle(service.close_alert(current_uow(), alert.id, note=told["note"]))
        return alert


def _alert(alert_id: UUID) -> Alert:
    scope = case_ids_within(current_uow().actor, current_scope())
    return queries.get_alert(current_uow(), AlertId(alert_id), among=scope)
