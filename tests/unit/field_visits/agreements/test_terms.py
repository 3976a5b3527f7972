from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from field_visits.agreements import wording
from field_visits.agreements.terms import (
    Block,
    Cycle,
    Debt,
    Instalment,
    Terms,
    add_months,
    affordability,
    canonical_bytes,
    canonical_text,
    due_dates,
    instalments,
    terms_as_json,
    terms_hash,
)
from field_visits.kernel.errors import InvalidError
from field_visits.kernel.money import Money

from .samples import debt, means, plan


def faults_of(act: Callable[[], object]) -> dict[str, str]:
    with pytest.raises(InvalidError) as caught:
        act()
    return {fault.pointer: fault.detail for fault in caught.value.faults}


def cny(minor: int) -> Money:
    return Money(minor, "CNY")


def test_instalments_without_interest_differ_by_one_cent_at_most_and_sum_to_the_debt() -> None:
    rows = instalments(cny(10_000), 3, date(2026, 12, 15), Cycle.MONTHLY)

    assert [row.amount.amount_minor for row in rows] == [3_334, 3_333, 3_333]
    assert [row.no for row in rows] == [1, 2, 3]
    assert [row.interest for row in rows] == [cny(0)] * 3


def test_instalments_with_interest_are_level_and_the_last_is_what_is_left() -> None:
    # 1,200.00 at 12 % a year: 1 % a month. Level row by hand: 1200 * 0.01 / (1 - 1.01 ** -3) = 408.0265...
    rows = instalments(cny(120_000), 3, date(2026, 12, 15), Cycle.MONTHLY, annual_rate_bp=1_200)

    assert [row.interest.amount_minor for row in rows] == [1_200, 803, 403]
    assert [row.amount.amount_minor for row in rows] == [40_803, 40_803, 40_800]
    assert sum(row.repays_minor for row in rows) == 120_000


def test_a_month_end_stays_the_month_end_where_there_is_one() -> None:
    assert due_dates(date(2027, 12, 31), 5, Cycle.MONTHLY) == (
        date(2027, 12, 31),
        date(2028, 1, 31),
        date(2028, 2, 29),
        date(2028, 3, 31),
        date(2028, 4, 30),
    )


@pytest.mark.parametrize(("cycle", "days"), [(Cycle.WEEKLY, 7), (Cycle.FORTNIGHTLY, 14)])
def test_weeks_keep_their_weekday(cycle: Cycle, days: int) -> None:
    first, second = due_dates(date(2026, 12, 28), 2, cycle)

    assert (second - first).days == days


@pytest.mark.parametrize("cycle", list(Cycle))
def test_dates_beyond_the_calendar_are_refused(cycle: Cycle) -> None:
    assert "/first_due_on" in faults_of(lambda: due_dates(date(9999, 12, 25), 2, cycle))


@pytest.mark.parametrize("count", [0, -1, 5_201, True, 2.0])
def test_a_count_that_is_no_count_is_refused(count: Any) -> None:
    assert "/count" in faults_of(lambda: due_dates(date(2026, 12, 15), count, Cycle.MONTHLY))


def test_more_rows_than_cents_are_refused() -> None:
    assert "/count" in faults_of(lambda: instalments(cny(5), 6, date(2026, 12, 15), Cycle.MONTHLY))


@pytest.mark.parametrize(
    ("owed", "count", "rate"),
    [
        # Rounded up to whole cents, five rows would repay it before the ninth.
        (10, 9, 100),
        # The interest of a period takes the whole level row.
        (2, 2, 10_000),
        (101, 60, 10_000),
    ],
)
def test_a_debt_of_cents_with_interest_in_too_many_rows_is_refused(owed: int, count: int, rate: int) -> None:
    faults = faults_of(
        lambda: instalments(cny(owed), count, date(2026, 12, 15), Cycle.MONTHLY, annual_rate_bp=rate)
    )

    assert "choose fewer" in faults["/count"]


@pytest.mark.parametrize("rate", [-1, 10_001, True, 12.5])
def test_a_rate_out_of_range_is_refused(rate: Any) -> None:
    faults = faults_of(
        lambda: instalments(cny(100), 2, date(2026, 12, 15), Cycle.MONTHLY, annual_rate_bp=rate)
    )

    assert "/annual_rate_bp" in faults


