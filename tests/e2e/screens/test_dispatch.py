"""The dispatcher's desk: the day, finding a case with the customer on the line, booking a visit."""

import re
import secrets
from collections.abc import Mapping
from typing import Any

import pytest
from playwright.sync_api import APIResponse, Page, expect

from tests.e2e.screens.desk import LANGUAGES, SIZES, Desk, check, settle

WHO = "dispatcher-1"
WORDS = {
    "zh": {"today": "今天", "find": "查找", "box": "姓名、电话或编号", "book": "预约上门", "go": "确认预约"},
    "en": {
        "today": "Today",
        "find": "Find",
        "box": "Name, phone or reference",
        "book": "Book a visit",
        "go": "Book it",
    },
}


def ask(page: Page, path: str, **query: Any) -> Any:
    """What the API tells the person on the page."""
    token = _token(page)
    answer: APIResponse = page.context.request.get(path, params=query, headers=token)
    assert answer.status == 200, answer.text()
    return answer.json()


def tell(page: Page, path: str, body: Mapping[str, Any]) -> APIResponse:
    """Do something in the name of the person on the page."""
    headers = {**_token(page), "Idempotency-Key": secrets.token_hex(16)}
    return page.context.request.post(path, data=dict(body), headers=headers)


def _token(page: Page) -> dict[str, str]:
    answer = page.context.request.post("/v1/refresh", data={})
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


_GIVEN: set[str] = set()


def free_case(page: Page) -> dict[str, Any]:
    """A case that can be visited today and has no appointment: each that asks gets one of its own."""
    booked = {each["case_id"] for each in ask(page, "/v1/appointments", limit=200)["items"]}
    today = {"from": "2026-11-25T10:00:00+08:00", "to": "2026-11-25T20:00:00+08:00"}
    offers = ask(page, "/v1/slots", limit=200, **today)["items"]
    free = {each["case_id"] for each in offers if each["first"] is not None} - booked
    lines = ask(page, "/v1/cases", limit=200)["items"]
    found: dict[str, Any] = next(line for line in lines if line["case"]["id"] in free - _GIVEN)
    _GIVEN.add(found["case"]["id"])
    return found


