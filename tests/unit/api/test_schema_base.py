"""What our schemas show is what marshmallow would show, only sooner."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

import marshmallow
import pytest
from marshmallow import fields, post_dump
from marshmallow.fields import List

from api.app import build_app
from api.fields import AwareTime, Choice, Degrees, Flag, Id, Integer, Nested, Schema

APP = build_app()


class Colour(StrEnum):
    RED = "red"


class Stars(fields.String):
    """A mask: it decides by itself how it shows."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        del attr, obj, kwargs
        return None if value is None else "*" * len(value)


class LeafSchema(Schema):
    id = Id()
    secret = Stars()


class HookedSchema(Schema):
    count = Integer()

    @post_dump
    def twice(self, shown: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        del kwargs
        return shown | {"count": shown["count"] * 2}


class TreeSchema(Schema):
    id = Id(data_key="key")
    at = AwareTime()
    colour = Choice(Colour)
    height = Degrees(min=0, max=100)
    is_old = Flag()
    leaf = Nested(LeafSchema)
    leaves = List(Nested(LeafSchema))
    hooked = List(Nested(HookedSchema))
    names = List(fields.String())
    deep = fields.String(attribute="leaf.secret")
    missing = fields.String()


class LaidOutSchema(Schema):
    half = Integer()

    def laid_out(self, obj: Any) -> Any:
        return {"half": obj["whole"] // 2}


@dataclass
class Leaf:
    id: UUID = field(default_factory=uuid4)
    secret: str | None = "name"


@dataclass
class Tree:
    id: UUID = field(default_factory=uuid4)
    at: datetime | None = datetime(2026, 11, 25, 2, tzinfo=UTC)
    colour: str | None = "red"
    height: float | None = 1.5
    is_old: bool | None = True
    leaf: Leaf | None = field(default_factory=Leaf)
    leaves: list[Leaf] | None = field(default_factory=lambda: [Leaf(), Leaf(secret=None)])
    hooked: list[dict[str, int]] = field(default_factory=lambda: [{"count": 2}])
    names: list[str] | None = field(default_factory=lambda: ["𠮷", "䶮"])


TREES = [
    Tree(),
    Tree(at=datetime(2026, 11, 25, 10, tzinfo=timezone(timedelta(hours=8)))),
    Tree(colour=Colour.RED, height=2),
    Tree(at=None, colour=None, height=None, is_old=None, leaf=None, leaves=None, names=None),
    Tree(leaves=[], names=[]),
]


def written(shown: Any) -> Any:
    """As a client reads it."""
    return APP.json.loads(APP.json.dumps(shown))


def plain(schema: marshmallow.Schema, obj: Any) -> Any:
    """What marshmallow itself makes of it, as a client reads it."""
    return written(marshmallow.Schema._serialize(schema, obj))


@pytest.mark.parametrize("tree", TREES)
def test_the_short_way_shows_what_marshmallow_shows(tree: Tree) -> None:
    schema = TreeSchema()

    assert written(schema.dump(tree)) == plain(schema, tree)


def test_a_mask_inside_a_nested_row_stays_a_mask() -> None:
    shown = TreeSchema().dump(Tree())

    assert shown["leaf"]["secret"] == "****"
    assert [leaf["secret"] for leaf in shown["leaves"]] == ["****", None]


def test_a_nested_schema_with_hooks_has_them_called() -> None:
    assert TreeSchema().dump(Tree())["hooked"] == [{"count": 4}]


def test_a_schema_may_lay_out_what_it_shows_alone_in_a_list_and_nested() -> None:
    page = Schema.from_dict({"items": List(Nested(LaidOutSchema))})()

    assert LaidOutSchema().dump({"whole": 8}) == {"half": 4}
    assert LaidOutSchema(many=True).dump([{"whole": 8}]) == [{"half": 4}]
    assert page.dump({"items": [{"whole": 8}, {"whole": 2}]}) == {"items": [{"half": 4}, {"half": 1}]}
