"""An arrival is told and never refused; the rules and the receiver's doubts stand beside it."""

import json
from datetime import timedelta

import pytest

from field_visits.cases.service.holds import place_hold
from field_visits.evidence.codes import Code
from field_visits.evidence.tables import Entry, EntryBody
from field_visits.kernel.errors import InvalidError, NotFoundError
from field_visits.kernel.points import Point
from field_visits.visits.placement import Fix
from field_visits.visits.service import arrive
from field_visits.visits.telling import Told
from tests.features.appointments.days import RULES, at, entries
from tests.features.visits.door import DOOR, alerts_of, come, end, gone, promised, under_way, visit_now
from tests.world import World


def test_an_arrival_is_placed_against_the_door(world: World) -> None:
    visit = under_way(world)
    world.clock.move_to(at(10.1))

    told = come(world, visit)

    now = visit_now(world, visit.id)
    assert told.applied.breach is None
    assert told.stop == ()
    assert (now.state, now.arrived_at, now.placement) == ("arrived", at(10.1), "inside")
    assert now.arrival_doubts == ["approximate_address"]
    assert (now.arrival_distance_m, now.arrival_accuracy_m) == (0, 8)
    assert alerts_of(world) == []


def test_an_arrival_outside_hours_is_recorded_as_breach_with_an_alert_and_never_refused(
    world: World,
) -> None:
    visit = under_way(world)
    world.clock.move_to(at(22.5))

    told = come(world, visit)

    assert told.applied.breach is not None
    assert "CN-HOUR-1" in [reason.rule_id for reason in told.applied.breach.reasons]
    assert visit_now(world, visit.id).state == "arrived"
    assert alerts_of(world) == ["visit_breach"]
    recorded: Entry = entries(world, Code.VISIT_ARRIVED)[-1]
    assert b'"breach":true' in recorded.canonical


def test_a_hold_that_came_under_way_stops_the_visit_at_the_door(world: World) -> None:
    visit = under_way(world)
    with world.work(world.legal) as uow:
        place_hold(uow, visit.case_id, kind="fraud")
    world.clock.move_to(at(10.1))

    told = come(world, visit)

    assert told.stop == ("fraud",)
    assert told.applied.breach is not None
    assert alerts_of(world) == ["visit_breach"]


@pytest.mark.parametrize(
    ("metres_north", "is_mock", "placement", "kinds"),
    [
        (5_000, False, "outside", ["arrival_doubtful"]),
        (0, True, "uncertain", ["arrival_doubtful"]),
        (150, False, "uncertain", []),
    ],
)
def test_doubt_is_flagged_and_never_blocks(
    world: World, metres_north: int, is_mock: bool, placement: str, kinds: list[str]
) -> None:
    visit = under_way(world)
    world.clock.move_to(at(10.1))
    fix = Fix(Point(DOOR.lat + metres_north / 111_000, DOOR.lon), 8.0, world.clock.now(), is_mock)

    come(world, visit, fix=fix)

    now = visit_now(world, visit.id)
    assert (now.state, now.placement) == ("arrived", placement)
    assert alerts_of(world) == kinds


def test_an_arrival_without_any_fix_is_uncertain(world: World) -> None:
    visit = under_way(world)
    world.clock.move_to(at(10.1))

    with world.work(world.collector) as uow:
        told = arrive(uow, RULES, visit.id, fix=None)

    assert isinstance(told, Told)
    assert (told.visit.placement, told.visit.arrival_doubts) == ("uncertain", ["no_fix"])


def test_the_first_arrival_stays_and_the_second_has_its_entry(world: World) -> None:
    visit = under_way(world)
    world.clock.move_to(at(10))
    come(world, visit)
    world.clock.move_to(at(10.5))

    come(world, visit)

    assert visit_now(world, visit.id).arrived_at == at(10)
    assert len(entries(world, Code.VISIT_ARRIVED)) == 2


def test_an_arrival_told_after_the_outcome_moves_nothing_back(world: World) -> None:
    visit = under_way(world)
    world.clock.move_to(at(10.5))
    end(world, visit, "NOBODY_HOME", met="none", proof="none")

    told = come(world, visit, occurred_at=at(10.2))

    now = visit_now(world, visit.id)
    assert (now.state, now.arrived_at) == ("finished", at(10.2))
    assert not told.applied.in_order


def test_an_arrival_before_the_window_and_the_departure_is_flagged(world: World) -> None:
    visit = under_way(world)

    come(world, visit, occurred_at=at(9))

    doubts = visit_now(world, visit.id).arrival_doubts
    assert doubts == ["approximate_address", "before_window", "before_departure"]


def test_the_partner_may_witness_and_nobody_else(world: World) -> None:
    both = promised(world, world.collector, world.other_collector)
    one = promised(world, world.collector, hour=14)
    visit, alone = gone(world, both, world.collector), gone(world, one, world.collector)

    assert come(world, visit, world.other_collector).visit.id == visit.id
    with pytest.raises(NotFoundError):
        come(world, alone, world.other_collector)


def test_an_arrival_from_the_future_is_turned_away(world: World) -> None:
    visit = under_way(world)

    with pytest.raises(InvalidError) as caught:
        come(world, visit, occurred_at=world.clock.now() + timedelta(minutes=6))

    assert [fault.pointer for fault in caught.value.faults] == ["/occurred_at"]
    assert visit_now(world, visit.id).state == "departed"


def test_why_the_position_lies_elsewhere_is_kept_with_the_arrival(world: World) -> None:
    visit = under_way(world)
    far = Fix(Point(DOOR.lat + 0.01, DOOR.lon), 8.0, world.clock.now(), is_mock=False)

    with world.work(world.collector) as uow:
        told = arrive(uow, RULES, visit.id, fix=far, away_reason="  客户约在楼下。 ")

    assert isinstance(told, Told)
    now = visit_now(world, visit.id)
    assert (now.placement, now.away_reason) == ("outside", "客户约在楼下。")
    (entry,) = entries(world, Code.VISIT_ARRIVED)
    with world.work() as uow:
        body = json.loads(uow.session.get_one(EntryBody, entry.id).body)
    assert body["facts"]["away_reason"] == "客户约在楼下。"


def test_an_empty_reason_for_a_position_is_no_reason(world: World) -> None:
    visit = under_way(world)

    with world.work(world.collector) as uow, pytest.raises(InvalidError):
        arrive(uow, RULES, visit.id, fix=None, away_reason=" ")
