"""The cells of one row, read one by one: what cannot be read becomes an error, and reading goes on. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from field_visits.cases.importing.reading.table import Cell, Flaw, is_blank, shown
from field_visits.cases.importing.report import RowError
from field_visits.cases.importing.values import UnreadableValueError, text_of
from field_visits.kernel.errors import InvalidError

ValueT = TypeVar("ValueT")


@dataclass(frozen=True, slots=True)
class NamedRow:
    """One row of a file: its number in a spreadsheet, and its cells by field."""

    number: int
    cells: Mapping[str, Cell]


class Cells:
    """Reads a row; `errors` collects everything that is wrong with it.

    Args:
        row: The row.
        columns: Where a fault's pointer names a field otherwise than its column is called.
    """

    def __init__(self, row: NamedRow, columns: Mapping[str, str] | None = None) -> None:
        self.row = row
        self.errors: list[RowError] = []
        self._columns = columns or {}

    def has(self, column: str) -> bool:
        """Whether the cell says anything, be it a flaw."""
        return not is_blank(self.row.cells.get(column, ""))

    def read(self, column: str, reader: Callable[[Cell], ValueT]) -> ValueT | None:
        """The required cell."""
        if not self.has(column):
            self.fault(column, f"The cell {column} is empty.", "cell-empty")
            return None
        return self.attempt(column, lambda: reader(self.row.cells[column]))

    def maybe(self, column: str, reader: Callable[[Cell], ValueT]) -> ValueT | None:
        """The optional cell; None where it is empty."""
        return self.attempt(column, lambda: reader(self.row.cells[column])) if self.has(column) else None

    def text(self, column: str, reader: Callable[[str], ValueT]) -> ValueT | None:
        """The required cell, as text."""
        return self.read(column, lambda cell: reader(text_of(cell)))

    def maybe_text(self, column: str, reader: Callable[[str], ValueT]) -> ValueT | None:
        """The optional cell, as text."""
        return self.maybe(column, lambda cell: reader(text_of(cell)))

    def attempt(self, column: str, reader: Callable[[], ValueT]) -> ValueT | None:
        """What `reader` gives, or None and its error."""
        try:
            return reader()
        except UnreadableValueError as error:
            self.fault(column, error.detail, error.code)
        except InvalidError as error:
            for fault in error.faults:
                name = fault.pointer.strip("/").split("/")[0]
                more = "" if fault.detail == error.detail else f" It must be: {fault.detail}."
                self.fault(self._columns.get(name, name) or column, error.detail + more, "value-invalid")
        return None

    def fault(self, column: str, detail: str, code: str) -> None:
        """One more error of this row."""
        cell = self.row.cells.get(column, "")
        value = "" if isinstance(cell, Flaw) else shown(cell)
        self.errors.append(RowError(self.row.number, column, detail, code, value))
