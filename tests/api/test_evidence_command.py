"""`doorstep evidence`, on the tests' database by DATABASE_URL and on files below DATA_DIR."""

import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from api.cli import main
from api.server.composing import export_keys, open_store
from api.server.log_keys import log_signers
from api.server.process import Process
from api.server.secrets import LOG, Secrets
from api.settings import read_settings
from field_visits.cases.models import Case
from field_visits.evidence.epochs import log_origin
from field_visits.evidence.notes import SignerKey
from field_visits.evidence.sequencer import sequence
from field_visits.evidence.tables import Entry
from field_visits.identity.models import User
from field_visits.kernel.db import Database
from media.files import FileStore
from tests.cluster import Cluster
from tests.features.dossier.scene import PHOTO, PHOTO_SHA256, Scene
from tests.features.visits.door import at_door
from tests.world import World


@dataclass
class Installation:
    """One organisation of an installation: its secrets, its files, a case with a photographed visit."""

    environment: dict[str, str]
    scene: Scene
    case: Case

    @property
    def slug(self) -> str:
        return self.scene.world.slug

    @property
    def secrets(self) -> Secrets:
        return Secrets.open(Path(self.environment["DATA_DIR"]) / "secrets")

    def run(self, *arguments: str) -> Result:
        return CliRunner().invoke(main, ["evidence", *arguments], env=self.environment)

    def fsck(self, *options: str) -> Result:
        return self.run("fsck", "--organisation", self.slug, *options)

    def number(self) -> None:
        """Every entry so far has its place, signed by the installation's own key."""
        world = self.scene.world
        world.clock.advance(timedelta(seconds=1))
        turn = sequence(
            self.scene.sequencer, world.organisation, log_signers(self.secrets), world.clock.now()
        )
        assert turn is not None

    @contextmanager
    def numbering(self) -> Iterator[None]:
        """A sequencer works beside what is done in the block."""
        stop = threading.Event()

        def work() -> None:
            while not stop.wait(0.05):
                self.number()

        beside = threading.Thread(target=work)
        beside.start()
        try:
            yield
        finally:
            stop.set()
            beside.join()


@pytest.fixture
def installation(
    cluster: Cluster,
    app_database_name: str,
    sequencer_database: Database,
    world: World,
    tmp_path: Path,
) -> Installation:
    environment = {"DATA_DIR": str(tmp_path), "DATABASE_URL": cluster.url("app", app_database_name)}
    secrets = Secrets.open(tmp_path / "secrets")
    secrets.create_missing()
    store = open_store(Process(read_settings(environment), secrets, environment))
    assert isinstance(store, FileStore)
    scene = Scene(world, sequencer_database, store)
    case = world.case(collector=world.collector)
    scene.photographed(at_door(world, world.collector, case=case))
    made = Installation(environment, scene, case)
    made.number()
    return made


def test_what_is_whole_is_called_so_and_counted(installation: Installation) -> None:
    told = installation.fsck()

    assert told.exit_code == 0, told.output
    assert f"{installation.slug}: WHOLE: " in told.output
    assert told.output.rstrip().endswith("1 files.")


def test_every_organisation_is_checked_if_none_is_named(installation: Installation) -> None:
    """Others of this database were signed by keys that this installation never had: each is told by name."""
    told = installation.run("fsck")

    assert f"{installation.slug}: WHOLE: " in told.output


@pytest.mark.parametrize(
    ("sql", "named"),
    [
        ("UPDATE entry_bodies SET body = body || ' ' WHERE org_id = %s", "the body does not have its hash"),
        ("DELETE FROM leaves WHERE idx = 2 AND org_id = %s", "leaf 2 is missing"),
        ("UPDATE checkpoints SET root = sha256('x') WHERE org_id = %s", "does not say what its row says"),
    ],
    ids=["a body that was altered", "a leaf that was taken out", "a checkpoint that was altered"],
)
def test_what_an_insider_did_is_named_and_ends_with_1(
    installation: Installation, cluster: Cluster, app_database_name: str, sql: str, named: str
) -> None:
    with psycopg.connect(cluster.url("superuser", app_database_name)) as insider:
        insider.execute("SET session_replication_role = replica")
        insider.execute(sql, [installation.scene.world.organisation])

    told = installation.fsck()

    assert told.exit_code == 1
    assert named in told.output
    assert f"{installation.slug}: DAMAGED in " in told.output


def _altered(path: Path) -> None:
    path.chmod(0o600)
    path.write_bytes(PHOTO[:-1] + b"x")


