"""The JSON form: what is read, what is written, and how a mistake is answered."""

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings

from routing.form.nodes import FormError
from routing.form.reading import read_plan, read_problem
from routing.form.writing import plan_document, problem_document
from routing.model import Break, Fairness, Locked, Objective, Place, Problem, Promise, Rush, Visit
from routing.solve import solve
from tests.property.test_routing import problems

from . import days

DOCS = Path(__file__).parents[3] / "docs"
SCHEMA = json.loads((DOCS / "planning-format.schema.json").read_text(encoding="utf-8"))


def example() -> dict[str, Any]:
    document: dict[str, Any] = json.loads((DOCS / "examples/plan-problem.json").read_text(encoding="utf-8"))
    return document


def valid(document: Any, part: str) -> bool:
    schema = {**SCHEMA, "oneOf": [{"$ref": f"#/$defs/{part}"}]}
    return bool(jsonschema.Draft202012Validator(schema).is_valid(document))


def full() -> Problem:
    """A problem in which every field has something to say."""
    stops = [
        days.stop("done", 1),
        days.stop("x", 2, windows=((0, 9), (20, 90_000)), skills=["zh"], pinned="a", load=2),
        days.stop("y", 3, never=["b"], zone="north", promise=Promise("a", (100, 900), 60, 30)),
    ]
    crews = [
        days.crew(
            "a", breaks=(Break("tea", ((10, 20_000),), 60),), skills=["zh"], zones=["north"], max_load=9
        ),
        days.crew("b", start=None, end=None, max_visits=3, max_duration_s=9_000, max_travel_s=8_000),
    ]
    happened = Locked("a", 0, (Visit("done", 60, 60, 660, 700, 60, 100),))
    day = days.day(stops, crews, (happened,))
    slow = replace(day.travel, seconds=tuple(tuple(2 * s for s in row) for row in day.travel.seconds))
    named = {
        place: Place(place.lat, place.lon, f"p{number}") for number, place in enumerate(day.travel.places)
    }
    travel, slow = (replace(one, places=tuple(named.values())) for one in (day.travel, slow))
    return Problem(
        tuple(replace(stop, place=named[stop.place]) for stop in day.stops),
        (
            replace(day.vehicles[0], start=named[days.at(0)], end=named[days.at(0)]),
            day.vehicles[1],
        ),
        replace(travel, estimated=frozenset({(0, 1)})),
        day.locked,
        (Rush(1_000, 2_000, slow),),
        Fairness(60, 30),
    )


def test_what_is_written_is_read_as_the_same_and_is_of_the_schema() -> None:
    document = json.loads(json.dumps(problem_document(full())))

    assert read_problem(document) == full()
    assert valid(document, "problem")


@settings(max_examples=40)
@given(problems())
def test_every_plan_that_is_made_can_be_written_read_and_is_of_the_schema(problem: Problem) -> None:
    plan = solve(problem, engines=())
    document = json.loads(json.dumps(plan_document(problem, plan)))

    assert read_plan(document) == plan
    assert valid(document, "plan")
    assert valid(problem_document(problem), "problem")


def test_the_example_of_the_manual_is_planned_whole_or_says_why_not() -> None:
    problem = read_problem(example())
    plan = solve(problem, engines=())

    assert valid(example(), "problem")
    assert [drop.stop for drop in plan.dropped] == ["visit-3"]
    assert plan.travel_source.startswith("estimate: local ellipsoid")


def test_an_objective_of_travel_prices_travel_alone() -> None:
    asked = example() | {"objective": "travel"}
    problem = read_problem(asked)

    document = plan_document(problem, solve(problem, engines=()))

    assert problem.objective is Objective.TRAVEL
    assert document["cost"]["moved_s"] == document["cost"]["unfair_s"] == 0


def explicit() -> dict[str, Any]:
    asked = example()
    for place in asked["places"]:
        del place["lat"], place["lon"]
    asked["travel"] = {"seconds": [[0, 60, 60, 60] for _ in range(4)]}
    return asked


