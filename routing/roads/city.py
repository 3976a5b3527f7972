"""The trips of a day as one city makes them: along a map where there is one, at the pace its own crews were seen to keep."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from routing.distance import Pace, Travel, VectorTravel, straight_matrix_m
from routing.model import MAX_INSTANT_S, Place, Rush, TravelMatrix
from routing.roads.fit import HourFit, rush_of, usual_pace

#: A map and the trips that were made disagree by no more than this factor; beyond, one of them is wrong.
_MOST_APART = 3.0
#: What a map leaves unknown: lights and lorries. The rest of a fitted margin is for what straight lines do not know.
MAP_MARGIN = 0.15


@dataclass(frozen=True, slots=True)
class Ways:
    """All trips of a day: as usual, and in the hours that are otherwise."""

    usual: TravelMatrix
    rush: tuple[Rush, ...] = ()


@dataclass(frozen=True, slots=True)
class CityTravel:
    """Travel of one organisation.

    `roads` is a road engine, None where there is none. `hours` is the pace fitted to its own trips, empty while
    they are too few. An engine knows which way is longer, and the trips that were made how fast one gets on: the
    engine's times are stretched until their middle agrees with the pace, and each trip has the pace's constant
    for parking and walking, which no map knows. Pairs that the engine has no answer for are estimates at that pace.
    """

    roads: Travel | None = None
    hours: tuple[HourFit, ...] = ()

    def ways(self, places: Sequence[Place], *, midnight_s: int = 0, until_s: int) -> Ways:
        """Give the trips among `places` of a plan whose local midnight is at `midnight_s`."""
        told = None if self.roads is None else self.roads.matrix(places)
        trips = len(places) * (len(places) - 1)
        is_silent = told is not None and trips > 0 and len(told.estimated) == trips
        hours = self.hours if told is None or is_silent else tuple(map(_on_a_map, self.hours))

        def matrix_of(pace: Pace) -> TravelMatrix:
            estimate = VectorTravel(pace).matrix(places)
            if told is None:
                return estimate
            if is_silent:
                return replace(estimate, source=f"{estimate.source}; {told.source.rpartition('; ')[2]}")
            return _on_roads(told, estimate, pace, is_fitted=bool(hours))

        rush = rush_of(hours, matrix_of, midnight_s=midnight_s, until_s=until_s)
        return Ways(matrix_of(usual_pace(hours)), rush)


def _on_a_map(fit: HourFit) -> HourFit:
    """The same pace with no more margin than a map needs."""
    margin = min(fit.margin, MAP_MARGIN)
    less = (1 + margin) / (1 + fit.margin)
    speed_kmh, per_trip_s = min(200.0, fit.pace.speed_kmh / less), round(fit.pace.per_trip_s * less)
    return replace(fit, pace=replace(fit.pace, speed_kmh=speed_kmh, per_trip_s=per_trip_s), margin=margin)


def _on_roads(told: TravelMatrix, estimate: TravelMatrix, pace: Pace, *, is_fitted: bool) -> TravelMatrix:
    """The map's trips at this pace, with the estimate where the map knows no way."""
    roads_s = np.array(told.seconds, dtype=np.float64)
    is_known = ~np.eye(len(told.places), dtype=bool)
    if told.estimated:
        rows, columns = zip(*told.estimated, strict=True)
        is_known[list(rows), list(columns)] = False
    rate = 1.0
    is_way = is_known & (roads_s > 0)
    if is_fitted and is_way.any():
        driven_s = straight_matrix_m(told.places) * (pace.detour * 3.6 / pace.speed_kmh)
        rate = float(np.median(driven_s[is_way] / roads_s[is_way]))
        rate = min(_MOST_APART, max(1 / _MOST_APART, rate))
    # Rounded up: a time that errs must not make a collector late.
    seconds = np.where(is_known, np.ceil(roads_s * rate) + pace.per_trip_s, np.array(estimate.seconds))
    metres = np.where(is_known, np.array(told.metres), np.array(estimate.metres))
    seconds, metres = np.minimum(seconds, MAX_INSTANT_S).astype(np.int64), metres.astype(np.int64)
    return TravelMatrix(
        told.places,
        tuple(tuple(row) for row in seconds.tolist()),
        tuple(tuple(row) for row in metres.tolist()),
        f"{told.source}, x {rate:.2f} + {pace.per_trip_s} s a trip",
        told.estimated,
    )
