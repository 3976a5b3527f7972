"""A long day for one collector: a full plan, and one customer to whom a plan of instalments was offered before."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from playwright.sync_api import Browser

from api.demo.day import prepare
from api.demo.seed import seed
from api.walkthrough.server import own_server
from tests.client import CHEAP
from tests.e2e.screens.conftest import MORNING, PASSWORDS
from tests.e2e.screens.desk import Desk

DAY = f"{MORNING:%Y-%m-%d}"
COLLECTOR, COLLEAGUE, DISPATCHER, TEAM = "collector-1", "collector-3", "dispatcher-1", "浦西"
LEAST_VISITS = 15
_WINDOWS = ((10, 12), (13, 15), (15, 17))
_A_WINDOW = 5


@contextmanager
def long_day(browser: Browser) -> Iterator[Desk]:
    """A house of its own, in which the collector has at least fifteen visits."""
    with own_server(MORNING, password_cost=CHEAP) as running:
        prepare(running.house, seed(running.house, PASSWORDS), say=lambda _: None)
        desk = Desk(running, browser, PASSWORDS)
        book(desk)
        yield desk
        desk.close()


def book(desk: Desk) -> None:
    """Fifteen customers more are booked, told, given to the collector and planned."""
    lead = user_id(desk, COLLECTOR)
    for number, case in enumerate(free_cases(desk)[: len(_WINDOWS) * _A_WINDOW]):
        begins, ends = _WINDOWS[number // _A_WINDOW]
        hours = {"window_from": f"{DAY}T{begins}:00:00+08:00", "window_to": f"{DAY}T{ends}:00:00+08:00"}
        told = {"case_id": case["id"], "purpose": "talk", "service_minutes": 5, **hours}
        booked = done(desk.tell(DISPATCHER, "/v1/appointments", told))
        done(desk.tell(DISPATCHER, f"/v1/appointments/{booked['id']}/notice", {}))
        give(desk, booked["id"], lead)
    done(desk.tell(DISPATCHER, "/v1/plans", {"draft_id": planned_anew(desk)}))


def planned_anew(desk: Desk) -> str:
    """The draft that a run made of the day, as it stands now."""
    run = done(desk.tell(DISPATCHER, "/v1/plans/runs", {"day": DAY}))
    for _ in range(1_200):
        now = desk.ask(DISPATCHER, f"/v1/plans/runs/{run['id']}")
        if now["stage"] not in {"waiting", "running"}:
            return str(now["draft_id"])
        time.sleep(0.1)
    raise AssertionError("The day was not planned in two minutes.")


def give(desk: Desk, appointment_id: str, lead: str) -> None:
    """Somebody is named for a visit."""
    newest = desk.ask(DISPATCHER, f"/v1/appointments/{appointment_id}")
    crew = {"lead_id": lead, "partner_id": None}
    path = f"/v1/appointments/{appointment_id}/assign"
    done(desk.tell(DISPATCHER, path, crew, version=newest["version"]))


def free_cases(desk: Desk) -> list[dict[str, Any]]:
    """Cases of the collector's team that nobody visits and nothing forbids to visit."""
    (team,) = [one["id"] for one in desk.ask("admin", "/v1/teams")["items"] if one["name"] == TEAM]
    booked = {one["case_id"] for one in desk.ask(DISPATCHER, "/v1/appointments", limit=200)["items"]}
    hours = {"from": f"{DAY}T10:00:00+08:00", "to": f"{DAY}T17:00:00+08:00"}
    offers = desk.ask(DISPATCHER, "/v1/slots", limit=200, **hours)["items"]
    free = {one["case_id"] for one in offers if one["first"] is not None} - booked
    cases = [one["case"] for one in desk.ask(DISPATCHER, "/v1/cases", limit=200)["items"]]
    return [case for case in cases if case["id"] in free and case["team_id"] == team and not case["skills"]]


def stops(desk: Desk, username: str = COLLECTOR) -> list[dict[str, Any]]:
    """The visits of the collector's day, in their order."""
    own = desk.ask(username, "/v1/me/day", day=DAY)["visits"]
    return sorted(own, key=lambda stop: str(stop["planned_from"]))


def user_id(desk: Desk, username: str) -> str:
    """Who that is."""
    users = desk.ask("admin", "/v1/users", limit=200)["items"]
    return next(str(user["id"]) for user in users if user["username"] == username)


def offer(desk: Desk, case_id: str) -> None:
    """The supervisor offers the customer a plan of four instalments."""
    balance = desk.ask("legal-1", f"/v1/cases/{case_id}")["balances"][0]
    spare = balance["total"]["amount_minor"] * 10 // 4 // 8 + 100
    means = {
        "income_minor": 500_000 + spare,
        "essential_minor": 500_000,
        "other_debts_minor": 0,
        "kept_bp": 2_000,
        "currency": "CNY",
    }
    told = {
        "affordability": means,
        "is_willing": True,
        "first_due_on": "2026-12-20",
        "cycle": "monthly",
        "method": "bank_transfer",
        "pay_to": "示例银行 债权人账户",
    }
    drafted = done(desk.tell("supervisor", f"/v1/cases/{case_id}/agreements", told))
    done(desk.tell("supervisor", f"/v1/agreements/{drafted['id']}/offer", {}))


def commands(desk: Desk, username: str = COLLECTOR) -> list[dict[str, Any]]:
    """What the collector's phones handed in, in the order of each chain."""
    found = desk.ask(DISPATCHER, "/v1/sync/commands", user_id=user_id(desk, username), limit=200)["items"]
    return sorted(found, key=lambda one: (str(one["device_id"]), int(one["seq"])))


def visits(desk: Desk, username: str = COLLECTOR) -> dict[str, dict[str, Any]]:
    """The visits that the office knows of this collector's, by appointment."""
    found = desk.ask(DISPATCHER, "/v1/visits", collector_id=user_id(desk, username), limit=200)["items"]
    return {one["appointment_id"]: one for one in found}


def planned(stop: dict[str, Any]) -> datetime:
    """When the visit is to begin."""
    return datetime.fromisoformat(stop["planned_from"])


def done(answer: Any) -> Any:
    """What the API told, which did what it was asked."""
    assert answer.ok, answer.text()
    return answer.json()
