"""Reads of customers and cases. A read that is evidence (legal's, a reveal) is in `service.views`."""

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import InstrumentedAttribute

from field_visits.cases.models import (
    Address,
    Balance,
    Case,
    Contact,
    ContactHold,
    Customer,
    Import,
    Payment,
    Promise,
    RetentionHold,
)
from field_visits.kernel.errors import Fault, InvalidError, NotFoundError
from field_visits.kernel.ids import AddressId, CaseId, CustomerId, HoldId, ImportId, TeamId, UserId
from field_visits.kernel.money import Money
from field_visits.unit_of_work import UnitOfWork

MAX_PAGE = 200
MAX_HISTORY = 1000
MIN_SEARCH = 2
MIN_DIGITS = 4

ItemT = TypeVar("ItemT")


@dataclass(frozen=True, slots=True)
class Page(Generic[ItemT]):
    """Some items in order of id; `after` of the next page is the last one's id, or None at the end."""

    items: tuple[ItemT, ...]
    next_after: CaseId | None


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case as lists show it: with its customer and what was owed last."""

    case: Case
    customer: Customer
    balance: Balance | None


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with everything that hangs on it, newest first; histories hold at most 1,000 rows each."""

    case: Case
    customer: Customer
    addresses: tuple[Address, ...]
    balances: tuple[Balance, ...]
    contact_holds: tuple[ContactHold, ...]
    retention_holds: tuple[RetentionHold, ...]
    contacts: tuple[Contact, ...]
    payments: tuple[Payment, ...]
    promises: tuple[Promise, ...]


def get_case(uow: UnitOfWork, case_id: CaseId, *, visible: ColumnElement[bool] | None = None) -> CaseFile:
    """The whole file of a case that the caller may see (`visible`: a condition made by `scope.within`).

    Raises:
        NotFoundError: It does not exist or is out of the caller's scope.
    """
    found = uow.session.execute(
        select(Case, Customer)
        .join(Customer, Customer.id == Case.customer_id)
        .where(Case.id == case_id, _seen(visible))
    ).one_or_none()
    if found is None:
        raise NotFoundError("There is no such case.")
    case, customer = found
    return CaseFile(
        case,
        customer,
        tuple(list_addresses(uow, customer.id)),
        _of(uow, Balance, Balance.case_id, case_id, Balance.as_of),
        _of(uow, ContactHold, ContactHold.case_id, case_id, ContactHold.since),
        _of(uow, RetentionHold, RetentionHold.case_id, case_id, RetentionHold.since),
        _of(uow, Contact, Contact.case_id, case_id, Contact.at),
        _of(uow, Payment, Payment.case_id, case_id, Payment.paid_at),
        _of(uow, Promise, Promise.case_id, case_id, Promise.promised_at),
    )


def get_customer(
    uow: UnitOfWork, customer_id: CustomerId, *, visible: ColumnElement[bool] | None = None
) -> Customer:
    """A customer; with `visible`, one who has a case within it.

    Raises:
        NotFoundError: There is no such customer, or none of their cases is in the caller's scope.
    """
    query = select(Customer).where(Customer.id == customer_id)
    if visible is not None:
        query = query.where(select(Case.id).where(Case.customer_id == Customer.id, visible).exists())
    customer = uow.session.scalars(query).one_or_none()
    if customer is None:
        raise NotFoundError("There is no such customer.")
    return customer


def get_address(uow: UnitOfWork, address_id: AddressId) -> Address:
    """An address, whatever its state; NotFoundError if there is none."""
    address = uow.session.get(Address, address_id)
    if address is None:
        raise NotFoundError("There is no such address.")
    return address


def get_hold(uow: UnitOfWork, hold_id: HoldId) -> ContactHold:
    """A contact hold, whatever its state; NotFoundError if there is none."""
    hold = uow.session.get(ContactHold, hold_id)
    if hold is None:
        raise NotFoundError("There is no such hold.")
    return hold


def get_import(uow: UnitOfWork, import_id: ImportId) -> Import:
    """What an applied file did; NotFoundError if there is none."""
    found = uow.session.get(Import, import_id)
    if found is None:
        raise NotFoundError("There is no such import.")
    return found


def list_addresses(uow: UnitOfWork, customer_id: CustomerId) -> Sequence[Address]:
    """The customer's addresses, usable ones first, newest first."""
    return uow.session.scalars(
        select(Address)
        .where(Address.customer_id == customer_id)
        .order_by((Address.state == "usable").desc(), Address.id.desc())
        .limit(MAX_HISTORY)
    ).all()


def list_cases(
    uow: UnitOfWork,
    *,
    visible: ColumnElement[bool] | None = None,
    state: str | None = None,
    team_id: TeamId | None = None,
    collector_id: UserId | None = None,
    after: CaseId | None = None,
    limit: int = 50,
) -> Page[CaseLine]:
    """One page of the cases that the caller may see, oldest first.

    Raises:
        InvalidError: `limit` is not between 1 and 200.
    """
    query = (
        select(Case, Customer)
        .join(Customer, Customer.id == Case.customer_id)
        .where(_seen(visible))
        .order_by(Case.id)
        .limit(_limit(limit) + 1)
    )
    for column, value in ((Case.state, state), (Case.team_id, team_id), (Case.collector_id, collector_id)):
        if value is not None:
            query = query.where(column == value)
    if after is not None:
        query = query.where(Case.id > after)
    rows = [(case, customer) for case, customer in uow.session.execute(query)]
    return _page(uow, rows, limit)


