"""A running day: what happened stays, the rest is planned again, and a collector who falls ill is replaced."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from field_visits.appointments.dispatching import assign
from field_visits.appointments.models import Appointment
from field_visits.appointments.service import notice
from field_visits.kernel.errors import InvalidError
from field_visits.kernel.ids import AppointmentId
from field_visits.planning.actuals import actuals_of_day, trips_between
from field_visits.planning.handover import HandedOver, hand_over
from field_visits.planning.queries import plan_of_day, plans_of_day
from field_visits.visits.models import Visit
from field_visits.workforce.models import Absence
from field_visits.workforce.service import record_absence
from routing.roads.fit import DoneTrip
from tests.features.appointments.days import RULES, at, booked, crew_is, entries, now_is
from tests.features.planning.days import DAY, drafted, on_duty, published, starts, who_makes
from tests.features.visits.door import come, end, try_to_depart
from tests.world import World, applied

NORTH = (31.27, 121.47)


def told(
    world: World, *, hour: float = 10, hours: int = 6, place: tuple[float, float] | None = None
) -> Appointment:
    one = booked(world, at(hour), hours=hours, case=world.case(place=place) if place else None)
    with world.work(world.dispatcher) as uow:
        applied(notice(uow, RULES, one.id))
    return one


def set_out(world: World, appointment: AppointmentId, when: datetime) -> Visit:
    world.clock.move_to(when)
    outcome = try_to_depart(world, appointment, world.collector)
    return outcome.row  # type: ignore[union-attr]  # a refusal has no row, and fails here


def made(world: World, appointment: AppointmentId, when: datetime) -> Visit:
    """A visit that set out then, took ten minutes to the door and twenty at it."""
    visit = set_out(world, appointment, when)
    world.clock.advance(timedelta(minutes=10))
    come(world, visit)
    world.clock.advance(timedelta(minutes=20))
    end(world, visit, "NOBODY_HOME", met="none", proof="none")
    return visit


def handed_over(world: World, day: date = DAY) -> HandedOver:
    with world.work(world.dispatcher) as uow:
        assert world.collector.user is not None
        outcome = hand_over(uow, RULES, world.collector.user, day, reason="ill")
    assert isinstance(outcome, HandedOver), outcome
    return outcome


def test_what_is_done_or_under_way_stands_first_as_it_happened(world: World) -> None:
    on_duty(world, world.collector)
    for _ in range(3):
        told(world)
    hours = starts(published(world).routes)
    first, second, third = sorted(hours, key=hours.__getitem__)
    made(world, AppointmentId(UUID(first)), at(10.2))
    set_out(world, AppointmentId(UUID(second)), at(10.8))

    plan = published(world).routes

    (route,) = plan["routes"]
    assert [(visit["appointment_id"], visit["happened"]) for visit in route["visits"]] == [
        (first, "done"),
        (second, "under_way"),
        (third, None),
    ]
    done = route["visits"][0]
    assert (done["arrive_at"], done["end_at"]) == ("2026-11-27T02:22:00Z", "2026-11-27T02:42:00Z")
    assert starts(plan)[third] >= route["visits"][1]["end_at"]
    assert now_is(world, AppointmentId(UUID(first))).state == "missed", "no plan touches what happened"


def test_a_visit_that_stands_is_not_moved_for_a_little_gain(world: World) -> None:
    on_duty(world, world.collector, world.other_collector)
    for place in (None, NORTH, (31.23, 121.50)):
        told(world, place=place)
    before = published(world).routes
    world.clock.move_to(at(9.5))

    again = drafted(world).plan

    assert who_makes(again) == who_makes(before)
    assert again["changes"] == []


def test_what_a_plan_moves_is_told_with_its_reason(world: World) -> None:
    on_duty(world, world.collector, world.other_collector)
    one = told(world)
    crew = who_makes(published(world).routes)[str(one.id)]
    ill = world.collector if crew == "B-collector" else world.other_collector
    with world.work(world.dispatcher) as uow:
        assert ill.user is not None
        record_absence(uow, ill.user, starts_at=at(0), ends_at=at(24), reason="ill")

    (change,) = drafted(world).plan["changes"]

    assert (change["change"], change["reason"], change["was"]["crew"]) == ("crew", "crew-absent", None)
    assert change["now"]["crew"] == ("B-other_collector" if crew == "B-collector" else "B-collector")


def test_an_ill_collectors_day_goes_to_others_in_one_step(world: World) -> None:
    on_duty(world, world.collector)
    mine = [told(world), told(world)]
    published(world)
    on_duty(world, world.other_collector)
    world.clock.move_to(at(9.5))

    outcome = handed_over(world)

    assert outcome.plan is not None
    assert set(who_makes(outcome.plan.routes).values()) == {"B-other_collector"}
    for one in mine:
        stands = now_is(world, one.id)
        assert stands.planned_from is not None
        assert stands.planned_to is not None
        assert one.window_from <= stands.planned_from < stands.planned_to <= one.window_to
        assert [row.collector_id for row in crew_is(world, one.id) if row.role != "former"] == [
            world.other_collector.user
        ]
    assert outcome.absence.reason == "ill"
    last = entries(world, "appointment:plan:set")[-1]
    assert set(last.audience) == {world.collector.user, world.other_collector.user}, "both phones learn of it"
    with world.work() as uow:
        assert [plan.state for plan in plans_of_day(uow, DAY)] == ["published", "superseded"]


def test_visits_of_others_stay_with_their_crew_and_nothing_new_comes_in(world: World) -> None:
    on_duty(world, world.collector, world.other_collector)
    theirs = told(world)
    with world.work(world.dispatcher) as uow:
        applied(assign(uow, RULES, theirs.id, lead=world.other_collector.user))
    published(world)
    waiting = told(world, hour=12)
    outcome = handed_over(world)
    assert outcome.plan is None, "nobody was to be visited by whoever is ill"
    assert now_is(world, waiting.id).planned_from is None


def test_who_finds_no_crew_inside_the_promise_is_left_out_with_the_reason(world: World) -> None:
    on_duty(world, world.collector)
    early = told(world, hour=10, hours=1)
    published(world)
    on_duty(world, world.other_collector, start=13, hours=4)
    waiting = told(world, hour=13)
    world.clock.move_to(at(9.5))

    outcome = handed_over(world)

    assert outcome.plan is not None
    reasons = {drop["appointment_id"]: drop["reason"] for drop in outcome.plan.routes["dropped"]}
    assert reasons == {str(early.id): "windows-miss-shifts", str(waiting.id): "not-planned-before"}
    (change,) = outcome.plan.routes["changes"]
    assert (change["change"], change["appointment_id"]) == ("left-out", str(early.id))
    assert (now_is(world, early.id).planned_from, now_is(world, early.id).state) == (None, "noticed")
    (cleared,) = entries(world, "appointment:plan:cleared")
    assert cleared.audience == [world.collector.user]


def test_a_visit_under_way_stays_with_whoever_makes_it(world: World) -> None:
    on_duty(world, world.collector)
    one = told(world)
    published(world)
    on_duty(world, world.other_collector)
    later = told(world, hour=12)
    visit = set_out(world, one.id, at(10))
    world.clock.advance(timedelta(minutes=5))
    assert handed_over(world).plan is None
    assert [row.collector_id for row in crew_is(world, one.id)] == [visit.lead_id]
    assert now_is(world, later.id).planned_from is None


def test_whoever_does_not_work_that_day_hands_nothing_over(world: World) -> None:
    with world.work(world.dispatcher) as uow, pytest.raises(InvalidError, match="does not work"):
        hand_over(uow, RULES, world.collector.user, DAY, reason="ill")  # type: ignore[arg-type]  # is a person
    with world.work() as uow:
        assert uow.session.query(Absence).filter(Absence.org_id == world.organisation).count() == 0
        assert plan_of_day(uow, DAY) is None


def test_finished_visits_are_held_against_their_plan(world: World) -> None:
    on_duty(world, world.collector)
    first, second = told(world), told(world, hour=12, place=NORTH)
    published(world)
    made(world, first.id, at(10))
    made(world, second.id, at(12))

    with world.work(world.dispatcher) as uow:
        one, other = actuals_of_day(uow, DAY)
        trips = trips_between(uow, at(0), at(24))
        nobodys = actuals_of_day(uow, DAY, collectors=[])

    planned = now_is(world, first.id).planned_from
    assert planned is not None
    assert one.late_s == (at(10) + timedelta(minutes=10) - planned).total_seconds()
    assert (one.service_s, one.travel_s, one.straight_m) == (1200, 600, None)
    assert other.straight_m is not None
    assert 4_000 < other.straight_m < 5_000
    assert trips == [DoneTrip(other.straight_m, 600, 12)]
    assert nobodys == []
