"""Customers, addresses, cases and what hangs on them, through their verbs on a real database."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from field_visits.cases import queries
from field_visits.cases.models import Case, ContactHold, Customer, Payment, Promise
from field_visits.cases.owed import Owed
from field_visits.cases.placement import place
from field_visits.cases.service import (
    addresses,
    contacts,
    customers,
    holds,
    payments,
    promises,
    retention,
    views,
    work,
)
from field_visits.evidence.tables import Entry, EntryBody
from field_visits.identity.permissions import Scope
from field_visits.kernel.actor import Actor
from field_visits.kernel.errors import InvalidError, NotFoundError
from field_visits.kernel.ids import CaseId, UserId, new_id
from field_visits.kernel.money import Money
from field_visits.unit_of_work import Born, Receipt, Refused
from tests.world import World, applied, refused

OWED = Owed(1_000_000, 20_050, 0, "CNY")


def user(actor: Actor) -> UserId:
    assert actor.user is not None
    return actor.user


def born(outcome: Born[Any] | Refused) -> Any:
    """The row of a birth that must not be refused."""
    assert isinstance(outcome, Born), outcome
    return outcome.row


def pointers(error: pytest.ExceptionInfo[InvalidError]) -> list[str]:
    return [fault.pointer for fault in error.value.faults]


def audience_of(world: World, receipt: Receipt) -> set[object]:
    with world.work() as uow:
        found = uow.session.execute(
            text("SELECT audience FROM entries WHERE id = :id"), {"id": receipt.entry_id}
        ).scalar_one()
    return set(found)


def customer(world: World, **changes: Any) -> Customer:
    told = {"reference": "R-1", "name": "王 小明", "language": "zh", "phone": "+86 138-0000-1234"} | changes
    with world.work(world.dispatcher) as uow:
        row = born(customers.record_customer(uow, **told))
        assert isinstance(row, Customer)
    return row


def open_case(world: World, **changes: Any) -> Case:
    told: dict[str, Any] = {
        "customer_id": changes.pop("customer_id", None) or customer(world).id,
        "reference": "CASE-1",
        "creditor": "示例银行",
        "packs": ["cn"],
        "owed": OWED,
        "placed_on": date(2026, 11, 1),
    }
    with world.work(world.dispatcher) as uow:
        row = born(work.open_case(uow, **(told | changes)))
        assert isinstance(row, Case)
    return row


class TestCustomers:
    def test_details_are_kept_in_one_form(self, world: World) -> None:
        row = customer(world, name="  王\u3000小明 ", email=" a@example.org ")

        assert (row.name, row.phone, row.email) == ("王 小明", "+8613800001234", "a@example.org")

    def test_a_second_customer_of_one_reference_is_refused_until_the_first_is_withdrawn(
        self, world: World
    ) -> None:
        first = customer(world)
        with world.work(world.dispatcher) as uow:
            outcome = customers.record_customer(uow, reference="R-1", name="x y", language="zh")
        assert refused(outcome).detail == "A customer with this reference exists already."

        with world.work(world.dispatcher) as uow:
            applied(customers.withdraw_customer(uow, first.id, reason="wrong file"))

        assert customer(world).id != first.id

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("name", " "),
            ("name", "a\x00b"),
            ("name", "x" * 201),
            ("phone", "call me"),
            ("email", "nobody"),
            ("language", "Chinese!"),
            ("reference", ""),
        ],
    )
    def test_a_detail_that_cannot_be_true_is_named(self, world: World, field: str, value: str) -> None:
        with pytest.raises(InvalidError) as error:
            customer(world, **{field: value})
        assert pointers(error) == [f"/{field}"]

    def test_only_named_details_change(self, world: World) -> None:
        row = customer(world)
        with world.work(world.dispatcher) as uow:
            applied(customers.update_customer(uow, row.id, phone="13900001111"))
            changed = queries.get_customer(uow, row.id)
        assert (changed.name, changed.phone) == ("王 小明", "13900001111")
        with pytest.raises(InvalidError), world.work(world.dispatcher) as uow:
            customers.update_customer(uow, row.id)


class TestAddresses:
    def test_an_address_keeps_its_source_figures_and_zones(self, world: World) -> None:
        row = customer(world)
        placement = place("31.2285", "121.4782", "gcj02", country="CN", is_approximate=True)
        with world.work(world.dispatcher) as uow:
            address = born(
                addresses.add_address(
                    uow, row.id, placement=placement, country="CN", street="南京西路", house_number="1"
                )
            )
        assert (address.source_crs, address.source_lat, address.zones) == (
            "gcj02",
            "31.2285",
            ["Asia/Shanghai"],
        )
        assert address.lat != 31.2285

    def test_a_door_is_pinned_by_hand_in_its_own_datum(self, world: World) -> None:
        case = world.case()
        with world.work(world.dispatcher) as uow:
            (address,) = queries.usable_addresses(uow, [case.customer_id])[case.customer_id]
            before = address.lat
            placement = place("31.2285", "121.4782", "bd09", country="CN")
            applied(addresses.pin_address(uow, address.id, placement=placement, reason="seen at the door"))
        assert (address.source_crs, address.source_lat, address.is_approximate) == ("bd09", "31.2285", False)
        assert address.lat != before
        assert address.lat == placement.point.lat
        with world.work() as uow:
            query = select(Entry).where(
                Entry.subject_id == address.id, Entry.code == "address:position:pinned"
            )
            entry = uow.session.scalars(query).one()
            body = uow.session.get_one(EntryBody, entry.id)
        assert b"seen at the door" in body.body

    def test_a_pin_without_reason_or_on_a_given_up_door_is_not_made(self, world: World) -> None:
        case = world.case()
        placement = place("31.2285", "121.4782", "wgs84", country="CN")
        with world.work(world.dispatcher) as uow:
            (address,) = queries.usable_addresses(uow, [case.customer_id])[case.customer_id]
            with pytest.raises(InvalidError):
                addresses.pin_address(uow, address.id, placement=placement, reason=" ")
            applied(addresses.invalidate_address(uow, address.id, reason="moved away"))
        with world.work(world.dispatcher) as uow:
            outcome = addresses.pin_address(uow, address.id, placement=placement, reason="seen")
        assert refused(outcome).receipt.code == "address:position:refused"

    def test_an_invalid_address_is_no_door_any_more(self, world: World) -> None:
        case = world.case()
        with world.work(world.dispatcher) as uow:
            (address,) = queries.usable_addresses(uow, [case.customer_id])[case.customer_id]
            applied(addresses.invalidate_address(uow, address.id, reason="moved away"))
        with world.work(world.dispatcher) as uow:
            assert queries.usable_addresses(uow, [case.customer_id]) == {}
            again = addresses.invalidate_address(uow, address.id, reason="moved away")
        assert refused(again).receipt.code == "address:validity:refused"


class TestCases:
    def test_a_case_is_opened_with_its_balance(self, world: World) -> None:
        case = open_case(world, team_id=world.team_id, collector_id=user(world.collector))
        with world.work() as uow:
            file = queries.get_case(uow, case.id)
        assert [balance.total for balance in file.balances] == [Money(1_020_050, "CNY")]

    @pytest.mark.parametrize(
        ("changes", "pointer"),
        [
            ({"packs": ["atlantis"]}, "/packs"),
            ({"packs": []}, "/packs"),
            ({"priority": 101}, "/priority"),
            ({"recall_on": date(2026, 10, 31)}, "/recall_on"),
            ({"due_on": date(2027, 1, 1)}, "/due_on"),
            ({"skills": ["two words"]}, "/skills"),
            ({"reference": "x" * 101}, "/reference"),
        ],
    )
    def test_a_case_that_cannot_be_true_is_refused(
        self, world: World, changes: dict[str, Any], pointer: str
    ) -> None:
        with pytest.raises(InvalidError) as error:
            open_case(world, **changes)
        assert pointers(error) == [pointer]

    def test_a_negative_or_unknown_balance_cannot_be_built(self) -> None:
        with pytest.raises(InvalidError):
            Owed(-1, 0, 0, "CNY")
        with pytest.raises(InvalidError):
            Owed(1, 0, 0, "XXX")

    def test_reassignment_tells_the_former_and_the_new_collector(self, world: World) -> None:
        case = world.case(collector=world.collector)
        with world.work(world.dispatcher) as uow:
            done = applied(
                work.assign(uow, case.id, team_id=world.team_id, collector_id=user(world.other_collector))
            )
        assert audience_of(world, done.receipt) == {user(world.collector), user(world.other_collector)}

    def test_a_case_is_assigned_to_an_active_collector_of_the_team_only(self, world: World) -> None:
        case = world.case()
        other = World.found(world.database, world.clock)
        for team, person, pointer in (
            (None, user(world.collector), "/team_id"),
            (other.team_id, None, "/team_id"),
            (world.team_id, user(world.supervisor), "/collector_id"),
            (world.team_id, user(other.collector), "/collector_id"),
        ):
            with pytest.raises(InvalidError) as error, world.work(world.dispatcher) as uow:
                work.assign(uow, case.id, team_id=team, collector_id=person)
            assert pointers(error) == [pointer]

    def test_a_closed_case_is_not_assigned_any_more_and_the_refusal_stays(self, world: World) -> None:
        case = world.case()
        with world.work(world.dispatcher) as uow:
            applied(work.close(uow, case.id, reason="paid in full"))
        with world.work(world.dispatcher) as uow:
            outcome = refused(work.assign(uow, case.id, team_id=world.team_id, collector_id=None))
        assert outcome.receipt.code == "case:assignment:refused"

    def test_a_new_balance_stands_beside_the_old_one_in_the_same_currency(self, world: World) -> None:
        case = world.case()
        world.clock.advance(timedelta(days=1))
        with world.work(world.dispatcher) as uow:
            applied(work.update_case(uow, case.id, owed=OWED, priority=80))
        with world.work() as uow:
            file = queries.get_case(uow, case.id)
        assert [balance.total.amount_minor for balance in file.balances] == [1_020_050, 1_200_000]
        assert file.case.priority == 80
        with pytest.raises(InvalidError, match="keeps its currency"), world.work(world.dispatcher) as uow:
            work.update_case(uow, case.id, owed=Owed(1, 0, 0, "USD"))

    def test_a_case_of_another_organisation_is_not_there(self, world: World) -> None:
        other = World.found(world.database, world.clock)
        case = other.case()
        with pytest.raises(NotFoundError), world.work(world.dispatcher) as uow:
            work.close(uow, case.id, reason="x")


class TestContactHolds:
    def hold(self, world: World, case: Case, **told: Any) -> ContactHold:
        with world.work(world.dispatcher) as uow:
            row = born(holds.place_hold(uow, case.id, **({"kind": "dispute"} | told)))
            assert isinstance(row, ContactHold)
        return row

    @pytest.mark.parametrize(
        ("kind", "ends", "role"),
        [
            ("dispute", False, "legal"),
            ("hardship", True, "supervisor"),
            ("breathing_space", True, "legal"),
            ("plan_running", False, "system"),
        ],
    )
    def test_each_kind_has_its_end_or_review_and_who_may_lift_it(
        self, world: World, kind: str, ends: bool, role: str
    ) -> None:
        hold = self.hold(world, world.case(), kind=kind)

        assert (hold.expires_at is not None, hold.review_on is not None) == (ends, not ends)
        assert hold.lifted_by_role == role

    def test_only_the_named_role_lifts_a_hold_and_another_ones_try_is_recorded(self, world: World) -> None:
        hold = self.hold(world, world.case(collector=world.collector))
        with world.work(world.supervisor) as uow:
            outcome = refused(holds.lift_hold(uow, hold.id, reason="please"))
        assert outcome.receipt.code == "contact_hold:lifting:refused"

        with world.work(world.legal) as uow:
            done = applied(holds.lift_hold(uow, hold.id, reason="verified"))

        assert audience_of(world, done.receipt) == {user(world.collector)}

    def test_nobody_but_the_system_lifts_the_hold_of_a_running_plan(self, world: World) -> None:
        hold = self.hold(world, world.case(), kind="plan_running")
        for person in (world.legal, world.admin, world.supervisor):
            with world.work(person) as uow:
                refused(holds.lift_hold(uow, hold.id, reason="x"))
        with world.work() as uow:
            applied(holds.lift_hold(uow, hold.id, reason="plan broken"))

    def test_an_extension_ends_later_than_before(self, world: World) -> None:
        hold = self.hold(world, world.case(), kind="hardship")
        assert hold.expires_at is not None
        with pytest.raises(InvalidError) as error, world.work(world.supervisor) as uow:
            holds.extend_hold(uow, hold.id, expires_at=hold.expires_at, reason="x")
        assert pointers(error) == ["/expires_at"]
        later = hold.expires_at + timedelta(days=30)
        with world.work(world.supervisor) as uow:
            applied(holds.extend_hold(uow, hold.id, expires_at=later, reason="still ill"))
        with world.work() as uow:
            assert queries.get_hold(uow, hold.id).expires_at == later

    def test_the_sweep_expires_what_has_ended_once(self, world: World) -> None:
        case = world.case()
        soon = self.hold(world, case, expires_at=world.clock.now() + timedelta(hours=1))
        self.hold(world, case, kind="hardship")
        world.clock.advance(timedelta(hours=1))
        with world.work() as uow:
            assert holds.expire_holds(uow) == 1
            assert holds.expire_holds(uow) == 0
            assert queries.get_hold(uow, soon.id).state == "expired"

    def test_a_hold_that_ends_before_it_begins_or_is_of_no_kind_is_refused(self, world: World) -> None:
        case = world.case()
        for told, pointer in (
            ({"expires_at": world.clock.now()}, "/expires_at"),
            ({"review_on": date(2026, 11, 24)}, "/review_on"),
            ({"kind": "mood"}, "/kind"),
        ):
            with pytest.raises(InvalidError) as error:
                self.hold(world, case, **told)
            assert pointers(error) == [pointer]


class TestRetention:
    def test_a_retention_hold_is_placed_and_lifted(self, world: World) -> None:
        case = world.case()
        with world.work(world.legal) as uow:
            hold = born(retention.place_retention_hold(uow, case.id, reason="lawsuit 12"))
            applied(retention.lift_retention_hold(uow, hold.id, reason="settled"))
            outcome = retention.lift_retention_hold(uow, hold.id, reason="settled")
        assert refused(outcome).receipt.code == "retention_hold:lifting:refused"


class TestContacts:
    def test_a_contact_is_recorded_even_on_a_closed_case(self, world: World) -> None:
        case = world.case()
        with world.work(world.dispatcher) as uow:
            applied(work.close(uow, case.id, reason="paid"))
            at = uow.now - timedelta(days=2)
            contact = born(
                contacts.record_contact(
                    uow, case.id, channel="call", at=at, result="reached", person_met="self", note="will pay"
                )
            )
        assert (contact.at, contact.direction) == (at, "out")

    @pytest.mark.parametrize(
        ("changes", "pointer"),
        [
            ({"channel": "pigeon"}, "/channel"),
            ({"result": "shouted"}, "/result"),
            ({"person_met": "dog"}, "/person_met"),
            ({"direction": "up"}, "/direction"),
        ],
    )
    def test_a_word_outside_its_list_is_named(
        self, world: World, changes: dict[str, str], pointer: str
    ) -> None:
        case = world.case()
        told: dict[str, Any] = {"channel": "call", "result": "reached"} | changes
        with pytest.raises(InvalidError) as error, world.work(world.dispatcher) as uow:
            contacts.record_contact(uow, case.id, at=uow.now, **told)
        assert pointers(error) == [pointer]

    def test_a_contact_in_the_future_is_refused(self, world: World) -> None:
        case = world.case()
        with pytest.raises(InvalidError), world.work(world.dispatcher) as uow:
            contacts.record_contact(
                uow, case.id, channel="call", at=uow.now + timedelta(hours=1), result="reached"
            )


class TestPaymentsAndPromises:
    def pay(self, world: World, case: Case, minor: int, **told: Any) -> Payment:
        with world.work(world.dispatcher) as uow:
            values: dict[str, Any] = {
                "amount": Money(minor, "CNY"),
                "paid_at": uow.now,
                "method": "card",
            } | told
            row = born(payments.report_payment(uow, case.id, **values))
            assert isinstance(row, Payment)
            applied(payments.verify_payment(uow, row.id, source="ledger"))
        return row

    def promise(self, world: World, case: Case, minor: int, due_on: date) -> Promise:
        with world.work(world.dispatcher) as uow:
            row = born(
                promises.record_promise(
                    uow,
                    case.id,
                    amount=Money(minor, "CNY"),
                    due_on=due_on,
                    promised_by="self",
                    promised_at=uow.now,
                )
            )
            assert isinstance(row, Promise)
        return row

    def states(self, world: World, *rows: Promise) -> list[str]:
        with world.work() as uow:
            return [uow.session.get_one(Promise, row.id).state for row in rows]

    def test_a_payment_counts_once_it_is_verified(self, world: World) -> None:
        case = world.case()
        world.clock.advance(timedelta(hours=1))
        self.pay(world, case, 200_000)
        with world.work(world.dispatcher) as uow:
            born(
                payments.report_payment(
                    uow, case.id, amount=Money(5, "CNY"), paid_at=uow.now, method="card", reference="T1"
                )
            )
            assert queries.outstanding(uow, [case.id]) == {case.id: Money(1_000_000, "CNY")}

    def test_one_bank_reference_is_one_payment(self, world: World) -> None:
        case = world.case()
        self.pay(world, case, 100, reference="B1")
        with world.work(world.dispatcher) as uow:
            outcome = payments.report_payment(
                uow, case.id, amount=Money(100, "CNY"), paid_at=uow.now, method="card", reference="B1"
            )
        assert refused(outcome).detail == "A payment with this reference is recorded already."

    @pytest.mark.parametrize(
        ("changes", "pointer"),
        [
            ({"method": "cash"}, "/method"),
            ({"amount": Money(0, "CNY")}, "/amount/amount_minor"),
            ({"amount": Money(5, "USD")}, "/amount/currency"),
        ],
    )
    def test_a_payment_that_cannot_be_true_is_refused(
        self, world: World, changes: dict[str, Any], pointer: str
    ) -> None:
        case = world.case()
        with pytest.raises(InvalidError) as error:
            self.pay(world, case, 5, **changes)
        assert pointers(error) == [pointer]

    def test_a_rejected_payment_cannot_be_verified(self, world: World) -> None:
        case = world.case()
        with world.work(world.dispatcher) as uow:
            row = born(
                payments.report_payment(uow, case.id, amount=Money(5, "CNY"), paid_at=uow.now, method="card")
            )
            applied(payments.reject_payment(uow, row.id, reason="not found"))
            refused(payments.verify_payment(uow, row.id, source="ledger"))

    def test_promises_are_judged_against_what_was_paid_after_them(self, world: World) -> None:
        case = world.case()
        first = self.promise(world, case, 300, date(2026, 11, 26))
        second = self.promise(world, case, 300, date(2026, 11, 28))
        world.clock.advance(timedelta(hours=1))
        self.pay(world, case, 400)

        with world.work() as uow:
            assert promises.judge_promises(uow) == 1
        assert self.states(world, first, second) == ["kept", "open"]

        world.clock.advance(timedelta(days=5))
        with world.work() as uow:
            assert promises.judge_promises(uow) == 1
        assert self.states(world, first, second) == ["kept", "broken"]

    def test_a_promise_of_an_unrelated_person_or_of_a_past_day_is_refused(self, world: World) -> None:
        case = world.case()
        with pytest.raises(InvalidError):
            self.promise(world, case, 5, date(2026, 11, 20))
        with pytest.raises(InvalidError, match="guarantor"), world.work(world.dispatcher) as uow:
            promises.record_promise(
                uow,
                case.id,
                amount=Money(5, "CNY"),
                due_on=date(2026, 12, 1),
                promised_by="unrelated",
                promised_at=uow.now,
            )

    def test_a_promise_is_released_without_blame(self, world: World) -> None:
        row = self.promise(world, world.case(), 5, date(2026, 12, 1))
        with world.work(world.dispatcher) as uow:
            applied(promises.release_promise(uow, row.id, reason="plan signed"))
            refused(promises.break_promise(uow, row.id, reason="x"))


class TestReads:
    def test_scope_is_own_team_or_organisation(self, world: World) -> None:
        mine = world.case(collector=world.collector)
        team = world.case()
        nobodys = world.case(team_id=None)

        def seen(actor: Actor, scope: Scope) -> set[CaseId]:
            with world.work(actor) as uow:
                return {line.case.id for line in queries.list_lines(uow, scope=scope)}

        assert seen(world.collector, Scope.OWN) == {mine.id}
        assert seen(world.supervisor, Scope.TEAM) == {mine.id, team.id}
        assert seen(world.legal, Scope.ORGANISATION) == {mine.id, team.id, nobodys.id}
        with pytest.raises(NotFoundError), world.work(world.collector) as uow:
            queries.get_case(uow, team.id, scope=Scope.OWN)

    def test_pages_follow_each_other_without_gap_or_repetition(self, world: World) -> None:
        cases = [world.case().id for _ in range(5)]
        found: list[CaseId] = []
        with world.work() as uow:
            while lines := queries.list_lines(uow, after=found[-1] if found else None, limit=2):
                found += [line.case.id for line in lines]
            with pytest.raises(InvalidError):
                queries.search(uow, "some", limit=201)
        assert found == sorted(cases)

    @pytest.mark.parametrize(
        "asked", ["case-1", "CASE", "r-1", "小明", "王", "ＲＥＦ", "138 0000", "100% 王", "王_小明"]
    )
    def test_search_finds_by_reference_part_of_name_and_phone(self, world: World, asked: str) -> None:
        case = open_case(world)
        open_case(
            world, customer_id=customer(world, reference="X-9", name="Li Si", phone=None).id, reference="Z-9"
        )
        expected = {"ＲＥＦ": 0, "100% 王": 0, "王_小明": 0, "王": None}.get(asked, 1)
        with world.work() as uow:
            if expected is None:
                with pytest.raises(InvalidError):
                    queries.search(uow, asked)
                return
            lines = queries.search(uow, asked)
        assert [line.case.id for line in lines] == [case.id] * expected

    def test_legals_read_search_and_a_reveal_are_entries(self, world: World) -> None:
        case = open_case(world)
        with world.work(world.legal) as uow:
            views.view_case(uow, case.id)
            views.search_cases(uow, "CASE-1")
            shown = views.reveal_customer(uow, case.customer_id, reason="call back")
        assert shown.phone == "+8613800001234"
        with world.work(world.dispatcher) as uow:
            views.view_case(uow, case.id)
            codes = uow.session.execute(
                text("SELECT code FROM entries WHERE actor_id = :who ORDER BY id"), {"who": world.legal.user}
            ).scalars()
            assert list(codes) == ["case:record:viewed", "case:search:made", "customer:details:revealed"]

    def test_a_reveal_needs_a_reason_and_an_existing_customer(self, world: World) -> None:
        case = open_case(world)
        with pytest.raises(InvalidError), world.work(world.dispatcher) as uow:
            views.reveal_customer(uow, case.customer_id, reason=" ")
        with pytest.raises(NotFoundError), world.work(world.dispatcher) as uow:
            views.view_case(uow, CaseId(new_id(uow.now)))
