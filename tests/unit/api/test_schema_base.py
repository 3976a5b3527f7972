"""Schemas show plain values without ceremony, and nothing else."""

from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import orjson
import pytest
from marshmallow import Schema as Stock
from marshmallow import fields

from api.fields import AwareTime, Choice, Flag, Id, Integer, Money, Nested, Schema, Text
from field_visits.kernel.money import Money as MoneyValue


class Colour(StrEnum):
    RED = "red"


class Masked(fields.String):
    """Decides by itself what is shown."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        del attr, obj, kwargs
        return value[:1] + "**"


class Inner(Schema):
    text = Text(max=9)


class Shown(Schema):
    id = Id(data_key="identity", attribute="key")
    at = AwareTime()
    colour = Choice(Colour)
    count = Integer()
    flag = Flag()
    text = Text(max=9)
    name = Masked()
    sum = Money()
    inner = Nested(Inner)
    none = Text(max=9, allow_none=True)
    absent = Text(max=9)
    made = fields.Function(lambda obj: type(obj).__name__)


VALUES: dict[str, Any] = {
    "key": UUID(int=7),
    "at": datetime(2026, 11, 25, 2, 0, tzinfo=UTC),
    "colour": Colour.RED,
    "count": 3,
    "flag": True,
    "text": "文",
    "name": "王小明",
    "sum": MoneyValue(120, "CNY"),
    "inner": {"text": "a"},
    "none": None,
}


def as_sent(shown: Any) -> Any:
    return orjson.loads(orjson.dumps(shown, option=orjson.OPT_UTC_Z))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"at": datetime(2026, 11, 25, 10, 0, 0, 5, tzinfo=timezone(timedelta(hours=8)))},
        {"colour": "red", "text": Colour.RED},
        {"key": str(UUID(int=8)), "count": True},
        {"at": None, "key": None, "colour": None, "count": None, "flag": None},
    ],
    ids=["plain", "another offset", "a value for its member", "other types", "nothing"],
)
@pytest.mark.parametrize("form", [dict, lambda values: SimpleNamespace(**values)], ids=["dict", "object"])
def test_what_is_shown_is_what_marshmallow_shows(changes: dict[str, Any], form: Any) -> None:
    values = form(VALUES | changes)
    schema = Shown()

    shown = as_sent(schema.dump(values))

    assert shown == as_sent(Stock._serialize(schema, values, many=False))
    assert [as_sent(one) for one in schema.dump([values, values], many=True)] == [shown, shown]


def test_a_field_that_masks_is_asked() -> None:
    assert Shown().dump(VALUES)["name"] == "王**"
