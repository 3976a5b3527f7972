"""The validation notice and the dispute window of the United States. Pure."""

from datetime import date, datetime

from field_visits.compliance.clocks.clock import Cited, Clock, ClockState, Note, Step, Title, What, Why
from field_visits.compliance.clocks.days import after_days, after_weekdays, local_day
from field_visits.compliance.clocks.facts import ClockFacts

NOTICE_DAYS = 5
WINDOW_DAYS = 30
# Receipt may be assumed five days after sending, not counting weekends and federal holidays. No seven weekdays
# hold more than two such holidays, so the seventh is late enough in every year without a calendar.
ASSUMED_RECEIPT_WEEKDAYS = 7
NOTICE_RULES = (Cited("US-VAL-1", "12 CFR 1006.34(a)(1)", "H"),)
WINDOW_RULES = (
    Cited("US-VAL-2", "12 CFR 1006.34, 1006.38; 15 USC 1692g", "M"),
    Cited("US-VAL-2", "12 CFR 1006.34(b)(5)", "L+"),
)


def validation_notice(facts: ClockFacts, as_of: datetime) -> Clock:
    """Whether the notice went out with the first communication or within five days after it."""
    zone = facts.zone
    first = min(facts.initial_communications, key=lambda one: (one.at, one.evidence_id), default=None)
    since = None if first is None else local_day(first.at, zone)
    due = None if since is None else after_days(since, NOTICE_DAYS)
    steps = [] if first is None or since is None else [Step(since, What.FIRST_CONTACT, first.evidence_id)]
    is_sent = False
    for sent in facts.validation_sent:
        on = local_day(sent.at, zone)
        late = due is not None and on > due
        steps.append(Step(on, What.NOTICE_SENT, sent.evidence_id, not late, Why.TOO_LATE if late else None))
        is_sent = is_sent or not late
    is_past = due is not None and local_day(as_of, zone) > due
    if is_sent:
        state = ClockState.SATISFIED
    elif due is None:
        state = ClockState.NOT_STARTED
    elif is_past:
        state = ClockState.RUN_OUT
    else:
        state = ClockState.RUNNING
    return Clock(
        id=Title.VALIDATION_NOTICE,
        title=Title.VALIDATION_NOTICE,
        rules=NOTICE_RULES,
        state=state,
        since=since,
        due=due,
        steps=tuple(steps),
    )


def dispute_window(facts: ClockFacts, as_of: datetime) -> Clock:
    """The 30 days in which a written dispute stops collection until verification is sent."""
    zone = facts.zone
    received = _receipt(facts)
    due = None if received is None else after_days(received.on, WINDOW_DAYS)
    steps = [] if received is None else [received]
    last_dispute: datetime | None = None
    for dispute in facts.disputes:
        on = local_day(dispute.at, zone)
        late = due is not None and on > due
        steps.append(Step(on, What.DISPUTED, dispute.evidence_id, not late, Why.TOO_LATE if late else None))
        last_dispute = last_dispute if late else dispute.at
    is_answered = last_dispute is None
    for answer in facts.verifications:
        counts = last_dispute is not None and answer.at >= last_dispute
        why = None if counts else Why.NOT_NEEDED
        steps.append(Step(local_day(answer.at, zone), What.VERIFIED, answer.evidence_id, counts, why))
        is_answered = is_answered or counts
    notes = []
    if received is not None and received.what is What.NOTICE_ASSUMED_RECEIVED:
        notes.append(Note.ASSUMED_RECEIPT)
    return Clock(
        id=Title.DISPUTE_WINDOW,
        title=Title.DISPUTE_WINDOW,
        rules=WINDOW_RULES,
        state=_window_state(local_day(as_of, zone), due, is_answered=is_answered),
        since=None if received is None else received.on,
        due=due,
        steps=tuple(sorted(steps, key=lambda one: (one.on, one.what, str(one.evidence_id)))),
        notes=tuple(notes),
    )


def _window_state(today: date, due: date | None, *, is_answered: bool) -> ClockState:
    if not is_answered:
        return ClockState.PAUSED
    if due is None:
        return ClockState.NOT_STARTED
    return ClockState.RUNNING if today <= due else ClockState.CLOSED


def _receipt(facts: ClockFacts) -> Step | None:
    """The proved receipt, else the assumed one, of the earliest notice."""
    for one in facts.validation_received:
        return Step(local_day(one.at, facts.zone), What.NOTICE_RECEIVED, one.evidence_id)
    for sent in facts.validation_sent:
        on = after_weekdays(local_day(sent.at, facts.zone), ASSUMED_RECEIPT_WEEKDAYS)
        return Step(on, What.NOTICE_ASSUMED_RECEIVED, sent.evidence_id)
    return None
