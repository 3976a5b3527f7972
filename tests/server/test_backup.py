"""`doorstep backup` and `doorstep restore`: a whole house is carried away and put back, from the terminal.

One house is backed up from the embedded database it has of its own and restored into another; what a
backup or a place can lack is tried on databases of the run's cluster.
"""

import shutil
import stat
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner, Result

from api.app import create_app
from api.backup import restoring
from api.backup.unit import SUMS
from api.cli import main
from api.server.composing import open_house, open_store
from api.server.errors import StartError
from api.server.installation import Installation
from api.server.log_keys import log_signers
from api.server.postgres import EmbeddedPostgres
from api.server.process import Process
from api.server.secrets import Secrets
from api.settings import read_settings
from field_visits.evidence.sequencer import sequence
from field_visits.identity.models import User
from field_visits.identity.sessions import open_session
from field_visits.kernel.clock import SteppedClock
from field_visits.kernel.db import Database
from field_visits.migrations.migrate import migrate
from media.files import FileStore
from tests.cluster import Cluster
from tests.features.dossier.scene import PHOTO, PHOTO_SHA256, Scene
from tests.features.visits.door import at_door
from tests.world import World

PASSPHRASE = "correct horse battery staple"


@dataclass
class House:
    """One installation: where it lies, and what the terminal says there."""

    environment: dict[str, str]
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def data_dir(self) -> Path:
        return Path(self.environment["DATA_DIR"])

    @property
    def process(self) -> Process:
        settings = read_settings(self.environment)
        return Process(settings, Secrets.open(self.data_dir / "secrets"), self.environment)

    def run(self, *arguments: object) -> Result:
        return CliRunner().invoke(main, [str(each) for each in arguments], env=self.environment)

    def furnish(self, urls: dict[str, str], clock: SteppedClock) -> str:
        """An organisation with a photographed visit and a numbered log; an access token of its lawyer."""
        self.process.secrets.create_missing()
        migrate(urls["owner"])
        app, sequencer = Database(urls["app"]), Database(urls["sequencer"])
        store = open_store(self.process)
        assert isinstance(store, FileStore)
        world = World.found(app, clock)
        Scene(world, sequencer, store).photographed(at_door(world, world.collector))
        house = open_house(self.process_at(urls["app"]), clock)
        with house.work(world.legal) as uow:
            lawyer = uow.session.get_one(User, world.legal.user)
            token = open_session(uow, lawyer, keys=house.keys.tokens, user_agent="tests").access.text
        house.close()
        clock.advance(timedelta(seconds=1))
        assert sequence(sequencer, world.organisation, log_signers(self.process.secrets), clock.now())
        app.close()
        sequencer.close()
        return token

    def process_at(self, url: str) -> Process:
        environment = {**self.environment, "DATABASE_URL": url}
        return Process(read_settings(environment), self.process.secrets, environment)


@pytest.fixture
def passphrase_file(tmp_path: Path) -> Path:
    file = tmp_path / "passphrase"
    file.write_text(f"{PASSPHRASE}\n")
    file.chmod(0o600)
    return file


# -- an embedded house, carried over whole --------------------------------------------------------


@pytest.fixture
def grounds() -> Iterator[tuple[House, House]]:
    """Two folders for embedded houses, gone afterwards with what root keeps of them elsewhere."""
    folder = Path(tempfile.mkdtemp(prefix="doorstep-backup-"))
    folder.chmod(0o755)
    houses = tuple(House({"DATA_DIR": str(folder / name), "DATABASE_URL": ""}) for name in ("old", "new"))
    yield (houses[0], houses[1])
    for house in houses:
        assert house.run("reset", "--yes").exit_code == 0
    shutil.rmtree(folder)


