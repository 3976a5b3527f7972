"""One backup as files: a folder, or the same folder in one tar.

```
SHA256SUMS               the hash of every other file; `sha256sum -c` reads it
backup.json              what this is: when, of which version, which logs up to which size
key.age                  the key of the parts below, under the operator's passphrase
database.dump.age        pg_dump, custom format
secrets.tar.age          the secrets folder, and secrets that settings keep elsewhere
objects.jsonl.age        a line a file: key, SHA-256, length, type, retention, hold, and its part if copied
objects/0000001.age …    the files themselves
```
Without a passphrase the same parts lie open, without `.age`. A unit is written under a temporary name and
renamed when it is whole and on the disk: what bears a backup's name is one.
"""

import hashlib
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final

from api.backup.sealing import Readable, Seal
from api.server.errors import StartError

FORMAT: Final = 1
SUMS: Final = "SHA256SUMS"
ABOUT: Final = "backup.json"
KEY: Final = "key.age"
DATABASE: Final = "database.dump"
SECRETS: Final = "secrets.tar"
INDEX: Final = "objects.jsonl"
TAR: Final = ".tar"


class _Hashed:
    """A file that is hashed while it is written."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._hash = hashlib.sha256()

    def write(self, data: bytes, /) -> int:
        self._hash.update(data)
        return self._file.write(data)

    def flush(self) -> None:
        self._file.flush()

    def hexdigest(self) -> str:
        return self._hash.hexdigest()


class UnitWriter:
    """A unit that is being made; `open_new` gives one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sums: dict[str, str] = {}

    def add(self, name: str, plain: Readable, seal: Seal) -> None:
        """A part is on the disk, sealed, and its hash is known."""
        self._write(name + seal.suffix, lambda into: seal.close(plain, into))

    def add_open(self, name: str, content: bytes) -> None:
        """A part that lies open in every backup."""
        self._write(name, lambda into: into.write(content))

    def finish(self) -> None:
        """The hashes of all parts are on the disk too."""
        lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(self._sums.items()))
        self._write(SUMS, lambda into: into.write(lines.encode()))

    def _write(self, name: str, fill: Callable[[_Hashed], object]) -> None:
        path = self._folder / name
        path.parent.mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            hashed = _Hashed(file)
            fill(hashed)
            file.flush()
            os.fsync(file.fileno())
        self._sums[name] = hashed.hexdigest()


@contextmanager
def open_new(target: Path) -> Iterator[UnitWriter]:
    """A unit to fill, which bears the name `target` once the block ends well, and else leaves nothing.

    Raises:
        StartError: something bears that name already.
    """
    _refuse_if_there(target)
    making = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    packed = making.with_name(making.name + TAR)
    try:
        writer = UnitWriter(making)
        yield writer
        writer.finish()
        _sync_folders(making)
        _refuse_if_there(target)
        if target.suffix == TAR:
            _pack(making, packed)
            os.link(packed, target)  # unlike a rename, it replaces nothing
        else:
            making.rename(target)
        _sync_folder(target.parent)
    finally:
        packed.unlink(missing_ok=True)
        shutil.rmtree(making, ignore_errors=True)


class Unit:
    """A finished unit; `open_unit` gives one whose every hash holds."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.about: dict[str, Any] = json.loads((folder / ABOUT).read_bytes())
        if self.about.get("format") != FORMAT:
            raise StartError("This backup was made by a newer Doorstep. Restore it with that one or a newer.")

    @property
    def is_sealed(self) -> bool:
        return (self._folder / KEY).exists()

    def key(self) -> bytes:
        return (self._folder / KEY).read_bytes()

    @contextmanager
    def part(self, name: str, seal: Seal) -> Iterator[BinaryIO]:
        """A part, unsealed, to be read from its beginning."""
        with (
            (self._folder / (name + seal.suffix)).open("rb") as sealed,
            tempfile.TemporaryFile(dir=self._folder.parent) as plain,
        ):
            seal.open(sealed, plain)
            plain.seek(0)
            yield plain


@contextmanager
def open_unit(source: Path, *, scratch: Path | None = None) -> Iterator[Unit]:
    """A unit whose every part was hashed and found as it was written.

    Args:
        source: The folder or the tar.
        scratch: Where a tar is unpacked to; beside it by default.

    Raises:
        StartError: it is no backup, or a part is missing, added or altered; the part is named.
    """
    if source.is_dir():
        _check_sums(source)
        yield Unit(source)
        return
    if not source.is_file():
        raise StartError(f"There is no backup at {source}.")
    unpacked = Path(tempfile.mkdtemp(prefix=f".{source.name}-", dir=scratch or source.parent))
    try:
        try:
            with tarfile.open(source) as packed:
                packed.extractall(unpacked, filter="data")
        except tarfile.TarError as error:
            raise StartError(f"{source} is no backup: it cannot be unpacked ({error}).") from error
        _check_sums(unpacked)
        yield Unit(unpacked)
    finally:
        shutil.rmtree(unpacked, ignore_errors=True)


def _check_sums(folder: Path) -> None:
    try:
        lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise StartError(f"{folder} is no whole backup: {SUMS} cannot be read.") from error
    wanted = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} - {SUMS}
    if missing := sorted({ABOUT, *wanted} - there):
        raise StartError(f"The backup is not whole: {missing[0]} is missing. Use another copy of it.")
    if added := sorted(there - set(wanted)):
        raise StartError(f"The backup holds {added[0]}, which it was not made with. Use another copy of it.")
    for name, digest in wanted.items():
        with (folder / name).open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != digest:
                raise StartError(f"The backup was altered: {name} does not have its hash. Use another copy.")


def _refuse_if_there(target: Path) -> None:
    if target.exists() or target.is_symlink():
        raise StartError(f"{target} is there already, and no backup is ever overwritten. Name another place.")
    if not target.parent.is_dir():
        raise StartError(f"There is no folder {target.parent} to write the backup into.")


def _pack(folder: Path, into: Path) -> None:
    descriptor = os.open(into, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        with tarfile.open(fileobj=file, mode="w") as packed:
            for path in sorted(each for each in folder.rglob("*") if each.is_file()):
                packed.add(path, arcname=str(path.relative_to(folder)))
        file.flush()
        os.fsync(file.fileno())


def _sync_folders(folder: Path) -> None:
    for path in (folder, *(each for each in folder.rglob("*") if each.is_dir())):
        _sync_folder(path)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
