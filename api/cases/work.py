"""Cases: listed, searched, opened, assigned, ended."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.cases.blueprint import blueprint
from api.cases.schemas import (
    AssignmentSchema,
    CaseCreate,
    CaseFileSchema,
    CaseLineList,
    CaseLineSchema,
    CaseQuery,
    CaseReason,
    CaseSchema,
    CaseUpdate,
    SearchQuery,
)
from api.paging import Position, page_of, paged
from api.preconditions import check_version
from api.requests import reads, settle, writes
from api.work import current_scope, current_uow
from field_visits.cases import queries
from field_visits.cases.models import Case
from field_visits.cases.queries import CaseLine
from field_visits.cases.service import views, work
from field_visits.kernel.ids import CaseId


@blueprint.resource("/cases")
class Cases(MethodView):
    @reads("case:read")
    @blueprint.takes(CaseQuery, location="query")
    @blueprint.gives(200, page_of(CaseLineSchema))
    def get(self, query: dict[str, Any]) -> Any:
        """The cases in the caller's scope, oldest first, people masked."""

        def fetch(after: Position | None, limit: int) -> Sequence[CaseLine]:
            return queries.list_lines(
                current_uow(),
                scope=current_scope(),
                state=query["state"],
                team_id=query["team_id"],
                collector_id=query["collector_id"],
                after=None if after is None else after[0],
                limit=limit,
            )

        return paged(query, fetch, lambda line: (line.case.id,))

    @writes("case:open")
    @blueprint.takes(CaseCreate)
    @blueprint.gives(201, CaseSchema)
    def post(self, case: dict[str, Any]) -> Any:
        """A debt is placed with the organisation."""
        return settle(work.open_case(current_uow(), **case)).row


@blueprint.resource("/cases/search")
class Search(MethodView):
    @reads("case:search")
    @blueprint.takes(SearchQuery, location="query")
    @blueprint.gives(200, CaseLineList)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Cases by reference, part of a name, or digits of a telephone number."""
        found = views.search_cases(current_uow(), query["q"], scope=current_scope(), limit=query["limit"])
        return {"items": found}


@blueprint.resource("/cases/<uuid:case_id>")
class OneCase(MethodView):
    @reads("case:read")
    @blueprint.gives(200, CaseFileSchema)
    def get(self, case_id: UUID) -> Any:
        """The whole file of a case; that legal read it stands in the log. The ETag is the case's own."""
        file = views.view_case(current_uow(), CaseId(case_id), scope=current_scope())
        return file, 200, {"ETag": f'"{file.case.evidence_id}"'}

    @writes("case:update", versioned=True)
    @blueprint.takes(CaseUpdate)
    @blueprint.gives(200, CaseSchema)
    def patch(self, changes: dict[str, Any], case_id: UUID) -> Any:
        """The named details are as given; `owed` adds a balance."""
        case = queries.require_visible(current_uow(), CaseId(case_id), scope=current_scope())
        check_version(case, CaseSchema)
        settle(work.update_case(current_uow(), case.id, **changes))
        return case


@blueprint.resource("/cases/<uuid:case_id>/assignment")
class Assignment(MethodView):
    @writes("case:assign", versioned=True)
    @blueprint.takes(AssignmentSchema)
    @blueprint.gives(200, CaseSchema)
    def put(self, told: dict[str, Any], case_id: UUID) -> Any:
        """The case belongs to this team and collector from now on."""
        case = queries.require_visible(current_uow(), CaseId(case_id), scope=current_scope())
        check_version(case, CaseSchema)
        settle(work.assign(current_uow(), case.id, **told))
        return case


@blueprint.resource("/cases/<uuid:case_id>/closing")
class Closing(MethodView):
    @writes("case:close")
    @blueprint.takes(CaseReason)
    @blueprint.gives(200, CaseSchema)
    def post(self, told: dict[str, Any], case_id: UUID) -> Any:
        """Work on the case is done."""
        return _ended(work.close, case_id, told)


@blueprint.resource("/cases/<uuid:case_id>/recall")
class Recall(MethodView):
    @writes("case:recall")
    @blueprint.takes(CaseReason)
    @blueprint.gives(200, CaseSchema)
    def post(self, told: dict[str, Any], case_id: UUID) -> Any:
        """The creditor took the case back."""
        return _ended(work.recall, case_id, told)


def _ended(verb: Callable[..., Any], case_id: UUID, told: dict[str, Any]) -> Case:
    case = queries.require_visible(current_uow(), CaseId(case_id), scope=current_scope())
    settle(verb(current_uow(), case.id, **told))
    return case