def search(
    uow: UnitOfWork, words: str, *, visible: ColumnElement[bool] | None = None, limit: int = 50
) -> tuple[CaseLine, ...]:
    """Cases by a creditor's reference, a customer's reference, a part of a name, or digits of a phone.

    References match from their beginning, names anywhere, telephone numbers by four digits or more; letters
    match whatever their case and width. Exact references come first.

    Raises:
        InvalidError: It is shorter than two characters (four digits for a telephone number), or `limit` is
            not between 1 and 200.
    """
    asked = " ".join(unicodedata.normalize("NFKC", words).split())
    if len(asked) < MIN_SEARCH:
        raise InvalidError(
            "Search for at least two characters.", faults=[Fault("/q", f"at least {MIN_SEARCH} characters")]
        )
    escaped = asked.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    digits = "".join(one for one in asked if one in "0123456789")
    found: list[ColumnElement[bool]] = [
        Case.reference.ilike(f"{escaped}%"),
        Customer.reference.ilike(f"{escaped}%"),
        Customer.name.ilike(f"%{escaped}%"),
    ]
    if len(digits) >= MIN_DIGITS and not any(one.isalpha() for one in asked):
        found.append(Customer.phone.like(f"%{digits}%"))
    exact = or_(func.lower(Case.reference) == asked.lower(), func.lower(Customer.reference) == asked.lower())
    rows = uow.session.execute(
        select(Case, Customer)
        .join(Customer, Customer.id == Case.customer_id)
        .where(_seen(visible), Case.state != "withdrawn", or_(*found))
        .order_by(exact.desc(), Case.id)
        .limit(_limit(limit))
    )
    return _page(uow, [(case, customer) for case, customer in rows], limit).items


def outstanding(uow: UnitOfWork, case_ids: Collection[CaseId]) -> dict[CaseId, Money]:
    """What is still owed: the newest balance less the verified payments made after it; never below zero."""
    balances = latest_balances(uow, case_ids)
    owed = {case: balance.total.amount_minor for case, balance in balances.items()}
    payments = uow.session.scalars(
        select(Payment).where(Payment.case_id.in_(list(case_ids)), Payment.state == "verified")
    )
    for payment in payments:
        balance = balances.get(payment.case_id)
        if balance is not None and payment.paid_at > balance.as_of:
            owed[payment.case_id] -= payment.amount_minor
    return {case: Money(max(0, minor), balances[case].currency) for case, minor in owed.items()}


def latest_balances(uow: UnitOfWork, case_ids: Collection[CaseId]) -> dict[CaseId, Balance]:
    """What was owed last, by case."""
    rows = uow.session.scalars(
        select(Balance)
        .where(Balance.case_id.in_(list(case_ids)))
        .ext(distinct_on(Balance.case_id))
        .order_by(Balance.case_id, Balance.as_of.desc(), Balance.id.desc())
    )
    return {balance.case_id: balance for balance in rows}


def usable_addresses(
    uow: UnitOfWork, customer_ids: Collection[CustomerId]
) -> dict[CustomerId, list[Address]]:
    """The doors that may be visited, by customer, newest first."""
    found: dict[CustomerId, list[Address]] = defaultdict(list)
    rows = uow.session.scalars(
        select(Address)
        .where(Address.customer_id.in_(list(customer_ids)), Address.state == "usable")
        .order_by(Address.id.desc())
    )
    for address in rows:
        found[address.customer_id].append(address)
    return found


def _page(uow: UnitOfWork, rows: Sequence[tuple[Case, Customer]], limit: int) -> Page[CaseLine]:
    shown = rows[:limit]
    balances = latest_balances(uow, [case.id for case, _ in shown])
    lines = tuple(CaseLine(case, customer, balances.get(case.id)) for case, customer in shown)
    return Page(lines, shown[-1][0].id if len(rows) > limit else None)


def _limit(limit: int) -> int:
    if not 1 <= limit <= MAX_PAGE:
        raise InvalidError(
            "A page has 1 to 200 items.", faults=[Fault("/limit", f"between 1 and {MAX_PAGE}")]
        )
    return limit


def _seen(visible: ColumnElement[bool] | None) -> ColumnElement[bool]:
    return true() if visible is None else visible


RowT = TypeVar("RowT", Balance, ContactHold, RetentionHold, Contact, Payment, Promise)


def _of(
    uow: UnitOfWork,
    cls: type[RowT],
    column: InstrumentedAttribute[CaseId],
    case_id: CaseId,
    newest: InstrumentedAttribute[object] | ColumnElement[object],
) -> tuple[RowT, ...]:
    query = select(cls).where(column == case_id).order_by(newest.desc(), cls.id.desc()).limit(MAX_HISTORY)
    return tuple(uow.session.scalars(query))
