"""Reads of customers and cases. A read that is evidence (legal's, a reveal) is in `service.views`."""

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import InstrumentedAttribute

from field_visits.cases.models import (
    Address,
    Balance,
    Case,
    Consent,
    Contact,
    ContactHold,
    Customer,
    Import,
    LegalEvent,
    Payment,
    Promise,
    RetentionHold,
)
from field_visits.cases.scope import within
from field_visits.identity.permissions import Scope
from field_visits.kernel.errors import Fault, InvalidError, NotFoundError
from field_visits.kernel.ids import AddressId, CaseId, CustomerId, HoldId, ImportId, TeamId, UserId
from field_visits.kernel.money import Money
from field_visits.unit_of_work import UnitOfWork

MAX_PAGE = 200
MAX_HISTORY = 1000
MIN_SEARCH = 2
MIN_DIGITS = 4


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case as lists show it: with its customer and what was owed last."""

    case: Case
    customer: Customer
    balance: Balance | None


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with everything that hangs on it, newest first; histories hold at most 1,000 rows each.

    What was withdrawn is left out: the case's timeline tells it.
    """

    case: Case
    customer: Customer
    addresses: tuple[Address, ...]
    balances: tuple[Balance, ...]
    contact_holds: tuple[ContactHold, ...]
    retention_holds: tuple[RetentionHold, ...]
    consents: tuple[Consent, ...]
    legal_events: tuple[LegalEvent, ...]
    contacts: tuple[Contact, ...]
    payments: tuple[Payment, ...]
    promises: tuple[Promise, ...]


def get_case(uow: UnitOfWork, case_id: CaseId, *, scope: Scope | None = None) -> CaseFile:
    """The whole file of a case that the caller may see (`scope`: how far the caller's permission reaches).

    Raises:
        NotFoundError: It does not exist or is out of the caller's scope.
    """
    found = uow.session.execute(
        select(Case, Customer)
        .join(Customer, Customer.id == Case.customer_id)
        .where(Case.id == case_id, within(uow.actor, scope))
    ).one_or_none()
    if found is None:
        raise NotFoundError("There is no such case.")
    case, customer = found
    return CaseFile(
        case,
        customer,
        tuple(list_addresses(uow, customer.id)),
        _of(uow, Balance, Balance.case_id, case_id, Balance.as_of, Balance.withdrawn_at.is_(None)),
        _of(uow, ContactHold, ContactHold.case_id, case_id, ContactHold.since),
        _of(uow, RetentionHold, RetentionHold.case_id, case_id, RetentionHold.since),
        tuple(list_consents(uow, customer.id)),
        _of(uow, LegalEvent, LegalEvent.case_id, case_id, LegalEvent.at),
        _of(uow, Contact, Contact.case_id, case_id, Contact.at, Contact.state != "withdrawn"),
        _of(uow, Payment, Payment.case_id, case_id, Payment.paid_at, Payment.state != "withdrawn"),
        _of(uow, Promise, Promise.case_id, case_id, Promise.promised_at),
    )


def get_customer(uow: UnitOfWork, customer_id: CustomerId, *, scope: Scope | None = None) -> Customer:
    """A customer; with `scope`, one who has a case within it (for the organisation's reach, any).

    Raises:
        NotFoundError: There is no such customer, or none of their cases is in the caller's scope.
    """
    query = select(Customer).where(Customer.id == customer_id)
    if scope is not None and scope is not Scope.ORGANISATION:
        query = query.where(
            select(Case.id).where(Case.customer_id == Customer.id, within(uow.actor, scope)).exists()
        )
    customer = uow.session.scalars(query).one_or_none()
    if customer is None:
        raise NotFoundError("There is no such customer.")
    return customer


def get_case_line(uow: UnitOfWork, case_id: CaseId, *, scope: Scope | None = None) -> CaseLine:
    """One case as lists show it; raises as `get_case`."""
    case = require_visible(uow, case_id, scope=scope)
    customer = uow.session.get_one(Customer, case.customer_id)
    return CaseLine(case, customer, latest_balances(uow, [case_id]).get(case_id))


def require_visible(uow: UnitOfWork, case_id: CaseId, *, scope: Scope | None = None) -> Case:
    """The case alone, if the caller may see it; NotFoundError otherwise."""
    case = uow.session.scalars(select(Case).where(Case.id == case_id, within(uow.actor, scope))).one_or_none()
    if case is None:
        raise NotFoundError("There is no such case.")
    return case


def find_by_reference(uow: UnitOfWork, reference: str) -> Case:
    """The case that the creditor calls `reference`.

    Raises:
        NotFoundError: There is none.
    """
    found = uow.session.scalar(select(Case).where(Case.reference == reference, Case.state != "withdrawn"))
    if found is None:
        raise NotFoundError(f"There is no case «{reference}» here.")
    return found


def get_address(uow: UnitOfWork, address_id: AddressId, *, scope: Scope | None = None) -> Address:
    """An address, whatever its state, of a customer within the caller's scope; NotFoundError otherwise."""
    address = uow.session.get(Address, address_id)
    if address is None:
        raise NotFoundError("There is no such address.")
    get_customer(uow, address.customer_id, scope=scope)
    return address


