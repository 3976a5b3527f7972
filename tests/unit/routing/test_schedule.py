from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from routing.model import Break, BreakTaken, Fairness, Locked, Promise, Route, Visit
from routing.schedule import Day
from routing.ways import Way

from . import days


def test_a_crew_sets_out_late_and_then_never_dawdles() -> None:
    day = Day.of(
        days.day([days.stop("x", 10, windows=((5_000, 6_000),)), days.stop("y", 20)], [days.crew("a")])
    )

    route = day.route(day.vehicles["a"], ["x", "y"])

    assert route == Route(
        "a",
        4_400,
        (
            Visit("x", 5_000, 5_000, 5_600, 5_600, 600, 1_000),
            Visit("y", 6_200, 6_200, 6_800, 6_800, 600, 1_000),
        ),
        (),
        8_000,
        1_200,
        2_000,
    )


def test_the_second_window_is_used_when_the_first_is_missed() -> None:
    stops = [days.stop("x", 10), days.stop("y", 11, windows=((0, 1_000), (9_000, 9_500)))]
    day = Day.of(days.day(stops, [days.crew("a")]))

    route = day.route(day.vehicles["a"], ["x", "y"])

    assert route is not None
    assert [visit.start_s for visit in route.visits] == [600, 9_000]


def test_an_order_that_misses_a_window_or_the_shift_is_no_route() -> None:
    stops = [days.stop("x", 10), days.stop("y", 11, windows=((0, 1_000),)), days.stop("far", 300)]
    day = Day.of(days.day(stops, [days.crew("a", shift=(0, 36_000))]))

    assert day.route(day.vehicles["a"], ["x", "y"]) is None
    assert day.route(day.vehicles["a"], ["far"]) is None


def test_an_open_day_begins_at_the_first_visit_and_ends_at_the_last() -> None:
    day = Day.of(days.day([days.stop("x", 10)], [days.crew("a", start=None, end=None, shift=(50, 650))]))

    assert day.route(day.vehicles["a"], ["x"]) == Route(
        "a", 50, (Visit("x", 50, 50, 650, 650, 0, 0),), (), 650, 0, 0
    )


def test_lunch_is_taken_on_the_side_of_the_trip_where_it_is_in_time() -> None:
    lunch = Break("lunch", ((1_000, 1_300),), 600)
    stops = [days.stop("x", 10, windows=((600, 600),)), days.stop("y", 20)]
    day = Day.of(days.day(stops, [days.crew("a", breaks=(lunch,))]))

    route = day.route(day.vehicles["a"], ["x", "y"])

    assert route is not None
    assert route.breaks == (BreakTaken("lunch", 1_200, 1_800),)
    assert [(visit.arrive_s, visit.start_s, visit.leave_s) for visit in route.visits] == [
        (600, 600, 1_800),
        (2_400, 2_400, 3_000),
    ]


def test_a_lunch_without_room_makes_the_order_impossible() -> None:
    lunch = Break("lunch", ((700, 1_100),), 600)
    stops = [days.stop("x", 10, windows=((600, 600),))]
    day = Day.of(days.day(stops, [days.crew("a", breaks=(lunch,))]))

    assert day.route(day.vehicles["a"], ["x"]) is None


def test_a_limit_on_duration_makes_the_crew_leave_later() -> None:
    stops = [days.stop("x", 10), days.stop("y", 11, windows=((9_000, 9_500),))]
    day = Day.of(days.day(stops, [days.crew("a", max_duration_s=2_520)]))

    route = day.route(day.vehicles["a"], ["x", "y"])

    assert route is not None
    assert (route.depart_s, route.return_s) == (7_740, 10_260)
    shorter = Day.of(replace(day.problem, vehicles=(days.crew("a", max_duration_s=2_519),)))
    assert shorter.route(shorter.vehicles["a"], ["x", "y"]) is None


