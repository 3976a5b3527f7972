"""The agreement's document: the same bytes for the same rows, before the signature and after it."""

from field_visits.agreements.document import Parties, Signing, SigningMethod, render
from field_visits.agreements.loading import customer_of, terms_of
from field_visits.agreements.models import Agreement
from field_visits.agreements.strokes import strokes_from_json
from field_visits.agreements.wording import LABELS, Language
from field_visits.cases.models import Case
from field_visits.identity.models import User
from field_visits.unit_of_work import UnitOfWork


def render_document(uow: UnitOfWork, agreement: Agreement, case: Case) -> bytes:
    """The agreement as PDF, the same bytes for the same rows; signed where it was, else marked as an offer.

    Raises:
        InvalidError: Something in it cannot be printed, or the strokes were erased.
    """
    return render(
        terms_of(agreement),
        Parties(customer_of(uow, case).name or "—"),
        agreement_id=str(agreement.id),
        issued_at=agreement.signing_received_at or agreement.offered_at or uow.now,
        signing=None if agreement.signed_at is None else _signing(uow, agreement),
    )


def _signing(uow: UnitOfWork, agreement: Agreement) -> Signing:
    received = agreement.signing_received_at
    if agreement.signed_at is None or received is None or agreement.signing_method is None:
        raise RuntimeError(f"Agreement {agreement.id} was signed, but its signing is incomplete.")
    witness = None if agreement.witnessed_by is None else uow.session.get(User, agreement.witnessed_by)
    return Signing(
        method=SigningMethod(agreement.signing_method),
        strokes=strokes_from_json(agreement.strokes),
        terms_hash=agreement.terms_hash,
        language=_language(agreement.language),
        not_before=agreement.signing_not_before or received,
        not_after=received,
        claimed_at=agreement.signed_at,
        zone=agreement.signing_zone or "UTC",
        witness=None if witness is None else _as_printed(witness),
    )


def _as_printed(person: User) -> str | None:
    name = person.name or person.badge
    return f"{name}（{person.badge}）" if person.badge and name != person.badge else name


def _language(text: str) -> Language:
    for language in LABELS:
        if language == text:
            return language
    raise RuntimeError(f"No agreement is written in {text!r}.")
