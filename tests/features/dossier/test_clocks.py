"""A case's clocks come from its records: what was served, signed, paid and complained of, and nothing else."""

from datetime import date, timedelta

from sqlalchemy import select

from field_visits.attachments.service import receive as receive_file
from field_visits.attachments.sweeps import verify_received
from field_visits.cases.models import Address, Case
from field_visits.cases.service.holds import place_hold
from field_visits.cases.service.payments import report_payment, verify_payment
from field_visits.complaints.service import answer, prolong, receive
from field_visits.compliance.clocks.clock import Clock, ClockState, Note, Title, What, Why
from field_visits.compliance.clocks.facts import Unrecorded
from field_visits.dossier.clocks import CaseClocks, clocks_at
from field_visits.evidence.codes import Code
from field_visits.evidence.tables import Entry
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


def read(world: World, case: Case) -> CaseClocks:
    with world.work() as uow:
        return clocks_at(uow, uow.session.get_one(Case, case.id), uow.now)


def one(world: World, case: Case, title: Title) -> Clock:
    [found] = [clock for clock in read(world, case).clocks if clock.title is title]
    return found


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
