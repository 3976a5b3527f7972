"""The embedded database: PostgreSQL started, checked and stopped by ourselves.

It listens on a private socket only, every connection must authenticate (scram), and it ends with us:
on a fast shutdown that we ask for, or that the kernel asks for when we were killed. Whatever a crash
left behind (a server without a master, a stale or half-written pid file, a half-made data folder) is
recovered by the next start. One lock file in DATA_DIR, held while we run, tells a crash from a second
start: who holds the lock may clear away, who does not get it touches nothing.

What is not here: tables, migrations, backups.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Literal
from urllib.parse import quote

import psycopg

from api.server.errors import StartError
from api.server.logins import DATABASE, LOGINS, SUPERUSER, ensure_logins
from api.server.programs import (
    LINUX,
    MAJOR,
    PORT,
    SYSTEM_HOME,
    Place,
    make_place,
    place_of,
    programs,
    server_programs,
)
from api.server.secrets import Secrets
from api.server.tether import ending, tethered

__all__ = ["EmbeddedPostgres", "Running", "Status", "programs"]

_HBA: Final = """\
# Every connection authenticates. Doorstep refuses to start while a line here trusts anyone.
local all all scram-sha-256
"""
# Rights and rows reach no log: a statement may hold a name, a phone number or a verifier.
_SETTINGS: Final[Mapping[str, str]] = {
    "listen_addresses": "",
    "lc_messages": "C",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_destination": "stderr",
    "logging_collector": "off",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "password_encryption": "scram-sha-256",
}
_SETTINGS_WITHOUT_FSYNC: Final[Mapping[str, str]] = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}
_MAX_LOG_BYTES: Final = 10_000_000
_POLL_S: Final = 0.02
_COMPLAINTS: Final = ("PANIC:", "FATAL:", "ERROR:", "error:", "could not")
# Fast, then immediate, then what nobody can refuse; seconds to wait after each.
_STOP_LADDER: Final = ((signal.SIGINT, 60.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0))


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answered. Its URLs carry passwords: hand each process its own alone."""

    socket_dir: Path
    port: int
    pid: int
    passwords: Mapping[str, str] = field(repr=False)

    def url(self, login: str, database: str = DATABASE) -> str:
        """Return the URL of a login (`app`, `owner`, `sequencer`, `eraser`, `backup`, `superuser`).

        It serves libpq, psycopg and SQLAlchemy 2.1 alike.
        """
        role = SUPERUSER if login == "superuser" else LOGINS[login].role
        password = quote(self.passwords[login], safe="")
        host = quote(str(self.socket_dir), safe="")
        return f"postgresql://{role}:{password}@/{quote(database, safe='')}?host={host}&port={self.port}"

    @property
    def urls(self) -> dict[str, str]:
        """The URL of every login but the superuser's, on the product's database."""
        return {login: self.url(login) for login in LOGINS}


@dataclass(frozen=True, slots=True)
class Status:
    """What lies at a place, found without changing anything."""

    state: Literal["absent", "stopped", "running"]
    place: Place
    major: str | None
    pids: tuple[int, ...]


