"""The promise to the customer: booked within the law, told in neutral words, moved, taken back, ended."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from field_visits.appointments.endings import expire, keep, miss
from field_visits.appointments.models import Appointment
from field_visits.appointments.service import book, cancel, confirm, notice, reschedule, resume
from field_visits.appointments.sweeps import expire_past, suspend_held
from field_visits.cases.models import Customer
from field_visits.cases.service.holds import lift_hold, place_hold
from field_visits.kernel.errors import InvalidError, NotFoundError
from field_visits.kernel.ids import AppointmentId, CaseId
from field_visits.messages.models import Message
from field_visits.unit_of_work import Born
from tests.features.appointments.days import (
    HOUR,
    RULES,
    at,
    booked,
    crew_is,
    entries,
    now_is,
    try_to_book,
)
from tests.world import World, applied, refused

DEBT_WORDS = ("债", "欠", "款", "催", "逾期", "debt", "owe", "loan", "card", "bank account", "collect")


def test_a_lawful_window_is_booked(world: World) -> None:
    appointment = booked(world, at(10))
    assert now_is(world, appointment.id).state == "proposed"
    assert (
        json.loads(entries(world, "appointment:booking:recorded")[0].canonical)["decision"]["verdict"]
        == "allow"
    )


def test_booking_at_night_is_refused_and_leaves_a_trace(world: World) -> None:
    outcome = refused(try_to_book(world, world.case(), at(21)))
    assert outcome.decision is not None
    assert [reason.rule_id for reason in outcome.decision.reasons] == ["CN-HOUR-1"]
    assert outcome.decision.next_lawful_at == at(32)
    (entry,) = entries(world, "appointment:booking:refused")
    assert json.loads(entry.canonical)["decision"]["next_lawful_at"] == "2026-11-28T00:00:00Z"
    with world.work() as uow:
        mine = select(Appointment.id).where(Appointment.org_id == world.organisation)
        assert uow.session.scalars(mine).all() == []


def test_booking_under_a_hold_is_refused(world: World) -> None:
    case = world.case()
    with world.work(world.legal) as uow:
        assert isinstance(place_hold(uow, case.id, kind="dispute"), Born)
    outcome = refused(try_to_book(world, case, at(10)))
    assert outcome.decision is not None
    assert "CN-DISP-1" in {reason.rule_id for reason in outcome.decision.reasons}
    assert outcome.decision.next_lawful_at is None, "only a person can lift it"


def test_a_second_visit_within_the_week_is_refused_with_the_day_that_is_lawful(world: World) -> None:
    case = world.case()
    booked(world, at(10), case=case)
    outcome = refused(try_to_book(world, case, at(30)))
    assert outcome.decision is not None
    assert [reason.rule_id for reason in outcome.decision.reasons] == ["CN-FREQ-3", "CN-HOUR-1"]
    assert outcome.decision.next_lawful_at == at(10) + timedelta(days=7)


def test_nobody_is_booked_for_a_closed_case(world: World) -> None:
    case = world.case()
    with world.work(world.dispatcher) as uow:
        applied(uow.apply(uow.session.merge(case, load=False), "close"))
    assert "closed" in refused(try_to_book(world, case, at(10))).detail


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"window": (at(12), at(10))}, "/window_to"),
        ({"window": (at(-48), at(-46))}, "/window_from"),
        ({"window": (at(0), at(20))}, "/window_to"),
        ({"window": (at(10).replace(tzinfo=None), at(12).replace(tzinfo=None))}, "/window_from"),
        ({"service_minutes": 1}, "/service_minutes"),
        ({"service_minutes": 180}, "/service_minutes"),
        ({"crew_size": 3}, "/crew_size"),
        ({"purpose": "pay your debt"}, "/purpose"),
    ],
)
def test_what_cannot_be_true_is_named_by_its_field(
    world: World, changed: dict[str, object], pointer: str
) -> None:
    case = world.case()
    told = {"window": (at(10), at(12)), "purpose": "talk", "service_minutes": 30, "crew_size": 1} | changed
    with world.work(world.dispatcher) as uow, pytest.raises(InvalidError) as error:
        book(uow, RULES, case.id, **told)  # type: ignore[arg-type]  # wrong on purpose
    assert [fault.pointer for fault in error.value.faults] == [pointer]


def test_what_does_not_exist_is_not_found(world: World) -> None:
    with world.work(world.dispatcher) as uow:
        with pytest.raises(NotFoundError):
            book(
                uow,
                RULES,
                CaseId(uow.new_id()),
                window=(at(10), at(12)),
                purpose="talk",
                service_minutes=30,
            )
        with pytest.raises(NotFoundError):
            confirm(uow, AppointmentId(uow.new_id()), by="call")


def test_the_notice_speaks_of_a_visit_and_of_no_debt(world: World) -> None:
    appointment = booked(world, at(10))
    with world.work(world.dispatcher) as uow:
        told = applied(notice(uow, RULES, appointment.id))
        message = uow.session.scalars(select(Message).where(Message.about_id == appointment.id)).one()
    assert now_is(world, appointment.id).notice_at == world.clock.now()
    assert "2026-11-27 10:00—12:00" in (message.text or "")
    assert "当面沟通" in (message.text or "")
    assert not [word for word in DEBT_WORDS if word in (message.text or "").lower()]
    queued = json.loads(entries(world, "message:delivery:queued")[0].canonical)
    assert queued["cause"] == str(told.receipt.entry_id)


def test_a_notice_that_comes_too_late_is_refused(world: World) -> None:
    appointment = booked(world, at(10))
    world.clock.move_to(at(9))
    with world.work(world.dispatcher) as uow:
        outcome = refused(notice(uow, RULES, appointment.id))
        assert outcome.decision is not None
        assert [reason.rule_id for reason in outcome.decision.reasons] == ["CN-NOTICE-1"]
        assert uow.session.scalars(select(Message).where(Message.about_id == appointment.id)).all() == []


def test_a_notice_is_not_texted_at_night(world: World) -> None:
    appointment = booked(world, at(34))
    world.clock.move_to(at(-1))
    with world.work(world.dispatcher) as uow:
        outcome = refused(notice(uow, RULES, appointment.id))
    assert outcome.decision is not None
    assert outcome.decision.next_lawful_at == at(8)


def test_who_cannot_be_written_to_is_told_of_to_the_dispatcher(world: World) -> None:
    appointment = booked(world, at(10))
    with world.work(world.dispatcher) as uow:
        customer = uow.session.get_one(Customer, appointment.customer_id)
        applied(uow.apply(customer, "update", changes={"phone": None}))
        with pytest.raises(InvalidError, match="neither telephone nor e-mail"):
            notice(uow, RULES, appointment.id)


def test_a_confirmed_appointment_moved_must_be_told_and_confirmed_anew(world: World) -> None:
    appointment = booked(world, at(10))
    with world.work(world.dispatcher) as uow:
        applied(notice(uow, RULES, appointment.id))
        applied(confirm(uow, appointment.id, by="call"))
    assert now_is(world, appointment.id).state == "confirmed"
    with world.work(world.dispatcher) as uow:
        applied(reschedule(uow, RULES, appointment.id, window=(at(15), at(17)), reason="customer asked"))
    moved = now_is(world, appointment.id)
    assert (moved.state, moved.notice_at, moved.confirmed_at) == ("proposed", None, None)
    assert moved.window_from == at(15)


def test_moving_into_the_night_is_refused_and_the_old_window_stands(world: World) -> None:
    appointment = booked(world, at(10))
    with world.work(world.dispatcher) as uow:
        refused(reschedule(uow, RULES, appointment.id, window=(at(22), at(23)), reason="late"))
    assert now_is(world, appointment.id).window_from == at(10)


def test_a_hold_suspends_what_it_hits_and_lifting_it_lets_it_resume(world: World) -> None:
    case = world.case()
    hit, other = booked(world, at(10), case=case), booked(world, at(10))
    with world.work(world.legal) as uow:
        placed = place_hold(uow, case.id, kind="dispute")
        assert isinstance(placed, Born)
    assert suspend_held(world.work) == 1
    assert suspend_held(world.work) == 0, "a second sweep finds nothing"
    assert (now_is(world, hit.id).state, now_is(world, other.id).state) == ("suspended", "proposed")
    suspended = json.loads(entries(world, "appointment:hold:suspended")[0].canonical)
    assert suspended["cause"] == str(placed.applied.receipt.entry_id)
    with world.work(world.dispatcher) as uow:
        refused(resume(uow, RULES, hit.id))
    with world.work(world.legal) as uow:
        applied(lift_hold(uow, placed.row.id, reason="verified"))
    with world.work(world.dispatcher) as uow:
        applied(resume(uow, RULES, hit.id))
    assert now_is(world, hit.id).state == "proposed"


def test_a_hold_that_ends_before_the_window_suspends_nothing(world: World) -> None:
    case = world.case()
    appointment = booked(world, at(10), case=case)
    with world.work(world.legal) as uow:
        assert isinstance(place_hold(uow, case.id, kind="hardship", expires_at=at(9)), Born)
    assert suspend_held(world.work) == 0
    assert now_is(world, appointment.id).state == "proposed"


def test_a_cancelled_visit_is_told_to_a_customer_who_knew_of_it(world: World) -> None:
    known, unknown = booked(world, at(10)), booked(world, at(10))
    with world.work(world.dispatcher) as uow:
        applied(notice(uow, RULES, known.id))
    with world.work(world.dispatcher) as uow:
        for appointment in (known, unknown):
            applied(cancel(uow, RULES, appointment.id, reason="paid"))
        told = uow.session.scalars(select(Message).where(Message.template == "appointment_cancelled")).all()
    assert [message.about_id for message in told] == [known.id]


def test_nobody_writes_to_a_customer_who_must_be_left_alone_not_even_to_cancel(world: World) -> None:
    case = world.case()
    appointment = booked(world, at(10), case=case)
    with world.work(world.dispatcher) as uow:
        applied(notice(uow, RULES, appointment.id))
        assert isinstance(place_hold(uow, case.id, kind="vulnerable"), Born)
        applied(cancel(uow, RULES, appointment.id, reason="hold"))
        told = uow.session.scalars(select(Message).where(Message.template == "appointment_cancelled")).all()
    assert told == []


def test_what_nobody_told_of_expires_after_its_window(world: World) -> None:
    appointment = booked(world, at(10))
    with world.work() as uow:
        assert "not over" in refused(expire(uow, appointment.id)).detail
    world.clock.move_to(at(24))
    assert expire_past(world.work) == 1
    assert now_is(world, appointment.id).state == "expired"


def test_a_visit_told_late_makes_an_expired_appointment_kept(world: World) -> None:
    appointment = booked(world, at(10))
    world.clock.move_to(at(24))
    assert expire_past(world.work) == 1
    with world.work() as uow:
        outcome = applied(keep(uow, appointment.id, occurred_at=at(10.5)))
    assert not outcome.in_order
    assert now_is(world, appointment.id).state == "kept"


def test_missed_says_by_whom(world: World) -> None:
    appointment = booked(world, at(10))
    with world.work() as uow:
        with pytest.raises(InvalidError):
            miss(uow, appointment.id, by="dog")
        applied(miss(uow, appointment.id, by="customer", reason="nobody home"))
    gone = now_is(world, appointment.id)
    assert (gone.state, gone.missed_by) == ("missed", "customer")
    assert crew_is(world, appointment.id) == []


def test_times_are_told_by_the_clock_at_the_door(world: World) -> None:
    new_york = world.case(packs=["us"], zones=("America/New_York",), place=(40.7, -74.0))
    world.clock.advance(12 * HOUR)  # 17:00 there
    start = datetime(2026, 11, 27, 15, 0, tzinfo=UTC)  # 10:00 there
    appointment = booked(world, start, case=new_york)
    with world.work(world.dispatcher) as uow:
        applied(notice(uow, RULES, appointment.id))
        message = uow.session.scalars(select(Message).where(Message.about_id == appointment.id)).one()
    assert "10:00" in (message.text or "")
