"""The customer signs: a witness verb. What was signed is kept, whatever a rule or the offer's end says."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import select

from field_visits.agreements import strokes as ink
from field_visits.agreements.authority import plan_months
from field_visits.agreements.document import SigningMethod
from field_visits.agreements.loading import Loaded, load, organisation_of
from field_visits.agreements.models import Agreement, Instalment
from field_visits.agreements.service import holding
from field_visits.agreements.service.offering import supersede
from field_visits.agreements.strokes import Strokes, strokes_as_json, strokes_from_json
from field_visits.cases.judging import Rules, judge
from field_visits.cases.loading import audience
from field_visits.compliance.facts import Action, Channel
from field_visits.compliance.facts import Terms as LawTerms
from field_visits.evidence.codes import Code
from field_visits.kernel.actor import ActorKind
from field_visits.kernel.decision import Decision, Reason, Verdict
from field_visits.kernel.errors import Fault, InvalidError
from field_visits.kernel.ids import AgreementId, EntryId, VisitId
from field_visits.messages.service import open_alert
from field_visits.unit_of_work import Applied, Change, Refused, UnitOfWork, Wake

# Our own reason, where no rule of a pack speaks: the offer had ended, or was none.
OFFER_OVER: Final = "DS-OFFER-1"
BREACH_ALERT: Final = "agreement_signed_in_breach"
# What a new plan takes the place of.
_REPLACED: Final = ("drafted", "awaiting_approval", "offered", "running", "broken")


def sign(
    uow: UnitOfWork,
    rules: Rules,
    agreement_id: AgreementId,
    *,
    terms_hash: str,
    language: str,
    strokes: object,
    visit_id: VisitId | None = None,
    occurred_at: datetime | None = None,
    not_before: datetime | None = None,
) -> Applied | Refused:
    """The customer has signed exactly these terms; instalments stand, and collection stops.

    The method follows from who is signed in: the customer on an own phone, or a collector whose phone was handed
    over (a lower grade of proof, and the document says so). `occurred_at` is what the phone's clock said and
    `not_before` its last server nonce; what the rules say is judged at the claim, confined to that bracket. A
    contact hold, an offer that is over or terms never offered make it a signature in breach: kept, with an alert,
    and put to a person (`accept` or `withdraw`). A second signature on the same agreement is kept as a fact.

    Raises:
        NotFoundError: There is no such agreement.
        InvalidError: It is on other terms (`/terms_hash`), in a language they are not written in, or the strokes
            are no signature. Nothing is then signed.
    Evidence: agreement:signature:given, …:given_in_breach or …:repeated; contact_hold:record:placed.
    """
    loaded = load(uow, agreement_id)
    agreement, case = loaded.agreement, loaded.case
    _check_terms(loaded, terms_hash, language)
    drawn = _read_strokes(strokes)
    claimed = occurred_at or uow.now
    told = {"terms_hash": terms_hash, "language": language, "strokes_hash": ink.strokes_hash(drawn)}
    if agreement.signed_at is not None:
        receipt = uow.record(
            Code.AGREEMENT_SIGNED_AGAIN,
            agreement,
            facts={**told, "strokes": strokes_as_json(drawn)},
            occurred_at=claimed,
        )
        return Applied(receipt, in_order=False)

    method = (
        SigningMethod.OWN_PHONE_CODE
        if uow.actor.kind is ActorKind.CUSTOMER
        else SigningMethod.COLLECTOR_PHONE
    )
    earliest = _earliest(agreement, not_before, uow.now)
    # A phone's clock may be years off: the claim is judged as far as it can be true.
    decision = _judged(uow, rules, loaded, method, at=min(max(claimed, earliest), uow.now))
    outcome = uow.apply(
        agreement,
        "sign_in_breach" if decision.is_refused else "sign",
        changes={
            "language": language,
            "visit_id": visit_id or agreement.visit_id,
            "signed_at": claimed,
            "signing_not_before": earliest,
            "signing_received_at": uow.now,
            "signing_zone": organisation_of(uow).timezone,
            "signing_method": method.value,
            "signing_grade": method.grade.value,
            "strokes": strokes_as_json(drawn),
            "strokes_hash": told["strokes_hash"],
            "witnessed_by": uow.actor.user,
        },
        rows=[Change(row) for row in _instalments(uow, loaded)],
        facts={**told, "method": method, "grade": method.grade},
        decision=decision,
        occurred_at=claimed,
        not_before=earliest,
        audience=audience(case.collector_id, uow.actor.user),
    )
    if isinstance(outcome, Refused):  # a witness verb has no refusal; the type does not know
        return outcome
    cause = outcome.receipt.entry_id
    holding.place(uow, agreement, loaded.terms, caused_by=cause)
    if outcome.breach is None:
        _supersede_others(uow, loaded, cause)
    else:
        rule_ids = outcome.breach.refusing_ids
        open_alert(uow, agreement, kind=BREACH_ALERT, detail={"rules": rule_ids}, cause=cause)
    uow.wake(Wake.AGREEMENTS)
    return outcome


def accept(uow: UnitOfWork, agreement_id: AgreementId, *, reason: str) -> Applied | Refused:
    """A person has looked at a signature given in breach and lets it stand; it will be sealed.

    Raises:
        NotFoundError: There is no such agreement.
        InvalidError: No reason is given.
    Evidence: agreement:signature:accepted.
    """
    if not reason.strip():
        raise InvalidError("Say why the signature stands.", faults=[Fault("/reason", "is empty.")])
    loaded = load(uow, agreement_id)
    outcome = uow.apply(
        loaded.agreement,
        "accept",
        facts={"reason": reason.strip()},
        audience=audience(loaded.case.collector_id),
    )
    if isinstance(outcome, Applied):
        _supersede_others(uow, loaded, outcome.receipt.entry_id)
        uow.wake(Wake.AGREEMENTS)
    return outcome


def _check_terms(loaded: Loaded, terms_hash: str, language: str) -> None:
    if terms_hash != loaded.agreement.terms_hash:
        raise InvalidError(
            "The signature is on other terms than this agreement's. Show the customer the present text and have "
            "it signed, or ask for a new plan.",
            faults=[Fault("/terms_hash", f"must be {loaded.agreement.terms_hash}, the hash of these terms.")],
        )
    if language not in loaded.terms.languages:
        written = ", ".join(loaded.terms.languages)
        raise InvalidError(
            "The customer cannot have read these terms in that language.",
            faults=[Fault("/language", f"must be one in which the terms are written: {written}.")],
        )


def _read_strokes(value: object) -> Strokes:
    try:
        return strokes_from_json(value)
    except InvalidError as error:
        faults = [Fault(f"/strokes{fault.pointer}", fault.detail) for fault in error.faults]
        raise InvalidError(error.detail, faults=faults) from None


def _earliest(agreement: Agreement, not_before: datetime | None, received: datetime) -> datetime:
    """Before this nobody can have signed: the phone's last server nonce, else the offer."""
    return min(not_before or agreement.offered_at or received, received)


