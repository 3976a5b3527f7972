"""`doorstep import`: a creditor's file, taken in as a whole or not at all, or undone as a whole."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import file_digest
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import click

if TYPE_CHECKING:
    from api.house import House
    from field_visits.cases.importing.columns import Kind
    from field_visits.cases.importing.models import ImportRun, Task
    from field_visits.kernel.actor import Actor
    from field_visits.kernel.ids import ImportRunId

SHOWN = 50
COMMAND = "doorstep import"


def _columns(
    context: click.Context, parameter: click.Parameter, told: tuple[str, ...]
) -> dict[str, str | None]:
    """`header=field` of each --map; nothing after the = leaves the column out."""
    del context, parameter
    columns: dict[str, str | None] = {}
    for one in told:
        header, parted, field = one.rpartition("=")
        if not parted or not header:
            raise click.BadParameter(f"{one!r} is not of the form HEADER=FIELD.")
        columns[header.strip()] = field.strip() or None
    return columns


@click.command("import")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--organisation", required=True, help="The organisation's short name, as at sign-in.")
@click.option(
    "--kind",
    type=click.Choice(["cases", "contacts", "consents", "payments", "shifts"]),
    help="What one row is; what the headers name best if left out.",
)
@click.option("--source", help="Whom the file comes from; its columns are remembered by this.")
@click.option(
    "--map",
    "columns",
    multiple=True,
    metavar="HEADER=FIELD",
    callback=_columns,
    help="What a column tells; may be repeated.",
)
@click.option("--sheet", help="Which sheet of a workbook; the first visible one if left out.")
@click.option("--dry-run", is_flag=True, help="Report what would happen; write nothing.")
@click.option("--undo", type=click.UUID, metavar="ID", help="Undo this import instead of taking in a file.")
def command(
    *,
    file: Path | None,
    organisation: str,
    kind: str | None,
    source: str | None,
    columns: dict[str, str | None],
    sheet: str | None,
    dry_run: bool,
    undo: UUID | None,
) -> None:
    """Take in FILE (CSV or XLSX; see docs/import.md). A file with errors changes nothing."""
    from field_visits.cases.importing.columns import Kind
    from field_visits.cases.importing.models import Task

    if (file is None) == (undo is None):
        raise click.UsageError("Name a file to take in, or the import to --undo.")
    with _house(organisation) as (house, actor):
        if undo is not None:
            _tell_undone(_carried_out(house, actor, _asked_to_undo(house, actor, undo)))
            return
        assert file is not None  # noqa: S101 - one of the two was named
        run = _staged(
            house,
            actor,
            file,
            Task.CHECK if dry_run else Task.APPLY,
            source=source,
            kind=None if kind is None else Kind(kind),
            sheet=sheet,
            columns=columns,
        )
        _tell(_carried_out(house, actor, run), dry_run=dry_run)


@contextmanager
def _house(organisation: str) -> Iterator[tuple["House", "Actor"]]:
    """The house, and who acts in it; sentences of the domain become the command's."""
    from api.server.composing import open_house
    from api.server.process import this_process, with_database
    from field_visits.identity.queries import find_organisation
    from field_visits.kernel.actor import system_actor
    from field_visits.kernel.errors import DomainError

    house = open_house(with_database(this_process()))
    try:
        with house.database.transaction(None) as session:
            found = find_organisation(session, organisation)
        if found is None:
            raise click.ClickException(f"There is no organisation {organisation!r}.")
        yield house, system_actor(found, COMMAND)
    except DomainError as error:
        raise click.ClickException(error.sentence) from error
    finally:
        house.close()


def _staged(
    house: "House",
    actor: "Actor",
    path: Path,
    task: "Task",
    *,
    source: str | None,
    kind: "Kind | None",
    sheet: str | None,
    columns: dict[str, str | None],
) -> "ImportRunId":
    """The file waits, with a run that this command attends to."""
    from field_visits.cases.importing import running, staging

    with path.open("rb") as content:
        digest = file_digest(content, "sha256").hexdigest()
    with house.work(actor) as uow:
        file = staging.stage_file(uow, path, filename=path.name, sha256=digest, source=source, kind=kind)
        staging.choose(uow, file, sheet=sheet)
        staging.choose(uow, file, columns=columns)
        for note in file.notes:
            click.echo(note)
        return running.ask(uow, task, file=file, is_attended=True).id


