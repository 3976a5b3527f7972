from datetime import UTC, datetime, timedelta

import pytest

from field_visits.compliance.facts import (
    ActiveHold,
    Channel,
    Consent,
    ConsentKind,
    HoldKind,
    NoticeFact,
    PastContact,
    Window,
    instant,
)

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_an_instant_without_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        instant(NOON.replace(tzinfo=None))


@pytest.mark.parametrize("year", [1899, 2999])
def test_an_instant_outside_the_years_that_can_be_judged_is_refused(year: int) -> None:
    with pytest.raises(ValueError, match="use None"):
        instant(NOON.replace(year=year))


def test_a_phone_reset_to_1970_can_still_be_judged() -> None:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    assert instant(epoch) == epoch


def test_an_interval_that_ends_before_it_begins_is_refused() -> None:
    before = NOON - timedelta(seconds=1)
    with pytest.raises(ValueError, match="ends before"):
        Window(NOON, before)
    with pytest.raises(ValueError, match="ends before"):
        ActiveHold(HoldKind.DISPUTE, NOON, before)
    with pytest.raises(ValueError, match="ends before"):
        Consent(ConsentKind.ODD_HOURS, "entry", NOON, before)


def test_a_consent_without_evidence_cannot_be_built() -> None:
    with pytest.raises(ValueError, match="entry"):
        Consent(ConsentKind.ODD_HOURS, " ")


def test_every_fact_with_a_time_refuses_a_naive_one() -> None:
    naive = NOON.replace(tzinfo=None)
    with pytest.raises(ValueError, match="aware"):
        PastContact(naive, Channel.VISIT)
    with pytest.raises(ValueError, match="aware"):
        NoticeFact(naive)
    with pytest.raises(ValueError, match="aware"):
        NoticeFact(NOON, naive)
    assert NoticeFact(NOON, NOON).acknowledged_at == NOON
