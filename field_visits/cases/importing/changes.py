"""What one row of a file changes in the records, stated as moves. Nothing is written here."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from field_visits.cases.importing.report import RowError, RowQuestion
from field_visits.unit_of_work import Move


@dataclass(slots=True)
class Difference:
    """What a row changes: moves by step, columns that differ, what law asks of it, or why it cannot be.

    The moves of one step are written together for many rows; a row of the records stands in each step at
    most once, so that each entry explains its own version.
    """

    reference: str
    is_new: bool
    columns: list[str] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    questions: list[RowQuestion] = field(default_factory=list)
    steps: dict[int, list[Move]] = field(default_factory=dict)

    def add(self, step: int, *moves: Move) -> None:
        """More moves of a step; steps are written in the order of their numbers."""
        self.steps.setdefault(step, []).extend(moves)

    def fault(self, row: int, column: str, detail: str, code: str) -> None:
        """Why the row cannot be taken."""
        self.errors.append(RowError(row, column, detail, code))


class Comparing(Protocol):
    """Compares the rows of one file with the records. One for the whole file: it remembers what it has seen."""

    def differences(self, rows: Sequence[Any], *, lock: bool) -> list[Difference]:
        """What each of these rows changes; `lock` keeps others from changing it meanwhile."""
        ...
