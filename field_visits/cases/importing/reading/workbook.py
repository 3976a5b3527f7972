"""XLSX: values by openpyxl, row by row; what openpyxl does not tell (see `inspection`) beside it.

Formulas are never computed: their stored results are read. Why openpyxl: docs/adr/0011-xlsx-by-openpyxl.md.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from field_visits.cases.importing.reading.faults import FileFault, UnreadableFileError
from field_visits.cases.importing.reading.inspection import Inspection, SheetPart, inspect, parts_of
from field_visits.cases.importing.reading.table import (
    MAX_COLUMNS,
    MAX_ROWS,
    Cell,
    Flaw,
    Look,
    Row,
    Sheet,
    is_blank,
    shown,
)
from field_visits.cases.importing.reading.text import PREVIEWED, too_many_rows
from field_visits.cases.importing.report import MAX_LISTED, RowError

MAX_SHEETS = 50
# Cells beyond the last header that are looked at, so that a value without a header is not lost silently.
_BEYOND = 8
_DAMAGED = "The workbook cannot be read; open it, save it again as .xlsx and send that."
_NEVER_STORED = Flaw(
    "formula-without-value",
    "The cell is a formula whose result was never stored; open the file in Excel or WPS and save it, or "
    "paste the column as values.",
)
# A header has at least two names; a line with one text above it is a title.
_HEADER_CELLS = 2
_MIDNIGHT = datetime(2000, 1, 1)  # noqa: DTZ001 - a time of day has no zone


class Workbook:
    """An XLSX file that was recognised. Reads `path` as often as asked.

    Raises:
        UnreadableFileError: it is damaged, has no sheet, or would unpack to too much.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._parts = parts_of(path)
        self._inspected: dict[str, Inspection] = {}

    def look(self) -> Look:
        sheets = tuple(self._sheet(part) for part in self._parts[:MAX_SHEETS])
        hidden = [sheet.name for sheet in sheets if sheet.is_hidden]
        notes = (
            [f"Hidden sheets: {', '.join(hidden)}. They are read only if you choose them."] if hidden else []
        )
        if len(self._parts) > 1:
            notes.append(f"The workbook has {len(self._parts)} sheets; choose the one to take in.")
        return Look("xlsx", None, None, sheets, tuple(notes))

    @contextmanager
    def rows(self, sheet: str) -> Iterator[Iterator[Row]]:
        """See `Readable`."""
        part = next((part for part in self._parts if part.name == sheet), None)
        if part is None:
            raise UnreadableFileError(FileFault.NO_SHEET, f"The workbook has no sheet «{sheet}».")
        with self._opened(part) as lines:
            header_row, headers = _header_of(lines)
            yield self._bounded(lines, part, header_row, len(headers))

    def _sheet(self, part: SheetPart) -> Sheet:
        inspection = self._inspection(part)
        with self._opened(part) as lines:
            header_row, headers = _header_of(lines)
            preview = [
                row for _, row in zip(range(PREVIEWED), _rows(lines, inspection, len(headers)), strict=False)
            ]
        flaws = [
            RowError(
                max(top, header_row),
                "",
                f"The cells {name} are merged; unmerge them, so that each row tells its own values.",
                "merged-cells",
            )
            for name, top, bottom in inspection.merged
            if bottom >= header_row > 0
        ]
        names = tuple(shown(cell).strip() for cell in headers)
        return Sheet(part.name, part.is_hidden, header_row, names, tuple(preview), tuple(flaws[:MAX_LISTED]))

    def _bounded(self, lines: "_Lines", part: SheetPart, header_row: int, width: int) -> Iterator[Row]:
        if not header_row:
            return
        for count, row in enumerate(_rows(lines, self._inspection(part), width)):
            if count == MAX_ROWS:
                raise too_many_rows(row.number)
            yield row

    def _inspection(self, part: SheetPart) -> Inspection:
        if part.name not in self._inspected:
            self._inspected[part.name] = inspect(self._path, part)
        return self._inspected[part.name]

    @contextmanager
    def _opened(self, part: SheetPart) -> Iterator["_Lines"]:
        """The sheet's rows from the first on; whatever a broken file makes openpyxl raise has a clear answer."""
        import openpyxl  # a large library, for the few processes that ever see a workbook

        self._inspection(part)  # bounds are checked before openpyxl opens the sheet
        with warnings.catch_warnings(), self._path.open("rb") as file:
            warnings.simplefilter("ignore")  # about styles and validations that nobody reads here
            try:
                book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
                sheet = book[part.name]
                sheet.reset_dimensions()  # the file's word for its own size is not taken
            except Exception as error:
                raise UnreadableFileError(FileFault.DAMAGED, _DAMAGED) from error
            try:
                yield _lines(sheet)
            finally:
                book.close()


_Lines = Iterator[tuple[int, list[Cell]]]


def _lines(sheet: Any) -> _Lines:
    """Numbered rows as they stand, blank ones left out."""
    rows = sheet.iter_rows(max_col=MAX_COLUMNS)
    number = 0
    left_out = None
    while True:
        try:
            cells = next(rows, None)
        except Exception as error:
            raise UnreadableFileError(FileFault.DAMAGED, _DAMAGED, row=number + 1) from error
        if cells is None:
            return
        number += 1
        # One and the same tuple stands for every row that the file leaves out; there can be a million.
        if cells is left_out:
            continue
        read = [_cell(cell) for cell in cells if cell.value is not None] if cells else []
        if any(not is_blank(cell) for cell in read):
            yield number, ["" if cell.value is None else _cell(cell) for cell in cells]
        else:
            left_out = cells


def _header_of(lines: _Lines) -> tuple[int, list[Cell]]:
    """The first row with at least two names, and its cells up to the last one."""
    for number, cells in lines:
        filled = [position for position, cell in enumerate(cells) if not is_blank(cell)]
        if len(filled) >= _HEADER_CELLS:
            return number, cells[: filled[-1] + 1]
    return 0, []


def _rows(lines: _Lines, inspection: Inspection, width: int) -> Iterator[Row]:
    """Rows as wide as the header, or wider where a value stands beyond it."""
    for number, cells in lines:
        for position in inspection.without_value.get(number, ()):
            if position < width:
                cells[position] = _NEVER_STORED
        beyond = [at for at, cell in enumerate(cells[width : width + _BEYOND]) if not is_blank(cell)]
        if beyond or not all(is_blank(cell) for cell in cells[:width]):
            yield Row(number, cells[: width + (beyond[-1] + 1 if beyond else 0)])


def _cell(cell: Any) -> Cell:
    """What openpyxl read, as text where it is no day or time: numbers just as Excel shows them, to 15 digits."""
    value = cell.value
    if cell.data_type == "e":
        return Flaw("cell-error", f"The cell shows the error {value}; mend it in the spreadsheet.")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{Decimal(f'{value:.15g}'):f}"
    if isinstance(value, timedelta):
        if timedelta() <= value < timedelta(days=1):
            return (_MIDNIGHT + value).time()
        return Flaw("cell-duration", "The cell holds a duration, no time of day.")
    return value if isinstance(value, date | datetime | time) else str(value)
