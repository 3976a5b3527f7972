"""Reads of agreements: one, those of a case, and what a phone may have signed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from field_visits.agreements.loading import terms_of
from field_visits.agreements.models import Agreement, Instalment, SealCertificate
from field_visits.agreements.terms import Terms, canonical_text
from field_visits.kernel.errors import Fault, InvalidError, NotFoundError
from field_visits.kernel.ids import AgreementId, CaseId
from field_visits.kernel.money import Money
from field_visits.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class OfferRow:
    """One instalment as the phone shows it."""

    no: int
    due_on: date
    amount: Money


@dataclass(frozen=True, slots=True)
class Offer:
    """What may be signed without signal: exact texts by language, rows, the hash they all end in, and until when."""

    agreement_id: AgreementId
    case_id: CaseId
    terms_hash: str
    texts: Mapping[str, str]
    rows: tuple[OfferRow, ...]
    total: Money
    expires_at: datetime


def get_agreement(uow: UnitOfWork, agreement_id: AgreementId) -> Agreement:
    """One agreement; who may see its case, the caller has to ask.

    Raises:
        NotFoundError: There is none.
    """
    agreement = uow.session.get(Agreement, agreement_id)
    if agreement is None:
        raise NotFoundError("There is no such agreement.")
    return agreement


def list_agreements(uow: UnitOfWork, case_id: CaseId) -> Sequence[Agreement]:
    """The agreements of a case, oldest first; who may see the case, the caller has to ask."""
    return uow.session.scalars(
        select(Agreement).where(Agreement.case_id == case_id).order_by(Agreement.id)
    ).all()


def list_instalments(uow: UnitOfWork, agreement_id: AgreementId) -> Sequence[Instalment]:
    """The instalments of a signed agreement in order; none before the signature."""
    return uow.session.scalars(
        select(Instalment).where(Instalment.agreement_id == agreement_id).order_by(Instalment.no)
    ).all()


def offers_for(uow: UnitOfWork, case_id: CaseId, *, at: datetime | None = None) -> tuple[Offer, ...]:
    """What a phone carries to the door: offers that stand at `at` (now by default), oldest first."""
    rows = uow.session.scalars(
        select(Agreement)
        .where(Agreement.case_id == case_id, Agreement.state == "offered")
        .where(Agreement.offer_expires_at > (at or uow.now))
        .order_by(Agreement.id)
    )
    return tuple(_offer(row) for row in rows)


def text_of(agreement: Agreement, language: str | None = None) -> str:
    """The exact text of the terms in `language`, in the agreement's own by default.

    Raises:
        InvalidError: They are not written in it.
    """
    terms = terms_of(agreement)
    asked = language or agreement.language
    for written in terms.languages:
        if written == asked:
            return canonical_text(terms, written)
    known = ", ".join(terms.languages)
    raise InvalidError(
        "These terms are not written in that language.", faults=[Fault("/language", f"one of {known}")]
    )


def list_certificates(uow: UnitOfWork) -> Sequence[SealCertificate]:
    """Every certificate that ever sealed for the organisation, oldest first."""
    return uow.session.scalars(select(SealCertificate).order_by(SealCertificate.id)).all()


def _offer(agreement: Agreement) -> Offer:
    terms: Terms = terms_of(agreement)
    if agreement.offer_expires_at is None:
        raise RuntimeError(f"The offer {agreement.id} has no end.")
    return Offer(
        agreement_id=agreement.id,
        case_id=agreement.case_id,
        terms_hash=agreement.terms_hash,
        texts={language: canonical_text(terms, language) for language in terms.languages},
        rows=tuple(OfferRow(row.no, row.due_on, row.amount) for row in terms.instalments),
        total=terms.total_payable,
        expires_at=agreement.offer_expires_at,
    )
