"""What a dispatcher does on a case beside booking: holds, asking before contact, consents, notices, moving a visit."""

from hashlib import sha256
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.screens.desk import LANGUAGES, SIZES, Desk, check, settle
from tests.e2e.screens.test_dispatch import WHO, ask, free_case, tell

WORDS: dict[str, dict[str, str]] = {
    "zh": {
        "hold": "停催",
        "kind": "原因",
        "hardship": "经济困难",
        "cause": "情况说明",
        "required": "请填写这一项",
        "extend": "延长",
        "new-end": "改为停到哪天",
        "why-longer": "为什么延长",
        "not-later": "请选择更晚的日期",
        "lift": "解除",
        "why-lift": "为什么可以解除",
        "no-hold": "没有停催",
        "ask": "联系前先问",
        "party": "要联系谁",
        "about": "要谈什么",
        "ground": "为什么不能直接联系客户",
        "when": "什么时候",
        "day": "日期",
        "time": "时间",
        "go": "询问",
        "again": "重新询问",
        "not-of-debt": "不能与其谈欠款",
        "only-person": "需要有权限的人",
        "allowed": "可以联系",
        "record": "登记联系",
        "note": "内容摘要（可不填）",
        "third": "他人接听",
        "consent": "登记同意",
        "what": "客户同意什么",
        "said": "客户的原话，以及记录在哪里",
        "odd": "可在规定时段以外上门",
        "withdraw": "撤回",
        "how-withdrawn": "客户如何撤回的",
        "withdrawn": "已撤回",
        "notice": "准备送达",
        "title": "文书标题",
        "file": "选择文件…",
        "file-missing": "请选择定稿的文件",
        "waiting": "待送达",
        "bring-back": "收回",
        "why-back": "为什么不再送达",
        "back": "已收回",
        "move": "改期",
        "move-reason": "改期原因",
        "move-go": "改到这个时段",
        "proposed": "已预约",
        "appointments": "预约",
        "resume": "恢复预约",
        "suspended": "已暂停",
    },
    "en": {
        "hold": "Place a hold",
        "kind": "Cause",
        "hardship": "Hardship",
        "cause": "What is known",
        "required": "Please fill this in",
        "extend": "Extend",
        "new-end": "Ends on",
        "why-longer": "Why it lasts longer",
        "not-later": "Choose a later day",
        "lift": "Lift",
        "why-lift": "Why it can be lifted",
        "no-hold": "No hold",
        "ask": "Ask before contact",
        "party": "Who is contacted",
        "about": "What is spoken of",
        "ground": "Why the customer cannot be contacted",
        "when": "When",
        "day": "Day",
        "time": "Time",
        "go": "Ask",
        "again": "Ask anew",
        "not-of-debt": "not about the debt",
        "only-person": "Only somebody who may lift it",
        "allowed": "Contact is allowed",
        "record": "Record a contact",
        "note": "What was said (optional)",
        "third": "Somebody else",
        "consent": "Record a consent",
        "what": "What they agree to",
        "said": "Their words, and where they are recorded",
        "odd": "Visits outside the lawful hours",
        "withdraw": "Withdraw",
        "how-withdrawn": "How the customer took it back",
        "withdrawn": "withdrawn on",
        "notice": "Prepare a notice",
        "title": "Title",
        "file": "Choose the file…",
        "file-missing": "Choose the final file",
        "waiting": "To be served",
        "bring-back": "Bring back",
        "why-back": "Why it will not be served",
        "back": "Brought back",
        "move": "Move",
        "move-reason": "Why it is moved",
        "move-go": "Move it",
        "proposed": "Booked",
        "appointments": "Appointments",
        "resume": "Resume",
        "suspended": "Suspended",
    },
}
DEMAND = b"%PDF-1.7 a demand"
LOOKS = [("zh", "phone"), ("en", "desktop"), ("zh", "desktop"), ("en", "phone")]


