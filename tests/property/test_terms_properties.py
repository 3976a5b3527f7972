import json
from datetime import date
from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from field_visits.agreements.terms import (
    Cycle,
    Debt,
    Method,
    add_months,
    affordability,
    canonical_bytes,
    due_dates,
    instalments,
    propose,
    terms_hash,
)
from field_visits.agreements.terms_json import terms_from_json
from field_visits.kernel.errors import InvalidError
from field_visits.kernel.money import MAX_MINOR, Money

days = st.dates(date(2000, 1, 1), date(2100, 12, 31))
cycles = st.sampled_from(Cycle)


@given(total=st.integers(1, MAX_MINOR), count=st.integers(1, 300), first=days, cycle=cycles)
def test_rows_without_interest_sum_to_the_debt_exactly_and_are_equal_to_a_cent(
    total: int, count: int, first: date, cycle: Cycle
) -> None:
    count = min(count, total)

    rows = instalments(Money(total, "CNY"), count, first, cycle)

    amounts = [row.amount.amount_minor for row in rows]
    assert sum(amounts) == total
    assert max(amounts) - min(amounts) <= 1
    assert min(amounts) >= 1
    assert [row.no for row in rows] == list(range(1, count + 1))


@given(
    total=st.integers(1_000_000, MAX_MINOR // 1_000),
    years=st.floats(0.1, 5),
    rate=st.integers(1, 3_600),
    cycle=cycles,
)
# 260,000 at 1/260,000 a period is exactly one minor unit, and was none.
@example(total=1_000_000, years=1.9375, rate=1, cycle=Cycle.FORTNIGHTLY)
def test_rows_with_interest_repay_the_debt_exactly_and_the_last_is_never_the_largest(
    total: int, years: float, rate: int, cycle: Cycle
) -> None:
    count = max(1, int(years * cycle.per_year))

    rows = instalments(Money(total, "CNY"), count, date(2026, 12, 15), cycle, annual_rate_bp=rate)

    amounts = [row.amount.amount_minor for row in rows]
    assert sum(row.repays_minor for row in rows) == total
    assert set(amounts[:-1]) <= {amounts[0]}
    assert 0 < amounts[-1] <= amounts[0]
    # What the customer pays beyond the debt is at most the exact interest, which a rounded plan may not exceed.
    owed = total
    for row in rows:
        assert row.interest.amount_minor == owed * rate // (10_000 * cycle.per_year)
        owed -= row.repays_minor


@given(first=days, count=st.integers(1, 120), cycle=cycles)
def test_due_dates_rise_and_months_keep_their_day_or_the_last_of_the_month(
    first: date, count: int, cycle: Cycle
) -> None:
    dates = due_dates(first, count, cycle)

    assert all(a < b for a, b in pairwise(dates))
    if cycle is Cycle.MONTHLY:
        for day in dates:
            assert day.day == first.day or (date.fromordinal(day.toordinal() + 1).day == 1)


@given(
    principal=st.integers(1, 10**9),
    interest=st.integers(0, 10**8),
    fees=st.integers(0, 10**7),
    income=st.integers(0, 10**8),
    essential=st.integers(0, 10**8),
    rate=st.sampled_from([0, 0, 365, 1_825]),
    cycle=cycles,
    first=st.dates(date(2026, 11, 25), date(2027, 3, 1)),
    max_months=st.integers(4, 60),
)
def test_whatever_is_proposed_is_lawful_affordable_exact_and_the_shortest(
    principal: int,
    interest: int,
    fees: int,
    income: int,
    essential: int,
    rate: int,
    cycle: Cycle,
    first: date,
    max_months: int,
) -> None:
    owed = Debt(Money(principal, "CNY"), Money(interest, "CNY"), Money(fees, "CNY"))
    means = affordability(income_minor=income, essential_minor=essential, currency="CNY")
    agreed_from = date(2026, 11, 24)

    terms = None
    refused_at: set[str] = set()
    try:
        terms = propose(
            owed,
            means,
            reference="R-1",
            creditor="示范银行",
            agreed_from=agreed_from,
            first_due_on=first,
            cycle=cycle,
            max_months=max_months,
            is_willing=True,
            method=Method.BANK_TRANSFER,
            pay_to="示范银行",
            annual_rate_bp=rate,
        )
    except InvalidError as error:
        refused_at = {fault.pointer for fault in error.faults}

    assert refused_at <= {"/affordability", "/count"}
    if terms is None:
        return
    rows = terms.instalments
    affordable = means.per_cycle_minor(cycle)
    assert sum(row.repays_minor for row in rows) == owed.total_minor
    assert all(row.amount.amount_minor <= affordable for row in rows)
    assert terms.last_due_on <= add_months(agreed_from, max_months)
    if len(rows) > 1:
        shorter = instalments(owed.total, len(rows) - 1, first, cycle, annual_rate_bp=rate)
        assert max(row.amount.amount_minor for row in shorter) > affordable
    assert terms_from_json(json.loads(canonical_bytes(terms))) == terms
    assert terms_hash(terms_from_json(json.loads(canonical_bytes(terms)))) == terms_hash(terms)
