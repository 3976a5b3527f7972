"""`doorstep doctor`, on the tests' database and on folders that lack something."""

import contextlib
import json
import shutil
import socket
import threading
from collections import namedtuple
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner

from api.cli import main
from api.doctor import database as doctor
from api.server.log_keys import log_signers
from api.server.process import Process
from api.server.secrets import Secrets
from api.settings import read_settings
from field_visits.evidence.sequencer import sequence
from field_visits.kernel.clock import SteppedClock, SystemClock
from field_visits.kernel.db import Database
from tests.cluster import Cluster
from tests.world import World

Looked = dict[str, dict[str, str]]


def look(environment: dict[str, str], *options: str) -> tuple[int, Looked]:
    told = CliRunner().invoke(main, ["doctor", "--json", *options], env=environment)
    found = json.loads(told.output)
    assert found["is_well"] == (told.exit_code == 0)
    return told.exit_code, {each["check"]: each for each in found["checks"]}


@pytest.fixture
def port() -> Iterator[int]:
    """A port where somebody else listens, and hangs up on whoever calls."""
    with closing(socket.create_server(("127.0.0.1", 0))) as one:
        threading.Thread(target=_hang_up, args=[one], daemon=True).start()
        yield one.getsockname()[1]


def _hang_up(listening: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it is closed at the end of the test
        while True:
            listening.accept()[0].close()


@pytest.fixture
def environment(cluster: Cluster, own_database_name: str, tmp_path: Path) -> dict[str, str]:
    Secrets.open(tmp_path / "data" / "secrets").create_missing()
    return {
        "DATA_DIR": str(tmp_path / "data"),
        "DATABASE_URL": cluster.url("app", own_database_name),
        "PUBLIC_URL": "http://localhost:1",
    }


def test_a_house_in_order_is_called_so(environment: dict[str, str]) -> None:
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        free = one.getsockname()[1]

    code, found = look(environment, "--port", str(free))

    assert code == 0, found
    well = {name for name, each in found.items() if each["level"] == "ok"}
    assert well >= {"python", "data folder", "disk", "secrets", "database", "migrations", "clocks", "rights",
                    "log", "checkpoints", "jobs", "files", "port"}  # fmt: skip
    assert found["public address"]["level"] == "note"
    words = CliRunner().invoke(main, ["doctor", "--port", str(free)], env=environment)
    assert words.output.endswith("All is well.\n")
    assert environment["DATABASE_URL"] not in words.output


def test_what_was_never_started_is_no_illness(tmp_path: Path) -> None:
    _, found = look({"DATA_DIR": str(tmp_path / "nothing"), "DATABASE_URL": ""})

    assert found["data folder"]["level"] == found["secrets"]["level"] == found["files"]["level"] == "note"
    assert found["database"]["told"] == "The embedded database does not run."
    assert not (tmp_path / "nothing").exists()


def test_settings_that_contradict_each_other_are_told_first(tmp_path: Path) -> None:
    code, found = look({"DATA_DIR": str(tmp_path), "DATABASE_URL": "mysql://x", "S3_BUCKET": ""})

    assert (code, found["settings"]["level"]) == (1, "bad")
    assert "PostgreSQL only" in found["settings"]["told"]


@pytest.mark.parametrize(
    ("changes", "check", "said"),
    [
        ({"DATABASE_URL": "postgresql://nobody:x@127.0.0.1:1/x"}, "database", "does not answer"),
        ({"PUBLIC_URL": "http://doorstep.example"}, "public address", "https:// alone"),
        ({"LOGIN": "owner"}, "rights", "owns the evidence tables"),
        ({"DATABASE": "empty"}, "migrations", "The database is at nothing"),
        ({"CUT": "yes"}, "data folder", "A restore was cut"),
        ({"PORT": "taken"}, "port", "cannot be listened on"),
    ],
)
def test_what_is_bad_is_named_with_what_to_do(
    environment: dict[str, str],
    changes: dict[str, str],
    check: str,
    said: str,
    cluster: Cluster,
    own_database_name: str,
    database: str,
    port: int,
) -> None:
    if "LOGIN" in changes:
        changes = {"DATABASE_URL": cluster.url("owner", own_database_name)}
    if "DATABASE" in changes:
        changes = {"DATABASE_URL": cluster.url("app", database)}
    if "CUT" in changes:
        (Path(environment["DATA_DIR"]) / "restore.unfinished").touch()

    code, found = look({**environment, **changes}, "--port", str(port))

    assert code == 1
    assert (found[check]["level"], said in found[check]["told"]) == ("bad", True), found[check]
    assert found[check]["do"]


def test_a_secret_that_is_gone_or_open_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    Secrets.open(folder).create_missing()
    shutil.rmtree(folder / "log")
    (folder / "database-app").chmod(0o644)

    code, found = look({"DATA_DIR": str(tmp_path), "DATABASE_URL": ""})

    assert (code, found["secrets"]["level"]) == (1, "bad")
    assert "«log» is not in" in found["secrets"]["told"]
    assert "chmod 600" in found["secrets"]["told"]


def test_a_disk_without_room_is_bad(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")  # noqa: PYI024 - as shutil's own
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(2**40, 2**40 - 2**20, 2**20))

    code, found = look(environment)

    assert (code, found["disk"]["level"]) == (1, "bad")


def test_clocks_that_differ_and_entries_that_wait_are_alarms(
    environment: dict[str, str], cluster: Cluster, own_database_name: str
) -> None:
    clock = SteppedClock(SystemClock().now() - timedelta(minutes=5))
    app = Database(cluster.url("app", own_database_name))
    World.found(app, clock)
    app.close()
    secrets = Secrets.open(Path(environment["DATA_DIR"]) / "secrets")
    process = Process(read_settings(environment), secrets, environment)

    slow = {each.name: each for each in doctor.database(process, clock)}
    now = {each.name: each for each in doctor.database(process, SystemClock())}

    assert (slow["clocks"].level, now["clocks"].level) == ("bad", "ok")
    assert (slow["log"].level, now["log"].level) == ("ok", "bad")


def test_wake_ups_and_checkpoints_are_looked_at(
    environment: dict[str, str], cluster: Cluster, own_database_name: str, clock: SteppedClock
) -> None:
    with psycopg.connect(cluster.url("app", own_database_name)) as connection:
        connection.execute("INSERT INTO huey_task (queue, data) SELECT 'x', '' FROM generate_series(1, 1001)")
    app, sequencer = (Database(cluster.url(login, own_database_name)) for login in ("app", "sequencer"))
    world = World.found(app, clock)
    secrets = Secrets.open(Path(environment["DATA_DIR"]) / "secrets")
    assert sequence(sequencer, world.organisation, log_signers(secrets), clock.now())
    app.close()
    sequencer.close()

    _, found = look(environment)

    assert found["jobs"]["level"] == "bad"
    assert (found["checkpoints"]["level"], found["witness"]["level"]) == ("note", "note")