def at_case(desk: Desk, language: str, size: str) -> tuple[Page, dict[str, Any]]:
    """The page of a case that nobody else works on."""
    page = desk.open("/dispatch", WHO, language=language, size=SIZES[size])
    case: dict[str, Any] = free_case(page)["case"]
    page.goto(f"/dispatch#/cases/{case['id']}")
    settle(page)
    return page, case


def press(page: Page | Locator, name: str, *, exact: bool = True) -> None:
    page.get_by_role("button", name=name, exact=exact).click()


def the_dialog(page: Page) -> Locator:
    return page.get_by_role("dialog")


@pytest.mark.parametrize(("language", "size"), LOOKS)
def test_a_hold_is_placed_prolonged_and_lifted_by_whom_it_names(desk: Desk, language: str, size: str) -> None:
    words = WORDS[language]
    page, case = at_case(desk, language, size)
    press(page, words["hold"])
    dialog = the_dialog(page)
    press(dialog, words["hold"])
    expect(dialog.get_by_text(words["required"]).first).to_be_visible()
    dialog.get_by_label(words["kind"]).select_option(label=words["hardship"])
    dialog.get_by_label(words["cause"]).fill("九月失业，正在求职。")
    check(page)
    press(dialog, words["hold"])

    expect(dialog).to_have_count(0)
    held = page.get_by_role("listitem").filter(has_text="九月失业")
    expect(held).to_contain_text(words["hardship"], ignore_case=True)
    expect(held.get_by_role("button", name=words["lift"])).to_have_count(0)
    press(held, words["extend"], exact=False)
    dialog.get_by_label(words["new-end"]).fill("2026-11-26")
    dialog.get_by_label(words["why-longer"]).fill("还没有找到工作。")
    press(dialog, words["extend"])
    expect(dialog.get_by_text(words["not-later"])).to_be_visible()
    check(page)
    dialog.get_by_label(words["new-end"]).fill("2027-05-31")
    press(dialog, words["extend"])
    expect(dialog).to_have_count(0)
    check(page)

    supervisor = desk.open(
        f"/dispatch#/cases/{case['id']}", "supervisor", language=language, size=SIZES[size]
    )
    press(supervisor, words["lift"], exact=False)
    the_dialog(supervisor).get_by_label(words["why-lift"]).fill("已经找到工作，愿意还款。")
    press(the_dialog(supervisor), words["lift"])
    expect(supervisor.get_by_text(words["no-hold"])).to_be_visible()
    file = ask(page, f"/v1/cases/{case['id']}")
    assert [one["state"] for one in file["contact_holds"]] == ["lifted"]


@pytest.mark.parametrize(("language", "size"), LOOKS)
def test_one_asks_before_a_relative_is_contacted_and_then_records_it(
    desk: Desk, language: str, size: str
) -> None:
    words = WORDS[language]
    page, case = at_case(desk, language, size)
    press(page, words["ask"])
    dialog = the_dialog(page)
    dialog.get_by_label(words["about"]).select_option("debt")
    dialog.get_by_label(words["ground"]).select_option("deceased")
    dialog.get_by_label(words["when"]).select_option("later")
    dialog.get_by_label(words["day"]).fill("2026-12-09")
    dialog.get_by_label(words["time"]).fill("10:30")
    press(dialog, words["go"])
    refusal = dialog.get_by_role("alert")
    expect(refusal).to_contain_text("CN-3P-1")
    expect(refusal).to_contain_text(words["not-of-debt"])
    expect(refusal).to_contain_text(words["only-person"])
    check(page)

    dialog.get_by_label(words["about"]).select_option("whereabouts")
    expect(refusal).to_have_count(0)
    press(dialog, words["go"])
    expect(dialog.get_by_role("status")).to_contain_text(words["allowed"])
    check(page)
    press(dialog, words["record"])
    dialog = the_dialog(page)
    dialog.get_by_label(words["note"]).fill("哥哥说客户已经过世。")
    check(page)
    press(dialog, words["record"])
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("table").filter(has_text=words["third"])).to_be_visible()
    check(page)
    story = ask(page, f"/v1/cases/{case['id']}/timeline", limit=200)["items"]
    assert {"case:contact:refused", "case:contact:cleared", "contact:record:recorded"} <= {
        one["code"] for one in story
    }


