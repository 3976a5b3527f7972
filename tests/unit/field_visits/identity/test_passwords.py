from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from field_visits.identity.passwords import PasswordCost, PasswordHasher, Standing, check_strength
from field_visits.kernel.errors import InvalidError, UnavailableError

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


class Slow:
    """A hasher with one seat a lane, and a hash in hand that takes as long as the test wants."""

    def __init__(self, *, queue: int) -> None:
        cost = PasswordCost(time=1, memory_kib=8, lanes=1, at_once=1, queue=queue, patience_s=0.05)
        self.hasher = PasswordHasher(cost)

    @contextmanager
    def busy(self, lane: str) -> Iterator[None]:
        with getattr(self.hasher, lane).seat(NEW):
            yield


def test_beyond_the_queue_a_stranger_is_turned_away_and_a_known_person_is_not() -> None:
    slow = Slow(queue=0)

    with slow.busy("_strangers"):
        with pytest.raises(UnavailableError):
            slow.hasher.verify(None, "a stranger's guess", NEW)
        known = slow.hasher.hash("four unrelated words")
        assert slow.hasher.verify(known, "four unrelated words", Standing.KNOWN)


def test_whoever_comes_from_where_tries_failed_is_let_in_only_when_nobody_is_there() -> None:
    slow = Slow(queue=5)

    assert slow.hasher.verify(None, "a suspect's guess", Standing.SUSPECT) is False
    with slow.busy("_strangers"), pytest.raises(UnavailableError):
        slow.hasher.verify(None, "a suspect's guess", Standing.SUSPECT)
    assert slow.hasher.verify(None, "a suspect's guess", Standing.SUSPECT) is False


def test_whoever_waits_too_long_is_told_to_come_back() -> None:
    slow = Slow(queue=1)

    with slow.busy("_strangers"), pytest.raises(UnavailableError):
        slow.hasher.verify(None, "a stranger's guess", NEW)


def test_places_are_given_back() -> None:
    slow = Slow(queue=0)
    with slow.busy("_strangers"), pytest.raises(UnavailableError):
        slow.hasher.verify(None, "a stranger's guess", NEW)

    assert slow.hasher.verify(None, "the next one", NEW) is False


@pytest.mark.parametrize("password", ["short", "x" * 201, "aaaaaaaaaaaaaaaaaa", "Zhang.Wei.1980"])
def test_what_is_easy_to_guess_is_refused(password: str) -> None:
    with pytest.raises(InvalidError) as error:
        check_strength(password, username="zhang.wei.1980")

    assert error.value.faults[0].pointer == "/password"


def test_a_few_words_are_enough() -> None:
    check_strength("correct horse battery", username="zhang.wei")
