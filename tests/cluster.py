"""One PostgreSQL cluster for a whole test run, and quick copies of databases in it.

A test takes the fixture `cluster` (tests/conftest.py) and asks for a database of its own:

    name = cluster.clone()                      # an empty one
    cluster.template("migrated", build)         # built once per run, by whichever worker comes first
    name = cluster.clone("migrated")            # about 0.1 s
    url = cluster.url("app", name)

Roles are shared by all databases of a cluster: a test that changes roles starts a cluster of its own
with `temporary_cluster()`.
"""

import contextlib
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from api.server.logins import LOGINS, grant_database
from api.server.postgres import EmbeddedPostgres, Running
from api.server.secrets import Secrets

_BUILD_LOCK = 0x0D00_57E9  # the advisory lock under which templates are built


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running cluster, seen from any process of the test run."""

    running: Running

    def url(self, login: str, database: str) -> str:
        """The URL of a login (`app`, `owner`, …, `superuser`) on one database."""
        return self.running.url(login, database)

    def superuser(self, database: str = "postgres") -> psycopg.Connection[Any]:
        return psycopg.connect(self.url("superuser", database), autocommit=True)

    def clone(self, template: str = "template1") -> str:
        """Copy a database, which nobody may be connected to, and return the copy's name."""
        name = f"test_{secrets.token_hex(6)}"
        with self.superuser() as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                    *map(sql.Identifier, (name, LOGINS["owner"].role, template))
                )
            )
            grant_database(connection, name)  # a copy carries no rights
        return name

    def template(self, name: str, build: Callable[[str], None]) -> None:
        """Make the database `name` by `build(name)` unless this run has made it already.

        `build` must leave no connection open. A build that fails leaves nothing under the name.
        """
        making = f"{name}_making"
        with self.superuser() as connection:
            connection.execute("SELECT pg_advisory_lock(%s)", (_BUILD_LOCK,))
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
                return
            self._drop(connection, making)
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(
                    *map(sql.Identifier, (making, LOGINS["owner"].role))
                )
            )
            grant_database(connection, making)
            build(making)
            connection.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*map(sql.Identifier, (making, name)))
            )

    def drop(self, name: str) -> None:
        """Drop a database, whoever is connected to it."""
        with self.superuser() as connection:
            self._drop(connection, name)

    def to_worker(self) -> dict[str, Any]:
        """Plain values that pytest-xdist can send to a worker process."""
        return {
            "socket_dir": str(self.running.socket_dir),
            "port": self.running.port,
            "pid": self.running.pid,
            "passwords": dict(self.running.passwords),
        }

    @classmethod
    def in_worker(cls, sent: Mapping[str, Any]) -> "Cluster":
        return cls(Running(Path(sent["socket_dir"]), sent["port"], sent["pid"], sent["passwords"]))

    @staticmethod
    def _drop(connection: psycopg.Connection[Any], name: str) -> None:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@dataclass(frozen=True, slots=True)
class Ground:
    """Temporary folders that serve root and an ordinary user alike: nothing outlives them."""

    data_dir: Path
    system_home: Path

    def secrets(self) -> Secrets:
        secrets_ = Secrets.open(self.data_dir / "secrets")
        secrets_.create_missing()
        return secrets_

    def postgres(self, *, fsync: bool = False, settings: Mapping[str, str] | None = None) -> EmbeddedPostgres:
        return EmbeddedPostgres(
            self.data_dir, self.secrets(), fsync=fsync, settings=settings, system_home=self.system_home
        )


@contextlib.contextmanager
def temporary_ground() -> Iterator[Ground]:
    folder = Path(tempfile.mkdtemp(prefix="doorstep-"))
    try:
        folder.chmod(0o755)  # as root, the server's own user must pass through it
        yield Ground(data_dir=folder / "data", system_home=folder / "home")
    finally:
        shutil.rmtree(folder)


@contextlib.contextmanager
def temporary_cluster(*, fsync: bool = False, settings: Mapping[str, str] | None = None) -> Iterator[Cluster]:
    """Run a cluster of one's own; it is stopped and deleted at the end."""
    with temporary_ground() as ground, ground.postgres(fsync=fsync, settings=settings) as running:
        yield Cluster(running)
