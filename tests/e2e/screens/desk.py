"""What a test sees of the screens: pages in a size and a language, signed in as somebody, and watched."""

import base64
import json
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from playwright.sync_api import (
    APIRequestContext,
    APIResponse,
    Browser,
    BrowserContext,
    ConsoleMessage,
    Geolocation,
    Page,
    Request,
    Response,
)
from sqlalchemy import select

from api.cli.web import FOLDER
from api.demo.people import SLUG
from api.walkthrough.server import OwnServer
from field_visits.identity import totp
from field_visits.identity.models import CustomerLink
from field_visits.kernel.actor import system_actor
from field_visits.kernel.ids import OrganisationId

PHONE = (360, 740)
NARROW = (320, 640)
DESKTOP = (1280, 800)
SIZES = {"phone": PHONE, "desktop": DESKTOP}
LANGUAGES = {"zh": "zh-CN", "en": "en-GB"}
_AXE = (FOLDER / "node_modules" / "axe-core" / "axe.min.js").read_text
_AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_MOMENT_MS = 100
_LOOKS = 5
# Counts what the page asks for, so that standing still is seen a moment after the last answer.
_COUNTING = """(() => {
    const own = fetch;
    globalThis.asked = {open: 0, last: performance.now()};
    globalThis.fetch = async (...told) => {
        asked.open += 1;
        try { return await own(...told); }
        finally { asked.open -= 1; asked.last = performance.now(); }
    };
})()"""
_STANDS_STILL = f"""() => (!globalThis.asked || asked.open === 0 && performance.now() - asked.last > {_MOMENT_MS})
    && !document.querySelector('.skeleton, [aria-busy=true]')"""
# A door in the middle of Shanghai, eight metres sure.
_PLACE: Geolocation = {"latitude": 31.2304, "longitude": 121.4737, "accuracy": 8}


_NOT_SIGNED_IN = 401
Ask = Callable[[APIRequestContext, dict[str, str]], APIResponse]


@dataclass
class Watched:
    """What a page asked for and complained of."""

    elsewhere: list[str]
    complaints: list[str]


