"""Promises to pay, and whether payments kept them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select

from field_visits.cases import words
from field_visits.cases.loading import audience, collectors_of, require, require_case
from field_visits.cases.models import Case, Payment, Promise
from field_visits.cases.service.payments import require_debt_currency
from field_visits.kernel.ids import CaseId, EntryId, PromiseId
from field_visits.kernel.money import Money
from field_visits.unit_of_work import Applied, Born, Move, Refused, UnitOfWork

LONGEST = timedelta(days=366)
# A payment made on the due date may be seen a day later (law.md §3c: «check ledger at D+1»).
GRACE = timedelta(days=1)
SWEEP = 500


def record_promise(
    uow: UnitOfWork,
    case_id: CaseId,
    *,
    amount: Money,
    due_on: date,
    promised_by: str,
    promised_at: datetime,
    caused_by: EntryId | None = None,
) -> Born[Promise] | Refused:
    """Somebody promised to pay `amount` by `due_on`. A witness verb: it was said.

    Raises:
        NotFoundError: There is no such case.
        InvalidError: The amount is not positive or in another currency than the debt, the date is before
            the promise or more than a year after it, or the person may not be collected from.
    Evidence: promise:record:recorded.
    """
    case = require_case(uow, case_id)
    require_debt_currency(uow, case_id, amount)
    # A day of tolerance: the local date where it was said may be before that of UTC.
    earliest = promised_at.date() - timedelta(days=1)
    if not earliest <= due_on <= promised_at.date() + LONGEST:
        raise words.invalid(
            "The promise's date cannot be true.", "/due_on", "from the promise's day, within a year"
        )
    person = words.word(promised_by, words.PersonMet, "/promised_by")
    if person not in {words.PersonMet.SELF, words.PersonMet.GUARANTOR}:
        # CN-3P-1: nobody else is collected from.
        raise words.invalid(
            "Only the customer or a guarantor promises to pay.", "/promised_by", "one of self, guarantor"
        )
    promise = Promise(
        id=PromiseId(uow.new_id()),
        case_id=case_id,
        amount_minor=amount.amount_minor,
        currency=amount.currency,
        due_on=due_on,
        promised_by=person.value,
        promised_at=promised_at,
    )
    return uow.bear(
        promise, "record", occurred_at=promised_at, cause=caused_by, audience=audience(case.collector_id)
    )


def keep_promise(uow: UnitOfWork, promise_id: PromiseId, *, reason: str) -> Applied | Refused:
    """A person found the promise kept. Evidence: promise:term:kept. Raises NotFoundError, InvalidError."""
    return _judge(uow, promise_id, "keep", reason)


def break_promise(uow: UnitOfWork, promise_id: PromiseId, *, reason: str) -> Applied | Refused:
    """A person found the promise broken. Evidence: promise:term:broken. Raises as `keep_promise`."""
    return _judge(uow, promise_id, "break", reason)


def release_promise(uow: UnitOfWork, promise_id: PromiseId, *, reason: str) -> Applied | Refused:
    """The promise binds no longer, without blame. Evidence: promise:term:released. Raises as `keep_promise`."""
    return _judge(uow, promise_id, "release", reason)


def judge_promises(uow: UnitOfWork) -> int:
    """Every open promise whose payments suffice is kept; every one past its day and a day of grace, broken.

    Payments count when verified, in the promise's currency, and paid after it was made; the oldest promise
    of a case takes them first. The number judged; a sweep, safe to repeat.
    """
    open_cases = uow.session.scalars(
        select(Promise.case_id).where(Promise.state == "open").distinct().order_by(Promise.case_id)
    ).all()
    judged = 0
    for start in range(0, len(open_cases), SWEEP):
        moves = _judgements(uow, open_cases[start : start + SWEEP])
        if moves:
            uow.apply_all(moves)
        judged += len(moves)
    return judged


def _judgements(uow: UnitOfWork, cases: Sequence[CaseId]) -> list[Move]:
    """What is to be said of the open promises of these cases."""
    payments: dict[CaseId, list[Payment]] = defaultdict(list)
    for payment in uow.session.scalars(
        select(Payment).where(Payment.case_id.in_(cases), Payment.state == "verified")
    ):
        payments[payment.case_id].append(payment)
    # Promises kept before have used up their payments.
    promises = uow.session.scalars(
        select(Promise)
        .where(Promise.case_id.in_(cases), Promise.state.in_(["open", "kept"]))
        .order_by(Promise.due_on, Promise.id)
        .with_for_update()
    )
    spent: dict[CaseId, int] = defaultdict(int)
    collectors = collectors_of(uow, cases)
    moves = []
    for promise in promises:
        paid = sum(
            payment.amount_minor
            for payment in payments[promise.case_id]
            if payment.paid_at >= promise.promised_at and payment.currency == promise.currency
        )
        free = paid - spent[promise.case_id]
        is_kept = promise.state == "kept" or free >= promise.amount_minor
        if is_kept:
            spent[promise.case_id] += promise.amount_minor
        is_broken = not is_kept and promise.due_on + GRACE < uow.now.date()
        if promise.state == "open" and (is_kept or is_broken):
            told = audience(collectors.get(promise.case_id))
            verb = "keep" if is_kept else "break"
            moves.append(Move(promise, verb, facts={"paid_minor": free}, audience=told))
    return moves


def _judge(uow: UnitOfWork, promise_id: PromiseId, verb: str, reason: str) -> Applied | Refused:
    promise = require(uow, Promise, promise_id)
    collector = uow.session.get_one(Case, promise.case_id).collector_id
    return uow.apply(
        promise, verb, facts={"reason": words.prose(reason, "/reason")}, audience=audience(collector)
    )
