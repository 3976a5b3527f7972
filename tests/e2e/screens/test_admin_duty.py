"""The administrator's screens of teams, and of who works when."""

import secrets
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.screens.desk import LANGUAGES, SIZES, Desk, check, settle
from tests.e2e.screens.test_admin import CROSSED, WHO, button, hire

WORDS: dict[str, dict[str, str]] = {
    "zh": {
        "teams": "小组",
        "new": "新建小组",
        "name": "名称",
        "save": "保存",
        "members": "调整成员：{}",
        "taken": "已经有这个名称",
        "nobody": "还没有成员",
        "shifts": "排班",
        "plan": "排入",
        "absence": "登记请假",
        "note": "登记",
        "part": "只请一天中的部分时间",
        "reason": "原因",
        "withdraw": "撤销",
        "absent": "请假",
        "wrong": "请填写纬度和经度",
        "start": "出发地点（纬度, 经度）",
    },
    "en": {
        "teams": "Teams",
        "new": "New team",
        "name": "Name",
        "save": "Save",
        "members": "Change members: {}",
        "taken": "of this name already",
        "nobody": "Nobody belongs to it",
        "shifts": "Shifts",
        "plan": "Plan",
        "absence": "Record an absence",
        "note": "Record",
        "part": "Only a part of the day",
        "reason": "Reason",
        "withdraw": "Withdraw",
        "absent": "Absent",
        "wrong": "Give latitude and longitude",
        "start": "Starts at (latitude, longitude)",
    },
}


def row_of(page: Page, name: str) -> Any:
    return page.get_by_role("table").locator("tbody tr").filter(has_text=name)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_teams_and_the_week_are_shown(desk: Desk, language: str, size: str) -> None:
    page = desk.open("/admin#/teams", WHO, language=language, size=SIZES[size])
    expect(page.get_by_role("heading", level=1)).to_have_text(WORDS[language]["teams"])
    expect(page.get_by_text("陆晨光")).to_be_visible()
    check(page)

    page.goto("/admin#/duty")
    expect(page.get_by_role("heading", level=1)).to_contain_text(WORDS[language]["shifts"])
    expect(row_of(page, "陆晨光").locator(".chip-blue").first).to_be_visible()
    check(page)


@pytest.mark.parametrize(("language", "size"), CROSSED)
def test_a_team_is_formed_and_its_members_change(desk: Desk, language: str, size: str) -> None:
    words = WORDS[language]
    name = f"ג׳{secrets.token_hex(3)}"
    page = desk.open("/admin#/teams", WHO, language=language, size=SIZES[size])
    button(page, words["new"]).click()
    page.get_by_label(words["name"], exact=True).fill("浦西")
    button(page, words["save"]).click()
    expect(page.locator(".field-error")).to_contain_text(words["taken"])
    check(page)
    page.get_by_label(words["name"], exact=True).fill(name)
    page.get_by_role("dialog").get_by_role("checkbox", name="沈一鸣").check()
    button(page, words["save"]).click()
    card = page.locator("section.card").filter(has=page.get_by_role("heading", name=name))
    expect(card).to_contain_text("沈一鸣")

    button(page, words["members"].format(name)).click()
    page.get_by_role("dialog").get_by_role("checkbox", name="沈一鸣").uncheck()
    button(page, words["save"]).click()
    expect(card).to_contain_text(words["nobody"])
    check(page)


@pytest.mark.parametrize(("language", "size"), CROSSED)
def test_shifts_and_absences_are_added_and_taken_back(desk: Desk, language: str, size: str) -> None:
    words = WORDS[language]
    name = f"晨{secrets.token_hex(3)}"
    hire(desk, name=name)
    page = desk.open("/admin#/duty/2026-11-30", WHO, language=language, size=SIZES[size])
    row = row_of(page, name)
    row.locator(".duty-add").nth(1).click()
    check(page)
    page.get_by_label(words["start"]).fill("100, 200")
    button(page, words["plan"]).click()
    expect(page.locator(".field-error")).to_contain_text(words["wrong"])
    page.get_by_label(words["start"]).fill("31.2304, 121.4737")
    page.get_by_role("dialog").get_by_role("checkbox").nth(3).check()
    button(page, words["plan"]).click()
    expect(row.locator(".chip-blue")).to_have_text(["09:00–18:00"] * 2)

    button(page, words["absence"]).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox").select_option(label=name)
    dialog.locator("input[type=date]").nth(0).fill("2026-12-01")
    dialog.locator("input[type=date]").nth(1).fill("2026-12-02")
    page.get_by_label(words["reason"], exact=True).fill("family matter")
    check(page)
    button(page, words["note"]).click()
    expect(row.locator(".chip-amber")).to_have_text([words["absent"]] * 2)

    row.locator(".chip-amber").first.click()
    expect(dialog).to_contain_text("family matter")
    dialog.locator("textarea").fill("back sooner")
    button(page, words["withdraw"]).click()
    expect(row.locator(".chip-amber")).to_have_count(0)
    row.locator(".chip-blue").first.click()
    dialog.locator("textarea").fill("planned twice")
    button(page, words["withdraw"]).click()
    expect(row.locator(".chip-blue")).to_have_count(1)
    settle(page)
    check(page)
