"""The way back: a backup whose every hash holds becomes an installation in an empty place.

A restore that was cut leaves a mark in DATA_DIR, and nothing is served from there until it is begun anew.
"""

import json
import shutil
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from api.backup.dumps import restore_dump
from api.backup.sealing import AgeSeal, Seal, Unsealed
from api.backup.unfinished import MARK
from api.backup.unit import DATABASE, INDEX, SECRETS, Unit
from api.server.composing import open_store
from api.server.errors import StartError
from api.server.postgres import EmbeddedPostgres
from api.server.process import Process
from api.server.reaching import reached, with_login
from api.server.secrets import Secrets
from field_visits.migrations.migrate import MissingRolesError, NotEmptyError, migrate, prepare_empty
from media.digest import digest_of_stream
from media.store import ObjectStore

ELSEWHERE: Final = "secrets-elsewhere"


@dataclass(slots=True)
class Restored:
    """What was put back. `elsewhere`: secrets whose files the operator must put where the settings say."""

    files: int = 0
    missing: int = 0
    elsewhere: tuple[str, ...] = ()


def unlocked(unit: Unit, passphrase: str | None) -> Seal:
    """The seal of a backup's parts.

    Raises:
        StartError: it is sealed and no passphrase, or another, was given.
    """
    if not unit.is_sealed:
        return Unsealed()
    if passphrase is None:
        raise StartError("This backup is sealed. Name the file of its passphrase with --passphrase-file.")
    return AgeSeal.unlocked(unit.key(), passphrase)


def check_files(unit: Unit, seal: Seal) -> int:
    """Every part opens, and every file has the hash it is named by; how many files there are.

    Raises:
        StartError: a part does not open or is not what it says.
    """
    for name in (DATABASE, SECRETS):
        with unit.part(name, seal):
            pass
    count = 0
    for line in _index(unit, seal):
        if line["part"] is not None:
            with unit.part(line["part"], seal) as file:
                if digest_of_stream(file).sha256 != line["sha256"]:
                    raise StartError(f"The file {line['part']} of the backup does not have its hash.")
            count += 1
    return count


@contextmanager
def restored(
    process: Process, unit: Unit, seal: Seal, *, progress: Callable[[int], None] | None = None
) -> Iterator[tuple[Process, Restored]]:
    """Database, files and secrets are back, and the database runs for the length of the block.

    The mark of an unfinished restore goes when the block ends well.

    Raises:
        StartError: DATA_DIR or the database is not empty (nothing was changed), or a step failed.
    """
    folder = process.settings.data_dir
    _refuse_if_used(process)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    mark = folder / MARK
    mark.write_text("A restore began here and has not ended.\n")
    found = Restored(elsewhere=_put_secrets(unit, seal, folder))
    secrets = Secrets.open(folder / "secrets", process.environment)
    process = replace(process, secrets=secrets)
    if process.settings.database_url is None:
        secrets.create_missing()  # of a backup from a house whose database had its logins elsewhere
    with reached(process, may_be_new=True) as url:
        try:
            prepare_empty(url("owner"))
        except NotEmptyError:
            mark.unlink()
            raise StartError(
                "The database that DATABASE_OWNER_URL names has tables. A backup is restored into an empty one."
            ) from None
        except MissingRolesError as error:
            raise StartError(str(error)) from error
        with unit.part(DATABASE, seal) as dump:
            restore_dump(dump, url("owner"))
        migrate(url("owner"))
        store = open_store(process)
        for line in _index(unit, seal):
            if _put_file(unit, seal, store, line):
                found.files += 1
            else:
                found.missing += 1
            if progress is not None:
                progress(found.files)
        yield with_login(process, url("app")), found
        mark.unlink()


def _refuse_if_used(process: Process) -> None:
    folder = process.settings.data_dir
    if folder.exists() and any(folder.iterdir()):
        raise StartError(
            f"{folder} is not empty, and a restore never writes over anything. Name an empty DATA_DIR, "
            "or move this one away first."
        )
    if process.settings.database_url is None:
        place = EmbeddedPostgres(folder, process.secrets).place
        if place.data.exists():
            raise StartError(
                f"{folder} is empty, yet its database lies in {place.home}. Name another DATA_DIR, or run "
                "`doorstep reset` if that database is not needed."
            )


def _put_secrets(unit: Unit, seal: Seal, folder: Path) -> tuple[str, ...]:
    unpacked = folder / ".secrets-unpacked"
    with unit.part(SECRETS, seal) as packed, tarfile.open(fileobj=packed) as tar:
        tar.extractall(unpacked, filter="data")
    for path in (unpacked, *unpacked.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
    elsewhere: tuple[str, ...] = ()
    if (unpacked / "own").is_dir():
        (unpacked / "own").rename(folder / "secrets")
    if (unpacked / "elsewhere").is_dir():
        (unpacked / "elsewhere").rename(folder / ELSEWHERE)
        elsewhere = tuple(sorted(path.name for path in (folder / ELSEWHERE).iterdir()))
    shutil.rmtree(unpacked)
    return elsewhere


def _put_file(unit: Unit, seal: Seal, store: ObjectStore, line: dict[str, Any]) -> bool:
    """The file is in the store, with its retention and hold; False if the backup does not have it either."""
    key = line["key"]
    if line["part"] is not None:
        with unit.part(line["part"], seal) as file:
            store.put_if_absent(key, file, content_type=line["content_type"])
    elif store.head(key) is None:
        return False
    if line.get("retained_until"):
        store.retain(key, datetime.fromisoformat(line["retained_until"]))
    if line.get("held"):
        store.hold(key, True)
    return True


def _index(unit: Unit, seal: Seal) -> Iterator[dict[str, Any]]:
    with unit.part(INDEX, seal) as index:
        for line in index:
            yield json.loads(line)
