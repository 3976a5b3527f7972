"""Why a file cannot be read: stable codes, each with what is wrong and what to do next."""

from enum import StrEnum

from field_visits.kernel.errors import DomainError


class FileFault(StrEnum):
    """The kinds of files that are turned away before a row is looked at."""

    EMPTY = "file-empty"
    TOO_LARGE = "file-too-large"
    TOO_MANY_ROWS = "file-too-many-rows"
    TOO_MANY_COLUMNS = "file-too-many-columns"
    BOMB = "file-unpacks-too-large"
    OLD_EXCEL = "file-old-excel"
    BINARY_EXCEL = "file-binary-excel"
    OPEN_DOCUMENT = "file-open-document"
    ENCRYPTED = "file-encrypted"
    WEB_PAGE = "file-web-page"
    PDF = "file-pdf"
    PICTURE = "file-picture"
    ARCHIVE = "file-archive"
    OTHER_DOCUMENT = "file-other-document"
    DAMAGED = "file-damaged"
    NO_TEXT = "file-no-text"
    ENCODING = "file-encoding-unknown"
    NO_CSV = "file-no-csv"
    NO_SHEET = "file-no-sheet"


class UnreadableFileError(DomainError):
    """The file is no table that can be read here; the sentence says why and what to send instead.

    `row` is where reading stopped, 0 for the file as a whole.
    """

    code = "file-damaged"

    def __init__(self, fault: FileFault, detail: str, *, row: int = 0) -> None:
        super().__init__(detail)
        self.code = fault.value
        self.row = row
