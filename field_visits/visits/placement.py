"""Where a crew was when it said that it arrived: inside, uncertain or outside, and why to doubt it.

A doubt is a flag for a person, never a bar: receivers fail in lifts and basements, and a strict gate would
teach people to stand in the street (law.md §5). Pure; the geometry is `routing.geofence`'s.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from field_visits.kernel.points import Point
from routing.distance import geodesic_m
from routing.geofence import Fence, whereabouts
from routing.model import Place

RADIUS_M = 100
# A position rounded to 0.001° lies at most 79 m from the door.
APPROXIMATE_M = 80
MAX_FIX_AGE = timedelta(minutes=2)
COARSE_M = 150
# A real receiver never says the same place to seven digits so often in a row.
FROZEN_AFTER = 4
# Nobody gets from door to door faster, door to door in a straight line.
FASTEST_KM_H = 200
LEAST_JOURNEY_KM = 5


class Doubt(StrEnum):
    """A reason to look at an arrival."""

    NO_FIX = "no_fix"
    NO_ACCURACY = "no_accuracy"
    COARSE_FIX = "coarse_fix"
    STALE_FIX = "stale_fix"
    MOCK_FIX = "mock_fix"
    APPROXIMATE_ADDRESS = "approximate_address"
    NO_POSITION = "no_position"
    OUTSIDE = "outside"
    BEFORE_WINDOW = "before_window"
    AFTER_WINDOW = "after_window"
    BEFORE_DEPARTURE = "before_departure"
    FROZEN_FIX = "frozen_fix"  # several readings without the least jitter
    IMPOSSIBLE_JOURNEY = "impossible_journey"  # faster than anybody drives since the last door


# These cannot wait until somebody happens to look.
ALARMING = frozenset({Doubt.MOCK_FIX, Doubt.OUTSIDE, Doubt.BEFORE_DEPARTURE})


@dataclass(frozen=True, slots=True)
class Fix:
    """What a phone's receiver said: WGS-84, metres, its own time; None where it said nothing.

    `is_mock` is the system's own flag; None where the platform has none.
    """

    point: Point
    accuracy_m: float | None
    taken_at: datetime | None
    is_mock: bool | None = None

    def as_facts(self) -> dict[str, object]:
        """As an entry's body tells it."""
        return {
            "lat": self.point.lat,
            "lon": self.point.lon,
            "accuracy_m": self.accuracy_m,
            "taken_at": self.taken_at,
            "is_mock": self.is_mock,
        }


@dataclass(frozen=True, slots=True)
class Placed:
    """The judgement of one fix against one door, with the figures that it rests on."""

    verdict: Fence
    distance_m: int | None
    doubts: tuple[Doubt, ...]

    def as_facts(self) -> dict[str, object]:
        return {
            "placement": self.verdict.value,
            "distance_m": self.distance_m,
            "radius_m": RADIUS_M,
            "doubts": list(self.doubts),
        }


def place(fix: Fix | None, door: Point | None, *, is_approximate: bool, at: datetime) -> Placed:
    """Where the fix lies against the door, and every reason to doubt the answer.

    Args:
        fix: What the receiver said, or None where it gave nothing in time.
        door: The address's position, or None where none is kept.
        is_approximate: The position is rounded.
        at: When the crew says that it arrived.
    """
    if fix is None:
        return Placed(Fence.UNCERTAIN, None, (Doubt.NO_FIX,))
    doubts = _of_fix(fix, at)
    if door is None:
        return Placed(Fence.UNCERTAIN, None, (*doubts, Doubt.NO_POSITION))
    if is_approximate:
        doubts.append(Doubt.APPROXIMATE_ADDRESS)
    found = whereabouts(
        Place(fix.point.lat, fix.point.lon),
        Place(door.lat, door.lon),
        accuracy_m=fix.accuracy_m,
        radius_m=RADIUS_M,
        place_accuracy_m=APPROXIMATE_M if is_approximate else 0,
    )
    verdict = found.verdict
    if verdict is Fence.OUTSIDE:
        doubts.append(Doubt.OUTSIDE)
    elif {Doubt.MOCK_FIX, Doubt.STALE_FIX} & set(doubts):
        # A made-up or an old position proves no presence.
        verdict = Fence.UNCERTAIN
    return Placed(verdict, found.distance_m, tuple(doubts))


@dataclass(frozen=True, slots=True)
class Sighting:
    """Where and when somebody was."""

    point: Point
    at: datetime


def of_fixes(fixes: Sequence[Fix]) -> tuple[Doubt, ...]:
    """Whether what the receiver said looks made up: the same figures again and again."""
    places = {(fix.point.lat, fix.point.lon, fix.accuracy_m) for fix in fixes}
    return (Doubt.FROZEN_FIX,) if len(fixes) >= FROZEN_AFTER and len(places) == 1 else ()


def of_journey(before: Sighting | None, fix: Fix | None, *, at: datetime) -> tuple[Doubt, ...]:
    """Whether anybody can have come here from the last door in that time."""
    if before is None or fix is None:
        return ()
    here, there = Place(fix.point.lat, fix.point.lon), Place(before.point.lat, before.point.lon)
    kilometres = geodesic_m(here, there) / 1000
    hours = max((at - before.at).total_seconds() / 3600, 1 / 3600)
    is_impossible = kilometres > LEAST_JOURNEY_KM and kilometres / hours > FASTEST_KM_H
    return (Doubt.IMPOSSIBLE_JOURNEY,) if is_impossible else ()


def of_window(at: datetime, opens: datetime, closes: datetime) -> tuple[Doubt, ...]:
    """Whether the crew came at another time than was promised."""
    if at < opens:
        return (Doubt.BEFORE_WINDOW,)
    return (Doubt.AFTER_WINDOW,) if at > closes else ()


def _of_fix(fix: Fix, at: datetime) -> list[Doubt]:
    doubts = []
    if fix.is_mock:
        doubts.append(Doubt.MOCK_FIX)
    if fix.accuracy_m is None:
        doubts.append(Doubt.NO_ACCURACY)
    elif fix.accuracy_m > COARSE_M:
        doubts.append(Doubt.COARSE_FIX)
    if fix.taken_at is None or abs(at - fix.taken_at) > MAX_FIX_AGE:
        doubts.append(Doubt.STALE_FIX)
    return doubts