OfCaseT = TypeVar("OfCaseT", Consent, LegalEvent, ContactHold, RetentionHold, Payment, Promise)


def get_of_case(uow: UnitOfWork, cls: type[OfCaseT], row_id: UUID, *, scope: Scope | None = None) -> OfCaseT:
    """A consent, hold, payment or promise of a case within the caller's scope; NotFoundError otherwise."""
    row = uow.session.get(cls, row_id)
    if row is None:
        raise NotFoundError(f"There is no such {cls.__lifecycle__.subject.replace('_', ' ')}.")
    require_visible(uow, row.case_id, scope=scope)
    return row


def get_hold(uow: UnitOfWork, hold_id: HoldId) -> ContactHold:
    """A contact hold, whatever its state; NotFoundError if there is none."""
    return get_of_case(uow, ContactHold, hold_id)


def get_import(uow: UnitOfWork, import_id: ImportId) -> Import:
    """What an applied file did; NotFoundError if there is none."""
    found = uow.session.get(Import, import_id)
    if found is None:
        raise NotFoundError("There is no such import.")
    return found


def list_imports(uow: UnitOfWork, *, after: ImportId | None = None, limit: int = 50) -> Sequence[Import]:
    """Applied files, newest first, after the one named."""
    query = select(Import).order_by(Import.id.desc()).limit(limit)
    if after is not None:
        query = query.where(Import.id < after)
    return uow.session.scalars(query).all()


def list_addresses(uow: UnitOfWork, customer_id: CustomerId) -> Sequence[Address]:
    """The customer's addresses, usable ones first, newest first."""
    return uow.session.scalars(
        select(Address)
        .where(Address.customer_id == customer_id)
        .order_by((Address.state == "usable").desc(), Address.id.desc())
        .limit(MAX_HISTORY)
    ).all()


def list_consents(uow: UnitOfWork, customer_id: CustomerId, *, given_only: bool = False) -> Sequence[Consent]:
    """What the customer waived in any case, newest first; with `given_only` what still holds."""
    query = (
        select(Consent)
        .join(Case, Case.id == Consent.case_id)
        .where(Case.customer_id == customer_id, Consent.state != "retracted")
        .order_by(Consent.given_at.desc(), Consent.id.desc())
        .limit(MAX_HISTORY)
    )
    if given_only:
        query = query.where(Consent.state == "given", or_(Consent.until.is_(None), Consent.until > uow.now))
    return uow.session.scalars(query).all()


def list_lines(
    uow: UnitOfWork,
    *,
    scope: Scope | None = None,
    state: str | None = None,
    team_id: TeamId | None = None,
    collector_id: UserId | None = None,
    among: Select[UUID | None] | None = None,
    after: CaseId | None = None,
    limit: int = 50,
) -> tuple[CaseLine, ...]:
    """Up to `limit` of the cases that the caller may see, oldest first, after the one named.

    `among` selects the ids of those that are looked at; all of them if it is left out.
    """
    query = (
        select(Case, Customer)
        .join(Customer, Customer.id == Case.customer_id)
        .where(within(uow.actor, scope))
        .order_by(Case.id)
        .limit(limit)
    )
    for column, value in ((Case.state, state), (Case.team_id, team_id), (Case.collector_id, collector_id)):
        if value is not None:
            query = query.where(column == value)
    if among is not None:
        query = query.where(Case.id.in_(among))
    if after is not None:
        query = query.where(Case.id > after)
    return _lines(uow, [(case, customer) for case, customer in uow.session.execute(query)])


def search(
    uow: UnitOfWork, words: str, *, scope: Scope | None = None, limit: int = 50
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
        .where(within(uow.actor, scope), Case.state != "withdrawn", or_(*found))
        .order_by(exact.desc(), Case.id)
        .limit(_limit(limit))
    )
    return _lines(uow, [(case, customer) for case, customer in rows])


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
        .where(Balance.case_id.in_(list(case_ids)), Balance.withdrawn_at.is_(None))
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


def _lines(uow: UnitOfWork, rows: Sequence[tuple[Case, Customer]]) -> tuple[CaseLine, ...]:
    balances = latest_balances(uow, [case.id for case, _ in rows])
    return tuple(CaseLine(case, customer, balances.get(case.id)) for case, customer in rows)


def _limit(limit: int) -> int:
    if not 1 <= limit <= MAX_PAGE:
        raise InvalidError(
            "A page has 1 to 200 items.", faults=[Fault("/limit", f"between 1 and {MAX_PAGE}")]
        )
    return limit


RowT = TypeVar("RowT", Balance, LegalEvent, ContactHold, RetentionHold, Contact, Payment, Promise)


def _of(
    uow: UnitOfWork,
    cls: type[RowT],
    column: InstrumentedAttribute[CaseId],
    case_id: CaseId,
    newest: InstrumentedAttribute[object] | ColumnElement[object],
    *conditions: ColumnElement[bool],
) -> tuple[RowT, ...]:
    query = (
        select(cls)
        .where(column == case_id, *conditions)
        .order_by(newest.desc(), cls.id.desc())
        .limit(MAX_HISTORY)
    )
    return tuple(uow.session.scalars(query))
