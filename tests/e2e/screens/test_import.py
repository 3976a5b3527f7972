"""Files on the dispatcher's screens: chosen, understood, checked, taken in, watched, stopped, undone."""

import io
import re
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import openpyxl
import pytest
from playwright.sync_api import FilePayload, Locator, Page, Route, expect

from api.walkthrough.server import OwnServer
from field_visits.kernel.actor import system_actor
from field_visits.kernel.db import lock
from field_visits.kernel.ids import OrganisationId
from tests.e2e.screens.desk import LANGUAGES, SIZES, Desk, check, settle

WHO = "dispatcher-1"
WORDS: dict[str, dict[str, str]] = {
    "zh": {
        "way": "导入",
        "new": "导入文件",
        "file": "选择文件…",
        "kind": "文件内容",
        "source": "文件来源",
        "upload": "上传",
        "stop-upload": "停止上传",
        "stopped-upload": "上传已停止",
        "cut": "上传中断",
        "again": "再试一次",
        "missing": "还缺：案件编号",
        "all-there": "必填字段都有对应的列",
        "other-file": "换一个文件…",
        "field-of": "「合约代码」对应的字段",
        "remembered": "按此来源上次的选择",
        "check": "检查",
        "checked": "检查完成，没有错误",
        "apply": "导入",
        "applied": "导入完成",
        "see-cases": "查看案件",
        "undo": "撤销这次导入",
        "undo-go": "撤销导入",
        "undone": "导入已撤销",
        "undone-state": "已撤销",
        "cannot-undo": "不能撤销",
        "hold": "停催",
        "stop": "停止",
        "stopped": "已停止",
        "nothing-written": "没有写入任何内容",
        "applying": "正在导入",
        "errors": "发现 3 处错误",
        "row": "第 3 行",
        "ambiguous": "日期有两种读法",
        "empty-cell": "必填项是空的",
        "download": "下载错误文件（CSV）",
        "error-list": "错误清单",
        "header": "行",
        "questions": "规则问题",
        "expired": "诉讼时效可能已过",
        "pdf": "这是 PDF",
        "merged": "合并单元格",
        "too-large": "超过 32 MB",
        "no-right": "导入文件需要调度员角色",
    },
    "en": {
        "way": "Imports",
        "new": "Import a file",
        "file": "Choose a file…",
        "kind": "What is in it",
        "source": "Where it comes from",
        "upload": "Upload",
        "stop-upload": "Stop the upload",
        "stopped-upload": "The upload was stopped",
        "cut": "The upload was cut off",
        "again": "Try again",
        "missing": "Missing: Case reference",
        "all-there": "Every needed field has its column",
        "other-file": "Choose another file…",
        "field-of": "Field of “合约代码”",
        "remembered": "As last time from this source",
        "check": "Check",
        "checked": "Checked, no errors",
        "apply": "Import",
        "applied": "Imported",
        "see-cases": "See the cases",
        "undo": "Undo this import",
        "undo-go": "Undo the import",
        "undone": "The import is undone",
        "undone-state": "Undone",
        "cannot-undo": "It cannot be undone",
        "hold": "a contact hold",
        "stop": "Stop",
        "stopped": "Stopped",
        "nothing-written": "Nothing was written",
        "applying": "Importing",
        "errors": "3 errors",
        "row": "Row 3",
        "ambiguous": "write the year first",
        "empty-cell": "The cell city is empty",
        "download": "Download the error file (CSV)",
        "error-list": "Errors",
        "header": "row",
        "questions": "Questions of law",
        "expired": "Limitation may have run out",
        "pdf": "This is a PDF document",
        "merged": "are merged; unmerge them",
        "too-large": "the most is 32 MB",
        "no-right": "Importing needs the dispatcher role",
    },
}
HEADER = "案件编号,姓名,街道,城市,国家,纬度,经度,坐标系,委托方,币种,本金,委案日期\n"
CROSSED = [(language, size) for language in LANGUAGES for size in SIZES]


def rows(count: int, *, mark: str | None = None) -> str:
    """Cases with references that no other file has."""
    mark = mark or secrets.token_hex(4).upper()
    return "".join(
        f"W{mark}-{n},周一帆,南京西路{n}号,上海,CN,31.2304,121.4737,wgs84,示例银行,CNY,{n}00.50,2026-11-20\n"
        for n in range(1, count + 1)
    )


