"""An outcome starts what it starts in the same transaction, whatever state the visit is in."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from field_visits.appointments.models import Appointment
from field_visits.cases.models import Address, Contact, ContactHold, Promise, RetentionHold
from field_visits.evidence.codes import Code
from field_visits.identity.permissions import Scope
from field_visits.kernel.errors import InvalidError, NotFoundError
from field_visits.kernel.ids import AgreementId, AppointmentId, CaseId
from field_visits.kernel.money import Money
from field_visits.visits.queries import Whereabouts, field_live, list_visits
from field_visits.visits.service import PromiseMade, abort, finish
from field_visits.visits.telling import Told
from tests.features.appointments.days import RULES, at, entries
from tests.features.visits.door import (
    alerts_of,
    at_door,
    codes_of,
    come,
    end,
    gone,
    promised,
    under_way,
    visit_now,
)
from tests.world import World

PROMISE = PromiseMade(Money(50_000, "CNY"), date(2026, 12, 5))


def holds_on(world: World, case_id: CaseId) -> list[ContactHold]:
    with world.work() as uow:
        return list(uow.session.scalars(select(ContactHold).where(ContactHold.case_id == case_id)))


def appointment_now(world: World, appointment_id: AppointmentId) -> Appointment:
    with world.work() as uow:
        return uow.session.get_one(Appointment, appointment_id)


def door_state(world: World, appointment_id: AppointmentId) -> str:
    with world.work() as uow:
        appointment = uow.session.get_one(Appointment, appointment_id)
        return uow.session.get_one(Address, appointment.address_id).state


def test_a_promise_is_recorded_with_contact_and_kept_appointment(world: World) -> None:
    visit = at_door(world)

    told = end(world, visit, "PTP_PART", promise=PROMISE)

    assert told.applied.breach is None
    assert told.may_name_debt
    assert sorted(codes_of(world, caused_by=told)) == [
        "appointment:promise:kept",
        "contact:record:recorded",
        "promise:record:recorded",
    ]
    with world.work() as uow:
        promise = uow.session.scalars(select(Promise).where(Promise.case_id == visit.case_id)).one()
        contact = uow.session.scalars(select(Contact).where(Contact.case_id == visit.case_id)).one()
    assert (promise.amount_minor, promise.due_on, promise.promised_by) == (50_000, date(2026, 12, 5), "self")
    assert (contact.channel, contact.result, contact.person_met) == ("visit", "reached", "self")
    assert (contact.about_table, contact.about_id, contact.at) == ("visits", visit.id, visit.arrived_at)
    now = visit_now(world, visit.id)
    assert (now.state, now.outcome, now.finished_at) == ("finished", "PTP_PART", world.clock.now())
    assert appointment_now(world, visit.appointment_id).state == "kept"
    assert holds_on(world, visit.case_id) == []


@pytest.mark.parametrize(
    ("outcome", "met", "proof", "kind", "days"),
    [
        ("DISPUTE_DEBT", "self", "stated", "dispute", None),
        ("FRAUD_CLAIM", "self", "stated", "fraud", None),
        ("HARDSHIP", "self", "stated", "hardship", 90),
        ("VULNERABLE", "unrelated", "none", "vulnerable", None),
        ("CEASE_REQ", "self", "none", "cease", None),
        ("LAWYER", "self", "none", "represented", None),
        ("DECEASED", "none", "none", "deceased", None),
        ("PAID_CLAIMED", "self", "stated", "dispute", 3),
        ("PLAN_REQUEST", "self", "details", "hardship", 14),
    ],
)
def test_a_stop_flag_places_its_hold_at_once(
    world: World, outcome: str, met: str, proof: str, kind: str, days: int | None
) -> None:
    visit = at_door(world)

    told = end(world, visit, outcome, met=met, proof=proof)

    (hold,) = holds_on(world, visit.case_id)
    assert (hold.kind, hold.state, hold.about_table, hold.about_id) == (kind, "active", "visits", visit.id)
    assert hold.expires_at == (None if days is None else world.clock.now() + timedelta(days=days))
    assert (hold.review_on is None) is (days is not None)
    # What the visit itself started does not make the visit a breach, nor stop it.
    assert told.applied.breach is None
    assert told.stop == ()


@pytest.mark.parametrize(
    ("outcome", "met", "state", "door"),
    [
        ("NOBODY_HOME", "none", "missed", "usable"),
        ("TP_MET", "related", "missed", "usable"),
        ("MOVED", "unrelated", "missed", "invalid"),
        ("WRONG_ADDR", "none", "missed", "invalid"),
        ("REFUSE", "self", "kept", "usable"),
    ],
)
def test_an_outcome_settles_the_appointment_and_the_door(
    world: World, outcome: str, met: str, state: str, door: str
) -> None:
    visit = at_door(world)

    end(world, visit, outcome, met=met, proof="none" if met == "none" else "document")

    appointment = appointment_now(world, visit.appointment_id)
    assert (appointment.state, appointment.missed_by) == (state, "customer" if state == "missed" else None)
    assert door_state(world, visit.appointment_id) == door


def test_a_complaint_alerts_and_freezes_the_records(world: World) -> None:
    visit = at_door(world)

    end(world, visit, "COMPLAINT", met="self", proof="none")

    assert alerts_of(world) == ["complaint"]
    with world.work() as uow:
        frozen = uow.session.scalars(
            select(RetentionHold).where(RetentionHold.case_id == visit.case_id)
        ).one()
    assert frozen.state == "active"


def test_leaving_for_safety_aborts_the_visit_and_alerts(world: World) -> None:
    visit = at_door(world)

    end(world, visit, "UNSAFE_ABORT", met="unrelated", proof="none", note=None)

    now = visit_now(world, visit.id)
    assert (now.state, now.outcome) == ("aborted", "UNSAFE_ABORT")
    assert alerts_of(world) == ["unsafe"]
    assert appointment_now(world, visit.appointment_id).missed_by == "nobody"


@pytest.mark.parametrize(
    ("told", "pointers"),
    [
        ({"person_met": None}, ["/person_met"]),
        ({"identity_proof": None}, ["/identity_proof"]),
        ({"outcome": "PTP_FULL"}, ["/promise"]),
        ({"outcome": "NOTICE_SERVED"}, ["/photos"]),
        ({"outcome": "CEASE_REQ", "note": " "}, ["/note"]),
        ({"outcome": "PLAN_SIGNED"}, ["/agreement_id"]),
        (
            {"outcome": "PLAN_SIGNED", "agreement_id": AgreementId(UUID(int=7))},
            ["/agreement_id"],
        ),
        (
            {"outcome": "PTP_FULL", "promise": PromiseMade(Money(5, "CNY"), date(2020, 1, 1))},
            ["/promise/due_on"],
        ),
    ],
)
def test_an_outcome_that_cannot_be_true_leaves_nothing_behind(
    world: World, told: dict[str, object], pointers: list[str]
) -> None:
    visit = at_door(world)
    right: dict[str, object] = {"outcome": "REFUSE", "person_met": "self", "identity_proof": "document"}

    with pytest.raises(InvalidError) as caught, world.work(world.collector) as uow:
        finish(uow, RULES, visit.id, **{**right, **told})  # type: ignore[arg-type]  # wrong on purpose

    assert [fault.pointer for fault in caught.value.faults] == pointers
    now = visit_now(world, visit.id)
    assert (now.state, now.outcome) == ("arrived", None)
    assert "contact:record:recorded" not in codes_of(world)


def test_an_outcome_outside_hours_is_a_breach_and_still_counts(world: World) -> None:
    visit = under_way(world)
    world.clock.move_to(at(23))

    told = end(world, visit, "HARDSHIP", proof="stated")

    assert told.applied.breach is not None
    assert alerts_of(world) == ["visit_breach"]
    assert [hold.kind for hold in holds_on(world, visit.case_id)] == ["hardship"]
    assert visit_now(world, visit.id).state == "finished"


def test_a_second_outcome_is_recorded_and_its_stop_flag_counts_while_the_first_stays(world: World) -> None:
    visit = at_door(world)
    end(world, visit, "REFUSE")

    told = end(world, visit, "CEASE_REQ")

    assert not told.applied.in_order
    assert visit_now(world, visit.id).outcome == "REFUSE"
    assert [hold.kind for hold in holds_on(world, visit.case_id)] == ["cease"]
    assert len(entries(world, Code.VISIT_OUTCOME_RECORDED)) == 2


def test_a_dispatcher_aborts_a_visit_under_way_and_nobody_was_contacted(world: World) -> None:
    visit = under_way(world)

    with world.work(world.dispatcher) as uow:
        told = abort(
            uow,
            RULES,
            visit.id,
            reason="The car broke down.",
            missed_by="collector",
            scope=Scope.ORGANISATION,
        )

    assert isinstance(told, Told)
    assert visit_now(world, visit.id).state == "aborted"
    assert appointment_now(world, visit.appointment_id).missed_by == "collector"
    assert "contact:record:recorded" not in codes_of(world)


def test_a_dispatcher_without_reach_finds_no_visit_to_abort(world: World) -> None:
    visit = under_way(world)

    with world.work(world.dispatcher) as uow, pytest.raises(NotFoundError):
        abort(uow, RULES, visit.id, reason="No.", scope=Scope.OWN)


def test_visits_are_listed_by_day_case_and_collector_within_reach(world: World) -> None:
    morning, afternoon = promised(world, world.collector), promised(world, world.other_collector, hour=14)
    first = gone(world, morning, world.collector)
    end(world, first, "NOBODY_HOME", met="none", proof="none")
    second = gone(world, afternoon, world.other_collector)

    def listed(actor: object, scope: Scope, **asked: object) -> list[object]:
        with world.work(actor) as uow:  # type: ignore[arg-type]  # an actor of the world
            return [file.visit.id for file in list_visits(uow, scope=scope, **asked)]  # type: ignore[arg-type]  # any filter

    assert listed(world.dispatcher, Scope.ORGANISATION) == [first.id, second.id]
    assert listed(world.collector, Scope.OWN) == [first.id]
    assert listed(world.supervisor, Scope.TEAM) == [first.id, second.id]
    assert listed(world.dispatcher, Scope.ORGANISATION, case_id=second.case_id) == [second.id]
    assert listed(world.dispatcher, Scope.ORGANISATION, since=at(12)) == [second.id]
    assert listed(world.dispatcher, Scope.ORGANISATION, until=at(12)) == [first.id]
    assert listed(world.dispatcher, Scope.ORGANISATION, collector_id=world.other_collector.user) == [
        second.id
    ]
    assert listed(world.dispatcher, Scope.ORGANISATION, states=["finished"]) == [first.id]
    assert listed(world.dispatcher, Scope.ORGANISATION, after=(first.departed_at, first.id)) == [second.id]


def test_the_field_shows_what_everybody_does_now(world: World) -> None:
    mine, theirs = promised(world, world.collector), promised(world, world.other_collector)
    gone(world, theirs, world.other_collector)
    at_the_door = come(world, gone(world, mine, world.collector)).visit

    with world.work(world.supervisor) as uow:
        live = {one.collector_id: one for one in field_live(uow, at(0), scope=Scope.TEAM)}
    with world.work(world.collector) as uow:
        own = field_live(uow, at(24), scope=Scope.OWN)

    assert live[at_the_door.lead_id].doing is Whereabouts.AT_DOOR
    assert live[at_the_door.lead_id].since == at_the_door.arrived_at
    assert world.other_collector.user is not None
    assert live[world.other_collector.user].doing is Whereabouts.UNDER_WAY
    assert [one.doing for one in own] == [Whereabouts.FREE]
    assert len(live) == 2
