"""Each kind of breach, planted in random days that had none: the judge names rule, stop and size."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from routing.check import Rule, check
from routing.model import Break, Dropped, DropReason, Plan, Problem, Route, Stop, Vehicle, Visit
from routing.solve import solve
from tests.property.test_routing import easy_problems

Planted = tuple[Problem, Plan, int]
Planter = Callable[[Problem, Plan, Route, Visit], Planted]


def with_stop(problem: Problem, name: str, change: Callable[[Stop], Stop]) -> Problem:
    return replace(problem, stops=tuple(change(one) if one.id == name else one for one in problem.stops))


def with_vehicle(problem: Problem, name: str, change: Callable[[Vehicle], Vehicle]) -> Problem:
    return replace(
        problem, vehicles=tuple(change(one) if one.id == name else one for one in problem.vehicles)
    )


def with_route(plan: Plan, old: Route, new: Route) -> Plan:
    return replace(plan, routes=tuple(new if one == old else one for one in plan.routes))


def with_visit(plan: Plan, route: Route, old: Visit, new: Visit) -> Plan:
    return with_route(
        plan, route, replace(route, visits=tuple(new if one == old else one for one in route.visits))
    )


def skill(problem: Problem, plan: Plan, route: Route, visit: Visit) -> Planted:
    return with_stop(problem, visit.stop, lambda one: replace(one, skills=frozenset({"gone"}))), plan, 1


def pinned(problem: Problem, plan: Plan, route: Route, visit: Visit) -> Planted:
    return with_stop(problem, visit.stop, lambda one: replace(one, pinned_vehicle="gone")), plan, 1


def never(problem: Problem, plan: Plan, route: Route, visit: Visit) -> Planted:
    barred = frozenset({route.vehicle})
    return with_stop(problem, visit.stop, lambda one: replace(one, never_vehicles=barred)), plan, 1


def zone(problem: Problem, plan: Plan, route: Route, visit: Visit) -> Planted:
    zoned = with_stop(problem, visit.stop, lambda one: replace(one, zone="moon"))
    return with_vehicle(zoned, route.vehicle, lambda one: replace(one, zones=frozenset({"earth"}))), plan, 1


def window(problem: Problem, plan: Plan, route: Route, visit: Visit) -> Planted:
    after = ((visit.start_s + 3, visit.start_s + 9),)
    return with_stop(problem, visit.stop, lambda one: replace(one, windows=after)), plan, 3


def service(problem: Problem, plan: Plan, route: Route, visit: Visit) -> Planted:
    return with_stop(problem, visit.stop, lambda one: replace(one, service_s=one.service_s + 2)), plan, 2


def shift(problem: Problem, plan: Plan, route: Route, visit: Visit) -> Planted:
    assume(route.return_s >= 2)
    return (
        with_vehicle(
            problem, route.vehicle, lambda one: replace(one, shift_from_s=0, shift_to_s=route.return_s - 2)
        ),
        plan,
        2,
    )


def visits(problem: Problem, plan: Plan, route: Route, visit: Visit) -> Planted:
    most = len(route.visits) - 1
    return with_vehicle(problem, route.vehicle, lambda one: replace(one, max_visits=most)), plan, 1


def working_time(problem: Problem, plan: Plan, route: Route, visit: Visit) -> Planted:
    length = route.return_s - route.depart_s
    assume(length >= 1)
    return with_vehicle(problem, route.vehicle, lambda one: replace(one, max_duration_s=length - 1)), plan, 1


def load(problem: Problem, plan: Plan, route: Route, visit: Visit) -> Planted:
    empty = replace(problem, stops=tuple(replace(one, load=0) for one in problem.stops))
    loaded = with_stop(empty, visit.stop, lambda one: replace(one, load=9))
    return with_vehicle(loaded, route.vehicle, lambda one: replace(one, max_load=5)), plan, 4


def a_break(problem: Problem, plan: Plan, route: Route, visit: Visit) -> Planted:
    more = Break("siesta", ((0, 9),), 1)
    return with_vehicle(problem, route.vehicle, lambda one: replace(one, breaks=(*one.breaks, more))), plan, 1


def twice(problem: Problem, plan: Plan, route: Route, visit: Visit) -> Planted:
    return problem, with_route(plan, route, replace(route, visits=(*route.visits, visit))), 1


def forgotten(problem: Problem, plan: Plan, route: Route, visit: Visit) -> Planted:
    left = tuple(one for one in route.visits if one != visit)
    return problem, with_route(plan, route, replace(route, visits=left)), 1


def both(problem: Problem, plan: Plan, route: Route, visit: Visit) -> Planted:
    return problem, replace(plan, dropped=(*plan.dropped, Dropped(visit.stop, DropReason.NO_ROOM, "?"))), 1


def silent(problem: Problem, plan: Plan, route: Route, visit: Visit) -> Planted:
    gone = replace(problem, stops=(*problem.stops, Stop("new", problem.travel.places[0], (), 0)))
    return gone, replace(plan, dropped=(*plan.dropped, Dropped("new", DropReason.NO_WINDOW, ""))), 1


def stranger(problem: Problem, plan: Plan, route: Route, visit: Visit) -> Planted:
    return problem, with_visit(plan, route, visit, replace(visit, stop="stranger")), 1


def no_vehicle(problem: Problem, plan: Plan, route: Route, visit: Visit) -> Planted:
    return problem, with_route(plan, route, replace(route, vehicle="stranger")), 1


def backwards(problem: Problem, plan: Plan, route: Route, visit: Visit) -> Planted:
    return problem, with_visit(plan, route, visit, replace(visit, start_s=visit.arrive_s - 3)), 3


def travel(problem: Problem, plan: Plan, route: Route, visit: Visit) -> Planted:
    return problem, with_visit(plan, route, visit, replace(visit, travel_m=visit.travel_m + 5)), 5


def empty(problem: Problem, plan: Plan, route: Route, visit: Visit) -> Planted:
    return problem, with_route(plan, route, replace(route, visits=())), 1


BREACHES: dict[Planter, tuple[Rule, bool]] = {
    skill: (Rule.SKILL, True),
    pinned: (Rule.PINNED, True),
    never: (Rule.NEVER, True),
    zone: (Rule.ZONE, True),
    window: (Rule.WINDOW, True),
    service: (Rule.SERVICE, True),
    shift: (Rule.SHIFT, False),
    visits: (Rule.LIMIT, False),
    working_time: (Rule.LIMIT, False),
    load: (Rule.LIMIT, False),
    a_break: (Rule.BREAK, False),
    twice: (Rule.TWICE, True),
    forgotten: (Rule.FORGOTTEN, True),
    both: (Rule.PLANNED_AND_DROPPED, True),
    silent: (Rule.NO_REASON, False),
    stranger: (Rule.UNKNOWN_STOP, False),
    no_vehicle: (Rule.UNKNOWN_VEHICLE, False),
    backwards: (Rule.ORDER_OF_TIMES, True),
    travel: (Rule.TRAVEL, True),
    empty: (Rule.EMPTY_ROUTE, False),
}


@pytest.mark.parametrize("plant", BREACHES, ids=lambda plant: plant.__name__)
@settings(max_examples=15)
@given(problem=easy_problems(), data=st.data())
def test_each_breach_that_is_planted_is_named(plant: Planter, problem: Problem, data: st.DataObject) -> None:
    plan = solve(problem, engines=())
    assume(plan.routes)
    assert check(problem, plan) == ()
    route = data.draw(st.sampled_from(plan.routes))
    visit = data.draw(st.sampled_from(route.visits))

    broken, told, size = plant(problem, plan, route, visit)

    rule, names_the_stop = BREACHES[plant]
    named = [breach for breach in check(broken, told) if breach.rule is rule]
    if names_the_stop:
        named = [breach for breach in named if breach.stop == visit.stop]
    assert size in {breach.size for breach in named}
    assert all(breach.sentence for breach in named)


def test_every_rule_but_the_locked_past_is_planted() -> None:
    assert set(Rule) - {rule for rule, _ in BREACHES.values()} == {Rule.LOCKED}
