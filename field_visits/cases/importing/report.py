"""What an import did or would do, row by row, for the person who sent the file."""

from dataclasses import dataclass
from typing import Any

# A report stays readable, and the log's body bounded.
MAX_LISTED = 1000
MAX_SHOWN = 200


@dataclass(frozen=True, slots=True)
class RowError:
    """One thing wrong: the row as a spreadsheet numbers it (0: the file as a whole), the column, a sentence.

    `code` is stable; `value` is what the cell says. The log keeps neither a cell's value nor more of a
    person than the sentence needs.
    """

    row: int
    column: str
    detail: str
    code: str = "value-invalid"
    value: str = ""

    def as_json(self) -> dict[str, Any]:
        """What is told to the person who sent the file."""
        return {**self.for_log(), "value": self.value[:MAX_SHOWN]}

    def for_log(self) -> dict[str, Any]:
        return {"row": self.row, "column": self.column, "code": self.code, "detail": self.detail}


@dataclass(frozen=True, slots=True)
class RowQuestion:
    """One thing to be looked at: the row, the column, the rule that speaks, a stable code and a sentence."""

    row: int
    column: str
    rule_id: str
    code: str
    detail: str

    def as_json(self) -> dict[str, Any]:
        return {
            "row": self.row,
            "column": self.column,
            "rule_id": self.rule_id,
            "code": self.code,
            "detail": self.detail,
        }


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
    """The report of one file: what it did, or in a check would do.

    Attributes:
        rows: Data rows of the file; `created`, `updated` and `unchanged` count among them.
        errors: The first 1,000 errors; `error_count` counts all that were found.
        questions: The first 1,000 things that the law asks of rows; `question_count` counts all of them.
        updates: The first 1,000 rows that change something.
        notes: What a person should look at, such as an encoding that was guessed.
    """

    kind: str
    source: str
    filename: str
    file_sha256: str
    format: str
    encoding: str | None
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    errors: tuple[RowError, ...] = ()
    error_count: int = 0
    questions: tuple[RowQuestion, ...] = ()
    question_count: int = 0
    updates: tuple[RowUpdate, ...] = ()
    ignored_columns: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Whether nothing stands against taking the file in."""
        return self.error_count == 0

    def as_json(self) -> dict[str, Any]:
        """The report in plain JSON, as a run keeps it."""
        return {
            "kind": self.kind,
            "source": self.source,
            "filename": self.filename,
            "file_sha256": self.file_sha256,
            "format": self.format,
            "encoding": self.encoding,
            "rows": self.rows,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "error_count": self.error_count,
            "errors": [error.as_json() for error in self.errors],
            "question_count": self.question_count,
            "questions": [question.as_json() for question in self.questions],
            "updates": [update.as_json() for update in self.updates],
            "ignored_columns": list(self.ignored_columns),
            "notes": list(self.notes),
        }
