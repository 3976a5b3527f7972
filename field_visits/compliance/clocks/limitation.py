"""Limitation in China: three years, begun anew by each interruption that counts. Pure."""

from datetime import date, datetime

from field_visits.compliance.clocks.clock import Cited, Clock, ClockState, Note, Step, Title, What, Why
from field_visits.compliance.clocks.days import CHINA, after_years, local_day
from field_visits.compliance.clocks.facts import Act, ClockFacts, Demand, Grade, Recipient

YEARS = 3
RULES = (
    Cited("CN-LIM-1", "民法典 art. 188", "L+"),
    Cited("CN-LIM-2", "最高人民法院关于审理民事案件适用诉讼时效制度若干问题的规定 art. 8(1)", "H"),
    Cited("CN-LIM-3", "最高人民法院关于审理民事案件适用诉讼时效制度若干问题的规定 art. 8", "H"),
    Cited("CN-LIM-4", "最高人民法院关于审理民事案件适用诉讼时效制度若干问题的规定 art. 14", "H"),
    Cited("CN-LIM-5", "法释〔2021〕10号 银行卡规定 art. 3(2)", "H"),
    Cited("CN-LIM-6", "最高人民法院关于审理民事案件适用诉讼时效制度若干问题的规定 art. 19", "H"),
)
# Who may take a demand for the debtor (CN-LIM-3).
MAY_TAKE = frozenset({Recipient.SELF, Recipient.CO_RESIDENT_ADULT, Recipient.AUTHORISED})


def limitation(facts: ClockFacts, as_of: datetime) -> Clock:
    """The limitation clock of facts that are all known at `as_of`.

    An interruption on the last day still counts; one after it revives nothing (CN-LIM-6). Without a recorded
    due date the clock runs from the first interruption that counts, and says that it may have run out before.
    """
    today = local_day(as_of, CHINA)
    since, due = facts.due_on, None if facts.due_on is None else after_years(facts.due_on, YEARS)
    steps: list[Step] = []
    notes = [Note.LOW_CONFIDENCE, Note.CALENDAR]
    if facts.due_on is None:
        notes.append(Note.DUE_DATE_NOT_RECORDED)
    interrupted = False
    events: list[Demand | Act] = [*facts.demands, *facts.acts]
    for event in sorted(events, key=lambda one: (one.at, one.evidence_id)):
        on = local_day(event.at, CHINA)
        why = _why_not(event, on, facts.due_on, due)
        steps.append(Step(on, _what(event), event.evidence_id, why is None, why))
        if why is None:
            since, due, interrupted = on, after_years(on, YEARS), True
        elif why is Why.AFTER_EXPIRY and Note.SIGN_OFF_NEEDED not in notes:
            notes.append(Note.SIGN_OFF_NEEDED)
    if facts.settled:
        end = facts.settled[0]
        steps.append(Step(local_day(end.at, CHINA), What.SETTLED, end.evidence_id))
    return Clock(
        id=Title.LIMITATION,
        title=Title.LIMITATION,
        rules=RULES,
        state=_state(facts, today, due, interrupted=interrupted),
        since=since,
        due=due,
        steps=tuple(steps),
        notes=tuple(notes),
    )


def _state(facts: ClockFacts, today: date, due: date | None, *, interrupted: bool) -> ClockState:
    if facts.settled:
        return ClockState.CLOSED
    if due is None:
        return ClockState.NOT_RECORDED
    if facts.due_on is not None and today <= facts.due_on and not interrupted:
        return ClockState.NOT_STARTED
    if today > due:
        return ClockState.RUN_OUT
    return ClockState.INTERRUPTED if interrupted else ClockState.RUNNING


def _why_not(event: Demand | Act, on: date, due_on: date | None, last_day: date | None) -> Why | None:
    if event.grade is Grade.UNPROVED:
        return Why.UNPROVED
    if (
        isinstance(event, Demand)
        and event.grade is not Grade.TO_RESERVED_CONTACT
        and event.recipient not in MAY_TAKE
    ):
        return Why.WRONG_RECIPIENT
    if due_on is not None and on <= due_on:
        return Why.BEFORE_DUE
    if last_day is not None and on > last_day:
        return Why.AFTER_EXPIRY
    return None


def _what(event: Demand | Act) -> What:
    return What.DEMAND if isinstance(event, Demand) else What(event.kind.value)
