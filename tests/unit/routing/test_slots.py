import pytest

from routing.model import Break, ProblemError, Vehicle
from routing.slots import Agenda, Busy, Slot, free_slots

from . import days

TRAVEL = days.line_matrix([days.at(number) for number in range(101)])


def slots(
    vehicle: Vehicle,
    *busy: Busy,
    windows: tuple[tuple[int, int], ...] = ((0, 100_000),),
    skills: frozenset[str] = frozenset(),
) -> tuple[Slot, ...]:
    """Ask for a visit of 600 s at step 10."""
    return free_slots(
        [Agenda(vehicle, busy)],
        place=days.at(10),
        service_s=600,
        windows=windows,
        travel=TRAVEL,
        skills=skills,
    )


def test_an_empty_day_is_free_but_for_the_way_there_and_back() -> None:
    assert slots(days.crew("a", shift=(1_000, 10_000))) == (Slot("a", (0, 100_000), 1_600, 8_800, 1_200),)


def test_beside_fixed_visits_the_way_from_and_to_them_is_kept() -> None:
    busy = (Busy(2_000, 2_600, days.at(20)), Busy(6_000, 6_600, days.at(0)))

    found = slots(days.crew("a", shift=(0, 10_000)), *busy)

    assert [(slot.from_s, slot.to_s, slot.extra_travel_s) for slot in found] == [
        (600, 800, 0),
        (3_200, 4_800, 0),
        (7_200, 8_800, 1_200),
    ]


def test_each_offered_window_is_answered_apart() -> None:
    found = slots(days.crew("a", shift=(0, 10_000)), windows=((0, 600), (700, 900), (9_000, 9_500)))

    assert [(slot.window, slot.from_s, slot.to_s) for slot in found] == [
        ((0, 600), 600, 600),
        ((700, 900), 700, 900),
    ]


def test_a_crew_without_the_skill_is_not_offered() -> None:
    assert slots(days.crew("a"), skills=frozenset({"zh"})) == ()
    assert slots(days.crew("a", skills=["zh", "fr"]), skills=frozenset({"zh"})) != ()


def test_a_lunch_splits_the_free_time() -> None:
    lunch = Break("lunch", ((4_000, 4_000),), 1_000)

    found = slots(days.crew("a", shift=(0, 10_000), breaks=(lunch,)))

    assert [(slot.from_s, slot.to_s) for slot in found] == [(600, 3_400), (5_000, 8_800)]


def test_a_break_may_wait_for_its_later_window() -> None:
    rest = Break("rest", ((1_000, 1_000), (8_000, 8_000)), 500)

    found = slots(days.crew("a", shift=(0, 10_000), breaks=(rest,)))

    assert [(slot.from_s, slot.to_s) for slot in found] == [(600, 8_800)]


def test_a_break_on_the_way_does_not_hide_from_the_limit_on_duration() -> None:
    rest = Break("rest", ((700, 900),), 100)

    found = slots(days.crew("a", shift=(0, 10_000), breaks=(rest,), max_duration_s=1_800))

    assert [(slot.from_s, slot.to_s) for slot in found] == [(1_400, 8_800)]


def test_limits_close_what_time_would_allow() -> None:
    busy = Busy(2_000, 2_600, days.at(0))

    assert slots(days.crew("a", max_visits=1), busy) == ()
    assert slots(days.crew("a", max_travel_s=1_199), busy) == ()
    assert [(slot.from_s, slot.to_s) for slot in slots(days.crew("a", max_duration_s=2_400), busy)] == [
        (800, 800),
        (3_200, 3_200),
    ]


def test_a_crew_that_cannot_keep_its_own_agenda_is_offered_for_nothing() -> None:
    too_far_apart = (Busy(2_000, 2_600, days.at(0)), Busy(2_700, 3_000, days.at(50)))

    assert slots(days.crew("a"), *too_far_apart) == ()


def test_an_agenda_that_overlaps_is_refused() -> None:
    with pytest.raises(ProblemError, match="in order and apart"):
        Agenda(days.crew("a"), (Busy(0, 100, days.at(0)), Busy(50, 200, days.at(1))))


def test_a_negative_service_time_is_refused() -> None:
    with pytest.raises(ProblemError, match="negative"):
        free_slots([], place=days.at(0), service_s=-1, windows=(), travel=TRAVEL)