def test_nothing_owed_cannot_be_paid_in_instalments() -> None:
    assert "/debt" in faults_of(lambda: instalments(cny(0), 1, date(2026, 12, 15), Cycle.MONTHLY))


def test_affordability_rounds_down_and_leaves_the_customer_a_share() -> None:
    result = affordability(
        income_minor=800_001,
        essential_minor=500_000,
        other_debts_minor=100_000,
        currency="CNY",
        kept_bp=3_333,
    )

    assert result.disposable_minor == 200_001
    assert result.monthly_minor == 133_340
    assert result.per_cycle_minor(Cycle.MONTHLY) == 133_340
    assert result.per_cycle_minor(Cycle.FORTNIGHTLY) == 61_541
    assert result.per_cycle_minor(Cycle.WEEKLY) == 30_770
    assert result.as_json()["monthly_minor"] == 133_340


def test_who_has_nothing_left_can_afford_nothing() -> None:
    assert affordability(income_minor=100, essential_minor=200, currency="CNY").monthly_minor == 0


def test_affordability_names_every_wrong_figure() -> None:
    bad: Any = 1.5

    faults = faults_of(
        lambda: affordability(
            income_minor=bad,
            essential_minor=-1,
            other_debts_minor=10**16,
            currency="XXX",
            kept_bp=10_000,
        )
    )

    assert sorted(faults) == [
        "/affordability/currency",
        "/affordability/essential_minor",
        "/affordability/income_minor",
        "/affordability/kept_bp",
        "/affordability/other_debts_minor",
    ]


@pytest.mark.parametrize(
    ("parts", "pointer"),
    [
        ((cny(1), Money(1, "USD"), cny(1)), "/debt/interest"),
        ((cny(1), cny(1), cny(-1)), "/debt/fees"),
        ((cny(0), cny(0), cny(0)), "/debt"),
        ((cny(10**15), cny(1), cny(0)), "/debt"),
    ],
)
def test_a_debt_that_cannot_be_is_refused(parts: tuple[Money, Money, Money], pointer: str) -> None:
    assert pointer in faults_of(lambda: Debt(*parts))


def test_propose_takes_the_shortest_plan_that_can_be_afforded() -> None:
    terms = plan()

    # 600.00 are left a month, 20 % stay with the customer: 480.00; 12,345.67 / 480.00 = 25.7...
    assert len(terms.instalments) == 26
    assert max(row.amount.amount_minor for row in terms.instalments) <= 48_000
    assert terms.total_payable == cny(1_234_567)
    assert not terms.interest_continues


def test_propose_with_interest_counts_the_interest_into_what_can_be_afforded() -> None:
    terms = plan(annual_rate_bp=1_200)

    assert terms.interest_continues
    assert len(terms.instalments) == 30
    assert all(row.amount.amount_minor <= 48_000 for row in terms.instalments)
    assert terms.total_payable == terms.debt.total + terms.total_interest


def test_propose_keeps_a_chosen_count_that_is_lawful_and_affordable() -> None:
    terms = plan(count=60, first_due_on=date(2026, 12, 24))

    assert len(terms.instalments) == 60
    assert terms.last_due_on == date(2031, 11, 24)


def test_a_plan_beyond_sixty_months_is_refused_with_the_rule_and_the_longest_count() -> None:
    faults = faults_of(lambda: plan(count=61))

    assert faults["/count"].startswith("CN-PLAN-2: 61 instalments end on 2031-12-15")
    assert "60 instalments at most" in faults["/count"]


def test_sixty_instalments_that_start_late_go_beyond_the_term() -> None:
    assert (
        "59 instalments at most"
        in faults_of(lambda: plan(count=60, first_due_on=date(2027, 1, 15)))["/count"]
    )


def test_an_instalment_above_the_means_is_refused() -> None:
    assert "CNY 1,028.81 exceeds the CNY 480.00" in faults_of(lambda: plan(count=12))["/count"]


def test_means_that_no_lawful_plan_fits_are_answered_with_what_would_help() -> None:
    faults = faults_of(lambda: plan(means=means(essential_minor=790_000)))

    assert "even 60 instalments" in faults["/affordability"]
    assert "hardship" in faults["/affordability"]


