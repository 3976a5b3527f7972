"""When strangers bring a solved puzzle, by a clock that is stepped."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from field_visits.identity.crowd import BUSY, MANY, PLACE_PAYS, Crowd, PuzzleRequiredError
from field_visits.identity.passwords import BusyError, Standing
from field_visits.identity.puzzles import MAX_BITS, MIN_BITS, Solution
from field_visits.identity.throttling import FREE_TRIES, FREE_TRIES_OF_A_PLACE, Place
from tests.client import KEYS
from tests.puzzling import cheap_solution

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
HERE, THERE = Place("here", is_shared=True), Place("there", is_shared=True)


@pytest.fixture
def crowd() -> Crowd:
    return Crowd(KEYS.tokens)


def asked(crowd: Crowd, place: Place = HERE, *, at: datetime = NOW) -> int:
    """How many bits the puzzle has that is asked of a stranger; 0 for none."""
    try:
        crowd.admit(place, None, at)
    except PuzzleRequiredError as error:
        return bits_of(error)
    return 0


def bits_of(error: Any) -> int:
    bits: int = error.extra["puzzle"]["bits"]
    return bits


def storm(crowd: Crowd) -> None:
    """Strangers of many places, who solve nothing."""
    for number in range(MANY):
        asked(crowd, Place(f"place {number}", is_shared=True))


def standing(crowd: Crowd, failures: int, *, has_solved: bool = False, place: Place = HERE) -> Standing:
    with crowd.standing(place, failures, NOW, has_solved=has_solved) as known:
        return known


def test_in_quiet_nobody_is_asked(crowd: Crowd) -> None:
    assert asked(crowd) == 0


def test_when_there_is_no_room_for_a_stranger_all_strangers_are_asked_for_a_while(crowd: Crowd) -> None:
    turned_away = crowd.turned_away(HERE, Standing.NEW, NOW)

    assert bits_of(turned_away) == MIN_BITS
    assert (asked(crowd), asked(crowd, THERE)) == (MIN_BITS, MIN_BITS)
    assert asked(crowd, at=NOW + BUSY) == 0


def test_while_many_go_on_without_solving_all_go_on_being_asked(crowd: Crowd) -> None:
    crowd.turned_away(HERE, Standing.NEW, NOW)
    storm(crowd)

    assert asked(crowd, at=NOW + BUSY) == MIN_BITS
    assert asked(crowd, at=NOW + 2 * BUSY) == 0


def test_however_often_one_place_tries_the_others_are_asked_no_longer_for_it(crowd: Crowd) -> None:
    crowd.turned_away(HERE, Standing.NEW, NOW)
    for _ in range(2 * MANY):
        asked(crowd)

    assert asked(crowd, THERE, at=NOW + BUSY) == 0


def test_of_several_at_one_place_at_once_the_first_alone_is_not_suspect(crowd: Crowd) -> None:
    with crowd.standing(HERE, 0, NOW, has_solved=False) as first:
        others = [standing(crowd, 0), standing(crowd, 0)]
        elsewhere = standing(crowd, 0, place=THERE)
        solved = standing(crowd, 0, has_solved=True)

    assert first is Standing.NEW
    assert others == [Standing.SUSPECT, Standing.SUSPECT]
    assert (elsewhere, solved) == (Standing.NEW, Standing.PROVEN)
    assert standing(crowd, 0) is Standing.NEW


def test_a_storm_of_long_ago_asks_nothing_of_today(crowd: Crowd) -> None:
    crowd.turned_away(HERE, Standing.NEW, NOW)
    storm(crowd)

    assert asked(crowd, at=NOW + timedelta(hours=1)) == 0


def test_a_solution_admits_once(crowd: Crowd) -> None:
    crowd.turned_away(HERE, Standing.NEW, NOW)
    solution = cheap_solution(NOW)

    assert crowd.admit(HERE, solution, NOW) is True
    with pytest.raises(PuzzleRequiredError):
        crowd.admit(HERE, solution, NOW)


def test_a_wrong_solution_admits_nobody_and_harms_nobody(crowd: Crowd) -> None:
    wrong = Solution("8.1.x.y", (0,) * 8)
    in_quiet = crowd.admit(HERE, wrong, NOW)
    crowd.turned_away(HERE, Standing.NEW, NOW)

    assert in_quiet is False
    with pytest.raises(PuzzleRequiredError):
        crowd.admit(HERE, wrong, NOW)


def test_if_even_solutions_come_too_fast_puzzles_become_harder_step_by_step(crowd: Crowd) -> None:
    steps = []
    for number in range(6):
        at = NOW + timedelta(seconds=5 * number)
        answers = [crowd.turned_away(HERE, Standing.PROVEN, at) for _ in range(3)]
        assert all(isinstance(each, BusyError) for each in answers)
        steps.append(asked(crowd, at=at))

    assert steps == [9, 10, 11, MAX_BITS, MAX_BITS, MAX_BITS]
    assert asked(crowd, at=NOW + timedelta(minutes=2)) == 0
    crowd.turned_away(HERE, Standing.NEW, NOW + timedelta(minutes=2))
    assert asked(crowd, at=NOW + timedelta(minutes=2)) == MIN_BITS


@pytest.mark.parametrize(
    ("failures", "expected"),
    [
        (0, Standing.NEW),
        (FREE_TRIES - 1, Standing.NEW),
        (FREE_TRIES, Standing.SUSPECT),
        (FREE_TRIES_OF_A_PLACE - 1, Standing.SUSPECT),
    ],
)
def test_where_several_tries_failed_everybody_new_is_suspect(
    crowd: Crowd, failures: int, expected: Standing
) -> None:
    assert standing(crowd, failures) is expected


@pytest.mark.parametrize("times", [1, 2, 4, 8, 1000])
def test_where_many_failed_everybody_new_is_asked_and_the_more_failed_the_more(
    crowd: Crowd, times: int
) -> None:
    with pytest.raises(PuzzleRequiredError) as error:
        standing(crowd, times * FREE_TRIES_OF_A_PLACE)

    expected = min(MAX_BITS, MIN_BITS + times.bit_length() - 1)
    assert bits_of(error.value) == expected
    assert (asked(crowd), asked(crowd, THERE)) == (expected, 0)
    assert asked(crowd, at=NOW + PLACE_PAYS) == 0  # then it is looked at again


def test_no_storm_from_an_address_shuts_out_who_solves_a_puzzle_there(crowd: Crowd) -> None:
    assert standing(crowd, 10_000, has_solved=True) is Standing.PROVEN


def test_a_known_device_is_never_asked(crowd: Crowd) -> None:
    own = Place("a device", is_shared=False)

    assert standing(crowd, 10_000, place=own) is Standing.KNOWN
    assert isinstance(crowd.turned_away(own, Standing.KNOWN, NOW), BusyError)
    assert asked(crowd) == 0


def test_a_suspect_for_whom_there_is_no_room_makes_that_place_pay_and_no_other(crowd: Crowd) -> None:
    crowd.turned_away(HERE, Standing.SUSPECT, NOW)

    assert (asked(crowd), asked(crowd, THERE)) == (MIN_BITS, 0)
