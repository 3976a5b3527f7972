"""What a plan says of itself: where its times come from, what may go wrong, what it costs, how it compares."""

from datetime import timedelta

import pytest

from field_visits.identity.models import Evenness
from field_visits.planning import pace
from field_visits.planning.drafting import draft
from field_visits.planning.editing import move
from field_visits.planning.models import PlanDraft
from field_visits.planning.problem import OTHER_CREW_S
from routing.distance import Travel
from routing.roads import fit
from routing.roads.http import JsonServer
from routing.roads.osrm import OsrmTravel
from tests.features.appointments.days import RULES, at, booked
from tests.features.planning.days import DAY, drafted, on_duty, published, shared, starts, who_makes
from tests.features.planning.test_running_day import made, told
from tests.simulators.roads import RoadServer
from tests.world import SHANGHAI, World

# On the simulator's plane: on the way of the first, and where no road leads.
EAST, ISLAND = (31.2304, 121.4837), (31.25, 121.50)


def drawn(world: World, roads: Travel | None = None) -> PlanDraft:
    with world.work(world.dispatcher) as uow:
        return draft(uow, RULES, DAY, budget_s=0.3, iterations=20, roads=roads)


def engine(server: RoadServer) -> OsrmTravel:
    return OsrmTravel(JsonServer(server.url, tries=1))


def test_ways_come_from_the_road_engine_and_those_it_does_not_know_are_marked(world: World) -> None:
    on_duty(world, world.collector)
    near, far = (booked(world, at(10), hours=8, case=world.case(place=place)) for place in (EAST, ISLAND))
    with RoadServer(islands=frozenset({ISLAND})) as server:
        plan = drawn(world, engine(server)).plan

    assert (plan["travel"]["roads"], plan["travel"]["is_estimate"]) == ("partly", False)
    assert plan["travel"]["estimated_trips"] > 0
    (route,) = plan["routes"]
    marks = {visit["appointment_id"]: visit["is_estimate"] for visit in route["visits"]}
    assert marks[str(far.id)] is True
    if route["visits"][0]["appointment_id"] == str(near.id):
        assert marks[str(near.id)] is False


def test_a_silent_engine_is_named_and_the_day_is_planned_all_the_same(world: World) -> None:
    on_duty(world, world.collector)
    booked(world, at(10), hours=8, case=world.case(place=EAST))
    with RoadServer(says=b"no") as server:
        plan = drawn(world, engine(server)).plan
    assert (plan["travel"]["roads"], plan["travel"]["is_estimate"]) == ("silent", True)
    assert "did not answer" in plan["travel"]["basis"]
    assert len(plan["routes"][0]["visits"]) == 1


def test_the_pace_is_that_of_visits_that_were_made_and_edits_keep_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_duty(world, world.collector)
    ways = [told(world, place=place) for place in (SHANGHAI, EAST, SHANGHAI, EAST)]
    left = told(world, hours=8)
    published(world)
    for number, one in enumerate(ways):
        made(world, one.id, at(10) + timedelta(minutes=40 * number))
    assert drafted(world).plan["travel"]["pace"] == [], "three ways teach nothing"

    monkeypatch.setattr(fit, "FEWEST_TRIPS", 3)
    monkeypatch.setattr(pace, "FEWEST_TRIPS", 3)
    proposal = drafted(world)
    bands = proposal.plan["travel"]["pace"]
    assert [(band["from_hour"], band["to_hour"], band["trips"]) for band in bands] == [
        (0, 7, 0),
        (7, 10, 0),
        (10, 16, 3),
        (16, 19, 0),
        (19, 24, 0),
    ]
    # Ten minutes for each kilometre, all alike: no margin is needed, and nobody was late.
    assert bands[2]["margin_percent"] == 0
    (visit,) = [one for one in proposal.plan["routes"][0]["visits"] if one["happened"] is None]
    assert visit["appointment_id"] == str(left.id)
    with world.work(world.dispatcher) as uow:
        kept = uow.session.get_one(PlanDraft, proposal.id)
        move(uow, RULES, kept, left.id, crew=None)
        assert kept.plan["travel"]["pace"] == bands


def test_a_route_says_which_delay_makes_nobody_late_and_whom_one_more_would(world: World) -> None:
    on_duty(world, world.collector)
    tight = booked(world, at(10), hours=1, case=world.case(place=EAST))
    booked(world, at(10), hours=8)
    (route,) = drafted(world).plan["routes"]
    assert route["slack"]["at_risk"] == str(tight.id)
    assert 0 <= route["slack"]["slack_s"] <= 1_800


def test_a_draft_stands_beside_the_plan_that_is_published_and_prices_what_it_moves(world: World) -> None:
    on_duty(world, world.collector)
    ones = [told(world) for _ in range(2)]
    published(world)
    first = drafted(world)
    assert first.plan["figures_before"] == first.plan["figures"]
    assert first.plan["figures"]["planned"] == 2
    assert first.plan["price"]["moved_s"] == 0

    on_duty(world, world.other_collector)
    for one in ones:
        with world.work(world.dispatcher) as uow:
            row = uow.session.get_one(PlanDraft, first.id)
            move(uow, RULES, row, one.id, crew=None)
    emptied = drafted(world)
    assert emptied.plan["figures"]["planned"] == 2
    assert {change["price_s"] for change in emptied.plan["changes"]} <= {0, OTHER_CREW_S}


def test_an_organisation_that_wants_even_days_gets_them(world: World) -> None:
    # Both begin at one door: going alone is the shortest way, sharing the fairest.
    on_duty(world, world.collector, world.other_collector)
    for _ in range(6):
        booked(world, at(10), hours=8)

    def shares() -> list[int]:
        makers = list(who_makes(drafted(world).plan).values())
        return sorted(makers.count(crew) for crew in set(makers))

    shared(world, Evenness.STRICT)
    assert shares() == [3, 3]
    shared(world, Evenness.FREE)
    assert shares() != [3, 3]


@pytest.mark.parametrize("evenness", list(Evenness))
def test_a_day_that_is_planned_again_stays_as_it_is(world: World, evenness: Evenness) -> None:
    shared(world, evenness)
    on_duty(world, world.collector, world.other_collector)
    for number in range(6):
        booked(
            world, at(10 + number % 3), hours=6, case=world.case(place=(EAST, ISLAND, SHANGHAI)[number % 3])
        )
    before = published(world)
    for _ in range(2):
        again = drafted(world)
        assert again.plan["changes"] == []
        before = published(world, again.id)
    assert starts(before.routes) == starts(again.plan)


def test_a_crew_sets_out_early_enough_that_a_traffic_light_costs_nobody_their_hour(world: World) -> None:
    shared(world, Evenness.STRICT)
    on_duty(world, world.collector, world.other_collector)
    for number in range(4):
        booked(world, at(10 + 2 * number), hours=2)
    for route in drafted(world).plan["routes"]:
        assert route["slack"]["slack_s"] >= 900