class Desk:
    """Opens pages for one test and closes them after it."""

    def __init__(self, server: OwnServer, browser: Browser, passwords: Mapping[str, str]) -> None:
        self.url = server.url
        self._clock = server.clock
        self._house = server.house
        self._browser = browser
        self._passwords = passwords
        self._contexts: list[BrowserContext] = []
        self._watched: list[Watched] = []
        self._tokens: dict[str, dict[str, str]] = {}

    def context(
        self, *, language: str = "zh", size: tuple[int, int] = DESKTOP, scripts: bool = True
    ) -> BrowserContext:
        """A browser of its own: no cookie, no memory."""
        is_phone = size[0] < DESKTOP[0]
        context = self._browser.new_context(
            base_url=self.url,
            viewport={"width": size[0], "height": size[1]},
            has_touch=is_phone,
            is_mobile=is_phone,
            locale=LANGUAGES[language],
            timezone_id="America/New_York",  # what is shown must not depend on it
            geolocation=_PLACE,
            permissions=["geolocation", "camera"],
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )
        context.set_default_timeout(20_000)
        context.add_init_script(_COUNTING)
        self._contexts.append(context)
        return context

    def sign_in(self, context: BrowserContext, username: str) -> None:
        """The context's cookie is that of a fresh session of `username`."""
        told = {"organisation": SLUG, "username": username, "password": self._passwords[username]}
        answer = context.request.post(f"{self.url}/v1/sign-in", data={**told, "refresh_in": "cookie"})
        assert answer.status == 200, answer.text()
        context.add_init_script("localStorage.setItem('doorstep.signed-in', 'yes')")

    def tell(
        self, username: str, path: str, body: Mapping[str, Any], *, version: str | None = None
    ) -> APIResponse:
        """Somebody does something beside the pages, to this version of it where it has versions."""
        headers = {"Idempotency-Key": secrets.token_hex(16)}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        return self._beside(
            username,
            lambda request, token: request.post(
                f"{self.url}{path}", data=dict(body), headers={**token, **headers}
            ),
        )

    def change(self, username: str, path: str, body: Mapping[str, Any], version: str) -> Any:
        """Somebody changes a version of something beside the pages; the thing as it then is."""
        answer = self._beside(
            username,
            lambda request, token: request.patch(
                f"{self.url}{path}", data=dict(body), headers={**token, "If-Match": f'"{version}"'}
            ),
        )
        assert answer.status == 200, answer.text()
        return answer.json()

    def first_session(self, username: str, password: str, *, keep_in: BrowserContext | None = None) -> str:
        """Somebody new signs in and chooses a password; the access token, and its cookie in a context."""
        context = keep_in or self.context()
        told = {"organisation": SLUG, "username": username, "password": password}
        step = context.request.post(f"{self.url}/v1/sign-in", data=told).json()["step"]
        chosen = {"step": step, "password": secrets.token_hex(10), "refresh_in": "cookie"}
        answer = context.request.post(f"{self.url}/v1/sign-in/password", data=chosen)
        assert answer.status == 200, answer.text()
        context.add_init_script("localStorage.setItem('doorstep.signed-in', 'yes')")
        return str(answer.json()["access_token"])

    def ask(self, username: str, path: str, **query: Any) -> Any:
        """What the API tells somebody beside the pages."""
        answer = self._beside(
            username, lambda request, token: request.get(f"{self.url}{path}", params=query, headers=token)
        )
        assert answer.status == 200, answer.text()
        return answer.json()

    @cached_property
    def _aside(self) -> APIRequestContext:
        return self.context().request

    def _beside(self, username: str, ask: Ask) -> APIResponse:
        """What `ask` gets in a session of `username` beside the pages; a session that ran out is opened anew."""
        kept = self._tokens.get(username)
        if kept is not None:
            answer = ask(self._aside, kept)
            if answer.status != _NOT_SIGNED_IN:
                return answer
        told = {"organisation": SLUG, "username": username, "password": self._passwords[username]}
        opened = self._aside.post(f"{self.url}/v1/sign-in", data=told).json()
        self._tokens[username] = {"Authorization": f"Bearer {opened['access_token']}"}
        return ask(self._aside, self._tokens[username])

    def code_of(self, secret: str) -> str:
        """What a code generator with this secret shows now."""
        return totp.code_of(base64.b32decode(secret), totp.step_at(self._clock.now()))

    def page_of(self, appointment_id: str) -> str:
        """The address that the customer of a visit was sent last, without the host."""
        told = self.ask("admin", "/v1/organisation")
        actor = system_actor(OrganisationId(UUID(told["id"])), "tests")
        with self._house.work(actor) as uow:
            link = uow.session.scalars(
                select(CustomerLink)
                .where(CustomerLink.appointment_id == UUID(appointment_id), CustomerLink.purpose == "visit")
                .order_by(CustomerLink.revoked_at.is_(None).desc(), CustomerLink.id.desc())
            ).first()
            assert link is not None
            return f"/d/{self._house.pages.token_of(link).text}"

    def says(self, appointment_id: str, statement: str) -> APIResponse:
        """The customer says something on their page, by the link that they were sent."""
        token = self.page_of(appointment_id).rpartition("/")[2]
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": secrets.token_hex(16)}
        request = self.context().request
        return request.post(f"{self.url}/v1/page/statements", data={"statement": statement}, headers=headers)

    def codes_of_page(self, case_id: str) -> set[str]:
        """The one-time codes that were sent to this customer."""
        found = self.ask("dispatcher-1", "/v1/messages", case_id=case_id, limit=200)["items"]
        texts = [one["text"] for one in found if one["template"] == "page_code"]
        return {code for text in texts for code in re.findall(r"(?<!\d)\d{6}(?!\d)", text)}

    def pass_time(self, by: timedelta) -> None:
        """Time passes."""
        self._clock.advance(by)

    def move_clock_to(self, instant: datetime) -> None:
        """It is `instant`, if it was not later already."""
        if instant > self._clock.now():
            self._clock.move_to(instant)

    def open(
        self,
        address: str,
        username: str | None = None,
        *,
        language: str = "zh",
        size: tuple[int, int] = DESKTOP,
    ) -> Page:
        """A page, signed in as `username` if one is named, once it stands still."""
        context = self.context(language=language, size=size)
        if username is not None:
            self.sign_in(context, username)
        page = self.watch(context.new_page())
        page.goto(address)
        settle(page)
        return page

    def watch(self, page: Page) -> Page:
        """What the page asks of others and what it complains of is known at the end."""
        watched = Watched([], [])
        self._watched.append(watched)
        ours = urlsplit(self.url).netloc

        def asked(request: Request) -> None:
            place = urlsplit(request.url)
            if place.scheme in {"http", "https", "ws", "wss"} and place.netloc != ours:
                watched.elsewhere.append(request.url)

        def complained(message: ConsoleMessage) -> None:
            # A status that the page handles is written to the console by the browser all the same.
            if message.type == "error" and "Failed to load resource" not in message.text:
                watched.complaints.append(message.text)

        def answered(response: Response) -> None:
            if response.status >= 500:
                watched.complaints.append(f"{response.status} {response.url}")

        page.on("request", asked)
        page.on("console", complained)
        page.on("response", answered)
        page.on("pageerror", lambda error: watched.complaints.append(str(error)))
        return page

    def close(self) -> None:
        """Nothing was asked of others, and no page complained."""
        for context in self._contexts:
            context.close()
        assert [url for each in self._watched for url in each.elsewhere] == []
        assert [text for each in self._watched for text in each.complaints] == []


