"""One machine's installation: which processes it has, in which order, and what each is given.

Database (unless DATABASE_URL names one) → migration → API, log check, what must be done once, sequencer, jobs.
The API is the last to be running.
Each process gets its own login and no other.
"""

import os
import shutil
import ssl
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from api.backup.unfinished import refuse_if_unfinished
from api.server.errors import StartError
from api.server.lan.authority import ServerFiles
from api.server.postgres import EmbeddedPostgres, Running
from api.server.reaching import URL_SETTINGS
from api.server.secrets import FILE_SETTINGS, Secrets
from api.server.supervisor import Child, Drain, Program, Supervisor, plain_environment
from api.settings import Settings, value_of

# At most seven of them compute or await a password's hash (`identity.passwords`): the rest go on working.
THREADS: Final = 11
# Its name among the children. Once it runs, all do.
API: Final = "api"
_SETTINGS: Final = ("TRUSTED_PROXIES", "VALKEY_URL", "S3_ENDPOINT", "S3_BUCKET", "S3_REGION", "S3_ACCESS_KEY",
                    "S3_SECRET_KEY", "CHECKPOINTS_DIR", "METRICS_TOKEN", "LOG_FORMAT",
                    "WEBHOOK_URL", "WEBHOOK_SECRET", "SMTP_URL", "MAIL_FROM")  # fmt: skip


