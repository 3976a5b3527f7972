"""The legal desk: a case's story with the source of every time, its files, its bundle, and who looked."""

import io
import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.screens.desk import LANGUAGES, SIZES, Desk, check, settle
from tests.e2e.screens.test_collector import visited
from tests.e2e.screens.test_dispatch import ask, free_case

WHO = "legal-1"
WORDS = {
    "zh": {
        "details": "时间、来源与证明",
        "check": "验证证明",
        "checked": "已在本机验证",
        "claimed": "操作方自述",
        "approve": "批准继续办理",
        "why": "批准的理由",
        "go": "批准",
        "approved": "法务已于",
    },
    "en": {
        "details": "Times, sources and proof",
        "check": "Check the proof",
        "checked": "Checked on this computer",
        "claimed": "as claimed by who told it",
        "approve": "Approve going on",
        "why": "Why it is approved",
        "go": "Approve",
        "approved": "Legal approved it",
    },
}


@pytest.fixture(scope="session")
def case_id(desk_once: Desk) -> str:
    """A case that was visited, with a photograph that is verified."""
    return visited(desk_once)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_story_tells_where_every_time_comes_from_and_its_proof_is_checked_here(
    desk: Desk, case_id: str, language: str, size: str
) -> None:
    page = desk.open(f"/legal#/cases/{case_id}", WHO, language=language, size=SIZES[size])
    words = WORDS[language]
    arrived = page.locator(".entry").filter(has_text=re.compile("到达|rrived")).first
    check(page)
    arrived.get_by_text(words["details"]).first.click()
    expect(arrived).to_contain_text(words["claimed"])
    arrived.get_by_role("button", name=words["check"]).click()

    expect(arrived).to_contain_text(words["checked"])
    check(page)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_original_is_hashed_again_in_the_browser(
    desk: Desk, case_id: str, language: str, size: str
) -> None:
    page = desk.open(f"/legal#/cases/{case_id}/photos", WHO, language=language, size=SIZES[size])
    check(page)
    page.get_by_role("button", name={"zh": "打开原件", "en": "Open the original"}[language]).first.click()

    expect(page.get_by_role("dialog")).to_contain_text(
        {"zh": "与登记一致", "en": "is the one on record"}[language]
    )
    check(page)


def test_a_proof_of_another_entry_is_not_believed(desk: Desk, case_id: str) -> None:
    page = desk.open(f"/legal#/cases/{case_id}", WHO)
    entries = ask(page, f"/v1/cases/{case_id}/timeline", limit=200)["items"]
    other, shown = entries[0]["id"], page.locator(".entry").nth(1)
    page.route(
        "**/v1/log/entries/*/proof",
        lambda route: route.continue_(url=f"{desk.url}/v1/log/entries/{other}/proof"),
    )
    shown.get_by_text("时间、来源与证明").click()
    shown.get_by_role("button", name="验证证明").click()

    expect(shown).to_contain_text("验证失败")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_bundle_is_asked_for_by_keyboard_watched_and_fetched(
    desk: Desk, case_id: str, language: str, tmp_path: Path
) -> None:
    page = desk.open(f"/legal#/cases/{case_id}/bundles", WHO, language=language)
    check(page)
    page.get_by_label({"zh": "用途", "en": "Purpose"}[language]).focus()
    page.keyboard.type("claim before the court 2026/1234")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    line = page.locator(".line").first
    expect(line).to_contain_text("2026/1234")
    button = line.get_by_role("button", name={"zh": "下载", "en": "Download"}[language])
    expect(button).to_be_visible(timeout=60_000)
    check(page)
    with page.expect_download() as fetching:
        button.click()
    bundle = tmp_path / "bundle.zip"
    fetching.value.save_as(bundle)

    with zipfile.ZipFile(io.BytesIO(bundle.read_bytes())) as files:
        assert any(name.endswith("verify.py") for name in files.namelist())


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_who_looked_is_told(desk: Desk, case_id: str, language: str, size: str) -> None:
    page = desk.open(f"/legal#/cases/{case_id}/readings", WHO, language=language, size=SIZES[size])

    expect(page.get_by_role("table")).to_contain_text("方正言")
    check(page)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_case_is_found(desk: Desk, language: str, size: str) -> None:
    page = desk.open("/legal", WHO, language=language, size=SIZES[size])
    check(page)
    page.get_by_role("searchbox").fill("SH-00")
    page.keyboard.press("Enter")

    expect(page.get_by_role("table")).to_contain_text("SH-00")
    check(page)


def test_a_case_that_nobody_visited_says_so(desk: Desk) -> None:
    page = desk.open("/legal", WHO)
    dispatcher = desk.open("/dispatch", "dispatcher-1")
    line = free_case(dispatcher)
    page.goto(f"/legal#/cases/{line['case']['id']}/photos")
    settle(page)

    expect(page.get_by_text("还没有上门记录")).to_be_visible()
    check(page)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_step_of_a_clock_leads_to_its_entry(desk: Desk, case_id: str, language: str, size: str) -> None:
    page = desk.open(f"/legal#/cases/{case_id}/clocks", WHO, language=language, size=SIZES[size])
    promise = {"zh": "承诺还款", "en": "Promise to pay"}[language]
    check(page)
    page.get_by_role("link", name=promise).first.click()

    expect(page.locator(".entry:focus")).to_contain_text({"zh": "承诺", "en": "promise"}[language])


def test_clocks_are_asked_for_another_day(desk: Desk, case_id: str) -> None:
    page = desk.open(f"/legal#/cases/{case_id}/clocks", WHO)
    expect(page.get_by_role("link", name="承诺还款").first).to_be_visible()
    page.get_by_label("截至日期").fill("2020-01-01")

    expect(page.get_by_role("heading", name="诉讼时效")).to_be_visible()
    expect(page.get_by_role("link", name="承诺还款")).to_have_count(0)
    check(page)


@pytest.mark.parametrize(("language", "size", "number"), [("zh", "phone", 40), ("en", "desktop", 41)])
def test_legal_approves_going_on_with_an_expired_debt(
    desk: Desk, language: str, size: str, number: int
) -> None:
    words = WORDS[language]
    case = desk.ask("dispatcher-1", "/v1/cases", limit=200)["items"][number]["case"]
    desk.change("dispatcher-1", f"/v1/cases/{case['id']}", {"due_on": "2021-03-01"}, case["version"])
    page = desk.open(f"/legal#/cases/{case['id']}/clocks", WHO, language=language, size=SIZES[size])

    check(page)
    page.get_by_role("button", name=words["approve"]).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(words["why"]).fill("已书面告知时效已过，客户仍愿意还款。")
    check(page)
    dialog.get_by_role("button", name=words["go"], exact=True).click()

    expect(page.get_by_text(words["approved"])).to_be_visible()
    check(page)
    story = ask(page, f"/v1/cases/{case['id']}/timeline", limit=200)["items"]
    assert "case:expired_debt:approved" in {one["code"] for one in story}
