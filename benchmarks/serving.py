"""The server that `doorstep serve` starts, for a benchmark; and what CPU it and its database used."""

import contextlib
import http.client
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.ground import Ground
from benchmarks.write_path import server_cpu_s

PORT = 8391
_TICK_S = 1 / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def served(ground: Ground) -> Iterator[int]:
    """The API as `doorstep serve` starts it; gives the process id of its parent."""
    argv = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--no-ws", "--http", "auto"),
        *("--host", "127.0.0.1", "--port", str(PORT), "--workers", "1", "--blocking-threads", "8"),
        *("--log-level", "error", "api.wsgi:create"),
    ]
    environment = {**os.environ, "DATA_DIR": str(ground.folder), "DATABASE_URL": ground.app_url}
    with subprocess.Popen(argv, env=environment) as process:
        try:
            for _ in range(300):
                with contextlib.suppress(OSError):
                    http.client.HTTPConnection("127.0.0.1", PORT, timeout=1).connect()
                    break
                time.sleep(0.1)
            yield process.pid
        finally:
            process.terminate()


def cost_of(ground: Ground, server: int, times: int, act: Callable[[int], object]) -> float:
    """CPU seconds of server and database for one `act`, the mean of `times`."""
    with psycopg.connect(ground.running.url("superuser"), autocommit=True) as watching:
        before = _process_cpu_s(server) + _backends_cpu_s(watching)
        for number in range(times):
            act(number)
        return (_process_cpu_s(server) + _backends_cpu_s(watching) - before) / times


def _process_cpu_s(pid: int) -> float:
    """CPU seconds of a process with its children so far (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    own = (int(fields[11]) + int(fields[12])) * _TICK_S
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    return own + sum(_process_cpu_s(int(child)) for child in children)


def _backends_cpu_s(watching: psycopg.Connection[Any]) -> float:
    """CPU seconds so far of every backend of the application's login but the bare client's."""
    rows = watching.execute(
        "SELECT pid FROM pg_stat_activity WHERE usename = 'doorstep_app' AND application_name <> 'bare'"
    )
    return sum(server_cpu_s(pid) for (pid,) in rows.fetchall())
