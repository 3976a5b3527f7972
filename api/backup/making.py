"""Making a backup: one moment of the database, then the files that its rows name, then the secrets.

In this order: a file is stored before the row that names it, so every file of the moment is there when its
turn comes. What is missing or altered by then is told, and the backup is made all the same.
"""

import hashlib
import io
import json
import tarfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from api.backup.dumps import dumped
from api.backup.sealing import AgeSeal, Readable, Seal, Unsealed
from api.backup.unit import ABOUT, DATABASE, FORMAT, INDEX, KEY, SECRETS, UnitWriter, open_new
from api.server.composing import open_store
from api.server.errors import StartError
from api.server.process import Process
from api.server.reaching import reached
from field_visits.dossier.custody import Kept
from field_visits.dossier.snapshots import HiddenRowsError, Snapshot, files_of_everyone, take_snapshot
from field_visits.kernel.clock import Clock
from field_visits.kernel.db import Database
from media.errors import ObjectMissingError
from media.store import ObjectStore


@dataclass(slots=True)
class Made:
    """What was written, and every file that could not be: `faults` is empty for a whole house."""

    logs: int
    files: int = 0
    bytes: int = 0
    faults: list[str] = field(default_factory=list)


def make_backup(
    process: Process,
    target: Path,
    *,
    passphrase: str | None,
    copies_files: bool,
    clock: Clock,
    progress: Callable[[int], None] | None = None,
) -> Made:
    """A backup bears the name `target`.

    Args:
        process: Whose settings and secrets.
        target: A folder, or a file that ends in `.tar`; must not be there.
        passphrase: Seals every part; None leaves them open.
        copies_files: Whether the files' bytes come along, or only their keys and hashes.
        clock: Tells when.
        progress: Told the number of files so far.

    Raises:
        StartError: `target` is there, the backup's login cannot read everything, or a program failed.
            Nothing bears the backup's name then.
    """
    with ExitStack() as stack:
        writer = stack.enter_context(open_new(target))
        url = stack.enter_context(reached(process))("backup")
        seal: Seal = Unsealed()
        if passphrase is not None:
            seal, key = AgeSeal.new(passphrase)
            writer.add_open(KEY, key)
        database = Database(url, pool_size=1, is_frozen=True)
        stack.callback(database.close)
        session = stack.enter_context(database.transaction(None))
        try:
            moment = take_snapshot(session)
        except HiddenRowsError:
            raise StartError(
                "DATABASE_BACKUP_URL names a login that does not see every organisation. As a superuser, "
                "run: ALTER ROLE <that login> BYPASSRLS; it stays read only."
            ) from None
        with dumped(url, moment.name) as dump:
            writer.add(DATABASE, dump, seal)
        made = Made(logs=len(moment.heads))
        lines = []
        store = open_store(process)
        for kept in files_of_everyone(session):
            lines.append(_add_file(writer, store, kept, seal, made, copies=copies_files))
            if progress is not None:
                progress(made.files)
        writer.add(INDEX, io.BytesIO(b"".join(json.dumps(line).encode() + b"\n" for line in lines)), seal)
        writer.add(SECRETS, io.BytesIO(_secrets(process)), seal)
        writer.add_open(ABOUT, json.dumps(_about(moment, made, clock, copies_files), indent=1).encode())
    return made


def _about(moment: Snapshot, made: Made, clock: Clock, copies_files: bool) -> dict[str, Any]:  # noqa: FBT001
    return {
        "format": FORMAT,
        "doorstep": version("doorstep"),
        "made_at": clock.now().isoformat(),
        "revision": moment.revision,
        "logs": [
            {"organisation": str(one.organisation), "size": one.size, "root": one.root.hex()}
            for one in moment.heads
        ],
        "files": made.files,
        "files_are_copied": copies_files,
        "faults": len(made.faults),
    }


class _Counted:
    """A stream that is hashed and counted while it is read."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self.hash = hashlib.sha256()
        self.length = 0

    def read(self, size: int = -1, /) -> bytes:
        piece = self._stream.read(size)
        self.hash.update(piece)
        self.length += len(piece)
        return piece


def _add_file(
    writer: UnitWriter, store: ObjectStore, kept: Kept, seal: Seal, made: Made, *, copies: bool
) -> dict[str, Any]:
    head = store.head(kept.key)
    line: dict[str, Any] = {"key": kept.key, "sha256": kept.sha256, "part": None}
    if head is None:
        made.faults.append(f"{kept.name}: the store has no such file ({kept.sha256})")
        return line
    line |= {
        "length": head.length,
        "content_type": head.content_type,
        "retained_until": head.retained_until.isoformat() if head.retained_until else None,
        "held": bool(head.held),
    }
    made.files += 1
    if not copies:
        return line
    part = f"objects/{made.files:07d}"
    try:
        with store.open(kept.key) as stream:
            counted = _Counted(stream)
            writer.add(part, counted, seal)
    except ObjectMissingError:
        made.faults.append(f"{kept.name}: the store lost this file just now ({kept.sha256})")
        return line
    made.bytes += counted.length
    if counted.hash.hexdigest() != kept.sha256:
        made.faults.append(f"{kept.name}: the stored bytes do not have the hash {kept.sha256}")
        return line
    return {**line, "part": part}


def _secrets(process: Process) -> bytes:
    """A tar of the secrets folder as `own/`, and of each secret that a setting keeps elsewhere as `elsewhere/`."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        folder = process.secrets.folder
        if folder.is_dir():
            tar.add(folder, arcname="own")
        for name, path in process.secrets.elsewhere.items():
            tar.add(path.resolve(), arcname=f"elsewhere/{name}")
    return packed.getvalue()