def settle(page: Page) -> None:
    """Nothing loads any more: no request is on its way for a moment, and no part says that it waits."""
    page.wait_for_load_state("load")
    page.wait_for_function(_STANDS_STILL, polling=_MOMENT_MS / 2)


def violations(page: Page) -> list[dict[str, Any]]:
    """What axe finds wrong with the page as it stands: where the page went on meanwhile, it is looked at again."""
    page.evaluate(_AXE(encoding="utf-8"))
    for _ in range(_LOOKS):
        settle(page)
        before = page.content()
        found = page.evaluate(
            "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})",
            _AXE_RULES,
        )
        if page.content() == before:
            break
    return [
        {"id": each["id"], "help": each["help"], "where": [node["html"][:200] for node in each["nodes"][:3]]}
        for each in found["violations"]
    ]


def sideways(page: Page) -> list[str]:
    """What makes the page wider than its window; nothing, if nothing does."""
    return list(
        page.evaluate(
            """() => document.documentElement.scrollWidth <= innerWidth
                && [...document.querySelectorAll('.phone-content, .scroll')].every(e => e.scrollWidth <= e.clientWidth)
                ? [] :
            [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1)
            .slice(0, 5).map(e => `${e.tagName}.${e.className}`)"""
        )
    )


def check_large_type(page: Page) -> None:
    """Nothing is wider than a narrow window where somebody reads letters of twice the size."""
    size = page.viewport_size
    browser = page.context.new_cdp_session(page)
    browser.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    settle(page)
    assert sideways(page) == []
    browser.send("Page.setFontSizes", {"fontSizes": {"standard": 16, "fixed": 13}})
    if size is not None:
        page.set_viewport_size(size)
    browser.detach()


def check(page: Page) -> None:
    """The page is accessible, and nothing on it is wider than the window, not even a narrow one."""
    page.evaluate("scrollTo(0, 0)")  # half under the head that stays, anything would be a small target
    found = violations(page)
    assert found == [], json.dumps(found, indent=1, ensure_ascii=False)
    assert sideways(page) == []
    size = page.viewport_size
    if size is not None and size["width"] < DESKTOP[0]:
        page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
        assert sideways(page) == []
        page.set_viewport_size(size)
