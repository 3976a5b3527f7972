from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError

from api.fields import (
    AwareTime,
    Choice,
    Day,
    Degrees,
    Flag,
    Id,
    Integer,
    List,
    Money,
    Point,
    QuerySchema,
    Schema,
    Sha256,
    Text,
)
from field_visits.kernel.actor import Role
from field_visits.kernel.money import Money as MoneyValue
from field_visits.kernel.points import Point as PointValue


class Everything(Schema):
    id = Id()
    name = Text(max=10)
    note = Text(max=100, multiline=True)
    count = Integer(max=100)
    flag = Flag()
    measure = Degrees(min=0, max=10)
    at = AwareTime()
    day = Day()
    role = Choice(Role)
    hash = Sha256()
    money = Money()
    point = Point()
    roles = List(Choice(Role))


class Asked(QuerySchema):
    count = Integer(max=100)
    flag = Flag()


def load(**value: Any) -> Any:
    return next(iter(Everything().load(value).values()))


@pytest.mark.parametrize(
    ("value", "loaded"),
    [
        ({"id": "01939B8E-7f00-7000-8000-000000000000"}, UUID("01939b8e-7f00-7000-8000-000000000000")),
        ({"name": "e\u0301"}, "é"),
        ({"note": "two\nlines\t"}, "two\nlines\t"),
        ({"count": 0}, 0),
        ({"flag": False}, False),
        ({"measure": 3}, 3.0),
        ({"at": "2026-11-25T10:00:00+08:00"}, datetime(2026, 11, 25, 2, 0, tzinfo=UTC)),
        ({"at": "2026-11-25t02:00:00.123456z"}, datetime(2026, 11, 25, 2, 0, 0, 123456, UTC)),
        ({"day": "2028-02-29"}, date(2028, 2, 29)),
        ({"role": "legal"}, Role.LEGAL),
        ({"hash": "a" * 64}, "a" * 64),
        ({"money": {"amount_minor": 12050, "currency": "CNY"}}, MoneyValue(12050, "CNY")),
        ({"point": {"lat": 31.2, "lon": 121}}, PointValue(31.2, 121.0)),
    ],
)
def test_what_was_meant_is_read(value: dict[str, Any], loaded: object) -> None:
    assert load(**value) == loaded


@pytest.mark.parametrize(
    "value",
    [
        {"id": "{01939b8e-7f00-7000-8000-000000000000}"},
        {"id": "01939b8e7f0070008000000000000000"},
        {"id": 7},
        {"id": None},
        {"name": ""},
        {"name": " "},
        {"name": "x" * 11},
        {"name": "two\nlines"},
        {"name": "\x00"},
        {"name": "\x7f"},
        {"name": "\ud800"},
        {"name": 7},
        {"count": 1.0},
        {"count": "1"},
        {"count": True},
        {"count": -1},
        {"count": 101},
        {"flag": 1},
        {"flag": "true"},
        {"flag": None},
        {"measure": "3"},
        {"measure": True},
        {"measure": float("nan")},
        {"measure": float("inf")},
        {"measure": 11},
        {"at": "2026-11-25T10:00:00"},
        {"at": "2026-11-25"},
        {"at": "2026-02-30T10:00:00Z"},
        {"at": "2026-11-25T10:00:00+25:00"},
        {"at": "0001-01-01T00:00:00+14:00"},
        {"at": "9999-12-31T23:59:59-14:00"},
        {"at": "٢٠٢٦-11-25T10:00:00Z"},
        {"at": 1764036000},
        {"day": "2026-02-29"},
        {"day": "2026-11-25T00:00:00"},
        {"day": "1026-11-25"},
        {"role": "king"},
        {"role": 1},
        {"role": ["legal"]},
        {"hash": "A" * 64},
        {"hash": "a" * 64 + "\n"},
        {"money": {"amount_minor": 120.5, "currency": "CNY"}},
        {"money": {"amount_minor": 10**15 + 1, "currency": "CNY"}},
        {"money": {"amount_minor": 1, "currency": "XXX"}},
        {"money": {"amount_minor": 1}},
        {"money": 1},
        {"point": {"lat": 91, "lon": 0}},
        {"point": {"lat": "31.2", "lon": 121}},
        {"roles": "legal"},
        {"unknown": 1},
    ],
)
def test_what_cannot_be_meant_is_refused(value: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        load(**value)


def test_a_query_spells_numbers_and_flags_as_text() -> None:
    assert Asked().load({"count": "7", "flag": "true"}) == {"count": 7, "flag": True}


@pytest.mark.parametrize(
    "value", [{"count": "7.0"}, {"count": "٧"}, {"count": "9" * 5000}, {"flag": "1"}, {"flag": "True"}]
)
def test_a_query_that_spells_them_otherwise_is_refused(value: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Asked().load(value)


def test_rows_and_members_are_shown_alike() -> None:
    shown = Everything().dump({"role": "legal", "roles": [Role.ADMIN, "legal"]})

    assert shown == {"role": "legal", "roles": ["admin", "legal"]}


def test_instants_are_shown_in_utc() -> None:
    at = datetime.fromisoformat("2026-11-25T10:00:00.5+08:00")

    assert Everything().dump({"at": at}) == {"at": "2026-11-25T02:00:00.500000Z"}


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


# The first text is slow to draw: Hypothesis reads its table of characters.
@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(sorted(Everything().fields)), _json, max_size=4))
def test_whatever_comes_is_read_or_refused_and_never_breaks(value: dict[str, Any]) -> None:
    faults = Everything().validate(value)

    if not faults:
        assert set(Everything().load(value)) == set(value)
