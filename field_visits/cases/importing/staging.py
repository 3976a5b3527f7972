"""Files that wait to be taken in: staged, looked at, told what they are, read again, and forgotten.

A file lies in the database in pieces, so that every worker finds it and a cut upload leaves nothing. It is
gone once it was taken in, or two days after it was last touched.
"""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import file_digest
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from field_visits.cases import words
from field_visits.cases.importing.applying import Incoming
from field_visits.cases.importing.columns import COLUMNS, Kind
from field_visits.cases.importing.mapping import Proposal, faults_of, folded, guess_kind
from field_visits.cases.importing.models import ImportChunk, ImportFile, ImportMapping, ImportRun
from field_visits.cases.importing.reading.formats import look_at, open_file
from field_visits.cases.importing.reading.table import Look, Readable, Row, Sheet, shown
from field_visits.cases.importing.report import MAX_SHOWN, RowError
from field_visits.kernel.errors import Fault, InvalidError, NotFoundError
from field_visits.kernel.ids import ImportFileId
from field_visits.unit_of_work import UnitOfWork
from field_visits.workforce.runs import OPEN_STAGES

KEPT = timedelta(days=2)
MAX_FILENAME = 200
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class FileView:
    """A staged file as people see it: what was found, what is proposed, and what stands against it."""

    file: ImportFile
    sheet: Sheet
    columns: tuple[Proposal, ...]
    faults: tuple[RowError, ...]
    latest_run: ImportRun | None

    @property
    def expires_at(self) -> datetime:
        return self.file.touched_at + KEPT

    @property
    def preview(self) -> Sequence[Mapping[str, Any]]:
        return [{"row": row.number, "cells": row.cells} for row in self.sheet.preview]

    @property
    def sheets(self) -> list[Mapping[str, Any]]:
        listed: list[Mapping[str, Any]] = self.file.sheets["items"]
        return listed


def incoming_from(
    path: Path, *, filename: str, source: str | None = None, kind: Kind | None = None
) -> Incoming:
    """A file on this machine, to be taken in without waiting: its first visible sheet, read by its headers.

    Raises:
        UnreadableFileError: It is no table that is read here.
    """
    name = _name_of(filename)
    readable = open_file(path)
    look = look_at(readable, name)
    sheet = _first_of(look)
    with path.open("rb") as content:
        digest = file_digest(content, "sha256").hexdigest()
    return Incoming(
        readable=readable,
        format=look.format,
        encoding=look.encoding,
        sheet=sheet,
        filename=name,
        source=source or name,
        kind=kind or guess_kind(sheet.headers),
        sha256=digest,
        notes=look.notes,
    )


def stage_file(
    uow: UnitOfWork,
    path: Path,
    *,
    filename: str,
    sha256: str,
    source: str | None = None,
    kind: Kind | None = None,
) -> ImportFile:
    """The file waits to be taken in, with what was found in it.

    Args:
        uow: The unit of work.
        path: Where its bytes lie now.
        filename: Its own name; folders before it are cut off.
        sha256: Of its bytes.
        source: Whom it comes from; its name if nobody says.
        kind: What a row of it is; what its headers name best if nobody says.

    Raises:
        UnreadableFileError: It is no table that is read here.
        InvalidError: The source is too long.
    """
    name = _name_of(filename)
    look = look_at(open_file(path), name)
    sheet = _first_of(look)
    file = ImportFile(
        id=ImportFileId(uow.new_id()),
        org_id=uow.actor.organisation,
        filename=name,
        source=words.line(source, "/source") if source else name,
        kind=(kind or guess_kind(sheet.headers)).value,
        size=path.stat().st_size,
        sha256=sha256,
        format=look.format,
        encoding=look.encoding,
        separator=look.separator,
        sheet=sheet.name,
        sheets={"items": [_sheet_json(one) for one in look.sheets]},
        chosen={},
        notes=list(look.notes),
        uploaded_at=uow.now,
        touched_at=uow.now,
    )
    uow.session.add(file)
    uow.session.flush()
    with path.open("rb") as content:
        keep_chunks(uow, file.id, content)
    return file


