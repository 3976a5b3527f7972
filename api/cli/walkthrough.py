"""`doorstep walkthrough`."""

from pathlib import Path
from time import perf_counter

import click

from api.walkthrough.client import WalkthroughError
from api.walkthrough.story import walk_through
from field_visits.kernel.errors import DomainError


@click.command()
@click.option(
    "--addresses",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A CSV file with the columns id, street, housenumber, postcode, city, lat, lon; people are invented.",
)
@click.option("--port", default=0, show_default="a free one", help="The port of its own server.")
def command(addresses: Path | None, port: int) -> None:
    """Carry one real visit from an address file to a verified bundle, on a server of its own."""
    begun = perf_counter()
    try:
        result = walk_through(None if addresses is None else addresses.read_bytes(), port=port)
    except (WalkthroughError, DomainError) as error:
        raise click.ClickException(f"The walkthrough ends here: {error}") from error
    print(
        f"\nDone in {perf_counter() - begun:.1f} s: {result.imported} cases, {result.planned} visits planned, "
        f"one of them carried to a bundle that checks itself."
    )
