"""Files of a creditor: uploaded, looked at, checked, taken in, watched meanwhile, remembered."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response, request
from flask.views import MethodView

from api.blueprints import Blueprint
from api.cases.schemas import CaseLineSchema
from api.imports import schemas
from api.paging import PageQuery, Position, page_of, paged
from api.requests import reads, writes
from api.spooling import current_spool
from api.work import current_uow
from field_visits.cases import queries
from field_visits.cases.importing import history, running, staging
from field_visits.cases.importing.columns import COLUMNS, Kind
from field_visits.cases.importing.error_file import Language, write_errors
from field_visits.cases.importing.models import ImportFile, ImportRun, Task
from field_visits.cases.importing.reading.table import MAX_BYTES
from field_visits.cases.queries import CaseLine
from field_visits.kernel.ids import CaseId, ImportFileId, ImportId, ImportRunId

blueprint = Blueprint("imports", __name__, description="Cases, contacts, payments and shifts by file.")
CSV = "text/csv"


@blueprint.resource("/import-kinds")
class Kinds(MethodView):
    @reads("import:read")
    @blueprint.gives(200, schemas.ImportKindsSchema)
    def get(self) -> Any:
        """Every kind of file, with the fields that its columns may tell."""
        kinds = [{"kind": kind, "fields": columns} for kind, columns in COLUMNS.items()]
        return {"items": kinds, "max_bytes": MAX_BYTES}


@blueprint.resource("/import-sources")
class Sources(MethodView):
    @reads("import:read")
    @blueprint.takes(schemas.ImportSourceQuery, location="query")
    @blueprint.gives(200, schemas.ImportSourcesSchema)
    def get(self, query: dict[str, Any]) -> Any:
        """Where files came from before; a file of one of these sources is read as the last one was."""
        return {"items": staging.list_mappings(current_uow(), query["kind"])}


@blueprint.resource("/import-files")
class Files(MethodView):
    @reads("import:apply")
    @blueprint.takes(PageQuery, location="query")
    @blueprint.gives(200, page_of(schemas.ImportFileSchema))
    def get(self, query: dict[str, Any]) -> Any:
        """Files that wait to be taken in, newest first."""

        def fetch(after: Position | None, limit: int) -> Sequence[staging.FileView]:
            uow = current_uow()
            found = staging.list_files(uow, after=None if after is None else after[0], limit=limit)
            return [staging.view(uow, file) for file in found]

        return paged(query, fetch, lambda one: (one.file.id,))

    @writes("import:apply", max_bytes=MAX_BYTES, spooled=True)
    @blueprint.takes(schemas.ImportUpload, location="query")
    @blueprint.gives(201, schemas.ImportFileSchema)
    @blueprint.takes_file(max_bytes=MAX_BYTES)
    def post(self, told: dict[str, Any]) -> Any:
        """Upload a file: its bytes are the body, whatever the content type. Nothing is taken in yet.

        A file that is no table is turned away (422) with a code that says what it is and what to do. An
        upload that was cut leaves nothing.
        """
        spool = current_spool()
        file = staging.stage_file(current_uow(), spool.path, sha256=spool.sha256, **told)
        return staging.view(current_uow(), file)


@blueprint.resource("/import-files/<uuid:import_file_id>")
class OneFile(MethodView):
    @reads("import:apply")
    @blueprint.gives(200, schemas.ImportFileSchema)
    def get(self, import_file_id: UUID) -> Any:
        """What was found in the file, how it will be read, and its latest run."""
        return staging.view(current_uow(), _file(import_file_id))

    @writes("import:apply")
    @blueprint.takes(schemas.ImportFileUpdate)
    @blueprint.gives(200, schemas.ImportFileSchema)
    def patch(self, told: dict[str, Any], import_file_id: UUID) -> Any:
        """Choose kind, source, sheet, or what the columns tell."""
        file = _file(import_file_id)
        if "columns" in told:
            told["columns"] = {one["header"]: one["field"] for one in told["columns"]}
        staging.choose(current_uow(), file, **told)
        return staging.view(current_uow(), file)

    @writes("import:apply")
    @blueprint.gives(204)
    def delete(self, import_file_id: UUID) -> None:
        """Forget the file; it is not taken in."""
        staging.forget_file(current_uow(), _file(import_file_id))


@blueprint.resource("/import-files/<uuid:import_file_id>/runs")
class FileRuns(MethodView):
    @writes("import:apply")
    @blueprint.takes(schemas.ImportRunCreate)
    @blueprint.gives(202, schemas.ImportRunSchema)
    def post(self, told: dict[str, Any], import_file_id: UUID) -> Any:
        """Check the file, or take it in as a whole. Ask for the run until it is done, failed or cancelled."""
        return running.ask(current_uow(), Task(told["task"]), file=_file(import_file_id))


@blueprint.resource("/import-runs/<uuid:import_run_id>")
class OneRun(MethodView):
    @reads("import:apply")
    @blueprint.gives(200, schemas.ImportRunSchema)
    def get(self, import_run_id: UUID) -> Any:
        """How far the run is, and what came of it."""
        return running.get_run(current_uow(), ImportRunId(import_run_id))


@blueprint.resource("/import-runs/<uuid:import_run_id>/cancel")
class Cancel(MethodView):
    @writes("import:apply")
    @blueprint.gives(200, schemas.ImportRunSchema)
    def post(self, import_run_id: UUID) -> Any:
        """Stop the run. Nothing of it stays; one that is nearly over may still be done."""
        run = running.get_run(current_uow(), ImportRunId(import_run_id))
        running.cancel(current_uow(), run)
        return run


@blueprint.resource("/import-runs/<uuid:import_run_id>/errors")
class Errors(MethodView):
    @reads("import:apply")
    @blueprint.takes(schemas.ErrorFileQuery, location="query")
    @blueprint.streams(CSV)
    def get(self, query: dict[str, Any], import_run_id: UUID) -> Response:
        """Download the errors of the run's file, one line each (CSV for Excel; the first 20,000).

        In the language that is asked for, else in the one that Accept-Language prefers; the codes stay.
        """
        run = running.get_run(current_uow(), ImportRunId(import_run_id))
        errors = running.errors_of(current_uow(), run)
        content = write_errors(errors, _kind_of(run), query["language"] or _preferred())
        response = Response(content, content_type=f"{CSV}; charset=utf-8")
        response.headers["Content-Disposition"] = f'attachment; filename="import-errors-{run.id}.csv"'
        response.headers["Cache-Control"] = "private, no-store"
        response.headers["Vary"] = "Accept-Language"
        return response


@blueprint.resource("/imports")
class Imports(MethodView):
    @reads("import:read")
    @blueprint.takes(schemas.ImportQuery, location="query")
    @blueprint.gives(200, page_of(schemas.ImportSchema))
    def get(self, query: dict[str, Any]) -> Any:
        """Applied files, newest first."""

        def fetch(after: Position | None, limit: int) -> Sequence[history.PastImport]:
            uow = current_uow()
            found = queries.list_imports(uow, after=None if after is None else after[0], limit=limit)
            return history.with_actors(uow, found)

        return paged(query, fetch, lambda one: (one.imported.id,))


@blueprint.resource("/imports/<uuid:import_id>")
class OneImport(MethodView):
    @reads("import:read")
    @blueprint.gives(200, schemas.ImportSchema)
    def get(self, import_id: UUID) -> Any:
        """What an applied file did."""
        imported = queries.get_import(current_uow(), ImportId(import_id))
        return history.with_actors(current_uow(), [imported])[0]


@blueprint.resource("/imports/<uuid:import_id>/cases")
class ImportCases(MethodView):
    @reads("import:read")
    @blueprint.takes(PageQuery, location="query")
    @blueprint.gives(200, page_of(CaseLineSchema))
    def get(self, query: dict[str, Any], import_id: UUID) -> Any:
        """The cases that it opened or told something new of, oldest first, people masked."""
        imported = queries.get_import(current_uow(), ImportId(import_id))

        def fetch(after: Position | None, limit: int) -> Sequence[CaseLine]:
            last = None if after is None else CaseId(after[0])
            return history.list_lines(current_uow(), imported, after=last, limit=limit)

        return paged(query, fetch, lambda line: (line.case.id,))


@blueprint.resource("/imports/<uuid:import_id>/undo")
class Undo(MethodView):
    @writes("import:undo")
    @blueprint.gives(202, schemas.ImportRunSchema)
    def post(self, import_id: UUID) -> Any:
        """Undo the import as a whole: what it made is withdrawn, what it changed is as it was.

        Ask for the run until it is over. It fails, and names what stands against it, where something was
        built on the import since.
        """
        imported = queries.get_import(current_uow(), ImportId(import_id))
        return running.ask(current_uow(), Task.UNDO, imported=imported)


def _preferred() -> Language:
    """The first language that the reader's browser prefers and that is written here; en-GB is English."""
    told = (tag.partition("-")[0].lower() for tag in request.accept_languages.values())
    return next((Language(one) for one in told if one in set(Language)), Language.EN)


def _kind_of(run: ImportRun) -> Kind:
    return Kind((run.report or {})["kind"])


def _file(import_file_id: UUID) -> ImportFile:
    return staging.get_file(current_uow(), ImportFileId(import_file_id))
