"""Whole days at random, from their seeds, through every engine to the judge: no plan ever breaks a rule.

Some in `make test`, as many as `--problems` says in `make soak`.
"""

from dataclasses import replace
from random import Random

import pytest

from benchmarks.days import real_day
from routing.check import check
from routing.model import Fairness, Locked, Plan, Problem, Promise, Rush, Stop, Vehicle
from routing.solve import solve

CHUNK = 20
HOUR = 3_600


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "chunk" in metafunc.fixturenames:
        metafunc.parametrize("chunk", range(metafunc.config.getoption("--problems") // CHUNK))


def random_day(dice: Random) -> Problem:
    """A small day with whatever a day may have: breaks, limits, pins, promises, a rush, evenness."""
    day = real_day(
        dice.randrange(1 << 30),
        visits=dice.randrange(1, 30),
        crews=dice.randrange(2, 6),
        has_lunch=dice.random() < 0.6,
    )
    names = [vehicle.id for vehicle in day.vehicles]
    slower = tuple(tuple(int(way * 1.6) for way in row) for row in day.travel.seconds)
    rush = (Rush(16 * HOUR, 18 * HOUR, replace(day.travel, seconds=slower)),)
    return replace(
        day,
        stops=tuple(asked(dice, stop, names) for stop in day.stops),
        vehicles=tuple(limited(dice, vehicle) for vehicle in day.vehicles),
        rush=rush if dice.random() < 0.3 else (),
        fairness=Fairness(dice.choice((0, 0, 300)), dice.choice((0, 0, 200))),
    )


def asked(dice: Random, stop: Stop, names: list[str]) -> Stop:
    opens = dice.randrange(8, 18) * HOUR
    promise = Promise(dice.choice(names), (opens, opens + HOUR), 1_800, dice.choice((0, 900)))
    return replace(
        stop,
        pinned_vehicle=dice.choice(names) if dice.random() < 0.1 else None,
        never_vehicles=frozenset({dice.choice(names)}) if dice.random() < 0.1 else frozenset(),
        load=dice.randrange(3),
        promise=promise if dice.random() < 0.3 else None,
    )


def limited(dice: Random, vehicle: Vehicle) -> Vehicle:
    return replace(
        vehicle,
        max_visits=dice.choice((None, None, 6)),
        max_duration_s=dice.choice((None, None, 7 * HOUR)),
        max_travel_s=dice.choice((None, None, 2 * HOUR)),
        max_load=dice.choice((None, None, 10)),
    )


def running(dice: Random, day: Problem, plan: Plan) -> Problem:
    """The rest of the day, after some of its visits."""
    locked = []
    for route in plan.routes:
        happened = route.visits[: dice.randrange(len(route.visits) + 1)]
        if happened:
            rested = tuple(pause for pause in route.breaks if pause.end_s <= happened[-1].leave_s)
            locked.append(Locked(route.vehicle, route.depart_s, happened, rested))
    return replace(day, locked=tuple(locked))


def test_no_plan_of_a_random_day_breaks_a_rule(chunk: int) -> None:
    for seed in range(chunk * CHUNK, (chunk + 1) * CHUNK):
        dice = Random(seed)
        day = random_day(dice)

        plan = solve(day, seconds=30, seed=seed, iterations=40)
        rest = running(dice, day, plan)
        again = solve(rest, seconds=30, seed=seed, iterations=40, start=plan)

        assert check(day, plan) == (), seed
        assert check(rest, again) == (), seed
        assert not any("failed" in note or "refused" in note for note in (*plan.notes, *again.notes)), seed
