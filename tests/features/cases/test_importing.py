"""Files of a creditor: taken in as a whole or refused as a whole, and the same file twice changes nothing."""

import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy import text

from field_visits.cases import queries
from field_visits.cases.generated import prepare
from field_visits.cases.importing import ImportReport, Outcome
from field_visits.cases.importing.columns import Kind, required_of
from field_visits.cases.service import work
from field_visits.kernel.errors import InvalidError
from field_visits.unit_of_work import Receipt, UnitOfWork
from tests.features.cases.import_files import check, take_in
from tests.world import World, applied

BALTIMORE = Path(__file__).parents[2] / "data" / "addresses_baltimore.csv"
GOOD = {
    "reference": "K1",
    "name": "王小明",
    "phone": "138-0000-1234",
    "street": "南京西路",
    "housenumber": "1",
    "city": "上海",
    "country": "CN",
    "lat": "31.2304",
    "lon": "121.4737",
    "crs": "wgs84",
    "creditor": "示例银行",
    "currency": "CNY",
    "principal": "12000.50",
    "interest": "100",
    "fees": "",
    "team": "Team A",
    "collector": "",
}


def table(*rows: Mapping[str, str], columns: tuple[str, ...] = tuple(GOOD)) -> bytes:
    lines = [",".join(columns)]
    lines += [",".join((GOOD | dict(row)).get(column, "") for column in columns) for row in rows]
    return "\n".join(lines).encode()


def send(world: World, raw: bytes) -> ImportReport:
    return take_in(world, raw).report


def receipt(outcome: Outcome) -> Receipt:
    assert outcome.receipt is not None
    return outcome.receipt


def tried(world: World, raw: bytes) -> ImportReport:
    return check(world, raw).report


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.unchanged, report.error_count


def errors(report: ImportReport) -> list[tuple[int, str]]:
    return [(error.row, error.column) for error in report.errors]


def entries(world: World) -> int:
    with world.work() as uow:
        return int(
            uow.session.execute(
                text("SELECT count(*) FROM entries WHERE actor_id = :who"), {"who": world.dispatcher.user}
            ).scalar_one()
        )


def cases(uow: UnitOfWork) -> dict[str, queries.CaseLine]:
    return {line.case.reference: line for line in queries.list_lines(uow, limit=200)}


