"""Changes of rows that wait to be written together: the k-th change of a row goes into the k-th statement of its table.

So every entry explains its own version, and a hundred changes cost a handful of statements.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, UniqueConstraint
from sqlalchemy.orm import Mapper

from field_visits.evidence.records import Evidenced
from field_visits.kernel.sets import table_of, update_rows


@dataclass(slots=True)
class _Wave:
    """One statement: the same columns of different rows."""

    names: frozenset[str]
    rows: dict[UUID, Mapping[str, Any]] = field(default_factory=dict)


class Waves:
    """What waits, table by table."""

    def __init__(self) -> None:
        self._of: dict[type[Evidenced], list[_Wave]] = defaultdict(list)
        self._next: dict[tuple[type[Evidenced], UUID], int] = {}

    def __bool__(self) -> bool:
        return bool(self._of)

    def add(self, row: Evidenced, values: Mapping[str, Any]) -> None:
        """`row` has these values, once everything of before is written."""
        kind, names = type(row), values.keys()
        waves, place = self._of[kind], (kind, row.id)
        earliest = self._next.get(place, 0)
        number = next((n for n in range(earliest, len(waves)) if waves[n].names == names), len(waves))
        if number == len(waves):
            waves.append(_Wave(frozenset(names)))
        waves[number].rows[row.id] = values
        self._next[place] = number + 1

    def write(self, connection: Connection) -> None:
        """Every change is in the database, and none waits any more."""
        waiting = [(kind, wave) for kind, waves in self._of.items() for wave in waves]
        self.clear()
        for kind, wave in waiting:
            # In one order always, so that two writers never wait for each other in a ring.
            rows = [{"id": row, **wave.rows[row]} for row in sorted(wave.rows)]
            update_rows(connection, table_of(kind), "id", rows)

    def clear(self) -> None:
        """Nothing waits: what did is forgotten."""
        self._of.clear()
        self._next.clear()


@cache
def is_free_of_order(mapper: Mapper[Any]) -> bool:
    """Whether changes of different rows of a class can never stand in each other's way: no value is unique."""
    table = table_of(mapper.class_)
    return (
        not any(isinstance(one, UniqueConstraint) for one in table.constraints)
        and not any(index.unique for index in table.indexes)
        and all(name.startswith("pk_") for name in mapper.class_.__refusals__)
    )