def _judged(
    uow: UnitOfWork, rules: Rules, loaded: Loaded, method: SigningMethod, *, at: datetime
) -> Decision:
    agreement = loaded.agreement
    decision = judge(
        uow,
        rules,
        loaded.case,
        action=Action.SIGN,
        channel=Channel.ONLINE if method is SigningMethod.OWN_PHONE_CODE else Channel.VISIT,
        terms=LawTerms(plan_months=plan_months(loaded.terms)),
        at=at,
    )
    expires_at = agreement.offer_expires_at
    if agreement.state == "offered" and expires_at is not None and at <= expires_at:
        return decision
    over = Reason(
        rule_id=OFFER_OVER,
        verdict=Verdict.REFUSE,
        source="Doorstep: only a standing offer is signed",
        figure="none" if expires_at is None else expires_at.isoformat().replace("+00:00", "Z"),
        detail=f"The agreement was {agreement.state} and its offer had ended."
        if agreement.state == "offered"
        else f"The agreement was {agreement.state}, no standing offer.",
    )
    return replace(decision, verdict=Verdict.REFUSE, reasons=(over, *decision.reasons), next_lawful_at=None)


def _instalments(uow: UnitOfWork, loaded: Loaded) -> list[Instalment]:
    return [
        Instalment(
            id=uow.new_id(),
            agreement_id=loaded.agreement.id,
            no=row.no,
            due_on=row.due_on,
            amount_minor=row.amount.amount_minor,
            currency=row.amount.currency,
            met_at=None,
        )
        for row in loaded.terms.instalments
    ]


def _supersede_others(uow: UnitOfWork, loaded: Loaded, cause: EntryId) -> None:
    """One case has one plan: what was offered beside it, or ran before it, gives way."""
    others = uow.session.scalars(
        select(Agreement.id)
        .where(Agreement.case_id == loaded.case.id, Agreement.id != loaded.agreement.id)
        .where(Agreement.state.in_(_REPLACED))
        .order_by(Agreement.id)
    ).all()
    for other in others:
        supersede(uow, other, reason="The customer signed other terms.", caused_by=cause)
