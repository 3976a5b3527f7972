"""The base of every schema: what is not known is refused, and plain values are shown without ceremony."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

import marshmallow
from marshmallow import fields
from marshmallow.decorators import POST_DUMP, PRE_DUMP

_NOTHING: Any = object()
# Values that marshmallow's fields show as they are, for the encoder to write. The nearest class counts.
_AS_THEY_ARE: Mapping[type[fields.Field[Any]], frozenset[type]] = {
    fields.UUID: frozenset({UUID}),
    fields.String: frozenset({str}),
    fields.Integer: frozenset({int}),
    fields.Boolean: frozenset({bool}),
    fields.Float: frozenset({float}),
    fields.List: frozenset({type(None)}),
}


class _Shown(NamedTuple):
    """How one field of a schema is shown."""

    name: str
    key: str
    attribute: str
    field: fields.Field[Any]
    as_they_are: frozenset[type]
    nested: "Schema | None"
    is_list: bool


class Schema(marshmallow.Schema):
    """An unknown field is an error."""

    class Meta:
        unknown = marshmallow.RAISE

    error_messages = {  # noqa: RUF012 - marshmallow's own convention
        "unknown": "Unknown field; take it out.",
        "type": "Send a JSON object here.",
    }

    def laid_out(self, obj: Any) -> Any:
        """What the fields are read from. A schema that shows rows of several tables as one thing overrides it."""
        return obj

    def _serialize(self, obj: Any, *, many: bool = False) -> Any:
        """What marshmallow makes of `obj`, but that plain values and whole rows skip its calls.

        A page of fifty visits has over a thousand fields; most of them are texts, numbers, ids and UTC
        instants, which the encoder writes as they are.
        """
        if many:
            return [self._serialize(each) for each in obj]
        row = self.laid_out(obj)
        shown: dict[str, Any] = {}
        is_mapping = isinstance(row, Mapping)
        for name, key, attribute, field, as_they_are, nested, is_list in self._shown:
            if nested or as_they_are:
                value = row.get(attribute, _NOTHING) if is_mapping else getattr(row, attribute, _NOTHING)
                kind = type(value)
                if value is None or (kind in as_they_are and (kind is not datetime or value.tzinfo is UTC)):
                    shown[key] = value
                    continue
                if nested and value is not _NOTHING:
                    shown[key] = nested._serialize(value, many=is_list)  # noqa: SLF001 - of this class
                    continue
            value = field.serialize(name, row, accessor=self.get_attribute)
            if value is not marshmallow.missing:
                shown[key] = value
        return shown

    @cached_property
    def _shown(self) -> list[_Shown]:
        return [_shown_as(name, field) for name, field in self.dump_fields.items()]


def _shown_as(name: str, field: fields.Field[Any]) -> _Shown:
    attribute, key = field.attribute or name, field.data_key or name
    if "." in attribute:
        return _Shown(name, key, attribute, field, frozenset(), None, is_list=False)
    is_list = type(field) is fields.List
    inner = field.inner if isinstance(field, fields.List) and is_list else field
    schema = inner.schema if type(inner) is fields.Nested and not inner.many else None
    nested = schema if isinstance(schema, Schema) and not schema.many and not _has_hooks(schema) else None
    kinds = _as_they_are(type(field))
    if kinds and isinstance(field, fields.Enum):
        kinds |= {field.enum}
    return _Shown(name, key, attribute, field, kinds, nested, is_list)


def _has_hooks(schema: Schema) -> bool:
    return bool(schema._hooks[PRE_DUMP] or schema._hooks[POST_DUMP])  # noqa: SLF001 - marshmallow shows them nowhere else


def _as_they_are(cls: type[fields.Field[Any]]) -> frozenset[type]:
    """The kinds of value that a field class shows as they are.

    A class that decides by itself how it shows (a mask!) names them in `AS_THEY_ARE`, or there are none.
    """
    decides = next(one for one in cls.__mro__ if "_serialize" in vars(one))
    if decides.__module__ != fields.__name__:
        own: frozenset[type] = vars(decides).get("AS_THEY_ARE", frozenset())
        return own
    return next((_AS_THEY_ARE[one] for one in cls.__mro__ if one in _AS_THEY_ARE), frozenset())
