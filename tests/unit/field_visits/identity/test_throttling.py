from datetime import UTC, datetime, timedelta

import pytest

from field_visits.identity.throttling import FREE_TRIES, MAX_WAIT_S, Place, Strays, ThrottledError

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
HERE, THERE = Place("here", is_shared=True), Place("there", is_shared=True)


def tried(strays: Strays, place: Place, times: int, *, name: str = "li.na") -> None:
    for _ in range(times):
        strays.count(name, place, NOW)


def wait_of(strays: Strays, place: Place, *, name: str = "li.na", at: datetime = NOW) -> int:
    try:
        strays.refuse_if_throttled(name, place, at)
    except ThrottledError as error:
        return error.retry_after_s
    return 0


@pytest.mark.parametrize(
    ("times", "wait_s"),
    [
        (FREE_TRIES - 1, 0),
        (FREE_TRIES, 1),
        (FREE_TRIES + 3, 8),
        (FREE_TRIES + 6, MAX_WAIT_S),
        (FREE_TRIES + 9_000, MAX_WAIT_S),
    ],
)
def test_waits_double_up_to_a_minute(times: int, wait_s: int) -> None:
    strays = Strays()
    tried(strays, HERE, times)

    assert wait_of(strays, HERE) == wait_s
    assert wait_of(strays, HERE, at=NOW + timedelta(seconds=wait_s)) == 0


def test_another_place_and_another_name_wait_for_nobody() -> None:
    strays = Strays()
    tried(strays, HERE, FREE_TRIES)

    assert (wait_of(strays, THERE), wait_of(strays, HERE, name="zhang.wei")) == (0, 0)


def test_the_failures_of_a_place_are_counted_over_all_names() -> None:
    strays = Strays()
    for number in range(FREE_TRIES):
        tried(strays, HERE, 2, name=f"guess{number}")

    assert strays.refuse_if_throttled("li.na", HERE, NOW) == 2 * FREE_TRIES
    assert strays.refuse_if_throttled("li.na", THERE, NOW) == 0
    assert strays.refuse_if_throttled("li.na", HERE, NOW + timedelta(minutes=15)) == 0


def test_a_quarter_of_an_hour_of_silence_is_forgiven() -> None:
    strays = Strays()
    tried(strays, HERE, FREE_TRIES + 6)
    later = NOW + timedelta(minutes=15)
    strays.count("li.na", HERE, later)

    assert wait_of(strays, HERE, at=later) == 0
