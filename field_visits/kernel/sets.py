"""Many rows in one statement: a column travels as one array in the wire's own form.

Half the work of a statement for each row, on either side (`make bench`). One row goes as it is.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Column, Connection, Dialect, Null, Table, inspect
from sqlalchemy.dialects.postgresql import ARRAY

Row = Mapping[str, Any]


def table_of(kind: type[Any]) -> Table:
    """The table of a mapped class."""
    table = inspect(kind).local_table
    assert isinstance(table, Table)  # noqa: S101 - no class of ours is mapped to anything else
    return table


def insert_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """The rows stand in `table`; all of them name the same columns."""
    names = tuple(rows[0])
    head = f"INSERT INTO {table.fullname} ({_listed(names)})"
    columns = _columns(table, connection.dialect, names)
    if len(rows) == 1:
        places = ", ".join("%b" for _ in names)
        connection.exec_driver_sql(f"{head} VALUES ({places})", _values(columns, rows[0]))
    else:
        shown = ", ".join(column.shown for column in columns)
        source = f"{head} SELECT {shown} FROM {_source(columns)}"  # noqa: S608 - names of our own tables alone
        connection.exec_driver_sql(source, _arrays(columns, rows))


def update_rows(connection: Connection, table: Table, key: str, rows: Sequence[Row]) -> None:
    """Each row has its new values; all name the same columns, and the one called `key` says which row is meant."""
    names = tuple(rows[0])
    head = f"UPDATE {table.fullname} SET"
    columns = _columns(table, connection.dialect, names)
    changed = [column for column in columns if column.name != key]
    if len(rows) == 1:
        assigned = ", ".join(f"{column.name} = %b" for column in changed)
        which = [column for column in columns if column.name == key]
        connection.exec_driver_sql(
            f"{head} {assigned} WHERE {key} = %b", _values([*changed, *which], rows[0])
        )
    else:
        assigned = ", ".join(f"{column.name} = {column.shown}" for column in changed)
        source = f"{head} {assigned} FROM {_source(columns)} WHERE {table.fullname}.{key} = told.{key}"
        connection.exec_driver_sql(source, _arrays(columns, rows))


class _Way:
    """How the values of one column travel."""

    def __init__(self, column: Column[Any], dialect: Dialect) -> None:
        self.name = column.name
        self.type = column.type.compile(dialect)
        self.is_array = isinstance(column.type, ARRAY)
        self._bind: Callable[[Any], Any] | None = column.type.dialect_impl(dialect).bind_processor(dialect)

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


@cache
def _way(column: Column[Any], dialect: Dialect) -> _Way:
    return _Way(column, dialect)


def _columns(table: Table, dialect: Dialect, names: Sequence[str]) -> list[_Way]:
    return [_way(table.c[name], dialect) for name in names]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)


def _source(columns: Sequence[_Way]) -> str:
    """The rows as the database reads them, in their order, under the name `told`."""
    places = ", ".join(column.place for column in columns)
    return f"unnest({places}) AS told ({_listed([column.name for column in columns])})"


def _values(columns: Sequence[_Way], row: Row) -> tuple[Any, ...]:
    return tuple(column.bind(row[column.name]) for column in columns)


def _arrays(columns: Sequence[_Way], rows: Sequence[Row]) -> tuple[list[Any], ...]:
    return tuple(column.array(rows) for column in columns)


def _literal(values: Sequence[Any]) -> str:
    """An array as PostgreSQL reads it: every value in quotes."""
    quoted = [
        "NULL" if value is None else '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'
        for value in values
    ]
    return "{" + ",".join(quoted) + "}"
