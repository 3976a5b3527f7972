"""What a storm of wrong sign-ins does to everybody else: p99 in the storm against p99 in the quiet around it.

The real server (`doorstep serve`), one worker. In turn: quiet, a storm from one address, a storm in which every
try comes from another address, each 50 wrong sign-ins a second at real names, which solves no puzzle. Meanwhile

- people work: `GET /v1/me` and a list of people, ten times a second in two threads;
- people sign in on a device that is known, once a second;
- people sign in somewhere new, once a second; a puzzle that is asked of them is solved, and counts in their time;
- in the storm from one address somebody new signs in from that same address, every two seconds.

What is turned away all the same (503, 429) is counted and is no latency.
"""

import contextlib
import http.client
import itertools
import json
import multiprocessing
import os
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

from api.server.secrets import Secrets
from benchmarks.ground import Ground
from field_visits.identity.crowd import BUSY
from field_visits.identity.passwords import PasswordCost, PasswordHasher
from field_visits.identity.puzzles import is_right
from field_visits.identity.service import create_user
from field_visits.kernel.actor import Role, system_actor
from field_visits.kernel.clock import SystemClock
from field_visits.kernel.db import Database
from field_visits.unit_of_work import unit_of_work

RATE = 50
QUIET_S = int(os.environ.get("BENCH_QUIET_S", "30"))
STORM_S = int(os.environ.get("BENCH_STORM_S", "60"))
PEOPLE = 40
PASSWORD = secrets.token_urlsafe(18)
STORMED = "198.51.100.7"
WORK, KNOWN, NEW = "work", "sign-in, known device", "sign-in, somewhere new"
SAME = "sign-in, new at that address"
# So long puzzles are asked for after a storm at most: what comes later is quiet again.
_UNTIL_FORGOTTEN_S = 2 * BUSY.total_seconds()
_JSON = {"Content-Type": "application/json"}


@dataclass(slots=True)
class Seen:
    """Latencies in seconds of one kind of request; how many met a puzzle, and how many were turned away."""

    took: list[float] = field(default_factory=list)
    puzzled: int = 0
    refused: int = 0

    @property
    def p99(self) -> float:
        return statistics.quantiles(self.took, n=100)[98] if len(self.took) > 1 else float("nan")

    @property
    def median(self) -> float:
        return statistics.median(self.took) if self.took else float("nan")


def run(ground: Ground) -> None:
    """Print p99 and ratios of each storm."""
    _hire(ground)
    with _server(ground) as port:
        everybody = _Everybody(port)
        for name, is_one_place in (("from one address", True), ("from as many addresses as tries", False)):
            before = everybody.watch(QUIET_S)
            storm = multiprocessing.Process(target=_storm, args=(port, STORM_S, is_one_place))
            storm.start()
            seen = everybody.watch(STORM_S)
            storm.join()
            time.sleep(_UNTIL_FORGOTTEN_S)
            after = everybody.watch(QUIET_S)
            quiet = {kind: Seen(before[kind].took + after[kind].took) for kind in seen}
            _tell(f"{RATE} wrong sign-ins a second {name}, {STORM_S} s", quiet, seen)


def _tell(title: str, quiet: Mapping[str, Seen], storm: Mapping[str, Seen]) -> None:
    print(title)
    for kind, seen in storm.items():
        before = quiet[kind]
        print(
            f"  {kind:<28} p99 {before.p99 * 1e3:6.1f} ms quiet, {seen.p99 * 1e3:6.1f} ms in the storm: "
            f"{seen.p99 / before.p99:4.2f}×  (bar: 2), median {seen.median / before.median:4.2f}×;  "
            f"{len(seen.took)} served, {seen.puzzled} with a puzzle, {seen.refused} turned away"
        )


