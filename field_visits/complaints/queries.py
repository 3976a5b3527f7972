"""Reads of complaints and disputes. What is due first stands first."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import select, tuple_

from field_visits.cases.models import Case
from field_visits.cases.scope import within
from field_visits.complaints.lifecycle import UNANSWERED
from field_visits.complaints.models import Complaint
from field_visits.identity.permissions import Scope
from field_visits.kernel.errors import NotFoundError
from field_visits.kernel.ids import CaseId, ComplaintId
from field_visits.unit_of_work import UnitOfWork

MAX_PAGE = 201


def list_complaints(
    uow: UnitOfWork,
    *,
    scope: Scope | None = None,
    states: Collection[str] = (),
    kind: str | None = None,
    case_id: CaseId | None = None,
    overdue_on: date | None = None,
    after: tuple[date, ComplaintId] | None = None,
    limit: int = 50,
) -> list[Complaint]:
    """Complaints in order of the day on which their answer is due.

    Args:
        uow: The unit of work.
        scope: How far the actor may see; None is the system's own, without limit.
        states: Any of these states; all where empty.
        kind: Complaints or disputes alone.
        case_id: Those of one case.
        overdue_on: Those unanswered whose last day lies before this one.
        after: The position (last day, id) of the last row had.
        limit: At most so many, up to 201.
    """
    query = (
        select(Complaint)
        .join(Case, Case.id == Complaint.case_id)
        .where(within(uow.actor, scope))
        .order_by(Complaint.answer_by, Complaint.id)
        .limit(min(limit, MAX_PAGE))
    )
    if states:
        query = query.where(Complaint.state.in_(list(states)))
    if kind is not None:
        query = query.where(Complaint.kind == kind)
    if case_id is not None:
        query = query.where(Complaint.case_id == case_id)
    if overdue_on is not None:
        query = query.where(Complaint.state.in_(UNANSWERED), Complaint.answer_by < overdue_on)
    if after is not None:
        query = query.where(tuple_(Complaint.answer_by, Complaint.id) > after)
    return list(uow.session.scalars(query))


def get_complaint(uow: UnitOfWork, complaint_id: ComplaintId, *, scope: Scope | None = None) -> Complaint:
    """The complaint, if its case lies within `scope` of the actor.

    Raises:
        NotFoundError: It does not exist, or is out of scope.
    """
    found = uow.session.scalars(
        select(Complaint)
        .join(Case, Case.id == Complaint.case_id)
        .where(Complaint.id == complaint_id, within(uow.actor, scope))
    ).one_or_none()
    if found is None:
        raise NotFoundError("There is no such complaint.")
    return found