@pytest.mark.parametrize(("language", "size"), LOOKS)
def test_a_consent_is_recorded_and_taken_back(desk: Desk, language: str, size: str) -> None:
    words = WORDS[language]
    page, _ = at_case(desk, language, size)
    press(page, words["consent"])
    dialog = the_dialog(page)
    press(dialog, words["consent"])
    expect(dialog.get_by_text(words["required"])).to_be_visible()
    dialog.get_by_label(words["said"]).fill("十点以后才下班，来电记录 25 日。")
    check(page)
    press(dialog, words["consent"])

    given = page.get_by_role("listitem").filter(has_text=words["odd"])
    expect(given).to_contain_text("十点以后才下班")
    check(page)
    press(given, words["withdraw"], exact=False)
    dialog.get_by_label(words["how-withdrawn"]).fill("来电说不再方便。")
    press(dialog, words["withdraw"])
    expect(given).to_contain_text(words["withdrawn"])
    expect(given.get_by_role("button")).to_have_count(0)
    check(page)


@pytest.mark.parametrize(("language", "size"), LOOKS)
def test_a_notice_is_prepared_by_the_hash_of_its_file_and_brought_back(
    desk: Desk, language: str, size: str
) -> None:
    words = WORDS[language]
    page, case = at_case(desk, language, size)
    press(page, words["notice"])
    dialog = the_dialog(page)
    press(dialog, words["notice"])
    expect(dialog.get_by_text(words["file-missing"])).to_be_visible()
    dialog.get_by_label(words["title"]).fill("催告函 12 号")
    dialog.get_by_label(words["file"]).set_input_files(
        {"name": "催告函.pdf", "mimeType": "application/pdf", "buffer": DEMAND}
    )
    expect(dialog.get_by_role("status")).to_contain_text("SHA-256")
    check(page)
    press(dialog, words["notice"])

    notice = page.get_by_role("listitem").filter(has_text="催告函 12 号")
    expect(notice).to_contain_text(words["waiting"])
    check(page)
    press(notice, words["bring-back"], exact=False)
    dialog.get_by_label(words["why-back"]).fill("金额有误，重新出函。")
    press(dialog, words["bring-back"])
    expect(notice).to_contain_text(words["back"])
    (told,) = ask(page, f"/v1/cases/{case['id']}/notices")["items"]
    assert told["document_sha256"] == sha256(DEMAND).hexdigest()


def booked(page: Page, case: dict[str, Any]) -> dict[str, Any]:
    """A visit of tomorrow, noticed."""
    file = ask(page, f"/v1/cases/{case['id']}")
    wish = {"from": "2026-11-26T00:00:00+08:00", "to": "2026-11-26T23:00:00+08:00"}
    (first, *_) = ask(page, f"/v1/cases/{case['id']}/slots", **wish)["free"]
    start = first["from"]
    told = {
        "case_id": case["id"],
        "address_id": file["addresses"][0]["id"],
        "purpose": "talk",
        "service_minutes": 30,
        "window_from": start,
        "window_to": first["from"][:11] + f"{int(first['from'][11:13]) + 2:02d}" + first["from"][13:],
    }
    made = tell(page, "/v1/appointments", told)
    assert made.status == 201, made.text()
    answer: dict[str, Any] = made.json()
    assert tell(page, f"/v1/appointments/{answer['id']}/notice", {}).status == 200
    return answer


