"""The database and what lies in it: version, rights, both clocks, logs and their checkpoints, jobs."""

from datetime import datetime
from typing import Final

from api.doctor.findings import Findings, bad, note, ok
from api.health import MAX_LAG_S
from api.server.errors import StartError
from api.server.log_past import refuse_other_past
from api.server.postgres import EmbeddedPostgres
from api.server.process import Process
from field_visits.evidence.rights import excessive_rights
from field_visits.kernel.clock import Clock
from field_visits.kernel.db import Database
from field_visits.kernel.errors import UnavailableError
from field_visits.migrations.condition import Condition, condition_of
from field_visits.migrations.readiness import readiness_of

LEAST_MAJOR: Final = 15
MAX_CLOCK_DIFFERENCE_S: Final = 2.0
MANY_JOBS: Final = 1_000


def database(process: Process, clock: Clock) -> Findings:
    """Everything that the application's login can tell."""
    url = process.settings.database_url
    if url is None:
        try:
            running = EmbeddedPostgres(process.settings.data_dir, process.secrets).reached()
        except StartError as error:
            yield bad("database", str(error), "Put the secrets back from a backup.")
            return
        if running is None:
            yield note(
                "database",
                "The embedded database does not run.",
                "`doorstep serve` starts it; ask again then.",
            )
            return
        url = running.url("app").replace("postgresql://", "postgresql+psycopg://", 1)
    opened = Database(url, pool_size=2)
    try:
        before = clock.now()
        found = condition_of(opened)
        yield from _server(found)
        yield from _clocks(found, before, clock.now())
        if found.revision == found.newest:
            yield from _contents(process, opened, clock)
    except UnavailableError:
        yield bad(
            "database", "The database does not answer.", "See whether it runs and DATABASE_URL is right."
        )
    finally:
        opened.close()


def _server(found: Condition) -> Findings:
    if found.major < LEAST_MAJOR:
        yield bad("database", f"PostgreSQL {found.version} is too old.", f"Move to {LEAST_MAJOR} or newer.")
    else:
        yield ok("database", f"PostgreSQL {found.version} answers.")
    if found.revision == found.newest:
        yield ok("migrations", f"At the newest, {found.newest}.")
    else:
        yield bad(
            "migrations",
            f"The database is at {found.revision or 'nothing'}, this program at {found.newest}.",
            "`doorstep migrate`, or the program that the database was made with.",
        )


def _clocks(found: Condition, before: datetime, after: datetime) -> Findings:
    own = before + (after - before) / 2
    difference_s = abs((found.clock - own).total_seconds())
    told = f"The database's clock and ours differ by {difference_s:.1f} s."
    if difference_s > MAX_CLOCK_DIFFERENCE_S:
        yield bad("clocks", told, "Set both machines' clocks by NTP: times are evidence.")
    else:
        yield ok("clocks", told)


def _contents(process: Process, opened: Database, clock: Clock) -> Findings:
    rights = excessive_rights(opened)
    if rights:
        yield bad(
            "rights", f"DATABASE_URL's login: {'; '.join(rights)}.", "Use a member of doorstep_app alone."
        )
    else:
        yield ok("rights", "The application's login can change no evidence.")
    lag_s = readiness_of(opened, clock.now()).log_lag_s
    if lag_s > MAX_LAG_S:
        yield bad(
            "log", f"An entry waits for its place for {lag_s:.0f} s.", "See whether the sequencer runs."
        )
    else:
        yield ok("log", f"No entry waits longer than {lag_s:.1f} s for its place.")
    try:
        untold = refuse_other_past(process, opened)
    except StartError as error:
        yield bad("checkpoints", str(error), "See above.")
    else:
        if untold:
            yield note(
                "checkpoints", " ".join(untold), "Set CHECKPOINTS_DIR to where the sequencer keeps them."
            )
        else:
            yield ok("checkpoints", "Every log fits its newest checkpoint outside the database.")
        if process.settings.checkpoints is None:
            yield note(
                "witness",
                f"Checkpoints lie beside the database, in {process.settings.checkpoints_dir}.",
                "Set CHECKPOINTS_DIR to another machine's disk: what is lost together proves nothing.",
            )
    yield from _jobs(process, opened)


def _jobs(process: Process, opened: Database) -> Findings:
    if process.settings.valkey_url is not None:
        yield ok("jobs", "Woken through Valkey; sweeps find all work in the rows each minute.")
        return
    many = condition_of(opened).jobs
    if many > MANY_JOBS:
        yield bad("jobs", f"{many} wake-ups wait.", "See whether `doorstep worker` runs.")
    else:
        yield ok("jobs", f"{many} wake-ups wait.")