class EmbeddedPostgres:
    """The server of one DATA_DIR, which ends with this process; it can be a supervisor's child."""

    name = "database"

    def __init__(
        self,
        data_dir: Path,
        secrets: Secrets,
        *,
        fsync: bool = True,
        settings: Mapping[str, str] | None = None,
        system_home: Path = SYSTEM_HOME,
        patience_s: float = 300.0,
    ) -> None:
        """Describe the server; nothing is made or started yet.

        Args:
            data_dir: DATA_DIR; made if it is not there.
            secrets: hold the passwords of `LOGINS` and of the superuser.
            fsync: False only where losing everything at a power cut is fine (tests).
            settings: of `postgresql.conf`, over our own.
            system_home: where, as root, the homes of servers lie.
            patience_s: how long a start may take; recovery of a long write-ahead log is slow.
        """
        self.data_dir = data_dir.resolve()
        self._secrets = secrets
        self._settings = {**_SETTINGS, **({} if fsync else _SETTINGS_WITHOUT_FSYNC), **(settings or {})}
        self._fsync = fsync
        self._system_home = system_home
        self._patience_s = patience_s
        self._lock: int | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._running: Running | None = None

    @property
    def place(self) -> Place:
        return place_of(self.data_dir, system_home=self._system_home)

    @property
    def log(self) -> Path:
        return self.data_dir / "postgres.log"

    def start(self) -> Running:
        """Make the cluster if there is none, start the server, and return when it answered a query.

        Call it from the main thread: the kernel ends the server when the thread that started it ends.
        A server that crashed is started again by the same call.

        Raises:
            StartError: another server runs on this DATA_DIR, the cluster is of another major version,
                made with other passwords or trusts somebody, or the machine does not let us.
        """
        if self._running is not None and self.exit_code() is None:
            return self._running
        if LINUX and threading.current_thread() is not threading.main_thread():
            raise RuntimeError("The database must be started from the main thread: it ends with its starter.")
        try:
            self._take_lock()
            return self._start()
        except BaseException as error:
            self.stop()
            if isinstance(error, OSError):
                where = f" ({error.filename})" if error.filename else ""
                raise StartError(f"The database cannot start: {error.strerror}{where}.") from error
            raise

    def exit_code(self) -> int | None:
        """Return None while the server runs, and its exit code (negative: a signal) when it has ended."""
        return None if self._process is None else self._process.poll()

    def stop(self) -> None:
        """End the server with a fast shutdown, harder if it does not, and let go of DATA_DIR."""
        if self._process is not None:
            for number, patience_s in _STOP_LADDER:
                if self._process.poll() is not None:
                    break
                self._process.send_signal(number)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(patience_s)
            self._process = None
        self._running = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def status(self) -> Status:
        """Tell what lies here and whether a server runs, also from another process."""
        place = self.place
        if not place.data.is_dir():
            return Status("absent", place, None, ())
        pids = tuple(sorted(_processes_on(place)))
        return Status("running" if pids else "stopped", place, _major(place.data), pids)

    def reached(self) -> Running | None:
        """The server that another process runs here, or None."""
        status = self.status()
        if status.state != "running":
            return None
        return Running(status.place.sockets, PORT, status.pids[0], self._passwords())

    def remove(self) -> None:
        """Delete the cluster and, as root, all of its home: what `make reset` does.

        A cluster whose DATA_DIR somebody removed by hand goes too.

        Raises:
            StartError: a server runs on it.
        """
        if self._running is not None:
            raise StartError(f"The database of {self.data_dir} runs. Stop it before removing it.")
        if not self.data_dir.is_dir() and not self.place.home.exists():
            return
        self._take_lock()
        try:
            place = self.place
            _end_orphans(place)
            for path in (place.sockets, place.home):
                if path.exists():
                    shutil.rmtree(path)
            self._marker.unlink(missing_ok=True)
            self.log.unlink(missing_ok=True)
        finally:
            self.stop()

    def __enter__(self) -> Running:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def _marker(self) -> Path:
        """As root, says where the data lies, so that a lost or moved cluster is missed."""
        return self.data_dir / "postgres.place"

    def _start(self) -> Running:
        place = self.place
        self._refuse_if_elsewhere(place)
        make_place(place)
        _end_orphans(place)
        binaries = server_programs(place)
        for litter in place.home.glob("making-*"):
            shutil.rmtree(litter)
        if place.data.exists():
            _refuse_other_major(place.data)
        else:
            self._make_cluster(place, binaries)
        if place.user is not None and not self._marker.exists():
            self._marker.write_text(f"{place.home}\n")
        return self._launch(place, binaries)

    def _take_lock(self) -> None:
        if self._lock is not None:
            return
        self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.data_dir / "postgres.lock"
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 20).decode(errors="replace").strip()
            os.close(descriptor)
            raise StartError(
                f"A server already runs on {self.data_dir} (process {holder or 'unknown'}). "
                "Stop it first, or give this one another DATA_DIR."
            ) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        self._lock = descriptor

    def _refuse_if_elsewhere(self, place: Place) -> None:
        if place.user is None:
            if self._marker.exists():
                raise StartError(
                    f"The database of {self.data_dir} was made by root and lies in "
                    f"{self._marker.read_text().strip()}. Start as root, or choose another DATA_DIR."
                )
            return
        if (self.data_dir / "postgres" / "data").exists():
            raise StartError(
                f"The database of {self.data_dir} was made by an ordinary user. Start as that user, not as root."
            )
        if self._marker.exists() and not place.data.exists():
            before = self._marker.read_text().strip()
            moved = (
                ""
                if before == str(place.home)
                else f"If the folder was moved, run: mv {before} {place.home}. "
            )
            raise StartError(
                f"The database of {self.data_dir} lay in {before}, and {place.data} is not there. {moved}"
                f"If it was lost, put it back or restore a "
                f"backup; to begin with an empty database, remove {self._marker}. In a container, "
                f"{place.home.parent} must be on a volume, as DATA_DIR is."
            )

    def _make_cluster(self, place: Place, binaries: Path) -> None:
        """Make a cluster under a temporary name and rename it when it is whole.

        A crash or a full disk here leaves a `making-…` folder, which the next start removes.
        """
        making = Path(tempfile.mkdtemp(prefix="making-", dir=place.home))
        try:
            if place.user is not None:
                os.chown(making, place.user.uid, place.user.gid, follow_symlinks=False)
            password = making / "password"
            _write_private(password, self._secrets.text("database-superuser") + "\n", place)
            hba = making / "pg_hba.conf"
            _write_private(hba, _HBA, place)
            self._run_initdb(place, binaries, making / "data", password)
            hba.rename(making / "data" / "pg_hba.conf")
            if self._fsync:
                _sync_folder(making / "data")
            (making / "data").rename(place.data)
            if self._fsync:
                _sync_folder(place.home)
        finally:
            shutil.rmtree(making, ignore_errors=True)

    def _run_initdb(self, place: Place, binaries: Path, data: Path, password: Path) -> None:
        argv = [
            *(str(binaries / "initdb"), "-D", str(data), "-U", SUPERUSER, f"--pwfile={password}"),
            *("--auth=scram-sha-256", "--data-checksums", "--no-instructions", "--encoding=UTF8"),
            # The built-in provider sorts the same on every machine: no index breaks with a new libc.
            *("--locale=C.UTF-8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            *(() if self._fsync else ("--no-sync",)),
        ]
        done = subprocess.run(
            tethered(argv, signal_on_parent_death=signal.SIGTERM, user=_ids(place)),
            env=_server_environment(),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=False,
            start_new_session=True,
        )
        if done.returncode != 0:
            reason = _reason(done.stderr.decode(errors="replace")) or f"exit code {done.returncode}"
            raise StartError(
                f"The database could not be made in {place.home}, and nothing half-made is kept: {reason}. "
                "Mend that and start again."
            )

    def _launch(self, place: Place, binaries: Path) -> Running:
        deadline = time.monotonic() + self._patience_s
        while True:
            for stale in (
                place.data / "postmaster.pid",
                place.socket,
                place.socket.with_name(place.socket.name + ".lock"),
            ):
                stale.unlink(missing_ok=True)  # we hold the lock and no server runs here
            log_start = self._spawn(place, binaries)
            passwords = self._passwords()
            reason = self._wait_until_it_answers(place, passwords, deadline)
            if reason is None:
                break
            output = self._log_since(log_start)
            if "shared memory block" in output and time.monotonic() < deadline:
                time.sleep(0.5)  # backends of a killed server notice its end within a second or so
                continue
            raise StartError(
                f"The database did not start: {reason}. Its log {self.log} says: {_reason(output)}"
            )
        process = self._process
        if process is None:
            raise RuntimeError("A server that answered has a process.")
        self._running = Running(place.sockets, PORT, process.pid, passwords)
        return self._running

    def _spawn(self, place: Place, binaries: Path) -> int:
        """Start the program and return where in the log its lines begin."""
        if self.log.exists() and self.log.stat().st_size > _MAX_LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        sockets = '"' + str(place.sockets).replace('"', '""') + '"'  # a list: quoted, blanks may stand in it
        settings = {**self._settings, "unix_socket_directories": sockets, "port": str(PORT)}
        argv = [str(binaries / "postgres"), "-D", str(place.data)]
        for name, value in settings.items():
            argv += ["-c", f"{name}={value}"]
        descriptor = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
        try:
            log_start = os.lseek(descriptor, 0, os.SEEK_END)
            self._process = subprocess.Popen(
                tethered(argv, signal_on_parent_death=signal.SIGINT, user=_ids(place)),
                env=_server_environment(),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=descriptor,
                stderr=descriptor,
                start_new_session=True,  # Ctrl-C in a terminal is for us, and we stop it in order
            )
        finally:
            os.close(descriptor)
        return log_start

    def _wait_until_it_answers(
        self, place: Place, passwords: Mapping[str, str], deadline: float
    ) -> str | None:
        """Return None when it answered and is as it should be, or why the process ended."""
        url = Running(place.sockets, PORT, 0, passwords).url("superuser", "postgres")
        while (code := self.exit_code()) is None:
            try:
                connection = psycopg.connect(url, autocommit=True, connect_timeout=10)
            except psycopg.OperationalError as error:
                if "password authentication failed" in str(error):
                    raise StartError(
                        f"The database in {place.data} was made with other passwords than those in "
                        f"{self._secrets.folder}. Put the secrets back that belong to it; if they are gone for good, "
                        "`doorstep reset` removes it."
                    ) from None
                if time.monotonic() > deadline:
                    raise StartError(
                        f"The database in {place.data} did not answer within {self._patience_s:.0f} s; "
                        f"look into {self.log}. {_reason(str(error))}"
                    ) from error
                time.sleep(_POLL_S)
                continue
            with connection:
                self._check(connection, place, passwords)
            return None
        return f"it ended with {ending(code)}"

    def _check(self, connection: psycopg.Connection[Any], place: Place, passwords: Mapping[str, str]) -> None:
        try:
            connection.execute("SELECT 1")
            _refuse_if_it_trusts(connection, place)
            ensure_logins(connection, {login: passwords[login] for login in LOGINS})
        except psycopg.Error as error:
            raise StartError(
                f"The database in {place.data} started but cannot be used: {_reason(str(error))}. "
                f"Look into {self.log}."
            ) from error

    def _passwords(self) -> dict[str, str]:
        passwords = {login: self._secrets.text(LOGINS[login].secret) for login in LOGINS}
        return {**passwords, "superuser": self._secrets.text("database-superuser")}

    def _log_since(self, offset: int) -> str:
        with self.log.open("rb") as file:
            file.seek(offset)
            return file.read(100_000).decode(errors="replace")


def _refuse_if_it_trusts(connection: psycopg.Connection[Any], place: Place) -> None:
    lines = connection.execute(
        "SELECT line_number, auth_method FROM pg_hba_file_rules"
        " WHERE auth_method NOT IN ('scram-sha-256', 'cert', 'reject') ORDER BY 1"
    ).fetchall()
    if lines:
        number, method = lines[0]
        raise StartError(
            f"Line {number} of {place.data / 'pg_hba.conf'} lets people in by «{method}», without a password "
            "of ours. Change it to scram-sha-256 and start again."
        )


def _refuse_other_major(data: Path) -> None:
    found = _major(data)
    if found is None:
        raise StartError(
            f"{data} is not a PostgreSQL data folder: it has no PG_VERSION. Nothing in it was touched. "
            "Move it away, or put back the file that is missing."
        )
    if found != MAJOR:
        raise StartError(
            f"{data} was made by PostgreSQL {found}, and this Doorstep brings {MAJOR}. Nothing was touched. "
            "To move: run `doorstep backup` with the Doorstep that wrote it, move the folder away, then "
            "start this one and run `doorstep restore`."
        )


def _major(data: Path) -> str | None:
    try:
        return (data / "PG_VERSION").read_text().strip() or None
    except (OSError, UnicodeDecodeError):
        return None


def _end_orphans(place: Place) -> None:
    """End every process on this data folder, or still making one; the caller holds the lock: nobody owns it."""
    for number, patience_s in _STOP_LADDER:
        servers = _processes_on(place)
        if not servers:
            return
        for pid, is_postmaster in servers.items():
            # Only a postmaster knows fast shutdown: to the checkpointer that signal means another thing.
            if is_postmaster or number != signal.SIGINT:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)
        deadline = time.monotonic() + patience_s
        while _processes_on(place) and time.monotonic() < deadline:
            time.sleep(_POLL_S)
    if servers := _processes_on(place):
        raise StartError(
            f"Old server processes on {place.data} do not end: {sorted(servers)}. Restart the machine."
        )


