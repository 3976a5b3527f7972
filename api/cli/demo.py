"""`doorstep demo`: what `make run` starts."""

import io
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import click
import segno

from api.demo.people import FACES, NAME, PEOPLE, SECRETS, SLUG, TIMEZONE
from api.server.errors import StartError
from api.server.installation import API, Installation
from api.server.lan.address import bracketed, lan_address
from api.server.lan.authority import Authority
from api.server.lan.trust_page import TrustPage, served
from api.server.secrets import Secrets
from api.settings import Settings, read_settings
from field_visits.kernel.clock import SystemClock


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, help="The port to listen on.")
@click.option(
    "--lan",
    is_flag=False,
    flag_value="1",
    metavar="[ADDRESS]",
    help="Serve with TLS to phones in the same network, on the address by which this machine is reached there.",
)
def command(*, host: str, port: int, lan: str | None) -> None:
    """Serve with a demo organisation: invented people in Shanghai, on a day that has visits."""
    settings = read_settings()
    if settings.database_url is not None:
        raise StartError(
            "The demo brings its own database and shows its passwords: unset DATABASE_URL for it, "
            "or start `doorstep serve` for yours."
        )
    if lan is None:
        installation = Installation(settings, host=host, port=port)
        raise SystemExit(_run(installation, settings, f"http://localhost:{port}"))
    address = lan_address(None if lan == "1" else lan)
    url = f"https://{bracketed(address)}:{port}"
    settings = replace(settings, public_url=url)
    authority = Authority(settings.data_dir / "tls")
    files = authority.serve(address, SystemClock().now())
    installation = Installation(settings, host=str(address), port=port, tls=files)
    page = TrustPage(f"{url}/m?organisation={SLUG}", authority.fingerprint(), files.authority.read_bytes())
    with served(page, address, port + 1) as page_url:
        status = _run(installation, settings, url, phones=for_phones(page_url, page.fingerprint))
    raise SystemExit(status)


def _run(installation: Installation, settings: Settings, url: str, *, phones: str = "") -> int:
    opening = settings.data_dir / "demo.json"

    def say(line: str) -> None:
        print(line, flush=True)
        if line == f"{API}: running":
            print(welcome(url, installation.secrets, opening) + phones, flush=True)

    before = ["seed-demo", "--tell", str(opening)]
    return installation.run(before=before, demo_passwords=SECRETS, say=say)


def for_phones(page_url: str, fingerprint: str) -> str:
    """What the terminal shows for a phone in the same network: where to begin, as a QR code and in words."""
    drawn = io.StringIO()
    segno.make(page_url, error="m").terminal(drawn, border=2, compact=True)
    lines = [
        "",
        f"  On a phone in this network, scan this or open {page_url}",
        "  It says how to trust this computer, and leads on to the collector's day.",
        "",
        *("  " + line for line in drawn.getvalue().splitlines()),
        "",
        "  The certificate that the phone is to install has this SHA-256 fingerprint:",
        f"  {fingerprint[:47]}",
        f"  {fingerprint[48:]}",
        "",
        "  Whoever is in this network can open the page and read the demo; use it among people you trust.",
        "",
    ]
    return "\n".join(lines)


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
        f"  Administrator     {url}/admin?organisation={SLUG}",
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
