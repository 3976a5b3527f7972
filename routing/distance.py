"""Trips between places when no map is at hand: straight lines on the ellipsoid, made honest.

`GeodesicTravel` is the reference and the default: geopy's geodesic, times a detour factor, over a speed,
plus a constant for each trip (parking, walking, lights). Without that constant 14-18 % of visits come
late, with it 1-3 %. `VectorTravel` gives the same figures from numpy, hundreds of times
faster; a test holds the two together. Road engines are other classes behind the same `Travel`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
from geopy.distance import geodesic

from routing.model import Leg, Place, ProblemError, TravelMatrix, Trip

#: Above this the twin hands a pair to the geodesic; below it their difference stays under 0.2 m.
VECTOR_LIMIT_M = 100_000.0
VECTOR_LIMIT_LAT = 75.0

_SEMI_MAJOR_M = 6_378_137.0  # WGS-84
_ECCENTRICITY_2 = 0.00669437999014


class Travel(Protocol):
    """A source of trips. `source` names it for the reader of a plan."""

    @property
    def source(self) -> str: ...

    def leg(self, start: Place, end: Place) -> Leg: ...

    def legs(self, trips: Sequence[Trip]) -> Sequence[Leg]:
        """Give many trips at once, in the order asked: one question where each costs a journey to a server."""
        ...

    def matrix(self, places: Sequence[Place]) -> TravelMatrix: ...


def geodesic_m(start: Place, end: Place) -> float:
    """Measure the shortest line on the WGS-84 ellipsoid, in metres."""
    return float(geodesic((start.lat, start.lon), (end.lat, end.lon)).meters)


@dataclass(frozen=True, slots=True)
class Pace:
    """How a straight line becomes a trip. Fit it to a city from visits that were made.

    `detour` is road length over straight line (median 1.35 in a city, 1.7 in valleys), `speed_kmh` the
    speed on that road, `per_trip_s` the constant of each trip. Two visits at one place need no trip.
    """

    detour: float = 1.35
    speed_kmh: float = 30.0
    per_trip_s: int = 150

    def __post_init__(self) -> None:
        for figure, (low, high) in zip(
            (self.detour, self.speed_kmh, self.per_trip_s), ((1, 10), (1, 200), (0, 7_200)), strict=True
        ):
            if not low <= figure <= high:
                raise ProblemError("A pace has a detour of 1..10, 1..200 km/h and 0..7200 s a trip.")

    def __str__(self) -> str:
        return f"straight line x {self.detour:g} at {self.speed_kmh:g} km/h + {self.per_trip_s} s a trip"


def _trip(straight_m: float, pace: Pace) -> Leg:
    road_m = straight_m * pace.detour
    # Rounded up: an estimate that errs must not make a collector late.
    return Leg(math.ceil(road_m * 3.6 / pace.speed_kmh) + pace.per_trip_s, round(road_m))


@dataclass(frozen=True, slots=True)
class GeodesicTravel:
    """The reference: every pair by geopy's geodesic. Some 30 µs a pair, so not for whole days."""

    pace: Pace = Pace()

    @property
    def source(self) -> str:
        return f"estimate: geodesic, {self.pace}"

    def leg(self, start: Place, end: Place) -> Leg:
        return Leg(0, 0) if start == end else _trip(geodesic_m(start, end), self.pace)

    def legs(self, trips: Sequence[Trip]) -> list[Leg]:
        return [self.leg(start, end) for start, end in trips]

    def matrix(self, places: Sequence[Place]) -> TravelMatrix:
        legs = [[self.leg(start, end) for end in places] for start in places]
        return TravelMatrix(
            tuple(places),
            tuple(tuple(leg.travel_s for leg in row) for row in legs),
            tuple(tuple(leg.travel_m for leg in row) for row in legs),
            self.source,
        )


