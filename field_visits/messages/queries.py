"""Reads of the outbox and of alerts. This room knows cases by id alone: whoever asks names those in reach."""

from collections.abc import Collection
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Select, select, tuple_

from field_visits.kernel.errors import NotFoundError
from field_visits.kernel.ids import AlertId, CaseId, MessageId
from field_visits.messages.models import Alert, Message
from field_visits.unit_of_work import UnitOfWork

MAX_PAGE = 201
Cases = Select[CaseId] | None
Row = TypeVar("Row", Message, Alert)


def list_messages(
    uow: UnitOfWork,
    *,
    among: Cases = None,
    states: Collection[str] = (),
    case_id: CaseId | None = None,
    after: tuple[datetime, MessageId] | None = None,
    limit: int = 50,
) -> list[Message]:
    """The outbox, newest first.

    Args:
        uow: The unit of work.
        among: A query for the ids of cases in reach; None is every case, and what belongs to none.
        states: Any of these states; all where empty.
        case_id: Those of one case.
        after: The position (time queued, id) of the last row had.
        limit: At most so many, up to 201.
    """
    query = select(Message).order_by(Message.queued_at.desc(), Message.id.desc())
    if after is not None:
        query = query.where(tuple_(Message.queued_at, Message.id) < after)
    return list(uow.session.scalars(_narrowed(query, Message, among, states, case_id, limit)))


def list_alerts(
    uow: UnitOfWork,
    *,
    among: Cases = None,
    states: Collection[str] = (),
    case_id: CaseId | None = None,
    kind: str | None = None,
    after: tuple[datetime, AlertId] | None = None,
    limit: int = 50,
) -> list[Alert]:
    """Alerts, newest first, of one kind where it is named; the other arguments are those of `list_messages`."""
    query = select(Alert).order_by(Alert.opened_at.desc(), Alert.id.desc())
    if kind is not None:
        query = query.where(Alert.kind == kind)
    if after is not None:
        query = query.where(tuple_(Alert.opened_at, Alert.id) < after)
    return list(uow.session.scalars(_narrowed(query, Alert, among, states, case_id, limit)))


def get_alert(uow: UnitOfWork, alert_id: AlertId, *, among: Cases = None) -> Alert:
    """The alert, if its case is among those in reach.

    Raises:
        NotFoundError: It does not exist, or is out of reach.
    """
    query = select(Alert).where(Alert.id == alert_id)
    found = uow.session.scalars(_narrowed(query, Alert, among, (), None, 1)).one_or_none()
    if found is None:
        raise NotFoundError("There is no such alert.")
    return found


def get_message(uow: UnitOfWork, message_id: MessageId, *, among: Cases = None) -> Message:
    """The message, if its case is among those in reach.

    Raises:
        NotFoundError: It does not exist, or is out of reach.
    """
    query = select(Message).where(Message.id == message_id)
    found = uow.session.scalars(_narrowed(query, Message, among, (), None, 1)).one_or_none()
    if found is None:
        raise NotFoundError("There is no such message.")
    return found


def _narrowed(  # noqa: PLR0917 - one query's parts
    query: Select[Row],
    cls: type[Row],
    among: Cases,
    states: Collection[str],
    case_id: CaseId | None,
    limit: int,
) -> Select[Row]:
    if among is not None:
        query = query.where(cls.case_id.in_(among))
    if states:
        query = query.where(cls.state.in_(list(states)))
    if case_id is not None:
        query = query.where(cls.case_id == case_id)
    return query.limit(min(limit, MAX_PAGE))
