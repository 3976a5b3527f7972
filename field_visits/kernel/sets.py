"""Many rows in one statement: a column travels as one array in the wire's own form.

Half the work of a statement for each row, on either side (`make bench`). One row goes as it is.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Column, Connection, Null, Table, inspect
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

Row = Mapping[str, Any]
_DIALECT = PGDialect_psycopg()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped


def table_of(kind: type[Any]) -> Table:
    """The table of a mapped class."""
    table = inspect(kind).local_table
    assert isinstance(table, Table)  # noqa: S101 - no class of ours is mapped to anything else
    return table


def insert_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """The rows stand in `table`; all of them name the same columns."""
    _send(connection, _insertion(table, tuple(rows[0]), is_one=len(rows) == 1), rows)


def update_rows(connection: Connection, table: Table, key: str, rows: Sequence[Row]) -> None:
    """Each row has its new values; all name the same columns, and the one called `key` says which row is meant."""
    _send(connection, _update(table, key, tuple(rows[0]), is_one=len(rows) == 1), rows)


class _Way:
    """How the values of one column travel."""

    def __init__(self, column: Column[Any]) -> None:
        self.name = column.name
        self.type = column.type.compile(_DIALECT)
        self.is_array = isinstance(column.type, ARRAY)
        self._bind: Callable[[Any], Any] | None = column.type.dialect_impl(_DIALECT).bind_processor(_DIALECT)

    @property
    def shown(self) -> str:
        """The value in a row of `told`. Arrays of an array have one length, so those travel as text."""
        return f"CAST(told.{self.name} AS {self.type})" if self.is_array else f"told.{self.name}"

    @property
    def place(self) -> str:
        return f"CAST(%b AS {'text' if self.is_array else self.type}[])"

    def array(self, rows: Sequence[Row]) -> list[Any]:
        """The column of all rows."""
        name = self.name
        if self._bind is None and not self.is_array:
            return [None if isinstance(row[name], Null) else row[name] for row in rows]
        return [self._bind_within(row[name]) for row in rows]

    def bind(self, value: Any) -> Any:
        if isinstance(value, Null):
            return None
        return value if self._bind is None else self._bind(value)

    def _bind_within(self, value: Any) -> Any:
        return _literal(value) if self.is_array and isinstance(value, list) else self.bind(value)


@dataclass(frozen=True, slots=True)
class _Statement:
    """What is sent, and the columns in the order of its places."""

    sql: str
    ways: tuple[_Way, ...]


def _send(connection: Connection, statement: _Statement, rows: Sequence[Row]) -> None:
    if len(rows) == 1:
        told: tuple[Any, ...] = tuple(way.bind(rows[0][way.name]) for way in statement.ways)
    else:
        told = tuple(way.array(rows) for way in statement.ways)
    connection.exec_driver_sql(statement.sql, told)


@cache
def _insertion(table: Table, names: tuple[str, ...], *, is_one: bool) -> _Statement:
    ways = tuple(_Way(table.c[name]) for name in names)
    head = f"INSERT INTO {table.fullname} ({_names(ways)})"
    if is_one:
        return _Statement(f"{head} VALUES ({', '.join('%b' for _ in ways)})", ways)
    shown = ", ".join(way.shown for way in ways)
    return _Statement(f"{head} SELECT {shown} FROM {_told(ways)}", ways)  # noqa: S608 - names of our own tables


@cache
def _update(table: Table, key: str, names: tuple[str, ...], *, is_one: bool) -> _Statement:
    changed = tuple(_Way(table.c[name]) for name in names if name != key)
    ways = (*changed, _Way(table.c[key]))
    head = f"UPDATE {table.fullname} SET"
    if is_one:
        assigned = ", ".join(f"{way.name} = %b" for way in changed)
        return _Statement(f"{head} {assigned} WHERE {key} = %b", ways)
    assigned = ", ".join(f"{way.name} = {way.shown}" for way in changed)
    return _Statement(f"{head} {assigned} FROM {_told(ways)} WHERE {table.fullname}.{key} = told.{key}", ways)


def _told(ways: Sequence[_Way]) -> str:
    """The rows as the database reads them, in their order, under the name `told`."""
    return f"unnest({', '.join(way.place for way in ways)}) AS told ({_names(ways)})"


def _names(ways: Sequence[_Way]) -> str:
    return ", ".join(way.name for way in ways)


def _literal(values: Sequence[Any]) -> str:
    """An array as PostgreSQL reads it: every value in quotes."""
    quoted = [
        "NULL" if value is None else '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'
        for value in values
    ]
    return "{" + ",".join(quoted) + "}"
