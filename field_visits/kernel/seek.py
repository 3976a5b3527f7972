"""Pages by position: rows after a known one, in a stable order, without counting or skipping."""

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

Row = TypeVar("Row", bound=tuple[Any, ...])


def seek(
    statement: Select[*tuple[Any, ...]],
    *columns: InstrumentedAttribute[Any],
    after: Sequence[Any] | None,
    limit: int,
    descending: bool = False,
) -> Any:
    """`statement` in the order of `columns`, from behind `after`, at most `limit` rows.

    Args:
        statement: What to page through.
        columns: The order; none may be null and the last must be unique.
        after: The position of the last row already seen, or None to begin.
        limit: How many rows.
        descending: From the last to the first.
    """
    if after is not None:
        position = tuple_(*columns)
        statement = statement.where(position < tuple(after) if descending else position > tuple(after))
    order = [column.desc() if descending else column.asc() for column in columns]
    return statement.order_by(*order).limit(limit)
