"""A collector falls ill: the rest of their day goes to others in one step.

One transaction: the absence, the new plan, each visit that changes hands. A customer keeps the window that was
promised; whoever finds no crew inside it is left out with the reason, and is for a dispatcher to call.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from field_visits.appointments import queries as appointments
from field_visits.appointments.locking import hold_all
from field_visits.cases.judging import Rules
from field_visits.kernel.errors import Fault, InvalidError
from field_visits.kernel.ids import AppointmentId, UserId
from field_visits.planning.by_hand import ByHand
from field_visits.planning.day import KnownDay, read_day
from field_visits.planning.drafting import Thought, keep, orders_that_stand
from field_visits.planning.models import DayPlan
from field_visits.planning.pace import own_pace
from field_visits.planning.problem import Posed, pose
from field_visits.planning.service import publish
from field_visits.planning.solving import insert
from field_visits.unit_of_work import Refused, UnitOfWork
from field_visits.workforce.models import Absence
from field_visits.workforce.queries import day_hours, on_duty
from field_visits.workforce.service import record_absence
from routing.distance import Travel
from routing.model import Stop
from routing.roads.city import CityTravel

NOT_PLANNED = "not-planned-before"


@dataclass(frozen=True, slots=True)
class HandedOver:
    """The absence that is on record, and the day without them; None where nobody was to be visited."""

    absence: Absence
    plan: DayPlan | None


def hand_over(
    uow: UnitOfWork,
    rules: Rules,
    collector_id: UserId,
    day: date,
    *,
    reason: str,
    roads: Travel | None = None,
) -> HandedOver | Refused:
    """The collector is absent for the rest of `day`, and others make their visits where there is room.

    Other visits stay with their crews and move only within what was promised. A visit under way stays with
    whoever makes it.

    Raises:
        InvalidError: The day is over, the person is no active collector or does not work on it any more, or no
            reason is given.
    Evidence: absence:record:recorded, and of the publication (`service.publish`), which may be refused.
    """
    hours = day_hours(uow, day)
    if hours.end <= uow.now:
        raise InvalidError("This day is over.", faults=[Fault("/day", "today or later")])
    # Every lock at once and in one order, before the first row of it is written.
    workers = on_duty(uow, hours.start, hours.end)
    of_day = appointments.binding_between(uow, hours.start, hours.end)
    people = {one.collector_id for one in workers}
    hold_all(uow, [one.id for one in of_day], [uow.actor.organisation, collector_id, *people])
    since = max(uow.now, hours.start)
    if not any(one.collector_id == collector_id and one.hours.end > since for one in workers):
        raise InvalidError(
            "This collector does not work on that day any more; there is nothing to hand over.",
            faults=[Fault("/collector_id", "on duty on that day")],
        )
    recorded = record_absence(uow, collector_id, starts_at=since, ends_at=hours.end, reason=reason)
    if isinstance(recorded, Refused):
        return recorded
    known = read_day(uow, rules, day)
    theirs = _without_crew(known)
    if not theirs:
        return HandedOver(recorded.row, None)
    travel = CityTravel(roads, own_pace(uow))
    posed = _posed(known, theirs, travel)
    handed = Thought(posed, insert(posed.problem, orders_that_stand(known)), travel)
    outcome = publish(uow, rules, keep(uow, handed).id)
    return outcome if isinstance(outcome, Refused) else HandedOver(recorded.row, outcome.row)


def _without_crew(known: KnownDay) -> set[AppointmentId]:
    """The visits whose crew does not work then any more."""
    return {
        one
        for one, standing in known.standing().items()
        if known.crew_of(standing.team, standing.interval) is None
    }


def _posed(known: KnownDay, theirs: set[AppointmentId], travel: CityTravel) -> Posed:
    """The day in which these visits may go to anybody, all others stay with their crew, and no new one comes in."""
    freed = ByHand(pins={one.id: None for one in known.appointments if one.id in theirs and one.is_pinned})
    posed = pose(known, freed, travel=travel)
    crews = {
        str(one): known.crew_of(standing.team, standing.interval)
        for one, standing in known.standing().items()
        if one not in theirs
    }
    free = {str(one) for one in theirs}
    made = {visit.stop for prefix in posed.problem.locked for visit in prefix.visits}
    barred: dict[str, Mapping[str, Any]] = dict(posed.barred)
    stops: list[Stop] = []
    for stop in posed.problem.stops:
        if stop.id in crews:
            stops.append(replace(stop, pinned_vehicle=crews[stop.id], never_vehicles=frozenset()))
        elif stop.id in free or stop.id in made:
            stops.append(stop)
        else:
            sentence = "It was in nobody's round before the handover."
            barred.setdefault(stop.id, {"reason": NOT_PLANNED, "sentence": sentence, "decision": None})
            stops.append(replace(stop, windows=()))
    return replace(posed, problem=replace(posed.problem, stops=tuple(stops)), barred=barred)
