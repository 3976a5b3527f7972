"""How long trips of this city really take, hour by hour, from the trips that were made."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from routing.distance import Pace
from routing.model import Rush, TravelMatrix

#: Fewer trips than this say nothing of their hours.
FEWEST_TRIPS = 30
_HOURS = 24
_HOUR_S = 3_600
_ROUNDS = 50
_TINY = 1e-6


@dataclass(frozen=True, slots=True)
class DoneTrip:
    """A trip that was made: in a straight line, how long it took, and the local hour (0-23) it began in."""

    straight_m: float
    took_s: int
    hour: int


@dataclass(frozen=True, slots=True)
class HourFit:
    """From `from_hour` until before `to_hour`, what trips take.

    `pace` has the margin in it. `margin` says how much of the time that is (0.2: a fifth more than half of the
    trips took), `trips` on how many it rests, and `late` which share of them took longer all the same.
    """

    from_hour: int
    to_hour: int
    pace: Pace
    margin: float
    trips: int
    late: float


def fit_hours(
    trips: Iterable[DoneTrip],
    *,
    bands: Sequence[tuple[int, int]] = ((0, 7), (7, 10), (10, 16), (16, 19), (19, 24)),
    on_time: float = 0.85,
    usual: Pace | None = None,
) -> tuple[HourFit, ...]:
    """Fit a constant for each trip and a rate by distance to each band of hours, so that `on_time` of the trips keep it.

    The line through the trips is the one with the least absolute error, so that a puncture or a forgotten
    tap does not bend it; the margin then stretches it. A band with too few trips has the fit of all hours, and where
    even these are too few, `usual`.

    Raises:
        ValueError: the bands do not follow each other through the day, or `on_time` is no share.
    """
    _require(bands, on_time)
    usual = usual or Pace()
    told = [trip for trip in trips if trip.straight_m > 0 and 0 < trip.took_s <= 4 * _HOUR_S]
    whole = _fit(told, usual, on_time)
    fits = []
    for opens, closes in bands:
        own = [trip for trip in told if opens <= trip.hour < closes]
        pace, margin, _ = _fit(own, usual, on_time) if len(own) >= FEWEST_TRIPS else whole
        fits.append(HourFit(opens, closes, pace, margin, len(own), _late(own, pace)))
    return tuple(fits)


def usual_pace(fits: Sequence[HourFit]) -> Pace:
    """Give the pace of the hours in which most trips were made; that of `Pace` where nothing was fitted."""
    return max(fits, key=lambda fit: fit.trips).pace if fits else Pace()


def rush_of(
    fits: Sequence[HourFit], matrix_of: Callable[[Pace], TravelMatrix], *, midnight_s: int, until_s: int
) -> tuple[Rush, ...]:
    """Make the matrices of each band of hours for a plan whose local midnight is at `midnight_s` (it may be negative).

    A band with the usual pace needs no matrix of its own.
    """
    usual = usual_pace(fits)
    rushes = []
    for fit in fits:
        opens = max(0, midnight_s + fit.from_hour * _HOUR_S)
        closes = min(until_s, midnight_s + fit.to_hour * _HOUR_S)
        if opens < closes and fit.pace != usual:
            rushes.append(Rush(opens, closes, matrix_of(fit.pace)))
    return tuple(rushes)


def _require(bands: Sequence[tuple[int, int]], on_time: float) -> None:
    hours = [hour for band in bands for hour in range(*band)]
    if hours != list(range(_HOURS)):
        raise ValueError("The bands of hours must follow each other from 0 to 24.")
    if not 0.5 <= on_time < 1:  # noqa: PLR2004 - half at least, said in the message
        raise ValueError("The share of trips on time must lie within a half and one.")


def _fit(trips: Sequence[DoneTrip], usual: Pace, on_time: float) -> tuple[Pace, float, int]:
    """Give the pace with its margin, the margin, and on how many trips they rest."""
    if len(trips) < FEWEST_TRIPS:
        return usual, 0.0, 0
    metres = np.array([trip.straight_m for trip in trips])
    took = np.array([trip.took_s for trip in trips], dtype=np.float64)
    constant, rate = _least_absolute(metres, took)
    told = constant + rate * metres
    margin = max(0.0, float(np.quantile(took / told, on_time)) - 1)
    rate_s_m, per_trip_s = rate * (1 + margin), constant * (1 + margin)
    speed_kmh = min(200.0, max(1.0, usual.detour * 3.6 / rate_s_m))
    return Pace(usual.detour, speed_kmh, min(7_200, round(per_trip_s))), margin, len(trips)


def _least_absolute(metres: npt.NDArray[np.float64], took: npt.NDArray[np.float64]) -> tuple[float, float]:
    """Fit a line with the least absolute error by reweighted squares; neither part is negative."""
    weights = np.ones_like(took)
    constant, rate = 0.0, float(np.median(took / metres))
    for _ in range(_ROUNDS):
        mean_x, mean_y = np.average(metres, weights=weights), np.average(took, weights=weights)
        spread = np.average((metres - mean_x) ** 2, weights=weights)
        together = np.average((metres - mean_x) * (took - mean_y), weights=weights)
        rate = float(together / spread) if spread > _TINY else 0.0
        constant = float(mean_y - rate * mean_x)
        if rate <= 0:
            rate, constant = _TINY, float(np.median(took))
            break
        if constant < 0:
            rate, constant = float(np.median(took / metres)), 0.0
            break
        weights = 1 / np.maximum(1.0, np.abs(took - constant - rate * metres))
    return constant, rate


def _late(trips: Sequence[DoneTrip], pace: Pace) -> float:
    if not trips:
        return 0.0
    late = sum(
        trip.took_s > trip.straight_m * pace.detour * 3.6 / pace.speed_kmh + pace.per_trip_s for trip in trips
    )
    return late / len(trips)
