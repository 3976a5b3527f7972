"""A day is drafted within the law, and published in one piece."""

import json
import threading
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import event, inspect, select

from field_visits.appointments.dispatching import assign, plan
from field_visits.appointments.models import Appointment
from field_visits.appointments.service import confirm, notice, reschedule
from field_visits.appointments.slots import Closed, free_slots
from field_visits.cases.service.holds import place_hold
from field_visits.kernel.actor import Actor
from field_visits.kernel.errors import InvalidError, NotFoundError
from field_visits.kernel.ids import PlanId, VisitId
from field_visits.planning.drafting import draft
from field_visits.planning.models import DayPlan, PlanDraft
from field_visits.planning.queries import plan_of_day, plans_of_day, routes_of
from field_visits.planning.service import publish
from field_visits.unit_of_work import Born, Refused
from field_visits.visits.models import Visit
from field_visits.workforce.service import form_crew, record_absence
from tests.features.appointments.days import RULES, at, booked, crew_is, entries, now_is
from tests.world import SHANGHAI, World, applied, refused

DAY = date(2026, 11, 27)


def on_duty(world: World, *collectors: Actor, start: float = 9, hours: int = 9) -> None:
    for collector in collectors:
        world.shift(collector, starts_at=at(start), hours=hours)


def drafted(world: World) -> PlanDraft:
    with world.work(world.dispatcher) as uow:
        return draft(uow, RULES, DAY, budget_s=0.3, iterations=20)


def try_to_publish(world: World, draft_id: PlanId) -> Born[DayPlan] | Refused:
    with world.work(world.dispatcher) as uow:
        return publish(uow, RULES, draft_id)


def published(world: World) -> DayPlan:
    outcome = try_to_publish(world, drafted(world).id)
    assert isinstance(outcome, Born), outcome
    return outcome.row


def doctored(world: World, base: PlanDraft, order: list[Appointment], collector: Actor) -> PlanId:
    """A draft in which `collector` makes these visits one after the other from 10:00 on."""
    visits = [
        {
            "appointment_id": str(one.id),
            "start_at": at(10 + number).isoformat(),
            "end_at": at(10.5 + number).isoformat(),
            "happened": None,
        }
        for number, one in enumerate(order)
    ]
    crew = {"name": "B", "lead_id": str(collector.user), "partner_id": None}
    with world.work(world.dispatcher) as uow:
        former = plan_of_day(uow, DAY)
        made = PlanDraft(
            id=PlanId(uow.new_id()),
            org_id=world.organisation,
            day=DAY,
            made_at=uow.now,
            made_by=None,
            version=uow.new_id(),
            changed_at=uow.now,
            problem=base.problem | {"former": former and str(former.id)},
            plan={"routes": [{"crew": crew, "visits": visits}], "dropped": []},
        )
        uow.session.add(made)
    return made.id


def test_a_day_is_planned_published_and_bound(world: World) -> None:
    on_duty(world, world.collector)
    made = [booked(world, at(10), hours=6) for _ in range(3)]
    proposal = drafted(world)
    assert now_is(world, made[0].id).planned_from is None, "a draft promises nothing"
    assert "not from a road map" in proposal.plan["travel"]["basis"]
    assert proposal.plan["travel"]["is_estimate"] is True

    outcome = try_to_publish(world, proposal.id)

    assert isinstance(outcome, Born)
    for one in made:
        stands = now_is(world, one.id)
        assert stands.planned_from is not None
        assert stands.planned_to is not None
        assert one.window_from <= stands.planned_from < stands.planned_to <= one.window_to
        (row,) = crew_is(world, one.id)
        assert (row.collector_id, row.is_binding) == (world.collector.user, True)
    with world.work() as uow:
        plan_now = plan_of_day(uow, DAY)
        assert plan_now is not None
        assert plan_now.id == outcome.row.id
        assert world.collector.user is not None
        assert [len(route["visits"]) for route in routes_of(plan_now, world.collector.user)] == [3]
    (entry,) = entries(world, "plan:day:published")
    assert entry.audience == [world.collector.user]


def test_no_eta_lies_outside_the_law(world: World) -> None:
    on_duty(world, world.collector, start=8, hours=12)
    case = world.case(zones=("Asia/Shanghai", "Asia/Urumqi"), place=SHANGHAI)
    # 10:00 Beijing time is 08:00 in Urumqi.
    one = booked(world, at(10), hours=8, case=case)
    published(world)
    start = now_is(world, one.id).planned_from
    assert start is not None
    assert start >= at(10)


