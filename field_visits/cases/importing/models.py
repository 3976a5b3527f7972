"""Working rows of imports: files that wait, runs over them, and what was chosen for a source. No evidence.

They hold what is needed while a file is on its way in, and are gone some days later (`keeping`).
"""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import BYTEA
from sqlalchemy.orm import Mapped, mapped_column

from field_visits.kernel.db import Base
from field_visits.kernel.ids import ImportFileId, ImportId, ImportRunId, OrganisationId
from field_visits.workforce.runs import Run


class Task(StrEnum):
    """What a run does."""

    CHECK = "check"
    APPLY = "apply"
    UNDO = "undo"


class ImportFile(Base):
    """An uploaded file with what was found in it and chosen for it. Working row.

    `sheets` holds what people choose from: names, headers, first rows; `chosen` the fields that a person
    gave to columns, by folded header.
    """

    __tablename__ = "import_files"
    __table_args__ = (Index(None, "org_id", "touched_at"),)

    id: Mapped[ImportFileId] = mapped_column(primary_key=True)
    org_id: Mapped[OrganisationId]
    filename: Mapped[str]
    source: Mapped[str]
    kind: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    format: Mapped[str]
    encoding: Mapped[str | None]
    separator: Mapped[str | None]
    sheet: Mapped[str]
    sheets: Mapped[dict[str, Any]]
    chosen: Mapped[dict[str, Any]]
    notes: Mapped[list[str]]
    uploaded_at: Mapped[datetime]
    touched_at: Mapped[datetime]


class ImportChunk(Base):
    """A piece of an uploaded file, or of a run's file of errors. Working row."""

    __tablename__ = "import_chunks"

    owner_id: Mapped[UUID] = mapped_column(primary_key=True)
    no: Mapped[int] = mapped_column(primary_key=True)
    org_id: Mapped[OrganisationId]
    content: Mapped[bytes] = mapped_column(BYTEA)


class ImportRun(Run, Base):
    """A check, an application or an undoing: asked for, under way, or over. Working row.

    `is_attended` marks a run that a command does itself, which no sweep takes up.
    """

    __tablename__ = "import_runs"
    __table_args__ = (Index(None, "org_id", "stage"), Index(None, "file_id"))

    id: Mapped[ImportRunId] = mapped_column(primary_key=True)
    file_id: Mapped[ImportFileId | None]
    import_id: Mapped[ImportId | None]
    task: Mapped[str]
    phase: Mapped[str | None]
    rows_done: Mapped[int]
    rows_total: Mapped[int | None]
    is_attended: Mapped[bool]
    has_errors: Mapped[bool]
    report: Mapped[dict[str, Any] | None]
    receipt: Mapped[str | None]


class ImportMapping(Base):
    """Which field each column told when a file of this kind came from this source last. Working row."""

    __tablename__ = "import_mappings"

    org_id: Mapped[OrganisationId] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    source_key: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str]
    columns: Mapped[dict[str, Any]]
    used_at: Mapped[datetime]
