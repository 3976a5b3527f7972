import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager

import pytest

from field_visits.identity.passwords import (
    BusyError,
    PasswordCost,
    PasswordHasher,
    Standing,
    check_strength,
)
from field_visits.kernel.errors import InvalidError

NEW = Standing.NEW
CHEAP = PasswordCost(time=1, memory_kib=8, lanes=1, at_once=4)


def test_a_password_is_known_by_its_hash_alone() -> None:
    hasher = PasswordHasher(CHEAP)
    hashed = hasher.hash("four unrelated words")

    assert hashed.startswith("$argon2id$")
    assert hasher.verify(hashed, "four unrelated words", NEW)
    assert not hasher.verify(hashed, "four unrelated word", NEW)


def test_nobody_has_a_password_not_even_the_dummy() -> None:
    assert not PasswordHasher(CHEAP).verify(None, "nobody signs in with this", NEW)


@pytest.mark.parametrize("hashed", ["!", "", "$argon2id$broken", "plain"])
def test_what_is_no_hash_opens_to_nothing(hashed: str) -> None:
    assert not PasswordHasher(CHEAP).verify(hashed, hashed, NEW)


def test_composed_and_decomposed_letters_are_one_password() -> None:
    hasher = PasswordHasher(CHEAP)

    assert hasher.verify(hasher.hash("caf\u00e9 au lait, s'il"), "cafe\u0301 au lait, s'il", NEW)


def with_one_seat(*, queue: int, patience_s: float = 0.05) -> PasswordHasher:
    """A hasher with one seat a lane."""
    cost = PasswordCost(time=1, memory_kib=8, lanes=1, at_once=1, queue=queue, patience_s=patience_s)
    return PasswordHasher(cost)


def until(is_so: Callable[[], bool]) -> None:
    """Waits for another thread."""
    while not is_so():
        time.sleep(0.001)


def a_hash_that_takes_long(hasher: PasswordHasher, standing: Standing) -> AbstractContextManager[None]:
    """As long as the test wants."""
    return hasher._seat_of(standing)


def is_turned_away(hasher: PasswordHasher, standing: Standing) -> bool:
    try:
        hasher.verify(None, "a guess", standing)
    except BusyError:
        return True
    return False


@pytest.mark.parametrize(
    ("busy", "turned_away"),
    [
        (Standing.NEW, {Standing.NEW, Standing.PROVEN}),
        (Standing.PROVEN, {Standing.NEW, Standing.PROVEN}),
        (Standing.SUSPECT, {Standing.SUSPECT}),
        (Standing.KNOWN, {Standing.KNOWN}),
    ],
)
def test_strangers_suspects_and_known_people_take_no_seat_from_each_other(
    busy: Standing, turned_away: set[Standing]
) -> None:
    hasher = with_one_seat(queue=0)

    with a_hash_that_takes_long(hasher, busy):
        assert {standing for standing in Standing if is_turned_away(hasher, standing)} == turned_away
    assert not any(is_turned_away(hasher, standing) for standing in Standing)


def test_who_solved_a_puzzle_may_wait_where_the_next_stranger_may_not() -> None:
    hasher = with_one_seat(queue=2, patience_s=10)
    inside = hasher._strangers

    with ThreadPoolExecutor(2) as pool:
        with a_hash_that_takes_long(hasher, Standing.NEW):
            waiting = [pool.submit(is_turned_away, hasher, Standing.NEW)]
            until(lambda: inside._inside == 2)
            next_stranger = is_turned_away(hasher, Standing.NEW)
            waiting.append(pool.submit(is_turned_away, hasher, Standing.PROVEN))
            until(lambda: inside._inside == 3)
        turned_away = [each.result() for each in waiting]

    assert next_stranger
    assert turned_away == [False, False]


def test_whoever_waits_too_long_is_told_to_come_back() -> None:
    hasher = with_one_seat(queue=1)

    with a_hash_that_takes_long(hasher, Standing.NEW):
        assert is_turned_away(hasher, Standing.NEW)
    assert not is_turned_away(hasher, Standing.NEW)


@pytest.mark.parametrize("password", ["short", "x" * 201, "aaaaaaaaaaaaaaaaaa", "Zhang.Wei.1980"])
def test_what_is_easy_to_guess_is_refused(password: str) -> None:
    with pytest.raises(InvalidError) as error:
        check_strength(password, username="zhang.wei.1980")

    assert error.value.faults[0].pointer == "/password"


def test_a_few_words_are_enough() -> None:
    check_strength("correct horse battery", username="zhang.wei")