def as_csv(content: str, name: str | None = None) -> FilePayload:
    """A file of its own name: columns are remembered by it where no source is told."""
    return {
        "name": name or f"cases-{secrets.token_hex(4)}.csv",
        "mimeType": "text/csv",
        "buffer": content.encode(),
    }


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def begin(page: Page, file: FilePayload | Path, words: dict[str, str], *, source: str = "") -> None:
    """The first step, filled in and sent."""
    page.goto("/dispatch#/import/new")
    settle(page)
    page.get_by_label(words["file"]).set_input_files(file)
    if source:
        page.get_by_label(words["source"]).fill(source)
    button(page, words["upload"]).click()


def take_in(page: Page, content: str, words: dict[str, str]) -> None:
    """A file without a fault, all the way in."""
    begin(page, as_csv(content), words)
    button(page, words["check"]).click()
    expect(page.get_by_role("heading", name=words["checked"])).to_be_visible()
    button(page, words["apply"]).click()
    expect(page.get_by_role("heading", name=words["applied"], exact=True)).to_be_visible()


def undo(page: Page, words: dict[str, str]) -> None:
    button(page, words["undo"]).click()
    button(page, words["undo-go"]).click()


def figures(page: Page) -> list[str]:
    """Rows, new, updated, unchanged, errors."""
    return page.locator(".count dd").all_inner_texts()[:5]


@contextmanager
def held(server: OwnServer, desk: Desk) -> Iterator[None]:
    """Nothing of the organisation can be taken in or undone while the block lasts, as beside another import."""
    is_held, is_over = threading.Event(), threading.Event()
    organisation = OrganisationId(UUID(desk.ask(WHO, "/v1/organisation")["id"]))

    def hold() -> None:
        with server.house.work(system_actor(organisation, "another import")) as uow:
            lock(uow.session, organisation)
            is_held.set()
            is_over.wait(60)

    thread = threading.Thread(target=hold)
    thread.start()
    assert is_held.wait(20)
    try:
        yield
    finally:
        is_over.set()
        thread.join()


@pytest.mark.parametrize(("language", "size"), CROSSED)
def test_a_file_is_understood_checked_taken_in_and_undone(desk: Desk, language: str, size: str) -> None:
    words, mark = WORDS[language], secrets.token_hex(4).upper()
    source = f"示例银行 {mark}"
    content = HEADER.replace("案件编号", "合约代码") + rows(3, mark=mark)
    page = desk.open("/dispatch", WHO, language=language, size=SIZES[size])
    page.get_by_role("navigation").get_by_role("link", name=words["way"]).click()
    check(page)
    page.get_by_role("link", name=words["new"]).click()
    check(page)

    begin(page, as_csv(content), words, source=source)
    expect(page.get_by_text(words["missing"])).to_be_visible()
    expect(button(page, words["check"])).to_have_attribute("aria-disabled", "true")
    check(page)
    page.get_by_label(words["field-of"]).select_option("reference")
    expect(page.get_by_text(words["all-there"])).to_be_visible()
    check(page)
    button(page, words["check"]).click()
    expect(page.get_by_role("heading", name=words["checked"])).to_be_visible()
    assert figures(page) == ["3", "3", "0", "0", "0"]
    check(page)

    button(page, words["apply"]).click()
    expect(page.get_by_role("heading", name=words["applied"], exact=True)).to_be_visible()
    assert figures(page) == ["3", "3", "0", "0", "0"]
    check(page)
    page.get_by_role("link", name=words["see-cases"]).click()
    expect(page.get_by_role("link", name=f"W{mark}-3")).to_be_visible()
    check(page)
    begin(page, as_csv(content.replace("00.50", "00.70")), words, source=source)
    expect(page.get_by_text(words["all-there"])).to_be_visible()
    expect(page.get_by_text(words["remembered"]).first).to_be_visible()

    page.goto("/dispatch#/import")
    line = page.get_by_role("row").filter(has_text=source)
    expect(line).to_contain_text("林若溪")
    line.get_by_role("button").click()
    check(page)
    button(page, words["undo-go"]).click()
    expect(page.get_by_role("heading", name=words["undone"])).to_be_visible()
    check(page)
    page.goto("/dispatch#/import")
    expect(line).to_contain_text(words["undone-state"])
    check(page)
    assert desk.ask(WHO, "/v1/cases/search", q=f"W{mark}-1")["items"] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_keyboard_alone_goes_through_the_steps(desk: Desk, language: str) -> None:
    words = WORDS[language]
    page = desk.open("/dispatch#/import/new", WHO, language=language)

    tab_to(page, page.get_by_label(words["file"]))
    with page.expect_file_chooser() as choosing:
        page.keyboard.press("Space")
    choosing.value.set_files(as_csv(HEADER.replace("案件编号", "合约代码") + rows(1)))
    tab_to(page, button(page, words["upload"]))
    page.keyboard.press("Enter")
    field = page.get_by_label(words["field-of"])
    expect(field).to_be_visible()
    settle(page)
    tab_to(page, field)
    page.keyboard.press("ArrowDown")
    expect(page.get_by_text(words["all-there"])).to_be_visible()
    expect(field).to_be_focused()
    tab_to(page, button(page, words["check"]))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=words["checked"])).to_be_visible()
    tab_to(page, button(page, words["apply"]))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=words["applied"], exact=True)).to_be_visible()
    tab_to(page, button(page, words["undo"]))
    page.keyboard.press("Enter")
    tab_to(page, button(page, words["undo-go"]))
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name=words["undone"])).to_be_visible()


