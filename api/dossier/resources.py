"""A case's timeline and its bundles. Searching for the case is `api.cases`' route `/cases/search`."""

from typing import Any
from uuid import UUID

from flask import Response
from flask.views import MethodView

from api.blueprints import Blueprint
from api.dossier import schemas
from api.dossier.as_of import instant_of
from api.paging import Page, Position, page_of, paged
from api.requests import reads, settle, writes
from api.streaming import stream_object
from api.work import current_scope, current_uow
from field_visits.cases.models import Case
from field_visits.cases.queries import require_visible
from field_visits.dossier import queries, service
from field_visits.dossier.clocks import CaseClocks, read_clocks
from field_visits.dossier.models import Export
from field_visits.dossier.queries import Refusal, StoryLine
from field_visits.dossier.timeline import TimelineEntry
from field_visits.evidence.log import StoryPosition
from field_visits.kernel.ids import CaseId, ExportId
from field_visits.workforce.queries import organisation_zone

blueprint = Blueprint("dossier", __name__, description="A case's whole story, and bundles of it for court.")


@blueprint.resource("/cases/<uuid:case_id>/timeline")
class Timeline(MethodView):
    @reads("timeline:read")
    @blueprint.takes(schemas.TimelineQuery, location="query")
    @blueprint.gives(200, page_of(schemas.TimelineEntrySchema))
    def get(self, query: dict[str, Any], case_id: UUID) -> tuple[Page[dict[str, Any]], int, dict[str, str]]:
        """Read a case's story in log order; what waits for its place comes last.

        That legal reads it is itself an entry of the story.
        """
        case = _case(case_id)

        def fetch(after: Position | None, limit: int) -> list[dict[str, Any]]:
            position = None if after is None else StoryPosition(after[0], after[1])
            lines = queries.read_timeline(current_uow(), case, after=position, limit=limit)
            return [_shown(line) for line in lines]

        return paged(query, fetch, lambda shown: shown["position"])


@blueprint.resource("/cases/<uuid:case_id>/clocks")
class LegalClocks(MethodView):
    @reads("timeline:read")
    @blueprint.takes(schemas.ClockQuery, location="query")
    @blueprint.gives(200, schemas.CaseClocksSchema)
    def get(self, query: dict[str, Any], case_id: UUID) -> CaseClocks:
        """Show a case's legal clocks at any past or future time, with the entries they rest on.

        That legal reads them is itself an entry of the case's story.
        """
        uow = current_uow()
        at = instant_of(query["as_of"], now=uow.now, zone=organisation_zone(uow))
        return read_clocks(uow, _case(case_id), at)


@blueprint.resource("/refusals")
class Refusals(MethodView):
    @reads("refusal:read")
    @blueprint.takes(schemas.RefusalQuery, location="query")
    @blueprint.gives(200, page_of(schemas.RefusalSchema))
    def get(self, query: dict[str, Any]) -> tuple[Page[dict[str, Any]], int, dict[str, str]]:
        """List what was refused about the cases in your scope, newest first, with the rules that spoke."""

        def fetch(after: Position | None, limit: int) -> list[dict[str, Any]]:
            refused = queries.list_refusals(
                current_uow(),
                scope=current_scope(),
                since=query["since"],
                until=query["until"],
                after=None if after is None else after[0],
                limit=limit,
            )
            return [_refused(one) for one in refused]

        return paged(query, fetch, lambda shown: (shown["id"],))


@blueprint.resource("/cases/<uuid:case_id>/readings")
class Readings(MethodView):
    @reads("timeline:read")
    @blueprint.takes(schemas.ReadingQuery, location="query")
    @blueprint.gives(200, page_of(schemas.ReadingSchema))
    def get(self, query: dict[str, Any], case_id: UUID) -> tuple[Page[dict[str, Any]], int, dict[str, str]]:
        """List who looked at a case, its customer's details, its files and its bundles, newest first."""
        case = _case(case_id)

        def fetch(after: Position | None, limit: int) -> list[dict[str, Any]]:
            last = None if after is None else after[0]
            found = queries.list_readings(current_uow(), case, after=last, limit=limit)
            return [_told(entry) for entry in found]

        return paged(query, fetch, lambda shown: (shown["id"],))


@blueprint.resource("/cases/<uuid:case_id>/exports")
class Exports(MethodView):
    @reads("export:read")
    @blueprint.gives(200, schemas.ExportListSchema)
    def get(self, case_id: UUID) -> dict[str, Any]:
        """List the bundles that were asked for."""
        return {"items": queries.list_exports(current_uow(), _case(case_id).id)}

    @writes("export:request")
    @blueprint.takes(schemas.ExportRequestSchema)
    @blueprint.gives(201, schemas.ExportSchema)
    def post(self, told: dict[str, str], case_id: UUID) -> tuple[Export, int, dict[str, str]]:
        """Ask for a bundle. It is built once everything up to now is in the log, within seconds as a rule."""
        export = settle(service.request_export(current_uow(), _case(case_id), **told)).row
        return export, 201, {"Location": f"/v1/exports/{export.id}"}


@blueprint.resource("/exports/<uuid:export_id>")
class OneExport(MethodView):
    @reads("export:read")
    @blueprint.gives(200, schemas.ExportSchema)
    def get(self, export_id: UUID) -> Export:
        """Show whether a bundle is built, and its hash."""
        return _export(export_id)


@blueprint.resource("/exports/<uuid:export_id>/bundle")
class Bundle(MethodView):
    @reads("export:fetch")
    @blueprint.streams(service.BUNDLE_TYPE)
    def get(self, export_id: UUID) -> Response:
        """Fetch the bundle. Every fetch is an entry of the case's story."""
        export = _export(export_id)
        key = service.fetch_bundle(current_uow(), export)
        return stream_object(
            key,
            content_type=service.BUNDLE_TYPE,
            filename=f"case-{export.case_id}-{export.id}.zip",
            length=export.length,
        )


def _shown(line: StoryLine) -> dict[str, Any]:
    entry, position = line.entry, line.position
    return {
        "id": entry.id,
        "code": entry.code.value,
        "kind": entry.kind,
        "text": {"zh": entry.sentence_zh, "en": entry.sentence_en},
        "subject": {"table": entry.subject_table, "id": entry.subject_id},
        "who": entry.who,
        "occurred_at": entry.occurred_at,
        "bracket": {"not_before": entry.not_before, "not_after": entry.not_after},
        "received_at": entry.received_at,
        "decision": entry.decision,
        "is_breach": entry.is_breach,
        "is_refusal": entry.is_refusal,
        "is_erased": entry.is_erased,
        "objects": entry.objects,
        "cause": entry.cause,
        "receipt": entry.receipt,
        "index": entry.index,
        "no": entry.no,
        "position": (position.index, position.waiting),
    }


def _refused(refusal: Refusal) -> dict[str, Any]:
    case = refusal.case
    return {
        **_told(refusal.entry),
        "case_id": case.id,
        "reference": case.reference,
        "collector_id": case.collector_id,
        "decision": refusal.entry.decision,
    }


def _told(entry: TimelineEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "at": entry.received_at,
        "code": entry.code.value,
        "text": {"zh": entry.sentence_zh, "en": entry.sentence_en},
        "who": entry.who,
    }


def _case(case_id: UUID) -> Case:
    return require_visible(current_uow(), CaseId(case_id), scope=current_scope())


def _export(export_id: UUID) -> Export:
    return queries.get_export(current_uow(), ExportId(export_id))
