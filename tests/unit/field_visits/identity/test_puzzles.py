from dataclasses import replace
from datetime import UTC, datetime

import pytest

from api.house import Keys
from field_visits.identity.puzzles import LIFE, MIN_BITS, PARTS, Solution, expiry_of, mint
from tests.client import KEYS
from tests.puzzling import cheap_solution, solved

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)


def is_accepted(solution: Solution, *, at: datetime = NOW) -> bool:
    return expiry_of(solution, KEYS.tokens, at) is not None


def test_a_solved_puzzle_is_accepted_until_it_is_over() -> None:
    solution = cheap_solution(NOW)

    assert is_accepted(solution)
    assert expiry_of(solution, KEYS.tokens, NOW) == NOW + LIFE
    assert not is_accepted(solution, at=NOW + LIFE)


def test_guessed_numbers_are_not_accepted() -> None:
    puzzle = mint(KEYS.tokens, 20, NOW)

    assert not is_accepted(Solution(puzzle.text, (0,) * PARTS))


@pytest.mark.parametrize("count", [0, 1, PARTS - 1])
def test_every_part_is_wanted(count: int) -> None:
    solution = cheap_solution(NOW)

    assert not is_accepted(replace(solution, numbers=solution.numbers[:count]))


def test_a_puzzle_made_easier_later_or_by_somebody_else_is_not_accepted() -> None:
    hard = mint(KEYS.tokens, MIN_BITS, NOW)
    eased = replace(hard, text="0" + hard.text[1:], bits=0)
    later = replace(eased, text="0.9999999999." + eased.text.split(".", 2)[2])
    foreign = mint(Keys.derive([b"a pepper of another installation"]).tokens, 1, NOW)

    assert [is_accepted(solved(each)) for each in (eased, later, foreign)] == [False] * 3


@pytest.mark.parametrize("text", ["", ".", "...", "8.x.y.z", "鍵.鍵.鍵.鍵", "0.9999999999..", "8"])
def test_nonsense_is_no_puzzle(text: str) -> None:
    assert not is_accepted(Solution(text, (0,) * PARTS))


def test_a_puzzle_of_the_pepper_before_is_still_good() -> None:
    both = Keys.derive([b"a new pepper for tests, 32 bytes", b"a pepper for tests, 32 bytes long"])

    assert expiry_of(cheap_solution(NOW), both.tokens, NOW) == NOW + LIFE
