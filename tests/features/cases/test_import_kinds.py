"""Files of contacts, payments and shifts: new, known again, different, wrong, and undone."""

from datetime import UTC, datetime, timedelta

import pytest

from field_visits.cases import queries
from field_visits.cases.importing import Kind, RowError
from field_visits.cases.importing.undoing import undo_import
from field_visits.cases.models import Case, Import
from field_visits.cases.service.consents import withdraw_consent
from field_visits.cases.service.payments import reject_payment
from field_visits.kernel.ids import ImportId
from field_visits.workforce.models import Shift
from field_visits.workforce.queries import list_shifts
from tests.features.cases.import_files import check, take_in
from tests.features.cases.test_importing import counts
from tests.world import World, applied, refused

CONTACT = {
    "案件编号": "C00001",
    "渠道": "电话",
    "联系时间": "2026-11-05 14:30",
    "结果": "无人应答",
    "备注": "𠮷先生不在",
}
CONSENT = {
    "案件编号": "C00001", "同意事项": "夜间上门", "渠道": "信函", "同意时间": "2026-11-05 14:30",
    "同意原话": "晚上九点后也可以来", "生效时间": "", "截止时间": "", "是否书面": "",
}  # fmt: skip
PAYMENT = {
    "payment id": "T1", "case id": "C00001", "amount paid": "¥1,234.50", "payment date": "2026/11/5",
    "payment method": "银行转账", "statement": "",
}  # fmt: skip
SHIFT = {
    "collector": "Collector", "date": "2030-11-05", "start": "9:00", "end": "18:00", "lat": "31.23", "lon": "121.47",
    "crs": "wgs84", "break_from": "12:00", "break_to": "14:00", "break_minutes": "60",
}  # fmt: skip


def table(template: dict[str, str], *rows: dict[str, str]) -> str:
    lines = [template | row for row in rows]
    return "\n".join(
        [",".join(template), *(",".join(f'"{cell}"' for cell in line.values()) for line in lines)]
    )


def file_of(world: World, case: Case) -> queries.CaseFile:
    with world.work() as uow:
        return queries.get_case(uow, case.id)


def shifts(world: World) -> list[Shift]:
    with world.work() as uow:
        since = datetime(2030, 11, 1, tzinfo=UTC)
        return list(list_shifts(uow, since, since + timedelta(days=30)))


def found(outcome_errors: tuple[RowError, ...]) -> list[tuple[int, str, str]]:
    return [(error.row, error.column, error.code) for error in outcome_errors]


def undo(world: World, import_id: ImportId | None) -> object:
    world.clock.advance(timedelta(minutes=1))
    with world.work(world.dispatcher) as uow:
        imported = uow.session.get_one(Import, import_id)
        outcome = undo_import(uow, imported, watch=lambda *_: None).outcome
    world.clock.advance(timedelta(minutes=1))
    return outcome


