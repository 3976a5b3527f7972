"""One file is taken in as a whole, or not at all, with an entry for the import and one for each change."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from field_visits.cases import words
from field_visits.cases.importing.cells import NamedRow
from field_visits.cases.importing.changes import Comparing, Difference
from field_visits.cases.importing.columns import Kind
from field_visits.cases.importing.ground import Ground
from field_visits.cases.importing.kinds import KINDS
from field_visits.cases.importing.mapping import Choices, Proposal, faults_of, propose
from field_visits.cases.importing.reading.faults import UnreadableFileError
from field_visits.cases.importing.reading.table import Readable, Row, Sheet, is_blank
from field_visits.cases.importing.report import MAX_LISTED, ImportReport, RowError, RowQuestion, RowUpdate
from field_visits.cases.models import Import
from field_visits.identity.queries import get_organisation
from field_visits.kernel.db import lock
from field_visits.kernel.errors import StaleError
from field_visits.kernel.ids import EntryId, ImportId
from field_visits.unit_of_work import Move, Receipt, Refused, UnitOfWork
from field_visits.workforce.queries import organisation_zone

# Rows written at once: many enough for set-based writing, few enough for bounded memory.
BATCH = 500
# Errors that the downloadable file holds; all are counted.
MAX_KEPT = 20_000

# Told after each batch: what is done, how many rows of it, of how many if that is known. May raise to stop.
Watch = Callable[[str, int, int | None], None]


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file as somebody chose to take it in.

    Attributes:
        readable: Its rows.
        format: What it is.
        encoding: How its text is written; None for a workbook.
        sheet: Which sheet.
        filename: The file's own name.
        source: Whom it comes from, for the record.
        kind: What a row of it is.
        sha256: Of its bytes.
        chosen: Columns whose field was chosen by a person.
        remembered: Columns whose field was chosen for this source before.
        notes: What a person should look at.
    """

    readable: Readable
    format: str
    encoding: str | None
    sheet: Sheet
    filename: str
    source: str
    kind: Kind
    sha256: str
    chosen: Choices = field(default_factory=dict)
    remembered: Choices = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def proposals(self) -> list[Proposal]:
        """The field of each of its columns."""
        return propose(self.sheet.headers, self.kind, chosen=self.chosen, remembered=self.remembered)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file: its report, up to 20,000 of its errors, and the import if it was taken in."""

    report: ImportReport
    errors: tuple[RowError, ...]
    import_id: ImportId | None = None
    receipt: Receipt | None = None


def _unwatched(phase: str, done: int, total: int | None) -> None:
    """Where nobody looks on."""
    del phase, done, total


def check_file(uow: UnitOfWork, incoming: Incoming, *, watch: Watch = _unwatched) -> Outcome:
    """What taking the file in would do. Nothing is written."""
    found = _Findings(_blank(incoming))
    _gather(uow, incoming, found, watch, keep=False)
    return Outcome(found.report(), tuple(found.errors))


def import_file(uow: UnitOfWork, incoming: Incoming, *, watch: Watch = _unwatched) -> Outcome:
    """What the file tells is recorded: what is new is opened, what differs updated, the rest left alone.

    Rows are matched by their references, so that the same file twice changes nothing. Any error refuses the
    whole file; the refusal is recorded.

    Raises:
        InvalidError: `source` is empty or too long.
        StaleError: Somebody recorded one of the references at the same moment; nothing was applied.
    Evidence: import:file:applied with one entry for each row of the records that changed, each naming the
        import as its cause; import:file:refused.
    """
    # Two imports of one organisation wait for each other; they would meet in the same references.
    lock(uow.session, uow.actor.organisation)
    found = _Findings(_blank(incoming))
    rows = _gather(uow, incoming, found, watch, keep=True)
    report = found.report()
    taken = _import_of(uow, report)
    if not report.is_sound:
        told = {
            "source": report.source,
            "filename": report.filename,
            "kind": report.kind,
            "file_sha256": report.file_sha256,
            "errors": [error.for_log() for error in report.errors],
            "error_count": report.error_count,
        }
        refused = uow.refuse(Move(taken, "apply", facts=told), "The file has errors; nothing was applied.")
        return Outcome(report, tuple(found.errors), receipt=refused.receipt)
    outcome = uow.apply(taken, "apply", facts=_facts(incoming, report))
    if isinstance(outcome, Refused):
        raise StaleError(outcome.detail)
    comparing = KINDS[incoming.kind].compare(uow)
    done = 0
    for batch in _batches(rows):
        _write(uow, comparing.differences(batch, lock=True), cause=outcome.receipt.entry_id)
        done += len(batch)
        watch("writing", done, len(rows))
    return Outcome(report, (), taken.id, outcome.receipt)


class _Findings:
    """The report while it grows."""

    def __init__(self, blank: ImportReport) -> None:
        self._blank = blank
        self.errors: list[RowError] = []
        self.questions: list[RowQuestion] = []
        self.error_count = self.question_count = self.rows = 0
        self.created = self.updated = self.unchanged = 0
        self.updates: list[RowUpdate] = []

    def add(self, *errors: RowError) -> None:
        self.error_count += len(errors)
        self.errors += errors[: max(0, MAX_KEPT - len(self.errors))]

    def count(self, number: int, difference: Difference) -> None:
        self.add(*difference.errors)
        self.question_count += len(difference.questions)
        self.questions += difference.questions[: max(0, MAX_LISTED - len(self.questions))]
        if difference.is_new:
            self.created += 1
        elif difference.columns:
            self.updated += 1
            if len(self.updates) < MAX_LISTED:
                self.updates.append(RowUpdate(number, difference.reference, tuple(difference.columns)))
        else:
            self.unchanged += 1

    def report(self) -> ImportReport:
        self.errors.sort(key=lambda error: error.row)
        return replace(
            self._blank,
            rows=self.rows,
            created=self.created,
            updated=self.updated,
            unchanged=self.unchanged,
            errors=tuple(self.errors[:MAX_LISTED]),
            error_count=self.error_count,
            questions=tuple(self.questions),
            question_count=self.question_count,
            updates=tuple(self.updates),
        )


def _blank(incoming: Incoming) -> ImportReport:
    return ImportReport(
        kind=incoming.kind.value,
        source=words.line(incoming.source, "/source"),
        filename=incoming.filename,
        file_sha256=incoming.sha256,
        format=incoming.format,
        encoding=incoming.encoding,
        ignored_columns=tuple(
            proposal.header or f"column {proposal.position + 1}"
            for proposal in incoming.proposals()
            if proposal.field is None
        ),
        notes=incoming.notes,
    )


def _gather(uow: UnitOfWork, incoming: Incoming, found: _Findings, watch: Watch, *, keep: bool) -> list[Any]:
    """Every row that can be taken, after it was compared with the records; `keep` locks what it will change."""
    proposals = incoming.proposals()
    found.add(*incoming.sheet.flaws, *faults_of(proposals, incoming.kind, row=incoming.sheet.header_row))
    if found.error_count:
        return []
    kind = KINDS[incoming.kind]
    rows = _parsed(uow, incoming, proposals, found, watch)
    found.add(*kind.contradictions(rows))
    comparing: Comparing = kind.compare(uow)
    done = 0
    for batch in _batches(rows):
        for row, difference in zip(batch, comparing.differences(batch, lock=keep), strict=True):
            found.count(row.number, difference)
        done += len(batch)
        watch("comparing", done, len(rows))
    return rows


def _parsed(
    uow: UnitOfWork, incoming: Incoming, proposals: Sequence[Proposal], found: _Findings, watch: Watch
) -> list[Any]:
    organisation = get_organisation(uow)
    ground = Ground(organisation_zone(uow), organisation.currency, organisation.country, uow.now)
    parse = KINDS[incoming.kind].parse
    rows: list[Any] = []
    try:
        with incoming.readable.rows(incoming.sheet.name) as told:
            for row in told:
                found.rows += 1
                named = _named(row, proposals, found)
                parsed = None if named is None else parse(named, ground)
                if isinstance(parsed, tuple):
                    found.add(*parsed)
                elif parsed is not None:
                    rows.append(parsed)
                if found.rows % BATCH == 0:
                    watch("reading", found.rows, None)
    except UnreadableFileError as error:
        found.add(RowError(error.row, "", error.detail, error.code))
    if not found.rows and not found.error_count:
        header = incoming.sheet.header_row
        found.add(RowError(header, "", "There is no row below the header; nothing to take in.", "file-empty"))
    return rows


def _named(row: Row, proposals: Sequence[Proposal], found: _Findings) -> NamedRow | None:
    cells = row.cells
    while len(cells) > len(proposals) and is_blank(cells[-1]):
        cells = cells[:-1]
    if len(cells) != len(proposals):
        detail = (
            f"The row has {len(cells)} cells and the header {len(proposals)}; is a quote or a header missing?"
        )
        found.add(RowError(row.number, "", detail, "row-width"))
        return None
    return NamedRow(
        row.number,
        {one.field: cell for one, cell in zip(proposals, cells, strict=True) if one.field is not None},
    )


def _import_of(uow: UnitOfWork, report: ImportReport) -> Import:
    return Import(
        id=ImportId(uow.new_id()),
        kind=report.kind,
        source=report.source,
        filename=report.filename,
        file_sha256=report.file_sha256,
        rows=report.rows,
        created=report.created,
        updated=report.updated,
        unchanged=report.unchanged,
        applied_at=uow.now,
        undone_at=None,
    )


def _facts(incoming: Incoming, report: ImportReport) -> dict[str, Any]:
    return {
        "format": incoming.format,
        "encoding": incoming.encoding,
        "sheet": incoming.sheet.name,
        "columns": {one.header: one.field for one in incoming.proposals() if one.field is not None},
        "ignored_columns": list(report.ignored_columns),
        "question_count": report.question_count,
        "questions": [question.as_json() for question in report.questions],
    }


def _write(uow: UnitOfWork, differences: Sequence[Difference], *, cause: EntryId) -> None:
    """The moves of many rows, step by step: each row of the records stands in a step once."""
    for step in sorted({step for difference in differences for step in difference.steps}):
        moves = [move for difference in differences for move in difference.steps.get(step, ())]
        outcome = uow.apply_all([replace(move, cause=cause) for move in moves])
        if isinstance(outcome, Refused):
            # An exception, not a value: what earlier batches wrote must not stay.
            raise StaleError(
                f"{outcome.detail} It came in at the same moment; nothing was applied, send it again."
            )


def _batches(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]
