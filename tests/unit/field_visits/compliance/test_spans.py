from datetime import UTC, datetime

import pytest

from field_visits.compliance.spans import (
    EVER,
    FOREVER,
    Span,
    Spans,
    ceil_s,
    first_outside,
    floor_s,
    from_s,
    merged,
    minus,
    next_inside,
)


@pytest.mark.parametrize(
    ("micros", "floor", "ceil"),
    [(0, 1000, 1000), (1, 1000, 1001), (999_999, 1000, 1001)],
)
def test_instants_round_to_whole_seconds_exactly(micros: int, floor: int, ceil: int) -> None:
    at = datetime.fromtimestamp(1000, UTC).replace(microsecond=micros)
    assert (floor_s(at), ceil_s(at)) == (floor, ceil)
    assert from_s(floor) == at.replace(microsecond=0)


def test_merging_sorts_joins_what_touches_and_drops_what_is_empty() -> None:
    assert merged([(7, 9), (5, 5), (1, 3), (3, 4), (8, 8), (2, 3)]) == ((1, 4), (7, 9))


@pytest.mark.parametrize(
    ("holes", "left"),
    [
        ([(0, 5)], ((5, 10),)),
        ([(5, 20)], ((1, 5),)),
        ([(3, 5)], ((1, 3), (5, 10))),
        ([(3, 5), (4, 7)], ((1, 3), (7, 10))),
        ([(EVER, FOREVER)], ()),
        ([], ((1, 10),)),
    ],
)
def test_taking_holes_out_leaves_the_rest(holes: list[Span], left: Spans) -> None:
    assert minus([(1, 10)], holes) == left


@pytest.mark.parametrize(
    ("second", "first"), [(0, 0), (1, 4), (3, 4), (4, 4), (7, None), (FOREVER - 1, None)]
)
def test_the_first_second_outside_is_found(second: int, first: int | None) -> None:
    assert first_outside(((1, 4), (7, FOREVER)), second) == first


@pytest.mark.parametrize(("second", "first"), [(0, 1), (1, 1), (3, 3), (4, 7), (8, 8), (9, None)])
def test_the_next_second_inside_is_found(second: int, first: int | None) -> None:
    assert next_inside(((1, 4), (7, 9)), second) == first
