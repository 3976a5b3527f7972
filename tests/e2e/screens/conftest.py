"""A real browser at a real server: the demo organisation on a Wednesday morning that stands still.

    def test_…(desk: Desk) -> None:
        page = desk.open("/dispatch", "dispatcher-1", language="zh", size=PHONE)
        …
        desk.check(page)     # accessible, nothing from elsewhere, nothing to scroll sideways

The server and its database live as long as the run's worker. Tests that change something choose a case of
their own. Where no chromium is to be had, every test here is skipped and says so.
"""

import shutil
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from api.cli.web import FOLDER
from api.demo.day import prepare
from api.demo.people import PEOPLE
from api.demo.seed import seed
from api.server.errors import StartError
from api.walkthrough.props import photo
from api.walkthrough.server import OwnServer, own_server
from api.web.building import Web
from tests.client import CHEAP
from tests.e2e.screens.desk import LANGUAGES, Desk

# 08:40 in Shanghai.
MORNING = datetime(2026, 11, 25, 0, 40, tzinfo=UTC)
PASSWORDS = {person.username: f"the password of {person.username}" for person in PEOPLE}
# The shell without windows needs half the time of the whole browser.
CHROMIUM = (
    shutil.which("chromium-headless-shell")
    or shutil.which("chromium")
    or shutil.which("chromium-browser")
    or shutil.which("google-chrome")
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--pictures", type=Path, default=None, help="Take pictures of the screens, and put them there."
    )
    parser.addoption(
        "--every-look",
        action="store_true",
        help="Test every screen in both languages at both sizes; otherwise each in the looks that differ most.",
    )
    parser.addoption(
        "--kills",
        type=int,
        default=8,
        help="At how many moments of a visit a collector's phone dies.",
    )


# Each language and each size once: what goes wrong in one look alone shows in these two as a rule.
_CROSSED = {("zh", "phone"), ("en", "desktop")}


def _is_looked_at(item: pytest.Item) -> bool:
    """Whether a run that does not look at everything does this test in this look.

    A test of language and size runs crossed; one of the language alone runs in one of them, the same in
    every run, and the tests of a screen share the languages out among them.
    """
    if not isinstance(item, pytest.Function) or not hasattr(item, "callspec"):
        return True
    params = item.callspec.params
    language, size = params.get("language"), params.get("size")
    if language is None:
        return True
    if size is not None:
        return (language, size) in _CROSSED
    others = sorted(f"{name}={value}" for name, value in params.items() if name != "language")
    turn = zlib.crc32(" ".join([item.path.name, item.originalname, *others]).encode())
    return bool(language == sorted(LANGUAGES)[turn % len(LANGUAGES)])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    if not config.getoption("--every-look", default=False) and not config.getoption(
        "--pictures", default=None
    ):
        passed_over = [item for item in items if here in item.path.parents and not _is_looked_at(item)]
        if passed_over:
            config.hook.pytest_deselected(items=passed_over)
            items[:] = [item for item in items if item not in set(passed_over)]
    if config.getoption("--pictures", default=None) is None:
        # Pictures are looked at by people: they check nothing that the other tests do not.
        items[:] = [item for item in items if item.path != here / "test_pictures.py"]
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.slow)
            if CHROMIUM is None:
                item.add_marker(
                    pytest.mark.skip(reason="No chromium: install it, and the screens are tested.")
                )


@pytest.fixture(scope="session")
def browser_type_launch_args(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    # What the phone's camera sees: frames one after the other, round and round.
    camera = tmp_path_factory.mktemp("camera") / "door.mjpeg"
    camera.write_bytes(photo("2026-11-25 10:00") * 5)
    return {
        "executable_path": CHROMIUM,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={camera}",
            "--use-fake-ui-for-media-stream",
        ],
    }


@pytest.fixture(scope="session")
def built() -> Path:
    """The screens, as their sources are now."""
    web = Web(FOLDER)
    try:
        web.build()
    except StartError as error:
        pytest.skip(f"The screens cannot be built here: {error}")
    return web.dist


@pytest.fixture(scope="session")
def server(built: Path) -> Iterator[OwnServer]:
    """The demo organisation, as it stands on the morning of a Wednesday."""
    assert built.is_dir()
    with own_server(MORNING, password_cost=CHEAP) as running:
        organisation = seed(running.house, PASSWORDS)
        prepare(running.house, organisation, say=lambda _: None)
        yield running


@pytest.fixture
def desk(server: OwnServer, browser: Browser) -> Iterator[Desk]:
    """Pages of one test, signed in as whoever is named; what they did wrong fails the test."""
    desk = Desk(server, browser, PASSWORDS)
    yield desk
    desk.close()


@pytest.fixture(scope="session")
def desk_once(server: OwnServer, browser: Browser) -> Iterator[Desk]:
    """Pages for what is done once in a run."""
    desk = Desk(server, browser, PASSWORDS)
    yield desk
    desk.close()
