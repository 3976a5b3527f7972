"""Terms become an offer that can be signed, and what else may become of them before and after."""

from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from field_visits.agreements.authority import authority_of, plan_months
from field_visits.agreements.loading import Loaded, load, organisation_of
from field_visits.agreements.models import Agreement
from field_visits.agreements.service import holding
from field_visits.agreements.service.drafting import debt_of
from field_visits.cases.judging import Rules, judge
from field_visits.cases.loading import audience
from field_visits.cases.service.work import latest_balance
from field_visits.compliance.facts import Action, Channel
from field_visits.compliance.facts import Terms as LawTerms
from field_visits.kernel.errors import Fault, InvalidError
from field_visits.kernel.ids import AgreementId, EntryId
from field_visits.unit_of_work import Applied, Move, Refused, UnitOfWork

# House defaults. A figure worked out on somebody's income of this month is no offer for the next season.
OFFER_STANDS: Final = timedelta(days=14)
LONGEST_OFFER: Final = timedelta(days=30)


def offer(
    uow: UnitOfWork,
    rules: Rules,
    agreement_id: AgreementId,
    *,
    channel: Channel = Channel.VISIT,
    expires_at: datetime | None = None,
) -> Applied | Refused:
    """The terms may be signed until `expires_at` (14 days, or the first due date if that is sooner).

    Raises:
        NotFoundError: There is no such agreement.
        InvalidError: The offer would have ended already, stand longer than 30 days, or outlast the day before
            the first instalment.
    Evidence: agreement:terms:offered; refused by the rules (Action.OFFER), beyond the caller's authority, or
        when the debt has changed since the draft.
    """
    loaded = load(uow, agreement_id)
    agreement, case, terms = loaded.agreement, loaded.case, loaded.terms
    move = Move(agreement, "offer", audience=audience(case.collector_id))
    if case.state != "open":
        return uow.refuse(move, f"Nothing is offered in a case that is {case.state}.")
    authority = authority_of(uow.actor)
    objection = None if authority is None else authority.objection(terms)
    if objection is not None:
        return uow.refuse(move, f"This plan needs approval: {objection}. Submit it.")
    balance = latest_balance(uow, case.id)
    if balance is None or debt_of(balance) != terms.debt:
        return uow.refuse(move, "What is owed has changed since these terms were drafted. Draft them anew.")
    last = _first_due_at(uow, loaded)
    if last <= uow.now:
        return uow.refuse(move, "The first instalment of these terms is due already. Draft them anew.")
    decision = judge(
        uow,
        rules,
        case,
        action=Action.OFFER,
        channel=channel,
        terms=LawTerms(plan_months=plan_months(terms)),
    )
    return uow.apply(
        agreement,
        "offer",
        changes={
            "offered_at": uow.now,
            "offer_expires_at": _expiry(uow.now, expires_at, last),
            "approved_by": uow.actor.user,
        },
        facts={"terms_hash": agreement.terms_hash, "channel": channel},
        decision=decision,
        audience=audience(case.collector_id),
    )


def decline(uow: UnitOfWork, agreement_id: AgreementId, *, reason: str | None = None) -> Applied | Refused:
    """The customer does not want this plan; saying no has no consequence of its own.

    Raises:
        NotFoundError: There is no such agreement.
    Evidence: agreement:terms:declined.
    """
    loaded = load(uow, agreement_id)
    facts = {"reason": reason}
    return uow.apply(loaded.agreement, "decline", facts=facts, audience=audience(loaded.case.collector_id))


def withdraw(uow: UnitOfWork, agreement_id: AgreementId, *, reason: str) -> Applied | Refused:
    """The organisation takes the terms back; a signature given in breach is thereby void and its hold lifted.

    Raises:
        NotFoundError: There is no such agreement.
        InvalidError: No reason is given.
    Evidence: agreement:terms:withdrawn.
    """
    return _end(uow, load(uow, agreement_id), "withdraw", _reason(reason))


def supersede(
    uow: UnitOfWork, agreement_id: AgreementId, *, reason: str, caused_by: EntryId | None = None
) -> Applied | Refused:
    """Other terms take the place of these; the hold of a running plan is lifted (theirs stands beside it).

    Raises:
        NotFoundError: There is no such agreement.
        InvalidError: No reason is given.
    Evidence: agreement:terms:superseded.
    """
    return _end(uow, load(uow, agreement_id), "supersede", _reason(reason), caused_by=caused_by)


def _end(
    uow: UnitOfWork, loaded: Loaded, verb: str, reason: str, *, caused_by: EntryId | None = None
) -> Applied | Refused:
    agreement: Agreement = loaded.agreement
    outcome = uow.apply(
        agreement,
        verb,
        facts={"reason": reason},
        cause=caused_by,
        audience=audience(loaded.case.collector_id),
    )
    if isinstance(outcome, Applied):
        holding.release(uow, agreement, loaded.case, reason=reason, caused_by=outcome.receipt.entry_id)
    return outcome


def _reason(reason: str) -> str:
    if not reason.strip():
        raise InvalidError("Say why.", faults=[Fault("/reason", "is empty.")])
    return reason.strip()


def _first_due_at(uow: UnitOfWork, loaded: Loaded) -> datetime:
    """The beginning of the first due day in the organisation's zone."""
    zone = ZoneInfo(organisation_of(uow).timezone)
    return datetime.combine(loaded.terms.first_due_on, time(), zone)


def _expiry(now: datetime, asked: datetime | None, last: datetime) -> datetime:
    if asked is None:
        return min(now + OFFER_STANDS, last)
    if not now < asked <= min(now + LONGEST_OFFER, last):
        raise InvalidError(
            "The offer cannot end then.",
            faults=[
                Fault(
                    "/expires_at",
                    f"must lie after now, within {LONGEST_OFFER.days} days, and before the first due date.",
                )
            ],
        )
    return asked
