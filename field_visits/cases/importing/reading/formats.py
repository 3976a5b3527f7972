"""What a file is, by its bytes: its name may claim anything. What is no table gets a clear answer."""

import zipfile
from pathlib import Path

import filetype  # type: ignore[import-untyped]  # it ships no types

from field_visits.cases.importing.reading.faults import FileFault, UnreadableFileError
from field_visits.cases.importing.reading.table import MAX_BYTES, Look, Readable
from field_visits.cases.importing.reading.text import CsvFile
from field_visits.cases.importing.reading.workbook import Workbook

_HEAD = 64 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OLD_BOOKS = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
_MARKUP = (b"<!doctype", b"<html", b"<table", b"<?xml", b"<workbook", b"mime-version:")
_SAVE_AS = "open it in Excel or WPS and save it as «Excel workbook (.xlsx)» or as CSV (UTF-8)"


def open_file(path: Path) -> Readable:
    """The file as a table.

    Raises:
        UnreadableFileError: it is none, or one that is not read here.
    """
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise too_large()
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0"):
        raise UnreadableFileError(FileFault.EMPTY, "The file is empty; send one with a header and rows.")
    if head.startswith(_OLE):
        raise _of_ole(path)
    if head.startswith(b"PK"):
        return _of_zip(path)
    _refuse_others(head)
    return CsvFile(path)


def look_at(readable: Readable, filename: str) -> Look:
    """What the file is, with a note where its name says something else."""
    look = readable.look()
    extension = filename.rpartition(".")[2].casefold()
    is_named_so = extension in ({"xlsx", "xlsm"} if look.format == "xlsx" else {"csv", "txt", "tsv", "tab"})
    if is_named_so or "." not in filename:
        return look
    note = f"The name ends in .{extension}, but the file is {look.format.upper()}; it was read as that."
    return Look(look.format, look.encoding, look.separator, look.sheets, (*look.notes, note))


def too_large() -> UnreadableFileError:
    """The answer to a file of more bytes than are taken."""
    return UnreadableFileError(
        FileFault.TOO_LARGE,
        f"A file has at most {MAX_BYTES // 1024 // 1024} MB; split it and send the parts.",
    )


def _of_ole(path: Path) -> UnreadableFileError:
    content = path.read_bytes()
    if _ENCRYPTED in content:
        return UnreadableFileError(
            FileFault.ENCRYPTED,
            "The workbook is protected by a password; remove it (File, Info, Protect workbook) and send it again.",
        )
    if any(name in content for name in _OLD_BOOKS):
        return UnreadableFileError(
            FileFault.OLD_EXCEL, f"This is an old Excel file (.xls), which is not read here; {_SAVE_AS}."
        )
    return UnreadableFileError(
        FileFault.OTHER_DOCUMENT, f"This is an Office document, but no table; {_SAVE_AS}."
    )


def _of_zip(path: Path) -> Readable:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            parts = archive.infolist()
            kind = archive.read("mimetype")[:200] if "mimetype" in names else b""
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        raise UnreadableFileError(
            FileFault.DAMAGED, "The workbook is damaged or was cut off; save it again and send it again."
        ) from None
    if any(part.flag_bits & 1 for part in parts):
        raise UnreadableFileError(
            FileFault.ENCRYPTED, "The file is locked by a password; remove it and send it again."
        )
    if "xl/workbook.xml" in names:
        return Workbook(path)
    if "xl/workbook.bin" in names:
        raise UnreadableFileError(
            FileFault.BINARY_EXCEL,
            f"This is a binary Excel file (.xlsb), which is not read here; {_SAVE_AS}.",
        )
    if b"opendocument" in kind:
        raise UnreadableFileError(
            FileFault.OPEN_DOCUMENT, f"This is an OpenDocument file, which is not read here; {_SAVE_AS}."
        )
    if "[Content_Types].xml" in names:
        raise UnreadableFileError(
            FileFault.OTHER_DOCUMENT, "This is a document or a presentation, no table; send the table itself."
        )
    raise UnreadableFileError(
        FileFault.ARCHIVE,
        "This is a ZIP archive, whatever its name says; unpack it and send the table in it.",
    )


def _refuse_others(head: bytes) -> None:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(b"%PDF"):
        raise UnreadableFileError(
            FileFault.PDF, "This is a PDF document, no table; ask for the table itself, as .xlsx or CSV."
        )
    if start.startswith(_MARKUP):
        raise UnreadableFileError(
            FileFault.WEB_PAGE, f"This is a web page saved under the name of a table; {_SAVE_AS}."
        )
    known = filetype.guess(head)
    if known is None:
        return
    if known.mime.startswith("image/"):
        raise UnreadableFileError(
            FileFault.PICTURE, "This is a picture, no table; ask for the table itself, as .xlsx or CSV."
        )
    raise UnreadableFileError(
        FileFault.ARCHIVE if "zip" in known.mime or "compressed" in known.mime else FileFault.NO_TEXT,
        f"This is a file of another kind (.{known.extension}), no table; send the table as .xlsx or CSV.",
    )
