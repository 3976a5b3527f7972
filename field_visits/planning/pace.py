"""How fast an organisation's crews get on, hour by hour: fitted to the ways that they made."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from field_visits.planning.actuals import trips_between
from field_visits.unit_of_work import UnitOfWork
from routing.distance import Pace
from routing.roads.fit import FEWEST_TRIPS, HourFit, fit_hours

# Long enough for every band of hours, short enough for a city that builds.
LOOKS_BACK = timedelta(days=60)
_METRES = 1_000


def own_pace(uow: UnitOfWork) -> tuple[HourFit, ...]:
    """The pace of each band of hours in the last 60 days; nothing while there are fewer than 30 ways to learn from."""
    trips = trips_between(uow, uow.now - LOOKS_BACK, uow.now)
    return fit_hours(trips) if len(trips) >= FEWEST_TRIPS else ()


def pace_json(hours: Sequence[HourFit]) -> list[dict[str, Any]]:
    """As it is kept with a plan, in whole numbers: what is evidence has no floats."""
    return [
        {
            "from_hour": one.from_hour,
            "to_hour": one.to_hour,
            "speed_m_h": round(one.pace.speed_kmh * _METRES),
            "per_trip_s": one.pace.per_trip_s,
            "margin_percent": round(one.margin * 100),
            "trips": one.trips,
            "late_percent": round(one.late * 100),
        }
        for one in hours
    ]


def pace_of(kept: Sequence[Mapping[str, Any]]) -> tuple[HourFit, ...]:
    """The pace that a plan was made with."""
    return tuple(
        HourFit(
            one["from_hour"],
            one["to_hour"],
            Pace(speed_kmh=one["speed_m_h"] / _METRES, per_trip_s=one["per_trip_s"]),
            one["margin_percent"] / 100,
            one["trips"],
            one["late_percent"] / 100,
        )
        for one in kept
    )
