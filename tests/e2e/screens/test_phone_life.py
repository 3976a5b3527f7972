"""What happens to a phone in a day: it dies, its clock is set, it has a twin; and nothing is lost or told twice."""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.screens import long_day
from tests.e2e.screens.conftest import MORNING
from tests.e2e.screens.desk import PHONE, Desk
from tests.e2e.screens.phone import enrolled, seal, sent, unlocked
from tests.e2e.screens.phone_clock import hold_clock, set_wrong, show
from tests.e2e.screens.test_phone_day import come_to, meet

_LOOKS = 600
_MOMENT_MS = 150
_KILLS_A_DAY = 10
_LEAST_OFFLINE = 0.7
# Found and pressed in one moment: what stands there may be gone in the next.
_PRESS = """words => {
    // Back at today the visit is over: what can be pressed there belongs to the next door.
    if (location.hash.startsWith('#/today')) return false;
    const ways = [...document.querySelectorAll('button, a')];
    const way = words.map(word => ways.find(each =>
        each.textContent.trim() === word && each.getAttribute('aria-disabled') !== 'true')).find(Boolean);
    way?.click();
    return Boolean(way);
}"""
_WORDS = ["立即封存", "无人在家", "拍摄", "拍照", "我到了", "出发"]
_LONGEST_MS = 400


@dataclass(frozen=True)
class House:
    """A house of its own, with a long day in it, and the doors of that day that no test went to yet."""

    desk: Desk
    doors: Iterator[dict[str, Any]]


@pytest.fixture(scope="module")
def house(built: Path, browser: Browser) -> Iterator[House]:
    assert built.is_dir()
    with long_day.long_day(browser) as desk:
        yield House(desk, iter(long_day.stops(desk)))


@pytest.fixture
def desk(house: House) -> Desk:
    return house.desk


@pytest.fixture
def doors(house: House) -> Iterator[dict[str, Any]]:
    return house.doors


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "kills" in metafunc.fixturenames:
        kills = range(metafunc.config.getoption("--kills"))
        # So many doors has a day; the other tests go to the first house.
        days = [kills[at : at + _KILLS_A_DAY] for at in kills[::_KILLS_A_DAY]]
        metafunc.parametrize(("house", "kills"), list(enumerate(days)), indirect=["house"], scope="module")
    elif "house" in metafunc.fixturenames:
        metafunc.parametrize("house", [0], indirect=True, scope="module")


@pytest.mark.timeout(900)
def test_a_phone_that_dies_at_any_moment_loses_nothing_and_tells_nothing_twice(
    desk: Desk, doors: Iterator[dict[str, Any]], kills: range
) -> None:
    visited = [next(doors) for _ in kills]
    page = phone_at(desk, visited[0])
    for kill, stop in zip(kills, visited, strict=True):
        page = deadly_visit(desk, page, stop, random.Random(kill))
    page.context.set_offline(False)
    sent(page)

    told = long_day.commands(desk)
    for stop in visited:
        own = [one for one in told if one["case_id"] == stop["case_id"]]
        kinds = [one["type"] for one in own]
        assert {one["outcome"] for one in own} == {"applied"}
        assert (kinds.count("visit.depart"), kinds.count("visit.finish")) == (1, 1)
        (visit,) = desk.ask(long_day.DISPATCHER, "/v1/visits", case_id=stop["case_id"])["items"]
        assert (visit["state"], visit["outcome"]) == ("finished", "NOBODY_HOME")
        # What the test's camera sees does not change: the same picture twice is one file.
        photos = [file["kind"] for file in visit["files"]].count("photo")
        assert photos == min(1, kinds.count("visit.photograph")) == 1


def deadly_visit(desk: Desk, page: Page, stop: dict[str, Any], chance: random.Random) -> Page:
    """The visit is made, though the page dies in it up to twice, with signal or without; the page that lived on."""
    desk.move_clock_to(long_day.planned(stop))
    show(page, long_day.planned(stop))
    stand_at(page, stop)
    page.context.set_offline(chance.random() < _LEAST_OFFLINE)
    page.goto(f"/m#/visits/{stop['id']}")
    expect(page.get_by_role("button", name="出发", exact=True)).to_be_visible()
    # After which of the presses: a whole visit takes five.
    deadly = {chance.randrange(1, 6), chance.randrange(1, 6)}
    presses = 0
    for _ in range(_LOOKS):
        if is_over(page):
            return page
        if not page.evaluate(_PRESS, _WORDS):
            page.wait_for_timeout(_MOMENT_MS)
            continue
        presses += 1
        if presses in deadly:
            page.wait_for_timeout(chance.randrange(_LONGEST_MS))
            page = risen(page, stop)
    raise AssertionError(f"The visit does not come to its end: {page.locator('body').inner_text()}")


def phone_at(desk: Desk, stop: dict[str, Any]) -> Page:
    """An enrolled phone, some minutes before the visit, with its page open."""
    at = long_day.planned(stop) - timedelta(minutes=3)
    desk.move_clock_to(at)
    context = desk.context(size=PHONE)
    hold_clock(context, at)
    page = enrolled(desk, long_day.COLLECTOR, context=context)
    stand_at(page, stop)
    page.goto(f"/m#/visits/{stop['id']}")
    expect(page.get_by_role("button", name="出发", exact=True)).to_be_visible()
    return page


def stand_at(page: Page, stop: dict[str, Any]) -> None:
    """The phone is where the door is."""
    door = stop["address"]
    page.context.set_geolocation({"latitude": door["lat"], "longitude": door["lon"], "accuracy": 9})


def is_over(page: Page) -> bool:
    """Nothing is left to do at this door: the phone says so, or leads back to the day."""
    return "#/today" in page.url or page.get_by_text("这次拜访已结束").count() > 0


