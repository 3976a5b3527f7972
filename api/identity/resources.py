"""Sign-in, people and the organisation."""

from typing import Any

from flask.views import MethodView

from api.blueprints import Blueprint
from api.identity.schemas import MeSchema
from api.requests import reads
from api.work import current_uow

blueprint = Blueprint("identity", __name__, description="Sign-in, people, and the organisation's settings.")


@blueprint.resource("/me")
class Me(MethodView):
    @reads("user:read")
    @blueprint.gives(200, MeSchema)
    def get(self) -> dict[str, Any]:
        """Who is signed in, and as what."""
        actor = current_uow().actor
        return {
            "user": actor.user,
            "organisation": actor.organisation,
            "roles": sorted(actor.roles),
            "teams": sorted(actor.teams),
            "session": actor.session,
            "at": current_uow().now,
        }