def _is_of_today(appointment: Mapping[str, Any]) -> bool:
    return bool(appointment["window_from"] < "2026-11-25T16:00" and appointment["state"] != "cancelled")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_day_by_collector(desk: Desk, language: str, size: str) -> None:
    page = desk.open("/dispatch", WHO, language=language, size=SIZES[size])

    expect(page.get_by_role("heading", level=1)).to_contain_text(WORDS[language]["today"])
    expect(page.get_by_role("heading", level=1)).to_contain_text("25")
    rows = page.get_by_role("table").locator("tbody tr")
    expect(rows.filter(has_text="MJ-1")).to_have_count(
        6
    )  # and one row of what nobody has yet, if there is any
    standing = [one for one in ask(page, "/v1/appointments", limit=200)["items"] if _is_of_today(one)]
    assert page.locator(".stop").count() == sum(max(1, len(one["crew"])) for one in standing)
    check(page)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_case_is_found_by_reference_name_or_phone_in_one_box(desk: Desk, language: str, size: str) -> None:
    page = desk.open("/dispatch#/search", WHO, language=language, size=SIZES[size])
    check(page)
    lines = [line for line in ask(page, "/v1/cases", limit=200)["items"] if line["customer"]["phone"]]
    line = lines[3]
    told = tell(
        page, f"/v1/customers/{line['customer']['id']}/revelation", {"reason": "a test of the search"}
    )
    full = told.json()
    link = page.get_by_role("link", name=line["case"]["reference"], exact=True)
    for asked in (full["name"], full["phone"][-6:], line["case"]["reference"]):
        page.get_by_label(WORDS[language]["box"]).fill(asked)
        page.keyboard.press("Enter")
        expect(link).to_be_visible()
        page.goto("/dispatch#/search")
        expect(link).to_have_count(0)
    page.get_by_label(WORDS[language]["box"]).fill(line["case"]["reference"])
    page.get_by_role("button", name=WORDS[language]["find"], exact=True).click()
    expect(link).to_be_visible()
    check(page)

    link.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(line["case"]["reference"])
    check(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_found_says_what_to_try(desk: Desk, language: str) -> None:
    page = desk.open("/dispatch#/search/龘龘龘", WHO, language=language)

    expect(page.get_by_text("龘龘龘")).to_be_visible()
    check(page)


def test_showing_a_customer_in_full_asks_why_and_is_an_entry(desk: Desk) -> None:
    page = desk.open("/dispatch", WHO)
    line = free_case(page)
    page.goto(f"/dispatch#/cases/{line['case']['id']}")
    settle(page)
    card = page.get_by_role("region", name="客户")
    expect(card).to_contain_text("*")
    page.get_by_role("button", name="显示完整信息").click()
    page.get_by_role("button", name="显示", exact=True).click()
    expect(page.get_by_text("请填写这一项")).to_be_visible()
    page.get_by_label("查看原因").fill("客户来电核对电话号码")
    check(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(card.locator("dd").first).not_to_contain_text("*")
    (told,) = ask(page, f"/v1/cases/{line['case']['id']}/readings")["items"]
    assert told["code"] == "customer:details:revealed"
    assert "客户来电核对电话号码" in told["text"]["zh"]


@pytest.mark.parametrize(("language", "size"), [("zh", "desktop"), ("en", "phone")])
def test_booking_by_keyboard_shows_what_is_free_and_why_the_rest_is_not(
    desk: Desk, language: str, size: str
) -> None:
    page = desk.open("/dispatch", WHO, language=language, size=SIZES[size])
    line = free_case(page)
    page.goto(f"/dispatch#/cases/{line['case']['id']}")
    page.get_by_role("link", name=WORDS[language]["book"]).click()
    settle(page)
    expect(page.get_by_text("CN-HOUR-1").first).to_be_visible()
    check(page)

    first = page.get_by_role("radio").first
    first.focus()
    page.keyboard.press("Space")
    check(page)
    go = page.get_by_role("button", name=WORDS[language]["go"])
    go.focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text(line["case"]["reference"])
    settle(page)
    (booked,) = ask(page, "/v1/appointments", case_id=line["case"]["id"])["items"]
    assert booked["state"] == "proposed"
    check(page)


def test_what_became_impossible_meanwhile_is_refused_with_the_rule(desk: Desk) -> None:
    page = desk.open("/dispatch", WHO)
    line = free_case(page)
    page.goto(f"/dispatch#/cases/{line['case']['id']}/book")
    settle(page)
    held = tell(
        page, f"/v1/cases/{line['case']['id']}/holds", {"kind": "cease", "cause": "客户来电要求停止联系"}
    )
    assert held.status == 201, held.text()
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="确认预约").click()

    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("这次拒绝已记录在案")
    expect(alert).to_contain_text("CN-HOLD-5")
    check(page)
    page.goto("/dispatch#/today")
    refusals = page.get_by_role("region", name="今天被规则拒绝")
    expect(refusals).to_contain_text(line["case"]["reference"])
    page.goto(f"/dispatch#/cases/{line['case']['id']}")
    expect(page.get_by_text(re.compile("停催：要求停止联系"))).to_be_visible()
    check(page)


def test_a_case_that_does_not_exist_is_said_plainly(desk: Desk) -> None:
    page = desk.open("/dispatch#/cases/00000000-0000-7000-8000-000000000000", WHO)

    expect(page.get_by_role("alert")).to_contain_text("没有找到")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_case_says_that_its_limitation_clock_cannot_be_told(desk: Desk, language: str) -> None:
    page = desk.open("/dispatch", WHO, language=language)
    case = ask(page, "/v1/cases", limit=1)["items"][0]["case"]
    page.goto(f"{desk.url}/dispatch#/cases/{case['id']}")

    unsure = {"zh": "没有登记到期日", "en": "The due date is not recorded"}[language]
    expect(page.get_by_text(unsure)).to_be_visible()
    check(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_door_is_pinned_from_a_map_in_its_own_datum(desk: Desk, language: str) -> None:
    house = desk.ask("admin", "/v1/organisation")
    if house["may_geocode"]:
        desk.change("admin", "/v1/organisation", {"may_geocode": False}, house["version"])
    page = desk.open("/dispatch", WHO, language=language, size=SIZES["phone"])
    line = ask(page, "/v1/cases", limit=200)["items"][{"zh": 90, "en": 91}[language]]
    page.goto(f"/dispatch#/cases/{line['case']['id']}")
    settle(page)
    page.get_by_role("button", name={"zh": "标定位置", "en": "Pin the place"}[language]).first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name={"zh": "用地图服务查找", "en": "Look it up"}[language]).click()
    expect(
        dialog.get_by_text({"zh": "机构尚未允许", "en": "does not let addresses"}[language])
    ).to_be_visible()
    dialog.get_by_role("textbox").first.fill("31.2304")
    dialog.get_by_role("button", name={"zh": "标定位置", "en": "Pin the place"}[language]).click()
    expect(
        dialog.get_by_text({"zh": "请按“纬度, 经度”填写", "en": "Write latitude"}[language])
    ).to_be_visible()
    check(page)
    dialog.get_by_role("textbox").first.fill("31.2304, 121.4737")
    dialog.get_by_role("textbox").last.fill("seen at the door")
    dialog.get_by_role("button", name={"zh": "标定位置", "en": "Pin the place"}[language]).click()
    expect(dialog).to_have_count(0)
    pinned = ask(page, f"/v1/cases/{line['case']['id']}")["addresses"][0]
    assert (pinned["source_crs"], pinned["is_approximate"]) == ("gcj02", False)
    assert round(pinned["lat"], 4) != 31.2304, "the map's datum is not that of the earth"
