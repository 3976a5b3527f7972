"""Bytes of a CSV file become rows of named cells. What the cells mean is not known here."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from field_visits.cases.importing.columns import BY_HEADER, REQUIRED
from field_visits.cases.importing.report import RowError

MAX_BYTES = 32 * 1024 * 1024
MAX_ROWS = 50_000
_DELIMITERS = ",;\t"
_KNOWN_ELSE = {
    b"PK\x03\x04": "This is a spreadsheet or an archive; save it as CSV (UTF-8) and send that.",
    b"\xd0\xcf\x11\xe0": "This is an old spreadsheet; save it as CSV (UTF-8) and send that.",
    b"\xff\xfe": "This is UTF-16 text; save it as CSV (UTF-8) and send that.",
    b"\xfe\xff": "This is UTF-16 text; save it as CSV (UTF-8) and send that.",
    b"%PDF": "This is a PDF document, no table.",
}


class UnreadableFileError(Exception):
    """The file is no table that can be read; `errors` say where and why."""

    def __init__(self, *errors: RowError) -> None:
        super().__init__(errors[0].detail)
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Row:
    """One data row: its number in a spreadsheet, and its cells by column, stripped."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """A read file. `faults` are rows that have too many or too few cells."""

    encoding: str
    rows: tuple[Row, ...]
    faults: tuple[RowError, ...]
    columns: frozenset[str]
    ignored_columns: tuple[str, ...]


def read_table(raw: bytes) -> Table:
    """The rows of a CSV file in UTF-8 (with or without a byte order mark) or GB18030.

    Cells are parted by comma, semicolon or tabulator, as the header line shows. Blank lines count in the
    numbering and are skipped.

    Raises:
        UnreadableFileError: It is too large, no text, no CSV, or lacks a required column.
    """
    text, encoding = decode(raw)
    lines = _lines(text)
    header = next(lines, (0, []))[1]
    names, ignored = _header(header)
    rows: list[Row] = []
    faults: list[RowError] = []
    for number, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        if len(rows) + len(faults) == MAX_ROWS:
            raise UnreadableFileError(
                RowError(number, "", f"A file has at most {MAX_ROWS:,} rows; split it and send the parts.")
            )
        if len(cells) == len(header):
            named = {name: cell.strip() for name, cell in zip(names, cells, strict=True) if name}
            rows.append(Row(number, named))
        else:
            detail = f"The row has {len(cells)} cells and the header {len(header)}; is a quote missing?"
            faults.append(RowError(number, "", detail))
    if not rows and not faults:
        raise UnreadableFileError(RowError(1, "", "The file has no row below its header."))
    return Table(encoding, tuple(rows), tuple(faults), frozenset(filter(None, names)), ignored)


def decode(raw: bytes) -> tuple[str, str]:
    """The text and the name of its encoding; raises UnreadableFileError for what is no text."""
    if len(raw) > MAX_BYTES:
        megabytes = MAX_BYTES // 1024 // 1024
        raise UnreadableFileError(RowError(0, "", f"A file has at most {megabytes} MB; split it."))
    for magic, detail in _KNOWN_ELSE.items():
        if raw.startswith(magic):
            raise UnreadableFileError(RowError(0, "", detail))
    if b"\x00" in raw:
        raise UnreadableFileError(RowError(0, "", "This is no text; save the table as CSV (UTF-8)."))
    for encoding, name in (("utf-8-sig", "UTF-8"), ("gb18030", "GB18030")):
        try:
            return raw.decode(encoding), name
        except UnicodeDecodeError:
            continue
    raise UnreadableFileError(
        RowError(0, "", "The text is neither UTF-8 nor GB18030; save the table as CSV (UTF-8).")
    )


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Records with their spreadsheet numbers."""
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            yield number, cells
    except csv.Error as error:
        raise UnreadableFileError(
            RowError(number + 1, "", f"The row cannot be read as CSV ({error}); look at its quotes.")
        ) from None


def _header(header: list[str]) -> tuple[list[str | None], tuple[str, ...]]:
    """The column of each cell (None where it is ignored), and the headers that are ignored."""
    told = [cell.strip() for cell in header]
    names = [BY_HEADER.get(cell.casefold().replace(" ", "_")) for cell in told]
    twice = [name for name, count in Counter(filter(None, names)).items() if count > 1]
    errors = [RowError(1, name, f"The column {name} stands twice in the header.") for name in twice]
    errors += [
        RowError(1, name, f"The column {name} is missing; every file needs it.")
        for name in REQUIRED
        if name not in names
    ]
    if errors:
        raise UnreadableFileError(*errors)
    return names, tuple(cell for cell, name in zip(told, names, strict=True) if name is None and cell)
