"""What an entry's body says of the rows it explains: values before and after, in plain JSON.

Bodies may hold personal data (they are erasable); canonical entries never do. Secrets stand in neither.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import inspect
from sqlalchemy.dialects.postgresql import Range

from field_visits.evidence.records import Evidenced
from field_visits.kernel.money import Money

# The row's own log-keeping columns explain nothing.
_SILENT = frozenset({"evidence_id", "org_id"})


def plain(value: Any) -> Any:  # noqa: C901, PLR0911 - one line a type
    """`value` as JSON for the log: times in RFC 3339 UTC, ids and binary floats as text.

    Raises:
        TypeError: for a type that has no agreed form; extend this table.
    """
    match value:
        case None | bool() | int():
            return value
        case Enum():
            return value.value
        case str():
            return value
        case float():
            return repr(value)
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
        case bytes():
            return value.hex()
        case Money():
            return {"amount_minor": value.amount_minor, "currency": value.currency}
        case Range():
            return [plain(value.lower), plain(value.upper)]
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case Iterable():
            return [plain(item) for item in value]
    raise TypeError(f"No form in the log for {type(value).__name__}.")


def columns_of(row: Evidenced) -> list[str]:
    """The names of every mapped column of `row`."""
    return [attribute.key for attribute in inspect(type(row)).column_attrs]


def image(row: Evidenced, names: Iterable[str], values: Mapping[str, Any]) -> dict[str, Any]:
    """The columns `names` of `row` in plain JSON: from `values` where they say one, else as they are now."""
    columns = inspect(type(row)).columns
    shown = {}
    for name in names:
        if name not in _SILENT:
            value = values[name] if name in values else getattr(row, name)
            shown[name] = "(secret)" if columns[name].info.get("secret") else plain(value)
    return shown


def restored(cls: type[Evidenced], name: str, value: Any) -> Any:
    """What `image` made of a column's value, as the column keeps it: the other way round."""
    python_type = inspect(cls).columns[name].type.python_type
    if value is None or not isinstance(value, str) or python_type is str:
        return value
    if python_type in {date, datetime}:
        return python_type.fromisoformat(value)
    return python_type(value)