@pytest.mark.slow
def test_a_house_is_carried_over_whole_and_goes_on_there(
    grounds: tuple[House, House], clock: SteppedClock, tmp_path: Path, passphrase_file: Path
) -> None:
    old, new = grounds
    unit = tmp_path / "house.tar"
    old.process.secrets.create_missing()
    with EmbeddedPostgres(old.data_dir, old.process.secrets, fsync=False) as running:
        token = old.furnish(running.urls, clock)

        made = old.run("backup", unit, "--passphrase-file", passphrase_file)

        assert made.exit_code == 0, made.output
        assert "the database, 1 logs, 1 files" in made.output
    seen = old.run("backup", unit, "--verify", "--passphrase-file", passphrase_file)
    assert (seen.exit_code, "1 files have the hash" in seen.output) == (0, True), seen.output

    back = new.run("restore", unit, "--passphrase-file", passphrase_file)

    assert back.exit_code == 0, back.output
    assert ": WHOLE: " in back.output
    assert "1 files." in back.output
    files = {path.relative_to(old.data_dir): path.read_bytes() for path in secret_files(old.data_dir)}
    assert files == {path.relative_to(new.data_dir): path.read_bytes() for path in secret_files(new.data_dir)}
    assert {stat.S_IMODE(path.stat().st_mode) for path in secret_files(new.data_dir)} == {0o600}
    with (
        EmbeddedPostgres(new.data_dir, new.process.secrets, fsync=False) as running,
        ExitStack() as stack,
    ):
        house = open_house(new.process_at(running.url("app")), clock)
        stack.callback(house.close)
        client = create_app(house).test_client()
        me = client.get("/v1/me", headers={"Authorization": f"Bearer {token}"})
        assert (me.status_code, me.json and me.json["roles"]) == (200, ["legal"])
        # The log goes on from where it was, under the same key.
        sequencer = Database(running.url("sequencer"))
        stack.callback(sequencer.close)
        world = World.found(house.database, clock)
        assert sequence(sequencer, world.organisation, log_signers(new.process.secrets), clock.now())
        assert new.run("evidence", "fsck").exit_code == 0
    assert new.run("restore", unit, "--passphrase-file", passphrase_file).exit_code == 1


def secret_files(data_dir: Path) -> list[Path]:
    return sorted(path for path in (data_dir / "secrets").rglob("*") if path.is_file())


# -- databases of one's own -------------------------------------------------------------------------


@pytest.fixture
def houses(cluster: Cluster, clock: SteppedClock, tmp_path: Path) -> Iterator[tuple[House, House]]:
    """A furnished house on a database of the cluster, and an empty one beside it."""
    names = [cluster.clone(), cluster.clone()]
    made = []
    for name, folder in zip(names, ("old", "new"), strict=True):
        urls = {f"DATABASE_{login.upper()}_URL": cluster.url(login, name) for login in ("owner", "backup")}
        made.append(
            House({"DATA_DIR": str(tmp_path / folder), "DATABASE_URL": cluster.url("app", name), **urls})
        )
    logins = ("app", "owner", "sequencer")
    made[0].furnish({login: cluster.url(login, names[0]) for login in logins}, clock)
    made[0].more = {"name": names[0]}
    made[1].more = {"name": names[1]}
    yield made[0], made[1]
    for name in names:
        cluster.drop(name)