class TestWholeFiles:
    def test_a_file_opens_cases_with_customer_address_and_exact_balance(self, world: World) -> None:
        report = send(world, table({}, {"reference": "K2", "fees": "0.07"}))

        assert counts(report) == (2, 0, 0, 0)
        with world.work() as uow:
            found = cases(uow)
            file = queries.get_case(uow, found["K1"].case.id)
        assert file.balances[0].principal_minor == 1_200_050
        assert found["K2"].balance is not None
        assert found["K2"].balance.fees_minor == 7
        assert (file.customer.name, file.customer.phone, file.customer.language) == (
            "王小明",
            "13800001234",
            "zh",
        )
        assert [address.zones for address in file.addresses] == [["Asia/Shanghai"]]
        assert (file.case.team_id, file.case.packs) == (world.team_id, ["cn"])

    def test_each_change_names_the_import_as_its_cause(self, world: World) -> None:
        cause = str(receipt(take_in(world, table({}))).entry_id)
        with world.work() as uow:
            told = uow.session.execute(
                text(
                    "SELECT code, convert_from(canonical, 'UTF8')::jsonb ->> 'cause' FROM entries"
                    " WHERE actor_id = :who ORDER BY id"
                ),
                {"who": world.dispatcher.user},
            ).all()
        assert [tuple(row) for row in told] == [
            ("import:file:applied", None),
            ("customer:record:recorded", cause),
            ("address:record:added", cause),
            ("case:record:opened", cause),
        ]

    def test_the_same_file_twice_changes_nothing_and_writes_one_entry(self, world: World) -> None:
        send(world, table({}, {"reference": "K2"}))
        before = entries(world)

        report = send(world, table({}, {"reference": "K2"}))

        assert counts(report) == (0, 0, 2, 0)
        assert entries(world) == before + 1

    def test_a_changed_row_updates_what_differs_only(self, world: World) -> None:
        send(world, table({}))
        report = send(world, table({"principal": "11000", "phone": "", "interest": ""}))

        assert counts(report) == (0, 1, 0, 0)
        assert [update.columns for update in report.updates] == [("principal",)]
        with world.work() as uow:
            line = cases(uow)["K1"]
        assert line.balance is not None
        assert (line.balance.principal_minor, line.balance.interest_minor) == (1_100_000, 10_000)
        assert line.customer.phone == "13800001234"

    def test_another_address_takes_the_place_of_the_one_of_its_kind(self, world: World) -> None:
        send(world, table({}))
        report = send(world, table({"housenumber": "2"}))
        assert [update.columns for update in report.updates] == [("street",)]
        with world.work() as uow:
            case = cases(uow)["K1"].case
            states = [(one.house_number, one.state) for one in queries.list_addresses(uow, case.customer_id)]
        assert states == [("2", "usable"), ("1", "invalid")]

    def test_a_case_is_assigned_and_updated_by_one_row(self, world: World) -> None:
        send(world, table({"team": ""}))
        report = send(world, table({"collector": "collector", "principal": "1"}))
        assert [update.columns for update in report.updates] == [("principal", "team")]
        with world.work() as uow:
            assert cases(uow)["K1"].case.collector_id == world.collector.user
        assert counts(send(world, table({"principal": "1"}))) == (0, 0, 1, 0)

    def test_two_cases_of_one_customer_share_the_person_and_the_door(self, world: World) -> None:
        columns = (*GOOD, "customer_reference")
        rows = [{"reference": f"K{n}", "customer_reference": "P1"} for n in (1, 2)]
        assert counts(send(world, table(*rows, columns=columns))) == (2, 0, 0, 0)
        with world.work() as uow:
            found = cases(uow)
            doors = queries.list_addresses(uow, found["K1"].customer.id)
        assert found["K1"].customer.id == found["K2"].customer.id
        assert len(doors) == 1

    def test_a_dry_run_says_the_same_and_writes_nothing(self, world: World) -> None:
        raw = table({}, {"reference": "K2"})
        before = entries(world)
        dry = tried(world, raw)
        assert entries(world) == before
        with world.work() as uow:
            assert cases(uow) == {}
        assert counts(dry) == counts(send(world, raw))

    def test_an_unknown_column_is_ignored_and_named(self, world: World) -> None:
        report = send(world, table({"shoe size": "44"}, columns=(*GOOD, "shoe size")))
        assert report.ignored_columns == ("shoe size",)