def test_a_debt_of_one_cent_is_one_instalment() -> None:
    assert len(plan(debt=debt(1, 0, 0)).instalments) == 1


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"is_willing": False}, "/is_willing"),
        ({"means": means(currency="USD")}, "/affordability/currency"),
        ({"debt": debt(100, 0, 0), "must_exceed_means": True}, "/affordability"),
        ({"max_months": 0}, "/max_months"),
        ({"max_months": 1_201}, "/max_months"),
        ({"max_months": True}, "/max_months"),
        ({"max_months": 1, "first_due_on": date(2026, 12, 25)}, "/first_due_on"),
        ({"first_due_on": date(2026, 11, 24)}, "/first_due_on"),
        ({"agreed_from": date(9_801, 1, 1), "first_due_on": date(9_801, 2, 1)}, "/agreed_from"),
        ({"grace_days": -1}, "/grace_days"),
        ({"grace_days": "ten"}, "/grace_days"),
        ({"reference": " "}, "/reference"),
        ({"creditor": "a\nb"}, "/creditor"),
        ({"pay_to": 5}, "/pay_to"),
        ({"languages": ()}, "/languages"),
        ({"languages": ("zh", "zh")}, "/languages"),
        ({"languages": ("fr",)}, "/languages"),
        ({"other": {"zh": ("一",)}}, "/other"),
        ({"other": {"zh": ("一", "二"), "en": ("one",)}}, "/other"),
        ({"other": {"zh": ("一",), "en": ("",)}}, "/other/en/0"),
    ],
)
def test_propose_points_at_what_stands_against_a_plan(changes: dict[str, Any], pointer: str) -> None:
    assert list(faults_of(lambda: plan(**changes))) == [pointer]


def test_a_debt_above_the_means_passes_the_gate_of_the_pack() -> None:
    assert plan(must_exceed_means=True).debt == debt()


