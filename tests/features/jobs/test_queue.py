"""Wake-ups travel through PostgreSQL, or through a real Redis-compatible server where one is set."""

import gc
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from huey import Huey
from sqlalchemy import text

from field_visits.jobs.queue import JsonSerializer, open_queue, register
from field_visits.kernel.db import Database
from field_visits.unit_of_work import Wake
from tests.cluster import Cluster


@pytest.fixture
def valkey_url(tmp_path: Path) -> Iterator[str]:
    """A Redis-compatible server on a free loopback port."""
    program = shutil.which("valkey-server") or shutil.which("redis-server")
    if program is None:
        pytest.skip(
            "SKIPPED: wake-ups through Valkey need redis-server (Debian: apt-get install redis-server)."
        )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)],
        stdout=subprocess.DEVNULL,
    )
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait()


@pytest.fixture(params=["postgresql", "valkey"])
def queue(request: pytest.FixtureRequest, cluster: Cluster, own_database_name: str) -> Iterator[Huey]:
    valkey = request.getfixturevalue("valkey_url") if request.param == "valkey" else None
    opened = open_queue(cluster.url("app", own_database_name), valkey_url=valkey)
    yield opened
    opened.storage.close()


def consume(queue: Huey, *, until: threading.Event) -> None:
    """A consumer like the worker's, until the event comes."""
    consumer = queue.create_consumer(workers=1, periodic=False, check_worker_health=False)
    consumer.start()
    try:
        assert until.wait(10)
    finally:
        consumer.stop(graceful=True)


# huey leaves each worker thread's listening connection to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_wake_up_reaches_the_sweep_and_the_sequencer_is_left_alone(queue: Huey) -> None:
    seen: list[Wake] = []
    both = threading.Event()

    def sweep(wake: Wake) -> None:
        seen.append(wake)
        if len(seen) == 2:
            both.set()

    wake_up = register(queue, sweep)
    wake_up(frozenset({Wake.MESSAGES, Wake.EXPORTS, Wake.SEQUENCE}))

    consume(queue, until=both)
    gc.collect()
    assert set(seen) == {Wake.MESSAGES, Wake.EXPORTS}


def test_messages_are_plain_json(cluster: Cluster, own_database_name: str) -> None:
    queue = open_queue(cluster.url("app", own_database_name))
    register(queue)(frozenset({Wake.MESSAGES}))
    queue.storage.close()

    database = Database(cluster.url("app", own_database_name))
    with database.transaction(None) as session:
        data = session.scalar(text("SELECT data FROM huey_task"))
    database.close()
    assert data is not None
    message = JsonSerializer().deserialize(bytes(data))
    assert bytes(data).startswith(b"[")
    assert message.args == ["messages"]


def test_lost_queue_never_breaks_the_answer(cluster: Cluster, caplog: pytest.LogCaptureFixture) -> None:
    wake_up = register(open_queue(cluster.url("app", "no_such_database")))

    wake_up(frozenset({Wake.MESSAGES}))

    assert "wake-up was lost" in caplog.text
