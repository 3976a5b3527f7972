"""How the built screens are served."""

import json
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from api.app import create_app
from api.web.serving import DIST, PAGES
from tests.client import ApiClient

PROGRAM = b"console.log('a program that is long enough');"


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """A build of one asset in three encodings, and the pages."""
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    for name in PAGES.values():
        (folder / f"{name}.html").write_text(f"<!doctype html><title>{name}</title>", encoding="utf-8")
    for suffix in ("", ".br", ".gz"):
        (folder / "assets" / f"program-1a2b.js{suffix}").write_bytes(PROGRAM + suffix.encode())
    (folder / "build.json").write_text(json.dumps({"build": "1a2b"}), encoding="utf-8")
    (tmp_path / "secret.js").write_text("not for anybody", encoding="utf-8")
    return folder


@pytest.fixture
def browser(api: ApiClient, dist: Path) -> FlaskClient:
    app = create_app(api.house)
    app.config[DIST] = dist
    return app.test_client()


@pytest.mark.parametrize(("address", "name"), PAGES.items())
def test_a_page_is_asked_for_anew_each_time(browser: FlaskClient, address: str, name: str) -> None:
    page = browser.get(address)

    assert page.status_code == 200
    assert page.text == f"<!doctype html><title>{name}</title>"
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.headers["Cache-Control"] == "no-cache"
    assert browser.get(address, headers={"If-None-Match": page.headers["ETag"]}).status_code == 304


def test_a_page_may_load_nothing_from_elsewhere_and_be_framed_by_nobody(browser: FlaskClient) -> None:
    headers = browser.get("/m").headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))

    assert policy["default-src"] == "'none'"
    assert {policy[part] for part in ("script-src", "style-src", "connect-src")} == {"'self'"}
    assert (policy["frame-ancestors"], policy["base-uri"]) == ("'none'", "'none'")
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "microphone=()" in headers["Permissions-Policy"]
    assert "camera=(self), geolocation=(self)" in headers["Permissions-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("accepted", "encoding", "suffix"),
    [
        ("gzip, deflate, br", "br", b".br"),
        ("gzip", "gzip", b".gz"),
        ("br;q=0, gzip", "gzip", b".gz"),
        ("", None, b""),
        ("identity", None, b""),
    ],
)
def test_an_asset_comes_in_the_smallest_encoding_that_is_read(
    browser: FlaskClient, accepted: str, encoding: str | None, suffix: bytes
) -> None:
    asset = browser.get("/assets/program-1a2b.js", headers={"Accept-Encoding": accepted})

    assert asset.data == PROGRAM + suffix
    assert asset.headers.get("Content-Encoding") == encoding
    assert asset.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert asset.headers["Vary"] == "Accept-Encoding"


def test_an_asset_is_kept_for_ever_and_the_build_s_name_is_not(browser: FlaskClient) -> None:
    asset, build = browser.get("/assets/program-1a2b.js"), browser.get("/build.json")

    assert asset.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert (build.json, build.headers["Cache-Control"]) == ({"build": "1a2b"}, "no-cache")


@pytest.mark.parametrize(
    "address",
    [
        "/assets/nothing.js",
        "/assets/../../secret.js",
        "/assets/%2e%2e/%2e%2e/secret.js",
        "/assets/program-1a2b.js.br",
        "/assets/",
        "/m/",
        "/dispatcher",
        "/index.html",
    ],
)
def test_whatever_else_is_asked_for_does_not_exist(browser: FlaskClient, address: str) -> None:
    answer = browser.get(address)

    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def test_the_phone_s_worker_is_asked_for_anew_and_may_fetch_its_pages(
    browser: FlaskClient, dist: Path
) -> None:
    (dist / "sw.js").write_bytes(PROGRAM)
    worker = browser.get("/sw.js")

    assert (worker.data, worker.headers["Cache-Control"]) == (PROGRAM, "no-cache")
    assert worker.headers["Content-Type"] == "text/javascript; charset=utf-8"
    # A worker that may connect to nothing cannot keep a single page.
    assert worker.headers["Content-Security-Policy"] == "default-src 'none'; connect-src 'self'"


def test_the_phone_s_page_can_be_installed(browser: FlaskClient, dist: Path) -> None:
    (dist / "m.webmanifest").write_text('{"id": "/m"}', encoding="utf-8")
    (dist / "icons").mkdir()
    (dist / "icons" / "192.png").write_bytes(b"a picture")

    manifest, icon = browser.get("/m.webmanifest"), browser.get("/icons/192.png")

    assert manifest.headers["Content-Type"] == "application/manifest+json"
    assert json.loads(manifest.data) == {"id": "/m"}
    assert (icon.data, icon.headers["Content-Type"]) == (b"a picture", "image/png")
    assert browser.get("/icons/193.png").status_code == 404


def test_without_a_build_a_page_says_how_to_make_one(browser: FlaskClient, tmp_path: Path) -> None:
    browser.application.config[DIST] = tmp_path / "nowhere"
    page = browser.get("/dispatch")

    assert (page.status_code, page.mimetype) == (503, "text/html")
    assert "make web" in page.text
    assert browser.get("/v1/me").mimetype == "application/problem+json"
