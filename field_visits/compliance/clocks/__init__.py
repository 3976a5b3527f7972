"""Legal clocks of a case, computed from evidence: what runs, until when, and which entry says so. Pure.

No table and no wall clock: `as_of` may be any past or future instant, and what happened after it changes nothing.
"""

from dataclasses import replace
from datetime import datetime

from field_visits.compliance.clocks.breathing_space import breathing_space
from field_visits.compliance.clocks.clock import Clock, Title, alarm_of
from field_visits.compliance.clocks.complaints import complaints
from field_visits.compliance.clocks.days import BRITAIN, CHINA, local_day
from field_visits.compliance.clocks.effective_collection import effective_collection
from field_visits.compliance.clocks.facts import ClockFacts
from field_visits.compliance.clocks.limitation import limitation
from field_visits.compliance.clocks.retention import retention
from field_visits.compliance.clocks.windows import dispute_window, validation_notice

_IN_CHINA = frozenset({Title.LIMITATION, Title.EFFECTIVE_COLLECTION, Title.ARREARS})


def clocks_of(facts: ClockFacts, as_of: datetime) -> tuple[Clock, ...]:
    """Every clock that speaks to the case, as it stood, or will stand if nothing more happens, at `as_of`.

    Raises:
        ValueError: `as_of` is naive or outside the years that can be judged.
    """
    known = facts.until(as_of)
    found: list[Clock] = []
    if known.applies("CN"):
        found += [limitation(known, as_of), *effective_collection(known, as_of)]
    if known.applies("US"):
        found += [validation_notice(known, as_of), dispute_window(known, as_of)]
    # The country's code differs between packs and statutes.
    if known.applies("UK", "GB"):
        found.append(breathing_space(known, as_of))
    found += [*complaints(known, as_of), retention(known, as_of)]
    return tuple(_timed(clock, known, as_of) for clock in found)


def _timed(clock: Clock, facts: ClockFacts, as_of: datetime) -> Clock:
    if clock.due is None:
        return replace(clock, alarm=alarm_of(clock.title, clock.state, None))
    left = (clock.due - local_day(as_of, _zone_of(clock, facts))).days
    return replace(clock, days_left=left, alarm=alarm_of(clock.title, clock.state, left))


def _zone_of(clock: Clock, facts: ClockFacts) -> str:
    if clock.title in _IN_CHINA or (clock.title is Title.RETENTION and facts.applies("CN")):
        return CHINA
    return BRITAIN if clock.title is Title.BREATHING_SPACE else facts.zone