def test_a_backup_in_the_clear_says_so_and_any_tool_reads_it(
    houses: tuple[House, House], tmp_path: Path
) -> None:
    old, new = houses
    unit = tmp_path / "unit"

    made = old.run("backup", unit, "--in-the-clear")

    assert made.exit_code == 0, made.output
    assert "NOTHING IN IT IS SEALED" in made.output
    assert {stat.S_IMODE(path.stat().st_mode) for path in unit.rglob("*") if path.is_file()} == {0o600}
    for line in (unit / SUMS).read_text().splitlines():
        digest, _, name = line.partition("  ")
        assert sha256((unit / name).read_bytes()).hexdigest() == digest
    assert (unit / "objects/0000001").read_bytes() == PHOTO
    with tarfile.open(unit / "secrets.tar") as packed:
        assert "own/database-app" in packed.getnames()
    back = new.run("restore", unit)
    assert (back.exit_code, ": WHOLE: " in back.output) == (0, True), back.output
    twice = old.run("backup", unit, "--in-the-clear")
    assert (twice.exit_code, "is there already" in twice.output) == (1, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new", "old", "unit"]


def test_a_sealed_backup_shows_nobody_anything(
    houses: tuple[House, House], tmp_path: Path, passphrase_file: Path
) -> None:
    old, new = houses
    unit = tmp_path / "unit"
    assert old.run("backup", unit, "--passphrase-file", passphrase_file).exit_code == 0
    plain = [path.name for path in unit.rglob("*") if path.is_file() and path.suffix != ".age"]
    assert sorted(plain) == ["SHA256SUMS", "backup.json"]
    every_byte = b"".join(path.read_bytes() for path in unit.rglob("*") if path.is_file())
    for told in (
        PHOTO[:64],
        PHOTO_SHA256.encode(),
        b"PGDMP",
        old.process.secrets.text("database-app").encode(),
    ):
        assert told not in every_byte

    without = new.run("restore", unit)
    assert (without.exit_code, "--passphrase-file" in without.output) == (1, True)
    passphrase_file.write_text("another passphrase altogether")
    wrong = new.run("restore", unit, "--passphrase-file", passphrase_file)
    assert (wrong.exit_code, "does not open this backup" in wrong.output) == (1, True)
    assert not new.data_dir.exists()


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        ("alter", "database.dump does not have its hash"),
        ("remove", "secrets.tar is missing"),
        ("add", "holds objects/extra"),
        ("newer", "made by a newer Doorstep"),
        ("nothing", "cannot be read"),
    ],
)
def test_a_backup_that_is_not_as_it_was_written_is_not_restored(
    houses: tuple[House, House], tmp_path: Path, harm: str, said: str
) -> None:
    old, new = houses
    unit = tmp_path / "unit"
    assert old.run("backup", unit, "--in-the-clear").exit_code == 0
    match harm:
        case "alter":
            content = bytearray((unit / "database.dump").read_bytes())
            content[len(content) // 2] ^= 1
            (unit / "database.dump").write_bytes(content)
        case "remove":
            (unit / "secrets.tar").unlink()
        case "add":
            (unit / "objects/extra").write_bytes(b"?")
        case "newer":
            about = (unit / "backup.json").read_text()
            changed = about.replace('"format": 1', '"format": 2')
            (unit / "backup.json").write_text(changed)
            sums = (unit / SUMS).read_text()
            before, after = (sha256(text.encode()).hexdigest() for text in (about, changed))
            (unit / SUMS).write_text(sums.replace(before, after))
        case _:
            (unit / SUMS).unlink()

    told = new.run("restore", unit)

    assert (told.exit_code, said in told.output) == (1, True), told.output
    assert old.run("backup", unit, "--verify").exit_code == 1
    assert not new.data_dir.exists()


def test_files_that_are_lost_are_named_and_the_rest_is_kept(
    houses: tuple[House, House], tmp_path: Path
) -> None:
    old, new = houses
    unit = tmp_path / "unit"
    (photo,) = [path for path in (old.data_dir / "objects").rglob(PHOTO_SHA256) if path.is_file()]
    photo.unlink()

    made = old.run("backup", unit, "--in-the-clear")

    assert (made.exit_code, f"no such file ({PHOTO_SHA256})" in made.output) == (1, True)
    back = new.run("restore", unit)
    assert (back.exit_code, "DAMAGED in 1 places" in back.output) == (1, True), back.output


def test_files_can_be_listed_and_stay_where_they_are(houses: tuple[House, House], tmp_path: Path) -> None:
    old, new = houses
    unit = tmp_path / "unit"
    assert old.run("backup", unit, "--in-the-clear", "--files", "list").exit_code == 0
    assert not (unit / "objects").exists()

    back = new.run("restore", unit)

    assert (back.exit_code, "neither in the backup nor in the store" in back.output) == (1, True)


def test_a_place_that_is_not_empty_is_left_alone(
    houses: tuple[House, House], cluster: Cluster, tmp_path: Path
) -> None:
    old, new = houses
    unit = tmp_path / "unit"
    assert old.run("backup", unit, "--in-the-clear").exit_code == 0

    into_itself = old.run("restore", unit)
    assert (into_itself.exit_code, "is not empty" in into_itself.output) == (1, True)
    with psycopg.connect(cluster.url("owner", new.more["name"])) as connection:
        connection.execute("CREATE TABLE mine (n int)")
    told = new.run("restore", unit)

    assert (told.exit_code, "has tables" in told.output) == (1, True), told.output


def test_a_restore_that_was_cut_is_not_served(
    houses: tuple[House, House], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = houses
    unit = tmp_path / "unit"
    assert old.run("backup", unit, "--in-the-clear").exit_code == 0

    def cut(*_: object) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(restoring, "_put_file", cut)
    new.run("restore", unit)

    with pytest.raises(StartError, match="was cut before its end"):
        Installation(read_settings(new.environment), host="127.0.0.1", port=1)


def test_a_login_that_does_not_see_everybody_makes_no_backup(
    houses: tuple[House, House], tmp_path: Path
) -> None:
    old, _ = houses
    blind = House({**old.environment, "DATABASE_BACKUP_URL": old.environment["DATABASE_URL"]})

    told = blind.run("backup", tmp_path / "unit", "--in-the-clear")

    assert (told.exit_code, "BYPASSRLS" in told.output) == (1, True)
    assert not (tmp_path / "unit").exists()


@pytest.mark.parametrize(
    ("content", "mode", "said"),
    [("short", 0o600, "at least 16 characters"), (PASSPHRASE, 0o644, "chmod 600")],
)
def test_a_passphrase_that_protects_nothing_is_refused(
    tmp_path: Path, passphrase_file: Path, content: str, mode: int, said: str
) -> None:
    passphrase_file.write_text(content)
    passphrase_file.chmod(mode)

    told = House({"DATA_DIR": str(tmp_path / "data")}).run(
        "backup", tmp_path / "unit", "--passphrase-file", passphrase_file
    )

    assert (told.exit_code, said in told.output) == (1, True), told.output


def test_sealed_or_said_to_be_open(tmp_path: Path) -> None:
    told = House({"DATA_DIR": str(tmp_path / "data")}).run("backup", tmp_path / "unit")

    assert (told.exit_code, "--in-the-clear" in told.output) == (1, True)
