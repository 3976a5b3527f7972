"""`doorstep backup`."""

import sys
from collections.abc import Callable
from pathlib import Path

import click

PASSPHRASE_FILE = click.option(
    "--passphrase-file",
    envvar="BACKUP_PASSPHRASE_FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file with the passphrase that seals the backup. Keep it apart from the backup.",
)


@click.command()
@click.argument("target", type=click.Path(path_type=Path))
@PASSPHRASE_FILE
@click.option("--in-the-clear", is_flag=True, help="Seal nothing: names, addresses and keys lie open.")
@click.option(
    "--files",
    type=click.Choice(["copy", "list"]),
    help="Copy the files, or list their keys and hashes. Default: copy; with S3, list.",
)
@click.option("--verify", is_flag=True, help="Make nothing: check the backup TARGET, every hash of it.")
def command(
    *, target: Path, passphrase_file: Path | None, in_the_clear: bool, files: str | None, verify: bool
) -> None:
    """Write database, files and secrets as one unit to TARGET: a folder, or a file that ends in .tar.

    The database is one moment of itself and goes on serving. TARGET is never overwritten. Ends with 1 if a
    file that a row names is lost or altered; the backup is written all the same.
    """
    from api.backup.making import make_backup
    from api.backup.sealing import read_passphrase
    from api.server.process import this_process
    from field_visits.kernel.clock import SystemClock

    passphrase = None if passphrase_file is None else read_passphrase(passphrase_file)
    target = target.absolute()
    if verify:
        _verify(target, passphrase)
        return
    if (passphrase is None) == (not in_the_clear):
        raise click.ClickException(
            "A backup holds the names and addresses of people and every key of this house. Name a file with a "
            "passphrase by --passphrase-file, or say --in-the-clear if what you write to is sealed by itself."
        )
    process = this_process()
    made = make_backup(
        process,
        target,
        passphrase=passphrase,
        copies_files=files == "copy" if files else process.settings.s3 is None,
        clock=SystemClock(),
        progress=counting("files"),
    )
    for fault in made.faults:
        click.echo(fault)
    copied = f"{made.files} files ({made.bytes:,} bytes)" if made.bytes else f"{made.files} files listed"
    click.echo(f"Written to {target}: the database, {made.logs} logs, {copied}, the secrets.")
    if in_the_clear:
        click.secho(
            "WARNING: NOTHING IN IT IS SEALED. Whoever reads it has every customer's data and every key.",
            fg="red",
            err=True,
        )
    if made.faults:
        click.echo(
            f"{len(made.faults)} files could not be taken along: see above and `doorstep evidence fsck`."
        )
        sys.exit(1)


def _verify(target: Path, passphrase: str | None) -> None:
    from api.backup.restoring import check_files, unlocked
    from api.backup.unit import open_unit

    with open_unit(target) as unit:
        if unit.is_sealed and passphrase is None:
            click.echo(
                "WHOLE as written: every part has its hash. With --passphrase-file each is opened too."
            )
            return
        files = check_files(unit, unlocked(unit, passphrase))
        click.echo(
            f"WHOLE: every part has its hash and opens; {files} files have the hash they are named by."
        )


def counting(what: str) -> Callable[[int], None] | None:
    """Counts on a terminal; a file gets only what was found."""
    if not sys.stderr.isatty():
        return None
    return lambda done: click.echo(f"\r{done:,} {what}", nl=False, err=True)
