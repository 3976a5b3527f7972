"""Phones: handing out an enrolment, redeeming it, and ending one."""

from typing import Any
from uuid import UUID

import segno
from flask.views import MethodView

from api.house import current_house
from api.identity import schemas
from api.identity.blueprint import blueprint
from api.identity.links import enrolment_link
from api.identity.people import user_in_reach
from api.paging import Page, Position, page_of, paged
from api.requests import public, reads, settle, writes
from api.work import current_scope, current_uow
from field_visits.identity import devices
from field_visits.kernel.ids import DeviceId, UserId
from field_visits.sync.queries import Phone, get_phone, list_phones


@blueprint.resource("/devices")
class Devices(MethodView):
    @reads("device:read")
    @blueprint.takes(schemas.DeviceQuery, location="query")
    @blueprint.gives(200, page_of(schemas.DeviceSchema))
    def get(self, query: dict[str, Any]) -> tuple[Page[Phone], int, dict[str, str]]:
        """List enrolled and revoked phones, the newest first, with what each last told of itself."""

        def fetch(after: Position | None, limit: int) -> list[Phone]:
            return list_phones(
                current_uow(),
                scope=current_scope(),
                user_id=None if query["user_id"] is None else UserId(query["user_id"]),
                after=None if after is None else (after[0], DeviceId(after[1])),
                limit=limit,
            )

        return paged(query, fetch, lambda phone: (phone.device.enrolled_at, phone.device.id))

    @public("the code from the QR code is the right to enrol", errors=(400, 401, 413, 415, 422))
    @blueprint.takes(schemas.DeviceCreateSchema)
    @blueprint.gives(201, schemas.EnrolledSchema)
    def post(self, told: dict[str, Any]) -> dict[str, Any]:
        """Enrol a phone by the code that a dispatcher handed out. Its token is shown this once."""
        house = current_house()
        enrolled = devices.enrol(house.database, house.clock, **told, keys=house.keys.tokens)
        device = enrolled.device
        return {
            "id": device.id,
            "user_id": device.user_id,
            "organisation_id": device.org_id,
            "name": device.name,
            "token": enrolled.token.text,
            "chain_start": devices.key_hash(device.public_key),
            "nonce": house.keys.tokens.nonce(device.id, enrolled.at),
            "server_time": enrolled.at,
            "lease_until": enrolled.at + devices.LEASE,
        }


@blueprint.resource("/devices/wipes")
class Wipes(MethodView):
    @public(
        "the token of a revoked phone is the right to say that it is empty", errors=(400, 401, 413, 415, 422)
    )
    @blueprint.takes(schemas.WipeSchema)
    @blueprint.gives(204)
    def post(self, told: dict[str, Any]) -> None:
        """Tell that a revoked phone has forgotten everything."""
        house = current_house()
        devices.wiped(house.database, house.clock, **told, keys=house.keys.tokens)


@blueprint.resource("/devices/enrolments")
class Enrolments(MethodView):
    @writes("device:enrol", shows_secret=True)
    @blueprint.takes(schemas.InvitationCreateSchema)
    @blueprint.gives(201, schemas.InvitationSchema)
    def post(self, told: dict[str, Any]) -> dict[str, Any]:
        """Hand out a code with which one phone of a person can be enrolled in the next fifteen minutes."""
        house = current_house()
        invited = devices.invite(current_uow(), user_in_reach(told["user_id"]), keys=house.keys.tokens)
        url = enrolment_link(house.settings.public_url, invited.code)
        drawn = segno.make(url, error="m").svg_inline(border=2, dark="#000", light="#fff", omitsize=True)
        return {"code": invited.code.text, "url": url, "qr_svg": drawn, "expires_at": invited.expires_at}


@blueprint.resource("/devices/<uuid:device_id>")
class OneDevice(MethodView):
    @reads("device:read")
    @blueprint.gives(200, schemas.DeviceSchema)
    def get(self, device_id: UUID) -> Phone:
        """Show one phone."""
        return _phone(device_id)


@blueprint.resource("/devices/<uuid:device_id>/revoke")
class Revocation(MethodView):
    @writes("device:revoke")
    @blueprint.takes(schemas.DeviceRevocationSchema)
    @blueprint.gives(200, schemas.DeviceSchema)
    def post(self, told: dict[str, Any], device_id: UUID) -> Phone:
        """Revoke a phone: at its next call it forgets everything, and nothing of it is taken any more."""
        phone = _phone(device_id)
        settle(devices.revoke(current_uow(), phone.device, **told))
        return phone


@blueprint.resource("/devices/<uuid:device_id>/pin-reset")
class PinReset(MethodView):
    @writes("device:reset_pin")
    @blueprint.gives(200, schemas.DeviceSchema)
    def post(self, device_id: UUID) -> Phone:
        """Reset a forgotten PIN: the phone asks for its person's password and then for a new one."""
        phone = _phone(device_id)
        settle(devices.reset_pin(current_uow(), phone.device))
        return phone


def _phone(device_id: UUID) -> Phone:
    return get_phone(current_uow(), DeviceId(device_id), scope=current_scope())
