"""Whether a phone's fix lies at a place: inside, uncertain or outside, never a bare yes.

This judges geometry alone. What a visit makes of the answer (a flag, a review) is not decided here.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

from routing.distance import geodesic_m
from routing.model import Place, ProblemError


class Fence(StrEnum):
    INSIDE = "inside"
    UNCERTAIN = "uncertain"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The answer with the figures it rests on, in whole metres, so that it can be judged again.

    `doubt_m` is the accuracy of the fix plus that of the place, rounded up; None if the phone gave none.
    """

    verdict: Fence
    distance_m: int
    doubt_m: int | None
    radius_m: int


def whereabouts(
    fix: Place, place: Place, *, accuracy_m: float | None, radius_m: int, place_accuracy_m: float = 0
) -> Whereabouts:
    """Say where a fix lies against a circle of `radius_m` round a place, by geopy's geodesic.

    Inside: the whole disc of doubt lies in the circle. Outside: none of it does. Uncertain: anything else,
    and every fix that came without an accuracy. A place known only roughly adds its own doubt.

    Raises:
        ProblemError: a radius, or an accuracy, that is negative or no number.
    """
    if radius_m < 0:
        raise ProblemError("The radius of a geofence must not be negative.")
    for figure in (accuracy_m or 0, place_accuracy_m):
        if not (math.isfinite(figure) and figure >= 0):
            raise ProblemError("An accuracy is a number of metres, not negative; give None if it is unknown.")
    distance_m = round(geodesic_m(fix, place))
    if accuracy_m is None:
        return Whereabouts(Fence.UNCERTAIN, distance_m, None, radius_m)
    doubt_m = math.ceil(accuracy_m + place_accuracy_m)
    if distance_m + doubt_m <= radius_m:
        verdict = Fence.INSIDE
    elif distance_m - doubt_m > radius_m:
        verdict = Fence.OUTSIDE
    else:
        verdict = Fence.UNCERTAIN
    return Whereabouts(verdict, distance_m, doubt_m, radius_m)
