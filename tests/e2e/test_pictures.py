"""Pictures of every screen for docs/screens: `make screens`. In an ordinary run they go to build/screens."""

from pathlib import Path

import pytest

from tests.e2e.desk import DESKTOP, LANGUAGES, PHONE, Desk


@pytest.fixture
def album(request: pytest.FixtureRequest) -> Path:
    """The folder that the pictures go to."""
    folder: Path = request.config.getoption("--pictures", default=None) or Path("build/screens")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_way_in(desk: Desk, album: Path, language: str) -> None:
    desk.open("/", size=PHONE).screenshot(path=album / "start.png")
    page = desk.open("/m", language=language, size=PHONE)
    page.screenshot(path=album / f"sign-in-phone-{language}.png")
    page = desk.open("/dispatch", language=language, size=DESKTOP)
    page.screenshot(path=album / f"sign-in-desktop-{language}.png")
