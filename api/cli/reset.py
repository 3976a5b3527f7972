"""`doorstep reset`."""

import shutil

import click

from api.server.postgres import EmbeddedPostgres
from api.server.secrets import Secrets
from api.settings import read_settings


@click.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def command(*, yes: bool) -> None:
    """Remove the embedded database, objects and secrets of DATA_DIR, for good."""
    folder = read_settings().data_dir
    if not folder.exists():
        print(f"There is nothing in {folder}.")
        return
    if not yes:
        click.confirm(
            f"Everything in {folder} will be removed: database, objects, secrets. Go on?", abort=True
        )
    EmbeddedPostgres(folder, Secrets.open(folder / "secrets")).remove()
    shutil.rmtree(folder)
    print(f"{folder} is gone. `make run` starts anew.")
