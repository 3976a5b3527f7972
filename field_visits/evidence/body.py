"""What an entry's body says of the rows it explains: values before and after, in plain JSON.

Bodies may hold personal data (they are erasable); canonical entries never do. Secrets stand in neither.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import inspect
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Mapper

from field_visits.evidence.records import Evidenced
from field_visits.kernel.money import Money

# The row's own log-keeping columns explain nothing.
_SILENT = frozenset({"evidence_id", "org_id"})
_AS_THEY_ARE = frozenset({str, int, bool, type(None)})


def plain(value: Any) -> Any:
    """`value` as JSON for the log: times in RFC 3339 UTC, ids and binary floats as text.

    Raises:
        TypeError: for a type that has no agreed form; extend the table.
    """
    kind = type(value)
    return value if kind in _AS_THEY_ARE else _FORM_OF[kind](value)


def _object(value: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(key): plain(item) for key, item in value.items()}


def _itself(value: Any) -> Any:
    return value


# The first class that fits counts.
_FORMS: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (Enum, lambda value: value.value),
    (int, _itself),
    (str, _itself),
    (float, repr),
    (datetime, lambda value: value.isoformat().replace("+00:00", "Z")),
    (date, lambda value: value.isoformat()),
    (UUID, str),
    (bytes, bytes.hex),
    (Money, lambda value: {"amount_minor": value.amount_minor, "currency": value.currency}),
    (Range, lambda value: [plain(value.lower), plain(value.upper)]),
    (Mapping, _object),
    (Iterable, lambda value: [plain(item) for item in value]),
)


class _Found(dict[type, Callable[[Any], Any]]):
    """The form of each type that was met so far: a body has hundreds of values of a few types."""

    def __missing__(self, kind: type) -> Callable[[Any], Any]:
        for known, form in _FORMS:
            if issubclass(kind, known):
                self[kind] = form
                return form
        raise TypeError(f"No form in the log for {kind.__name__}.")


_FORM_OF = _Found()


def columns_of(row: Evidenced) -> list[str]:
    """The names of every mapped column of `row`."""
    return list(_shown(inspect(type(row))))


def image(row: Evidenced, names: Iterable[str], values: Mapping[str, Any]) -> dict[str, Any]:
    """The columns `names` of `row` in plain JSON: from `values` where they say one, else as they are now."""
    is_secret = _shown(inspect(type(row)))
    shown = {}
    for name in names:
        if name not in _SILENT:
            value = values[name] if name in values else getattr(row, name)
            shown[name] = "(secret)" if is_secret[name] else plain(value)
    return shown


@cache
def _shown(mapper: Mapper[Any]) -> dict[str, bool]:
    """Every mapped column of a class, and whether its value is a secret."""
    return {attribute.key: bool(attribute.columns[0].info.get("secret")) for attribute in mapper.column_attrs}


def restored(cls: type[Evidenced], name: str, value: Any) -> Any:
    """What `image` made of a column's value, as the column keeps it: the other way round."""
    python_type = inspect(cls).columns[name].type.python_type
    if value is None or not isinstance(value, str) or python_type is str:
        return value
    if python_type in {date, datetime}:
        return python_type.fromisoformat(value)
    return python_type(value)
