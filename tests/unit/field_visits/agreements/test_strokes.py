import json
from collections.abc import Callable
from typing import Any

import pytest

from field_visits.agreements.strokes import (
    canonical_bytes,
    strokes_as_json,
    strokes_from_json,
    strokes_hash,
    svg,
    svg_path,
)
from field_visits.kernel.errors import InvalidError

from .samples import drawn


def pointer_of(written: Any) -> str:
    with pytest.raises(InvalidError) as caught:
        strokes_from_json(written)
    return caught.value.faults[0].pointer


def test_a_signature_is_kept_as_it_came() -> None:
    signature = strokes_from_json(drawn())

    assert strokes_as_json(signature) == drawn()
    assert strokes_from_json(json.loads(canonical_bytes(signature))) == signature
    assert signature.duration_ms == 1_300
    assert signature.ink_px > 360


def test_the_hash_moves_with_every_point() -> None:
    other = drawn()
    other["strokes"][0][7]["x"] += 0.001

    assert strokes_hash(strokes_from_json(drawn())) != strokes_hash(strokes_from_json(other))
    assert strokes_hash(strokes_from_json(drawn())) == strokes_hash(strokes_from_json(drawn()))


def test_the_path_has_one_move_for_each_stroke_and_draws_a_tap_as_a_dot() -> None:
    written = drawn()
    written["strokes"].append([{"x": 300, "y": 50, "t_ms": 2_000, "pressure": 1}])

    path = svg_path(strokes_from_json(written))

    assert path.count("M") == 3
    assert path.endswith("M300.00 50.00L300.01 50.00")
    assert f'd="{path}"' in svg(strokes_from_json(written))


def tap() -> dict[str, Any]:
    return {"width": 360, "height": 180, "strokes": [[{"x": 10, "y": 10, "t_ms": 0, "pressure": 0.5}]]}


def scribble(x_step: float, count: int, t_step: int = 5) -> dict[str, Any]:
    # Back and forth on one spot: much line, no extent, if the step is small.
    points = [
        {"x": 100 + x_step * (i % 2), "y": 90, "t_ms": t_step * i, "pressure": 0.5} for i in range(count)
    ]
    return {"width": 360, "height": 180, "strokes": [points]}


@pytest.mark.parametrize(
    "written", [tap(), scribble(100, 7), scribble(1, 20), scribble(10, 200), scribble(100, 20, t_step=0)]
)
def test_too_little_to_be_a_signature_is_refused(written: dict[str, Any]) -> None:
    assert pointer_of(written) == "/strokes"


def put(*path: str | int, value: object) -> Callable[[Any], None]:
    def change(written: Any) -> None:
        for step in path[:-1]:
            written = written[step]
        written[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        (put("width", value=49), "/width"),
        (put("height", value=180.0), "/height"),
        (put("colour", value="red"), ""),
        (put("strokes", value=[]), "/strokes"),
        (put("strokes", value=[[]] * 201), "/strokes"),
        (put("strokes", 1, value=[]), "/strokes/1"),
        (put("strokes", 0, value=[{}] * 10_001), "/strokes/0"),
        (put("strokes", 0, 3, value=[1, 2]), "/strokes/0/3"),
        (put("strokes", 0, 3, "x", value=379), "/strokes/0/3/x"),
        (put("strokes", 0, 3, "y", value=-10), "/strokes/0/3/y"),
        (put("strokes", 0, 3, "y", value=float("nan")), "/strokes/0/3/y"),
        (put("strokes", 0, 3, "x", value="4"), "/strokes/0/3/x"),
        (put("strokes", 0, 3, "x", value=True), "/strokes/0/3/x"),
        (put("strokes", 0, 3, "pressure", value=1.1), "/strokes/0/3/pressure"),
        (put("strokes", 0, 3, "t_ms", value=1), "/strokes/0/3/t_ms"),
        (put("strokes", 1, 0, "t_ms", value=600_001), "/strokes/1/0/t_ms"),
    ],
)
def test_strokes_that_cannot_be_are_refused_at_their_place(
    change: Callable[[Any], None], pointer: str
) -> None:
    written = drawn()
    change(written)

    assert pointer_of(written) == pointer


def test_a_finger_may_slide_a_little_over_the_edge() -> None:
    written = drawn()
    written["strokes"][0][3]["y"] = -5

    assert strokes_from_json(written).strokes[0][3].y == -5
