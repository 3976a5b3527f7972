"""`doorstep serve`."""

import click

from api.server.installation import Installation
from api.settings import read_settings


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, help="The port to listen on.")
@click.option("--workers", default=1, show_default=True, help="Server processes; each has four threads.")
@click.option("--jobs/--no-jobs", default=True, show_default=True, help="Run the job consumer here too.")
def command(*, host: str, port: int, workers: int, jobs: bool) -> None:
    """Serve the API, with an embedded database unless DATABASE_URL names one."""
    installation = Installation(read_settings(), host=host, port=port, workers=workers, has_jobs=jobs)
    raise SystemExit(installation.run(before=["first-administrator"]))
