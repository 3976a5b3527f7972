"""Reads that are evidence: legal opens a case, somebody reveals masked details, somebody searches."""

from field_visits.cases import queries, words
from field_visits.cases.models import Customer
from field_visits.cases.queries import CaseFile, CaseLine
from field_visits.evidence.codes import Code
from field_visits.identity.models import Organisation
from field_visits.identity.permissions import Scope
from field_visits.kernel.actor import Role
from field_visits.kernel.ids import CaseId, CustomerId
from field_visits.unit_of_work import UnitOfWork


def view_case(uow: UnitOfWork, case_id: CaseId, *, scope: Scope | None = None) -> CaseFile:
    """The file of a case; that legal read it stands in the log.

    Raises:
        NotFoundError: It does not exist or is out of the caller's scope.
    Evidence: case:record:viewed, for the role legal.
    """
    file = queries.get_case(uow, case_id, scope=scope)
    if Role.LEGAL in uow.actor.roles:
        uow.record(Code.CASE_VIEWED, file.case)
    return file


def reveal_customer(
    uow: UnitOfWork,
    customer_id: CustomerId,
    *,
    reason: str,
    scope: Scope | None = None,
) -> Customer:
    """The customer with name, telephone and e-mail in full; who asked and why stands in the log.

    Raises:
        NotFoundError: There is no such customer in the caller's scope.
        InvalidError: No reason is given.
    Evidence: customer:details:revealed.
    """
    told = words.line(reason, "/reason")
    customer = queries.get_customer(uow, customer_id, scope=scope)
    uow.record(Code.CUSTOMER_REVEALED, customer, facts={"reason": told})
    return customer


def search_cases(
    uow: UnitOfWork, asked: str, *, scope: Scope | None = None, limit: int = 50
) -> tuple[CaseLine, ...]:
    """As `queries.search`; what legal asked and how much was found stands in the organisation's log.

    Raises:
        InvalidError: As `queries.search`.
    Evidence: case:search:made, for the role legal.
    """
    lines = queries.search(uow, asked, scope=scope, limit=limit)
    if Role.LEGAL in uow.actor.roles:
        organisation = uow.session.get_one(Organisation, uow.actor.organisation)
        uow.record(Code.SEARCH_MADE, organisation, facts={"asked": asked, "found": len(lines)})
    return lines
