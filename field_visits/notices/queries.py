"""Reads of notices."""

from collections.abc import Sequence

from sqlalchemy import select

from field_visits.kernel.errors import NotFoundError
from field_visits.kernel.ids import CaseId, NoticeId
from field_visits.notices.models import Notice
from field_visits.unit_of_work import UnitOfWork


def list_notices(uow: UnitOfWork, case_id: CaseId) -> Sequence[Notice]:
    """The notices of a case, oldest first; who may see the case, the caller has to ask."""
    return uow.session.scalars(select(Notice).where(Notice.case_id == case_id).order_by(Notice.id)).all()


def get_notice(uow: UnitOfWork, notice_id: NoticeId) -> Notice:
    """One notice; who may see its case, the caller has to ask.

    Raises:
        NotFoundError: There is none.
    """
    notice = uow.session.get(Notice, notice_id)
    if notice is None:
        raise NotFoundError("There is no such notice.")
    return notice
