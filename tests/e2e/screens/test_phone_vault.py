"""What opens a phone and what keeps it shut: a finger, a PIN, a lease; and colleagues who share one."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from api.walkthrough.server import OwnServer
from tests.e2e.screens.conftest import MORNING, PASSWORDS
from tests.e2e.screens.desk import PHONE, Desk, check
from tests.e2e.screens.phone import PIN, enrolled, sent, unlocked
from tests.e2e.screens.phone_clock import hold_clock, set_wrong, show

FINGER = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "hasPrf": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def named_desk(server: OwnServer, browser: Browser) -> Iterator[Desk]:
    """The same house by a name: a passkey belongs to a domain, and an address is none."""
    desk = Desk(server, browser, PASSWORDS)
    desk.url = desk.url.replace("127.0.0.1", "localhost")
    yield desk
    desk.close()


def test_a_finger_opens_the_phone_without_signal(named_desk: Desk) -> None:
    page = enrolled(named_desk, "collector-5")
    security = page.context.new_cdp_session(page)
    security.send("WebAuthn.enable")
    security.send("WebAuthn.addVirtualAuthenticator", {"options": FINGER})
    page.goto("/m#/settings")
    page.get_by_role("button", name="启用", exact=True).click()
    expect(page.get_by_text("已启用")).to_be_visible()
    page.context.set_offline(True)

    page.get_by_role("button", name="锁屏").click()
    page.get_by_role("button", name="用指纹或面容解锁").click()

    expect(page.locator(".thumb-ways")).to_be_visible()


def test_a_phone_that_heard_nothing_for_three_days_opens_by_no_pin_and_after_a_word_again(desk: Desk) -> None:
    page = clocked(desk, "collector-5")
    page.context.set_offline(True)
    page.get_by_role("button", name="锁屏").click()
    set_wrong(page, timedelta(hours=71))
    unlocked(page)
    page.get_by_role("button", name="锁屏").click()
    set_wrong(page, timedelta(hours=2))

    enter(page, PIN)

    expect(page.get_by_role("heading", name="太久没有联网")).to_be_visible()
    assert page.locator(".thumb-ways").count() == 0
    check(page)
    page.context.set_offline(False)
    page.get_by_role("button", name=re.compile("^(再查询一次|登录)$")).click()
    unlocked(page)


def test_ten_wrong_pins_leave_the_phone_to_the_office(desk: Desk) -> None:
    page = clocked(desk, "collector-6")
    page.context.set_offline(True)
    page.get_by_role("button", name="锁屏").click()
    for wrong in range(10):
        expect(page.get_by_label("PIN 码", exact=True)).to_be_visible()
        if wrong >= 5:
            tried(page, PIN)
            expect(page.locator(".field-error")).to_contain_text("请稍等片刻")
            show(page, MORNING + timedelta(hours=wrong))
        tried(page, f"86420{wrong}")

    expect(page.get_by_role("heading", name="需要调度协助")).to_be_visible()
    page.get_by_role("button", name="返回").click()
    show(page, MORNING + timedelta(hours=30))
    enter(page, PIN)
    expect(page.get_by_role("heading", name="需要调度协助")).to_be_visible()


def test_what_a_colleague_left_unsent_goes_up_sealed_from_whoever_has_the_phone_now(desk: Desk) -> None:
    page = enrolled(desk, "collector-4")
    context = page.context
    context.set_offline(True)
    before = commands_of(desk, "collector-4").count("safety.check_in")
    page.goto("/m#/safety")
    page.get_by_role("button", name=re.compile("^15 ")).click()
    expect(page.locator(".sync")).to_contain_text("1")
    page.close()
    context.set_offline(False)

    other = enrolled(desk, "collector-6", context=context)

    sent(other)
    assert commands_of(desk, "collector-4").count("safety.check_in") == before + 1
    other.get_by_role("button", name="锁屏").click()
    expect(other.get_by_role("heading", name="其他人的手机")).to_be_visible()
    check(other)
    unlocked(other)
    other.goto("/m#/unsent")
    expect(other.get_by_text("全部已上传。")).to_be_visible()


def clocked(desk: Desk, username: str) -> Page:
    """A phone whose clock the test holds."""
    context = desk.context(size=PHONE)
    hold_clock(context, MORNING)
    page = enrolled(desk, username, context=context)
    sent(page)
    return page


def enter(page: Page, pin: str) -> None:
    """Somebody tries a PIN."""
    page.get_by_label("PIN 码", exact=True).fill(pin)
    page.get_by_role("button", name="解锁", exact=True).click()


def tried(page: Page, pin: str) -> None:
    """Somebody tried a PIN, and has the answer."""
    enter(page, pin)
    expect(page.locator("[aria-busy=true]")).to_have_count(0, timeout=20_000)


def commands_of(desk: Desk, username: str) -> list[str]:
    """What somebody's phones handed in."""
    users = desk.ask("admin", "/v1/users", limit=200)["items"]
    (who,) = [user["id"] for user in users if user["username"] == username]
    found = desk.ask("dispatcher-1", "/v1/sync/commands", user_id=who, limit=200)["items"]
    return [one["type"] for one in found]
