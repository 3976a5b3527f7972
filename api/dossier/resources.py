"""Timeline and bundles. Reading a story and fetching a bundle are entries themselves, committed before the answer."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response
from flask.views import MethodView

from api.blueprints import Blueprint
from api.dossier import schemas
from api.house import current_house
from api.paging import PageQuery, page_of, paged
from api.requests import reads, settle, writes
from api.streams import stream_of
from api.work import current_scope, current_uow
from field_visits.cases.queries import require_visible
from field_visits.dossier import queries, service
from field_visits.dossier.models import Export
from field_visits.dossier.timeline import TimelineEntry
from field_visits.evidence.log import StoryPosition
from field_visits.kernel.ids import CaseId, ExportId

blueprint = Blueprint("dossier", __name__, description="A case's whole story, and bundles that prove it.")


@blueprint.resource("/cases/<uuid:case_id>/timeline")
class Timeline(MethodView):
    @reads("timeline:read")
    @blueprint.takes(PageQuery, location="query")
    @blueprint.gives(200, page_of(schemas.TimelineEntrySchema))
    def get(self, query: dict[str, Any], case_id: UUID) -> Any:
        """A case's story in log order, each time with its source; what waits for its place comes last."""
        uow = current_uow()
        case = require_visible(uow, CaseId(case_id), scope=current_scope())
        positions: dict[UUID, StoryPosition] = {}

        def fetch(after: tuple[Any, ...] | None, limit: int) -> Sequence[TimelineEntry]:
            start = None if after is None else StoryPosition(*after)
            page = queries.read_timeline(uow, case, after=start, limit=limit)
            positions.update(zip((entry.id for entry in page.entries), page.positions, strict=True))
            return page.entries

        def position(entry: TimelineEntry) -> tuple[Any, ...]:
            return positions[entry.id].index, positions[entry.id].waiting

        return paged(query, fetch, position)


@blueprint.resource("/cases/<uuid:case_id>/exports")
class CaseExports(MethodView):
    @reads("export:read")
    @blueprint.gives(200, schemas.ExportSchema(many=True))
    def get(self, case_id: UUID) -> Sequence[Export]:
        """The bundles of a case that were asked for, newest first."""
        case = require_visible(current_uow(), CaseId(case_id), scope=current_scope())
        return queries.list_exports(current_uow(), case.id)

    @writes("export:request")
    @blueprint.takes(schemas.ExportCreate)
    @blueprint.gives(201, schemas.ExportSchema)
    def post(self, asked: dict[str, Any], case_id: UUID) -> Any:
        """Ask for a court bundle. It is built within seconds, once everything up to now is in the log."""
        uow = current_uow()
        case = require_visible(uow, CaseId(case_id), scope=current_scope())
        export = settle(service.request_export(uow, case, reason=asked["reason"])).row
        return export, 201, {"Location": f"/v1/exports/{export.id}"}


@blueprint.resource("/exports/<uuid:export_id>")
class OneExport(MethodView):
    @reads("export:read")
    @blueprint.gives(200, schemas.ExportSchema)
    def get(self, export_id: UUID) -> Export:
        """How far a bundle is; a failed one says why."""
        return queries.get_export(current_uow(), ExportId(export_id))


@blueprint.resource("/exports/<uuid:export_id>/bundle")
class Bundle(MethodView):
    @reads("export:fetch")
    @blueprint.streams(service.BUNDLE_TYPE)
    def get(self, export_id: UUID) -> Response:
        """Fetch the bundle. That it was fetched, by whom and when, is part of the case's story."""
        export = queries.get_export(current_uow(), ExportId(export_id))
        key = service.fetch_bundle(current_uow(), export)
        return stream_of(
            current_house().objects,
            key,
            content_type=service.BUNDLE_TYPE,
            length=export.length,
            name=f"case-{export.case_id}.zip",
        )
