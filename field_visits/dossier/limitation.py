"""When limitation of a case ends, as the rules ask it (CN-LIM-6). Nobody who asks knows the clock."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from field_visits.cases.models import Case
from field_visits.compliance.clocks.clock import ClockState
from field_visits.compliance.clocks.days import CHINA
from field_visits.compliance.clocks.limitation import limitation
from field_visits.compliance.facts import Limitation
from field_visits.dossier.clock_facts import clock_facts_of
from field_visits.unit_of_work import UnitOfWork

_RUNS = frozenset({ClockState.RUNNING, ClockState.INTERRUPTED, ClockState.RUN_OUT})


def limitation_of(uow: UnitOfWork, case: Case) -> Limitation | None:
    """The end of the case's limitation as it stands now, with legal's approval; None where no clock of it runs."""
    facts = clock_facts_of(uow, case).until(uow.now)
    if not facts.applies("CN"):
        return None
    clock = limitation(facts, uow.now)
    if clock.state not in _RUNS or clock.due is None:
        return None
    # The last day still counts in whole.
    ends = datetime.combine(clock.due + timedelta(days=1), time(), ZoneInfo(CHINA))
    return Limitation(ends, case.expired_approved_at)
