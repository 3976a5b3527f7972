"""A case's clocks come from its records: what was served, signed, paid and complained of, and nothing else."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from field_visits.attachments.service import receive as receive_file
from field_visits.attachments.sweeps import verify_received
from field_visits.cases.models import Address, Case, LegalEvent
from field_visits.cases.service.contacts import record_contact
from field_visits.cases.service.holds import place_hold
from field_visits.cases.service.legal_events import record_legal_event, withdraw_legal_event
from field_visits.cases.service.payments import report_payment, verify_payment
from field_visits.complaints.service import answer, prolong, receive
from field_visits.compliance.clocks.clock import Clock, ClockState, Note, Title, What, Why
from field_visits.compliance.clocks.facts import Unrecorded
from field_visits.dossier.clocks import CaseClocks, clocks_at
from field_visits.evidence.codes import Code
from field_visits.evidence.tables import Entry
from field_visits.kernel.errors import InvalidError
from field_visits.kernel.money import Money
from field_visits.notices.service import prepare, serve
from field_visits.unit_of_work import Born
from field_visits.visits.service.witnessing import Photographed, photograph
from media.digest import digest_of
from tests.features.appointments.days import RULES
from tests.features.dossier.scene import Scene
from tests.features.visits.door import at_door, end
from tests.simulators.camera import photo, upload
from tests.world import World, applied


def read(world: World, case: Case, *, days_ago: int = 0) -> CaseClocks:
    with world.work() as uow:
        return clocks_at(uow, uow.session.get_one(Case, case.id), uow.now - timedelta(days=days_ago))


def one(world: World, case: Case, title: Title, *, days_ago: int = 0) -> Clock:
    [found] = [clock for clock in read(world, case, days_ago=days_ago).clocks if clock.title is title]
    return found


def happened(world: World, case: Case, kind: str, *, days_ago: int) -> LegalEvent:
    with world.work(world.legal) as uow:
        at = uow.now - timedelta(days=days_ago)
        made = record_legal_event(uow, case.id, kind=kind, at=at, party="the office", proof="register 12/7")
    assert isinstance(made, Born)
    return made.row


def code_of(world: World, evidence_id: object) -> str:
    with world.work() as uow:
        return str(uow.session.scalars(select(Entry.code).where(Entry.id == evidence_id)).one())


def served(scene: Scene, *, receipt: bool, met: str = "self") -> Case:
    """A notice was served at the door; with its signed receipt, if there is one."""
    world = scene.world
    case = world.case(collector=world.collector)
    visit = at_door(world, world.collector, case=case)
    scene.photographed(visit)
    if receipt:
        content = photo(seed=9)
        digest = digest_of(content)
        with world.work(world.collector) as uow:
            taken = photograph(
                uow,
                scene.store,
                visit.id,
                sha256=digest.sha256,
                md5=digest.md5,
                length=digest.length,
                content_type="image/jpeg",
                kind="receipt",
            )
        assert isinstance(taken, Photographed)
        upload(scene.store, taken.expected.ticket, content, world.clock.now())
        with world.work() as uow:
            receive_file(uow, scene.store, taken.expected.attachment.id)
        assert verify_received(world.work, scene.store) == 1
    end(world, visit, "NOTICE_SERVED", met=met)
    world.clock.advance(timedelta(minutes=5))
    return case


def test_a_case_in_which_nothing_happened_says_what_is_not_recorded(world: World) -> None:
    case = world.case()

    told = read(world, case)
    limitation = one(world, case, Title.LIMITATION)

    assert (limitation.state, limitation.due) == (ClockState.NOT_RECORDED, None)
    assert Unrecorded.DUE_DATE in told.not_recorded
    assert one(world, case, Title.EFFECTIVE_COLLECTION).state is ClockState.NOT_STARTED


def test_a_notice_served_with_its_receipt_interrupts_limitation(scene: Scene) -> None:
    case = served(scene, receipt=True)

    clock = one(scene.world, case, Title.LIMITATION)
    effective = one(scene.world, case, Title.EFFECTIVE_COLLECTION)

    assert clock.state is ClockState.INTERRUPTED
    assert clock.since is not None
    assert clock.due == clock.since.replace(year=clock.since.year + 3)
    assert code_of(scene.world, clock.steps[0].evidence_id) == Code.VISIT_OUTCOME_RECORDED.value
    assert (effective.state, effective.due) == (ClockState.RUNNING, clock.since + timedelta(days=30))


def test_a_notice_without_a_receipt_is_not_proved(scene: Scene) -> None:
    case = served(scene, receipt=False)

    [step] = one(scene.world, case, Title.LIMITATION).steps

    assert (step.is_counted, step.why_not) == (False, Why.UNPROVED)


def test_a_relative_who_signs_is_not_taken_for_a_co_resident_adult(scene: Scene) -> None:
    case = served(scene, receipt=True, met="related")

    [step] = one(scene.world, case, Title.LIMITATION).steps

    assert step.why_not is Why.WRONG_RECIPIENT


def test_a_payment_counts_once_it_is_verified(world: World) -> None:
    case = world.case()
    with world.work(world.dispatcher) as uow:
        made = report_payment(uow, case.id, amount=Money(100, "CNY"), paid_at=uow.now, method="bank_transfer")
    assert isinstance(made, Born)
    before = one(world, case, Title.LIMITATION)
    with world.work(world.dispatcher) as uow:
        applied(verify_payment(uow, made.row.id, source="ledger"))

    after = one(world, case, Title.LIMITATION)

    assert before.steps == ()
    assert (after.steps[0].what, after.steps[0].is_counted) == (What.PART_PAYMENT, True)
    assert code_of(world, after.steps[0].evidence_id) == Code.PAYMENT_VERIFIED.value


def test_a_complaint_runs_by_its_own_steps_and_freezes_the_records(world: World) -> None:
    case = world.case()
    with world.work(world.dispatcher) as uow:
        made = receive(uow, case.id, kind="complaint", channel="call", said="Rude.")
    assert isinstance(made, Born)
    world.clock.advance(timedelta(days=10))
    with world.work(world.dispatcher) as uow:
        applied(prolong(uow, made.row.id, reason="Two witnesses.", is_approved=False))
    longer = one(world, case, Title.COMPLAINT)
    with world.work(world.legal) as uow:
        applied(answer(uow, made.row.id, text="Sorry.", finding="upheld"))
    world.clock.advance(timedelta(seconds=1))

    answered = one(world, case, Title.COMPLAINT)

    assert made.row.received_on + timedelta(days=30) == longer.due
    assert longer.days_left == 20
    assert answered.state is ClockState.SATISFIED
    assert [step.what for step in answered.steps] == [
        What.COMPLAINT_RECEIVED,
        What.FOUND_COMPLEX,
        What.ANSWERED,
    ]
    assert Note.HELD in one(world, case, Title.RETENTION).notes


def test_breathing_space_is_read_from_its_hold(world: World) -> None:
    case = world.case(packs=["uk"], placed_on=date(2026, 1, 1))
    with world.work(world.legal) as uow:
        assert isinstance(place_hold(uow, case.id, kind="breathing_space", cause="register"), Born)

    assert one(world, case, Title.BREATHING_SPACE).state is ClockState.RUNNING


def handed_over(world: World, *, is_signed: bool) -> Case:
    """A sealed demand was given to a co-resident adult."""
    case = world.case(collector=world.collector)
    visit = at_door(world, world.collector, case=case)
    with world.work(world.legal) as uow:
        made = prepare(uow, RULES, case.id, kind="demand", title="催告函", document_sha256="a" * 64)
        assert isinstance(made, Born)
    with world.work(world.collector) as uow:
        address = uow.session.scalars(select(Address.id).where(Address.customer_id == case.customer_id)).one()
        applied(
            serve(
                uow,
                RULES,
                made.row.id,
                visit_id=visit.id,
                address_id=address,
                mode="sealed",
                recipient="co_resident_adult",
                relationship="the customer's mother",
                has_capacity=True,
                is_signed=is_signed,
            )
        )
    world.clock.advance(timedelta(minutes=5))
    return case


def test_a_sealed_notice_that_a_co_resident_adult_signed_for_interrupts_limitation(world: World) -> None:
    case = handed_over(world, is_signed=True)

    clock = one(world, case, Title.LIMITATION)

    assert clock.state is ClockState.INTERRUPTED
    assert code_of(world, clock.steps[0].evidence_id) == Code.NOTICE_SERVED.value


def test_a_sealed_notice_that_nobody_signed_for_does_not(world: World) -> None:
    case = handed_over(world, is_signed=False)

    [step] = one(world, case, Title.LIMITATION).steps

    assert (step.is_counted, step.why_not) == (False, Why.UNPROVED)


def test_limitation_begins_where_the_debt_fell_due(world: World) -> None:
    case = world.case(due_on=date(2025, 3, 31))

    clock = one(world, case, Title.LIMITATION)

    assert (clock.state, clock.due) == (ClockState.RUNNING, date(2028, 3, 31))
    assert Unrecorded.DUE_DATE not in read(world, case).not_recorded


def test_a_validation_notice_that_was_posted_counts_from_the_day_it_went_out(world: World) -> None:
    case = world.case(packs=["us"])
    with world.work(world.dispatcher) as uow:
        at = uow.now - timedelta(days=20)
        assert isinstance(
            record_contact(uow, case.id, channel="call", at=at, result="reached", person_met="self"),
            Born,
        )
    missing = one(world, case, Title.VALIDATION_NOTICE)
    sent = happened(world, case, "validation_sent", days_ago=18)

    found = one(world, case, Title.VALIDATION_NOTICE)

    assert (missing.state, found.state) == (ClockState.RUN_OUT, ClockState.SATISFIED)
    assert found.steps[-1].evidence_id == sent.evidence_id
    assert code_of(world, sent.evidence_id) == Code.LEGAL_EVENT_RECORDED.value
    # As of a day before it went out, the clock runs as it did then.
    assert one(world, case, Title.VALIDATION_NOTICE, days_ago=19).state is ClockState.RUNNING
    assert one(world, case, Title.DISPUTE_WINDOW).steps[0].what is What.NOTICE_ASSUMED_RECEIVED


def test_a_written_dispute_pauses_until_the_verification_went_out(world: World) -> None:
    case = world.case(packs=["us"])
    happened(world, case, "validation_sent", days_ago=10)
    with world.work(world.dispatcher) as uow:
        assert isinstance(receive(uow, case.id, kind="dispute", channel="letter", said="Not mine."), Born)
    assert one(world, case, Title.DISPUTE_WINDOW).state is ClockState.PAUSED
    world.clock.advance(timedelta(days=3))
    answered = happened(world, case, "verification_sent", days_ago=1)

    states = [one(world, case, Title.DISPUTE_WINDOW, days_ago=days).state for days in (0, 2)]

    assert states == [ClockState.RUNNING, ClockState.PAUSED]
    assert one(world, case, Title.DISPUTE_WINDOW).steps[-1].evidence_id == answered.evidence_id


def test_a_plan_agreed_by_word_keeps_the_records_until_it_is_withdrawn_as_a_mistake(world: World) -> None:
    case = world.case()
    event = happened(world, case, "oral_plan", days_ago=5)
    kept = one(world, case, Title.RETENTION)
    before = one(world, case, Title.RETENTION, days_ago=6)
    with world.work(world.legal) as uow:
        applied(withdraw_legal_event(uow, event.id, reason="Another case was meant."))

    assert (kept.state, Note.UNSETTLED_ORAL_PLAN in kept.notes) == (ClockState.PAUSED, True)
    assert before.state is not ClockState.PAUSED
    assert one(world, case, Title.RETENTION).state is not ClockState.PAUSED


def test_a_crisis_protects_for_thirty_days_after_its_treatment_ended(world: World) -> None:
    case = world.case(packs=["uk"], placed_on=date(2026, 1, 1))
    with world.work(world.legal) as uow:
        placed = place_hold(
            uow, case.id, kind="breathing_space", cause="register", review_on=date(2027, 6, 1)
        )
        assert isinstance(placed, Born)
    world.clock.advance(timedelta(days=40))
    going_on = one(world, case, Title.BREATHING_SPACE)
    happened(world, case, "treatment_ended", days_ago=31)

    found = one(world, case, Title.BREATHING_SPACE)

    assert (going_on.due, Note.TREATMENT_NOT_ENDED in going_on.notes) == (None, True)
    assert found.due is not None
    assert (found.state, found.days_left) == (ClockState.CLOSED, -1)
    assert one(world, case, Title.BREATHING_SPACE, days_ago=1).state is ClockState.RUNNING
    assert one(world, case, Title.BREATHING_SPACE, days_ago=32).due is None


def test_a_treatment_ends_only_where_a_crisis_had_begun(world: World) -> None:
    case = world.case(packs=["uk"])

    with pytest.raises(InvalidError, match="Place the hold first"):
        happened(world, case, "treatment_ended", days_ago=1)
