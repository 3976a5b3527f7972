"""One visit through every screen: a file, a booking, a door, a signed plan, a bundle that checks itself."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Geolocation, Page, expect

from api.demo.day import prepare
from api.demo.seed import seed
from api.walkthrough.server import own_server
from field_visits.dossier import verify
from tests.e2e.screens.conftest import MORNING, PASSWORDS
from tests.e2e.screens.desk import DESKTOP, Desk, settle
from tests.e2e.screens.phone import enrolled
from tests.e2e.screens.test_collector import meet_the_customer
from tests.e2e.screens.test_collector_plan import WORDS as PLAN_WORDS
from tests.e2e.screens.test_collector_plan import sign_a_plan
from tests.e2e.screens.test_import import HEADER, rows, take_in
from tests.e2e.screens.test_import import WORDS as IMPORT_WORDS

DISPATCHER, MARK = "dispatcher-1", "JOURNEY"


@pytest.fixture
def desk(built: Path, browser: Browser) -> Iterator[Desk]:
    """A house of its own: what other tests did to theirs must not stand in the way of a plan."""
    assert built.is_dir()
    with own_server(MORNING) as running:
        prepare(running.house, seed(running.house, PASSWORDS), say=lambda _: None)
        desk = Desk(running, browser, PASSWORDS)
        yield desk
        desk.close()


def test_one_visit_goes_through_every_screen_from_a_file_to_a_verified_bundle(
    desk: Desk, tmp_path: Path
) -> None:
    case_id = bring_in(desk)
    appointment = book(desk, case_id)
    username = plan(desk, appointment["id"])

    desk.move_clock_to(datetime.fromisoformat(appointment["window_from"]) - timedelta(minutes=20))
    phone = enrolled(desk, username)
    (door,) = desk.ask(DISPATCHER, f"/v1/cases/{case_id}")["addresses"]
    place: Geolocation = {
        "latitude": door["lat"] + 0.00005,
        "longitude": door["lon"],
        "accuracy": 8,
    }
    phone.context.set_geolocation(place)
    phone.goto(f"/m#/visits/{appointment['id']}")
    settle(phone)
    meet_the_customer(phone, "zh")
    phone.get_by_role("link", name=PLAN_WORDS["zh"]["open"]).click()
    expect(phone.get_by_label(PLAN_WORDS["zh"]["income"])).to_be_visible()
    sign_a_plan(desk, phone, {"case_id": case_id}, "zh")

    page = desk.open(f"/dispatch#/cases/{case_id}", DISPATCHER, size=DESKTOP)
    expect(page.get_by_text("停催：分期履行中")).to_be_visible()
    bundle = export(desk, case_id, tmp_path)
    key = desk.ask("legal-1", "/v1/log/keys")
    assert judged(bundle, key) == verify.WHOLE
    altered = bytearray(bundle.read_bytes())
    altered[len(altered) // 2] ^= 1
    bundle.write_bytes(bytes(altered))
    assert judged(bundle, key) == verify.ALTERED


def bring_in(desk: Desk) -> str:
    """A creditor's file of one case is taken in by the wizard; the case is found by its reference."""
    page = desk.open("/dispatch", DISPATCHER, size=DESKTOP)
    content = HEADER.replace("\n", ",手机号\n") + rows(1, mark=MARK).replace("\n", ",13800000000\n")
    take_in(page, content, IMPORT_WORDS["zh"])
    page.goto(f"/dispatch#/search/W{MARK}-1")
    settle(page)
    page.get_by_role("link", name=f"W{MARK}-1", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(MARK)
    return page.url.rpartition("/")[2]


def book(desk: Desk, case_id: str) -> dict[str, Any]:
    """A free window is booked, whose refused neighbours say why, and the customer is told."""
    page = desk.open(f"/dispatch#/cases/{case_id}/book", DISPATCHER, size=DESKTOP)
    expect(page.get_by_text("CN-HOUR-1").first).to_be_visible()
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="确认预约").click()
    page.get_by_role("button", name="通知客户").click()
    expect(page.get_by_text("通知已排入发送")).to_be_visible()
    (booked,) = desk.ask(DISPATCHER, "/v1/appointments", case_id=case_id)["items"]
    assert booked["state"] == "noticed"
    return dict(booked)


def plan(desk: Desk, appointment_id: str) -> str:
    """The day is planned and published beside the screens; gives the user name of whoever goes."""
    run = desk.tell(DISPATCHER, "/v1/plans/runs", {"day": f"{MORNING:%Y-%m-%d}"}).json()
    while run["stage"] in {"waiting", "running"}:
        run = desk.ask(DISPATCHER, f"/v1/plans/runs/{run['id']}")
    published = desk.tell(DISPATCHER, "/v1/plans", {"draft_id": run["draft_id"]})
    assert published.status == 201, published.text()
    planned = desk.ask(DISPATCHER, f"/v1/appointments/{appointment_id}")
    users = desk.ask(DISPATCHER, "/v1/users", limit=200)["items"]
    return next(str(user["username"]) for user in users if user["id"] == planned["crew"][0]["collector_id"])


def export(desk: Desk, case_id: str, folder: Path) -> Path:
    """Legal finds the case, reads its story, and takes it away."""
    page: Page = desk.open("/legal", "legal-1", size=DESKTOP)
    page.get_by_role("searchbox").fill(f"W{MARK}-1")
    page.keyboard.press("Enter")
    page.get_by_role("link", name=f"W{MARK}-1", exact=True).click()
    expect(page.locator(".entry").first).to_be_visible()
    page.goto(f"/legal#/cases/{case_id}/bundles")
    page.get_by_label("用途").fill("（2026）沪0101民初1234号 举证")
    page.get_by_role("button", name="开始导出", exact=True).click()
    button = page.locator(".line").first.get_by_role("button", name="下载")
    expect(button).to_be_visible(timeout=60_000)
    with page.expect_download() as fetching:
        button.click()
    bundle = folder / "bundle.zip"
    fetching.value.save_as(bundle)
    return bundle


def judged(bundle: Path, keys: dict[str, Any]) -> int:
    """What the bundle's verifier says in a process of its own, with nothing of ours on its path."""
    trusted = [
        argument for kind in ("log", "seal") for key in keys[kind] for argument in ("--key", key["key"])
    ]
    command = [sys.executable, "-I", str(Path(verify.__file__)), str(bundle), *trusted]
    return subprocess.run(command, capture_output=True, check=False, cwd=bundle.parent).returncode
