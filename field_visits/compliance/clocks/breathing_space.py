"""Breathing space in England and Wales. Pure."""

from datetime import date, datetime

from field_visits.compliance.clocks.clock import Cited, Clock, ClockState, Note, Step, Title, What
from field_visits.compliance.clocks.days import BRITAIN, after_days, after_months, local_day
from field_visits.compliance.clocks.facts import ClockFacts, Moratorium, MoratoriumKind

STANDARD_DAYS = 60
AFTER_TREATMENT_DAYS = 30
MONTHS_BETWEEN = 12
RULES = (Cited("UK-HOLD-1", "Debt Respite Scheme Regulations 2020", "H"),)


def breathing_space(facts: ClockFacts, as_of: datetime) -> Clock:
    """The latest breathing space: its last day, and whether it still protects.

    A second standard one within twelve months of the last one's end is pointed out and protects all the same:
    whether it may stand is for the adviser and the creditor, not for a clock.
    """
    steps: list[Step] = []
    notes: list[Note] = []
    since: date | None = None
    due: date | None = None
    ended_standard: date | None = None
    for one in facts.moratoria:
        since, due = local_day(one.at, BRITAIN), _last_day(one)
        steps.extend(_steps(one))
        if one.kind is MoratoriumKind.STANDARD and due is not None:
            if ended_standard is not None and since <= after_months(ended_standard, MONTHS_BETWEEN):
                notes.append(Note.AGAIN_WITHIN_A_YEAR)
            ended_standard = due
    if since is None:
        state = ClockState.NOT_STARTED
    elif due is None:
        state = ClockState.RUNNING
        notes.append(Note.TREATMENT_NOT_ENDED)
    else:
        state = ClockState.RUNNING if local_day(as_of, BRITAIN) <= due else ClockState.CLOSED
    return Clock(
        id=Title.BREATHING_SPACE,
        title=Title.BREATHING_SPACE,
        rules=RULES,
        state=state,
        since=since,
        due=due,
        steps=tuple(steps),
        notes=tuple(dict.fromkeys(notes)),
    )


def _last_day(one: Moratorium) -> date | None:
    """Its last day; None for a crisis whose treatment goes on."""
    if one.ended is not None:
        return local_day(one.ended.at, BRITAIN)
    if one.kind is MoratoriumKind.STANDARD:
        return after_days(local_day(one.at, BRITAIN), STANDARD_DAYS)
    if one.treatment_ended is None:
        return None
    return after_days(local_day(one.treatment_ended.at, BRITAIN), AFTER_TREATMENT_DAYS)


def _steps(one: Moratorium) -> list[Step]:
    told = (
        (What.MORATORIUM_BEGAN, one),
        (What.TREATMENT_ENDED, one.treatment_ended),
        (What.MORATORIUM_ENDED, one.ended),
    )
    return [
        Step(local_day(event.at, BRITAIN), what, event.evidence_id)
        for what, event in told
        if event is not None
    ]
