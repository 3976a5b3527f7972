"""What must be known of an XLSX file before a library opens it: how much it unpacks to, and what openpyxl hides.

The parts are scanned by expat as a stream, in constant memory: a document type (the door of entity tricks)
is refused, bounds are counted, merged cells and formulas without a stored result are noted.
"""

import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any
from xml.parsers import expat

from field_visits.cases.importing.reading.faults import FileFault, UnreadableFileError
from field_visits.cases.importing.report import MAX_LISTED

# Unpacked: 50,000 rows of 29 columns are 60 MB; styles and the rest of a real book a few hundred KB.
MAX_PART_BYTES = 128 * 1024 * 1024
MAX_SMALL_PART_BYTES = 16 * 1024 * 1024
MAX_TOTAL_BYTES = 256 * 1024 * 1024
MAX_PARTS = 2000
# Cells of one row, and of a sheet: a row is built in memory.
MAX_ROW_CELLS = 16_384
MAX_CELLS = 8_000_000
_CHUNK = 1 << 16
_DAMAGED = "The workbook is damaged; open it, save it again as .xlsx and send that."


@dataclass(frozen=True, slots=True)
class SheetPart:
    """One worksheet: its name, whether people see it, and the part of the archive that holds it."""

    name: str
    is_hidden: bool
    path: str


@dataclass(slots=True)
class Inspection:
    """What a scan of one sheet found.

    Attributes:
        merged: Ranges such as A1:C1 with their first and last row.
        without_value: Row -> positions of formulas whose result was never stored.
    """

    merged: list[tuple[str, int, int]] = field(default_factory=list)
    without_value: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))


def parts_of(path: Path) -> list[SheetPart]:
    """The worksheets of the book in their order, after its size was checked.

    Raises:
        UnreadableFileError: it unpacks to too much, is damaged, or has no worksheet.
    """
    with _archive(path) as archive:
        _check_sizes(archive)
        for name in (
            "xl/workbook.xml",
            "xl/_rels/workbook.xml.rels",
            "xl/styles.xml",
            "xl/sharedStrings.xml",
        ):
            if name in archive.namelist():
                _parse(archive, name, _parser())
        targets = _targets(archive)
        found: list[SheetPart] = []

        def start(name: str, told: dict[str, str]) -> None:
            if _local(name) == "sheet":
                relation = next((value for key, value in told.items() if _local(key) == "id"), "")
                target = targets.get(relation, "")
                if "worksheets/" in target:
                    found.append(
                        SheetPart(told.get("name", ""), told.get("state", "visible") != "visible", target)
                    )

        parser = _parser()
        parser.StartElementHandler = start
        _parse(archive, "xl/workbook.xml", parser)
        parts = [part for part in found if part.path in archive.namelist()]
    if not parts:
        raise UnreadableFileError(FileFault.NO_SHEET, "The workbook has no worksheet; send one with a table.")
    return parts


def inspect(path: Path, part: SheetPart) -> Inspection:
    """What `part` holds that reading its values does not tell.

    Raises:
        UnreadableFileError: it has more cells than a table can have, or is damaged.
    """
    scan = _Scan()
    with _archive(path) as archive:
        _parse(archive, part.path, scan.parser)
    return scan.found


class _Scan:
    """Counts and notes while expat walks through a sheet."""

    def __init__(self) -> None:
        self.found = Inspection()
        self.parser = _parser()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self._row = self._column = self._cells = 0
        self._is_formula = self._has_value = False

    def _start(self, name: str, told: dict[str, str]) -> None:
        match _local(name):
            case "row":
                self._row = int(told.get("r") or self._row + 1)
                self._column = 0
            case "c":
                self._column = column_of(told["r"]) if "r" in told else self._column + 1
                self._cells += 1
                if self._column > MAX_ROW_CELLS or self._cells > MAX_CELLS:
                    raise _bomb()
                self._is_formula = False
                self._has_value = told.get("t") == "str"  # an empty text is a result too
            case "f":
                self._is_formula = True
            case "v" if self._is_formula:
                self.parser.CharacterDataHandler = self._value
            case "mergeCell" if len(self.found.merged) < MAX_LISTED:
                first, _, last = told.get("ref", "").partition(":")
                self.found.merged.append((told.get("ref", ""), row_of(first), row_of(last or first)))

    def _value(self, text: str) -> None:
        self._has_value = self._has_value or bool(text)

    def _end(self, name: str) -> None:
        match _local(name):
            case "v":
                self.parser.CharacterDataHandler = None
            case "c" if self._is_formula and not self._has_value:
                self.found.without_value[self._row].append(self._column - 1)


def column_of(reference: str) -> int:
    """The column of a cell's reference: 1 for A5."""
    number = 0
    for letter in reference.rstrip("0123456789").upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def row_of(reference: str) -> int:
    """The row of a cell's reference: 5 for A5."""
    return int(reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ$") or 0)


@contextmanager
def _archive(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (
        zipfile.BadZipFile,
        expat.ExpatError,
        OSError,
        KeyError,
        ValueError,
        EOFError,
        NotImplementedError,
        zlib.error,
    ) as error:
        raise UnreadableFileError(FileFault.DAMAGED, _DAMAGED) from error


def _check_sizes(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    # zipfile reads no more of a part than its directory says, so that these sizes hold.
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_TOTAL_BYTES:
        raise _bomb()
    for part in parts:
        is_large = part.filename.startswith("xl/worksheets/sheet") or part.filename == "xl/sharedStrings.xml"
        is_read = part.filename.endswith((".xml", ".rels"))
        if is_read and part.file_size > (MAX_PART_BYTES if is_large else MAX_SMALL_PART_BYTES):
            raise _bomb()


def _targets(archive: zipfile.ZipFile) -> dict[str, str]:
    """Relation id -> part, of the workbook."""
    found: dict[str, str] = {}

    def start(name: str, told: dict[str, str]) -> None:
        if _local(name) == "Relationship":
            target = told.get("Target", "")
            found[told.get("Id", "")] = (
                target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)
            )

    parser = _parser()
    parser.StartElementHandler = start
    _parse(archive, "xl/_rels/workbook.xml.rels", parser)
    return found


def _parser() -> Any:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _parse(archive: zipfile.ZipFile, name: str, parser: Any) -> None:
    with archive.open(name) as part:
        _feed(part, parser)


def _feed(part: IO[bytes], parser: Any) -> None:
    while chunk := part.read(_CHUNK):
        parser.Parse(chunk, False)
    parser.Parse(b"", True)


def _refuse_doctype(*_: object) -> None:
    raise UnreadableFileError(
        FileFault.DAMAGED,
        "The workbook declares a document type, which no spreadsheet does; save it again as .xlsx.",
    )


def _bomb() -> UnreadableFileError:
    return UnreadableFileError(
        FileFault.BOMB,
        "The workbook unpacks to far more than a table; copy the table alone into a new workbook and send that.",
    )


def _local(name: str) -> str:
    return name.rpartition(" ")[2]
