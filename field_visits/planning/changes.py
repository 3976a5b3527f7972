"""What a draft changes of the day as it stands, visit by visit and with the reason. Pure."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any

from field_visits.appointments.models import Appointment
from field_visits.planning.day import KnownDay, Standing
from field_visits.planning.instants import instant
from field_visits.planning.problem import SAME_HOUR_S, Posed
from routing.cost import broken_s
from routing.difference import Change as Moved
from routing.difference import ChangeKind, difference
from routing.model import Plan, Route, Visit


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
    Why.BETTER_DAY: "The day needs less travel, holds more visits or is shared more evenly this way.",
}


def changes_of(posed: Posed, plan: Plan) -> list[dict[str, Any]]:
    """Every visit whose crew or hour (by more than five minutes) differs, in order of its new start."""
    known, stands = posed.known, posed.known.standing()
    by_id = {str(one.id): one for one in known.appointments}
    sentences = {drop.stop: drop.sentence for drop in plan.dropped}
    found: list[dict[str, Any]] = []
    for moved in difference(_as_it_stands(posed), plan, tolerance_s=SAME_HOUR_S).changes:
        one = by_id.get(moved.stop)
        if one is None or (moved.from_s is None and moved.to_s is None):
            continue  # made already, or in nobody's round before and now
        before = stands.get(one.id)
        was = None if before is None else _was(known, before)
        if moved.to_vehicle is None or moved.to_s is None:
            told = _told(one, Change.LEFT_OUT, Why.LEFT_OUT, was=was, now=None)
            found.append(told | {"sentence": sentences[moved.stop]})
            continue
        now = {
            "crew": moved.to_vehicle,
            "start_at": instant(known.epoch + timedelta(seconds=moved.to_s)),
        }
        if before is None:
            found.append(_told(one, Change.ADDED, Why.NEW, was=None, now=now))
            continue
        price_s = _price_s(posed, moved.stop, moved.to_vehicle, moved.to_s)
        found.append(
            _told(one, _kind(moved, known, before), _why(posed, one, before), was=was, now=now)
            | {"price_s": price_s}
        )
    return found


def _as_it_stands(posed: Posed) -> Plan:
    """Who was going to make which visit, and when; a crew that does not work then any more goes by its lead."""
    known = posed.known
    routes = []
    for one, standing in known.standing().items():
        crew = known.crew_of(standing.team, standing.interval) or str(standing.team.lead)
        start_s, end_s = (known.seconds(at) for at in standing.interval)
        visit = Visit(str(one), start_s, start_s, end_s, end_s, 0, 0)
        routes.append(Route(crew, start_s, (visit,), (), end_s, 0, 0))
    return Plan(tuple(routes), (), "", "")


def _kind(moved: Moved, known: KnownDay, before: Standing) -> Change:
    if moved.kind is ChangeKind.ANOTHER_HOUR:
        return Change.HOUR
    start_s = known.seconds(before.interval[0])
    is_other_hour = moved.to_s is not None and abs(moved.to_s - start_s) > SAME_HOUR_S
    return Change.CREW_AND_HOUR if is_other_hour else Change.CREW


def _price_s(posed: Posed, stop: str, crew: str, start_s: int) -> int:
    """What the change had to save, in seconds of travel; nothing where a person decided."""
    promise = next(one.promise for one in posed.problem.stops if one.id == stop)
    return 0 if promise is None else broken_s(promise, crew, start_s)


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
        "price_s": 0,
    }
