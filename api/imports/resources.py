"""Files of a creditor: looked at, taken in, remembered."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.blueprints import Blueprint
from api.imports.schemas import ImportFile, ImportMode, ImportQuery, ImportReportSchema, ImportSchema
from api.paging import Position, page_of, paged
from api.problems import problem
from api.requests import reads, writes
from api.work import current_uow
from field_visits.cases import queries
from field_visits.cases.importing import import_file
from field_visits.cases.importing.reading import MAX_BYTES
from field_visits.cases.models import Import
from field_visits.kernel.ids import ImportId

blueprint = Blueprint("imports", __name__, description="Cases from a creditor's file.")
# The file, and what multipart/form-data wraps around it.
MAX_REQUEST_BYTES = MAX_BYTES + 64 * 1024
MAX_FAULTS = 100


@blueprint.resource("/imports")
class Imports(MethodView):
    @reads("import:read")
    @blueprint.takes(ImportQuery, location="query")
    @blueprint.gives(200, page_of(ImportSchema))
    def get(self, query: dict[str, Any]) -> Any:
        """Applied files, newest first."""

        def fetch(after: Position | None, limit: int) -> Sequence[Import]:
            return queries.list_imports(current_uow(), after=None if after is None else after[0], limit=limit)

        return paged(query, fetch, lambda one: (one.id,))

    @writes("import:apply", max_bytes=MAX_REQUEST_BYTES)
    @blueprint.takes(ImportMode, location="query")
    @blueprint.takes(ImportFile, location="files")
    @blueprint.gives(200, ImportReportSchema)
    def post(self, mode: dict[str, Any], told: dict[str, Any]) -> Any:
        """Take a file in as a whole, or say with `dry_run` what would happen.

        A file with errors is refused as a whole (422): `errors` point at `/row/column` of the file, and
        `report` has everything.
        """
        upload = told["file"]
        report = import_file(
            current_uow(),
            upload.read(),
            source=_name_of(upload.filename),
            dry_run=mode["dry_run"],
        )
        if report.is_sound or report.is_dry_run:
            return report
        assert report.receipt is not None  # noqa: S101 - every refused file has its entry
        return problem(
            "invalid",
            f"The file has {report.error_count} errors; nothing was applied. Mend them and send it again.",
            faults=[
                {"pointer": f"/{error.row}/{error.column}", "detail": error.detail, "location": "file"}
                for error in report.errors[:MAX_FAULTS]
            ],
            evidence_id=str(report.receipt.entry_id),
            receipt=report.receipt.hash,
            report=ImportReportSchema().dump(report),
        )


@blueprint.resource("/imports/<uuid:import_id>")
class OneImport(MethodView):
    @reads("import:read")
    @blueprint.gives(200, ImportSchema)
    def get(self, import_id: UUID) -> Any:
        """What an applied file did."""
        return queries.get_import(current_uow(), ImportId(import_id))


def _name_of(filename: str | None) -> str:
    """The file's own name, without the folders of the sender's machine."""
    name = (filename or "").replace("\\", "/").rpartition("/")[2].strip()
    return name[-200:] or "import.csv"
