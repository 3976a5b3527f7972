"""The database's part: PostgreSQL's own programs, fed with a URL without showing its password to `ps`."""

import os
import re
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO, Final

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from api.server.errors import StartError
from api.server.programs import programs

# What our pg_dump writes and an older server does not know, or names a role that another house calls else.
_UNKNOWN_TO_OLDER: Final = re.compile(rb"SET transaction_timeout = ")
_FOR_ROLE: Final = re.compile(rb"^ALTER DEFAULT PRIVILEGES FOR ROLE \S+ ")
_COPY: Final = re.compile(rb"^COPY .* FROM stdin;$")


@contextmanager
def dumped(url: str, snapshot: str) -> Iterator[IO[bytes]]:
    """What `pg_dump` writes of the database as the exported `snapshot` shows it, in the custom format.

    Raises:
        StartError: pg_dump failed, in its own words.
    """
    argv = ["pg_dump", "--format=custom", "--no-password", f"--snapshot={snapshot}"]
    with tempfile.TemporaryFile() as complaints:
        process = _start(argv, url, stdout=subprocess.PIPE, stderr=complaints)
        out = process.stdout
        if out is None:
            raise RuntimeError("pg_dump was started with its output piped.")
        try:
            yield out
        finally:
            out.close()
            code = process.wait()
        _refuse_if_failed("pg_dump", code, complaints)


def restore_dump(dump: BinaryIO, owner_url: str) -> None:
    """The dump's tables, rows, guards and rights are in the database, all in one transaction or none.

    Args:
        dump: What `dumped` wrote, as a file.
        owner_url: The migrator's login; it will own everything.

    Raises:
        StartError: pg_restore or psql failed; the database is as it was.
    """
    with tempfile.TemporaryFile() as complaints:
        script = _start(
            ["pg_restore", "--no-owner", "--file=-"],
            None,
            stdin=dump,
            stdout=subprocess.PIPE,
            stderr=complaints,
        )
        psql = _start(
            [
                "psql",
                "-X",
                "-q",
                "-w",
                "--single-transaction",
                "--set=ON_ERROR_STOP=1",
                "--output=" + os.devnull,
            ],
            owner_url,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=complaints,
        )
        if script.stdout is None or psql.stdin is None:
            raise RuntimeError("Both programs were started with a pipe between them.")
        pump = threading.Thread(target=hand_on, args=(script.stdout, psql.stdin))
        pump.start()
        codes = script.wait(), psql.wait()
        pump.join()
        script.stdout.close()
        _refuse_if_failed("psql", codes[1], complaints)
        _refuse_if_failed("pg_restore", codes[0], complaints)


def hand_on(source: IO[bytes], into: IO[bytes]) -> None:
    """Hand the script on, without the lines that only our own server takes. Rows pass untouched."""
    is_copying = False
    try:
        for line in source:
            if is_copying:
                is_copying = line != b"\\.\n"
            elif _UNKNOWN_TO_OLDER.match(line):
                continue
            else:
                is_copying = bool(_COPY.match(line))
            into.write(line if is_copying else _FOR_ROLE.sub(b"ALTER DEFAULT PRIVILEGES ", line))
        into.close()
    except BrokenPipeError:
        return  # psql has ended and says why


def _start(argv: list[str], url: str | None, **pipes: IO[bytes] | int) -> "subprocess.Popen[bytes]":
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "PGTZ": "UTC"}
    program = [str(programs() / argv[0]), *argv[1:]]
    if url is not None:
        given = conninfo_to_dict(url.replace("postgresql+psycopg://", "postgresql://", 1))
        environment["PGPASSWORD"] = str(given.pop("password", ""))
        program.append(f"--dbname={make_conninfo(**{name: str(value) for name, value in given.items()})}")
    return subprocess.Popen(program, env=environment, **pipes)  # type: ignore[call-overload,no-any-return]  # pipes by name


def _refuse_if_failed(program: str, code: int, complaints: BinaryIO) -> None:
    if code == 0:
        return
    complaints.seek(0)
    words = [line.strip() for line in complaints.read(20_000).decode(errors="replace").splitlines()]
    # A row's own words stay out of terminals and logs: PostgreSQL tells them as DETAIL and CONTEXT.
    told = [line for line in words if line and not line.startswith(("DETAIL:", "CONTEXT:", "HINT:"))]
    raise StartError(f"{program} failed: {' / '.join(told[:3]) or f'exit code {code}'}")
