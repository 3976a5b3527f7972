"""`doorstep seed-demo`: the preparation that `doorstep demo` runs before it serves."""

import json
from pathlib import Path

import click

from api.server.composing import open_house
from api.server.process import this_process


@click.command(hidden=True)
@click.option(
    "--tell",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write the day that the demo opens on.",
)
def command(tell: Path | None) -> None:
    """Found the demo organisation if it is not there, and give it a day with visits."""
    from api.demo.day import prepare
    from api.demo.people import PEOPLE
    from api.demo.seed import find, seed

    process = this_process()
    house = open_house(process)
    organisation = find(house)
    if organisation is None:
        print("Founding the demo organisation with its people and 120 customers …", flush=True)
        passwords = {person.username: process.secrets.text(person.secret) for person in PEOPLE}
        organisation = seed(house, passwords)
    opening = prepare(house, organisation)
    house.close()
    if tell is not None:
        tell.write_text(
            json.dumps({"day": opening.day.isoformat(), "visits": opening.visits}), encoding="utf-8"
        )
