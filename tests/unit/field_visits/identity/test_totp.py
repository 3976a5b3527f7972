"""Codes against the vectors of RFC 6238, appendix B (their last six digits), and of RFC 4226, appendix D."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from field_visits.identity.totp import (
    DRIFT,
    STEP_S,
    code_of,
    enrolment_uri,
    matching_step,
    new_secret,
    spelled,
    step_at,
)

SECRET = b"12345678901234567890"
NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_rfc(seconds: int, code: str) -> None:
    assert code_of(SECRET, step_at(datetime.fromtimestamp(seconds, UTC))) == code


@pytest.mark.parametrize(("step", "code"), [(0, "755224"), (1, "287082"), (9, "520489")])
def test_steps_count_from_the_epoch(step: int, code: str) -> None:
    assert code_of(SECRET, step) == code


@given(st.integers(-5, 5), st.integers(0, STEP_S - 1))
def test_a_code_is_good_one_step_around(ahead: int, seconds: int) -> None:
    at = NOW + timedelta(seconds=seconds)
    found = matching_step(SECRET, code_of(SECRET, step_at(at) + ahead), at)

    assert found == (step_at(at) + ahead if abs(ahead) <= DRIFT else None)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "12345a", "١٢٣٤٥٦", " 123456", "123456\n"])
def test_what_is_no_code_matches_nothing(code: str) -> None:
    assert matching_step(SECRET, code, NOW) is None


def test_what_a_phone_scans_names_the_house_and_the_person() -> None:
    uri = enrolment_uri(SECRET, issuer="Doorstep", account="𠮷田@demo")

    assert uri.startswith("otpauth://totp/Doorstep:%F0%A0%AE%B7%E7%94%B0%40demo?")
    assert f"secret={spelled(SECRET)}" in uri
    assert {"digits=6", "period=30", "algorithm=SHA1", "issuer=Doorstep"} <= set(
        uri.partition("?")[2].split("&")
    )


def test_secrets_are_as_long_as_the_hash_and_never_the_same() -> None:
    made = {new_secret() for _ in range(20)}

    assert {len(secret) for secret in made} == {20}
    assert len(made) == 20
