"""The earliest day on which a case's records may be disposed of. Pure."""

from datetime import date, datetime

from field_visits.compliance.clocks.clock import Cited, Clock, ClockState, Note, Step, Title, What
from field_visits.compliance.clocks.days import CHINA, after_years, local_day
from field_visits.compliance.clocks.facts import ClockFacts, Dated

CHINA_YEARS = 2
AMERICA_YEARS = 3
_CHINA_RULES = (
    Cited("CN-REC-2", "商业银行信用卡业务监督管理办法 art. 68", "M+"),
    Cited("CN-PLAN-5", "商业银行信用卡业务监督管理办法 art. 70", "M+"),
)
_AMERICA_RULES = (Cited("US-RET-1", "12 CFR 1006.100", "H"),)


def retention(facts: ClockFacts, as_of: datetime) -> Clock:
    """The latest of all terms that apply; none while a hold binds or an oral plan is not settled."""
    in_china, in_america = facts.applies("CN"), facts.applies("US")
    zone = CHINA if in_china else facts.zone
    last = facts.activity[-1] if facts.activity else None
    since = None if last is None else local_day(last.at, zone)
    ends = []
    if since is not None and in_china:
        ends.append(after_years(since, CHINA_YEARS))
    if since is not None and in_america:
        ends.append(after_years(since, AMERICA_YEARS))
    steps = _steps(facts, last, zone)
    notes = []
    if any(one.lifted is None for one in facts.freezes):
        notes.append(Note.HELD)
    if in_china and facts.oral_plans and not facts.settled:
        notes.append(Note.UNSETTLED_ORAL_PLAN)
    blocked = bool(notes)
    if in_china:
        notes.append(Note.FROM_LAST_ACTIVITY)
    due = None if blocked or not ends else max(ends)
    return Clock(
        id=Title.RETENTION,
        title=Title.RETENTION,
        rules=(*(_CHINA_RULES if in_china else ()), *(_AMERICA_RULES if in_america else ())),
        state=_state(due, local_day(as_of, zone), blocked=blocked),
        since=since,
        due=due,
        steps=steps,
        notes=tuple(notes),
    )


def _state(due: date | None, today: date, *, blocked: bool) -> ClockState:
    if blocked:
        return ClockState.PAUSED
    if due is None:
        return ClockState.NOT_STARTED
    return ClockState.RUNNING if today < due else ClockState.SATISFIED


def _steps(facts: ClockFacts, last: Dated | None, zone: str) -> tuple[Step, ...]:
    told: list[tuple[What, Dated]] = [(What.ORAL_PLAN, one) for one in facts.oral_plans]
    for freeze in facts.freezes:
        told.append((What.HELD, freeze))
        if freeze.lifted is not None:
            told.append((What.HOLD_LIFTED, freeze.lifted))
    if last is not None:
        told.append((What.LAST_ACTIVITY, last))
    told += [(What.SETTLED, one) for one in facts.settled[:1]]
    steps = (Step(local_day(event.at, zone), what, event.evidence_id) for what, event in told)
    return tuple(sorted(steps, key=lambda one: (one.on, one.what, str(one.evidence_id))))
