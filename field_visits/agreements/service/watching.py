"""Instalments against payments: met in order, warned in writing, broken only then.

The fifth block of every agreement promises that a missed instalment is first answered by a letter and a chance
to explain and to change the plan. So a plan breaks when an instalment is unpaid after its grace, the warning is
sent, and the chance has passed too. Breaking lifts the hold (CN-PLAN-4: collection stops unless the customer
defaults on the plan); packs without such a rule get the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate
from typing import Final

from sqlalchemy import func, select

from field_visits.agreements.loading import Loaded, load, local_day, organisation_of
from field_visits.agreements.models import Agreement, Instalment
from field_visits.agreements.queries import list_instalments
from field_visits.agreements.service import holding
from field_visits.agreements.service.reaching import queue_to_customer
from field_visits.cases.loading import audience
from field_visits.cases.models import Payment
from field_visits.kernel.errors import Fault, InvalidError
from field_visits.kernel.ids import AgreementId
from field_visits.messages.models import Message
from field_visits.messages.service import open_alert
from field_visits.unit_of_work import Applied, Change, Move, Refused, UnitOfWork, Work

# House default: as long as most packs' notices; the warning names the day.
CHANCE: Final = timedelta(days=10)
WARNING: Final = "agreement_reminder"
MISSED_ALERT: Final = "instalment_missed"


@dataclass(frozen=True, slots=True)
class Watched:
    """What a sweep did: instalments met, and agreements warned, broken or completed."""

    met: int = 0
    warned: int = 0
    broken: int = 0
    completed: int = 0

    @property
    def total(self) -> int:
        return self.met + self.warned + self.broken + self.completed

    def __add__(self, other: "Watched") -> "Watched":
        return Watched(
            self.met + other.met,
            self.warned + other.warned,
            self.broken + other.broken,
            self.completed + other.completed,
        )


def meet_instalments(work: Work, *, limit: int = 1_000) -> Watched:
    """Every plan is where its verified payments put it. A sweep: one transaction a plan, safe to repeat.

    Payments of the case made from the signing on are set against the instalments in order.

    Evidence: agreement:instalment:met, agreement:plan:completed, agreement:plan:broken,
        message:delivery:queued with alert:record:opened for a warning; contact_hold:record:lifted.
    """
    done = Watched()
    after: AgreementId | None = None
    while True:
        with work() as uow:
            page = _page(uow, after, limit)
        for agreement_id in page:
            with work() as uow:
                done += watch(uow, agreement_id)
        if len(page) < limit:
            return done
        after = page[-1]


def watch(uow: UnitOfWork, agreement_id: AgreementId) -> Watched:
    """One plan is where its verified payments put it; see `meet_instalments`."""
    loaded = load(uow, agreement_id)
    agreement = loaded.agreement
    if agreement.state not in {"running", "broken"}:
        return Watched()
    rows = list_instalments(uow, agreement_id)
    newly = _newly_met(rows, _payments(uow, agreement))
    unmet = [row for row in rows if row.met_at is None and row.no not in {one.row.no for one in newly}]
    done = Watched(met=len(newly))
    who = audience(loaded.case.collector_id)
    changes = [Change(one.row, {"met_at": one.at}) for one in newly]
    numbers = {"instalments": [one.row.no for one in newly]}
    if not unmet:
        outcome = uow.apply(agreement, "complete", rows=changes, facts=numbers, audience=who)
        if isinstance(outcome, Applied):
            holding.release(
                uow, agreement, loaded.case, reason="The plan is paid.", caused_by=outcome.receipt.entry_id
            )
        return done + Watched(completed=1)
    if newly:
        uow.apply(agreement, "meet", rows=changes, facts=numbers, audience=who)
    if agreement.state == "running":
        done += _warn_or_break(uow, loaded, unmet[0])
    return done


def resume(uow: UnitOfWork, agreement_id: AgreementId, *, reason: str) -> Applied | Refused:
    """A broken plan runs again, and collection stops again.

    Raises:
        NotFoundError: There is no such agreement.
        InvalidError: No reason is given.
    Evidence: agreement:plan:resumed, contact_hold:record:placed; refused while an instalment is still missed.
    """
    if not reason.strip():
        raise InvalidError("Say why the plan runs again.", faults=[Fault("/reason", "is empty.")])
    loaded = load(uow, agreement_id)
    agreement = loaded.agreement
    move = Move(
        agreement,
        "resume",
        facts={"reason": reason.strip()},
        audience=audience(loaded.case.collector_id),
    )
    today = local_day(organisation_of(uow), uow.now)
    missed = [row for row in list_instalments(uow, agreement_id) if _is_missed(agreement, row, today)]
    if agreement.state == "broken" and missed:
        detail = f"Instalment {missed[0].no} is still unpaid. Record the payment, or draft a plan that fits."
        return uow.refuse(move, detail)
    outcome = uow.apply_all([move])
    if isinstance(outcome, Refused):
        return outcome
    holding.place(uow, agreement, loaded.terms, caused_by=outcome[0].receipt.entry_id)
    return outcome[0]


@dataclass(frozen=True, slots=True)
class _Met:
    row: Instalment
    at: datetime


def _page(uow: UnitOfWork, after: AgreementId | None, limit: int) -> Sequence[AgreementId]:
    query = select(Agreement.id).where(Agreement.state.in_(["running", "broken"]))
    if after is not None:
        query = query.where(Agreement.id > after)
    return uow.session.scalars(query.order_by(Agreement.id).limit(limit)).all()


def _payments(uow: UnitOfWork, agreement: Agreement) -> Sequence[Payment]:
    return uow.session.scalars(
        select(Payment)
        .where(Payment.case_id == agreement.case_id, Payment.state == "verified")
        .where(Payment.currency == agreement.currency, Payment.paid_at >= agreement.signed_at)
        .order_by(Payment.paid_at, Payment.id)
    ).all()


def _newly_met(rows: Sequence[Instalment], payments: Sequence[Payment]) -> list[_Met]:
    """Each instalment is met by the payment with which the sum of payments reaches the sum of instalments."""
    paid = list(accumulate(payment.amount_minor for payment in payments))
    newly, at = [], 0
    for row, due in zip(rows, accumulate(row.amount_minor for row in rows), strict=True):
        while at < len(paid) and paid[at] < due:
            at += 1
        if at == len(paid):
            break
        if row.met_at is None:
            newly.append(_Met(row, payments[at].paid_at))
    return newly


def _is_missed(agreement: Agreement, row: Instalment, today: date) -> bool:
    return row.met_at is None and today > row.due_on + timedelta(days=agreement.grace_days)


def _warn_or_break(uow: UnitOfWork, loaded: Loaded, row: Instalment) -> Watched:
    agreement = loaded.agreement
    organisation = organisation_of(uow)
    today = local_day(organisation, uow.now)
    if not _is_missed(agreement, row, today):
        return Watched()
    warned_at = uow.session.scalar(
        select(func.max(Message.queued_at)).where(
            Message.about_id == agreement.id, Message.template == WARNING, Message.state != "failed"
        )
    )
    # A warning of an earlier instalment warned of that one alone.
    warned_on = None if warned_at is None else local_day(organisation, warned_at)
    if warned_on is None or not _is_missed(agreement, row, warned_on):
        queue_to_customer(uow, agreement, loaded.case, template=WARNING, day=today + CHANCE)
        open_alert(uow, agreement, kind=MISSED_ALERT, detail={"instalment": row.no})
        return Watched(warned=1)
    if today <= warned_on + CHANCE:
        return Watched()
    outcome = uow.apply(
        agreement,
        "break",
        facts={"instalment": row.no, "warned_at": warned_at},
        audience=audience(loaded.case.collector_id),
    )
    if isinstance(outcome, Refused):
        return Watched()
    holding.release(
        uow,
        agreement,
        loaded.case,
        reason=f"Instalment {row.no} was not paid after a warning.",
        caused_by=outcome.receipt.entry_id,
    )
    return Watched(broken=1)