def test_a_visit_under_a_new_hold_is_left_out_with_the_law_as_reason(world: World) -> None:
    on_duty(world, world.collector)
    case = world.case()
    hit, free = booked(world, at(10), case=case), booked(world, at(10))
    with world.work(world.legal) as uow:
        assert isinstance(place_hold(uow, case.id, kind="dispute"), Born)
    proposal = drafted(world)
    (drop,) = proposal.plan["dropped"]
    assert drop["appointment_id"] == str(hit.id)
    assert drop["reason"] == "no-window"
    assert "CN-DISP-1" in {reason["rule_id"] for reason in drop["decision"]["reasons"]}
    assert proposal.plan["routes"][0]["visits"][0]["appointment_id"] == str(free.id)


def test_a_hold_between_draft_and_publication_stops_the_publication(world: World) -> None:
    on_duty(world, world.collector)
    case = world.case()
    booked(world, at(10), case=case)
    proposal = drafted(world)
    with world.work(world.legal) as uow:
        assert isinstance(place_hold(uow, case.id, kind="fraud"), Born)
    outcome = refused(try_to_publish(world, proposal.id))
    assert outcome.decision is not None
    assert "no longer lawful" in outcome.detail
    (entry,) = entries(world, "plan:day:refused")
    assert json.loads(entry.canonical)["decision"]["reasons"][0]["rule_id"] == "CN-HOLD-1"


def test_two_intervals_are_swapped_in_one_publication(world: World) -> None:
    on_duty(world, world.collector)
    first, second = booked(world, at(10), hours=6), booked(world, at(10), hours=6)
    base = drafted(world)
    for order in ([first, second], [second, first]):
        assert isinstance(try_to_publish(world, doctored(world, base, order, world.collector)), Born)
    assert now_is(world, second.id).planned_from == at(10)
    assert now_is(world, first.id).planned_from == at(11)
    with world.work() as uow:
        assert [one.state for one in plans_of_day(uow, DAY)] == ["published", "superseded"]
    assert len(entries(world, "appointment:plan:set")) == 4


def test_a_conflict_with_what_is_planned_elsewhere_refuses_the_whole_publication(world: World) -> None:
    on_duty(world, world.collector)
    one, other = booked(world, at(10), hours=6), booked(world, at(10), hours=6)
    base = drafted(world)
    late = booked(world, at(10))
    with world.work(world.dispatcher) as uow:
        assert world.collector.user is not None
        applied(plan(uow, RULES, late.id, interval=(at(11.25), at(11.75)), lead=world.collector.user))
    outcome = refused(try_to_publish(world, doctored(world, base, [one, other], world.collector)))
    assert outcome.verb == "publish"
    assert "another visit planned" in outcome.detail
    assert now_is(world, one.id).planned_from is None, "none or all"
    assert len(entries(world, "plan:day:refused")) == 1
    # The constraint binds again at once for whoever comes next.
    assert isinstance(try_to_publish(world, doctored(world, base, [one], world.collector)), Born)


def test_a_draft_is_stale_once_an_appointment_moved_and_not_by_a_notice(world: World) -> None:
    on_duty(world, world.collector)
    one, other = booked(world, at(10), hours=6), booked(world, at(10), hours=6)
    proposal = drafted(world)
    with world.work(world.dispatcher) as uow:
        applied(notice(uow, RULES, one.id))
        applied(confirm(uow, one.id, by="call"))
    assert isinstance(try_to_publish(world, proposal.id), Born)
    proposal = drafted(world)
    with world.work(world.dispatcher) as uow:
        applied(reschedule(uow, RULES, other.id, window=(at(15), at(17)), reason="asked"))
    outcome = refused(try_to_publish(world, proposal.id))
    assert outcome.detail.startswith("1 appointment was moved")
    assert "new draft" in outcome.detail


def test_a_draft_is_stale_once_somebody_is_ill(world: World) -> None:
    on_duty(world, world.collector)
    booked(world, at(10))
    proposal = drafted(world)
    with world.work(world.dispatcher) as uow:
        assert world.collector.user is not None
        assert isinstance(
            record_absence(uow, world.collector.user, starts_at=at(0), ends_at=at(24), reason="ill"),
            Born,
        )
    assert "absences" in refused(try_to_publish(world, proposal.id)).detail


def test_what_a_new_plan_leaves_out_is_freed(world: World) -> None:
    on_duty(world, world.collector)
    one, other = booked(world, at(10), hours=6), booked(world, at(10), hours=6)
    base = drafted(world)
    for order in ([one, other], [other]):
        assert isinstance(try_to_publish(world, doctored(world, base, order, world.collector)), Born)
    assert now_is(world, one.id).planned_from is None
    (cleared,) = entries(world, "appointment:plan:cleared")
    assert cleared.audience == [world.collector.user]


