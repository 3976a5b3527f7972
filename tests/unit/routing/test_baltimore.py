"""A day on real addresses (tests/data/README.md says whose they are)."""

import csv
from pathlib import Path

from routing.check import check
from routing.distance import VectorTravel
from routing.model import Break, Place, Problem, Stop, Vehicle, places_of, start_windows
from routing.solve import solve

ADDRESSES = Path(__file__).parents[2] / "data" / "addresses_baltimore.csv"
HOUR = 3_600
OFFICE = Place(39.2904, -76.6122)


def forty_addresses() -> list[tuple[str, Place]]:
    with ADDRESSES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 1_282
    return [(row["id"], Place(float(row["lat"]), float(row["lon"]))) for row in rows[::32][:40]]


def real_day() -> Problem:
    lawful = (8 * HOUR, 20 * HOUR)
    stops = tuple(
        Stop(
            name,
            place,
            start_windows(
                [
                    (9 * HOUR + HOUR * (number % 8), 11 * HOUR + HOUR * (number % 8))
                    if number % 3 == 0
                    else lawful
                ],
                1_200,
            ),
            1_200,
            skills=frozenset({"spanish"}) if number % 6 == 0 else frozenset(),
        )
        for number, (name, place) in enumerate(forty_addresses())
    )
    lunch = Break("lunch", ((11 * HOUR + HOUR // 2, 13 * HOUR),), 2_700)
    crews = tuple(
        Vehicle(
            f"crew-{number}",
            OFFICE,
            OFFICE if number else None,
            8 * HOUR,
            17 * HOUR,
            (lunch,),
            frozenset({"spanish"}) if number < 2 else frozenset(),
        )
        for number in range(4)
    )
    return Problem(stops, crews, VectorTravel().matrix(places_of(stops, crews)))


def test_forty_real_addresses_are_planned_for_four_crews() -> None:
    problem = real_day()

    plan = solve(problem, seconds=0.5, seed=1)

    assert check(problem, plan) == ()
    assert plan.dropped == ()
    assert sum(len(route.visits) for route in plan.routes) == 40
    assert all(len(route.breaks) == 1 for route in plan.routes)
    assert plan.travel_source.startswith("estimate: local ellipsoid")


def test_the_search_saves_travel_against_plain_insertion_on_real_addresses() -> None:
    problem = real_day()

    searched = solve(problem, seconds=0.5, seed=1)
    plain = solve(problem, engines=())

    assert sum(route.travel_s for route in searched.routes) < 0.95 * sum(
        route.travel_s for route in plain.routes
    )
