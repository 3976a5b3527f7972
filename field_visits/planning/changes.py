"""What a draft changes of the day as it stands, visit by visit and with the reason. Pure."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from field_visits.appointments.models import Appointment
from field_visits.planning.day import KnownDay, Standing, team_in
from field_visits.planning.instants import instant
from field_visits.planning.problem import SAME_HOUR_S, Posed
from routing.model import Plan
from routing.model import Visit as Planned


class Change(StrEnum):
    """What becomes of a visit."""

    ADDED = "added"
    CREW = "crew"
    HOUR = "hour"
    CREW_AND_HOUR = "crew-and-hour"
    LEFT_OUT = "left-out"


class Why(StrEnum):
    """The reason for a change."""

    NEW = "new"
    BY_HAND = "by-hand"
    CREW_ABSENT = "crew-absent"
    HOUR_PASSED = "hour-passed"
    HOUR_NOT_OPEN = "hour-not-open"
    BETTER_DAY = "better-day"
    LEFT_OUT = "left-out"


SENTENCES = {
    Why.NEW: "Nobody was going to make it yet.",
    Why.BY_HAND: "A dispatcher put it there.",
    Why.CREW_ABSENT: "The crew that was to go does not work then any more.",
    Why.HOUR_PASSED: "Its hour is over.",
    Why.HOUR_NOT_OPEN: "Promise or rules do not allow its former hour any more.",
    Why.LEFT_OUT: "No crew has room for it.",
    Why.BETTER_DAY: "The day needs less travel, or holds more visits, this way.",
}


def changes_of(posed: Posed, plan: Plan) -> list[dict[str, Any]]:
    """Every visit whose crew or hour (by more than five minutes) differs, in order of its new start."""
    known, stands = posed.known, posed.known.standing()
    by_id = {str(one.id): one for one in known.appointments}
    found: list[dict[str, Any]] = []
    for route in plan.routes:
        for visit in route.visits:
            one = by_id.get(visit.stop)
            if one is not None:
                found += _placed(posed, one, stands.get(one.id), route.vehicle, visit)
    for drop in plan.dropped:
        one = by_id[drop.stop]
        before = stands.get(one.id)
        if before is not None:
            found.append(
                _told(one, Change.LEFT_OUT, Why.LEFT_OUT, was=_was(known, before), now=None)
                | {"sentence": drop.sentence}
            )
    return found


def _placed(
    posed: Posed, one: Appointment, before: Standing | None, crew: str, visit: Planned
) -> Iterator[dict[str, Any]]:
    known = posed.known
    start = known.epoch + timedelta(seconds=visit.start_s)
    now = _where(crew, start)
    if before is None:
        yield _told(one, Change.ADDED, Why.NEW, was=None, now=now)
        return
    is_other_crew = team_in(known.crews[crew]) != before.team
    is_other_hour = abs((start - before.interval[0]).total_seconds()) > SAME_HOUR_S
    if not (is_other_crew or is_other_hour):
        return
    change = (
        Change.CREW_AND_HOUR
        if is_other_crew and is_other_hour
        else Change.CREW
        if is_other_crew
        else Change.HOUR
    )
    yield _told(one, change, _why(posed, one, before), was=_was(known, before), now=now)


def _why(posed: Posed, one: Appointment, before: Standing) -> Why:
    known = posed.known
    if one.id in posed.by_hand:
        return Why.BY_HAND
    if known.crew_of(before.team, before.interval) is None:
        return Why.CREW_ABSENT
    if before.interval[0] < known.since:
        return Why.HOUR_PASSED
    start_s = known.seconds(before.interval[0])
    stop = next(stop for stop in posed.problem.stops if stop.id == str(one.id))
    if not any(opens <= start_s <= closes for opens, closes in stop.windows):
        return Why.HOUR_NOT_OPEN
    return Why.BETTER_DAY


def _was(known: KnownDay, before: Standing) -> dict[str, Any]:
    crew = known.crew_of(before.team, before.interval)
    return {
        "crew": crew,
        "lead_id": str(before.team.lead),
        "partner_id": None if before.team.partner is None else str(before.team.partner),
        "start_at": instant(before.interval[0]),
    }


def _where(crew: str, start: datetime) -> dict[str, Any]:
    return {"crew": crew, "start_at": instant(start)}


def _told(
    one: Appointment,
    change: Change,
    why: Why,
    *,
    was: Mapping[str, Any] | None,
    now: Mapping[str, Any] | None,
) -> dict[str, Any]:
    return {
        "appointment_id": str(one.id),
        "change": str(change),
        "reason": str(why),
        "sentence": SENTENCES[why],
        "was": was,
        "now": now,
    }
