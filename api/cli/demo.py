"""`doorstep demo`: what `make run` starts."""

import json
from datetime import date
from pathlib import Path

import click

from api.demo.people import FACES, NAME, PEOPLE, SECRETS, SLUG, TIMEZONE
from api.server.errors import StartError
from api.server.installation import API, Installation
from api.server.secrets import Secrets
from api.settings import read_settings


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, help="The port to listen on.")
def command(*, host: str, port: int) -> None:
    """Serve with a demo organisation: invented people in Shanghai, on a day that has visits."""
    settings = read_settings()
    if settings.database_url is not None:
        raise StartError(
            "The demo brings its own database and shows its passwords: unset DATABASE_URL for it, "
            "or start `doorstep serve` for yours."
        )
    installation = Installation(settings, host=host, port=port)
    opening = settings.data_dir / "demo.json"

    def say(line: str) -> None:
        print(line, flush=True)
        if line == f"{API}: running":
            print(welcome(f"http://localhost:{port}", installation.secrets, opening), flush=True)

    before = ["seed-demo", "--tell", str(opening)]
    raise SystemExit(installation.run(before=before, demo_passwords=SECRETS, say=say))


def welcome(url: str, secrets: Secrets, opening: Path) -> str:
    """What to open, as whom, and on which day; the only place where demo passwords are shown."""
    told = json.loads(opening.read_text(encoding="utf-8"))
    day = date.fromisoformat(told["day"])
    by_name = {person.username: person for person in PEOPLE}
    first = [by_name[name] for name in FACES]
    rows = [
        (person.role.value, person.username, secrets.text(person.secret), person.name)
        for person in [*first, *(one for one in PEOPLE if one not in first)]
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = [
        "",
        f"  {NAME}",
        f"  Opens on {day:%A, %-d %B %Y} ({TIMEZONE}) with {told['visits']} visits to make.",
        "",
        f"  Collector         {url}/m?organisation={SLUG}",
        f"  Dispatcher        {url}/dispatch?organisation={SLUG}",
        f"  Legal             {url}/legal?organisation={SLUG}",
        f"  API description   {url}/docs",
        f"  Health            {url}/health/ready",
        "",
        f"  Everybody signs in with the organisation «{SLUG}», their user name and their password:",
        "",
        f"  {'as':{widths[0]}}  {'user name':{widths[1]}}  {'password':{widths[2]}}",
        *(f"  {row[0]:{widths[0]}}  {row[1]:{widths[1]}}  {row[2]:{widths[2]}}  {row[3]}" for row in rows),
        "",
        "  Everybody here is invented; positions are about right. Ctrl-C stops it; the data stays.",
        "",
    ]
    return "\n".join(lines)
