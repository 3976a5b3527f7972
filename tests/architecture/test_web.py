"""Walls inside `web/`: who may import whom, and what the lock may say."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

WEB = Path(__file__).parents[2] / "web"
# Each part may import itself and what stands behind it.
MAY_IMPORT = {
    "core": set(),
    "api": set(),
    "store": {"api", "core"},
    "sync": {"store", "api", "core"},
    "ui": {"api", "core"},
    # The only app that works without signal, and so the only one that may reach the outbox.
    "collector": {"ui", "sync", "store", "api", "core"},
    "dispatch": {"ui", "api", "core"},
    "legal": {"ui", "api", "core"},
    "links": {"ui", "api", "core"},
    "admin": {"ui", "api", "core"},
    "portal": {"ui", "api", "core"},
}
_IMPORT = re.compile(r"""(?:from|import)\s*\(?["'](\.[^"']*)["']""")


def imports() -> Iterator[tuple[Path, str]]:
    """Every source with the part of `web/` that it imports."""
    for part in MAY_IMPORT:
        for source in sorted((WEB / part).rglob("*.ts*")):
            for target in _IMPORT.findall(source.read_text(encoding="utf-8")):
                reached = (source.parent / target).resolve().relative_to(WEB.resolve())
                yield source.relative_to(WEB), reached.parts[0]


def test_imports_go_one_way() -> None:
    breaches = [
        f"{source} imports {part}"
        for source, part in imports()
        if part != source.parts[0] and part not in MAY_IMPORT[source.parts[0]]
    ]

    assert breaches == []


def test_the_search_for_imports_finds_them() -> None:
    assert (Path("ui/Shell.tsx"), "api") in set(imports())


def test_every_part_of_the_sources_has_its_place() -> None:
    folders = {path.name for path in WEB.iterdir() if path.is_dir()}

    assert folders - {"node_modules", "dist", "dist.new", "dist.old", "public"} == set(MAY_IMPORT)


def test_versions_are_exact() -> None:
    told = json.loads((WEB / "package.json").read_text(encoding="utf-8"))
    wanted = {**told["dependencies"], **told["devDependencies"]}

    assert {name: version for name, version in wanted.items() if not re.fullmatch(r"[\d.]+", version)} == {}


def test_the_lock_names_hashes_and_no_address() -> None:
    packages = json.loads((WEB / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    below = {name: package for name, package in packages.items() if name}

    assert [name for name, package in below.items() if "integrity" not in package] == []
    assert [name for name, package in packages.items() if "resolved" in package] == []
