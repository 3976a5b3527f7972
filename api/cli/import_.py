"""`doorstep import`: a creditor's file, taken in as a whole or not at all."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from field_visits.cases.importing import ImportReport

SHOWN = 50


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--organisation", required=True, help="The organisation's short name, as at sign-in.")
@click.option("--dry-run", is_flag=True, help="Report what would happen; write nothing.")
def command(*, file: Path, organisation: str, dry_run: bool) -> None:
    """Take in the cases of FILE (CSV; see docs/import.md). A file with errors changes nothing."""
    report = _import(file, organisation, dry_run=dry_run)
    for note in report.notes:
        click.echo(note)
    if report.ignored_columns:
        click.echo(f"Ignored columns: {', '.join(report.ignored_columns)}.")
    for error in report.errors[:SHOWN]:
        place = f"row {error.row}" + (f", {error.column}" if error.column else "")
        click.echo(f"{place}: {error.detail}", err=True)
    if not report.is_sound:
        more = report.error_count - min(SHOWN, len(report.errors))
        also = f" ({more} more are not shown)" if more else ""
        raise click.ClickException(f"{report.error_count} errors{also}; nothing was applied.")
    done = "Would change" if dry_run else "Imported"
    click.echo(
        f"{done}: {report.created} new, {report.updated} updated, {report.unchanged} unchanged"
        f" of {report.rows} rows."
    )
    if report.receipt is not None:
        click.echo(f"Receipt: {report.receipt.hash}")


def _import(file: Path, organisation: str, *, dry_run: bool) -> "ImportReport":
    from api.server.composing import open_house
    from api.server.process import this_process, with_database
    from field_visits.cases.importing import import_file
    from field_visits.identity.queries import find_organisation
    from field_visits.kernel.actor import system_actor
    from field_visits.kernel.errors import DomainError

    house = open_house(with_database(this_process()))
    try:
        with house.database.transaction(None) as session:
            found = find_organisation(session, organisation)
        if found is None:
            raise click.ClickException(f"There is no organisation {organisation!r}.")
        with house.work(system_actor(found, "doorstep import")) as uow:
            return import_file(uow, file.read_bytes(), source=file.name, dry_run=dry_run)
    except DomainError as error:
        raise click.ClickException(error.sentence) from error
    finally:
        house.close()
