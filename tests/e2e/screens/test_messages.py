"""What customers are sent: the outbox, the templates, and the hours that a customer asks for instead."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from api.walkthrough.server import OwnServer
from field_visits.kernel.actor import system_actor
from field_visits.kernel.ids import OrganisationId
from field_visits.messages.models import Message
from field_visits.messages.service import queue_message
from field_visits.unit_of_work import Applied
from tests.e2e.screens.desk import LANGUAGES, NARROW, PHONE, SIZES, Desk, check
from tests.e2e.screens.test_portal import WORDS as PORTAL_WORDS
from tests.e2e.screens.test_portal import opened, press

WHO = "dispatcher-1"
WORDS = {
    "zh": {
        "way": "消息",
        "outbox": "发件箱",
        "state": "状态",
        "failed": "发送失败",
        "none": "没有这种状态的消息",
        "by_hand": "人工转达客户",
        "notice": "上门通知（含客户页面链接）",
        "more": "显示更多",
        "templates": "消息模板",
        "parts": "{} 条",
        "alerts": "待处理提醒",
        "countered": "客户希望改期",
        "refused": "短信网关拒收",
        "again": "重新发送",
    },
    "en": {
        "way": "Messages",
        "outbox": "Outbox",
        "state": "State",
        "failed": "Failed",
        "none": "No message is in this state",
        "by_hand": "passed on by hand",
        "notice": "Notice of a visit, with the customer’s page",
        "more": "Show more",
        "templates": "Templates",
        "parts": "{} part",
        "alerts": "Open alerts",
        "countered": "A customer asks for other hours",
        "refused": "The text gateway did not take it",
        "again": "Send it once more",
    },
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_outbox_lists_what_customers_were_sent_and_leads_to_their_cases(
    desk: Desk, language: str, size: str
) -> None:
    words = WORDS[language]
    told = desk.ask(WHO, "/v1/messages", limit=20)
    newest = told["items"][0]
    page = desk.open("/dispatch", WHO, language=language, size=SIZES[size])
    page.get_by_role("navigation").get_by_role("link", name=words["way"], exact=True).click()

    outbox = page.get_by_role("region", name=words["outbox"])
    lines = outbox.get_by_role("listitem")
    expect(lines).to_have_count(len(told["items"]))
    expect(lines.first).to_contain_text(newest["text"])
    expect(lines.first).to_contain_text(newest["recipient"])
    assert "*" in newest["recipient"]
    expect(outbox.get_by_role("heading", name=words["notice"]).first).to_be_visible()
    expect(page.get_by_text(words["by_hand"])).to_be_visible()
    check(page)

    lines.first.get_by_role("link").click()
    expect(page).to_have_url(f"{desk.url}/dispatch#/cases/{newest['case_id']}")


def test_the_outbox_grows_page_by_page_until_its_end(desk: Desk) -> None:
    every = desk.ask(WHO, "/v1/messages", limit=200)["items"]
    assert len(every) > 20
    page = desk.open("/dispatch#/messages", WHO)
    lines = page.get_by_role("region", name=WORDS["zh"]["outbox"]).get_by_role("listitem")
    more = page.get_by_role("button", name=WORDS["zh"]["more"], exact=True)
    for shown in range(20, len(every), 20):
        expect(lines).to_have_count(shown)
        more.click()

    expect(lines).to_have_count(len(every))
    expect(more).to_have_count(0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_messages_of_one_state_are_picked_out_and_none_is_said_plainly(desk: Desk, language: str) -> None:
    words = WORDS[language]
    page = desk.open("/dispatch#/messages", WHO, language=language, size=NARROW)
    outbox = page.get_by_role("region", name=words["outbox"])
    expect(outbox.get_by_role("listitem").first).to_be_visible()
    outbox.get_by_label(words["state"]).select_option(label=words["failed"])

    expect(outbox.get_by_text(words["none"])).to_be_visible()
    expect(outbox.get_by_role("listitem")).to_have_count(0)
    way = page.get_by_role("navigation").get_by_role("link", name=words["way"], exact=True)
    expect(way).to_be_in_viewport(ratio=0.99)  # whole, but for a part of a pixel
    check(page)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_template_is_shown_in_both_languages_with_its_parts(desk: Desk, language: str, size: str) -> None:
    words = WORDS[language]
    told = desk.ask(WHO, "/v1/message-templates")["items"]
    page = desk.open("/dispatch#/messages", WHO, language=language, size=SIZES[size])
    page.get_by_role("link", name=words["templates"], exact=True).click()

    card = page.get_by_role("region", name=words["notice"], exact=True)
    for preview in told:
        if preview["name"] == "appointment_notice_with_page":
            expect(card).to_contain_text(preview["text"])
            expect(card).to_contain_text(words["parts"].format(preview["parts"]))
            expect(card).to_contain_text(str(preview["units"]))
    expect(page.locator("main section")).to_have_count(len({each["name"] for each in told}))
    check(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_alert_tells_the_hours_that_a_customer_asks_for(desk: Desk, language: str) -> None:
    customer, words = opened(desk, language, PHONE), WORDS[language]
    press(customer, PORTAL_WORDS[language]["move"])
    customer.get_by_role("radio").first.check()
    press(customer, PORTAL_WORDS[language]["go"])
    expect(customer.get_by_text(PORTAL_WORDS[language]["moved"])).to_be_visible()
    alert = next(
        one
        for one in desk.ask(WHO, "/v1/alerts", state="open", limit=200)["items"]
        if one["kind"] == "customer_countered"
    )
    page = desk.open("/dispatch", WHO, language=language)

    line = (
        page.get_by_role("region", name=words["alerts"])
        .get_by_role("listitem")
        .filter(has=page.locator(f"a[href='#/cases/{alert['case_id']}']"))
        .filter(has_text=words["countered"])
    )
    hours = [_in_shanghai(alert["detail"][end]) for end in ("from", "to")]
    expect(line).to_contain_text("–".join(f"{one:%H:%M}" for one in hours))
    expect(line).to_contain_text(str(hours[0].day))
    check(page)


def _in_shanghai(told: str) -> datetime:
    return datetime.fromisoformat(told).astimezone(ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(("language", "size"), [("zh", "phone"), ("en", "desktop")])
def test_why_a_message_failed_is_said_in_the_readers_language(
    desk: Desk, server: OwnServer, language: str, size: str
) -> None:
    told = desk.ask("admin", "/v1/organisation")
    with server.house.work(system_actor(OrganisationId(UUID(told["id"])), "tests")) as uow:
        sent = uow.session.scalars(select(Message).where(Message.channel == "sms").limit(1)).one()
        message = queue_message(
            uow,
            sent,
            template="page_code",
            language="zh",
            channel="sms",
            recipient="13800000000",
            blanks={"organisation": "示例", "code": "123456"},
        )
        code = {"failure": "The webhook answered 503.", "failure_code": "webhook-answered"}
        assert isinstance(uow.apply(message, "fail", changes=code), Applied)
    words = WORDS[language]
    page = desk.open("/dispatch#/messages", WHO, language=language, size=SIZES[size])
    page.get_by_label(words["state"], exact=True).select_option("failed")

    line = page.get_by_role("listitem").filter(has_text="503").first
    expect(line).to_contain_text(words["refused"])
    check(page)
    line.get_by_role("button", name=words["again"], exact=True).click()
    expect(page.get_by_role("listitem").filter(has_text="503")).to_have_count(0)