class _Everybody:
    """People who work and sign in while somebody storms."""

    def __init__(self, port: int) -> None:
        self._port = port
        told = _ask(http.client.HTTPConnection("127.0.0.1", port), "/v1/sign-in", _who(0), "192.0.2.1")
        self._access, self._device = told[1]["access_token"], told[1]["device_token"]

    def watch(self, seconds: float) -> dict[str, Seen]:
        seen = {name: Seen() for name in (WORK, KNOWN, NEW, SAME)}
        until = time.monotonic() + seconds
        threads = [
            *(threading.Thread(target=self._work, args=(until, seen[WORK])) for _ in range(2)),
            threading.Thread(target=self._sign_in, args=(until, seen[KNOWN], "192.0.2.1", self._device)),
            threading.Thread(target=self._sign_in, args=(until, seen[NEW], None, None)),
            threading.Thread(target=self._sign_in, args=(until, seen[SAME], STORMED, None)),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        # The access token lives a quarter of an hour, longer than all of this.
        return seen

    def _work(self, until: float, seen: Seen) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port)
        while time.monotonic() < until:
            for path in ("/v1/me", "/v1/users?limit=20"):
                _timed(seen, connection, path, None, address="192.0.2.1", token=self._access)
            time.sleep(0.2)

    def _sign_in(self, until: float, seen: Seen, address: str | None, device: str | None) -> None:
        """At `address`, or each time somewhere else."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port)
        number = 0
        while time.monotonic() < until:
            number += 1
            told = _who(0 if device else number % PEOPLE) | ({"device_token": device} if device else {})
            _timed(seen, connection, "/v1/sign-in", told, address=address or f"192.0.2.{number % 250}")
            time.sleep(2 if address == STORMED else 1)


def _timed(
    seen: Seen,
    connection: http.client.HTTPConnection,
    path: str,
    told: Mapping[str, Any] | None,
    *,
    address: str,
    token: str | None = None,
) -> None:
    begun = time.perf_counter()
    status, answer = _ask(connection, path, told, address, token)
    if told is not None and status == HTTPStatus.TOO_MANY_REQUESTS and "puzzle" in answer:
        seen.puzzled += 1
        status, _ = _ask(connection, path, {**told, "solution": _solved(answer["puzzle"])}, address, token)
    if status == HTTPStatus.OK:
        seen.took.append(time.perf_counter() - begun)
    elif status in {HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS}:
        seen.refused += 1
    else:
        raise RuntimeError(f"{path} answered {status}.")


def _solved(puzzle: Mapping[str, Any]) -> dict[str, Any]:
    text, bits = puzzle["text"].encode(), puzzle["bits"]
    numbers = [
        next(number for number in itertools.count() if is_right(text, part, number, bits=bits))
        for part in range(puzzle["parts"])
    ]
    return {"puzzle": puzzle["text"], "numbers": numbers}


def _storm(port: int, seconds: float, is_one_place: bool) -> None:  # noqa: FBT001 - a process's argument
    """Wrong sign-ins at an even pace, whatever the answers; each on a connection of its thread."""
    local = threading.local()
    chance = secrets.SystemRandom()

    def guess(number: int) -> int:
        if not hasattr(local, "connection"):
            local.connection = http.client.HTTPConnection("127.0.0.1", port)
        address = STORMED if is_one_place else f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        told = _who(chance.randrange(PEOPLE)) | {"password": "not the right one"}
        return _ask(local.connection, "/v1/sign-in", told, address)[0]

    begun = time.monotonic()
    with ThreadPoolExecutor(RATE) as pool:
        answers = []
        for number in range(int(RATE * seconds)):
            time.sleep(max(0.0, begun + number / RATE - time.monotonic()))
            answers.append(pool.submit(guess, number))
        statuses = [answer.result() for answer in answers]
    took = time.monotonic() - begun
    counted = ", ".join(f"{statuses.count(status)} × {status}" for status in sorted(set(statuses)))
    print(f"  the storm: {len(statuses) / took:.0f}/s, answered {counted}", flush=True)


def _ask(
    connection: http.client.HTTPConnection,
    path: str,
    told: Mapping[str, Any] | None,
    address: str,
    token: str | None = None,
) -> tuple[int, Any]:
    headers = {"X-Forwarded-For": address} | _JSON
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    body = None if told is None else json.dumps(told)
    connection.request("GET" if body is None else "POST", path, body, headers)
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())


def _who(number: int) -> dict[str, str]:
    return {"organisation": "bench", "username": f"person-{number}", "password": PASSWORD}


def _hire(ground: Ground) -> None:
    hashed = PasswordHasher(PasswordCost()).hash(PASSWORD)
    database, clock = Database(ground.app_url, pool_size=2), SystemClock()
    with unit_of_work(database, clock, system_actor(ground.organisation, "benchmarks")) as uow:
        for number in range(PEOPLE):
            role = Role.ADMIN if number == 0 else Role.DISPATCHER
            create_user(
                uow, username=f"person-{number}", name="P", badge=None, roles=[role], password_hash=hashed
            )
    database.close()


@contextlib.contextmanager
def _server(ground: Ground) -> Iterator[int]:
    """`doorstep serve` on the ground's database, answering on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="doorstep-bench-") as folder:
        Secrets.open(Path(folder) / "secrets").create_missing()
        environment = os.environ | {
            "DATA_DIR": folder,
            "DATABASE_URL": ground.app_url,
            "TRUSTED_PROXIES": "127.0.0.1",
        }
        argv = [sys.executable, "-m", "api.cli", "serve", "--port", str(port), "--no-jobs"]
        server = subprocess.Popen(argv, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            while not _answers(port):
                if server.poll() is not None:
                    raise RuntimeError("The server did not start.")
                time.sleep(0.1)
            yield port
        finally:
            server.terminate()
            server.wait()


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()
