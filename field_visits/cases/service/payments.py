"""Money that was reported, and whether it was seen. No cash passes through private hands (law.md §3b)."""

from datetime import datetime, timedelta

from field_visits.cases import words
from field_visits.cases.loading import audience, require, require_case
from field_visits.cases.models import Case, Payment
from field_visits.cases.service.work import latest_balance
from field_visits.compliance.facts import EARLIEST
from field_visits.kernel.ids import CaseId, EntryId, PaymentId
from field_visits.kernel.money import Money
from field_visits.unit_of_work import Applied, Born, Refused, UnitOfWork

CLOCK_SKEW = timedelta(minutes=10)


def report_payment(
    uow: UnitOfWork,
    case_id: CaseId,
    *,
    amount: Money,
    paid_at: datetime,
    method: str,
    reference: str = "",
    caused_by: EntryId | None = None,
) -> Born[Payment] | Refused:
    """Somebody says that this was paid; it counts once it is verified.

    `reference` is the bank's or gateway's number of the payment: one number, one payment.

    Raises:
        NotFoundError: There is no such case.
        InvalidError: The amount is not positive or in another currency than the debt, the time lies in the
            future, or the method is not known (cash to a collector is none).
    Evidence: payment:record:reported, refused when the reference is recorded already.
    """
    case = require_case(uow, case_id)
    require_debt_currency(uow, case_id, amount)
    if not EARLIEST <= paid_at <= uow.now + CLOCK_SKEW:
        raise words.invalid(
            "A payment is reported after it was made.", "/paid_at", "must not lie in the future"
        )
    payment = Payment(
        id=PaymentId(uow.new_id()),
        case_id=case_id,
        reference=words.optional_line(reference, "/reference", longest=words.MAX_REFERENCE) or "",
        amount_minor=amount.amount_minor,
        currency=amount.currency,
        paid_at=paid_at,
        method=words.word(method, words.PaymentMethod, "/method").value,
    )
    return uow.bear(
        payment, "report", audience=audience(case.collector_id), cause=caused_by, occurred_at=paid_at
    )


def verify_payment(uow: UnitOfWork, payment_id: PaymentId, *, source: str) -> Applied | Refused:
    """The money was seen in `source` (a ledger, a gateway); it counts from now on.

    Raises:
        NotFoundError: There is no such payment.
        InvalidError: No source is named.
    Evidence: payment:check:verified.
    """
    return _check(uow, payment_id, "verify", {"source": words.line(source, "/source")})


def reject_payment(uow: UnitOfWork, payment_id: PaymentId, *, reason: str) -> Applied | Refused:
    """The money was not found.

    Raises:
        NotFoundError: There is no such payment.
        InvalidError: No reason is given.
    Evidence: payment:check:rejected.
    """
    return _check(uow, payment_id, "reject", {"reason": words.prose(reason, "/reason")})


def require_debt_currency(uow: UnitOfWork, case_id: CaseId, amount: Money) -> None:
    """`amount` is positive and in the currency of the debt; otherwise InvalidError."""
    if amount.amount_minor <= 0:
        raise words.invalid("The amount is not positive.", "/amount/amount_minor", "at least 1")
    balance = latest_balance(uow, case_id)
    if balance is not None and balance.currency != amount.currency:
        raise words.invalid(
            "The amount is in another currency than the debt.",
            "/amount/currency",
            f"must be {balance.currency}",
        )


def _check(uow: UnitOfWork, payment_id: PaymentId, verb: str, facts: dict[str, str]) -> Applied | Refused:
    payment = require(uow, Payment, payment_id)
    collector = uow.session.get_one(Case, payment.case_id).collector_id
    return uow.apply(payment, verb, facts=facts, audience=audience(collector))
