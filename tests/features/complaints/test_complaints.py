"""Complaints and disputes: never turned away, answered in time, and nobody forgets one."""

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from field_visits.cases.models import Case, RetentionHold
from field_visits.complaints.models import Complaint
from field_visits.complaints.service import acknowledge, answer, close, prolong, receive
from field_visits.complaints.sweeps import alarm_complaints
from field_visits.kernel.errors import InvalidError
from field_visits.messages.models import Alert
from field_visits.unit_of_work import Born
from field_visits.workforce.queries import organisation_zone
from tests.world import World, applied, refused


def complained(world: World, *, kind: str = "complaint", case: Case | None = None) -> Complaint:
    with world.work(world.dispatcher) as uow:
        made = receive(
            uow, (case or world.case()).id, kind=kind, channel="call", said="Somebody shouted at my door."
        )
        assert isinstance(made, Born)
        return made.row


def alerts(world: World) -> list[str]:
    with world.work() as uow:
        return list(uow.session.scalars(select(Alert.kind).order_by(Alert.id)))


def local_day(world: World) -> date:
    with world.work() as uow:
        return uow.now.astimezone(organisation_zone(uow)).date()


def test_a_complaint_freezes_the_evidence_tells_the_office_and_its_clock_runs(world: World) -> None:
    complaint = complained(world)

    assert complaint.rule_id == "CN-COMP-1"
    assert complaint.answer_by == local_day(world) + timedelta(days=15)
    assert alerts(world) == ["complaint"]
    with world.work() as uow:
        frozen = uow.session.scalars(select(RetentionHold)).one()
        assert frozen.case_id == complaint.case_id


def test_a_closed_case_does_not_turn_a_complaint_away(world: World) -> None:
    case = world.case()
    with world.work(world.legal) as uow:
        applied(uow.apply(uow.session.get_one(Case, case.id), "close", facts={"reason": "paid"}))

    assert complained(world, case=case).state == "received"


def test_a_complex_case_takes_thirty_days_and_legal_alone_approves_more(world: World) -> None:
    complaint = complained(world)
    received_on = complaint.received_on

    with world.work(world.supervisor) as uow:
        applied(prolong(uow, complaint.id, reason="Two branches are asked.", is_approved=False))
        assert uow.session.get_one(Complaint, complaint.id).answer_by == received_on + timedelta(days=30)
    with world.work(world.supervisor) as uow:
        told = refused(prolong(uow, complaint.id, reason="Once more.", is_approved=True))
        assert "legal" in told.detail
    with world.work(world.legal) as uow:
        applied(prolong(uow, complaint.id, reason="The records come from abroad.", is_approved=True))
        assert uow.session.get_one(Complaint, complaint.id).answer_by == received_on + timedelta(days=60)
    with world.work(world.legal) as uow:
        told = refused(prolong(uow, complaint.id, reason="Again.", is_approved=True))
        assert "no longer term" in told.detail


def test_an_answer_is_an_acknowledgement_too_and_what_is_closed_stays_closed(world: World) -> None:
    complaint = complained(world)
    with world.work(world.legal) as uow:
        applied(answer(uow, complaint.id, text="We are sorry; he was spoken to.", finding="upheld"))
    with world.work(world.legal) as uow:
        kept = uow.session.get_one(Complaint, complaint.id)
        assert kept.state == "answered"
        assert kept.acknowledged_at == kept.answered_at
        refused(acknowledge(uow, complaint.id))
        applied(close(uow, complaint.id, reason="Accepted by the customer."))
    with world.work(world.legal) as uow:
        refused(answer(uow, complaint.id, text="Something else.", finding="upheld"))


def test_whoever_waits_is_not_forgotten_and_nobody_is_told_twice(world: World) -> None:
    complained(world)
    sweep = partial(alarm_complaints, world.work)

    assert sweep() == 0
    world.clock.advance(timedelta(days=12))
    assert (sweep(), sweep()) == (1, 0)
    world.clock.advance(timedelta(days=4))
    assert (sweep(), sweep()) == (1, 0)
    assert alerts(world) == ["complaint", "complaint_due", "complaint_overdue"]


def test_who_was_answered_raises_no_alarm(world: World) -> None:
    complaint = complained(world, kind="dispute")
    with world.work(world.legal) as uow:
        applied(answer(uow, complaint.id, text="The balance was right.", finding="not_upheld"))
    world.clock.advance(timedelta(days=20))

    assert alarm_complaints(world.work) == 0


@pytest.mark.parametrize(
    ("told", "pointer"),
    [
        ({"kind": "rant"}, "/kind"),
        ({"channel": "pigeon"}, "/channel"),
        ({"said": "   "}, "/said"),
    ],
)
def test_what_cannot_be_taken_down_names_the_field(world: World, told: dict[str, str], pointer: str) -> None:
    whole: dict[str, Any] = {"kind": "complaint", "channel": "call", "said": "Rude."} | told
    with pytest.raises(InvalidError) as caught, world.work(world.dispatcher) as uow:
        receive(uow, world.case().id, **whole)

    assert [fault.pointer for fault in caught.value.faults] == [pointer]
