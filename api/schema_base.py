"""The base of every schema: what is not known is refused, and plain values are shown without ceremony."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

import marshmallow
from marshmallow import fields

_NOTHING: Any = object()
# Values that marshmallow's fields show as they are, for the encoder to write. The nearest class counts.
_AS_THEY_ARE: Mapping[type[fields.Field[Any]], frozenset[type]] = {
    fields.UUID: frozenset({UUID}),
    fields.String: frozenset({str}),
    fields.Integer: frozenset({int}),
    fields.Boolean: frozenset({bool}),
}


class _Shown(NamedTuple):
    """How one field of a schema is shown."""

    name: str
    key: str
    attribute: str
    field: fields.Field[Any]
    as_they_are: frozenset[type]


class Schema(marshmallow.Schema):
    """An unknown field is an error."""

    class Meta:
        unknown = marshmallow.RAISE

    error_messages = {  # noqa: RUF012 - marshmallow's own convention
        "unknown": "Unknown field; take it out.",
        "type": "Send a JSON object here.",
    }

    def _serialize(self, obj: Any, *, many: bool = False) -> Any:
        """What marshmallow makes of `obj`, but that texts, numbers, ids and UTC instants skip its calls.

        A page of fifty visits has over a thousand fields; most of them are values that the encoder writes as
        they are.
        """
        if many:
            return [self._serialize(each) for each in obj]
        shown: dict[str, Any] = {}
        is_mapping = isinstance(obj, Mapping)
        for name, key, attribute, field, as_they_are in self._shown:
            if as_they_are:
                value = obj.get(attribute, _NOTHING) if is_mapping else getattr(obj, attribute, _NOTHING)
                kind = type(value)
                if value is None or (kind in as_they_are and (kind is not datetime or value.tzinfo is UTC)):
                    shown[key] = value
                    continue
            value = field.serialize(name, obj, accessor=self.get_attribute)
            if value is not marshmallow.missing:
                shown[key] = value
        return shown

    @cached_property
    def _shown(self) -> list[_Shown]:
        found = []
        for name, field in self.dump_fields.items():
            attribute = field.attribute or name
            kinds = frozenset() if "." in attribute else _as_they_are(type(field))
            found.append(_Shown(name, field.data_key or name, attribute, field, kinds))
        return found


def _as_they_are(cls: type[fields.Field[Any]]) -> frozenset[type]:
    """The kinds of value that a field class shows as they are.

    A class that decides by itself how it shows (a mask!) names them in `AS_THEY_ARE`, or there are none.
    """
    decides = next(one for one in cls.__mro__ if "_serialize" in vars(one))
    if decides.__module__ != fields.__name__:
        own: frozenset[type] = vars(decides).get("AS_THEY_ARE", frozenset())
        return own
    return next((_AS_THEY_ARE[one] for one in cls.__mro__ if one in _AS_THEY_ARE), frozenset())
