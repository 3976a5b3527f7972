"""`doorstep demo` as `make run` starts it: a real process on a folder and a port of its own."""

import json
import os
import re
import shlex
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from api.server.programs import place_of
from api.server.secrets import Secrets

pytestmark = pytest.mark.slow
_STARTED = "Ctrl-C stops it"
_PATIENCE_S = 240
_KEPT = {"PATH", "HOME", "LANG", "TMPDIR"}
REPOSITORY = Path(__file__).parents[2]


class Demo:
    """One running `doorstep demo`."""

    def __init__(self, data_dir: Path, port: int, *, lan: str | None = None) -> None:
        self.data_dir, self.port, self._lan = data_dir, port, lan
        self.lines: list[str] = []
        begun = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "api.cli", "demo", "--port", str(port), *(["--lan", lan] if lan else [])],
            env=_environment(data_dir),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        while not any(_STARTED in line for line in self.lines):
            assert self.process.poll() is None, self.text
            assert time.monotonic() < begun + _PATIENCE_S, self.text
            time.sleep(0.02)
        self.seconds = time.monotonic() - begun

    @property
    def text(self) -> str:
        return "".join(self.lines)

    def password(self, username: str) -> str:
        """What the terminal shows for that person."""
        shown = re.search(rf"^\s+\S+\s+{username}\s+(\S+)", self.text, re.MULTILINE)
        assert shown is not None, self.text
        return shown[1]

    def sign_in(self, username: str) -> dict[str, Any]:
        """Sign in with the password that the terminal shows; the answer to «who am I»."""
        told = {"organisation": "demo", "username": username, "password": self.password(username)}
        tokens = self._send("/v1/sign-in", json.dumps(told).encode(), {"Content-Type": "application/json"})
        return self._send("/v1/me", None, {"Authorization": f"Bearer {tokens['access_token']}"})

    def entries(self) -> Counter[str]:
        """How often each code stands in the log, but for what the running house does by itself."""
        secret = Secrets.open(self.data_dir / "secrets").text("database-backup")
        sockets = place_of(self.data_dir).sockets
        with psycopg.connect(
            host=str(sockets), port=5432, user="doorstep_backup", password=secret, dbname="doorstep"
        ) as connection:
            found = connection.execute("SELECT code, count(*) FROM entries GROUP BY code").fetchall()
        return Counter(
            {code: many for code, many in found if not code.startswith(("message:", "user:session"))}
        )

    def stop(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        code = self.process.wait(timeout=60)
        self._reader.join(timeout=60)
        return code

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as told:
            self.lines.extend(told)

    def _send(self, path: str, body: bytes | None, headers: dict[str, str]) -> dict[str, Any]:
        scheme, trust = "http", None
        if self._lan:
            scheme = "https"
            trust = ssl.create_default_context(cafile=self.data_dir / "tls" / "authority.crt")
        url = f"{scheme}://127.0.0.1:{self.port}{path}"
        request = urllib.request.Request(url, data=body, headers=headers)
        with urllib.request.urlopen(request, timeout=60, context=trust) as answer:
            told: dict[str, Any] = json.load(answer)
            return told


def _environment(data_dir: Path) -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if name in _KEPT or name.startswith("COVERAGE_")
    }
    return kept | {"DATA_DIR": str(data_dir), "PYTHONUNBUFFERED": "1"}


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A folder that is gone afterwards, with what root keeps of it elsewhere."""
    folder = Path(tempfile.mkdtemp(prefix="doorstep-demo-"))
    folder.chmod(0o755)
    yield folder / "data"
    subprocess.run(
        [sys.executable, "-m", "api.cli", "reset", "--yes"], env=_environment(folder / "data"), check=True
    )
    shutil.rmtree(folder)


@pytest.fixture
def port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        free: int = one.getsockname()[1]
        return free


def test_demo_serves_stops_starts_again_unchanged_and_recovers_from_a_kill(data_dir: Path, port: int) -> None:
    first = Demo(data_dir, port)
    me = first.sign_in("dispatcher-1")
    assert me["roles"] == ["dispatcher"]
    assert first.sign_in("collector-1")["roles"] == ["collector"]
    before = first.entries()
    assert before["plan:day:published"] > 0
    assert first.stop(signal.SIGTERM) == 0, first.text
    assert "database: stopped" in first.text

    second = Demo(data_dir, port, lan="127.0.0.1")
    assert second.sign_in("collector-2")["roles"] == ["collector"]
    with urllib.request.urlopen(f"http://127.0.0.1:{port + 1}/", timeout=60) as page:
        assert f"https://127.0.0.1:{port}/m?organisation=demo" in page.read().decode()
    print(f"started in {first.seconds:.1f} s, again in {second.seconds:.1f} s")
    opens_on = next(line for line in first.lines if "Opens on" in line)
    if opens_on in second.lines:  # else midnight in Shanghai passed meanwhile
        assert second.entries() == before
    second.stop(signal.SIGKILL)

    third = Demo(data_dir, port)
    assert third.sign_in("legal-1")["roles"] == ["legal"]
    told = typed_from_readme(third) if shutil.which("curl") else None
    assert third.stop(signal.SIGINT) == 0, third.text

    if told is None:
        pytest.skip("curl is missing: the commands of README.md were not tried")
    assert told.returncode == 0, told.stdout + told.stderr
    assert '"rule_id":"CN-HOUR-1"' in told.stdout
    assert '"state":"proposed"' in told.stdout
    assert "WHOLE: everything shown is as it was logged and signed." in told.stdout


def typed_from_readme(demo: Demo) -> subprocess.CompletedProcess[str]:
    """The commands of README's «Talk to it», typed against a running demo in a folder like the repository."""
    talk = (REPOSITORY / "README.md").read_text(encoding="utf-8").partition("## Talk to it")[2]
    found = re.search(r"```sh\n(.*?)```", talk, re.DOTALL)
    assert found is not None
    commands = found[1]
    for shown, real in {
        "http://localhost:8000": f"http://127.0.0.1:{demo.port}",
        "DISPATCHER_PASSWORD=…": f"DISPATCHER_PASSWORD={demo.password('dispatcher-1')}",
        "LEGAL_PASSWORD=…": f"LEGAL_PASSWORD={demo.password('legal-1')}",
        ".venv/bin/doorstep": f"{shlex.quote(sys.executable)} -m api.cli",
        "docs/examples": str(REPOSITORY / "docs" / "examples"),
    }.items():
        assert shown in commands
        commands = commands.replace(shown, real)
    folder = demo.data_dir.parent / "typed"
    folder.mkdir()
    return subprocess.run(
        ["bash", "-eu", "-o", "pipefail", "-c", commands],
        cwd=folder,
        env=_environment(demo.data_dir) | {"PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        timeout=_PATIENCE_S,
        check=False,
    )


def test_demo_refuses_a_database_that_is_not_its_own(tmp_path: Path) -> None:
    environment = _environment(tmp_path / "data") | {"DATABASE_URL": "postgresql://app@db.example/doorstep"}
    told = subprocess.run(
        [sys.executable, "-m", "api.cli", "demo"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert told.returncode == 1
    assert "unset DATABASE_URL" in told.stderr
