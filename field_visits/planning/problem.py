"""A known day as a problem for `routing`: stops with their lawful starts, crews, and what has happened.

`compliance` is asked for the lawful starts of each visit before any solver sees it, so that an unlawful hour
cannot be proposed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from field_visits.appointments.crews import Team, members_of, team_of
from field_visits.appointments.lawfulness import question
from field_visits.appointments.models import Appointment
from field_visits.appointments.slots import place_of, vehicle_of
from field_visits.compliance.facts import Action
from field_visits.kernel.decision import Decision
from field_visits.kernel.ids import AppointmentId
from field_visits.planning.by_hand import ByHand
from field_visits.planning.day import Happened, KnownDay, people_in
from routing.distance import VectorTravel
from routing.model import (
    MAX_PRIORITY,
    Locked,
    Place,
    Problem,
    Promise,
    Stop,
    Vehicle,
    Visit,
    Window,
    places_of,
    union,
)
from routing.roads.city import CityTravel

# The hours of a pace are those of the day's own clock; on the two days a year that skip or repeat an hour they are
# off by it from then on.
_DAY_S = 86_400
# A skill's name has no blank, so that this one is no skill that a person could be granted.
_TWO_PEOPLE = "two people"
BY_HAND = "by-hand"
#: What it must save, in seconds of travel, to send another crew than the one that stands, or to come at another hour.
OTHER_CREW_S = 1_200
OTHER_HOUR_S = 300
#: The same where the customer was told who comes: they have to be told anew.
OTHER_CREW_TOLD_S = 2_400
#: A visit that starts up to so many seconds after its hour keeps it. An earlier one would not: else a day that is
#: planned again and again would creep towards its morning.
SAME_HOUR_S = 300


@dataclass(frozen=True, slots=True)
class Posed:
    """A day as `routing` sees it, and of visits without an hour what forbids them."""

    known: KnownDay
    by_hand: ByHand
    problem: Problem
    barred: Mapping[str, Mapping[str, Any]]


def pose(known: KnownDay, by_hand: ByHand, *, travel: CityTravel | None = None) -> Posed:
    """The problem of the day, with what people decided by hand, on straight lines made honest by default.

    It needs no database: a road engine may be asked without anybody waiting for a row.
    """
    barred: dict[str, dict[str, Any]] = {}
    promises = _promises(known, by_hand)
    open_stops = [
        replace(_stop(known, by_hand, one, barred), promise=promises.get(one.id))
        for one in known.appointments
    ]
    crews = [
        name for name, crew in known.crews.items() if crew.hours.end > known.since or _has_made(known, name)
    ]
    made = [one for name in crews for one in known.happened.get(name, ())]
    stops = tuple(open_stops + [_fact(one) for one in made])
    vehicles = tuple(_vehicle(known, name) for name in crews)
    ways = (travel or CityTravel()).ways(places_of(stops, vehicles), until_s=_DAY_S)
    locked = tuple(_locked(known, name) for name in crews if _has_made(known, name))
    return Posed(
        known, by_hand, Problem(stops, vehicles, ways.usual, locked, ways.rush, known.fairness), barred
    )


def judge_start(known: KnownDay, one: Appointment, start: datetime, crew_size: int) -> Decision:
    """What the rules say of beginning the visit then."""
    window = start, start + timedelta(minutes=one.service_minutes)
    asked = question(one, known.promises, action=Action.PLAN, window=window, crew_size=crew_size)
    return known.bench.judge(one.case_id, asked)


def pin_of(known: KnownDay, by_hand: ByHand, one: Appointment) -> Team | None:
    """The crew that a person named for the visit, in the draft or before; None while it is open."""
    if one.id in by_hand.pins:
        return by_hand.pins[one.id]
    return team_of(known.rows.get(one.id, ())) if one.is_pinned else None


def _has_made(known: KnownDay, name: str) -> bool:
    return bool(known.happened.get(name))


# -- crews and what they have done --------------------------------------------------------------------


def _vehicle(known: KnownDay, name: str) -> Vehicle:
    crew = known.crews[name]
    vehicle = vehicle_of(name, crew, known.epoch)
    if vehicle is None:  # a day begins at its epoch: no shift of it is over by then
        raise ValueError(f"The shift of {name} lies before its day.")
    if crew.size > 1:
        vehicle = replace(vehicle, skills=vehicle.skills | {_TWO_PEOPLE})
    now_s = known.seconds(known.since)
    rests = tuple(
        replace(rest, windows=left) for rest in vehicle.breaks if (left := _left_of(rest.windows, now_s))
    )
    if _has_made(known, name):
        return replace(vehicle, breaks=rests)
    begins = min(max(now_s, vehicle.shift_from_s), vehicle.shift_to_s)
    return replace(vehicle, breaks=rests, shift_from_s=begins)


def _left_of(windows: tuple[Window, ...], now_s: int) -> tuple[Window, ...]:
    return tuple((max(opens, now_s), closes) for opens, closes in windows if closes >= now_s)


def _fact(one: Happened) -> Stop:
    return Stop(str(one.appointment.id), place_of(one.door), (), one.appointment.service_minutes * 60)


def _locked(known: KnownDay, name: str) -> Locked:
    """What the crew has done or is doing; it is free where that ends, and not before now."""
    made = known.happened[name]
    visits: list[Visit] = []
    clock = departs = known.seconds(made[0].visit.departed_at)
    for one in made:
        leaves = max(clock, known.seconds(one.visit.departed_at))
        if visits:
            visits[-1] = replace(visits[-1], leave_s=leaves)
        arrives = max(leaves, known.seconds(_arrival(known, one)))
        ends = max(arrives, known.seconds(_end(known, one)))
        visits.append(
            Visit(
                str(one.appointment.id),
                arrives,
                arrives,
                ends,
                ends,
                arrives - leaves,
                _metres(known, name, one),
            )
        )
        clock = ends
    visits[-1] = replace(visits[-1], leave_s=max(clock, known.seconds(known.since)))
    return Locked(name, departs, tuple(visits))


def _arrival(known: KnownDay, one: Happened) -> datetime:
    return one.visit.arrived_at or max(known.since, one.appointment.planned_from or known.since)


def _end(known: KnownDay, one: Happened) -> datetime:
    if one.visit.finished_at is not None:
        return one.visit.finished_at
    if one.visit.state == "aborted":
        return _arrival(known, one)
    return max(known.since, _arrival(known, one) + timedelta(minutes=one.appointment.service_minutes))


def _metres(known: KnownDay, name: str, one: Happened) -> int:
    made = known.happened[name]
    number = made.index(one)
    start = known.crews[name].start
    before = place_of(made[number - 1].door) if number else Place(start.lat, start.lon)
    return VectorTravel().leg(before, place_of(one.door)).travel_m


def _promises(known: KnownDay, by_hand: ByHand) -> dict[AppointmentId, Promise]:
    """Crew and hour of each visit that somebody was going to make, with the price of moving it.

    Where a person decided, there is nothing to keep.
    """
    promises = {}
    told = {one.id for one in known.appointments if one.notice_at is not None}
    for one, standing in known.standing().items():
        start_s = known.seconds(standing.interval[0])
        if one not in by_hand:
            promises[one] = Promise(
                known.crew_of(standing.team, standing.interval) or "nobody",
                (max(0, start_s), max(0, start_s + SAME_HOUR_S)),
                OTHER_CREW_TOLD_S if one in told else OTHER_CREW_S,
                OTHER_HOUR_S,
            )
    return promises


# -- visits to make -----------------------------------------------------------------------------------


def _stop(known: KnownDay, by_hand: ByHand, one: Appointment, barred: dict[str, dict[str, Any]]) -> Stop:
    """One visit with its lawful starts; where it has none, `barred` learns what forbids it."""
    case = known.cases[one.case_id]
    windows, needs_two = _lawful(known, one)
    bar = _bar(known, by_hand, one, windows)
    if bar is not None:
        barred[str(one.id)], windows = bar, ()
    elif one.id in by_hand.not_before:
        first_s = known.seconds(by_hand.not_before[one.id])
        windows = tuple((max(opens, first_s), closes) for opens, closes in windows if closes >= first_s)
    pinned, never = _pinning(known, by_hand, one)
    return Stop(
        str(one.id),
        place_of(known.doors[one.address_id]),
        windows,
        one.service_minutes * 60,
        priority=min(max(case.priority, 1), MAX_PRIORITY),
        skills=frozenset(case.skills) | (frozenset({_TWO_PEOPLE}) if needs_two else frozenset()),
        pinned_vehicle=pinned,
        never_vehicles=never,
    )


def _bar(
    known: KnownDay, by_hand: ByHand, one: Appointment, windows: tuple[Window, ...]
) -> dict[str, Any] | None:
    case = known.cases[one.case_id]
    if case.state != "open":
        return {"sentence": f"The case is {case.state}.", "decision": None}
    if one.id in by_hand.taken_out:
        return {"reason": BY_HAND, "sentence": "A dispatcher took it out of the day.", "decision": None}
    if windows:
        return None
    decision = judge_start(known, one, max(one.window_from, known.since), one.crew_size)
    if decision.is_refused:
        words = " ".join(reason.detail for reason in decision.reasons)
        return {"sentence": words, "decision": decision.as_json()}
    return None


def _lawful(known: KnownDay, one: Appointment) -> tuple[tuple[Window, ...], bool]:
    """Starts inside the promised window that no rule refuses, and whether they need a crew of two."""
    length = timedelta(minutes=one.service_minutes)
    first = max(one.window_from, known.since)
    for size in range(one.crew_size, 3):
        asked = question(
            one, known.promises, action=Action.PLAN, window=(first, first + length), crew_size=size
        )
        spans = known.bench.lawful_starts(one.case_id, asked, first, one.window_to - length)
        if spans:
            return union((known.seconds(start), known.seconds(end)) for start, end in spans), size > 1
    return (), one.crew_size > 1


def _pinning(known: KnownDay, by_hand: ByHand, one: Appointment) -> tuple[str | None, frozenset[str]]:
    """The crew that a dispatcher named: it alone may go, also where a partner joined it."""
    team = pin_of(known, by_hand, one)
    if team is None:
        return None, frozenset()
    able = [name for name, crew in known.crews.items() if set(people_in(crew)).issuperset(team.members)]
    if len(able) > 1:
        return None, frozenset(known.crews) - set(able)
    named = len(members_of(known.rows.get(one.id, ()))) or team.size
    return (able[0] if able else f"the crew named by hand ({named})"), frozenset()
