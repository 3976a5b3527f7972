"""Agreements as verbs need them: case first and agreement second, both locked, and the terms read back."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from field_visits.agreements.models import Agreement
from field_visits.agreements.terms import Terms, terms_hash
from field_visits.agreements.terms_json import terms_from_json
from field_visits.cases.loading import require, require_case
from field_visits.cases.models import Case, Customer
from field_visits.identity.models import Organisation
from field_visits.kernel.errors import NotFoundError
from field_visits.kernel.ids import AgreementId
from field_visits.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Loaded:
    """An agreement with its case, locked until the unit of work ends, and its exact terms."""

    agreement: Agreement
    case: Case
    terms: Terms


def load(uow: UnitOfWork, agreement_id: AgreementId) -> Loaded:
    """The agreement and its case, locked in one order: two verbs on one case never wait for each other in a ring.

    Raises:
        NotFoundError: There is no such agreement.
    """
    seen = uow.session.get(Agreement, agreement_id)
    if seen is None:
        raise NotFoundError("There is no such agreement.")
    case = require_case(uow, seen.case_id)
    agreement = require(uow, Agreement, agreement_id)
    return Loaded(agreement, case, terms_of(agreement))


def terms_of(agreement: Agreement) -> Terms:
    """The terms that the row keeps.

    Raises:
        RuntimeError: They are not the ones that its hash names: the row was altered behind our back.
    """
    terms = terms_from_json(agreement.terms)
    if terms_hash(terms) != agreement.terms_hash:
        raise RuntimeError(
            f"The terms of agreement {agreement.id} do not fit their hash; run the log's check."
        )
    return terms


def organisation_of(uow: UnitOfWork) -> Organisation:
    """The organisation in whose name this is done."""
    return uow.session.get_one(Organisation, uow.actor.organisation)


def customer_of(uow: UnitOfWork, case: Case) -> Customer:
    """The person who owes."""
    return uow.session.get_one(Customer, case.customer_id)


def local_day(organisation: Organisation, at: datetime) -> date:
    """The day that `at` is in the organisation's zone: due dates are days there."""
    return at.astimezone(ZoneInfo(organisation.timezone)).date()