def _processes_on(place: Place) -> dict[int, bool]:
    """Find the server processes on a data folder by the kernel's word, not by its pid file.

    The value tells the postmaster from its children. It carries the folder on its command line; they
    stand in it (their working directory, which root in a container may not see: without a postmaster
    those end by themselves). An initdb whose starter was killed counts too: it still clears its own folder.
    """
    if not LINUX:
        return dict.fromkeys(_process_of_pid_file(place), True)
    owner = os.geteuid() if place.user is None else place.user.uid
    making = os.fsencode(place.home / "making-")
    found: dict[int, bool] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with contextlib.suppress(OSError):
                if entry.stat().st_uid == owner:
                    arguments = (entry / "cmdline").read_bytes().split(b"\0")
                    name, _, _ = arguments[0].partition(b":")  # a child is «postgres: checkpointer»
                    program = name.rpartition(b"/")[2]
                    if program == b"initdb" and any(each.startswith(making) for each in arguments):
                        found[int(entry.name)] = True
                    if program != b"postgres":
                        continue
                    if os.fsencode(place.data) in arguments:
                        found[int(entry.name)] = True
                    elif (entry / "cwd").readlink().is_relative_to(place.home):
                        found[int(entry.name)] = False
    return found


def _process_of_pid_file(place: Place) -> set[int]:
    try:
        pid = int((place.data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return set()
    shown = subprocess.run(
        ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, check=False, text=True
    ).stdout
    return {pid} if "postgres" in shown and str(place.data) in shown else set()


def _ids(place: Place) -> tuple[int, int] | None:
    return None if place.user is None else (place.user.uid, place.user.gid)


def _server_environment() -> dict[str, str]:
    """Give the server nothing of ours: no secret of the environment, no PG… variable, no locale."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def _write_private(path: Path, text: str, place: Place) -> None:
    """Write a new file for the server's user; as root, never through a link that user may have put there."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w") as file:
        if place.user is not None:
            os.fchown(file.fileno(), place.user.uid, place.user.gid)
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _reason(output: str) -> str:
    """Pick what went wrong out of what a program said: its first complaints, or else its last words."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    complaints = [line for line in lines if any(mark in line for mark in _COMPLAINTS)]
    return " / ".join(complaints[:3] or lines[-3:])
