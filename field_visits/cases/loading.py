"""Rows that a verb is about, locked until the unit of work ends; missing ones are NotFoundError."""

from collections.abc import Iterable
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select

from field_visits.cases.models import Address, Case, Customer
from field_visits.evidence.records import Subject
from field_visits.kernel.errors import NotFoundError
from field_visits.kernel.ids import AddressId, CaseId, CustomerId, UserId
from field_visits.unit_of_work import UnitOfWork

RowT = TypeVar("RowT", bound=Subject)


def require_customer(uow: UnitOfWork, customer_id: CustomerId) -> Customer:
    """The customer, locked."""
    return require(uow, Customer, customer_id)


def require_address(uow: UnitOfWork, address_id: AddressId) -> Address:
    """The address, locked."""
    return require(uow, Address, address_id)


def require_case(uow: UnitOfWork, case_id: CaseId) -> Case:
    """The case, locked."""
    return require(uow, Case, case_id)


def require(uow: UnitOfWork, cls: type[RowT], row_id: UUID) -> RowT:
    """The row as it is now, locked against other writers until the unit of work ends.

    Raises:
        NotFoundError: There is no such row in this organisation.
    """
    table: Any = cls
    row = uow.session.scalars(
        select(cls).where(table.id == row_id).with_for_update().execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFoundError(f"There is no such {cls.__lifecycle__.subject.replace('_', ' ')}.")
    return row


def audience(*collectors: UserId | None) -> list[UserId]:
    """The collectors among these, each once."""
    return list(dict.fromkeys(one for one in collectors if one is not None))


def collectors_of(uow: UnitOfWork, case_ids: Iterable[CaseId]) -> dict[CaseId, UserId | None]:
    """To whom each case is assigned."""
    rows = uow.session.execute(select(Case.id, Case.collector_id).where(Case.id.in_(list(case_ids))))
    return {case: collector for case, collector in rows}  # noqa: C416 - typed pairs