def risen(dead: Page, stop: dict[str, Any]) -> Page:
    """The page is gone as it stood, and a new one is opened in its place."""
    page = dead.context.new_page()
    dead.close(run_before_unload=False)
    page.goto(f"/m#/visits/{stop['id']}")
    return unlocked(page)


@pytest.mark.parametrize("days", [3, -3])
def test_a_clock_that_somebody_sets_in_mid_visit_is_told_and_moves_no_visit(
    desk: Desk, doors: Iterator[dict[str, Any]], days: int
) -> None:
    stop = next(doors)
    page = phone_at(desk, stop)
    page.context.set_offline(True)
    page.get_by_role("button", name="出发", exact=True).click()
    expect(page.get_by_role("button", name="我到了", exact=True)).to_be_visible()
    set_wrong(page, timedelta(days=days))
    page.get_by_role("button", name="我到了", exact=True).click()
    page.get_by_role("button", name="拍摄", exact=True).click()
    page.get_by_role("button", name="无人在家", exact=True).click()
    seal(page)
    # What is today does not hang on a clock that anybody can set.
    expect(page.locator(".page-head h1")).to_contain_text("25")
    desk.pass_time(timedelta(minutes=10))
    page.context.set_offline(False)
    sent(page)

    (visit,) = desk.ask(long_day.DISPATCHER, "/v1/visits", case_id=stop["case_id"])["items"]
    arrived = datetime.fromisoformat(visit["arrived_at"])
    assert abs(arrived - long_day.planned(stop)) < timedelta(minutes=15)
    handed = long_day.commands(desk)
    own = {one["device_id"] for one in handed if one["case_id"] == stop["case_id"]}
    assert "clock.changed" in {one["type"] for one in handed if one["device_id"] in own}


def test_two_phones_of_one_person_finish_the_same_visit_and_both_are_kept(
    desk: Desk, doors: Iterator[dict[str, Any]]
) -> None:
    stop = next(doors)
    first, second = phone_at(desk, stop), phone_at(desk, stop)
    for page, finish in ((first, nobody_home), (second, refusal)):
        page.context.set_offline(True)
        come_to(page, stop)
        finish(page)
        seal(page)
        expect(page.locator(".toasts")).to_contain_text("拜访已完成")
    for page in (first, second):
        page.context.set_offline(False)
        sent(page)

    told = [one for one in long_day.commands(desk) if one["case_id"] == stop["case_id"]]
    assert len({one["device_id"] for one in told}) == 2
    found = desk.ask(long_day.DISPATCHER, "/v1/visits", case_id=stop["case_id"])["items"]
    assert "NOBODY_HOME" in {one["outcome"] for one in found}
    second.goto("/m#/unsent")
    expect(second.get_by_role("heading", name="待上传")).to_be_visible()


def nobody_home(page: Page) -> None:
    page.get_by_role("button", name="无人在家", exact=True).click()


def refusal(page: Page) -> None:
    meet(page)
    page.get_by_role("radio", name="拒绝", exact=True).check()
    page.get_by_role("button", name="完成拜访", exact=True).click()


def test_signing_out_leaves_the_queue_sealed_and_the_next_user_sees_nothing_of_it(
    desk: Desk, doors: Iterator[dict[str, Any]]
) -> None:
    stop = next(doors)
    page = phone_at(desk, stop)
    page.context.set_offline(True)
    page.get_by_role("button", name="出发", exact=True).click()
    expect(page.get_by_role("button", name="我到了", exact=True)).to_be_visible()
    page.goto("/m#/settings")
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_role("dialog")).to_contain_text(re.compile(r"还有 \d+ 项没有上传"))
    page.get_by_role("dialog").get_by_role("button", name="退出登录").click()
    expect(page.get_by_label("PIN 码", exact=True)).to_be_visible()
    assert stop["customer"]["name"] not in page.locator("body").inner_text()
    assert_nothing_readable(page, stop["customer"]["name"])
    page.context.set_offline(False)

    wait_until(
        page, lambda: bool([one for one in long_day.commands(desk) if one["case_id"] == stop["case_id"]])
    )


def assert_nothing_readable(page: Page, name: str) -> None:
    """No table of the phone has the name in it, whatever is read of them."""
    text = page.evaluate(
        """async () => {
            const found = [];
            for (const {name} of await indexedDB.databases()) {
                const db = await new Promise(f => indexedDB.open(name).onsuccess = e => f(e.target.result));
                for (const table of db.objectStoreNames) found.push(await new Promise(f =>
                    db.transaction(table).objectStore(table).getAll().onsuccess = e => f(e.target.result)));
                db.close();
            }
            const plain = (_, value) => value instanceof Uint8Array ? new TextDecoder().decode(value) : value;
            return JSON.stringify(found, plain);
        }"""
    )
    assert "sealed" in text
    assert name not in text


def wait_until(page: Page, is_done: Callable[[], bool]) -> None:
    """It becomes so within ten seconds."""
    for _ in range(50):
        if is_done():
            return
        page.wait_for_timeout(200)
    raise AssertionError("It did not become so.")


def test_the_day_is_read_by_no_clock_but_the_server_s(desk: Desk) -> None:
    context = desk.context(size=PHONE)
    hold_clock(context, MORNING + timedelta(days=40))
    page = enrolled(desk, long_day.COLLEAGUE, context=context)

    expect(page.locator(".page-head h1")).to_contain_text("25")
    show(page, MORNING + timedelta(days=40, hours=1))
    page.goto("/m#/settings")
    expect(page.get_by_text("请在系统设置中打开自动校时")).to_be_visible()
