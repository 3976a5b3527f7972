from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from routing.model import Break, Locked, Problem
from routing.schedule import Day
from routing.slack import RouteSlack, slacks
from routing.solve import solve
from tests.property.test_routing import easy_problems

from . import days


def test_the_slack_is_what_waiting_and_windows_leave_and_the_first_to_be_late_is_named() -> None:
    """x may begin 400 s later; before y the crew waits 340 s, but y closes after 50 s: 390 s in all."""
    problem = days.day(
        [
            days.stop("x", 1, windows=((60, 460),), service_s=600),
            days.stop("y", 2, windows=((1_060, 1_110),), service_s=60),
        ],
        [days.crew("a")],
    )

    plan = solve(problem, engines=())

    assert slacks(problem, plan) == (RouteSlack("a", 390, "y"),)


def test_a_shift_that_ends_first_is_at_risk_as_nobodys_visit() -> None:
    problem = days.day([days.stop("x", 1)], [days.crew("a", shift=(0, 800))])

    assert slacks(problem, solve(problem, engines=())) == (RouteSlack("a", 80, None),)


def test_a_break_that_closes_first_is_what_is_at_risk() -> None:
    lunch = Break("lunch", ((660, 700),), 60)
    problem = days.day([days.stop("x", 1, windows=((60, 5_000),))], [days.crew("a", breaks=(lunch,))])

    assert slacks(problem, solve(problem, engines=())) == (RouteSlack("a", 40, None),)


def test_a_break_on_arrival_has_no_slack_from_the_way_there() -> None:
    """y is 600 s away and closes 40 s after the break that the crew takes there: driving is not waiting."""
    lunch = Break("lunch", ((700, 1_200),), 60)
    problem = days.day(
        [days.stop("x", 0, windows=((0, 100),)), days.stop("y", 10, windows=((0, 1_300),))],
        [days.crew("a", breaks=(lunch,))],
    )

    plan = solve(problem, engines=())

    assert plan.routes[0].breaks[0].start_s == plan.routes[0].visits[1].arrive_s == 1_200
    assert slacks(problem, plan) == (RouteSlack("a", 0, None),)


def test_a_break_after_the_way_home_ends_the_day() -> None:
    tea = Break("tea", ((720, 900),), 60)
    problem = days.day([days.stop("x", 1)], [days.crew("a", shift=(0, 800), breaks=(tea,))])

    plan = solve(problem, engines=())

    assert (plan.routes[0].return_s, plan.routes[0].breaks[0].end_s) == (720, 780)
    assert slacks(problem, plan) == (RouteSlack("a", 20, None),)


def test_a_route_of_the_past_has_no_slack_to_speak_of() -> None:
    problem = days.day([days.stop("x", 1)], [days.crew("a")])
    route = solve(problem, engines=()).routes[0]
    past = replace(problem, locked=(Locked("a", route.depart_s, route.visits),))

    assert slacks(past, solve(past, engines=())) == ()


@settings(max_examples=80)
@given(easy_problems(), st.integers(0, 9))
def test_a_delay_within_the_slack_hurts_nobody(problem: Problem, part: int) -> None:
    """The crew sets out later by some part of its slack: the same order still keeps every window and break."""
    problem = replace(
        problem,
        rush=(),
        vehicles=tuple(replace(one, max_duration_s=None) for one in problem.vehicles),
    )
    plan = solve(problem, engines=())
    assume(plan.routes)
    for slack in slacks(problem, plan):
        route = next(one for one in plan.routes if one.vehicle == slack.vehicle)
        vehicle = next(one for one in problem.vehicles if one.id == slack.vehicle)
        begins_s = min([route.depart_s, *(taken.start_s for taken in route.breaks)])
        later = replace(vehicle, shift_from_s=begins_s + slack.slack_s * part // 9)

        assert Day.of(problem).route(later, [visit.stop for visit in route.visits]) is not None or (
            later.shift_from_s > later.shift_to_s
        )