def tab_to(page: Page, target: Locator) -> None:
    """Tab until the focus is there."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError("The keyboard does not get there.")


@pytest.mark.parametrize(("language", "size"), CROSSED)
def test_the_errors_of_a_file_are_listed_in_the_language_of_the_page(
    desk: Desk, language: str, size: str
) -> None:
    words = WORDS[language]
    first, second = rows(2).splitlines(keepends=True)
    second = second.replace("2026-11-20", "05/11/2026").replace(",上海,", ",,")
    content = HEADER + first + second + first
    page = desk.open("/dispatch", WHO, language=language, size=SIZES[size])
    begin(page, as_csv(content, "九月案件.csv"), words)
    button(page, words["check"]).click()

    expect(page.get_by_role("heading", name=words["errors"])).to_be_visible()
    table = page.get_by_role("table", name=words["error-list"])
    expect(table.get_by_text(words["row"], exact=True)).to_have_count(2)
    expect(table).to_contain_text(words["ambiguous"])
    expect(table).to_contain_text(words["empty-cell"])
    expect(table).to_contain_text("05/11/2026")
    expect(button(page, words["apply"])).to_have_count(0)
    check(page)
    with page.expect_download() as downloading:
        button(page, words["download"]).click()
    assert downloading.value.suggested_filename == "九月案件-errors.csv"
    text = Path(downloading.value.path()).read_text(encoding="utf-8-sig")
    assert [line.split(",")[0] for line in text.splitlines()] == [words["header"], "3", "3", "4"]


@pytest.mark.parametrize(("language", "size"), CROSSED)
def test_what_law_asks_of_a_row_is_shown_with_its_rule_and_stops_nothing(
    desk: Desk, language: str, size: str
) -> None:
    words = WORDS[language]
    expired = rows(1).replace("\n", ",2020-01-01\n")
    page = desk.open("/dispatch", WHO, language=language, size=SIZES[size])
    begin(page, as_csv(HEADER.replace("\n", ",到期日\n") + expired), words)
    button(page, words["check"]).click()

    table = page.get_by_role("table", name=words["questions"])
    expect(table).to_contain_text("CN-LIM-6")
    expect(table).to_contain_text(words["expired"])
    expect(table).to_contain_text("CN-NOTICE-1")  # neither telephone nor e-mail
    check(page)
    button(page, words["apply"]).click()
    expect(page.get_by_role("heading", name=words["applied"])).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_no_table_is_named_and_the_choice_is_kept(desk: Desk, tmp_path: Path, language: str) -> None:
    words = WORDS[language]
    page = desk.open("/dispatch", WHO, language=language)
    begin(page, as_csv("%PDF-1.7 …", "cases.pdf"), words, source="示例银行")
    expect(page.get_by_role("alert")).to_contain_text(words["pdf"])
    expect(page.get_by_label(words["source"])).to_have_value("示例银行")
    check(page)

    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    large = tmp_path / "large.csv"
    with large.open("wb") as file:
        file.truncate(33 * 1024 * 1024)
    page.get_by_label(words["other-file"]).set_input_files(large)
    button(page, words["upload"]).click()
    expect(page.get_by_role("alert")).to_contain_text(words["too-large"])
    assert [url for url in asked if "import-files" in url] == []
    check(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_can_be_dropped(desk: Desk, language: str) -> None:
    words = WORDS[language]
    page = desk.open("/dispatch#/import/new", WHO, language=language)
    dragged = page.evaluate_handle(
        """content => {
            const dragged = new DataTransfer();
            dragged.items.add(new File([content], "dropped.csv", {type: "text/csv"}));
            return dragged;
        }""",
        HEADER + rows(1),
    )
    page.locator(".import-drop").dispatch_event("drop", {"dataTransfer": dragged})
    expect(page.get_by_role("status").filter(has_text="dropped.csv")).to_be_visible()
    check(page)

    button(page, words["upload"]).click()

    expect(page.get_by_text(words["all-there"])).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_merged_cells_are_named_before_the_check(desk: Desk, language: str) -> None:
    book, content = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for line in (HEADER + rows(2)).splitlines():
        sheet.append(line.split(","))
    sheet.merge_cells("B2:B3")
    book.save(content)
    page = desk.open("/dispatch", WHO, language=language)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    begin(page, {"name": "cases.xlsx", "mimeType": kind, "buffer": content.getvalue()}, WORDS[language])

    expect(page.get_by_text(WORDS[language]["merged"])).to_be_visible()
    expect(button(page, WORDS[language]["check"])).to_have_attribute("aria-disabled", "true")
    check(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_upload_that_is_cut_can_be_sent_again_as_it_was_chosen(desk: Desk, language: str) -> None:
    words = WORDS[language]
    page = desk.open("/dispatch", WHO, language=language)
    page.route(re.compile("/v1/import-files"), lambda route: route.abort("connectionreset"))
    begin(page, as_csv(HEADER + rows(1)), words, source="示例银行")
    expect(page.get_by_role("alert")).to_contain_text(words["cut"])
    check(page)
    page.unroute(re.compile("/v1/import-files"))

    button(page, words["again"]).click()

    expect(page.get_by_text(words["all-there"])).to_be_visible()
    expect(page.locator(".facts")).to_contain_text("示例银行")


def never(route: Route) -> None:
    """The request is neither sent on nor answered."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_upload_can_be_stopped(desk: Desk, language: str) -> None:
    words = WORDS[language]
    page = desk.open("/dispatch", WHO, language=language)
    page.route(re.compile("/v1/import-files"), never)
    begin(page, as_csv(HEADER + rows(1)), words)
    expect(page.get_by_role("progressbar")).to_be_visible()

    button(page, words["stop-upload"]).click()

    expect(page.get_by_role("status").filter(has_text=words["stopped-upload"])).to_be_visible()
    expect(button(page, words["upload"])).to_be_focused()
    expect(page.get_by_label(words["other-file"])).to_be_attached()


