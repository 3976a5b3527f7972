"""When the screens are built, and when that is left alone."""

import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from api.server.errors import StartError
from api.web.building import Web, find_node


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Web:
    """A folder of sources, and a Node.js and npm that write down what they are asked."""
    folder = tmp_path / "web"
    (folder / "ui").mkdir(parents=True)
    (folder / "node_modules").mkdir()
    (folder / "package-lock.json").write_text("{}", encoding="utf-8")
    (folder / "ui" / "main.ts").write_text("export {};", encoding="utf-8")
    tools = tmp_path / "bin"
    tools.mkdir()
    _program(tools / "node", "echo v20.1.0")
    _program(
        tools / "npm",
        'echo "$@" >> asked\n[ "$1" = ci ] && mkdir -p node_modules\n'
        'if [ "$1" = run ]; then mkdir dist.new && echo "{\\"build\\": \\"$DOORSTEP_BUILD\\"}" > dist.new/build.json; fi',
    )
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    return Web(folder, say=lambda _: None)


def _program(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def _asked(web: Web) -> list[str]:
    return [line.split()[0] for line in (web.folder / "asked").read_text(encoding="utf-8").splitlines()]


def test_the_first_build_installs_and_the_second_start_does_nothing(web: Web) -> None:
    assert web.build() is True
    assert web.build() is False
    assert _asked(web) == ["ci", "run"]
    assert json.loads((web.dist / "build.json").read_text(encoding="utf-8")) == {"build": web.build_id()}


def test_a_changed_source_is_built_anew_with_the_same_packages(web: Web) -> None:
    web.build()
    (web.folder / "ui" / "main.ts").write_text("export const changed = true;", encoding="utf-8")

    assert web.build() is True
    assert _asked(web) == ["ci", "run", "run"]
    assert web.built() == web.build_id()


def test_a_changed_lock_installs_again(web: Web) -> None:
    web.build()
    (web.folder / "package-lock.json").write_text('{"name": "web"}', encoding="utf-8")
    web.build()

    assert _asked(web) == ["ci", "run", "ci", "run"]


def test_two_that_build_at_once_wait_for_each_other_and_one_builds(web: Web, tmp_path: Path) -> None:
    npm = tmp_path / "bin" / "npm"
    _program(
        npm,
        npm.read_text(encoding="utf-8")
        .partition("\n")[2]
        .replace("mkdir dist.new", "sleep 0.3; mkdir dist.new"),
    )
    with ThreadPoolExecutor(2) as pool:
        built = list(pool.map(lambda one: one.build(), [web, Web(web.folder, say=lambda _: None)]))

    assert sorted(built) == [False, True]
    assert _asked(web) == ["ci", "run"]


def test_a_build_that_fails_says_why_and_leaves_the_old_one(web: Web, tmp_path: Path) -> None:
    web.build()
    before = web.built()
    _program(tmp_path / "bin" / "npm", "echo a type is wrong >&2; exit 2")
    (web.folder / "ui" / "main.ts").write_text("export const wrong = ;", encoding="utf-8")

    with pytest.raises(StartError, match="a type is wrong"):
        web.build()
    assert web.built() == before


def test_an_old_node_is_said_to_be_too_old(web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sysconfig.get_path", lambda name: str(tmp_path / name))
    _program(tmp_path / "bin" / "node", "echo v18.20.0")

    with pytest.raises(StartError, match=r"Node\.js 20 or newer"):
        find_node()
    assert web.built() is None
