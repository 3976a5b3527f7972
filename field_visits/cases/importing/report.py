"""What an import did or would do, row by row, for the person who sent the file."""

from dataclasses import dataclass
from typing import Any

from field_visits.kernel.ids import ImportId
from field_visits.unit_of_work import Receipt

# A report stays readable, and the log's body bounded.
MAX_LISTED = 1000


@dataclass(frozen=True, slots=True)
class RowError:
    """One thing wrong: the row as a spreadsheet numbers it (the header is row 1), the column, a sentence."""

    row: int
    column: str
    detail: str

    def as_json(self) -> dict[str, Any]:
        return {"row": self.row, "column": self.column, "detail": self.detail}


@dataclass(frozen=True, slots=True)
class RowUpdate:
    """A row that changes what is recorded, and the columns that differ."""

    row: int
    reference: str
    columns: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {"row": self.row, "reference": self.reference, "columns": list(self.columns)}


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The report of one file. `is_applied` is False for a dry run and for a refused file.

    Attributes:
        rows: Data rows of the file; `created`, `updated` and `unchanged` count cases among them.
        errors: The first 1,000 errors; `error_count` counts all that were found.
        updates: The first 1,000 rows that change something.
        notes: What a person should look at, such as an encoding that was guessed.
        receipt: Of the import's entry, or of the refusal's; None for a dry run.
    """

    source: str
    file_sha256: str
    encoding: str
    rows: int
    created: int
    updated: int
    unchanged: int
    errors: tuple[RowError, ...]
    error_count: int
    updates: tuple[RowUpdate, ...]
    ignored_columns: tuple[str, ...]
    notes: tuple[str, ...]
    is_dry_run: bool
    is_applied: bool = False
    import_id: ImportId | None = None
    receipt: Receipt | None = None

    @property
    def is_sound(self) -> bool:
        """Whether nothing stands against taking the file in."""
        return self.error_count == 0
