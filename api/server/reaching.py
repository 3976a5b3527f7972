"""The database's logins, for commands that people type: of a server that runs, or that is started for them."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from api.server.errors import StartError
from api.server.postgres import EmbeddedPostgres
from api.server.process import Process

# Login -> the setting under which a process finds it.
URL_SETTINGS = {
    "app": "DATABASE_URL",
    "owner": "DATABASE_OWNER_URL",
    "sequencer": "DATABASE_SEQUENCER_URL",
    "backup": "DATABASE_BACKUP_URL",
}


@contextmanager
def reached(process: Process, *, may_be_new: bool = False) -> Iterator[Callable[[str], str]]:
    """Gives the URL of a login by its name (`app`, `owner`, `sequencer`, `backup`).

    Embedded, a server that does not run is started for the length of the block.

    Raises:
        StartError: the embedded database was never made here, or a login's setting is not given.
    """
    if process.settings.database_url is not None:
        yield lambda login: process.required(URL_SETTINGS[login], "this command")
        return
    database = EmbeddedPostgres(process.settings.data_dir, process.secrets)
    running = database.reached()
    if running is not None:
        yield running.url
        return
    if database.status().state == "absent" and not may_be_new:
        raise StartError(
            f"There is no database in {process.settings.data_dir}: nothing was ever served from it. "
            "Is DATA_DIR the one you mean?"
        )
    with database as started:
        yield started.url


def with_login(process: Process, url: str) -> Process:
    """The same process, serving by this login of the application."""
    environment = {**os.environ, "DATABASE_URL": url}
    return replace(process, settings=replace(process.settings, database_url=url), environment=environment)