class TestContacts:
    def test_they_are_recorded_once_at_their_own_time(self, world: World) -> None:
        case = world.case(collector=world.collector)
        assert counts(take_in(world, table(CONTACT, {}, {"联系时间": "2026-11-06 09:00"})).report) == (
            2,
            0,
            0,
            0,
        )
        assert counts(take_in(world, table(CONTACT, {})).report) == (0, 0, 1, 0)

        contacts = file_of(world, case).contacts

        assert [(one.at, one.channel, one.result, one.direction) for one in contacts] == [
            (datetime(2026, 11, 6, 1, tzinfo=UTC), "call", "nobody", "out"),
            (datetime(2026, 11, 5, 6, 30, tzinfo=UTC), "call", "nobody", "out"),
        ]
        assert contacts[0].note == "𠮷先生不在"

    def test_undone_they_count_no_more_and_can_come_again(self, world: World) -> None:
        case = world.case()
        world.clock.advance(timedelta(minutes=1))
        first = take_in(world, table(CONTACT, {}))
        applied(undo(world, first.import_id))  # type: ignore[arg-type]
        assert file_of(world, case).contacts == ()
        assert counts(take_in(world, table(CONTACT, {})).report) == (1, 0, 0, 0)

    @pytest.mark.parametrize(
        ("told", "column", "code"),
        [
            ({"案件编号": "K9"}, "case_reference", "case-unknown"),
            ({"渠道": "鸽子"}, "channel", "word-unknown"),
            ({"联系时间": "2026-11-05"}, "at", "time-missing"),
            ({"联系时间": "5/11/2026 14:30"}, "at", "date-ambiguous"),
            ({"联系时间": "2099-11-05 14:30"}, "at", "time-in-future"),
            ({"结果": ""}, "result", "cell-empty"),
        ],
    )
    def test_a_bad_cell_is_named(self, world: World, told: dict[str, str], column: str, code: str) -> None:
        world.case()
        assert found(check(world, table(CONTACT, told), kind=Kind.CONTACTS).errors) == [(2, column, code)]

    def test_a_recorded_contact_is_never_changed(self, world: World) -> None:
        world.case()
        take_in(world, table(CONTACT, {}))
        assert found(take_in(world, table(CONTACT, {"结果": "本人接听"})).errors) == [
            (2, "result", "contact-differs")
        ]
        assert found(check(world, table(CONTACT, {}, {})).errors) == [(3, "at", "row-twice")]


class TestConsents:
    def test_they_count_from_the_moment_they_are_recorded(self, world: World) -> None:
        case = world.case(collector=world.collector)
        rows: list[dict[str, str]] = [
            {},
            {"同意事项": "单位上门", "截止时间": "2027-01-31", "是否书面": "否"},
        ]
        assert counts(take_in(world, table(CONSENT, *rows)).report) == (2, 0, 0, 0)
        assert counts(take_in(world, table(CONSENT, *rows)).report) == (0, 0, 2, 0)

        told = {one.kind: one for one in file_of(world, case).consents}

        assert {kind: (one.channel, one.is_written) for kind, one in told.items()} == {
            "odd_hours": ("letter", True), "workplace": ("letter", False),
        }  # fmt: skip
        # A day alone is covered to its end, by the organisation's clock.
        assert told["workplace"].until == datetime(2027, 1, 31, 16, tzinfo=UTC)

    def test_what_the_customer_withdrew_no_file_brings_back(self, world: World) -> None:
        case = world.case()
        take_in(world, table(CONSENT, {}))
        with world.work(world.dispatcher) as uow:
            applied(withdraw_consent(uow, file_of(world, case).consents[0].id))

        assert found(take_in(world, table(CONSENT, {})).errors) == [(2, "given_at", "consent-withdrawn")]

    def test_undone_they_count_no_more_and_can_come_again(self, world: World) -> None:
        case = world.case()
        world.clock.advance(timedelta(minutes=1))
        first = take_in(world, table(CONSENT, {}))
        applied(undo(world, first.import_id))  # type: ignore[arg-type]
        assert file_of(world, case).consents == ()
        assert counts(take_in(world, table(CONSENT, {})).report) == (1, 0, 0, 0)

    @pytest.mark.parametrize(
        ("told", "column", "code"),
        [
            ({"案件编号": "K9"}, "case_reference", "case-unknown"),
            ({"同意事项": "什么都行"}, "kind", "word-unknown"),
            ({"同意时间": "2099-11-05 14:30"}, "given_at", "time-in-future"),
            ({"同意原话": ""}, "words", "cell-empty"),
            ({"截止时间": "2026-10-01"}, "until", "dates-reversed"),
            ({"截止时间": "9999-12-31"}, "until", "date-invalid"),
            ({"生效时间": "0001-01-01 00:00"}, "since", "date-invalid"),
            ({"截止时间": "2027-01-31 25:00"}, "until", "time-invalid"),
            ({"是否书面": "也许"}, "written", "value-invalid"),
        ],
    )
    def test_a_bad_cell_is_named(self, world: World, told: dict[str, str], column: str, code: str) -> None:
        world.case()
        assert found(check(world, table(CONSENT, told), kind=Kind.CONSENTS).errors) == [(2, column, code)]

    def test_a_recorded_consent_is_never_changed(self, world: World) -> None:
        world.case()
        take_in(world, table(CONSENT, {}))
        assert found(take_in(world, table(CONSENT, {"同意原话": "另一种说法"})).errors) == [
            (2, "kind", "consent-differs")
        ]
        assert found(check(world, table(CONSENT, {}, {})).errors) == [(3, "given_at", "row-twice")]