def straight_matrix_m(places: Sequence[Place]) -> npt.NDArray[np.float64]:
    """Measure all pairs in metres, within 0.2 m of the geodesic.

    Pairs beyond `VECTOR_LIMIT_M`, or nearer to a pole than `VECTOR_LIMIT_LAT`, are measured by the geodesic itself.
    """
    half_lat, half_lon = _half_radians(places)
    sin_lat, cos_lat, sin_lon, cos_lon = (
        np.sin(half_lat),
        np.cos(half_lat),
        np.sin(half_lon),
        np.cos(half_lon),
    )
    # Sines and cosines of half sums and differences by outer products: a sine for each pair would cost
    # more than all the rest.
    straight = _straight_m(
        np.outer(sin_lat, cos_lat) - np.outer(cos_lat, sin_lat),
        np.outer(sin_lon, cos_lon) - np.outer(cos_lon, sin_lon),
        np.outer(cos_lat, cos_lat) - np.outer(sin_lat, sin_lat),
    )
    polar = np.abs(half_lat) > math.radians(VECTOR_LIMIT_LAT) / 2
    for row, column in np.argwhere((straight > VECTOR_LIMIT_M) | polar[:, None] | polar[None, :]):
        straight[row, column] = geodesic_m(places[row], places[column])
    return straight


def straight_trips_m(trips: Sequence[Trip]) -> npt.NDArray[np.float64]:
    """Measure some pairs in metres, as `straight_matrix_m` does all."""
    (from_lat, from_lon), (to_lat, to_lon) = (
        _half_radians([start for start, _ in trips]),
        _half_radians([end for _, end in trips]),
    )
    straight = _straight_m(np.sin(from_lat - to_lat), np.sin(from_lon - to_lon), np.cos(from_lat + to_lat))
    limit = math.radians(VECTOR_LIMIT_LAT) / 2
    polar = (np.abs(from_lat) > limit) | (np.abs(to_lat) > limit)
    for number in np.flatnonzero((straight > VECTOR_LIMIT_M) | polar):
        straight[number] = geodesic_m(*trips[int(number)])
    return straight


def _half_radians(places: Sequence[Place]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    return (
        np.radians(np.array([place.lat for place in places], dtype=np.float64)) / 2,
        np.radians(np.array([place.lon for place in places], dtype=np.float64)) / 2,
    )


def _straight_m(
    sin_dlat: npt.NDArray[np.float64], sin_dlon: npt.NDArray[np.float64], cos_mean: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Measure by sines of half differences and the cosine of the mean latitude.

    The haversine in its mid-latitude form, sin²(d/2) = sin²(Δφ/2)·cos²(Δλ/2) + cos²φm·sin²(Δλ/2), with the
    ellipsoid's two radii of curvature at the pair's mean latitude in place of one sphere's.
    """
    curve = 1 - _ECCENTRICITY_2 * (1 - cos_mean**2)
    across = _SEMI_MAJOR_M / np.sqrt(curve)
    along = across * ((1 - _ECCENTRICITY_2) / curve)
    sin_dlon2 = sin_dlon * sin_dlon
    radius2 = across * along
    half2 = ((along * sin_dlat) ** 2 * (1 - sin_dlon2) + (across * cos_mean) ** 2 * sin_dlon2) / radius2
    # The arc sine by its series: below the limit the next term is under a nanometre, above it the geodesic
    # takes over.
    straight: npt.NDArray[np.float64] = (
        2 * np.sqrt(half2 * radius2) * (1 + half2 * (1 / 6 + half2 * (3 / 40 + half2 * 15 / 336)))
    )
    return straight


@dataclass(frozen=True, slots=True)
class VectorTravel:
    """The twin of `GeodesicTravel` for whole matrices: the same trips, within a second and a metre."""

    pace: Pace = Pace()

    @property
    def source(self) -> str:
        return f"estimate: local ellipsoid, {self.pace}"

    def leg(self, start: Place, end: Place) -> Leg:
        if start == end:
            return Leg(0, 0)
        return _trip(float(straight_matrix_m((start, end))[0, 1]), self.pace)

    def legs(self, trips: Sequence[Trip]) -> list[Leg]:
        straight = straight_trips_m(trips).tolist() if trips else []
        return [
            Leg(0, 0) if start == end else _trip(metres, self.pace)
            for (start, end), metres in zip(trips, straight, strict=True)
        ]

    def matrix(self, places: Sequence[Place]) -> TravelMatrix:
        road = straight_matrix_m(places) * self.pace.detour
        seconds = np.ceil(road * 3.6 / self.pace.speed_kmh).astype(np.int64) + self.pace.per_trip_s
        np.fill_diagonal(seconds, 0)
        metres = np.rint(road).astype(np.int64)
        return TravelMatrix(
            tuple(places),
            tuple(tuple(row) for row in seconds.tolist()),
            tuple(tuple(row) for row in metres.tolist()),
            self.source,
        )
