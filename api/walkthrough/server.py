"""A whole Doorstep for one story: database, API, sequencer and sweeps on a folder of its own, at a stepped clock.

It is composed of the parts that `doorstep serve` runs as processes. The clock is a `SteppedClock`, so that
the story is lawful at any hour of the real day; nothing of it outlives the block.
"""

import contextlib
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from werkzeug.serving import WSGIRequestHandler, make_server

from api.app import create_app
from api.house import House
from api.server.composing import open_house
from api.server.job_tools import open_tools
from api.server.log_keys import log_signers
from api.server.postgres import EmbeddedPostgres
from api.server.process import Process
from api.server.secrets import Secrets
from api.settings import Settings
from api.walkthrough.client import WalkthroughError
from field_visits.evidence import sequencer
from field_visits.evidence.epochs import OutsideCheckpoints
from field_visits.identity.passwords import PasswordCost
from field_visits.jobs.sweeps import Tools, sweep_everywhere
from field_visits.kernel.clock import SteppedClock
from field_visits.kernel.db import Database
from field_visits.migrations.migrate import migrate
from field_visits.unit_of_work import Wake

# Work that is to be done is woken; only what falls due by itself waits so long.
_PAUSE_S: Final = 1.0
# Two minutes of real time.
_TURNS: Final = 1200
_TURN_S: Final = 0.1
HOST: Final = "127.0.0.1"


class _Quiet(WSGIRequestHandler):
    """The story tells what happens; a line a request would drown it."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - werkzeug's own name
        """Say nothing."""


@dataclass(frozen=True, slots=True)
class OwnServer:
    """A running house and how to reach it."""

    url: str
    house: House
    clock: SteppedClock
    folder: Path

    def step(self, by: timedelta) -> datetime:
        """Time passes."""
        return self.clock.advance(by)

    def until(self, look: Callable[[], str], is_done: Callable[[str], bool], what: str) -> str:
        """What `look` says once it is done: sweeps work beside the story, in real time.

        Raises:
            WalkthroughError: it takes more than two minutes.
        """
        waits = threading.Event()
        for _ in range(_TURNS):
            found = look()
            if is_done(found):
                return found
            waits.wait(_TURN_S)
        raise WalkthroughError(f"Two minutes went by without this: {what}. It stands at «{found}».")


@contextlib.contextmanager
def own_server(
    start: datetime, *, port: int = 0, password_cost: PasswordCost | None = None
) -> Iterator[OwnServer]:
    """Serve from an empty folder until the block ends; then everything is gone.

    Args:
        start: What the clock says at first.
        port: The loopback port, or 0 for a free one.
        password_cost: What hashing a password costs, if not what it costs everywhere else.

    Raises:
        StartError: the database cannot start.
    """
    clock = SteppedClock(start)
    with contextlib.ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="doorstep-walkthrough-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)  # as root, the database's own user must pass through it
        secrets = Secrets.open(folder / "data" / "secrets")
        secrets.create_missing()
        postgres = EmbeddedPostgres(folder / "data", secrets, fsync=False, system_home=folder / "home")
        running = postgres.start()
        stack.callback(postgres.stop)
        migrate(running.urls["owner"])
        server = make_server(HOST, port, _not_yet, threaded=True, request_handler=_Quiet)
        url = f"http://{HOST}:{server.server_port}"
        settings = Settings(folder / "data", url, database_url=running.urls["app"])
        woken = threading.Event()
        process = Process(settings, secrets, {"DATABASE_URL": running.urls["app"]})
        opened = open_house(process, clock)
        house = replace(
            opened,
            wake=lambda wakes: woken.set(),  # noqa: ARG005 - every sweep runs at once
            password_cost=password_cost or opened.password_cost,
        )
        stack.callback(house.database.close)
        server.app = create_app(house)
        tools = open_tools(process, clock)
        stack.callback(tools.database.close)
        log = Database(running.urls["sequencer"], pool_size=2)
        stack.callback(log.close)
        stop = threading.Event()
        threads = [
            threading.Thread(target=server.serve_forever, name="api"),
            threading.Thread(
                target=sequencer.run,
                args=(log, log_signers(secrets), clock, stop),
                kwargs={"outside": OutsideCheckpoints(settings.checkpoints_dir)},
                name="sequencer",
            ),
            threading.Thread(target=_sweep, args=(tools, woken, stop), name="jobs"),
        ]
        for thread in threads:
            thread.start()
        stack.callback(_end, threads, stop, server.shutdown)
        yield OwnServer(url, house, clock, folder)


def _sweep(tools: Tools, woken: threading.Event, stop: threading.Event) -> None:
    while not stop.is_set():
        woken.wait(_PAUSE_S)
        woken.clear()
        for wake in Wake:
            sweep_everywhere(tools, wake)


def _end(threads: list[threading.Thread], stop: threading.Event, shut_down: object) -> None:
    stop.set()
    if callable(shut_down):
        shut_down()
    for thread in threads:
        thread.join(timeout=30)


def _not_yet(*_: object) -> list[bytes]:
    """Stands in while the house is composed: its port must be known first."""
    raise RuntimeError("The server is asked before it is ready.")
