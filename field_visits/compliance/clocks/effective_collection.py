"""Effective collection of a credit card in China: two provable demands, 30 days apart, of an overdue debt. Pure.

A legal test for lawyers. It is never said to a customer, and never a threat.
"""

from datetime import date, datetime

from field_visits.compliance.clocks.clock import Cited, Clock, ClockState, Note, Step, Title, What, Why
from field_visits.compliance.clocks.days import CHINA, after_days, after_months, local_day
from field_visits.compliance.clocks.facts import ClockFacts, Demand, Grade
from field_visits.compliance.clocks.limitation import MAY_TAKE

APART_DAYS = 30
ARREARS_MONTHS = 3
RULES = (
    Cited("CN-EFF-1", "法释〔2018〕19号 art. 7", "H"),
    Cited("CN-EFF-3", "法释〔2018〕19号 art. 7, 9", "H"),
)
ARREARS_RULES = (Cited("CN-EFF-2", "法释〔2018〕19号 art. 6, 8, 9", "H"),)


def effective_collection(facts: ClockFacts, as_of: datetime) -> tuple[Clock, ...]:
    """Which two demands satisfy the test, or what is missing; then the three months after the second.

    Receipt must be confirmed, so a message to a reserved contact alone does not do, though it interrupts
    limitation. «After the term was exceeded» is after the due date, or after the day by which the debt was
    overdue at the latest.
    """
    overdue = facts.due_on or facts.overdue_by
    notes = [Note.FORM_OF_PROOF]
    if facts.due_on is None:
        notes.append(Note.DUE_DATE_NOT_RECORDED if overdue is None else Note.OVERDUE_BY_PLACEMENT)
    steps: list[Step] = []
    first: date | None = None
    second: date | None = None
    for demand in facts.demands:
        on = local_day(demand.at, CHINA)
        why = _why_not(demand, on, overdue, first, second)
        steps.append(Step(on, What.DEMAND, demand.evidence_id, why is None, why))
        if why is None:
            first, second = (on, None) if first is None else (first, on)
    if overdue is None:
        state = ClockState.NOT_RECORDED
    elif first is None:
        state = ClockState.NOT_STARTED
    else:
        state = ClockState.RUNNING if second is None else ClockState.SATISFIED
    if overdue is not None and second is None:
        notes.append(Note.FIRST_DEMAND_MISSING if first is None else Note.SECOND_DEMAND_MISSING)
    if facts.settled and second is None:
        state = ClockState.CLOSED
    test = Clock(
        id=Title.EFFECTIVE_COLLECTION,
        title=Title.EFFECTIVE_COLLECTION,
        rules=RULES,
        state=state,
        since=first,
        due=second or (None if first is None else after_days(first, APART_DAYS)),
        steps=tuple(steps),
        notes=tuple(notes),
    )
    return (test,) if second is None else (test, _arrears(facts, second, local_day(as_of, CHINA)))


def _arrears(facts: ClockFacts, second: date, today: date) -> Clock:
    due = after_months(second, ARREARS_MONTHS)
    state = ClockState.SATISFIED if today > due else ClockState.RUNNING
    return Clock(
        id=Title.ARREARS,
        title=Title.ARREARS,
        rules=ARREARS_RULES,
        state=ClockState.CLOSED if facts.settled else state,
        since=second,
        due=due,
        notes=(Note.INFORMATION_ONLY,),
    )


def _why_not(  # noqa: PLR0911 - one line a reason
    demand: Demand, on: date, overdue: date | None, first: date | None, second: date | None
) -> Why | None:
    if demand.grade is Grade.UNPROVED:
        return Why.UNPROVED
    if demand.grade is Grade.TO_RESERVED_CONTACT:
        return Why.RECEIPT_NOT_CONFIRMED
    if demand.recipient not in MAY_TAKE:
        return Why.WRONG_RECIPIENT
    if overdue is None or on <= overdue:
        return Why.BEFORE_DUE
    if second is not None:
        return Why.NOT_NEEDED
    if first is not None and on < after_days(first, APART_DAYS):
        return Why.TOO_SOON
    return None
