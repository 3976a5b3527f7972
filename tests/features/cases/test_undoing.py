"""An import is undone as a whole, or refused with what was built on it."""

from datetime import timedelta

from field_visits.cases import queries
from field_visits.cases.importing.undoing import Undone, undo_import
from field_visits.cases.models import Import
from field_visits.cases.service.consents import record_consent
from field_visits.cases.service.contacts import record_contact
from field_visits.cases.service.customers import update_customer
from field_visits.cases.service.holds import place_hold
from field_visits.cases.service.views import view_case
from field_visits.kernel.ids import CaseId, ImportId
from field_visits.unit_of_work import Applied
from tests.cluster import Cluster
from tests.features.cases.import_files import take_in
from tests.features.cases.test_importing import GOOD, cases, counts, table
from tests.world import World, applied, refused


def imported(world: World, raw: bytes) -> ImportId:
    outcome = take_in(world, raw)
    assert outcome.import_id is not None, outcome.errors
    world.clock.advance(timedelta(minutes=1))
    return outcome.import_id


def undo(world: World, import_id: ImportId) -> Undone:
    with world.work(world.dispatcher) as uow:
        return undo_import(uow, uow.session.get_one(Import, import_id), watch=lambda *_: None)


def case_id(world: World, reference: str = "K1") -> CaseId:
    with world.work() as uow:
        return cases(uow)[reference].case.id


def file_of(world: World, case: CaseId) -> queries.CaseFile:
    with world.work() as uow:
        return queries.get_case(uow, case)


class TestUndone:
    def test_what_it_made_is_withdrawn_and_can_come_again(self, world: World) -> None:
        raw = table({}, {"reference": "K2"})
        first = imported(world, raw)
        case = case_id(world)

        applied(undo(world, first).outcome)

        file = file_of(world, case)
        assert (file.case.state, file.customer.state, [one.state for one in file.addresses]) == (
            "withdrawn", "withdrawn", ["withdrawn"],
        )  # fmt: skip
        with world.work() as uow:
            done = queries.get_import(uow, first)
        assert (done.state, done.undone_at) == ("undone", world.clock.now())
        assert counts(take_in(world, raw).report) == (2, 0, 0, 0)

    def test_what_it_changed_is_as_it_was(self, world: World) -> None:
        imported(world, table({"team": "", "phone": "13800001234"}))
        before = file_of(world, case_id(world))
        changed = imported(
            world,
            table({"principal": "1", "collector": "collector", "phone": "13900000000", "housenumber": "2"}),
        )
        assert file_of(world, before.case.id).balances[0].principal_minor == 100

        applied(undo(world, changed).outcome)

        after = file_of(world, before.case.id)
        assert after.case.collector_id is None
        assert after.customer.phone == "13800001234"
        assert [one.id for one in after.balances] == [one.id for one in before.balances]
        assert [(one.house_number, one.state) for one in after.addresses] == [
            ("1", "usable"),
            ("2", "withdrawn"),
        ]

    def test_one_after_the_other_newest_first(self, world: World) -> None:
        first = imported(world, table({}))
        second = imported(world, table({"principal": "1"}))
        blocked = undo(world, first)
        assert [(one.reference, one.what) for one in blocked.blocking] == [
            ("K1", "a later change of the case (case:details:updated)")
        ]
        applied(undo(world, second).outcome)
        applied(undo(world, first).outcome)

    def test_it_cannot_be_undone_twice(self, world: World) -> None:
        first = imported(world, table({}))
        applied(undo(world, first).outcome)
        assert "undone" in refused(undo(world, first).outcome).detail


class TestRefused:
    def test_what_the_customer_agreed_to_since_stands_against_it(self, world: World) -> None:
        first = imported(world, table({}))
        with world.work(world.dispatcher) as uow:
            record_consent(
                uow,
                case_id(world, "K1"),
                kind="odd_hours",
                channel="letter",
                given_at=uow.now,
                words_given="Comes home at ten.",
            )

        undone = undo(world, first)

        refused(undone.outcome)
        assert [one.what for one in undone.blocking] == [
            "a consent of the customer (consent:record:recorded)"
        ]

    def test_it_names_what_was_built_on_it_and_changes_nothing(self, world: World) -> None:
        first = imported(world, table({}, {"reference": "K2"}))
        case = case_id(world, "K2")
        with world.work(world.dispatcher) as uow:
            record_contact(uow, case, channel="call", at=uow.now, result="reached")
            place_hold(uow, case, kind="hardship")

        undone = undo(world, first)

        outcome = refused(undone.outcome)
        assert outcome.receipt.code == "import:undo:refused"
        assert outcome.detail.startswith("Something was built on this import: K2: a contact")
        assert [(one.reference, one.case_id, one.what) for one in undone.blocking] == [
            ("K2", case, "a contact (contact:record:recorded)"),
            ("K2", case, "a contact hold (contact_hold:record:placed)"),
        ]
        assert file_of(world, case).case.state == "open"

    def test_a_customer_changed_since_is_named(self, world: World) -> None:
        first = imported(world, table({}))
        with world.work(world.dispatcher) as uow:
            customer = cases(uow)["K1"].customer.id
            applied(update_customer(uow, customer, phone="13911112222"))
        assert [one.what for one in undo(world, first).blocking] == ["a later change of the customer"]

    def test_another_case_of_its_customer_is_named(self, world: World) -> None:
        columns = (*GOOD, "customer_reference")
        first = imported(world, table({"customer_reference": "P"}, columns=columns))
        imported(world, table({"customer_reference": "P", "reference": "K2"}, columns=columns))
        assert [(one.reference, one.what) for one in undo(world, first).blocking] == [
            ("P", "case that came later hangs on it")
        ]

    def test_a_look_at_a_case_builds_nothing(self, world: World) -> None:
        first = imported(world, table({}))
        case = case_id(world)
        with world.work(world.legal) as uow:
            view_case(uow, case)
        assert isinstance(undo(world, first).outcome, Applied)


def test_an_import_whose_personal_data_were_erased_cannot_be_undone(
    world: World, cluster: Cluster, app_database_name: str
) -> None:
    first = imported(world, table({}))
    with cluster.superuser(app_database_name) as eraser:
        eraser.execute("DELETE FROM entry_bodies WHERE org_id = %s", (world.organisation,))

    outcome = refused(undo(world, first).outcome)

    assert outcome.detail == "Personal data that it changed were erased as law asks; they cannot be restored."
    assert file_of(world, case_id(world)).case.state == "open"
