"""A crew stands at the door."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from field_visits.appointments.lawfulness import judge_appointment
from field_visits.cases import words
from field_visits.cases.judging import Rules
from field_visits.cases.models import Address
from field_visits.compliance.facts import Action
from field_visits.kernel.ids import VisitId
from field_visits.kernel.points import Point
from field_visits.unit_of_work import Refused, UnitOfWork
from field_visits.visits.models import Visit
from field_visits.visits.placement import (
    ALARMING,
    Doubt,
    Fix,
    Sighting,
    of_fixes,
    of_journey,
    of_window,
    place,
)
from field_visits.visits.telling import (
    Told,
    alert,
    alert_breach,
    appointment_of,
    claimed,
    crew_of,
    own_visit,
    stops,
)

# A journey is judged by where one was in the last half day.
LONGEST_MEMORY = timedelta(hours=12)


def arrive(
    uow: UnitOfWork,
    rules: Rules,
    visit_id: VisitId,
    *,
    fix: Fix | None,
    fixes: Sequence[Fix] = (),
    away_reason: str | None = None,
    occurred_at: datetime | None = None,
    not_before: datetime | None = None,
) -> Told | Refused:
    """The crew arrived, where the fix says, as far as it can be trusted. Told, so never refused.

    Of several arrivals the first one stays on the row; each has its entry. Doubts are flagged for a person.
    If a hold came while the crew was under way, `stop` says so.

    Args:
        uow: The unit of work.
        rules: The released packs.
        visit_id: Which visit.
        fix: What the receiver said, None where it gave nothing in time.
        fixes: Everything it said while it was asked, the best one among them, where the phone kept it.
        away_reason: Why the position lies elsewhere, where it does, in the crew's words.
        occurred_at: When they arrived, as claimed; now by default. It is judged at this time.
        not_before: The earliest moment it can have happened.

    Raises:
        NotFoundError: There is no such visit of the caller's.
        InvalidError: The claimed time cannot be, or the reason is empty or longer than 4,000 characters.
    Evidence: visit:arrival:recorded, as breach where the rules forbid it; alert:record:opened for a breach
        and for a position outside, made up, or before the departure.
    """
    visit = own_visit(uow, visit_id)
    at = claimed(uow, occurred_at)
    appointment = appointment_of(uow, visit)
    address = uow.session.get_one(Address, appointment.address_id)
    door = None if address.lat is None or address.lon is None else Point(address.lat, address.lon)
    placed = place(fix, door, is_approximate=address.is_approximate, at=at)
    doubts = [
        *placed.doubts,
        *of_fixes(fixes),
        *of_journey(_place_before(uow, visit, at), fix, at=at),
        *of_window(at, appointment.window_from, appointment.window_to),
    ]
    if at < visit.departed_at:
        doubts.append(Doubt.BEFORE_DEPARTURE)
    reason = None if away_reason is None else words.prose(away_reason, "/away_reason")
    changes: dict[str, Any] = {}
    if visit.arrived_at is None:
        changes = {
            "arrived_at": at,
            "placement": placed.verdict.value,
            "arrival_doubts": [doubt.value for doubt in doubts],
            "arrival_lat": None if fix is None else fix.point.lat,
            "arrival_lon": None if fix is None else fix.point.lon,
            "arrival_accuracy_m": None if fix is None else fix.accuracy_m,
            "arrival_distance_m": placed.distance_m,
            "away_reason": reason,
        }
    decision = judge_appointment(
        uow,
        rules,
        appointment,
        action=Action.ARRIVE,
        window=(at, at),
        crew_size=len(crew_of(visit)),
        at=at,
        leaving_out=[visit.id],
    )
    applied = uow.apply(
        visit,
        "arrive",
        changes=changes,
        facts={
            "fix": None if fix is None else fix.as_facts(),
            "fixes": [one.as_facts() for one in fixes],
            **placed.as_facts(),
            "doubts": doubts,
            "away_reason": reason,
        },
        decision=decision,
        occurred_at=at,
        not_before=not_before,
        audience=crew_of(visit),
    )
    if isinstance(applied, Refused):
        return applied
    alert_breach(uow, visit, "arrive", applied)
    alarming = sorted(doubt.value for doubt in doubts if doubt in ALARMING)
    if alarming:
        detail = {"doubts": alarming, "distance_m": placed.distance_m}
        alert(uow, visit, "arrival_doubtful", applied, detail)
    return Told(visit, applied, stops(uow, visit))


def _place_before(uow: UnitOfWork, visit: Visit, at: datetime) -> Sighting | None:
    """Where the same collector last arrived before `at`, within the hours in which a journey is told by it."""
    found = uow.session.execute(
        select(Visit.arrival_lat, Visit.arrival_lon, Visit.arrived_at)
        .where(
            Visit.lead_id == visit.lead_id,
            Visit.id != visit.id,
            Visit.arrival_lat.is_not(None),
            Visit.arrived_at <= at,
            Visit.arrived_at > at - LONGEST_MEMORY,
        )
        .order_by(Visit.arrived_at.desc())
        .limit(1)
    ).one_or_none()
    return None if found is None else Sighting(Point(found.arrival_lat, found.arrival_lon), found.arrived_at)
