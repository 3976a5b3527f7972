"""Days to plan, made anew from a seed: like real ones, or like the instances of the literature."""

import csv
import math
from dataclasses import replace
from pathlib import Path
from random import Random

from routing.distance import VectorTravel
from routing.model import (
    Break,
    Objective,
    Place,
    Problem,
    Stop,
    TravelMatrix,
    Vehicle,
    places_of,
    start_windows,
)

_ADDRESSES = Path(__file__).parents[1] / "tests" / "data" / "addresses_baltimore.csv"
_HOUR = 3_600
_SKILLS = ("spanish", "senior", "two people")
LUNCH = Break("lunch", ((11 * _HOUR + 1_800, 13 * _HOUR),), 2_700)


def real_day(seed: int, *, visits: int = 120, crews: int = 10, has_lunch: bool = False) -> Problem:
    """A day on Baltimore addresses with more visits than fit: appointments, evenings, skills, short and long shifts.

    35 % of the visits have an hour's appointment, 20 % are for the evening, some are possible before noon
    or in the evening, 32 % need a skill. Two crews start at the office, the others at home.
    """
    dice = Random(seed)
    with _ADDRESSES.open(encoding="utf-8", newline="") as file:
        places = [Place(float(row["lat"]), float(row["lon"])) for row in csv.DictReader(file)]
    dice.shuffle(places)
    office, homes, doors = places[0], places[1 : crews + 1], places[crews + 1 :]
    stops = tuple(_visit(dice, f"v{number}", doors[number % len(doors)]) for number in range(visits))
    fleet = tuple(
        _crew(dice, f"crew-{number}", office if number < crews // 5 else homes[number], has_lunch=has_lunch)
        for number in range(crews)
    )
    return Problem(stops, fleet, VectorTravel().matrix(places_of(stops, fleet)))


def _visit(dice: Random, name: str, place: Place) -> Stop:
    service_s = dice.choice((900, 1_200, 1_800, 2_700, 3_600))
    kind = dice.random()
    if kind < 0.35:
        opens = dice.randrange(8 * 4, 19 * 4) * 900
        hours = [(opens, opens + _HOUR + service_s)]
    elif kind < 0.55:
        hours = [(17 * _HOUR, 21 * _HOUR)]
    elif kind < 0.65:
        hours = [(8 * _HOUR, 11 * _HOUR), (17 * _HOUR, 21 * _HOUR)]
    else:
        hours = [(8 * _HOUR, 21 * _HOUR)]
    skills = frozenset({dice.choice(_SKILLS)}) if dice.random() < 0.32 else frozenset()
    return Stop(
        name,
        place,
        start_windows(hours, service_s),
        service_s,
        priority=dice.choice((4, 8, 10, 12, 20)),
        skills=skills,
    )


def _crew(dice: Random, name: str, home: Place, *, has_lunch: bool) -> Vehicle:
    begins = dice.choice((8, 9, 10, 11, 12)) * _HOUR
    length = dice.choice((6, 9, 10, 10, 10)) * _HOUR
    if begins > 10 * _HOUR - 1 and length == 6 * _HOUR:
        begins += 4 * _HOUR  # a short shift of the evening
    skills = frozenset(skill for skill in _SKILLS if dice.random() < 0.5)
    owes_lunch = has_lunch and begins <= 11 * _HOUR and length > 6 * _HOUR
    return Vehicle(
        name, home, home, begins, min(begins + length, 22 * _HOUR), (LUNCH,) if owes_lunch else (), skills
    )


def even_day(seed: int, *, visits: int = 100, crews: int = 10) -> Problem:
    """A day on which all crews work the same nine hours and everything fits: what fairness can be shown on."""
    day = real_day(seed, visits=visits, crews=crews)
    fleet = tuple(
        replace(vehicle, shift_from_s=9 * _HOUR, shift_to_s=21 * _HOUR, skills=frozenset(_SKILLS))
        for vehicle in day.vehicles
    )
    return replace(day, vehicles=fleet)


def benchmark_instance(kind: str, seed: int, *, customers: int = 100, vehicles: int = 25) -> Problem:
    """A plain VRPTW like Solomon's (1987), not one of his: places in clusters (C), at random (R) or mixed (RC).

    Kinds end in 1 (a short day, small loads) or 2 (a long day, few long routes). Distance is time, in tenths,
    cut off, as the DIMACS challenge does; travel alone counts, and every customer must be visited.
    """
    dice = Random(f"{kind}/{seed}")
    is_long = kind.endswith("2")
    horizon, service = (10_000, 100) if is_long else (2_300, 100)
    points = [(35.0, 35.0), *(_point(dice, kind, number) for number in range(customers))]
    places = tuple(Place(0.0, 0.0, f"p{number}") for number in range(len(points)))
    rows = tuple(tuple(int(10 * math.dist(a, b)) for b in points) for a in points)
    half = dice.choice((150, 300, 600)) * (3 if is_long else 1)
    stops = []
    for number in range(1, len(points)):
        way = rows[0][number]
        centre = dice.randrange(way, horizon - way - service)
        opens, closes = max(way, centre - half), min(horizon - way - service, centre + half)
        if dice.random() < 0.2:
            opens, closes = 0, horizon - way - service
        load = dice.choice((10, 20, 30, 40))
        stops.append(Stop(f"c{number}", places[number], ((opens, closes),), service, load=load))
    fleet = tuple(
        Vehicle(f"truck-{number}", places[0], places[0], 0, horizon, max_load=1_000 if is_long else 200)
        for number in range(vehicles)
    )
    travel = TravelMatrix(places, rows, rows, "straight lines in tenths, cut off")
    return Problem(tuple(stops), fleet, travel, objective=Objective.TRAVEL)


def _point(dice: Random, kind: str, number: int) -> tuple[float, float]:
    is_clustered = kind.startswith("C") or (kind.startswith("RC") and number % 2 == 0)
    if not is_clustered:
        return dice.uniform(0, 80), dice.uniform(0, 80)
    centres = Random(f"{kind}/{number % 10}")
    return centres.uniform(5, 75) + dice.gauss(0, 3), centres.uniform(5, 75) + dice.gauss(0, 3)
