"""A valid plan is broken in each possible way; the judge must name the rule, the stop and the size."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from routing.check import Rule, check
from routing.model import Break, BreakTaken, Dropped, DropReason, Locked, Plan, Problem, Route, Rush, Visit

from . import days

LUNCH = Break("lunch", ((3_000, 6_000),), 1_200)


def problem() -> Problem:
    """Two crews: `a` has begun its day at `done`, `b` owes a lunch and every limit."""
    return days.day(
        [
            days.stop("done", 1),
            days.stop("near", 2, windows=((1_000, 2_000), (4_000, 5_000))),
            days.stop("mandarin", 3, skills=["zh"], windows=((0, 2_400),)),
            days.stop("mine", 4, pinned="b", never=["a"]),
            days.stop("out", 5),
            days.stop("north", 2, zone="north", load=4),
        ],
        [
            days.crew("a", shift=(0, 20_000), zones=["south"], max_load=3),
            days.crew(
                "b",
                shift=(100, 20_000),
                breaks=(LUNCH,),
                skills=["zh"],
                max_visits=2,
                max_duration_s=6_000,
                max_travel_s=480,
            ),
        ],
        (Locked("a", 10, (Visit("done", 80, 90, 700, 800, 70, 110),)),),
    )


def plan() -> Plan:
    return Plan(
        (
            Route(
                "a",
                10,
                (Visit("done", 80, 90, 700, 800, 70, 110), Visit("near", 860, 1_000, 1_600, 1_600, 60, 100)),
                (),
                1_720,
                120,
                200,
            ),
            Route(
                "b",
                200,
                (
                    Visit("mandarin", 380, 380, 980, 980, 180, 300),
                    Visit("mine", 1_040, 1_040, 1_640, 4_200, 60, 100),
                ),
                (BreakTaken("lunch", 3_000, 4_200),),
                4_440,
                240,
                400,
            ),
        ),
        (
            Dropped("out", DropReason.NO_ROOM, "No room."),
            Dropped("north", DropReason.OTHER_ZONE, "Not their zone."),
        ),
        "line",
        "hand",
    )


def edit_route(number: int, change: Callable[[Route], Route]) -> Plan:
    whole = plan()
    routes = list(whole.routes)
    routes[number] = change(routes[number])
    return replace(whole, routes=tuple(routes))


def edit_visit(number: int, which: int, **changes: int | str) -> Plan:
    def change(route: Route) -> Route:
        visits = list(route.visits)
        visits[which] = replace(visits[which], **changes)  # type: ignore[arg-type]  # mixed field types
        return replace(route, visits=tuple(visits))

    return edit_route(number, change)


def test_the_whole_plan_has_no_breach() -> None:
    assert check(problem(), plan()) == ()


WAYS: list[tuple[str, Plan, Rule, str | None, int]] = [
    ("stranger", edit_visit(1, 1, stop="stranger"), Rule.UNKNOWN_STOP, "stranger", 1),
    ("dropped stranger", replace(plan(), dropped=(*plan().dropped, Dropped("x", DropReason.NO_ROOM, "?"))), Rule.UNKNOWN_STOP, "x", 1),
    ("unknown crew", edit_route(1, lambda route: replace(route, vehicle="c")), Rule.UNKNOWN_VEHICLE, None, 1),
    ("visited twice", edit_visit(1, 1, stop="near"), Rule.TWICE, "near", 1),
    ("two routes", replace(plan(), routes=(*plan().routes, plan().routes[1])), Rule.TWICE, None, 1),
    ("left out twice", replace(plan(), dropped=plan().dropped * 2), Rule.TWICE, "out", 1),
    ("forgotten", replace(plan(), dropped=()), Rule.FORGOTTEN, "out", 1),
    ("both", replace(plan(), dropped=(*plan().dropped, Dropped("near", DropReason.NO_ROOM, "?"))), Rule.PLANNED_AND_DROPPED, "near", 1),
    ("no sentence", replace(plan(), dropped=(Dropped("out", DropReason.NO_ROOM, " "), plan().dropped[1])), Rule.NO_REASON, "out", 1),
    ("history forgotten", replace(plan(), routes=plan().routes[1:]), Rule.LOCKED, "done", 1),
    ("history changed", edit_visit(0, 0, start_s=95), Rule.LOCKED, "done", 1),
    ("history cut short", edit_visit(0, 0, leave_s=750), Rule.LOCKED, "done", 1),
    ("history left earlier", edit_route(0, lambda route: replace(route, depart_s=0)), Rule.LOCKED, None, 10),
    ("history reordered", edit_route(0, lambda route: replace(route, visits=route.visits[::-1])), Rule.LOCKED, "done", 1),
    ("too quick a trip", edit_visit(0, 1, travel_s=30), Rule.TRAVEL, "near", 30),
    ("too short a trip", edit_visit(0, 1, travel_m=40), Rule.TRAVEL, "near", 60),
    ("arrives too early", edit_visit(0, 1, arrive_s=850), Rule.TRAVEL, "near", 10),
    ("home too early", edit_route(0, lambda route: replace(route, return_s=1_700)), Rule.TRAVEL, None, 20),
    ("home too quick", edit_route(0, lambda route: replace(route, return_travel_s=100)), Rule.TRAVEL, None, 20),
    ("home too short", edit_route(0, lambda route: replace(route, return_travel_m=100)), Rule.TRAVEL, None, 100),
    ("begins before it arrives", edit_visit(1, 0, start_s=370, end_s=970), Rule.ORDER_OF_TIMES, "mandarin", 10),
    ("ends before it begins", edit_visit(1, 0, end_s=300), Rule.ORDER_OF_TIMES, "mandarin", 80),
    ("leaves before it ends", edit_visit(1, 0, leave_s=900), Rule.ORDER_OF_TIMES, "mandarin", 80),
    ("serves too short", edit_visit(1, 0, end_s=880), Rule.SERVICE, "mandarin", 100),
    ("begins between windows", edit_visit(0, 1, start_s=2_100, end_s=2_700, leave_s=2_700), Rule.WINDOW, "near", 100),
    ("begins after all windows", edit_visit(0, 1, start_s=5_300, end_s=5_900, leave_s=5_900), Rule.WINDOW, "near", 300),
    ("lacks the skill", edit_visit(0, 1, stop="mandarin"), Rule.SKILL, "mandarin", 1),
    ("not the pinned crew", edit_visit(0, 1, stop="mine"), Rule.PINNED, "mine", 1),
    ("never this crew", edit_visit(0, 1, stop="mine"), Rule.NEVER, "mine", 1),
    ("another zone", edit_visit(0, 1, stop="north"), Rule.ZONE, "north", 1),
    ("leaves before its shift", edit_route(1, lambda route: replace(route, depart_s=60)), Rule.SHIFT, None, 40),
    ("returns after its shift", edit_route(1, lambda route: replace(route, return_s=20_060)), Rule.SHIFT, None, 60),
    ("no lunch", edit_route(1, lambda route: replace(route, breaks=())), Rule.BREAK, None, 1),
    ("two lunches", edit_route(1, lambda route: replace(route, breaks=route.breaks * 2)), Rule.BREAK, None, 1),
    ("unknown break", edit_route(1, lambda route: replace(route, breaks=(*route.breaks, BreakTaken("nap", 1_700, 1_800)))), Rule.BREAK, None, 1),
    ("short lunch", edit_route(1, lambda route: replace(route, breaks=(BreakTaken("lunch", 3_000, 3_900),))), Rule.BREAK, None, 300),
    ("early lunch", edit_route(1, lambda route: replace(route, breaks=(BreakTaken("lunch", 2_900, 4_100),))), Rule.BREAK, None, 100),
    ("lunch on the road", edit_route(1, lambda route: replace(route, breaks=(BreakTaken("lunch", 3_100, 4_300),))), Rule.BREAK, None, 100),
    ("lunch during a visit", edit_visit(1, 1, start_s=2_500, end_s=3_100), Rule.BREAK, None, 100),
    ("empty route", edit_route(1, lambda route: replace(route, visits=())), Rule.EMPTY_ROUTE, None, 1),
]  # fmt: skip


@pytest.mark.parametrize(
    ("plan_", "rule", "stop", "size"), [way[1:] for way in WAYS], ids=[way[0] for way in WAYS]
)
def test_each_breach_is_named(plan_: Plan, rule: Rule, stop: str | None, size: int) -> None:
    named = {(breach.rule, breach.stop, breach.size) for breach in check(problem(), plan_)}

    assert (rule, stop, size) in named


def test_every_rule_is_broken_by_some_test() -> None:
    assert set(Rule) - {way[2] for way in WAYS} == {Rule.LIMIT}


@pytest.mark.parametrize(
    ("limit", "size"), [({"max_visits": 1}, 1), ({"max_duration_s": 4_200}, 40), ({"max_travel_s": 400}, 80)]
)
def test_each_limit_is_named_with_its_excess(limit: dict[str, int], size: int) -> None:
    day = problem()
    tight = replace(day.vehicles[1], **limit)  # type: ignore[arg-type]  # mypy reads ** as any field

    breaches = check(replace(day, vehicles=(day.vehicles[0], tight)), plan())

    assert [(breach.rule, breach.vehicle, breach.size) for breach in breaches] == [(Rule.LIMIT, "b", size)]


def test_a_break_outside_the_shift_is_named() -> None:
    day = problem()
    late = replace(day.vehicles[1], shift_from_s=0, shift_to_s=5_000)
    broken = edit_route(1, lambda route: replace(route, breaks=(BreakTaken("lunch", 4_440, 5_640),)))

    breaches = check(replace(day, vehicles=(day.vehicles[0], late)), broken)

    assert [(breach.rule, breach.size) for breach in breaches] == [(Rule.BREAK, 640)]


def test_two_breaks_at_once_are_named() -> None:
    tea = Break("tea", ((3_000, 6_000),), 600)
    day = problem()
    two = replace(day.vehicles[1], breaks=(LUNCH, tea))
    broken = edit_route(
        1, lambda route: replace(route, breaks=(*route.breaks, BreakTaken("tea", 3_300, 3_900)))
    )

    breaches = check(replace(day, vehicles=(day.vehicles[0], two)), broken)

    assert [(breach.rule, breach.size) for breach in breaches] == [(Rule.BREAK, 600)]


def test_breaks_that_happened_may_not_be_rewritten() -> None:
    day = problem()
    locked = Locked("b", 200, plan().routes[1].visits[:1], (BreakTaken("lunch", 0, 100),))

    breaches = check(replace(day, locked=(*day.locked, locked)), plan())

    assert Rule.LOCKED in {breach.rule for breach in breaches}


def test_what_has_happened_is_not_judged_by_shift_or_breaks() -> None:
    day = days.day(
        [days.stop("done", 1)],
        [days.crew("a", shift=(0, 500), breaks=(LUNCH,))],
        (Locked("a", 10, (Visit("done", 80, 90, 700, 800, 70, 110),)),),
    )
    bare = Plan(
        (Route("a", 10, day.locked[0].visits, (), 860, 60, 100),),
        (),
        "line",
        "hand",
    )

    assert check(day, bare) == ()


def test_a_sentence_names_crew_stop_and_size() -> None:
    (breach,) = (one for one in check(problem(), edit_visit(1, 0, end_s=880)) if one.rule is Rule.SERVICE)

    assert breach.sentence == "Vehicle b serves mandarin for 500 s instead of 600 s."


def test_a_crew_that_takes_more_than_it_can_is_named() -> None:
    named = check(problem(), edit_visit(0, 1, stop="north"))

    assert (Rule.LIMIT, 1) in {(breach.rule, breach.size) for breach in named}


def test_a_trip_through_a_rush_is_judged_by_the_share_done_at_each_pace() -> None:
    """From 0 to 2 takes 120 s, from 600 s on thrice as long: whoever leaves at 540 s does half before it."""
    plain = days.day([days.stop("x", 2)], [days.crew("a")])
    slow = replace(
        plain.travel, seconds=tuple(tuple(3 * figure for figure in row) for row in plain.travel.seconds)
    )
    rushed = replace(plain, rush=(Rush(600, 10_000, slow),))
    route = Route("a", 540, (Visit("x", 780, 780, 1_380, 1_380, 240, 200),), (), 1_740, 360, 200)

    assert check(rushed, Plan((route,), (), "line", "hand")) == ()
    early = replace(route, visits=(Visit("x", 779, 779, 1_379, 1_379, 239, 200),), return_s=1_739)
    assert {(breach.rule, breach.size) for breach in check(rushed, Plan((early,), (), "line", "hand"))} == {
        (Rule.TRAVEL, 1)
    }
