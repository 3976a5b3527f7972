"""Sign-ins of people, each on one device: to see them and to end them."""

from typing import Any
from uuid import UUID

from flask import Response
from flask.views import MethodView

from api.identity import schemas
from api.identity.blueprint import blueprint
from api.identity.people import user_in_reach
from api.requests import reads, writes
from api.work import current_uow
from field_visits.identity import queries, sessions
from field_visits.kernel.errors import NotFoundError


@blueprint.resource("/users/<uuid:user_id>/sessions")
class UserSessions(MethodView):
    @reads("session:read")
    @blueprint.gives(200, schemas.SessionListSchema)
    def get(self, user_id: UUID) -> dict[str, Any]:
        """List a person's living sessions."""
        uow, user = current_uow(), user_in_reach(user_id)
        living = sessions.list_sessions(uow.session, user.id, at=uow.now)
        return {"items": living, "current": uow.actor.session if user.id == uow.actor.user else None}

    @writes("session:close")
    @blueprint.gives(204)
    def delete(self, user_id: UUID) -> Response:
        """End every session of a person; of one's own, every other one."""
        uow, user = current_uow(), user_in_reach(user_id)
        sessions.close_all(uow, user.id, reason="revoked", but=uow.actor.session)
        return Response(status=204)


@blueprint.resource("/users/<uuid:user_id>/sessions/<uuid:session_id>")
class OneSession(MethodView):
    @writes("session:close")
    @blueprint.gives(204)
    def delete(self, user_id: UUID, session_id: UUID) -> Response:
        """End one session of a person: a lost phone opens nothing any more."""
        uow, user = current_uow(), user_in_reach(user_id)
        session = queries.find_session(uow.session, session_id)
        if session is None or session.user_id != user.id:
            raise NotFoundError("There is no such session, or it ended already.")
        sessions.close_session(uow, session, reason="revoked")
        return Response(status=204)
