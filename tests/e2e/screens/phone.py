"""A collector's phone in a test: enrolled by a dispatcher's code, opened by a PIN, with or without signal."""

from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.screens.desk import PHONE, Desk, settle

PIN = "270591"
WORDS = {
    "zh": {
        "enrol": "登记",
        "name": "手机名称",
        "pin": "PIN 码",
        "again": "再输入一次",
        "done": "完成",
        "unlock": "解锁",
        "sent": "全部已上传",
        "seal": "立即封存",
        "today": "今天",
    },
    "en": {
        "enrol": "Enrol",
        "name": "Name of the phone",
        "pin": "PIN",
        "again": "Once more",
        "done": "Done",
        "unlock": "Unlock",
        "sent": "Everything is sent",
        "seal": "Seal it now",
        "today": "Today",
    },
}


def invited(desk: Desk, username: str) -> dict[str, Any]:
    """The code that a dispatcher hands out for somebody's phone."""
    (user,) = [
        one for one in desk.ask("admin", "/v1/users", limit=200)["items"] if one["username"] == username
    ]
    answer = desk.tell("dispatcher-1", "/v1/devices/enrolments", {"user_id": user["id"]})
    assert answer.status == 201, answer.text()
    return dict(answer.json())


def enrolled(
    desk: Desk,
    username: str,
    *,
    language: str = "zh",
    size: tuple[int, int] = PHONE,
    context: BrowserContext | None = None,
    name: str | None = None,
) -> Page:
    """A phone of `username`, open at today, with everything that the office had to tell."""
    code = invited(desk, username)["code"]
    context = context or desk.context(language=language, size=size)
    desk.sign_in(context, username)
    page = desk.watch(context.new_page())
    page.goto(f"/m#/enrol/{code}")
    words = WORDS[language]
    if name is not None:
        page.get_by_label(words["name"]).fill(name)
    page.get_by_role("button", name=words["enrol"], exact=True).click()
    page.get_by_label(words["pin"], exact=True).fill(PIN)
    page.get_by_label(words["again"], exact=True).fill(PIN)
    page.get_by_role("button", name=words["done"], exact=True).click()
    expect(page.locator(".next, .empty")).to_be_visible(timeout=20_000)
    sent(page, language)
    # From here on the worker answers for the pages: the phone can go where there is no signal.
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    return page


def unlocked(page: Page, language: str = "zh") -> Page:
    """The page, opened again by its PIN."""
    words = WORDS[language]
    page.get_by_label(words["pin"], exact=True).fill(PIN)
    page.get_by_role("button", name=words["unlock"], exact=True).click()
    expect(page.locator(".thumb-ways")).to_be_visible()
    return page


def sent(page: Page, language: str = "zh") -> None:
    """The office has everything that this phone knows."""
    expect(page.locator(".sync")).to_contain_text(WORDS[language]["sent"], timeout=30_000)
    settle(page)


def seal(page: Page, language: str = "zh") -> None:
    """The outcome is sealed at once, instead of after its ten seconds."""
    page.get_by_role("button", name=WORDS[language]["seal"], exact=True).click()
