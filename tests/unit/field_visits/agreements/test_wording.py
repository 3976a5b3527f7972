import pytest

from field_visits.agreements.wording import capital_amount, figure, rate
from field_visits.kernel.money import Money


@pytest.mark.parametrize(
    ("minor", "capital"),
    [
        (0, "零元整"),
        (5, "伍分"),
        (50, "伍角"),
        (800, "捌元整"),
        (10_005, "壹佰元零伍分"),
        (1_234_560, "壹万贰仟叁佰肆拾伍元陆角"),
        (1_234_567, "壹万贰仟叁佰肆拾伍元陆角柒分"),
        (140_950, "壹仟肆佰零玖元伍角"),
        (600_714, "陆仟零柒元壹角肆分"),
        (10_000_100, "壹拾万零壹元整"),
        (10_700_053, "壹拾万柒仟元伍角叁分"),
        (10_000_000_000, "壹亿元整"),
        (10_000_000_500, "壹亿零伍元整"),
        (1_000_500_000_000, "壹佰亿零伍佰万元整"),
        (10**15, "壹拾万亿元整"),
    ],
)
def test_capital_amounts_are_written_as_chinese_contracts_write_them(minor: int, capital: str) -> None:
    assert capital_amount(Money(minor, "CNY")) == capital


@pytest.mark.parametrize("money", [Money(1, "USD"), Money(-1, "CNY")])
def test_capital_amounts_are_for_renminbi_alone(money: Money) -> None:
    with pytest.raises(ValueError, match="renminbi"):
        capital_amount(money)


def test_figures_are_grouped_and_rates_have_two_places() -> None:
    assert figure(Money(-123_456_705, "CNY")) == "-1,234,567.05"
    assert rate(5) == "0.05%"
    assert rate(1_825) == "18.25%"