class TestRefusedFiles:
    def test_one_bad_row_refuses_the_file_and_the_refusal_stays(self, world: World) -> None:
        before = entries(world)
        outcome = take_in(world, table({}, {"reference": "K2", "principal": "many"}))

        assert (outcome.import_id, errors(outcome.report)) == (None, [(3, "principal")])
        assert receipt(outcome).code == "import:file:refused"
        assert entries(world) == before + 1
        with world.work() as uow:
            assert cases(uow) == {}

    @pytest.mark.parametrize("column", required_of(Kind.CASES))
    def test_a_missing_column_is_named(self, world: World, column: str) -> None:
        raw = table({}, columns=tuple(name for name in GOOD if name != column))
        report = tried(world, raw)
        assert errors(report) == [(1, column)]
        assert report.errors[0].detail.startswith(
            f"The column {column} is missing; every file of cases needs it."
        )

    @pytest.mark.parametrize("column", required_of(Kind.CASES))
    def test_an_empty_required_cell_is_named(self, world: World, column: str) -> None:
        report = tried(world, table({column: " "}))
        assert (2, column) in errors(report)

    @pytest.mark.parametrize(
        ("column", "value"),
        [
            ("lat", "north"),
            ("lat", "131"),
            ("crs", "epsg:4490"),
            ("principal", "-5"),
            ("principal", "1.005"),
            ("interest", "1e3"),
            ("currency", "BTC"),
            ("phone", "none"),
            ("team", "Team Z"),
            ("collector", "supervisor"),
            ("country", "Narnia"),
            ("name", "a\x01b"),
            ("kind", "castle"),
            ("priority", "101"),
            ("placed_on", "05.11.2026"),
            ("recall_on", "2020-01-01"),
            ("due_on", "2030-01-01"),
            ("packs", "atlantis"),
            ("skills", "two words"),
            ("approximate", "maybe"),
            ("language", "Klingon!"),
            ("email", "x"),
        ],
    )
    def test_a_bad_cell_is_named_by_row_and_column(self, world: World, column: str, value: str) -> None:
        columns = tuple(dict.fromkeys([*GOOD, column]))
        report = tried(world, table({}, {"reference": "K2", column: value}, columns=columns))
        assert errors(report) == [(3, column)]
        assert report.errors[0].detail.endswith(".")

    def test_a_point_in_the_sea_is_refused(self, world: World) -> None:
        report = tried(world, table({"lat": "30.0", "lon": "125.0"}))
        assert errors(report) == [(2, "lat"), (2, "lon")]
        assert report.errors[0].detail == "The position lies in the open sea."

    def test_a_reference_that_stands_twice_names_both_rows(self, world: World) -> None:
        report = tried(world, table({}, {"reference": "K2"}, {}))
        assert [(error.row, error.detail) for error in report.errors] == [
            (4, "The reference K1 stands in row 2 too.")
        ]

    def test_rows_that_contradict_each_other_about_a_customer_are_refused(self, world: World) -> None:
        columns = (*GOOD, "customer_reference")
        report = tried(
            world,
            table(
                {"customer_reference": "P"},
                {"customer_reference": "P", "reference": "K2", "name": "李四"},
                {"customer_reference": "P", "reference": "K3", "housenumber": "9"},
                columns=columns,
            ),
        )
        assert errors(report) == [(3, "customer_reference"), (4, "street")]

    def test_a_row_with_too_few_cells_is_named(self, world: World) -> None:
        assert errors(tried(world, table({}) + b"\nK9,x")) == [(3, "")]

    def test_a_file_without_rows_or_with_an_open_quote_is_refused_with_a_hint(self, world: World) -> None:
        nothing = send(world, table())
        assert [(error.row, error.code) for error in nothing.errors] == [(1, "file-empty")]
        cut = send(world, table({}) + b'\n"K2')
        assert [(error.row, error.code) for error in cut.errors] == [(3, "file-no-csv")]
        assert cut.errors[0].detail.endswith("look at its quotes.")

    def test_a_closed_case_that_differs_is_an_error_and_an_equal_one_is_not(self, world: World) -> None:
        send(world, table({}))
        with world.work(world.dispatcher) as uow:
            applied(work.close(uow, cases(uow)["K1"].case.id, reason="paid"))
        assert counts(send(world, table({}))) == (0, 0, 1, 0)
        assert errors(send(world, table({"principal": "1"}))) == [(2, "reference")]

    def test_a_case_keeps_its_currency_and_its_customer(self, world: World) -> None:
        columns = (*GOOD, "customer_reference")
        send(world, table({"customer_reference": "P1"}, columns=columns))
        report = send(world, table({"customer_reference": "P1", "currency": "USD"}, columns=columns))
        assert errors(report) == [(2, "currency")]
        report = send(world, table({"customer_reference": "P2"}, columns=columns))
        assert errors(report) == [(2, "customer_reference")]

    def test_a_source_has_a_bounded_name_for_the_record(self, world: World) -> None:
        with pytest.raises(InvalidError):
            take_in(world, table({}), source="x" * 300)


class TestRealAddresses:
    def test_all_of_baltimore_is_imported_in_seconds_and_again_changes_nothing(self, world: World) -> None:
        raw = prepare(BALTIMORE.read_bytes(), seed=7, team="Team A")
        began = time.perf_counter()
        outcome = take_in(world, raw)
        took = time.perf_counter() - began
        assert counts(outcome.report) == (1282, 0, 0, 0)
        assert outcome.import_id is not None
        # Generous: a few seconds alone, and this machine may be shared.
        assert took < 40
        assert counts(send(world, raw)) == (0, 0, 1282, 0)

    def test_the_same_seed_invents_the_same_people_and_another_one_others(self) -> None:
        raw = BALTIMORE.read_bytes()
        first = prepare(raw, seed=1, limit=20)
        assert first == prepare(raw, seed=1, limit=20)
        assert first != prepare(raw, seed=2, limit=20)
        assert first.count(b"\n") == 21

    def test_an_address_file_without_its_columns_is_refused(self) -> None:
        with pytest.raises(InvalidError) as error:
            prepare(b"id,street\n1,x\n", seed=1)
        assert [fault.pointer for fault in error.value.faults] == [
            "/housenumber",
            "/postcode",
            "/city",
            "/lat",
            "/lon",
        ]

    def test_people_in_china_get_chinese_names_and_numbers_nobody_has(self) -> None:
        raw = b"id,street,housenumber,postcode,city,lat,lon\na,X,1,2,Y,31.23,121.47\n"
        line = prepare(raw, seed=1).decode().splitlines()[1].split(",")
        assert "+86100" in line[3]
        assert line[5] == "zh"
