"""Amounts in major units become minor units exactly; masks hide."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from field_visits.cases.masking import masked_name, masked_phone
from field_visits.cases.owed import Owed, minor_of
from field_visits.kernel.errors import InvalidError
from field_visits.kernel.money import Money


@given(st.integers(0, 10**15))
def test_an_amount_written_out_is_read_back_exactly(minor: int) -> None:
    assert minor_of(f"{Decimal(minor) / 100:f}", "CNY", "/x") == minor


@pytest.mark.parametrize(
    ("text", "minor"), [("0", 0), ("12", 1200), ("12.", None), ("0.1", 10), (" 7.05 ", 705), ("0.07", 7)]
)
def test_plain_decimals_are_amounts(text: str, minor: int | None) -> None:
    if minor is None:
        with pytest.raises(InvalidError):
            minor_of(text, "CNY", "/x")
    else:
        assert minor_of(text, "CNY", "/x") == minor


@pytest.mark.parametrize(
    "text", ["", "-1", "+1", "1e3", "1,000.00", "¥12", "１２", "12.345", "0x10", "nan", "9" * 16, "9" * 5000]
)
def test_anything_else_is_no_amount(text: str) -> None:
    with pytest.raises(InvalidError) as error:
        minor_of(text, "CNY", "/principal")
    assert [fault.pointer for fault in error.value.faults] == ["/principal"]


def test_the_three_parts_make_the_debt() -> None:
    assert Owed(100, 20, 3, "CNY").total == Money(123, "CNY")
    with pytest.raises(InvalidError):
        Owed(10**15, 1, 0, "CNY")


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("王小明", "王**"),
        ("王 明", "王* 明*"),
        ("Jane Doe", "J*** D**"),
        ("", ""),
        (None, None),
        ("张", "张*"),
    ],
)
def test_a_masked_name_shows_first_letters_only(name: str | None, masked: str | None) -> None:
    assert masked_name(name) == masked


@pytest.mark.parametrize(
    ("phone", "masked"),
    [("13800001234", "138******34"), ("12345", "***45"), ("+8613800001234", "+86*********34"), (None, None)],
)
def test_a_masked_phone_shows_its_head_and_two_digits(phone: str | None, masked: str | None) -> None:
    assert masked_phone(phone) == masked
