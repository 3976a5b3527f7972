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
    postgres = EmbeddedPostgres(folder, Secrets.open(folder / "secrets"))
    # As root the database lies elsewhere, and stays there when somebody removes the folder by hand.
    home = postgres.place.home
    left = [path for path in (folder, home) if path.exists() and not path.is_relative_to(folder / "postgres")]
    if not left:
        print(f"There is nothing in {folder}.")
        return
    if not yes:
        named = " and ".join(map(str, left))
        click.confirm(
            f"Everything in {named} will be removed: database, objects, secrets. Go on?", abort=True
        )
    postgres.remove()
    shutil.rmtree(folder)
    print(f"{folder} is gone. `make run` starts anew.")