@pytest.mark.parametrize(("language", "size"), [("zh", "phone"), ("en", "desktop")])
def test_a_run_is_found_again_after_a_reload_and_can_be_stopped(
    desk: Desk, server: OwnServer, language: str, size: str
) -> None:
    words, mark = WORDS[language], secrets.token_hex(4).upper()
    page = desk.open("/dispatch", WHO, language=language, size=SIZES[size])
    begin(page, as_csv(HEADER + rows(2, mark=mark)), words)
    button(page, words["check"]).click()
    expect(page.get_by_role("heading", name=words["checked"])).to_be_visible()
    with held(server, desk):
        button(page, words["apply"]).click()
        expect(page.get_by_role("heading", name=words["applying"])).to_be_visible()
        page.reload()
        expect(page.get_by_role("heading", name=words["applying"])).to_be_visible()
        expect(page.get_by_role("progressbar")).to_be_visible()
        check(page)
        button(page, words["stop"]).click()
        expect(button(page, words["stop"])).to_have_attribute("aria-busy", "true")

    expect(page.get_by_role("heading", name=words["stopped"])).to_be_visible()
    expect(page.get_by_role("heading", name=words["stopped"])).to_be_focused()
    expect(page.get_by_text(words["nothing-written"])).to_be_visible()
    check(page)
    assert desk.ask(WHO, "/v1/cases/search", q=f"W{mark}-1")["items"] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_built_on_an_import_stands_against_undoing_it(desk: Desk, language: str) -> None:
    words, mark = WORDS[language], secrets.token_hex(4).upper()
    page = desk.open("/dispatch", WHO, language=language)
    take_in(page, HEADER + rows(2, mark=mark), words)
    case = desk.ask(WHO, "/v1/cases/search", q=f"W{mark}-2")["items"][0]["case"]
    desk.pass_time(timedelta(seconds=1))
    assert desk.tell(WHO, f"/v1/cases/{case['id']}/holds", {"kind": "hardship"}).status == 201

    undo(page, words)

    expect(page.get_by_role("heading", name=words["cannot-undo"])).to_be_visible()
    expect(page.get_by_role("table")).to_contain_text(words["hold"])
    check(page)
    page.get_by_role("link", name=case["reference"]).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(case["reference"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_may_not_import_is_told_who_may(desk: Desk, language: str) -> None:
    words = WORDS[language]
    page = desk.open("/dispatch#/import", "supervisor", language=language)

    expect(page.get_by_role("heading", name=words["no-right"])).to_be_visible()
    expect(page.get_by_role("navigation").get_by_role("link", name=words["way"])).to_have_count(0)
    check(page)