def test_a_named_crew_is_kept_and_two_are_sent_where_two_are_promised(world: World) -> None:
    on_duty(world, world.collector, world.other_collector)
    pinned = booked(world, at(10), hours=6)
    with world.work(world.dispatcher) as uow:
        applied(assign(uow, RULES, pinned.id, lead=world.other_collector.user))
    for_two = booked(world, at(10), hours=6, crew_size=2)
    proposal = drafted(world)
    (route,) = proposal.plan["routes"]
    assert route["crew"]["lead_id"] == str(world.other_collector.user)
    (drop,) = proposal.plan["dropped"]
    assert (drop["appointment_id"], drop["reason"]) == (str(for_two.id), "no-vehicle-has-the-skill")
    assert "two people" in drop["sentence"]

    with world.work(world.dispatcher) as uow:
        assert world.collector.user is not None
        assert world.other_collector.user is not None
        assert isinstance(
            form_crew(uow, DAY, lead_id=world.other_collector.user, partner_id=world.collector.user), Born
        )
    published(world)
    assert {row.collector_id for row in crew_is(world, for_two.id)} == {
        world.collector.user,
        world.other_collector.user,
    }


def test_who_is_dropped_is_told_why(world: World) -> None:
    booked(world, at(10))
    proposal = drafted(world)
    (drop,) = proposal.plan["dropped"]
    assert (drop["reason"], drop["sentence"]) == ("no-vehicle", "Nobody works on this day.")


def test_an_empty_day_has_an_empty_plan(world: World) -> None:
    on_duty(world, world.collector)
    assert drafted(world).plan["routes"] == []


def test_the_day_that_runs_is_planned_from_now_on(world: World) -> None:
    on_duty(world, world.collector)
    one = booked(world, at(10), hours=6)
    with world.work(world.dispatcher) as uow:
        applied(notice(uow, RULES, one.id))
    world.clock.move_to(at(13))
    published(world)
    start = now_is(world, one.id).planned_from
    assert start is not None
    assert start > at(13)


def test_yesterday_is_not_planned(world: World) -> None:
    world.clock.move_to(at(30))
    with world.work(world.dispatcher) as uow:
        with pytest.raises(InvalidError):
            draft(uow, RULES, DAY)
        with pytest.raises(InvalidError):
            draft(uow, RULES, DAY + timedelta(days=2), budget_s=600)
        with pytest.raises(NotFoundError):
            publish(uow, RULES, PlanId(uow.new_id()))