def test_places_of_an_explicit_matrix_need_no_position_and_may_be_alike() -> None:
    assert len(read_problem(explicit()).travel.places) == 4


def test_a_hole_is_filled_by_the_estimate_and_marked() -> None:
    asked = example()
    asked["travel"] = {
        "seconds": [[0, None, 60, 60], *([0, 60, 60, 60] for _ in range(3))],
        "estimate": {"per_trip_s": 100},
    }

    travel = read_problem(asked).travel

    assert travel.estimated == {(0, 1)}
    assert travel.seconds[0][1] > 100


def edit(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    asked = copy.deepcopy(example())
    change(asked)
    return asked


MISTAKES: list[tuple[Any, str, str, bool]] = [
    ([], "/", "give an object", False),
    (edit(lambda d: d.pop("stops")), "/", "the field stops is missing", False),
    (edit(lambda d: d.update(form="doorstep-problem-9")), "/form", "give one of: doorstep-problem-1", False),
    (edit(lambda d: d.update(stop=[])), "/stop", "nobody reads this field", False),
    (
        edit(lambda d: d["stops"][1].update(place="offce")),
        "/stops/1/place",
        "no place has the id offce",
        True,
    ),
    (edit(lambda d: d["stops"][0].update(service_s=1.5)), "/stops/0/service_s", "whole number from 0", False),
    (edit(lambda d: d["stops"][0].update(service_s=-1)), "/stops/0/service_s", "whole number from 0", False),
    (edit(lambda d: d["stops"][0].update(windows=[[1, 2, 3]])), "/stops/0/windows/0", "a list of two", False),
    (edit(lambda d: d["stops"][0].update(windows=[[9, 2]])), "/stops/0", "not end before it starts", True),
    (edit(lambda d: d["stops"][0].update(priority=0)), "/stops/0/priority", "from 1 to 100", False),
    (edit(lambda d: d["stops"][0].update(skills="zh")), "/stops/0/skills", "give a list", False),
    (edit(lambda d: d["stops"].append(d["stops"][0])), "/", "Two stops have the same id", True),
    (edit(lambda d: d["places"][1].update(id="office")), "/places/1/id", "another place has this id", True),
    (edit(lambda d: d["places"][1].pop("lat")), "/places/1", "the field lat is missing", True),
    (edit(lambda d: d["places"][1].update(lat=91)), "/places/1/lat", "from -90 to 90", False),
    (edit(lambda d: d["vehicles"][0].update(shift=[5, 4])), "/vehicles/0", "the shift must lie", True),
    (
        edit(lambda d: d["travel"]["estimate"].update(detour=0.5)),
        "/travel/estimate/detour",
        "from 1 to 10",
        False,
    ),
    (edit(lambda d: d.update(objective="fast")), "/objective", "give one of: day, travel", False),
    (edit(lambda d: d.update(travel={"seconds": [[0]]})), "/travel/seconds/0", "give 4 figures", True),
    (edit(lambda d: d.update(travel={"seconds": [[0] * 4]})), "/travel/seconds", "give 4 rows", True),
    (
        edit(lambda d: d.update(travel={"seconds": [[0, 1, None, 1]] * 4})),
        "/travel/seconds/0/2",
        "the trip is missing",
        True,
    ),
    (
        edit(lambda d: d.update(travel={"seconds": [[0, 1, -5, 1]] * 4})),
        "/travel/seconds/0/2",
        "whole number from 0",
        False,
    ),
]


@pytest.mark.parametrize(
    ("document", "pointer", "says", "is_of_schema"), MISTAKES, ids=[way[1] for way in MISTAKES]
)
def test_a_mistake_is_answered_with_its_pointer_and_what_to_do(
    document: Any, pointer: str, says: str, is_of_schema: bool
) -> None:
    with pytest.raises(FormError) as refusal:
        read_problem(document)

    assert (refusal.value.pointer or "/") == pointer
    assert says in refusal.value.sentence
    assert valid(document, "problem") == is_of_schema
