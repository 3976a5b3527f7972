"""CSV as people save it: its encoding and its separator are found, and it is read row by row."""

import codecs
import csv
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from field_visits.cases.importing.reading.faults import FileFault, UnreadableFileError
from field_visits.cases.importing.reading.table import MAX_COLUMNS, MAX_ROWS, Look, Row, Sheet, is_blank

SEPARATORS = ",;\t|"
PREVIEWED = 10
_CHUNK = 1 << 20
_SAMPLE_CHARACTERS = 64 * 1024
_SAMPLE_LINES = 20
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
# Of text in Chinese nearly every character stands among the symbols and common characters of GB 2312, which
# end in row 0xD7; of other text misread as GBK nearly none does.
_PLAUSIBLE_SHARE = 0.7
_LAST_COMMON_ROW, _FIRST_OF_ROW = 0xD7, 0xA1
_TWO_BYTES = 2
# A cell longer than this is a missing quote, not a cell.
csv.field_size_limit(min(1 << 20, sys.maxsize))


class CsvFile:
    """A CSV file that was recognised. Reads `path` as often as asked."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._codec, self.encoding = _encoding_of(path)
        self._separator, self._skips_a_line = self._separator_of()

    def look(self) -> Look:
        with self._records() as records:
            header_row, headers = next(records, (0, []))
            preview = [Row(number, cells) for number, cells in _few(records)]
        if not headers:
            raise UnreadableFileError(FileFault.EMPTY, "The file has no row at all; send one with a header.")
        sheet = Sheet("", False, header_row, tuple(cell.strip() for cell in headers), tuple(preview), ())
        notes = (
            ()
            if self.encoding in {"UTF-8", "UTF-16"}
            else (f"Read as {self.encoding}; look at the names, and save as UTF-8 if they are wrong.",)
        )
        return Look("csv", self.encoding, self._separator, (sheet,), notes)

    @contextmanager
    def rows(self, sheet: str) -> Iterator[Iterator[Row]]:
        """See `Readable`. Rows keep as many cells as they have, so that a missing quote is seen."""
        del sheet
        with self._records() as records:
            next(records, None)
            yield _bounded(records)

    @contextmanager
    def _records(self) -> Iterator[Iterator[tuple[int, list[str]]]]:
        """Records that say something, with their spreadsheet numbers; the first one is the header."""
        with self._path.open(encoding=self._codec, newline="") as text:
            yield self._read(text)

    def _read(self, text: io.TextIOWrapper) -> Iterator[tuple[int, list[str]]]:
        reader = csv.reader(text, delimiter=self._separator, strict=True)
        number = 0
        try:
            for number, cells in enumerate(reader, start=1):
                if number == 1 and self._skips_a_line:
                    continue
                if not all(is_blank(cell) for cell in cells):
                    if len(cells) > MAX_COLUMNS:
                        raise _too_many_columns(number)
                    yield number, cells
        except csv.Error as error:
            raise UnreadableFileError(
                FileFault.NO_CSV,
                f"The row cannot be read as CSV ({error}); look at its quotes.",
                row=number + 1,
            ) from None

    def _separator_of(self) -> tuple[str, bool]:
        """The separator, and whether the first line is Excel's `sep=` that names it."""
        with self._path.open(encoding=self._codec, newline="") as text:
            sample = text.read(_SAMPLE_CHARACTERS)
        if "\0" in sample:
            raise UnreadableFileError(
                FileFault.NO_TEXT, "This is no text; save the table as .xlsx or as CSV (UTF-8)."
            )
        first = sample.partition("\n")[0].strip()
        if first.lower().startswith("sep=") and len(first) == len("sep=") + 1 and first[-1] in SEPARATORS:
            return first[-1], True
        return max(SEPARATORS, key=lambda one: _fit(sample, one)), False


def _fit(sample: str, separator: str) -> tuple[int, int]:
    """How well a separator parts the first lines: how many have the header's number of cells, and that number."""
    records: list[list[str]] = []
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=separator)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                records.append(cells)
            if len(records) == _SAMPLE_LINES:
                break
    except csv.Error:
        return 0, 0
    width = len(records[0]) if records else 0
    if width < 2:  # noqa: PLR2004 - it parts nothing
        return 0, 0
    return sum(len(cells) == width for cells in records), width


def _few(records: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    """The first rows; a row that cannot be read ends them: the check says where and why."""
    try:
        for _, record in zip(range(PREVIEWED), records, strict=False):
            yield record
    except UnreadableFileError:
        return


def _bounded(records: Iterator[tuple[int, list[str]]]) -> Iterator[Row]:
    for count, (number, cells) in enumerate(records):
        if count == MAX_ROWS:
            raise too_many_rows(number)
        yield Row(number, cells)


def too_many_rows(number: int) -> UnreadableFileError:
    return UnreadableFileError(
        FileFault.TOO_MANY_ROWS,
        f"A file has at most {MAX_ROWS:,} rows; split it and send the parts.",
        row=number,
    )


def _too_many_columns(number: int) -> UnreadableFileError:
    return UnreadableFileError(
        FileFault.TOO_MANY_COLUMNS,
        f"A file has at most {MAX_COLUMNS} columns; leave out the rest.",
        row=number,
    )


def _encoding_of(path: Path) -> tuple[str, str]:
    """The codec that reads the whole file, and what people call it.

    Raises:
        UnreadableFileError: none does.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    for mark, codec, name in _BOMS:
        if head.startswith(mark):
            candidates = [(codec, name)]
            break
    else:
        candidates = [("utf-8", "UTF-8"), ("gb18030", "GB18030")]
        bare = _bare_utf16(head)
        if bare is not None:
            candidates = [(bare, "UTF-16")]
    for codec, name in candidates:
        text = _sample_if_whole(path, codec)
        if text is not None and (name != "GB18030" or _is_plausible(text)):
            return codec, name
    raise UnreadableFileError(
        FileFault.ENCODING,
        "The text is neither UTF-8, UTF-16 nor GB18030 (GBK); save the table as .xlsx or as CSV (UTF-8).",
    )


def _bare_utf16(head: bytes) -> str | None:
    """UTF-16 without its mark: every other byte of ASCII is zero there."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if half and odd > half * 0.4 and not even:
        return "utf-16-le"
    return "utf-16-be" if half and even > half * 0.4 and not odd else None


def _sample_if_whole(path: Path, codec: str) -> str | None:
    """Non-ASCII characters of the file's beginning, if all of it can be decoded; else None."""
    decoder = codecs.getincrementaldecoder(codec)()
    sample = ""
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                text = decoder.decode(chunk)
                if len(sample) < _SAMPLE_CHARACTERS:
                    sample += "".join(one for one in text[:_CHUNK] if not one.isascii())
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return None
    return sample


def _is_plausible(sample: str) -> bool:
    """Whether text read as GB18030 looks as if it were: most of what is not ASCII is common in Chinese.

    Western or Cyrillic text misread so gives rare characters of two bytes. Those of four bytes (rare names,
    other scripts) are never a misreading: their bytes alternate with digits.
    """
    common = 0
    for one in sample:
        coded = one.encode("gb18030")
        common += len(coded) > _TWO_BYTES or (coded[0] <= _LAST_COMMON_ROW and coded[1] >= _FIRST_OF_ROW)
    return common >= len(sample) * _PLAUSIBLE_SHARE