@pytest.mark.parametrize(
    ("harm", "named"),
    [
        (Path.unlink, f"the store has no such file ({PHOTO_SHA256})"),
        (_altered, f"the stored bytes do not have the hash {PHOTO_SHA256}"),
    ],
    ids=["lost", "altered"],
)
def test_a_file_that_is_lost_or_altered_is_named(
    installation: Installation, harm: Callable[[Path], Any], named: str
) -> None:
    (photo,) = [
        path
        for path in (Path(installation.environment["DATA_DIR"]) / "objects").rglob("*")
        if path.is_file() and sha256(path.read_bytes()).hexdigest() == PHOTO_SHA256
    ]
    harm(photo)

    told = installation.fsck()

    assert told.exit_code == 1
    assert named in told.output
    assert "DAMAGED in 1 places" in told.output


def test_a_key_from_elsewhere_is_the_one_that_counts(installation: Installation) -> None:
    origin = log_origin(installation.scene.world.organisation)
    seed = installation.secrets.keyring(LOG)[0][1]
    kept = SignerKey(origin, Ed25519PrivateKey.from_private_bytes(seed)).verifier
    other = SignerKey(origin, Ed25519PrivateKey.generate()).verifier

    assert installation.fsck("--key", str(kept)).exit_code == 0
    assert installation.fsck("--key", str(other)).exit_code == 1
    slip = installation.fsck("--key", f"{kept}"[:-4])
    assert (slip.exit_code, "--key: " in slip.output) == (1, True)


def test_the_newest_checkpoint_is_printed_and_written(installation: Installation, tmp_path: Path) -> None:
    file = tmp_path / "checkpoint.txt"

    told = installation.run("checkpoint", "--organisation", installation.slug, "--out", str(file))

    assert told.exit_code == 0, told.output
    assert told.stdout == file.read_text(encoding="utf-8")
    assert told.stdout.startswith(log_origin(installation.scene.world.organisation) + "\n")


def test_a_case_leaves_as_a_bundle_that_verifies(installation: Installation, tmp_path: Path) -> None:
    bundle = tmp_path / "case.zip"
    with installation.numbering():
        told = export(installation, bundle)

    assert told.exit_code == 0, told.output
    assert sha256(bundle.read_bytes()).hexdigest() in told.output
    given = installation.scene.keys()
    assert installation.run("verify", str(bundle)).exit_code == 3  # nobody outside vouched for a key
    given.append(str(export_keys(installation.secrets)(installation.scene.world.organisation)[0]))
    keys = [part for key in given for part in ("--key", key)]
    assert installation.run("verify", str(bundle), *keys).exit_code == 0
    codes = codes_of(installation)
    assert codes[-3:] == ["export:bundle:requested", "export:bundle:built", "export:bundle:fetched"]

    with zipfile.ZipFile(bundle, "a") as opened, pytest.warns(UserWarning, match="Duplicate name"):
        opened.writestr(next(name for name in opened.namelist() if name.endswith("manifest-sha256.txt")), b"")
    assert installation.run("verify", str(bundle), *keys).exit_code == 1


def export(installation: Installation, out: Path, **changes: str) -> Result:
    world = installation.scene.world
    with world.work() as uow:
        lawyer = uow.session.get_one(User, world.legal.user).username
    told = {
        "organisation": installation.slug,
        "case": installation.case.reference,
        "as": lawyer,
        "reason": "一审举证",
        "out": str(out),
    } | changes
    return installation.run(
        "export", *(part for name, value in told.items() for part in (f"--{name}", value))
    )


def codes_of(installation: Installation) -> list[str]:
    with installation.scene.world.work() as uow:
        query = select(Entry.code).where(Entry.case_id == installation.case.id).order_by(Entry.id)
        return list(uow.session.scalars(query))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"case": "nowhere"}, "There is no case «nowhere» here."),
        ({"as": "nobody"}, "Nobody called «nobody» works here."),
        ({"organisation": "nowhere"}, "There is no organisation 'nowhere'."),
        ({"reason": "  "}, "reason"),
    ],
    ids=["case", "person", "organisation", "reason"],
)
def test_an_export_that_cannot_be_says_why(
    installation: Installation, tmp_path: Path, changes: dict[str, str], said: str
) -> None:
    told = export(installation, tmp_path / "case.zip", **changes)

    assert (told.exit_code, said in told.output) == (1, True), told.output
    assert not (tmp_path / "case.zip").exists()


def test_a_file_that_is_there_is_not_written_over(installation: Installation, tmp_path: Path) -> None:
    (tmp_path / "case.zip").write_text("mine")

    told = export(installation, tmp_path / "case.zip")

    assert (told.exit_code, "is there already" in told.output) == (1, True)
    assert (tmp_path / "case.zip").read_text() == "mine"


def test_what_is_no_bundle_is_told(installation: Installation, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear court,")

    told = installation.run("verify", str(tmp_path / "letter.txt"))

    assert told.exit_code == 1
    assert "[ALTERED] zip container" in told.output
