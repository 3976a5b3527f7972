"""One file is taken in as a whole, or not at all, with an entry for the import and one for each change."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from hashlib import sha256

from field_visits.cases import words
from field_visits.cases.importing.comparing import Comparison, Difference
from field_visits.cases.importing.parsing import CaseRow, contradictions, parse_row
from field_visits.cases.importing.reading import Table, UnreadableFileError, read_table
from field_visits.cases.importing.report import MAX_LISTED, ImportReport, RowError, RowUpdate
from field_visits.cases.models import Import
from field_visits.kernel.db import lock
from field_visits.kernel.errors import StaleError
from field_visits.kernel.ids import EntryId, ImportId
from field_visits.unit_of_work import Move, Refused, UnitOfWork

# Rows written at once: many enough for set-based writing, few enough for bounded memory.
BATCH = 500


def import_file(uow: UnitOfWork, raw: bytes, *, source: str, dry_run: bool = False) -> ImportReport:
    """The cases of a creditor's file are recorded: new ones opened, changed ones updated, the rest left alone.

    Rows are matched by the creditor's reference, so that the same file twice changes nothing. Any error
    refuses the whole file; the refusal is recorded, unless it is a dry run, which writes nothing at all.

    Raises:
        InvalidError: `source` (the file's name, for the record) is empty or too long.
        StaleError: Somebody recorded one of the references at the same moment; nothing was applied.
    Evidence: import:file:applied with one entry a customer, address and case that changed, each naming the
        import as its cause; import:file:refused.
    """
    source = words.line(source, "/source")
    blank = ImportReport(
        source=source,
        file_sha256=sha256(raw).hexdigest(),
        encoding="",
        rows=0,
        created=0,
        updated=0,
        unchanged=0,
        errors=(),
        error_count=0,
        updates=(),
        ignored_columns=(),
        notes=(),
        is_dry_run=dry_run,
    )
    try:
        table = read_table(raw)
    except UnreadableFileError as error:
        return _concluded(uow, replace(blank, errors=error.errors, error_count=len(error.errors)), None)
    if not dry_run:
        # Two imports of one organisation wait for each other; they would meet in the same references.
        lock(uow.session, uow.actor.organisation)
    report, rows = _checked(uow, _read_report(blank, table), table, keep=not dry_run)
    return _concluded(uow, report, rows)


def _read_report(blank: ImportReport, table: Table) -> ImportReport:
    notes = () if table.encoding == "UTF-8" else (f"Read as {table.encoding}; look at the names.",)
    return replace(
        blank,
        encoding=table.encoding,
        rows=len(table.rows) + len(table.faults),
        ignored_columns=table.ignored_columns,
        notes=notes,
    )


def _checked(
    uow: UnitOfWork, report: ImportReport, table: Table, *, keep: bool
) -> tuple[ImportReport, list[CaseRow]]:
    """The report of everything the file would do, and its rows; `keep` locks what it will change."""
    errors: list[RowError] = list(table.faults)
    rows: list[CaseRow] = []
    for told in table.rows:
        parsed = parse_row(told)
        if isinstance(parsed, CaseRow):
            rows.append(parsed)
        else:
            errors += parsed
    errors += contradictions(rows)
    created = updated = unchanged = 0
    updates: list[RowUpdate] = []
    comparison = Comparison(uow)
    for batch in _batches(rows):
        for row, difference in zip(batch, comparison.differences(batch, lock=keep), strict=True):
            errors += difference.errors
            if difference.is_new:
                created += 1
            elif difference.columns:
                updated += 1
                updates.append(RowUpdate(row.number, row.reference, tuple(difference.columns)))
            else:
                unchanged += 1
    errors.sort(key=lambda error: error.row)
    report = replace(
        report,
        created=created,
        updated=updated,
        unchanged=unchanged,
        errors=tuple(errors[:MAX_LISTED]),
        error_count=len(errors),
        updates=tuple(updates[:MAX_LISTED]),
    )
    return report, rows


def _concluded(uow: UnitOfWork, report: ImportReport, rows: Sequence[CaseRow] | None) -> ImportReport:
    """The file applied, or its refusal recorded, or nothing for a dry run."""
    if report.is_dry_run:
        return report
    taken = Import(
        id=ImportId(uow.new_id()),
        source=report.source,
        file_sha256=report.file_sha256,
        rows=report.rows,
        created=report.created,
        updated=report.updated,
        unchanged=report.unchanged,
        applied_at=uow.now,
    )
    if not report.is_sound or rows is None:
        told = {
            "source": report.source,
            "file_sha256": report.file_sha256,
            "errors": [error.as_json() for error in report.errors],
            "error_count": report.error_count,
        }
        refused = uow.refuse(Move(taken, "apply", facts=told), "The file has errors; nothing was applied.")
        return replace(report, receipt=refused.receipt)
    facts = {"encoding": report.encoding, "ignored_columns": list(report.ignored_columns)}
    outcome = uow.apply(taken, "apply", facts=facts)
    if isinstance(outcome, Refused):
        raise StaleError(outcome.detail)
    comparison = Comparison(uow)
    for batch in _batches(rows):
        _write(uow, comparison.differences(batch, lock=True), cause=outcome.receipt.entry_id)
    return replace(report, is_applied=True, import_id=taken.id, receipt=outcome.receipt)


def _write(uow: UnitOfWork, differences: Sequence[Difference], *, cause: EntryId) -> None:
    """One wave for people, doors and cases, and a second for assignments: each row once a wave."""
    first = [move for difference in differences for move in difference.people]
    first += [move for difference in differences for move in difference.doors]
    first += [move for difference in differences for move in difference.works]
    second = [move for difference in differences for move in difference.assignments]
    for wave in (first, second):
        if not wave:
            continue
        outcome = uow.apply_all([replace(move, cause=cause) for move in wave])
        if isinstance(outcome, Refused):
            # An exception, not a value: what earlier batches wrote must not stay.
            raise StaleError(
                f"{outcome.detail} It came in at the same moment; nothing was applied, send it again."
            )


def _batches(rows: Sequence[CaseRow]) -> Iterator[Sequence[CaseRow]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]
