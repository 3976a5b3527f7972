"""By when each complaint is answered. Pure; the figures come with the complaint."""

from datetime import date, datetime

from field_visits.compliance.clocks.clock import Cited, Clock, ClockState, Note, Step, Title, What
from field_visits.compliance.clocks.days import after_days, local_day
from field_visits.compliance.clocks.facts import ClockFacts, Objection

_DOUBTFUL = frozenset({"L", "L+"})


def complaints(facts: ClockFacts, as_of: datetime) -> tuple[Clock, ...]:
    """One clock for each complaint, in the order they came."""
    today = local_day(as_of, facts.zone)
    return tuple(_clock(one, facts.zone, today) for one in facts.objections)


def _clock(one: Objection, zone: str, today: date) -> Clock:
    term = one.term
    received = local_day(one.at, zone)
    days = term.days if one.complex_since is None else term.complex_days
    if one.extended is not None:
        days = term.complex_days + term.extension_days
    due = after_days(received, days)
    answered = None if one.answered is None else local_day(one.answered.at, zone)
    is_late = (answered or today) > due
    state = ClockState.RUN_OUT if is_late else ClockState.RUNNING
    if answered is not None:
        # Answered late is over and done: it stays visible by its dates, and no longer alarms.
        state = ClockState.CLOSED if is_late else ClockState.SATISFIED
    told = (
        (What.COMPLAINT_RECEIVED, one),
        (What.FOUND_COMPLEX, one.complex_since),
        (What.EXTENDED, one.extended),
        (What.ANSWERED, one.answered),
    )
    return Clock(
        id=f"{Title.COMPLAINT}:{one.evidence_id}",
        title=Title.COMPLAINT,
        rules=(Cited(term.rule_id, term.source, term.confidence),),
        state=state,
        since=received,
        due=due,
        steps=tuple(
            Step(local_day(event.at, zone), what, event.evidence_id)
            for what, event in told
            if event is not None
        ),
        notes=(Note.LOW_CONFIDENCE,) if term.confidence in _DOUBTFUL else (),
    )