def _asked_to_undo(house: "House", actor: "Actor", import_id: UUID) -> "ImportRunId":
    """A run that undoes the import, and that this command attends to."""
    from field_visits.cases import queries
    from field_visits.cases.importing import running
    from field_visits.cases.importing.models import Task
    from field_visits.kernel.ids import ImportId

    with house.work(actor) as uow:
        imported = queries.get_import(uow, ImportId(import_id))
        return running.ask(uow, Task.UNDO, imported=imported, is_attended=True).id


def _tell_undone(run: "ImportRun") -> None:
    if run.failure is not None:
        for one in run.failure["blocking"]:
            click.echo(f"{one['reference']}: {one['what']}", err=True)
        raise click.ClickException(run.failure["detail"])
    click.echo(f"Undone: {run.rows_done:,} rows of the records are as they were.")
    click.echo(f"Receipt: {run.receipt}")


def _carried_out(house: "House", actor: "Actor", run_id: "ImportRunId") -> "ImportRun":
    """The run once it is over. Its file and the run itself are forgotten: the command has told everything."""
    from field_visits.cases.importing import running, staging
    from field_visits.cases.importing.models import ImportFile

    try:
        with _told_progress() as watch:
            running.carry_out(lambda: house.work(actor), house.work, run_id, watch=watch)
    finally:
        with house.work(actor) as uow:
            run = running.get_run(uow, run_id)
            file = uow.session.get(ImportFile, run.file_id) if run.file_id else None
            if file is not None:
                staging.forget_file(uow, file)
            uow.session.delete(run)
    return run


@contextmanager
def _told_progress() -> Iterator[Callable[[str, int, int | None], None]]:
    """Shows how far it is on one line of a terminal; says nothing where nobody watches."""
    is_watched = sys.stderr.isatty()

    def tell(phase: str, done: int, total: int | None) -> None:
        if is_watched:
            of = "" if total is None else f" of {total:,}"
            click.echo(f"\r\x1b[K{phase}: {done:,}{of} rows", nl=False, err=True)

    try:
        yield tell
    finally:
        if is_watched:
            click.echo("\r\x1b[K", nl=False, err=True)


def _tell(run: "ImportRun", *, dry_run: bool) -> None:
    report = run.report
    if report is None:
        raise click.ClickException((run.failure or {}).get("detail", "The import did not end."))
    if report["ignored_columns"]:
        click.echo(f"Ignored columns: {', '.join(report['ignored_columns'])}.")
    for error in report["errors"][:SHOWN]:
        place = f"row {error['row']}" if error["row"] else "the file"
        click.echo(f"{place}{', ' if error['column'] else ''}{error['column']}: {error['detail']}", err=True)
    if report["error_count"]:
        more = report["error_count"] - min(SHOWN, len(report["errors"]))
        also = f" ({more} more are not shown)" if more else ""
        raise click.ClickException(f"{report['error_count']} errors{also}; nothing was applied.")
    for question in report["questions"][:SHOWN]:
        click.echo(
            f"row {question['row']}, {question['column']}: {question['rule_id']}: {question['detail']}",
            err=True,
        )
    if report["question_count"]:
        click.echo(
            f"{report['question_count']} questions of law; they stop nothing, but look at them first.",
            err=True,
        )
    done = "Would change" if dry_run else "Imported"
    click.echo(
        f"{done}: {report['created']} new, {report['updated']} updated, {report['unchanged']} unchanged"
        f" of {report['rows']} rows."
    )
    if run.receipt is not None:
        click.echo(f"Import: {run.import_id}")
        click.echo(f"Receipt: {run.receipt}")
