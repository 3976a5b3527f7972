"""Uploads by our own ticket, reports of uploads that went elsewhere, originals and small copies.

An upload has no token: its ticket says what may be stored, until when, and is signed. Bytes are stored
before any row says so, and no database connection is held while they arrive.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response, request
from flask.views import MethodView

from api.attachments import schemas
from api.blueprints import Blueprint
from api.house import current_house
from api.problems import ApiError
from api.requests import public, reads, writes
from api.streaming import stream_object
from api.work import current_scope, current_uow
from field_visits.attachments import service
from field_visits.attachments.contents import MAX_BYTES, THUMBNAIL_TYPE
from field_visits.attachments.models import Attachment
from field_visits.attachments.queries import find_organisation, get_attachment
from field_visits.attachments.service import Opened
from field_visits.kernel.actor import system_actor
from field_visits.kernel.errors import Fault, NotFoundError, UnavailableError
from field_visits.kernel.ids import AttachmentId
from media.errors import StoreUnavailableError, TicketError, TicketPart
from media.files import FileStore
from media.keys import ObjectKey

blueprint = Blueprint("attachments", __name__, description="Files that prove something.")

_NO_TICKET = frozenset({TicketPart.SIGNATURE, TicketPart.EXPIRY})


@blueprint.resource("/uploads")
class Uploads(MethodView):
    @public("the signed ticket in the address is the right to upload", errors=(400, 403, 404, 412, 413, 422))
    @blueprint.gives(200, schemas.UploadedSchema)
    def put(self) -> dict[str, Any]:
        """Upload the bytes of one file by its ticket.

        Send exactly the ticket's headers. 412 means that these bytes are here already: treat it as success.
        """
        house = current_house()
        if not isinstance(house.objects, FileStore):
            raise NotFoundError("Uploads go straight to the object store; use the address in the ticket.")
        request.max_content_length = max(MAX_BYTES.values())
        fields: Mapping[str, str] = request.args.to_dict()
        try:
            stored = house.objects.redeem(
                fields, dict(request.headers.items()), request.stream, now=house.clock.now()
            )
        except TicketError as error:
            raise _of_ticket(error) from error
        except StoreUnavailableError as error:
            raise UnavailableError("The file could not be stored just now. Send it again.") from error
        key = ObjectKey.parse(stored.key)
        with house.database.transaction(None) as session:
            organisation = find_organisation(session, key.prefix)
        if organisation is None:
            raise NotFoundError("The ticket's organisation does not exist any more.")
        with house.work(system_actor(organisation, "upload")) as uow:
            received = [one.id for one in service.receive_object(uow, key.sha256)]
        if not stored.created:
            raise ApiError("already-there", "These bytes are here already; to you this is success.")
        return {"attachments": received}


@blueprint.resource("/attachments/<uuid:attachment_id>")
class OneAttachment(MethodView):
    @reads("attachment:read")
    @blueprint.gives(200, schemas.AttachmentSchema)
    def get(self, attachment_id: UUID) -> Attachment:
        """Show what is known of one file."""
        return _attachment(attachment_id)


@blueprint.resource("/attachments/<uuid:attachment_id>/received")
class Report(MethodView):
    @writes("attachment:expect")
    @blueprint.gives(200, schemas.AttachmentSchema)
    def post(self, attachment_id: UUID) -> Attachment:
        """Report an upload that went straight to the object store; the store is asked whether it is there."""
        attachment = _attachment(attachment_id)
        return service.receive(current_uow(), current_house().objects, attachment.id)


@blueprint.resource("/attachments/<uuid:attachment_id>/original")
class Original(MethodView):
    @reads("attachment:open")
    @blueprint.streams(*MAX_BYTES)
    def get(self, attachment_id: UUID) -> Response:
        """Open the original bytes. Every opening is recorded as part of the file's custody."""
        return _stream(service.open_original(current_uow(), _attachment(attachment_id)))


@blueprint.resource("/attachments/<uuid:attachment_id>/thumbnail")
class Thumbnail(MethodView):
    @reads("attachment:read")
    @blueprint.streams(THUMBNAIL_TYPE)
    def get(self, attachment_id: UUID) -> Response:
        """Show the small copy without EXIF."""
        return _stream(service.thumbnail_of(current_uow(), _attachment(attachment_id)))


def _attachment(attachment_id: UUID) -> Attachment:
    return get_attachment(current_uow(), AttachmentId(attachment_id), scope=current_scope())


def _stream(opened: Opened) -> Response:
    return stream_object(
        opened.object_key, content_type=opened.content_type, filename=opened.sha256, length=opened.length
    )


def _of_ticket(error: TicketError) -> ApiError:
    if error.part in _NO_TICKET:
        return ApiError("ticket-not-valid", str(error))
    return ApiError("invalid", str(error), faults=[Fault(f"/{error.part}", "not what the ticket is for")])
