"""The organisation and its settings."""

from typing import Any

from flask.views import MethodView

from api.identity import schemas
from api.identity.blueprint import blueprint
from api.preconditions import check_version
from api.requests import reads, settle, writes
from api.work import current_uow
from field_visits.identity import queries, service
from field_visits.identity.models import Organisation


@blueprint.resource("/organisation")
class OneOrganisation(MethodView):
    @reads("organisation:read")
    @blueprint.gives(200, schemas.OrganisationSchema)
    def get(self) -> Organisation:
        """Show the organisation and its settings."""
        return queries.get_organisation(current_uow())

    @writes("organisation:configure", versioned=True)
    @blueprint.takes(schemas.OrganisationUpdateSchema)
    @blueprint.gives(200, schemas.OrganisationSchema)
    def patch(self, changes: dict[str, Any]) -> Organisation:
        """Change the organisation's name, time zone, published telephone number or way to be paid."""
        organisation = queries.get_organisation(current_uow())
        check_version(organisation, schemas.OrganisationSchema)
        settle(service.configure_organisation(current_uow(), organisation, **changes))
        return organisation
