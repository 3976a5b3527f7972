"""What a file gives, whatever its format: sheets with a header and numbered rows of cells."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Protocol

from field_visits.cases.importing.report import RowError

MAX_BYTES = 32 * 1024 * 1024
MAX_ROWS = 50_000
MAX_COLUMNS = 256


@dataclass(frozen=True, slots=True)
class Flaw:
    """A cell that tells nothing: an error of the spreadsheet, a formula whose result was never stored."""

    code: str
    detail: str


# Text as people wrote it (numbers too, exactly as they show), what a spreadsheet keeps as a day or a time, a flaw.
Cell = str | date | datetime | time | Flaw


@dataclass(frozen=True, slots=True)
class Row:
    """One row below the header: its number in a spreadsheet, and its cells by position."""

    number: int
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet as it is chosen from. A CSV file has one, without a name.

    Attributes:
        header_row: The number of the row that names the columns; 0 if the sheet is empty.
        headers: Its cells, as text.
        preview: The first rows below it.
        flaws: What is wrong with the sheet as a whole, such as merged cells.
    """

    name: str
    is_hidden: bool
    header_row: int
    headers: tuple[str, ...]
    preview: tuple[Row, ...]
    flaws: tuple[RowError, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """What a file is, before anything of it is taken in."""

    format: str
    encoding: str | None
    separator: str | None
    sheets: tuple[Sheet, ...]
    notes: tuple[str, ...]


class Readable(Protocol):
    """A file that was recognised and can be read, as often as needed."""

    def look(self) -> Look:
        """Everything that is needed to choose sheet and columns."""
        ...

    def rows(self, sheet: str) -> AbstractContextManager[Iterator[Row]]:
        """The rows below the header, blank ones left out; their cells stand under the headers.

        Raises:
            UnreadableFileError: while iterating: the file is damaged there, or has too many rows.
        """
        ...


def shown(cell: Cell) -> str:
    """A cell as text, for people to look at."""
    if isinstance(cell, Flaw):
        return ""
    if isinstance(cell, str):
        return cell
    return cell.isoformat(sep=" ", timespec="minutes") if isinstance(cell, datetime) else cell.isoformat()


def is_blank(cell: Cell) -> bool:
    """Whether the cell says nothing."""
    return isinstance(cell, str) and not cell.strip()
