"""A server that is asked to stop lets go of people politely: `doorstep serve` as a real process."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from api.server.programs import place_of

pytestmark = pytest.mark.slow
REPOSITORY = Path(__file__).parents[2]
BODY = json.dumps(
    {"organisation": "nobody", "username": "nobody", "password": "a long wrong password"}
).encode()
DRAIN_S = 3


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as one:
        return int(one.getsockname()[1])


def ask(port: int, path: str) -> tuple[int, dict[str, Any]]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    port = free_port()
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    process = subprocess.Popen(
        [sys.executable, "-m", "api.cli", "serve", "--port", str(port)],
        env={**environment, "DATA_DIR": str(tmp_path / "data"), "DRAIN_S": str(DRAIN_S)},
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("api: running"):
                break
        yield process, port
    finally:
        process.terminate()
        process.communicate(timeout=60)
        shutil.rmtree(place_of(tmp_path / "data").home, ignore_errors=True)


def test_whoever_is_served_when_it_stops_is_served_and_a_balancer_sends_nobody_more(
    server: tuple[subprocess.Popen[str], int],
) -> None:
    process, port = server
    assert ask(port, "/health/ready")[0] == 200
    with closing(socket.create_connection(("127.0.0.1", port), timeout=30)) as slow:
        head = f"POST /v1/sign-in HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Type: application/json\r\n"
        slow.sendall(f"{head}Content-Length: {len(BODY)}\r\nConnection: close\r\n\r\n".encode() + BODY[:20])

        process.send_signal(signal.SIGTERM)
        until = time.monotonic() + 10
        while (ready := ask(port, "/health/ready"))[0] == 200 and time.monotonic() < until:
            time.sleep(0.05)

        assert ready == (503, {"status": "not ready", "checks": {"stopping": "send nobody here any more"}})
        assert ask(port, "/health/live")[0] == 200
        slow.sendall(BODY[20:])
        answer = b"".join(iter(lambda: slow.recv(65_536), b""))

    assert answer.startswith(b"HTTP/1.1 401 "), answer
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert [line.partition(": ")[0] for line in out.splitlines() if line.endswith(": stopped")] == [
        "api",
        "jobs",
        "sequencer",
        "database",
    ]
