"""`doorstep restore`."""

import sys
from pathlib import Path

import click

from api.cli.backup import PASSPHRASE_FILE, counting


@click.command()
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@PASSPHRASE_FILE
def command(*, source: Path, passphrase_file: Path | None) -> None:
    """Put the backup SOURCE back into an empty place: DATA_DIR, and the database that the settings name.

    Every hash is checked before anything is written. Ends with `doorstep evidence fsck`: 0 if all is whole.
    """
    from api.backup.restoring import ELSEWHERE, restored, unlocked
    from api.backup.sealing import read_passphrase
    from api.backup.unit import open_unit
    from api.cli.evidence import audit
    from api.server.composing import open_house
    from api.server.process import this_process

    passphrase = None if passphrase_file is None else read_passphrase(passphrase_file)
    process = this_process()
    scratch = process.settings.data_dir.parent
    scratch.mkdir(parents=True, exist_ok=True)
    with open_unit(source.absolute(), scratch=scratch) as unit:
        click.echo(f"Every part of {source} has its hash; made at {unit.about['made_at']}.")
        seal = unlocked(unit, passphrase)
        with restored(process, unit, seal, progress=counting("files")) as (running, found):
            click.echo(f"The database, {found.files} files and the secrets are back.")
            house = open_house(running)
            try:
                is_whole = audit(running, house)
            finally:
                house.close()
    if found.missing:
        click.echo(f"{found.missing} files are neither in the backup nor in the store; each is named above.")
    for name in found.elsewhere:
        click.echo(
            f"The secret «{name}» was kept elsewhere: it lies in {process.settings.data_dir / ELSEWHERE / name}. "
            "Put it where its setting points."
        )
    click.echo(
        "`doorstep serve` serves it." if is_whole else "It serves, but what is named above is damaged."
    )
    sys.exit(0 if is_whole else 1)
