import pytest

from routing.explain import explain
from routing.model import Break, Dropped, DropReason, Locked, Stop, Vehicle, Visit
from routing.quick import Quick
from routing.schedule import Day
from routing.solve import solve

from . import days


def dropped(stop: Stop, *crews: Vehicle, others: tuple[Stop, ...] = ()) -> Dropped:
    """Plan the others first; then ask why the stop is left out."""
    problem = days.day([*others, stop], crews)
    orders = {"a": tuple(other.id for other in others)}
    (found,) = explain(Quick(Day.of(problem)), orders)
    return found


LUNCH = Break("lunch", ((0, 300),), 1_200)


@pytest.mark.parametrize(
    ("stop", "crews", "others", "reason"),
    [
        (days.stop("x", 1), (), (), DropReason.NO_VEHICLE),
        (days.stop("x", 1, windows=()), (days.crew("a"),), (), DropReason.NO_WINDOW),
        (days.stop("x", 1, pinned="z"), (days.crew("a"),), (), DropReason.PINNED_ABSENT),
        (days.stop("x", 1, never=["a"]), (days.crew("a"),), (), DropReason.NEVER_THIS_VEHICLE),
        (days.stop("x", 1, skills=["zh"]), (days.crew("a"), days.crew("b")), (), DropReason.NO_SKILL),
        (
            days.stop("x", 1, windows=((40_000, 50_000),)),
            (days.crew("a"),),
            (),
            DropReason.WINDOWS_MISS_SHIFTS,
        ),
        (
            days.stop("x", 1, windows=((35_500, 50_000),)),
            (days.crew("a"),),
            (),
            DropReason.WINDOWS_MISS_SHIFTS,
        ),
        (days.stop("x", 20, windows=((0, 1_000),)), (days.crew("a"),), (), DropReason.TOO_FAR),
        (days.stop("x", 400), (days.crew("a"),), (), DropReason.TOO_FAR),
        (days.stop("x", 1, windows=((0, 1_000),)), (days.crew("a", breaks=(LUNCH,)),), (), DropReason.BREAK),
        (days.stop("x", 1), (days.crew("a", max_travel_s=100),), (), DropReason.TRAVEL_LIMIT),
        (days.stop("x", 1, load=3), (days.crew("a", max_load=2),), (), DropReason.LOAD),
        (days.stop("x", 1), (days.crew("a", max_duration_s=700),), (), DropReason.WORKING_TIME),
        (
            days.stop("x", 1),
            (days.crew("a", max_duration_s=700, max_travel_s=100),),
            (),
            DropReason.LIMITS,
        ),
        (days.stop("x", 1, zone="north"), (days.crew("a", zones=["south"]),), (), DropReason.OTHER_ZONE),
        (
            days.stop("x", 1),
            (days.crew("a", max_duration_s=1_000),),
            (days.stop("w", 1),),
            DropReason.WORKING_TIME,
        ),
        (
            days.stop("x", 1, windows=((60, 500),)),
            (days.crew("a"),),
            (days.stop("w", 1, windows=((60, 100),)),),
            DropReason.NO_ROOM,
        ),
        (days.stop("x", 100, priority=1), (days.crew("a"),), (), DropReason.NOT_WORTH_ITS_TRAVEL),
    ],
)
def test_the_reason_is_the_true_one(
    stop: Stop, crews: tuple[Vehicle, ...], others: tuple[Stop, ...], reason: DropReason
) -> None:
    found = dropped(stop, *crews, others=others)

    assert (found.stop, found.reason) == ("x", reason)
    assert found.sentence


def test_the_crew_nearest_to_fitting_gives_the_reason_and_each_is_named() -> None:
    stop = days.stop("x", 20, skills=["zh"], windows=((0, 1_000),))

    found = dropped(stop, days.crew("a"), days.crew("b", skills=["zh"]))

    assert found.reason is DropReason.TOO_FAR
    assert [(one.vehicle, one.reason) for one in found.tried] == [
        ("a", DropReason.NO_SKILL),
        ("b", DropReason.TOO_FAR),
    ]
    assert found.tried[0].sentence == "a lacks: zh."


def test_a_pinned_stop_is_explained_by_its_own_crew() -> None:
    found = dropped(days.stop("x", 400, pinned="b"), days.crew("a"), days.crew("b"))

    assert [one.reason for one in found.tried] == [DropReason.PINNED_ELSEWHERE, DropReason.TOO_FAR]
    assert found.reason is DropReason.TOO_FAR


def test_the_hours_left_of_a_running_day_count_and_not_the_whole_shift() -> None:
    stops = [days.stop("done", 1), days.stop("x", 2, windows=((0, 900),))]
    done = Visit("done", 60, 60, 660, 1_000, 60, 100)
    problem = days.day(stops, [days.crew("a")], (Locked("a", 0, (done,)),))

    (found,) = solve(problem, seconds=0.1).dropped

    assert found.reason is DropReason.WINDOWS_MISS_SHIFTS