def choose(
    uow: UnitOfWork,
    file: ImportFile,
    *,
    kind: Kind | None = None,
    source: str | None = None,
    sheet: str | None = None,
    columns: Mapping[str, str | None] | None = None,
) -> None:
    """What the file is and what its columns tell is as given; what is not given stays.

    `columns` are fields by header (None: the column is left out); they replace what was chosen before. A
    new kind or sheet without `columns` forgets what was chosen.

    Raises:
        InvalidError: There is no such sheet, column or field.
    """
    if sheet is not None and sheet not in {one["name"] for one in file.sheets["items"]}:
        raise words.invalid("The workbook has no such sheet.", "/sheet", "one of its sheets")
    if (kind is not None and kind.value != file.kind) or (sheet is not None and sheet != file.sheet):
        file.chosen = {}
    file.kind = kind.value if kind is not None else file.kind
    file.sheet = sheet if sheet is not None else file.sheet
    file.source = words.line(source, "/source") if source else file.source
    if columns is not None:
        file.chosen = _checked(columns, Kind(file.kind), _sheet_of(file))
    file.touched_at = uow.now


def view(uow: UnitOfWork, file: ImportFile) -> FileView:
    """The file as people see it now."""
    sheet = _sheet_of(file)
    incoming = _incoming(uow, file, sheet)
    proposals = tuple(incoming.proposals())
    faults = (*sheet.flaws, *faults_of(proposals, incoming.kind, row=sheet.header_row))
    latest = uow.session.scalars(
        select(ImportRun).where(ImportRun.file_id == file.id).order_by(ImportRun.id.desc()).limit(1)
    ).one_or_none()
    return FileView(file, sheet, proposals, faults, latest)


def get_file(uow: UnitOfWork, file_id: ImportFileId) -> ImportFile:
    """The staged file; NotFoundError if there is none, or none any more."""
    file = uow.session.get(ImportFile, file_id)
    if file is None:
        raise NotFoundError("There is no such file; it was taken in, or waited too long. Upload it again.")
    return file


def list_files(
    uow: UnitOfWork, *, after: ImportFileId | None = None, limit: int = 50
) -> Sequence[ImportFile]:
    """Files that wait, newest first, after the one named."""
    query = select(ImportFile).order_by(ImportFile.id.desc()).limit(limit)
    if after is not None:
        query = query.where(ImportFile.id < after)
    return uow.session.scalars(query).all()


def forget_file(uow: UnitOfWork, file: ImportFile) -> None:
    """The file and its bytes are gone; what runs over it told stays for its own time."""
    uow.session.execute(delete(ImportChunk).where(ImportChunk.owner_id == file.id))
    uow.session.delete(file)
    uow.session.flush()


@contextmanager
def opened(uow: UnitOfWork, file: ImportFile) -> Iterator[Incoming]:
    """The file as it was chosen to be taken in; its bytes lie in a temporary file meanwhile."""
    with tempfile.NamedTemporaryFile(prefix="doorstep-import-") as copy:
        for piece in chunks_of(uow.session, file.id):
            copy.write(piece)
        copy.flush()
        yield _incoming(uow, file, _sheet_of(file), open_file(Path(copy.name)))


def remember(uow: UnitOfWork, incoming: Incoming) -> None:
    """The next file of this kind from this source is read as this one was."""
    columns = {folded(one.header): one.field for one in incoming.proposals() if folded(one.header)}
    uow.session.merge(
        ImportMapping(
            org_id=uow.actor.organisation,
            kind=incoming.kind.value,
            source_key=_source_key(incoming.source),
            source=incoming.source,
            columns=columns,
            used_at=uow.now,
        )
    )


def list_mappings(uow: UnitOfWork, kind: Kind | None = None) -> Sequence[ImportMapping]:
    """The sources whose columns are remembered, most lately used first; at most 200."""
    query = select(ImportMapping).order_by(ImportMapping.used_at.desc(), ImportMapping.source_key).limit(200)
    if kind is not None:
        query = query.where(ImportMapping.kind == kind.value)
    return uow.session.scalars(query).all()


def keep_chunks(uow: UnitOfWork, owner: UUID, content: BinaryIO) -> None:
    """The bytes lie in pieces under `owner`."""
    no = 0
    while piece := content.read(_CHUNK):
        told = {"owner_id": owner, "no": no, "org_id": uow.actor.organisation, "content": piece}
        uow.session.execute(insert(ImportChunk), told)
        no += 1