def test_two_dispatchers_who_publish_at_once_leave_one_plan(world: World) -> None:
    on_duty(world, world.collector)
    one, other = booked(world, at(10), hours=6), booked(world, at(10), hours=6)
    base = drafted(world)
    drafts = [doctored(world, base, order, world.collector) for order in ([one, other], [other, one])] * 4
    failures: list[Exception] = []

    def client(draft_id: PlanId) -> None:
        try:
            try_to_publish(world, draft_id)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test must show it
            failures.append(error)

    threads = [threading.Thread(target=client, args=(draft_id,)) for draft_id in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with world.work() as uow:
        assert [plan.state for plan in plans_of_day(uow, DAY)].count("published") == 1


def test_a_day_of_many_visits_needs_a_handful_of_queries(world: World) -> None:
    on_duty(world, world.collector)
    for _ in range(12):
        booked(world, at(9), hours=9)
    statements: list[str] = []
    with world.work(world.dispatcher) as uow:
        connection = uow.session.connection()

        def count(*told: object) -> None:
            statements.append(str(told[2]))

        event.listen(connection, "before_cursor_execute", count)
        proposal = draft(uow, RULES, DAY, budget_s=0.3, iterations=5)
        publish(uow, RULES, proposal.id)
        event.remove(connection, "before_cursor_execute", count)
    assert len(statements) <= 64, statements
    with world.work() as uow:
        mine = select(Appointment).where(Appointment.org_id == world.organisation)
        assert all(one.planned_from for one in uow.session.scalars(mine))


def test_free_slots_leave_the_way_from_the_visit_before_and_say_what_is_closed(world: World) -> None:
    on_duty(world, world.collector, start=9, hours=9)
    planned = booked(world, at(12), case=world.case(place=(31.30, 121.60)))
    with world.work(world.dispatcher) as uow:
        assert world.collector.user is not None
        applied(plan(uow, RULES, planned.id, interval=(at(12), at(13)), lead=world.collector.user))
    case = world.case()
    with world.work(world.dispatcher) as uow:
        found = free_slots(uow, RULES, case, since=at(0), until=at(24), service_minutes=30)
    first, second = found.free
    assert first.first == at(9)
    assert at(10.5) < first.last < at(11.5), "the visit and the way to the one after fit"
    assert at(13) < second.first < at(14), "the way from the visit before fits"
    assert second.last == at(17.5), "the visit ends with the shift"
    reasons = [(span.reason, span.since, span.until) for span in found.closed]
    assert (Closed.LAW, at(0), at(8)) in reasons
    assert (Closed.NOBODY_ON_DUTY, at(8), at(9)) in reasons
    assert any(reason is Closed.NO_ROOM and start < at(12) < end for reason, start, end in reasons)
    night = next(span for span in found.closed if span.reason is Closed.LAW)
    assert night.decision is not None
    assert [reason.rule_id for reason in night.decision.reasons] == ["CN-HOUR-1"]
    # Every second of the day is either free or closed, and not both.
    spans = sorted(
        [(slot.first, slot.last + timedelta(seconds=1)) for slot in found.free]
        + [(span.since, span.until) for span in found.closed]
    )
    assert (spans[0][0], spans[-1][1]) == (at(0), at(24))
    assert all(one[1] == other[0] for one, other in pairwise(spans))


def test_slots_of_a_customer_with_an_appointment_say_so(world: World) -> None:
    on_duty(world, world.collector)
    case = world.case(packs=["us"])
    booked(world, at(10), case=case)
    with world.work(world.dispatcher) as uow:
        found = free_slots(uow, RULES, case, since=at(9), until=at(18), service_minutes=60)
    busy = next(span for span in found.closed if span.reason is Closed.CUSTOMER_BUSY)
    assert (busy.since, busy.until) == (at(9) + timedelta(seconds=1), at(12))


@pytest.mark.parametrize(
    ("since", "until", "minutes", "pointer"),
    [
        (at(10), at(10), 30, "/until"),
        (at(10), at(10 + 24 * 20), 30, "/until"),
        (at(10), at(12), 1, "/service_minutes"),
    ],
)
def test_slots_that_cannot_be_looked_for_name_the_field(
    world: World, since: datetime, until: datetime, minutes: int, pointer: str
) -> None:
    case = world.case()
    with world.work(world.dispatcher) as uow, pytest.raises(InvalidError) as error:
        free_slots(uow, RULES, case, since=since, until=until, service_minutes=minutes)
    assert [fault.pointer for fault in error.value.faults] == [pointer]


def test_times_of_a_draft_are_utc(world: World) -> None:
    on_duty(world, world.collector)
    booked(world, at(10))
    visit = drafted(world).plan["routes"][0]["visits"][0]
    assert datetime.fromisoformat(visit["start_at"]).tzinfo is UTC


def test_a_visit_under_way_stays_and_its_crew_goes_on_from_there(world: World) -> None:
    on_duty(world, world.collector)
    running, later = booked(world, at(10), hours=6), booked(world, at(10), hours=6)
    with world.work(world.dispatcher) as uow:
        for one in (running, later):
            applied(notice(uow, RULES, one.id))
        assert world.collector.user is not None
        applied(plan(uow, RULES, running.id, interval=(at(13), at(13.5)), lead=world.collector.user))
    world.clock.move_to(at(12.75))
    with world.work(world.collector) as uow:
        visit = Visit(
            id=VisitId(uow.new_id()),
            appointment_id=running.id,
            case_id=running.case_id,
            lead_id=world.collector.user,
            **dict.fromkeys(
                attribute.key
                for attribute in inspect(Visit).column_attrs
                if attribute.key
                not in {"id", "org_id", "evidence_id", "state", "appointment_id", "case_id", "lead_id"}
            )
            | {"departed_at": uow.now},
        )
        applied(uow.apply(visit, "depart"))
    published(world)
    assert now_is(world, running.id).planned_from == at(13), "nothing moves what is under way"
    start = now_is(world, later.id).planned_from
    assert start is not None
    assert start >= at(13.5)


def test_no_plan_is_published_outside_what_a_customer_was_promised(world: World) -> None:
    on_duty(world, world.collector)
    one = booked(world, at(12), hours=2)
    base = drafted(world)
    outcome = refused(try_to_publish(world, doctored(world, base, [one], world.collector)))  # at 10:00
    assert "promised" in outcome.detail
    assert now_is(world, one.id).planned_from is None
