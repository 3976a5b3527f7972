"""Planned on the estimate, driven on roads: how many customers wait in vain, and what the prudence costs.

Baltimore's roads by a real OSRM; what is driven takes the engine's time x 1.4 and a minute, as traffic and parking have
it. The pace is fitted as in the product, to trips of other days that were driven so: nobody who plans has seen the
day's own ways.
"""

from dataclasses import dataclass, replace

from benchmarks.days import real_day
from routing.check import check
from routing.distance import Pace, straight_trips_m
from routing.model import Plan, Problem, Stop, TravelMatrix, places_of
from routing.roads.city import CityTravel
from routing.roads.fit import DoneTrip, HourFit, fit_hours
from routing.roads.http import JsonServer
from routing.roads.osrm import OsrmTravel
from routing.roads.road_travel import Correction
from routing.solve import solve
from tests.simulators import osrm

DAYS = (11, 12, 13, 14, 15)
LEARNT_FROM = (101, 102, 103)
SEARCH_S = 3.0
_TRUTH = Correction(rate=1.4, per_trip_s=60)
_HOUR_S, _DAY_S = 3_600, 86_400


@dataclass(frozen=True, slots=True)
class Driven:
    """A planned day as it went: visits that began after their window, all visits, and the trips that were made."""

    late: int
    made: int
    trips: tuple[DoneTrip, ...]


def run() -> None:
    """Print the table; two minutes. Without an OSRM (`make road`) it says so."""
    if not osrm.is_here():
        print("\nroads: not measured, there is no OSRM on this machine; `make road` fetches one")
        return
    with osrm.serving("baltimore") as url:
        roads = OsrmTravel(JsonServer(url), correction=_TRUTH, block=osrm.MOST_PLACES // 2)
        plain = OsrmTravel(JsonServer(url), block=osrm.MOST_PLACES // 2)
        fits = _learnt(roads)
        pace = max(fits, key=lambda fit: fit.trips)
        print(
            f"\nplanned on ..., driven on Baltimore's roads; {SEARCH_S:g} s each. Learnt from {len(LEARNT_FROM)} other days:"
            f" {pace.pace}, margin {100 * pace.margin:.0f} %"
        )
        sources = {
            "the roads themselves": None,
            "one speed, nothing else": CityTravel(hours=(_whole_day(Pace(per_trip_s=0)),)),
            "the usual pace": CityTravel(),
            "the own pace": CityTravel(hours=fits),
            "a map and the own pace": CityTravel(plain, fits),
        }
        for name, travel in sources.items():
            print(f"  {name}: {_row([_driven(seed, travel, roads) for seed in DAYS])}")


def _row(days: list[Driven]) -> str:
    late, made = sum(day.late for day in days), sum(day.made for day in days)
    each = " / ".join(f"{day.late} of {day.made}" for day in days)
    return f"{100 * late / made:.1f} % late, {made} visits ({each})"


def _whole_day(pace: Pace) -> HourFit:
    return HourFit(0, 24, pace, 0, 0, 0)


def _learnt(roads: OsrmTravel) -> tuple[HourFit, ...]:
    trips = [trip for seed in LEARNT_FROM for trip in _driven(seed, CityTravel(), roads).trips]
    return fit_hours(trips)


def _driven(seed: int, travel: CityTravel | None, roads: OsrmTravel) -> Driven:
    problem = real_day(seed)
    places = places_of(problem.stops, problem.vehicles)
    truth = roads.matrix(places)
    if travel is None:
        believed = replace(problem, travel=truth)
    else:
        ways = travel.ways(places, until_s=_DAY_S)
        believed = replace(problem, travel=ways.usual, rush=ways.rush)
    plan = solve(believed, seconds=SEARCH_S, seed=1)
    assert check(believed, plan) == (), "no plan leaves without passing the check"
    return _drive(problem, plan, truth)


def _drive(problem: Problem, plan: Plan, truth: TravelMatrix) -> Driven:
    """Each crew leaves as planned, begins when it is there and may, and goes on as soon as it is done."""
    stops = {stop.id: stop for stop in problem.stops}
    starts = {vehicle.id: vehicle.start for vehicle in problem.vehicles}
    late = made = 0
    trips: list[DoneTrip] = []
    for route in plan.routes:
        clock, before = route.depart_s, starts[route.vehicle]
        for visit in route.visits:
            stop = stops[visit.stop]
            if before is not None and before != stop.place:
                took_s = truth.leg(before, stop.place).travel_s
                straight_m = float(straight_trips_m([(before, stop.place)])[0])
                trips.append(DoneTrip(straight_m, took_s, clock // _HOUR_S % 24))
                clock += took_s
            opens, closes = _window(stop, visit.start_s)
            begins = max(clock, opens)
            late += begins > closes
            made += 1
            clock, before = begins + stop.service_s, stop.place
    return Driven(late, made, tuple(trips))


def _window(stop: Stop, start_s: int) -> tuple[int, int]:
    return next(window for window in stop.windows if window[0] <= start_s <= window[1])