def chunks_of(session: Session, owner: UUID) -> Iterator[bytes]:
    """The pieces that lie under `owner`, in order, one in memory at a time."""
    no = 0
    query = select(ImportChunk.content).where(ImportChunk.owner_id == owner)
    while (piece := session.scalar(query.where(ImportChunk.no == no))) is not None:
        yield bytes(piece)
        no += 1


def forget_old(uow: UnitOfWork) -> int:
    """Files that nobody touched for two days, and runs that ended so long ago, are gone; returns how many."""
    before = uow.now - KEPT
    busy = select(ImportRun.file_id).where(ImportRun.stage.in_(OPEN_STAGES), ImportRun.file_id.is_not(None))
    files = uow.session.scalars(
        delete(ImportFile)
        .where(ImportFile.touched_at < before, ImportFile.id.not_in(busy))
        .returning(ImportFile.id)
    ).all()
    runs = uow.session.scalars(
        delete(ImportRun).where(ImportRun.finished_at < before).returning(ImportRun.id)
    ).all()
    # A run that a command attended and did not end is over once the command's day is.
    left = uow.session.scalars(
        delete(ImportRun).where(ImportRun.is_attended, ImportRun.asked_at < before).returning(ImportRun.id)
    ).all()
    uow.session.execute(delete(ImportChunk).where(ImportChunk.owner_id.in_([*files, *runs, *left])))
    return len(files) + len(runs) + len(left)


def _incoming(uow: UnitOfWork, file: ImportFile, sheet: Sheet, readable: Readable | None = None) -> Incoming:
    key = (uow.actor.organisation, file.kind, _source_key(file.source))
    remembered = uow.session.get(ImportMapping, key)
    return Incoming(
        readable=readable or _Unread(),
        format=file.format,
        encoding=file.encoding,
        sheet=sheet,
        filename=file.filename,
        source=file.source,
        kind=Kind(file.kind),
        sha256=file.sha256,
        chosen=file.chosen,
        remembered={} if remembered is None else remembered.columns,
        notes=tuple(file.notes),
    )


class _Unread:
    """Stands for the rows of a file that is only looked at."""

    def look(self) -> Look:
        raise NotImplementedError

    def rows(self, sheet: str) -> Any:
        raise NotImplementedError


def _checked(columns: Mapping[str, str | None], kind: Kind, sheet: Sheet) -> dict[str, str | None]:
    """Fields by folded header."""
    known, told = {column.name for column in COLUMNS[kind]}, {folded(header) for header in sheet.headers}
    faults = [
        Fault("/columns", f"«{header}» is no column of this file")
        for header in columns
        if folded(header) not in told
    ]
    faults += [
        Fault("/columns", f"«{field}» is no field of {kind.value}; one of {', '.join(sorted(known))}")
        for field in columns.values()
        if field is not None and field not in known
    ]
    if faults:
        raise InvalidError("The columns are not those of this file and kind.", faults=faults)
    return {folded(header): field for header, field in columns.items()}


def _first_of(look: Look) -> Sheet:
    """The first sheet that people see and that holds something."""
    return next((one for one in look.sheets if one.header_row and not one.is_hidden), look.sheets[0])


def _sheet_of(file: ImportFile) -> Sheet:
    told = next(one for one in file.sheets["items"] if one["name"] == file.sheet)
    return Sheet(
        told["name"],
        told["is_hidden"],
        told["header_row"],
        tuple(told["headers"]),
        tuple(Row(one["row"], one["cells"]) for one in told["preview"]),
        tuple(RowError(**flaw) for flaw in told["flaws"]),
    )


def _sheet_json(sheet: Sheet) -> dict[str, Any]:
    return {
        "name": sheet.name,
        "is_hidden": sheet.is_hidden,
        "is_empty": not sheet.header_row,
        "header_row": sheet.header_row,
        "headers": list(sheet.headers),
        "preview": [
            {"row": row.number, "cells": [shown(cell)[:MAX_SHOWN] for cell in row.cells]}
            for row in sheet.preview
        ],
        "flaws": [flaw.as_json() for flaw in sheet.flaws],
    }


def _source_key(source: str) -> str:
    return " ".join(source.casefold().split())


def _name_of(filename: str) -> str:
    """The file's own name, without the folders of the sender's machine."""
    name = " ".join(filename.replace("\\", "/").rpartition("/")[2].split())
    printable = "".join(one for one in name if one.isprintable())
    return printable[-MAX_FILENAME:] or "import.csv"
