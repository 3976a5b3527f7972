"""Files of payments: a creditor's or bank's list of what was paid, and where it was seen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from field_visits.cases import words
from field_visits.cases.importing import spelling, values
from field_visits.cases.importing.cells import Cells, NamedRow
from field_visits.cases.importing.changes import Difference
from field_visits.cases.importing.ground import Ground, currency_of
from field_visits.cases.importing.known_cases import cases_named, unknown_case
from field_visits.cases.importing.report import RowError
from field_visits.cases.loading import audience
from field_visits.cases.models import Balance, Case, Payment
from field_visits.cases.queries import latest_balances
from field_visits.cases.words import PaymentMethod
from field_visits.kernel.ids import CaseId, PaymentId
from field_visits.unit_of_work import Move, UnitOfWork

_REPORTS, _CHECKS = range(2)


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """A payment as a row tells it. `verified_in` None: it is reported, nobody saw the money."""

    number: int
    reference: str
    case_reference: str
    amount_minor: int
    currency: str
    paid_at: datetime
    method: str
    verified_in: str | None


def parse_payment(row: NamedRow, ground: Ground) -> PaymentRow | tuple[RowError, ...]:
    """The row's values, or everything that is wrong with it."""
    cells = Cells(row)
    reference = cells.read("reference", lambda cell: values.reference(cell, "/reference"))
    case = cells.read("case_reference", lambda cell: values.reference(cell, "/case_reference"))
    currency = cells.maybe_text("currency", currency_of) if cells.has("currency") else ground.currency
    amount = cells.read("amount", lambda cell: values.amount(cell, currency or ground.currency, "/amount"))
    if amount == 0:
        cells.fault("amount", "Nothing was paid; leave the row out.", "amount-zero")
    paid_at = cells.read(
        "paid_at", lambda cell: ground.past(values.instant(cell, ground.zone, needs_time=False))
    )
    method = cells.text("method", lambda text: spelling.word(text, PaymentMethod))
    verified_in = cells.maybe_text("verified_in", lambda text: words.line(text, "/verified_in"))
    if (
        cells.errors
        or reference is None
        or case is None
        or currency is None
        or amount is None
        or paid_at is None
        or method is None
    ):
        return tuple(cells.errors)
    return PaymentRow(row.number, reference, case, amount, currency, paid_at, method.value, verified_in)


def contradictions(rows: Iterable[PaymentRow]) -> Iterable[RowError]:
    """A payment that stands twice in one file."""
    seen: dict[str, int] = {}
    for row in rows:
        first = seen.setdefault(row.reference, row.number)
        if first != row.number:
            yield RowError(
                row.number,
                "reference",
                f"The payment {row.reference} stands in row {first} too.",
                "row-twice",
            )


class PaymentComparison:
    """See `Comparing`: a payment is known again by the bank's number of it."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow

    def differences(self, rows: Sequence[PaymentRow], *, lock: bool) -> list[Difference]:
        cases = cases_named(self._uow, [row.case_reference for row in rows], lock=lock)
        balances = latest_balances(self._uow, [case.id for case in cases.values()])
        query = select(Payment).where(
            Payment.reference.in_([row.reference for row in rows]), Payment.state != "withdrawn"
        )
        if lock:
            query = query.with_for_update().execution_options(populate_existing=True)
        recorded = {payment.reference: payment for payment in self._uow.session.scalars(query)}
        return [
            self._difference(row, cases.get(row.case_reference), balances, recorded.get(row.reference))
            for row in rows
        ]

    def _difference(
        self, row: PaymentRow, case: Case | None, balances: dict[CaseId, Balance], known: Payment | None
    ) -> Difference:
        difference = Difference(row.reference, is_new=known is None)
        if case is None:
            difference.fault(row.number, "case_reference", unknown_case(row.case_reference), "case-unknown")
            return difference
        balance = balances.get(case.id)
        if balance is not None and balance.currency != row.currency:
            detail = f"The debt is kept in {balance.currency}, and the payment is in {row.currency}."
            difference.fault(row.number, "currency", detail, "currency-differs")
            return difference
        told = audience(case.collector_id)
        if known is None:
            known = _payment(self._uow, case.id, row)
            difference.add(_REPORTS, Move(known, "report", occurred_at=row.paid_at, audience=told))
            is_verified = False
        else:
            self._compare(row, case, known, difference)
            is_verified = known.state == "verified"
        if row.verified_in is not None and not is_verified and not difference.errors:
            if not difference.is_new:
                difference.columns.append("verified_in")
            facts = {"source": row.verified_in}
            difference.add(_CHECKS, Move(known, "verify", facts=facts, audience=told))
        return difference

    @staticmethod
    def _compare(row: PaymentRow, case: Case, known: Payment, difference: Difference) -> None:
        """A recorded payment stays as it is: what the row tells otherwise is an error."""
        told = {
            "case_reference": (case.id, known.case_id),
            "amount": (row.amount_minor, known.amount_minor),
            "currency": (row.currency, known.currency),
            "paid_at": (row.paid_at, known.paid_at),
            "method": (row.method, known.method),
        }
        for column, (is_now, was) in told.items():
            if is_now != was:
                detail = f"The payment {row.reference} is recorded with another {column}; reject it and send it under a new number, or mend the row."
                difference.fault(row.number, column, detail, "payment-differs")
        if known.state == "rejected" and row.verified_in is not None:
            detail = "This payment was rejected; one that was seen after all comes under a new number."
            difference.fault(row.number, "verified_in", detail, "payment-rejected")


def _payment(uow: UnitOfWork, case_id: CaseId, row: PaymentRow) -> Payment:
    return Payment(
        id=PaymentId(uow.new_id()),
        case_id=case_id,
        reference=row.reference,
        amount_minor=row.amount_minor,
        currency=row.currency,
        paid_at=row.paid_at,
        method=row.method,
    )
