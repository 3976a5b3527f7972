import threading
import time

import pytest

from field_visits.identity.passwords import PasswordCost, PasswordHasher, check_strength
from field_visits.kernel.errors import InvalidError, UnavailableError

CHEAP = PasswordCost(time=1, memory_kib=8, lanes=1, at_once=4)


def test_a_password_is_known_by_its_hash_alone() -> None:
    hasher = PasswordHasher(CHEAP)
    hashed = hasher.hash("four unrelated words")

    assert hashed.startswith("$argon2id$")
    assert hasher.verify(hashed, "four unrelated words")
    assert not hasher.verify(hashed, "four unrelated word")


def test_nobody_has_a_password_not_even_the_dummy() -> None:
    assert not PasswordHasher(CHEAP).verify(None, "nobody signs in with this")


@pytest.mark.parametrize("hashed", ["!", "", "$argon2id$broken", "plain"])
def test_what_is_no_hash_opens_to_nothing(hashed: str) -> None:
    assert not PasswordHasher(CHEAP).verify(hashed, hashed)


def test_composed_and_decomposed_letters_are_one_password() -> None:
    hasher = PasswordHasher(CHEAP)

    assert hasher.verify(hasher.hash("caf\u00e9 au lait, s'il"), "cafe\u0301 au lait, s'il")


def test_a_hash_of_another_cost_is_outdated() -> None:
    hashed = PasswordHasher(CHEAP).hash("four unrelated words")

    assert not PasswordHasher(CHEAP).is_outdated(hashed)
    assert PasswordHasher(PasswordCost(time=2, memory_kib=8, lanes=1)).is_outdated(hashed)


def test_beyond_the_cap_a_caller_is_told_to_come_back() -> None:
    hasher = PasswordHasher(PasswordCost(time=30, memory_kib=65_536, lanes=1, at_once=1, patience_s=0.05))
    holder = threading.Thread(target=hasher.hash, args=("a slow one",))
    holder.start()
    time.sleep(0.02)

    with pytest.raises(UnavailableError):
        hasher.hash("another one")
    holder.join()
    assert hasher.verify(None, "seats are given back") is False


@pytest.mark.parametrize("password", ["short", "x" * 201, "aaaaaaaaaaaaaaaaaa", "Zhang.Wei.1980"])
def test_what_is_easy_to_guess_is_refused(password: str) -> None:
    with pytest.raises(InvalidError) as error:
        check_strength(password, username="zhang.wei.1980")

    assert error.value.faults[0].pointer == "/password"


def test_a_few_words_are_enough() -> None:
    check_strength("correct horse battery", username="zhang.wei")
