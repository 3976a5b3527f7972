"""Amounts, days, times and numbers as people write them."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from field_visits.cases.importing import spelling, values
from field_visits.cases.importing.columns import COLUMNS, Kind
from field_visits.cases.importing.mapping import FoundBy, guess_kind, propose
from field_visits.cases.importing.reading.table import Cell, Flaw
from field_visits.cases.importing.values import UnreadableValueError
from field_visits.cases.words import ContactResult, PaymentMethod
from field_visits.kernel.errors import InvalidError

SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")


def code(error: pytest.ExceptionInfo[UnreadableValueError]) -> str:
    return error.value.code


class TestAmounts:
    @pytest.mark.parametrize(
        ("text", "currency", "minor"),
        [
            ("1234.50", "CNY", 123450),
            ("1,234.50", "CNY", 123450),
            ("1,234", "CNY", 123400),
            ("12,345,678", "CNY", 1234567800),
            ("¥1,234.5", "CNY", 123450),
            ("￥１２３４．５０", "CNY", 123450),
            ("1234.50元", "CNY", 123450),
            ("CNY 1234.50", "CNY", 123450),
            ("RMB1234", "CNY", 123400),
            ("$1,234.50", "USD", 123450),
            ("US$ 7", "USD", 700),
            ("S$7", "SGD", 700),
            ("1'234.50", "CHF", 123450),
            ("1’234.50", "CHF", 123450),
            ("1.234,50", "EUR", 123450),
            ("1234,5", "EUR", 123450),
            ("1 234,50 €".replace(" 234", "234"), "EUR", 123450),
            ("12,34,567.50", "INR", 123456750),
            ("₹5", "INR", 500),
            ("0", "CNY", 0),
        ],
    )
    def test_they_are_read_as_people_write_them(self, text: str, currency: str, minor: int) -> None:
        assert values.amount(text, currency, "/x") == minor

    @pytest.mark.parametrize(
        ("text", "currency", "expected"),
        [
            ("1.234", "EUR", "amount-ambiguous"),
            ("1,234", "EUR", "amount-ambiguous"),
            ("12,5", "CNY", "amount-ambiguous"),
            ("-5", "CNY", "amount-negative"),
            ("(5.00)", "CNY", "amount-negative"),
            ("$5", "CNY", "amount-currency"),
            ("€5", "USD", "amount-currency"),
            ("1.2E+10", "CNY", "number-shortened"),
        ],
    )
    def test_what_may_mean_two_things_is_refused(self, text: str, currency: str, expected: str) -> None:
        with pytest.raises(UnreadableValueError) as error:
            values.amount(text, currency, "/x")
        assert code(error) == expected

    @pytest.mark.parametrize("text", ["", "many", "1.005", "1,23,4", "1..2"])
    def test_what_is_no_amount_is_refused(self, text: str) -> None:
        with pytest.raises(InvalidError):
            values.amount(text, "CNY", "/x")

    @given(st.integers(0, 10**14))
    def test_grouping_changes_nothing(self, minor: int) -> None:
        whole, part = divmod(minor, 100)
        assert values.amount(f"{whole:,}.{part:02d}", "CNY", "/x") == minor

    def test_a_cell_that_became_a_date_is_told(self) -> None:
        with pytest.raises(UnreadableValueError) as error:
            values.amount(datetime(2026, 3, 5), "CNY", "/x")  # noqa: DTZ001
        assert code(error) == "turned-into-date"


class TestDays:
    @pytest.mark.parametrize(
        "cell",
        [
            "2026-11-05", "2026/11/5", "2026.11.5", "20261105", "2026年11月5日", "２０２６年１１月５日",
            "5 Nov 2026", "05-Nov-2026", "November 5, 2026", "Nov 5 2026",
            date(2026, 11, 5), datetime(2026, 11, 5),  # noqa: DTZ001
        ],
    )  # fmt: skip
    def test_they_are_read_as_people_write_them(self, cell: Cell) -> None:
        assert values.day(cell) == date(2026, 11, 5)

    @pytest.mark.parametrize(
        ("text", "day"),
        [
            ("25/11/2026", date(2026, 11, 25)),
            ("11/25/2026", date(2026, 11, 25)),
            ("5.5.2026", date(2026, 5, 5)),
        ],
    )
    def test_day_and_month_are_told_apart_where_only_one_way_is_possible(self, text: str, day: date) -> None:
        assert values.day(text) == day

    @pytest.mark.parametrize(
        ("cell", "expected"),
        [
            ("05/11/2026", "date-ambiguous"),
            ("5-11-2026", "date-ambiguous"),
            ("46331", "date-as-number"),
            ("46331.5", "date-as-number"),
            ("2026-02-30", "date-invalid"),
            ("05/11/26", "date-invalid"),
            ("soon", "date-invalid"),
            (datetime(2026, 11, 5, 9, 30), "date-with-time"),  # noqa: DTZ001
            (Flaw("cell-error", "It shows #N/A."), "cell-error"),
        ],
    )
    def test_what_is_none_or_two_is_refused(self, cell: Cell, expected: str) -> None:
        with pytest.raises(UnreadableValueError) as error:
            values.day(cell)
        assert code(error) == expected

    def test_a_number_is_told_with_the_day_that_excel_means(self) -> None:
        with pytest.raises(UnreadableValueError, match="the day 2026-11-05"):
            values.day("46331")


class TestTimes:
    @pytest.mark.parametrize(
        ("cell", "told"),
        [
            ("09:30", time(9, 30)), ("9:30", time(9, 30)), ("9.30", time(9, 30)), ("2:30 PM", time(14, 30)),
            ("2:30pm", time(14, 30)), ("12:15 AM", time(0, 15)), ("下午2:30", time(14, 30)), ("上午9点30分", time(9, 30)),
            ("14:30:15", time(14, 30, 15)), (time(8, 0), time(8, 0)),
        ],
    )  # fmt: skip
    def test_clock_times(self, cell: Cell, told: time) -> None:
        assert values.clock(cell) == told

    @pytest.mark.parametrize("text", ["25:00", "9", "noon", "9:77"])
    def test_what_is_no_time_is_refused(self, text: str) -> None:
        with pytest.raises(UnreadableValueError) as error:
            values.clock(text)
        assert code(error) == "time-invalid"

    @pytest.mark.parametrize(
        "cell",
        [
            "2026-11-05 14:30", "2026/11/5 14:30:00", "2026年11月5日 下午2:30", "5 Nov 2026 2:30 PM", "2026-11-05T14:30",
            "2026-11-05T06:30:00Z", "2026-11-05T14:30:00+08:00", "2026-11-05 14:30:00+08:00",
            datetime(2026, 11, 5, 14, 30),  # noqa: DTZ001
        ],
    )  # fmt: skip
    def test_moments_are_of_the_organisations_zone_unless_told(self, cell: Cell) -> None:
        assert values.instant(cell, SHANGHAI) == datetime(2026, 11, 5, 6, 30, tzinfo=UTC)

    def test_a_day_alone_is_its_beginning_only_where_that_is_enough(self) -> None:
        with pytest.raises(UnreadableValueError) as error:
            values.instant("2026-11-05", SHANGHAI)
        assert code(error) == "time-missing"
        assert values.instant("2026-11-05", SHANGHAI, needs_time=False) == datetime(
            2026, 11, 4, 16, tzinfo=UTC
        )

    @pytest.mark.parametrize("text", ["2026-11-01 01:30", "2026-03-08 02:30"])
    def test_an_hour_in_which_clocks_change_is_refused(self, text: str) -> None:
        with pytest.raises(UnreadableValueError) as error:
            values.instant(text, NEW_YORK)
        assert code(error) == "time-ambiguous"

    def test_a_serial_number_is_told_as_such(self) -> None:
        with pytest.raises(UnreadableValueError) as error:
            values.instant("46331.604", SHANGHAI)
        assert code(error) == "date-as-number"


class TestNumbersAndWords:
    @pytest.mark.parametrize(
        "text", ["138-0000-1234", "138 0000 1234", "１３８００００１２３４", "(138)0000.1234"]
    )
    def test_punctuation_of_a_phone_number_does_not_matter(self, text: str) -> None:
        assert values.phone(text) == "13800001234"

    def test_a_shortened_number_is_told_apart(self) -> None:
        for reader in (values.phone, lambda cell: values.reference(cell, "/reference")):
            with pytest.raises(UnreadableValueError) as error:
                reader("1.38E+10")
            assert code(error) == "number-shortened"

    def test_words_are_known_in_both_languages(self) -> None:
        assert spelling.word("No Answer", ContactResult) is ContactResult.NOBODY
        assert spelling.word("银行转账", PaymentMethod) is PaymentMethod.BANK_TRANSFER
        with pytest.raises(UnreadableValueError, match="bank_transfer, card"):
            spelling.word("cash", PaymentMethod)


class TestColumns:
    @pytest.mark.parametrize("kind", Kind)
    def test_a_file_with_chinese_headers_is_known_by_itself(self, kind: Kind) -> None:
        headers = [column.label_zh for column in COLUMNS[kind]]
        assert [one.field for one in propose(headers, kind)] == [column.name for column in COLUMNS[kind]]
        assert guess_kind(headers) is kind

    def test_width_case_and_punctuation_of_a_header_do_not_matter(self) -> None:
        for header in (
            "Customer Reference",
            "CUSTOMER_REFERENCE",
            "customer-reference:",
            "Ｃustomer reference",
        ):
            assert propose([header], Kind.CASES)[0].field == "customer_reference"

    def test_the_fields_own_name_goes_before_its_aliases(self) -> None:
        told = propose(["ID", "reference"], Kind.CASES)
        assert [(one.field, one.found_by) for one in told] == [(None, None), ("reference", FoundBy.HEADER)]

    def test_what_was_chosen_moves_a_known_header_aside(self) -> None:
        told = propose(["reference", "my number"], Kind.CASES, chosen={"mynumber": "reference"})
        assert [one.field for one in told] == [None, "reference"]
