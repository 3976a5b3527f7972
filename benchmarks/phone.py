"""The collector's phone on a cheap phone and a slow line: how long until one can go on. Warned of, never gated.

The processor is slowed down four times and the line carries 1.6 Mbit/s with 150 ms of latency, both by chromium itself
(CDP). Medians of seven. The goals are those of the phone's issue; what a busy machine adds is in the figures.
"""

from statistics import median
from time import perf_counter

from playwright.sync_api import BrowserContext, CDPSession, Page, expect, sync_playwright

from api.cli.web import FOLDER
from api.demo.day import prepare
from api.demo.seed import seed
from api.walkthrough.server import own_server
from api.web.building import Web
from tests.client import CHEAP
from tests.e2e.screens.conftest import CHROMIUM, MORNING, PASSWORDS
from tests.e2e.screens.desk import PHONE, Desk
from tests.e2e.screens.phone import PIN, enrolled, invited
from tests.e2e.screens.test_collector import left_today

TIMES = 7
CPU_SLOWER = 4
BITS_PER_S = 1_600_000
LATENCY_MS = 150
# Milliseconds: from an empty cache, opened again without signal, from the list to a visit.
GOALS_MS = {"cold": 2_500, "reopen": 1_200, "visit": 300}


def run() -> None:
    """Prints the table."""
    if CHROMIUM is None:
        print("\nNo chromium: install it, and the phone is measured.")
        return
    Web(FOLDER).build()
    with sync_playwright() as playwright, own_server(MORNING, password_cost=CHEAP) as running:
        prepare(running.house, seed(running.house, PASSWORDS), say=lambda _: None)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        desk = Desk(running, browser, PASSWORDS)
        username, stop = left_today(desk)[0]
        cold = [_cold(desk, username) for _ in range(TIMES)]
        page = enrolled(desk, username)
        page.context.set_offline(True)
        _slow(page)
        opened = [_reopened(page) for _ in range(TIMES)]
        visits = [_visit(page, str(stop["id"])) for _ in range(TIMES)]
        desk.close()
    print("\n## The phone at 4× CPU throttle and 1.6 Mbit/s, medians of", TIMES)
    _line("cold, from an empty cache until it can be enrolled", cold, GOALS_MS["cold"])
    _line(
        "opened again without signal, until the PIN can be typed",
        [one for one, _ in opened],
        GOALS_MS["reopen"],
    )
    _line("from the PIN to the day (600,000 rounds of PBKDF2)", [other for _, other in opened], None)
    _line("from the list to a visit", visits, GOALS_MS["visit"])


def _cold(desk: Desk, username: str) -> float:
    """Milliseconds from the address of an enrolment to its button, in a browser that knows nothing."""
    context: BrowserContext = desk.context(size=PHONE)
    desk.sign_in(context, username)
    page = context.new_page()
    _slow(page)
    address = f"/m#/enrol/{invited(desk, username)['code']}"
    begun = perf_counter()
    page.goto(address, wait_until="commit")
    page.get_by_role("button", name="登记", exact=True).wait_for()
    took = perf_counter() - begun
    context.close()
    return took * 1000


def _reopened(page: Page) -> tuple[float, float]:
    """Milliseconds until the PIN can be typed, and from there to the day."""
    page.goto("/m#/today")
    begun = perf_counter()
    page.reload(wait_until="commit")
    field = page.get_by_label("PIN 码", exact=True)
    field.wait_for()
    locked = perf_counter() - begun
    field.fill(PIN)
    begun = perf_counter()
    page.get_by_role("button", name="解锁", exact=True).click()
    page.locator(".next").wait_for()
    return locked * 1000, (perf_counter() - begun) * 1000


def _visit(page: Page, appointment: str) -> float:
    """Milliseconds from a tap on the list to the visit."""
    page.goto("/m#/today")
    expect(page.locator(".next")).to_be_visible()
    begun = perf_counter()
    page.evaluate("id => { location.hash = `#/visits/${id}`; }", appointment)
    page.locator("#who").wait_for()
    return (perf_counter() - begun) * 1000


def _slow(page: Page) -> CDPSession:
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWER})
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": LATENCY_MS,
            "downloadThroughput": BITS_PER_S / 8,
            "uploadThroughput": BITS_PER_S / 8,
        },
    )
    return session


def _line(what: str, took: list[float], goal_ms: int | None) -> None:
    middle = median(took)
    verdict = "" if goal_ms is None else f"goal {goal_ms} ms{'' if middle <= goal_ms else ': MISSED'}"
    print(f"{what}: {middle:,.0f} ms ({min(took):,.0f} to {max(took):,.0f}) {verdict}")