def test_add_months_crosses_years_and_leap_days() -> None:
    assert add_months(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert add_months(date(2026, 11, 24), 60) == date(2031, 11, 24)


def test_the_six_mandatory_blocks_are_there_in_each_language_and_in_order() -> None:
    terms = plan()

    assert [block.kind for block in terms.blocks_in("zh")] == list(wording.BLOCK_KINDS)
    assert [block.kind for block in terms.blocks_in("en")] == list(wording.BLOCK_KINDS)
    assert "不向任何银行申请信用卡" in terms.blocks_in("zh")[3].text
    assert "停止一切催收，包括上门" in terms.blocks_in("zh")[4].text


def test_options_change_the_words_they_govern() -> None:
    usual = plan()
    other = plan(
        annual_rate_bp=1_825,
        fees_continue=True,
        promises_no_new_card=False,
        grace_days=30,
        other={"zh": ("另行约定。",), "en": ("A further term.",)},
    )

    assert "停止计收利息" in usual.blocks_in("zh")[2].text
    assert "18.25%" in other.blocks_in("zh")[2].text
    assert "18.25% a year" in other.blocks_in("en")[2].text
    assert "Fees of the original contract continue" in other.blocks_in("en")[2].text
    assert "asks the customer for no promise" in other.blocks_in("en")[3].text
    assert "30 days" in other.blocks_in("en")[4].text
    assert other.blocks_in("zh")[5].text.endswith("以中文为准。另行约定。")
    assert other.blocks_in("en")[5].text.endswith("the Chinese one prevails. A further term.")


def test_terms_in_one_language_speak_of_no_other() -> None:
    terms = plan(languages=("en",), debt=debt(currency="USD"), means=means(currency="USD"))

    assert "Chinese" not in canonical_text(terms, "en")
    assert "/language" in faults_of(lambda: canonical_text(terms, "zh"))


def test_foreign_currency_in_chinese_has_no_capital_amount() -> None:
    terms = plan(languages=("zh",), debt=debt(currency="USD"), means=means(currency="USD"))

    assert "USD 12,345.67，其中本金USD 10,000.00" in terms.blocks_in("zh")[0].text


def test_canonical_text_holds_every_row_and_ends_with_the_hash() -> None:
    terms = plan()

    for language in terms.languages:
        lines = canonical_text(terms, language).splitlines()
        assert sum("2026-12-15  474.84 CNY" in line for line in lines) == 1
        assert sum("CNY" in line and "  20" in line for line in lines) == 26
        assert lines[-1].endswith(terms_hash(terms))


def test_canonical_text_is_exact() -> None:
    terms = plan(debt=debt(100_000, 0, 0), means=means(essential_minor=725_000), languages=("zh",))

    assert canonical_text(terms, "zh").splitlines()[-5:-1] == [
        "第1期  2026-12-15  500.00 CNY（其中分期利息 0.00）",
        "第2期  2027-01-15  500.00 CNY（其中分期利息 0.00）",
        "合计应还：1,000.00 CNY",
        "",
    ]


def test_the_hash_is_of_canonical_json_and_moves_with_every_field() -> None:
    terms = plan()
    changed = [
        plan(reference="SH-2026-000124"),
        plan(pay_to="别的账户"),
        plan(annual_rate_bp=1),
        plan(count=27),
        plan(grace_days=11),
        plan(debt=debt(1_000_001, 179_999)),
        plan(languages=("en", "zh")),
    ]

    assert canonical_bytes(terms).startswith(b'{"agreed_from":"2026-11-24","annual_rate_bp":0,"blocks":[')
    assert len({terms_hash(each) for each in [terms, *changed]}) == len(changed) + 1
    assert terms_hash(plan()) == terms_hash(terms)


def row(no: int, day: int, amount: int, interest: int = 0, currency: str = "CNY") -> Instalment:
    return Instalment(no, date(2027, 1, day), Money(amount, currency), Money(interest, currency))


@pytest.mark.parametrize(
    ("rows", "pointer"),
    [
        ((), "/instalments"),
        ((row(2, 1, 300),), "/instalments/0/no"),
        ((row(1, 5, 100), row(2, 5, 200)), "/instalments/1/due_on"),
        ((replace(row(1, 1, 300), due_on=date(2026, 11, 24)),), "/instalments/0/due_on"),
        ((row(1, 1, 300, currency="USD"),), "/instalments/0/amount"),
        ((replace(row(1, 1, 300), interest=Money(0, "USD")),), "/instalments/0/amount"),
        ((row(1, 1, 300, -1),), "/instalments/0/amount"),
        ((row(1, 1, 300, 300),), "/instalments/0/amount"),
        ((row(1, 1, 299),), "/instalments"),
        ((row(1, 1, 310, 10),), "/annual_rate_bp"),
    ],
)
def test_rows_that_do_not_repay_the_debt_exactly_cannot_be_terms(
    rows: tuple[Instalment, ...], pointer: str
) -> None:
    terms = plan(debt=debt(300, 0, 0))

    assert pointer in faults_of(lambda: replace(terms, instalments=rows))


def without_last(terms: Terms) -> tuple[Block, ...]:
    return terms.blocks[:-1]


def swapped(terms: Terms) -> tuple[Block, ...]:
    return (terms.blocks[1], terms.blocks[0], *terms.blocks[2:])


def test_terms_without_one_of_the_six_blocks_are_refused() -> None:
    terms = plan()

    assert "/blocks" in faults_of(lambda: replace(terms, blocks=without_last(terms)))
    assert "/blocks" in faults_of(lambda: replace(terms, blocks=swapped(terms)))
    assert "/languages" in faults_of(lambda: replace(terms, languages=(), blocks=()))
    assert "/languages" in faults_of(lambda: replace(terms, languages=("zh", "zh")))


@pytest.mark.parametrize("part", ["title", "text"])
def test_an_empty_block_is_refused(part: str) -> None:
    terms = plan()
    changes: dict[str, Any] = {part: "  "}
    blocks = (*terms.blocks[:-1], replace(terms.blocks[-1], **changes))

    assert "/blocks/11" in faults_of(lambda: replace(terms, blocks=blocks))


def test_json_holds_money_as_whole_minor_units() -> None:
    written: Any = terms_as_json(plan())

    assert written["debt"]["principal"] == {"amount_minor": 1_000_000, "currency": "CNY"}
    assert written["instalments"][0]["due_on"] == "2026-12-15"
