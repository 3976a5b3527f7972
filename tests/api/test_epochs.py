"""A database that is not the one whose checkpoints were given away: noticed, refused, and let on by an operator."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from api.cli import main
from api.server.log_keys import log_signers
from api.server.secrets import Secrets
from field_visits.evidence.epochs import OtherPastError, OutsideCheckpoints, log_origin
from field_visits.evidence.sequencer import sequence
from field_visits.identity.models import User
from field_visits.kernel.actor import system_actor
from field_visits.kernel.clock import SteppedClock
from field_visits.kernel.db import Database
from field_visits.kernel.ids import OrganisationId
from field_visits.unit_of_work import unit_of_work
from tests.cluster import Cluster
from tests.world import World, applied


@dataclass
class Past:
    """One installation, whose database can be copied and swapped for a copy."""

    cluster: Cluster
    clock: SteppedClock
    data_dir: Path
    name: str
    copies: list[str]
    organisation: OrganisationId
    slug: str

    @property
    def outside(self) -> OutsideCheckpoints:
        return OutsideCheckpoints(self.data_dir / "checkpoints")

    def run(self, *arguments: str) -> Result:
        environment = {
            "DATA_DIR": str(self.data_dir),
            "DATABASE_URL": self.cluster.url("app", self.name),
            "DATABASE_SEQUENCER_URL": self.cluster.url("sequencer", self.name),
        }
        return CliRunner().invoke(main, list(arguments), env=environment)

    def compare(self) -> Result:
        return self.run("evidence", "compare")

    def open_epoch(self, reason: str = "Restored after the disk broke") -> Result:
        return self.run("evidence", "open-epoch", "--organisation", self.slug, "--reason", reason)

    def copy(self) -> str:
        self.copies.append(self.cluster.clone(self.name))
        return self.copies[-1]

    def go_on(self, name: str) -> str:
        """Somebody is renamed, and the sequencer numbers and signs it; the checkpoint, which is kept outside."""
        app = Database(self.cluster.url("app", self.name))
        actor = system_actor(self.organisation, "tests")
        with unit_of_work(app, self.clock, actor) as uow:
            user = uow.session.scalars(select(User).order_by(User.id).limit(1)).one()
            applied(uow.apply(user, "change", changes={"name": name}))
        app.close()
        return self.number()

    def number(self) -> str:
        self.clock.advance(timedelta(seconds=1))
        sequencer = Database(self.cluster.url("sequencer", self.name))
        signers = log_signers(Secrets.open(self.data_dir / "secrets"))
        turn = sequence(sequencer, self.organisation, signers, self.clock.now())
        sequencer.close()
        assert turn is not None
        assert turn.note is not None
        self.outside.keep(self.organisation, turn.note)
        return turn.note


@pytest.fixture
def past(cluster: Cluster, own_database_name: str, clock: SteppedClock, tmp_path: Path) -> Iterator[Past]:
    Secrets.open(tmp_path / "secrets").create_missing()
    app = Database(cluster.url("app", own_database_name))
    world = World.found(app, clock)
    app.close()
    past = Past(cluster, clock, tmp_path, own_database_name, [], world.organisation, world.slug)
    past.number()
    yield past
    for name in past.copies:
        cluster.drop(name)


def test_the_log_that_was_signed_is_let_on(past: Past) -> None:
    past.go_on("a")

    told = past.compare()

    assert (told.exit_code, told.output) == (0, "")
    none = past.open_epoch()
    assert (none.exit_code, "nothing to open an epoch for" in none.output) == (1, True)


def test_a_checkpoint_of_before_a_crash_fits(past: Past) -> None:
    older = past.outside.read(past.organisation)
    past.go_on("a")
    assert older is not None
    (past.outside.folder / f"{past.organisation}.checkpoint").write_text(older)

    assert past.compare().exit_code == 0


def test_without_a_checkpoint_outside_it_says_that_nobody_can_tell(past: Past) -> None:
    (past.outside.folder / f"{past.organisation}.checkpoint").unlink()

    told = past.compare()

    assert (told.exit_code, "nobody can tell" in told.output) == (0, True)


def test_an_older_copy_appends_nothing_until_an_operator_opens_an_epoch(past: Past) -> None:
    older = past.copy()
    past.go_on("a")
    past.name = older

    told = past.compare()
    assert (told.exit_code, "is an older copy: its log ends at size" in told.output) == (1, True)
    assert f"doorstep evidence open-epoch --organisation {past.slug}" in told.output
    assert past.run("sequencer").exit_code == 1
    assert past.open_epoch(" ").exit_code == 1

    opened = past.open_epoch()

    assert opened.exit_code == 0, opened.output
    assert past.compare().exit_code == 0
    assert past.number().startswith(log_origin(past.organisation, 2) + "\n")
    past.go_on("b")
    assert past.compare().exit_code == 0
    whole = past.run("evidence", "fsck")
    assert (whole.exit_code, ": WHOLE: " in whole.output) == (0, True), whole.output
    with psycopg.connect(past.cluster.url("backup", past.name)) as connection:
        found = connection.execute(
            "SELECT l.reason FROM log_epochs l JOIN entries e ON e.id = l.evidence_id"
            " JOIN leaves f ON f.entry_id = e.id WHERE e.code = 'log:epoch:opened'"
        ).fetchall()
    assert found == [("Restored after the disk broke",)]


def test_a_copy_that_took_another_course_is_noticed(past: Past) -> None:
    other = past.copy()
    kept = past.go_on("a")
    past.name = other
    past.go_on("b")
    past.go_on("c")
    (past.outside.folder / f"{past.organisation}.checkpoint").write_text(kept)

    told = past.compare()

    assert (told.exit_code, "took another course" in told.output) == (1, True), told.output


def test_a_copy_from_before_an_epoch_is_noticed_too(past: Past) -> None:
    first, second = past.copy(), past.copy()
    past.go_on("a")
    past.name = first
    assert past.open_epoch().exit_code == 0
    past.number()
    past.name = second

    told = past.compare()

    assert (told.exit_code, "an epoch that this database has never seen" in told.output) == (1, True)


def test_a_checkpoint_that_nobody_signed_is_not_believed(past: Past) -> None:
    file = past.outside.folder / f"{past.organisation}.checkpoint"
    file.write_text(file.read_text().replace("\n", "0\n", 2))

    told = past.compare()

    assert (told.exit_code, "cannot be trusted" in told.output) == (1, True)


def test_a_sequencer_under_which_the_database_goes_back_stops(past: Past) -> None:
    older = past.copy()
    past.go_on("a")
    past.go_on("b")
    past.name = older

    with pytest.raises(OtherPastError, match="went back while the sequencer ran"):
        past.go_on("c")
