"""The collector's phone: today, and one visit from setting out to its outcome."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.screens.desk import LANGUAGES, SIZES, Desk, check, settle
from tests.e2e.screens.phone import WORDS as PHONE_WORDS
from tests.e2e.screens.phone import enrolled, seal, sent
from tests.e2e.screens.test_dispatch import ask

WORDS = {
    "zh": {
        "open": "打开",
        "depart": "出发",
        "arrive": "我到了",
        "photo": "拍照",
        "shoot": "拍摄",
        "saved": "照片已保存在手机里",
        "go on": "继续",
        "self": "客户本人",
        "document": "身份证件",
        "may": "可以向此人谈及欠款",
        "promised": "承诺还款",
        "part": "承诺部分还款",
        "amount": "承诺金额",
        "due": "承诺日期",
        "finish": "完成拜访",
        "done": "拜访已完成",
    },
    "en": {
        "open": "Open",
        "depart": "Set out",
        "arrive": "I am here",
        "photo": "Photograph",
        "shoot": "Take it",
        "saved": "Saved on this phone",
        "go on": "Go on",
        "self": "The customer",
        "document": "Identity document",
        "may": "You may speak of the debt",
        "promised": "Promised",
        "part": "Promises part",
        "amount": "Amount promised",
        "due": "Promised by",
        "finish": "Finish the visit",
        "done": "The visit is finished",
    },
}
SEAL = {language: words["seal"] for language, words in PHONE_WORDS.items()}
OVER = {"kept", "missed", "cancelled", "suspended"}


def left_today(desk: Desk) -> list[tuple[str, dict[str, Any]]]:
    """What is planned today and not begun, by time: the collector's user name, and the appointment."""
    until = "2026-11-25T16:00:00Z"
    planned = desk.ask("dispatcher-1", "/v1/appointments", until=until, limit=200)["items"]
    begun = {one["appointment_id"] for one in desk.ask("dispatcher-1", "/v1/visits", limit=200)["items"]}
    users = desk.ask("dispatcher-1", "/v1/users", limit=200)["items"]
    names = {user["id"]: user["username"] for user in users}
    found = [
        (names[one["crew"][0]["collector_id"]], one)
        for one in planned
        if one["planned_from"] and one["state"] not in OVER and one["id"] not in begun
    ]
    return sorted(found, key=lambda each: str(each[1]["planned_from"]))


def take_next(desk: Desk, language: str) -> tuple[Page, dict[str, Any]]:
    """The phone of whoever is next, on the page of their visit, ten minutes before it is planned."""
    username, stop = left_today(desk)[0]
    desk.move_clock_to(datetime.fromisoformat(stop["planned_from"]) - timedelta(minutes=10))
    page = enrolled(desk, username, language=language)
    go_to(page, stop)
    return page, stop


def go_to(page: Page, stop: dict[str, Any]) -> None:
    """The phone is at the door, and its page shows the visit."""
    door = stop["address"]
    page.context.set_geolocation({"latitude": door["lat"] + 0.00005, "longitude": door["lon"], "accuracy": 8})
    page.goto(f"/m#/visits/{stop['id']}")
    settle(page)


def visited(desk: Desk) -> str:
    """A visit is made, with a photograph; gives the case once the photograph is verified."""
    page, stop = take_next(desk, "zh")
    make_the_visit(page, "zh")
    for _ in range(100):
        (visit,) = ask(page, "/v1/visits", case_id=stop["case_id"])["items"]
        if visit["proof"]["state"] == "whole":
            return str(stop["case_id"])
        page.wait_for_timeout(200)
    raise AssertionError(f"The photograph is not verified: {visit}")


def make_the_visit(page: Page, language: str, *, look: Callable[[str], object] = str) -> None:
    """Every step, by the buttons of the screen; `look` is called with the name of each."""
    words = WORDS[language]
    meet_the_customer(page, language, look=look)
    page.get_by_role("radio", name=words["promised"], exact=True).check()
    page.locator("input[name=code]").nth(1).check()
    page.get_by_label(words["amount"]).fill("1,200.50")
    page.get_by_label(words["due"]).fill("2026-12-05")
    look("outcome")
    page.get_by_role("button", name=words["finish"], exact=True).click()
    expect(page.get_by_role("button", name=SEAL[language])).to_be_visible()
    look("review")
    seal(page, language)
    expect(page.get_by_text(words["done"])).to_be_visible()
    sent(page, language)


