"""The customer's page over HTTP: the token of its link is the bearer token, and opens nothing else."""

from typing import Any
from uuid import UUID

from flask import Response
from flask.views import MethodView

from api.blueprints import Blueprint
from api.house import current_house
from api.portal import calendar, schemas
from api.requests import reads, settle, writes
from api.streaming import stream_object
from api.work import current_scope, current_uow
from field_visits.agreements.service.opening import open_document
from field_visits.appointments.queries import get_appointment
from field_visits.identity.models import Organisation
from field_visits.identity.portraits import CONTENT_TYPE
from field_visits.kernel.ids import AgreementId, AppointmentId, ConsentId
from field_visits.portal import queries, service

blueprint = Blueprint(
    "portal",
    __name__,
    description="What a customer who is visited sees and does, by a link, without an account.",
)


@blueprint.resource("/page")
class Page(MethodView):
    @reads("page:read")
    @blueprint.gives(200, schemas.CustomerPageSchema)
    def get(self) -> queries.CustomerPage:
        """Show who comes, when and why."""
        return queries.page(current_uow())


@blueprint.resource("/page/portraits/<string:role>")
class PagePortrait(MethodView):
    @reads("page:read")
    @blueprint.streams(CONTENT_TYPE)
    def get(self, role: str) -> Response:
        """The portrait of whoever comes as `lead` or `partner`, until nobody will come any more."""
        found = queries.portrait(current_uow(), role)
        return stream_object(
            found.object_key, content_type=CONTENT_TYPE, filename=found.sha256, length=found.length
        )


@blueprint.resource("/page/confirmation")
class PageConfirmation(MethodView):
    @writes("page:confirm")
    @blueprint.gives(200, schemas.CustomerPageSchema)
    def post(self) -> queries.CustomerPage:
        """Agree to the hours."""
        settle(service.confirm(current_uow()))
        return queries.page(current_uow())


@blueprint.resource("/page/windows")
class PageWindows(MethodView):
    @reads("page:move")
    @blueprint.gives(200, schemas.CustomerWindowsSchema)
    def get(self) -> dict[str, Any]:
        """Say to which hours the visit can be moved."""
        uow = current_uow()
        told = queries.windows(uow, current_house().rules)
        return {
            "timezone": queries.own_zone(uow),
            "windows": [{"window_from": opens, "window_to": closes} for opens, closes in told],
        }


@blueprint.resource("/page/move")
class PageMove(MethodView):
    @writes("page:move")
    @blueprint.takes(schemas.CounterSchema)
    @blueprint.gives(200, schemas.CustomerPageSchema)
    def post(self, told: dict[str, Any]) -> queries.CustomerPage:
        """Propose other hours."""
        window = (told["window_from"], told["window_to"])
        settle(service.move(current_uow(), current_house().rules, window=window, reason=told["reason"]))
        return queries.page(current_uow())


@blueprint.resource("/page/statements")
class PageStatements(MethodView):
    @writes("page:say")
    @blueprint.takes(schemas.StatementSchema)
    @blueprint.gives(201, schemas.SaidSchema)
    def post(self, told: dict[str, Any]) -> dict[str, Any]:
        """Say it, and get the proof of having said it."""
        said = service.say(current_uow(), told["statement"].value, text=told["text"])
        return {
            "statement": said.statement,
            "entry_id": said.receipt.entry_id,
            "entry_hash": said.receipt.hash,
            "at": said.at,
        }


@blueprint.resource("/page/consents/<uuid:consent_id>/withdrawal")
class PageConsentWithdrawal(MethodView):
    @writes("page:withdraw_consent")
    @blueprint.gives(200, schemas.CustomerPageSchema)
    def post(self, consent_id: UUID) -> queries.CustomerPage:
        """Take back what was agreed to; no reason is needed."""
        settle(service.withdraw_consent(current_uow(), ConsentId(consent_id)))
        return queries.page(current_uow())


@blueprint.resource("/page/person-check")
class PersonCheck(MethodView):
    @writes("page:check_person", errors=(429,))
    @blueprint.takes(schemas.PersonCheckSchema)
    @blueprint.gives(200, schemas.CheckedSchema)
    def post(self, told: dict[str, Any]) -> service.Checked:
        """Check the person at the door; a wrong code is written down and a dispatcher is told."""
        return service.check_person(current_uow(), current_house().pages, **told)


@blueprint.resource("/page/code")
class PageCode(MethodView):
    @writes("page:send_code", errors=(429,))
    @blueprint.gives(204)
    def post(self) -> Response:
        """Have a one-time code sent to the number on file."""
        service.send_code(current_uow())
        return Response(status=204)


@blueprint.resource("/page/proof")
class PageProof(MethodView):
    @writes("page:prove", keyed=False, errors=(429,))
    @blueprint.takes(schemas.PageCodeSchema)
    @blueprint.gives(200, schemas.ProvedSchema)
    def post(self, told: dict[str, Any]) -> dict[str, Any]:
        """Prove who one is by the code."""
        # A wrong code is counted and written down, so it is an answer and not an error that undoes both.
        proved = service.prove(current_uow(), current_house().pages, code=told["code"])
        return {
            "is_proved": proved is not None,
            "token": None if proved is None else proved.token.text,
            "expires_at": None if proved is None else proved.expires_at,
        }


@blueprint.resource("/page/copies")
class Copies(MethodView):
    @reads("page:read_copies")
    @blueprint.gives(200, schemas.CopiesSchema)
    def get(self) -> dict[str, Any]:
        """List what was signed."""
        return {
            "items": [
                {
                    "id": one.id,
                    "state": one.state,
                    "signed_at": one.signed_at,
                    "is_sealed": one.sealed_at is not None,
                }
                for one in queries.copies(current_uow())
            ]
        }


@blueprint.resource("/page/copies/<uuid:copy_id>")
class Copy(MethodView):
    @reads("page:read_copies")
    @blueprint.gives(200, {"type": "string", "format": "binary"}, content_type="application/pdf")
    def get(self, copy_id: UUID) -> Response:
        """Fetch one of them. That it was opened stands in the log."""
        agreement = queries.copy(current_uow(), AgreementId(copy_id))
        response = Response(
            open_document(current_uow(), current_house().objects, agreement), mimetype="application/pdf"
        )
        response.headers["Cache-Control"] = "no-store"
        return response


@blueprint.resource("/page/calendar")
class Calendar(MethodView):
    @reads("page:read")
    @blueprint.gives(200, {"type": "string"}, content_type="text/calendar")
    def get(self) -> Response:
        """The visit for a calendar (RFC 5545), in neutral words."""
        uow = current_uow()
        appointment = queries.own_appointment(uow)
        name = uow.session.get_one(Organisation, uow.actor.organisation).name
        return Response(calendar.event(appointment, name, uow.now), mimetype="text/calendar")


@blueprint.resource("/appointments/<uuid:appointment_id>/door-code")
class DoorCode(MethodView):
    @reads("appointment:show_code")
    @blueprint.gives(200, schemas.DoorCodeSchema)
    def get(self, appointment_id: UUID) -> service.DoorCode:
        """Show the code that proves the collector genuine, for this minute."""
        uow = current_uow()
        file = get_appointment(uow, AppointmentId(appointment_id), scope=current_scope())
        return service.door_code(uow, current_house().pages, file)