def test_what_has_happened_stays_and_the_day_goes_on_from_there() -> None:
    done = Visit("x", 100, 100, 900, 1_000, 100, 160)
    day = Day.of(
        days.day([days.stop("x", 10), days.stop("y", 12)], [days.crew("a")], (Locked("a", 0, (done,)),))
    )

    route = day.route(day.vehicles["a"], ["y"])

    assert route is not None
    assert route.visits == (done, Visit("y", 1_120, 1_120, 1_720, 1_720, 120, 200))
    assert route.depart_s == 0


def test_lunch_at_the_last_locked_visit_moves_its_leaving_and_nothing_else() -> None:
    lunch = Break("lunch", ((1_000, 1_010),), 600)
    done = Visit("x", 100, 100, 900, 1_000, 100, 160)
    day = Day.of(
        days.day(
            [days.stop("x", 10), days.stop("y", 12)],
            [days.crew("a", breaks=(lunch,))],
            (Locked("a", 0, (done,)),),
        )
    )

    route = day.route(day.vehicles["a"], ["y"])

    assert route is not None
    assert route.visits[0] == replace(done, leave_s=1_600)
    assert route.visits[1].arrive_s == 1_720


def test_lunch_waits_for_the_end_of_the_trip_when_it_opens_late() -> None:
    """Resting before the trip would start y at 2,200; driving while lunch is still closed starts it at 1,600."""
    lunch = Break("lunch", ((1_000, 2_000),), 600)
    stops = [days.stop("y", 10, windows=((1_600, 1_600),))]
    day = Day.of(days.day(stops, [days.crew("a", breaks=(lunch,))]))

    route = day.route(day.vehicles["a"], ["y"])

    assert route is not None
    assert route.breaks == (BreakTaken("lunch", 1_000, 1_600),)
    assert (route.depart_s, route.visits[0].start_s) == (400, 1_600)


def test_a_promised_hour_is_waited_for_and_given_up_where_the_shift_ends_before() -> None:
    promise = Promise("a", (5_000, 6_000), hour_price_s=900)
    problem = days.day(
        [days.stop("x", 1, promise=promise)], [days.crew("a"), days.crew("b", shift=(0, 4_000))]
    )

    day = Day.of(problem)

    waits = day.route(problem.vehicles[0], ["x"])
    cannot = day.route(problem.vehicles[1], ["x"])
    assert waits is not None
    assert cannot is not None
    assert (waits.visits[0].start_s, cannot.visits[0].start_s) == (5_000, 60)


def test_where_even_days_are_priced_a_crew_leaves_as_late_as_the_day_allows() -> None:
    stops = [days.stop("x", 1), days.stop("y", 2, windows=((9_000, 9_500),))]
    problem = replace(days.day(stops, [days.crew("a")]), fairness=Fairness(hour_price_s=900))

    route = Day.of(problem).route(problem.vehicles[0], ["x", "y"])

    assert route is not None
    assert (route.depart_s, route.return_s) == (9_000 - 60 - 600 - 60, 9_000 + 600 + 120)


def test_loads_count_with_what_has_been_loaded() -> None:
    stops = [days.stop("done", 1, load=2), days.stop("x", 1, load=2), days.stop("y", 1, load=1)]
    done = Locked("a", 0, (Visit("done", 60, 60, 660, 660, 60, 100),))
    problem = days.day(stops, [days.crew("a", max_load=3)], (done,))
    day = Day.of(problem)

    assert day.route(problem.vehicles[0], ["x"]) is None
    assert day.route(problem.vehicles[0], ["y"]) is not None


@given(st.data())
def test_whoever_leaves_later_never_arrives_earlier_and_the_last_departure_is_the_last(
    data: st.DataObject,
) -> None:
    changes = sorted(data.draw(st.sets(st.integers(0, 60), max_size=4)))
    way = Way(data.draw(st.integers(0, 30)), 0, tuple((at, data.draw(st.integers(0, 30))) for at in changes))
    arrivals = [way.arrive(leave) for leave in range(100)]

    assert arrivals == sorted(arrivals)
    assert all(arrival >= leave for leave, arrival in enumerate(arrivals))
    by = data.draw(st.integers(arrivals[0], 99))
    last = way.leave_by(by)
    assert way.arrive(last) <= by < way.arrive(last + 1)
