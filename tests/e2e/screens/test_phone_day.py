"""A whole day without signal: fifteen visits, photographs, a signed plan; then signal, and all of it is there once."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.screens import long_day
from tests.e2e.screens.conftest import MORNING
from tests.e2e.screens.desk import PHONE, Desk, check, settle
from tests.e2e.screens.phone import enrolled, seal, sent
from tests.e2e.screens.phone_clock import hold_clock, show
from tests.e2e.screens.test_collector_plan import draw

SERVED = {"applied", "applied_with_breach"}


@pytest.fixture
def desk(built: Path, browser: Browser) -> Iterator[Desk]:
    """A house of its own, with a long day in it."""
    assert built.is_dir()
    with long_day.long_day(browser) as desk:
        yield desk


def test_a_day_of_fifteen_visits_without_signal_reaches_the_office_whole_and_once(desk: Desk) -> None:
    stops = long_day.stops(desk)
    assert len(stops) >= long_day.LEAST_VISITS
    signing, cancelled, reassigned = stops[2], stops[-2], stops[-1]
    long_day.offer(desk, signing["case_id"])
    context = desk.context(size=PHONE)
    hold_clock(context, MORNING)
    page = enrolled(desk, long_day.COLLECTOR, context=context)
    context.set_offline(True)

    for number, stop in enumerate(stops):
        if number == len(stops) // 2:
            change_meanwhile(desk, cancelled, reassigned)
        show(page, long_day.planned(stop))
        come_to(page, stop)
        if stop is signing:
            sign(page)
        elif number % 2:
            refuse(page)
        else:
            page.get_by_role("button", name="无人在家").click()
        seal(page)
        expect(page.locator(".toasts")).to_contain_text("拜访已完成")
    expect(page.locator(".sync")).to_contain_text("离线")
    check(page)
    assert long_day.visits(desk) == {}

    desk.move_clock_to(long_day.planned(stops[-1]) + timedelta(minutes=20))
    context.set_offline(False)
    sent(page)

    handed = long_day.commands(desk)
    assert [one["seq"] for one in handed] == list(range(1, len(handed) + 1))
    told = {stop["id"]: stop for stop in stops}
    known = long_day.visits(desk)
    assert set(known) == set(told)
    assert {one["state"] for one in known.values()} == {"finished"}
    assert known[signing["id"]]["outcome"] == "PLAN_SIGNED"
    refused = [one["type"] for one in handed if one["outcome"] not in SERVED]
    assert refused == ["visit.depart", "visit.depart"], [
        one for one in handed if one["outcome"] not in SERVED
    ]
    assert_every_photograph_is_verified(desk, page, len(stops))
    (plan,) = desk.ask("legal-1", f"/v1/cases/{signing['case_id']}/agreements")["items"]
    assert (plan["signing_method"], plan["visit_id"]) == ("collector_phone", known[signing["id"]]["id"])
    page.goto(f"/m#/visits/{cancelled['id']}")
    expect(page.get_by_role("alert")).to_contain_text("拜访在您到达前已取消")
    check(page)


def change_meanwhile(desk: Desk, cancelled: dict[str, Any], reassigned: dict[str, Any]) -> None:
    """The office calls one visit off and gives another away, and this phone cannot hear of it."""
    newest = desk.ask(long_day.DISPATCHER, f"/v1/appointments/{cancelled['id']}")
    path = f"/v1/appointments/{cancelled['id']}/cancel"
    long_day.done(desk.tell(long_day.DISPATCHER, path, {"reason": "客户已还清"}, version=newest["version"]))
    long_day.give(desk, reassigned["id"], long_day.user_id(desk, long_day.COLLEAGUE))


def come_to(page: Page, stop: dict[str, Any]) -> None:
    """Set out from today's list, arrive, and take a photograph."""
    door = stop["address"]
    page.context.set_geolocation({"latitude": door["lat"], "longitude": door["lon"], "accuracy": 9})
    page.goto(f"/m#/visits/{stop['id']}")
    page.get_by_role("button", name="出发", exact=True).click()
    page.get_by_role("button", name="我到了", exact=True).click()
    page.get_by_role("button", name="拍摄", exact=True).click()
    expect(page.get_by_text("照片已保存在手机里")).to_be_visible()


def meet(page: Page) -> None:
    """The customer stands there and shows a document."""
    page.get_by_role("link", name="继续", exact=True).click()
    page.get_by_role("radio", name="客户本人", exact=True).check()
    page.get_by_role("button", name="身份证件", exact=True).click()


def refuse(page: Page) -> None:
    """The customer will not pay."""
    meet(page)
    page.get_by_role("radio", name="拒绝", exact=True).check()
    page.get_by_role("button", name="完成拜访", exact=True).click()


def sign(page: Page) -> None:
    """The customer signs what was offered before; its text lies on the phone."""
    meet(page)
    page.get_by_role("link", name="分期方案", exact=True).click()
    page.get_by_label("本人已阅读并同意上述内容。").check()
    draw(page, "签名")
    page.get_by_role("button", name="签署", exact=True).click()
    expect(page.get_by_role("heading", name="方案已签署")).to_be_visible()
    page.get_by_role("button", name="完成拜访", exact=True).click()


def assert_every_photograph_is_verified(desk: Desk, page: Page, count: int) -> None:
    """The server read every picture back, and each is what its hash said."""
    for _ in range(150):
        proofs = [one["proof"] for one in long_day.visits(desk).values()]
        if all(proof["state"] == "whole" and proof["verified"] for proof in proofs):
            break
        page.wait_for_timeout(200)
    assert [proof["state"] for proof in proofs] == ["whole"] * count
    settle(page)
