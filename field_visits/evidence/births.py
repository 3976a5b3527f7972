"""New rows, written together: those of one class in one statement."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from itertools import groupby
from typing import Any

from sqlalchemy import inspect, null
from sqlalchemy.orm import Mapper, Session, make_transient_to_detached

from field_visits.evidence.records import Evidenced
from field_visits.kernel.sets import insert_rows, table_of


def write_new(session: Session, rows: Sequence[Evidenced]) -> None:
    """The rows are in the database and are the session's own from now on.

    Classes come in the order in which they were told of first. A column that nobody gave a value has its default.
    """
    born: dict[Mapper[Any], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        mapper = inspect(type(row))
        born[mapper].append(_values(mapper, row))
    for mapper, values in born.items():
        for _, alike in groupby(values, key=tuple):
            insert_rows(session.connection(), table_of(mapper.class_), list(alike))
    for row in rows:
        make_transient_to_detached(row)
        session.add(row)


def _values(mapper: Mapper[Any], row: Evidenced) -> dict[str, Any]:
    told = vars(row)
    return {
        name: told.get(name, absent)
        for name, (absent, is_left_out) in _columns(mapper).items()
        if name in told or not is_left_out
    }


@cache
def _columns(mapper: Mapper[Any]) -> dict[str, tuple[Any, bool]]:
    """Each column's value where a row has none, and whether the database fills it in then."""
    columns = {}
    for attribute in mapper.column_attrs:
        column = attribute.columns[0]
        default = column.default
        absent = null() if default is None else default.arg  # ours are plain values
        columns[attribute.key] = absent, column.server_default is not None
    return columns
