"""Reads that are evidence: legal opens a visit of a case."""

from field_visits.cases.models import Case
from field_visits.evidence.codes import Code
from field_visits.identity.permissions import Scope
from field_visits.kernel.actor import Role
from field_visits.kernel.ids import VisitId
from field_visits.unit_of_work import UnitOfWork
from field_visits.visits.queries import VisitFile, get_visit


def view_visit(uow: UnitOfWork, visit_id: VisitId, *, scope: Scope) -> VisitFile:
    """The visit with its files; that legal read it stands in its case's story.

    Raises:
        NotFoundError: It does not exist or is out of the caller's scope.
    Evidence: case:record:viewed, for the role legal.
    """
    file = get_visit(uow, visit_id, scope=scope)
    if Role.LEGAL in uow.actor.roles:
        case = uow.session.get_one(Case, file.visit.case_id)
        uow.record(Code.CASE_VIEWED, case, facts={"visit": visit_id})
    return file