@pytest.mark.parametrize(("language", "size"), LOOKS)
def test_a_visit_is_moved_and_one_that_a_hold_stopped_is_resumed(
    desk: Desk, language: str, size: str
) -> None:
    words = WORDS[language]
    page, case = at_case(desk, language, size)
    appointment = booked(page, case)
    page.reload()
    settle(page)
    page.get_by_role("link", name=words["move"], exact=True).click()
    settle(page)
    page.get_by_role("radio").last.check()
    press(page, words["move-go"])
    expect(page.get_by_text(words["required"])).to_be_visible()
    check(page)
    page.get_by_label(words["move-reason"]).fill("外访员当天请假。")
    press(page, words["move-go"])

    promised = page.get_by_role("region", name=words["appointments"], exact=True)
    line = promised.get_by_role("listitem").filter(has_text=words["proposed"])
    expect(line).to_be_visible()
    moved = ask(page, f"/v1/appointments/{appointment['id']}")
    assert moved["window_from"] != appointment["window_from"]

    assert tell(page, f"/v1/appointments/{appointment['id']}/notice", {}).status == 200
    said = desk.says(appointment["id"], "help")
    assert said.status == 201, said.text()
    page.reload()
    settle(page)
    stopped = promised.get_by_role("listitem").filter(has_text=words["suspended"])
    press(stopped, words["resume"])
    expect(stopped.get_by_role("alert")).to_contain_text("CN-HOLD-2")
    check(page)
    (hold,) = ask(page, f"/v1/cases/{case['id']}")["contact_holds"]
    lifted = desk.tell("supervisor", f"/v1/holds/{hold['id']}/lifting", {"reason": "已经安排帮助"})
    assert lifted.status == 200, lifted.text()
    press(stopped, words["resume"])
    expect(line).to_be_visible()
    check(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_asking_goes_by_the_keyboard_alone(desk: Desk, language: str) -> None:
    words = WORDS[language]
    page, _ = at_case(desk, language, "desktop")
    page.get_by_role("button", name=words["ask"]).focus()
    page.keyboard.press("Enter")
    party = the_dialog(page).get_by_label(words["party"])
    party.focus()
    page.keyboard.press("Home")
    expect(party).to_have_value("self")
    page.keyboard.press("Enter")
    press(the_dialog(page), words["go"])
    expect(the_dialog(page).get_by_role("status")).to_contain_text(words["allowed"])
    page.keyboard.press("Escape")
    expect(the_dialog(page)).to_have_count(0)


EVENT_WORDS = {
    "zh": {
        "record": "登记",
        "party": "经办方",
        "proof": "凭据",
        "kind": "口头约定分期",
        "withdraw": "撤回登记",
        "why": "为什么登记有误",
        "back": "登记已撤回",
    },
    "en": {
        "record": "Record",
        "party": "By whom",
        "proof": "Proof",
        "kind": "Plan agreed by word",
        "withdraw": "Withdraw",
        "why": "Why it should not have been recorded",
        "back": "Withdrawn",
    },
}


@pytest.mark.parametrize(("language", "size"), LOOKS[:2])
def test_a_fact_of_a_clock_is_recorded_and_legal_takes_a_mistake_back(
    desk: Desk, language: str, size: str
) -> None:
    words = EVENT_WORDS[language]
    page, case = at_case(desk, language, size)
    card = page.locator("section", has=page.locator("#legal-events"))
    card.get_by_role("button", name=words["record"], exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name=words["record"], exact=True).click()
    expect(dialog.locator(".field-error")).to_have_count(2)
    check(page)
    dialog.get_by_label(words["party"]).fill("张女士")
    dialog.get_by_role("textbox", name=words["proof"]).fill("录音 2026-1107")
    dialog.get_by_role("button", name=words["record"], exact=True).click()
    expect(card.get_by_role("listitem")).to_contain_text(words["kind"])
    expect(card.get_by_role("button", name=words["withdraw"])).to_have_count(0)
    check(page)

    page = desk.open(f"/legal#/cases/{case['id']}/clocks", "legal-1", language=language, size=SIZES[size])
    card = page.locator("section", has=page.locator("#legal-events"))
    card.get_by_role("button", name=words["withdraw"]).click()
    page.get_by_role("dialog").get_by_label(words["why"]).fill("登错了案件")
    page.get_by_role("dialog").get_by_role("button", name=words["withdraw"], exact=True).click()
    expect(card.get_by_role("listitem")).to_contain_text(words["back"])
    check(page)