class Installation:
    """The processes of `doorstep serve` on this machine."""

    def __init__(
        self,
        settings: Settings,
        *,
        host: str,
        port: int,
        workers: int = 1,
        has_jobs: bool = True,
        tls: ServerFiles | None = None,
    ) -> None:
        self._settings = settings
        self._tls = tls
        self._host, self._port, self._workers, self._has_jobs = host, port, workers, has_jobs
        refuse_if_unfinished(settings.data_dir)
        self.secrets = Secrets.open(settings.data_dir / "secrets", os.environ)
        self._database: EmbeddedPostgres | None = None
        self._running: Running | None = None
        self._drain: Drain | None = None

    def run(
        self,
        *,
        before: Sequence[str] = (),
        demo_passwords: Sequence[str] = (),
        say: Callable[[str], None] | None = None,
    ) -> int:
        """Everything runs until Ctrl-C or SIGTERM; returns the exit status.

        Args:
            before: Arguments of a `doorstep` command to run once before it is said to serve (the demo's seed).
            demo_passwords: Names of readable secrets to make on an embedded installation.
            say: Where each change of state is told.
        """
        with tempfile.TemporaryDirectory(prefix="doorstep-") as folder:
            if self._settings.drain_s:
                self._drain = Drain(Path(folder) / "stopping", self._settings.drain_s)
            return Supervisor(self._children(before, demo_passwords), say=say, drain=self._drain).run()

    def _children(self, before: Sequence[str], demo_passwords: Sequence[str]) -> list[Child]:
        children: list[Child] = []
        if self._workers > 1:
            shutil.rmtree(self._settings.data_dir / "metrics", ignore_errors=True)
            (self._settings.data_dir / "metrics").mkdir(mode=0o700, parents=True)
        if self._settings.database_url is None:
            self.secrets.create_missing(readable=demo_passwords)
            self._database = EmbeddedPostgres(self._settings.data_dir, self.secrets)
            children.append(_Remembered(self._database, self._remember))
        if self._has("owner"):
            children.append(self._program("migration", ["migrate"], ["owner"], once=True))
        # It takes its time to answer, which what follows needs too. If the log has another past, all of it
        # ends again before the API is said to run.
        children.append(self._api())
        if self._has("sequencer"):
            children.append(self._program("log check", ["evidence", "compare"], ["sequencer"], once=True))
        if before:
            children.append(self._program("preparation", before, ["app"], once=True))
        if self._has("sequencer"):
            children.append(self._program("sequencer", ["sequencer"], ["sequencer"]))
        if self._has_jobs:
            children.append(self._program("jobs", ["worker"], ["app"]))
        return children

    def _has(self, login: str) -> bool:
        """Embedded, every login is there; elsewhere those that the operator gave."""
        return self._settings.database_url is None or value_of(os.environ, URL_SETTINGS[login]) is not None

    def _api(self) -> Program:
        granian = [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--no-ws", "--http", "auto",
            "--host", self._host, "--port", str(self._port), "--workers", str(self._workers),
            "--blocking-threads", str(THREADS), "--respawn-failed-workers", "--workers-kill-timeout", "8s",
            "--log-level", "error", "api.wsgi:create",
        ]  # fmt: skip
        if self._tls is not None:
            granian += [
                *("--ssl-certificate", str(self._tls.certificate), "--ssl-keyfile", str(self._tls.key)),
                *("--ssl-protocol-min", "tls1.3"),
            ]
        return Program(API, granian, self._environment_of_api, ready=self._answers, ready_within_s=60)

    def _environment_of_api(self) -> Mapping[str, str]:
        told = {} if self._drain is None else {"DRAIN_MARKER": str(self._drain.marker)}
        return {**self._environment(["app"]), **told}

    def _program(
        self, name: str, arguments: Sequence[str], logins: Sequence[str], *, once: bool = False
    ) -> Program:
        argv = [sys.executable, "-m", "api.cli", *arguments]
        return Program(name, argv, lambda: self._environment(logins), once=once)

    def _environment(self, logins: Sequence[str]) -> Mapping[str, str]:
        """What a process may know: harmless variables, the settings, and the URLs of its own logins."""
        names = (*_SETTINGS, *(f"{name}_FILE" for name in _SETTINGS), *FILE_SETTINGS.values())
        given = {name: os.environ[name] for name in names if os.environ.get(name)}
        urls = {URL_SETTINGS[login]: self._url(login) for login in logins}
        if self._workers > 1:  # their counts are joined in files that begin anew with each start
            given["PROMETHEUS_MULTIPROC_DIR"] = str(self._settings.data_dir / "metrics")
        own = {
            "DATA_DIR": str(self._settings.data_dir),
            "PUBLIC_URL": self._settings.public_url,
            "PYTHONUNBUFFERED": "1",
        }
        return {**plain_environment(), **given, **own, **urls}

    def _url(self, login: str) -> str:
        if self._settings.database_url is None:
            if self._running is None:
                raise StartError("The database has not started yet.")
            return self._running.urls[login]
        if login == "app":
            return self._settings.database_url
        given = value_of(os.environ, URL_SETTINGS[login])
        if given is None:
            raise StartError(f"{URL_SETTINGS[login]} is not set.")
        return given

    def _remember(self, running: Running) -> None:
        self._running = running

    def _answers(self) -> bool:
        host = "127.0.0.1" if self._host in {"0.0.0.0", "::"} else self._host  # noqa: S104 - compared, not bound
        scheme, trust = "http", None
        if self._tls is not None:
            scheme, trust = "https", ssl.create_default_context(cafile=self._tls.authority)
        host = f"[{host}]" if ":" in host else host
        url = f"{scheme}://{host}:{self._port}/health/ready"
        try:
            with urllib.request.urlopen(url, timeout=2, context=trust) as answer:  # noqa: S310 - our own two schemes
                return bool(answer.status == 200)  # noqa: PLR2004
        except (urllib.error.URLError, OSError):
            return False


class _Remembered:
    """The database as a child that tells its addresses each time it has started."""

    def __init__(self, database: EmbeddedPostgres, tell: Callable[[Running], None]) -> None:
        self._database = database
        self._tell = tell

    @property
    def name(self) -> str:
        return self._database.name

    def start(self) -> object:
        running = self._database.start()
        self._tell(running)
        return running

    def exit_code(self) -> int | None:
        return self._database.exit_code()

    def stop(self) -> None:
        self._database.stop()
