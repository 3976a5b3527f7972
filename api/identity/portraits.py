"""Portraits of people, for administrators and for oneself; a customer sees one on their page alone."""

from typing import Any
from uuid import UUID

from flask import Response
from flask.views import MethodView

from api.bodies import read_body
from api.house import current_house
from api.identity import schemas
from api.identity.blueprint import blueprint
from api.identity.people import user_in_reach
from api.requests import reads, settle, writes
from api.streaming import stream_object
from api.work import current_uow
from field_visits.identity import portraits
from field_visits.identity.models import Portrait
from field_visits.identity.portraits import CONTENT_TYPE, MAX_SENT_BYTES


@blueprint.resource("/users/<uuid:user_id>/portraits")
class Portraits(MethodView):
    @reads("portrait:read")
    @blueprint.gives(200, schemas.PortraitListSchema)
    def get(self, user_id: UUID) -> dict[str, Any]:
        """Say which portraits there were of a person, and which is current."""
        return {"items": portraits.list_portraits(current_uow(), user_in_reach(user_id).id)}


@blueprint.resource("/users/<uuid:user_id>/portrait")
class OnePortrait(MethodView):
    @reads("portrait:read")
    @blueprint.streams(CONTENT_TYPE)
    def get(self, user_id: UUID) -> Response:
        """Show a person's current portrait."""
        found = portraits.get_portrait(current_uow(), user_in_reach(user_id).id)
        return stream_object(
            found.object_key, content_type=CONTENT_TYPE, filename=found.sha256, length=found.length
        )

    @writes("portrait:take", max_bytes=MAX_SENT_BYTES)
    @blueprint.gives(201, schemas.PortraitSchema)
    @blueprint.takes_file(max_bytes=MAX_SENT_BYTES)
    def post(self, user_id: UUID) -> Portrait:
        """Take in a portrait: the bytes of a JPEG or PNG are the body, whatever the content type.

        A small square copy without any metadata is kept, and takes the place of the one of before.
        """
        user = user_in_reach(user_id)
        objects = current_house().objects
        return settle(portraits.take_portrait(current_uow(), objects, user, content=read_body())).row

    @writes("portrait:withdraw")
    @blueprint.gives(204)
    def delete(self, user_id: UUID) -> Response:
        """Withdraw a person's portrait: nobody is shown it from now on, and its bytes are removed."""
        settle(portraits.withdraw_portrait(current_uow(), user_in_reach(user_id)))
        return Response(status=204)
