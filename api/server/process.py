"""What a process was started with, and how a command that people type finds the database."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace

from api.server.errors import StartError
from api.server.secrets import Secrets
from api.settings import Settings, read_settings, value_of


@dataclass(frozen=True, slots=True)
class Process:
    """What a process was started with."""

    settings: Settings
    secrets: Secrets
    environment: Mapping[str, str]

    def required(self, name: str, purpose: str) -> str:
        """A setting without which this process cannot do its work."""
        value = value_of(self.environment, name)
        if value is None:
            raise StartError(f"{name} is not set; {purpose} needs it. `doorstep serve` sets it by itself.")
        return value


def this_process() -> Process:
    """The settings and secrets of this process; makes no secret."""
    settings = read_settings()
    return Process(settings, Secrets.open(settings.data_dir / "secrets", os.environ), os.environ)


def with_database(process: Process) -> Process:
    """The same process, knowing the application's login; for commands that people type.

    Raises:
        StartError: DATABASE_URL is not set and no `doorstep serve` runs on DATA_DIR.
    """
    if process.settings.database_url is not None:
        return process
    from api.server.postgres import EmbeddedPostgres

    running = EmbeddedPostgres(process.settings.data_dir, process.secrets).reached()
    if running is None:
        raise StartError(
            f"No database runs on {process.settings.data_dir}. "
            "Start `doorstep serve` in another terminal, or set DATABASE_URL."
        )
    return replace(process, settings=replace(process.settings, database_url=running.url("app")))