class TestPayments:
    def test_they_are_reported_and_verified_where_the_money_was_seen(self, world: World) -> None:
        case = world.case()
        rows: list[dict[str, str]] = [{}, {"payment id": "T2", "statement": "Statement 11"}]
        assert counts(take_in(world, table(PAYMENT, *rows)).report) == (2, 0, 0, 0)
        assert counts(take_in(world, table(PAYMENT, *rows)).report) == (0, 0, 2, 0)
        payments = {one.reference: one for one in file_of(world, case).payments}
        assert [(payments[name].state, payments[name].amount_minor) for name in ("T1", "T2")] == [
            ("reported", 123450), ("verified", 123450),
        ]  # fmt: skip
        assert payments["T1"].paid_at == datetime(2026, 11, 4, 16, tzinfo=UTC)

    def test_one_seen_later_is_verified_and_undone_it_waits_again(self, world: World) -> None:
        case = world.case()
        take_in(world, table(PAYMENT, {}))
        world.clock.advance(timedelta(minutes=1))
        seen = take_in(world, table(PAYMENT, {"statement": "S"}))
        assert (counts(seen.report), seen.report.updates[0].columns) == ((0, 1, 0, 0), ("verified_in",))
        assert file_of(world, case).payments[0].state == "verified"
        applied(undo(world, seen.import_id))  # type: ignore[arg-type]
        assert file_of(world, case).payments[0].state == "reported"

    def test_undone_its_number_is_free_again(self, world: World) -> None:
        case = world.case()
        world.clock.advance(timedelta(minutes=1))
        first = take_in(world, table(PAYMENT, {"statement": "S"}))
        applied(undo(world, first.import_id))  # type: ignore[arg-type]
        assert file_of(world, case).payments == ()
        assert counts(take_in(world, table(PAYMENT, {})).report) == (1, 0, 0, 0)

    @pytest.mark.parametrize(
        ("told", "column", "code"),
        [
            ({"case id": "K9"}, "case_reference", "case-unknown"),
            ({"amount paid": "0"}, "amount", "amount-zero"),
            ({"amount paid": "-5"}, "amount", "amount-negative"),
            ({"amount paid": "$5"}, "amount", "amount-currency"),
            ({"payment method": "cash"}, "method", "word-unknown"),
            ({"payment date": "46331"}, "paid_at", "date-as-number"),
            ({"payment id": "1.38E+10"}, "reference", "number-shortened"),
        ],
    )
    def test_a_bad_cell_is_named(self, world: World, told: dict[str, str], column: str, code: str) -> None:
        world.case()
        assert found(check(world, table(PAYMENT, told)).errors) == [(2, column, code)]

    def test_a_recorded_payment_stays_as_it_is(self, world: World) -> None:
        case = world.case()
        take_in(world, table(PAYMENT, {}))
        differs = check(world, table(PAYMENT, {"amount paid": "5", "payment method": "card"}))
        assert found(differs.errors) == [(2, "amount", "payment-differs"), (2, "method", "payment-differs")]
        with world.work(world.dispatcher) as uow:
            applied(reject_payment(uow, file_of(world, case).payments[0].id, reason="not found"))
        assert found(check(world, table(PAYMENT, {"statement": "S"})).errors) == [
            (2, "verified_in", "payment-rejected")
        ]

    def test_another_currency_than_the_debts_is_an_error(self, world: World) -> None:
        world.case()
        raw = table(PAYMENT | {"currency": "USD"}, {"amount paid": "5"})
        assert found(check(world, raw).errors) == [(2, "currency", "currency-differs")]


