"""A server of one's own for a benchmark: real fsync, a migrated database, one organisation."""

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from api.server.postgres import EmbeddedPostgres, Running
from api.server.secrets import Secrets
from field_visits.identity.models import Organisation, User
from field_visits.kernel.actor import system_actor
from field_visits.kernel.clock import SystemClock
from field_visits.kernel.db import Database
from field_visits.kernel.ids import OrganisationId, UserId, new_id
from field_visits.migrations.migrate import migrate
from field_visits.unit_of_work import unit_of_work


@dataclass(frozen=True, slots=True)
class Ground:
    """Where the benchmarks run."""

    running: Running
    organisation: OrganisationId
    folder: Path

    @property
    def app_url(self) -> str:
        return self.running.urls["app"]


@contextlib.contextmanager
def ground() -> Iterator[Ground]:
    """A migrated database on a temporary cluster with fsync on; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="doorstep-bench-") as folder:
        secrets = Secrets.open(Path(folder) / "secrets")
        secrets.create_missing()
        server = EmbeddedPostgres(Path(folder), secrets, settings={"max_connections": "120"})
        running = server.start()
        try:
            migrate(running.urls["owner"])
            yield Ground(running, _found(running), Path(folder))
        finally:
            server.stop()
            server.remove()


def _found(running: Running) -> OrganisationId:
    clock = SystemClock()
    organisation = OrganisationId(new_id(clock.now()))
    database = Database(running.urls["app"], pool_size=2)
    with unit_of_work(database, clock, system_actor(organisation, "benchmarks")) as uow:
        founded = Organisation(
            id=organisation,
            slug="bench",
            name="Bench",
            country="CN",
            timezone="Asia/Shanghai",
            currency="CNY",
            packs=["cn"],
            object_prefix="0" * 32,
        )
        uow.apply(founded, "found")
        for number in range(64):
            user = User(
                id=UserId(uow.new_id()),
                username=f"u{number}",
                name="U",
                badge=None,
                roles=[],
                password_hash="!",
            )
            uow.apply(user, "create")
    database.close()
    return organisation
