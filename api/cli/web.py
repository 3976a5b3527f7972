"""`doorstep web`: the screens, built."""

from pathlib import Path

import click

from api.web.building import Web

FOLDER = Path(__file__).parents[2] / "web"


@click.command()
@click.option("--check", is_flag=True, help="Check the types and build nothing.")
@click.option("--types", is_flag=True, help="Write the types of the API anew, from openapi.yaml.")
def command(*, check: bool, types: bool) -> None:
    """Build the screens, if their sources changed since the last time."""
    web = Web(FOLDER, say=click.echo)
    if not check and not types:
        click.echo("The screens are built." if web.build() else "The screens are as their sources say.")
        return
    node = web.install()
    if types:
        web.run(node, "run", "types", "--", "api/schema.d.ts")
    if check:
        web.run(node, "run", "check")
        click.echo("The screens' types hold together.")
