"""`doorstep doctor`."""

import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from api.doctor.findings import Finding


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs: one JSON document.")
@click.option("--port", default=8000, show_default=True, help="The port that is, or will be, served.")
def command(*, as_json: bool, port: int) -> None:
    """Look at everything that must be right, and say what to do where it is not.

    Changes nothing. Ends with 1 if something is bad; what is only worth knowing does not count.
    """
    findings = list(_look(port))
    is_well = not any(each.level == "bad" for each in findings)
    if as_json:
        click.echo(
            json.dumps({"is_well": is_well, "checks": [each.as_json() for each in findings]}, indent=1)
        )
    else:
        for each in findings:
            mark, colour = {"ok": ("ok  ", "green"), "note": ("note", "yellow"), "bad": ("BAD ", "red")}[
                each.level
            ]
            click.echo(f"{click.style(mark, fg=colour)}  {each.name}: {each.told}")
            if each.do:
                click.echo(f"      → {each.do}")
        click.echo("All is well." if is_well else "Something is bad: see above.")
    sys.exit(0 if is_well else 1)


def _look(port: int) -> "Iterator[Finding]":
    from api.doctor import database, machine, objects, roads
    from api.doctor.findings import bad
    from api.server.errors import StartError
    from api.server.process import this_process
    from field_visits.kernel.clock import SystemClock

    yield from machine.python()
    try:
        process = this_process()
    except StartError as error:
        yield bad("settings", str(error), "Mend it first; the rest cannot be looked at.")
        return
    yield from machine.data_folder(process)
    yield from machine.secrets(process)
    yield from database.database(process, SystemClock())
    yield from objects.objects(process)
    yield from roads.roads(process.settings.roads)
    yield from machine.screens()
    yield from machine.port(port)
    yield from machine.public_address(process)