class TestShifts:
    def test_they_are_planned_once_in_the_organisations_zone(self, world: World) -> None:
        assert counts(take_in(world, table(SHIFT, {})).report) == (1, 0, 0, 0)
        assert counts(take_in(world, table(SHIFT, {})).report) == (0, 0, 1, 0)
        (shift,) = shifts(world)
        assert (shift.collector_id, shift.starts_at, shift.ends_at) == (
            world.collector.user,
            datetime(2030, 11, 5, 1, tzinfo=UTC),
            datetime(2030, 11, 5, 10, tzinfo=UTC),
        )
        assert (shift.break_from, shift.break_minutes) == (datetime(2030, 11, 5, 4, tzinfo=UTC), 60)

    def test_one_that_comes_otherwise_takes_the_place_and_undone_gives_it_back(self, world: World) -> None:
        take_in(world, table(SHIFT, {}))
        world.clock.advance(timedelta(minutes=1))
        other = take_in(world, table(SHIFT, {"start": "10:00"}))
        assert (counts(other.report), other.report.updates[0].columns) == ((0, 1, 0, 0), ("starts",))
        assert [one.state for one in shifts(world)] == ["withdrawn", "planned"]

        applied(undo(world, other.import_id))  # type: ignore[arg-type]

        assert [(one.starts_at.hour, one.state) for one in shifts(world)] == [
            (1, "planned"),
            (2, "withdrawn"),
        ]

    def test_undoing_is_refused_where_another_shift_was_planned_since(self, world: World) -> None:
        take_in(world, table(SHIFT, {}))
        world.clock.advance(timedelta(minutes=1))
        other = take_in(
            world, table(SHIFT, {"start": "13:00", "break_from": "", "break_to": "", "break_minutes": ""})
        )
        world.shift(world.collector, starts_at=datetime(2030, 11, 5, 1, tzinfo=UTC), hours=2)
        assert "another shift was planned in its place" in refused(undo(world, other.import_id)).detail

    def test_a_night_shift_ends_on_the_next_day(self, world: World) -> None:
        night = {
            "start": "20:00",
            "end": "2:00",
            "break_from": "23:30",
            "break_to": "0:30",
            "break_minutes": "30",
        }
        assert take_in(world, table(SHIFT, night)).errors == ()
        (shift,) = shifts(world)
        assert shift.ends_at - shift.starts_at == timedelta(hours=6)
        assert shift.break_to == datetime(2030, 11, 5, 16, 30, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("told", "column", "code"),
        [
            ({"collector": "supervisor"}, "collector", "collector-unknown"),
            ({"start": "25:00"}, "starts", "time-invalid"),
            ({"end": "8:00"}, "ends", "shift-too-long"),
            ({"date": "2020-11-05"}, "ends", "shift-over"),
            ({"break_from": "19:00", "break_to": "20:00"}, "break_from", "break-does-not-fit"),
            ({"break_minutes": "180"}, "break_minutes", "break-does-not-fit"),
            ({"break_from": ""}, "break_from", "cell-empty"),
            ({"crs": "mars"}, "crs", "value-invalid"),
        ],
    )
    def test_a_bad_cell_is_named(self, world: World, told: dict[str, str], column: str, code: str) -> None:
        assert found(check(world, table(SHIFT, told)).errors) == [(2, column, code)]

    def test_shifts_of_one_person_that_overlap_are_named_by_both_rows(self, world: World) -> None:
        (error,) = check(
            world,
            table(
                SHIFT,
                {},
                {"start": "17:00", "end": "20:00", "break_from": "", "break_to": "", "break_minutes": ""},
            ),
        ).errors
        assert (error.row, error.code, "row 2" in error.detail) == (3, "shifts-overlap", True)