def meet_the_customer(page: Page, language: str, *, look: Callable[[str], object] = str) -> None:
    """Set out, arrive, photograph, and record that the customer was met and showed a document."""
    words = WORDS[language]
    settle(page)
    look("set-out")
    page.get_by_role("button", name=words["depart"], exact=True).click()
    page.get_by_role("button", name=words["arrive"], exact=True).click()
    page.get_by_role("button", name=words["shoot"], exact=True).click()
    expect(page.get_by_text(words["saved"])).to_be_visible()
    look("camera")
    page.get_by_role("link", name=words["go on"], exact=True).click()
    expect(page.get_by_role("link", name=words["photo"], exact=True)).to_be_visible()
    look("at-the-door")
    page.get_by_role("radio", name=words["self"], exact=True).check()
    page.get_by_role("button", name=words["document"], exact=True).click()
    expect(page.get_by_text(words["may"])).to_be_visible()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_day_shows_the_next_door_first(desk: Desk, language: str, size: str) -> None:
    username, stop = left_today(desk)[0]
    page = enrolled(desk, username, language=language, size=SIZES[size])
    own = ask(page, "/v1/me/day", day="2026-11-25")["visits"]
    # Another test may have left this collector at a door, which then stands first.
    visits = ask(page, "/v1/visits", limit=200)["items"]
    under_way = {one["appointment_id"] for one in visits if one["state"] in {"departed", "arrived"}}
    first = next((one["id"] for one in own if one["id"] in under_way), stop["id"])
    customer = next(one["customer"]["name"] for one in own if one["id"] == first)

    expect(page.locator(".next")).to_contain_text(customer)
    expect(page.locator(".stop-line")).to_have_count(len(own) - 1)
    check(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_day_without_visits_says_so(desk: Desk, language: str) -> None:
    page = enrolled(desk, "collector-3", language=language)
    page.goto("/m#/today/2026-12-24")

    expect(page.locator(".empty")).to_be_visible()
    check(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_whole_visit_from_setting_out_to_its_outcome(desk: Desk, language: str) -> None:
    page, stop = take_next(desk, language)
    make_the_visit(page, language, look=lambda _: check(page))

    (visit,) = ask(page, "/v1/visits", case_id=stop["case_id"])["items"]
    assert (visit["state"], visit["outcome"]) == ("finished", "PTP_PART")
    assert visit["arrival_accuracy_m"] == 8
    assert visit["arrival_distance_m"] < 10
    assert (visit["person_met"], visit["identity_proof"]) == ("self", "document")
    assert len(visit["files"]) == 1
    check(page)


def test_a_hold_placed_meanwhile_refuses_setting_out_with_its_rule(desk: Desk) -> None:
    page, stop = take_next(desk, "zh")
    page.context.set_offline(True)
    held = desk.tell(
        "legal-1", f"/v1/cases/{stop['case_id']}/holds", {"kind": "dispute", "cause": "客户书面异议"}
    )
    assert held.status == 201, held.text()
    page.get_by_role("button", name="出发", exact=True).click()
    expect(page.get_by_role("button", name="我到了")).to_be_visible()
    page.context.set_offline(False)

    expect(page.get_by_role("alert")).to_contain_text(re.compile("CN-DISP-1|规则不允许出发"))
    check(page)


def test_breaking_off_asks_why(desk: Desk) -> None:
    page, _ = take_next(desk, "zh")
    page.get_by_role("button", name="出发", exact=True).click()
    page.get_by_role("button", name="中止拜访").click()
    page.get_by_label("中止原因").fill("小区停电，电梯停运")
    check(page)
    page.get_by_role("dialog").get_by_role("button", name="中止拜访").click()

    expect(page.get_by_text("这次拜访已结束")).to_be_visible()
    check(page)


def test_somebody_else_s_visit_is_not_shown(desk: Desk) -> None:
    page = enrolled(desk, "collector-3")
    page.goto("/m#/visits/00000000-0000-7000-8000-000000000000")
    settle(page)

    expect(page.get_by_text("这个拜访不在您今天的安排里")).to_be_visible()
