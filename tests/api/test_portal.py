"""The customer's page over HTTP: a link opens one visit, says nothing of a debt, and what is said binds at once."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from field_visits.agreements.service.sealing import seal_signed
from field_visits.appointments.dispatching import assign
from field_visits.appointments.models import Appointment
from field_visits.appointments.service import reschedule
from field_visits.appointments.sweeps import remind_of_visits
from field_visits.cases.models import Case, ContactHold
from field_visits.complaints.models import Complaint
from field_visits.evidence.tables import Entry, EntryBody
from field_visits.identity.models import CustomerLink
from field_visits.kernel.actor import Actor
from field_visits.messages.models import Alert, Message
from tests.client import ApiClient, Caller
from tests.features.agreements.plans import key, offered, signs
from tests.features.appointments.days import HOUR, RULES, at, booked, entries, now_is
from tests.world import World, applied

DEBT = ("欠款", "债", "还款", "debt", "owe", "balance", "12000", "1200000")


class Visited:
    """A customer who was told of a visit, with the link of the message."""

    def __init__(self, api: ApiClient, *, partner: Actor | None = None) -> None:
        world = api.world
        self.api, self.world = api, world
        self.case: Case = world.case(collector=world.collector)
        size = 1 if partner is None else 2
        self.appointment: Appointment = booked(world, at(10), case=self.case, crew_size=size)
        assert world.collector.user is not None
        second = None if partner is None else partner.user
        with world.work(world.dispatcher) as uow:
            applied(assign(uow, RULES, self.appointment.id, lead=world.collector.user, partner=second))
        self.notify()

    def notify(self) -> None:
        told = self.api.as_(self.world.dispatcher).post(f"/v1/appointments/{self.appointment.id}/notice")
        assert told.status_code == 200, told.json
        self.page = Caller(self.api.app, self.link().rpartition("/d/")[2])
        self.world.clock.advance(timedelta(seconds=1))  # so that a later message is a newer one

    def tell_again(self) -> None:
        """The visit is moved by the office, and told anew."""
        with self.world.work(self.world.dispatcher) as uow:
            applied(
                reschedule(
                    uow, RULES, self.appointment.id, window=(at(14), at(16)), reason="A colleague is ill."
                )
            )
        self.notify()

    def sent(self) -> str:
        """The newest message, as it goes out."""
        with self.world.work() as uow:
            message = uow.session.scalars(select(Message).order_by(Message.id.desc()).limit(1)).one()
            assert message.text is not None
            return self.api.house.pages.fill(self.world.organisation, message.text)

    def link(self) -> str:
        return next(word for word in self.sent().split() if "/d/" in word)

    def all_of(self, kind: Any, of: Callable[[Any], Any]) -> list[Any]:
        with self.world.work() as uow:
            return [of(row) for row in uow.session.scalars(select(kind).order_by(kind.id))]

    def code_at_the_door(self, whose: Actor | None = None) -> str:
        told = (
            self.api.beside()
            .as_(whose or self.world.collector)
            .get(f"/v1/appointments/{self.appointment.id}/door-code")
        )
        assert told.status_code == 200, told.json
        return str(told.json["code"])


def facts_of(world: World, code: str) -> list[dict[str, Any]]:
    """What the bodies of these entries say beyond rows."""
    with world.work() as uow:
        bodies = [uow.session.get_one(EntryBody, entry.id).body for entry in entries(world, code)]
    return [json.loads(body)["facts"] for body in bodies]


@pytest.fixture
def visited(api: ApiClient) -> Visited:
    return Visited(api)


def test_the_page_says_who_comes_when_and_why_and_nothing_of_a_debt(visited: Visited) -> None:
    answer = visited.page.get("/v1/page")

    assert answer.json["purpose_zh"] == "当面沟通"
    assert [each["badge"] for each in answer.json["visitors"]] == ["B-collector"]
    assert (answer.json["may_confirm"], answer.json["may_move"], answer.json["is_proved"]) == (
        True,
        True,
        False,
    )
    assert not [word for word in DEBT if word in answer.text or word in visited.sent()]
    visited.page.get("/v1/page")
    assert len(entries(visited.world, "appointment:page:opened")) == 1


def test_a_link_opens_nothing_that_people_open_and_people_do_not_open_a_page(visited: Visited) -> None:
    assert visited.page.get("/v1/cases").status_code == 403
    assert visited.page.get(f"/v1/appointments/{visited.appointment.id}").status_code == 403
    assert visited.page.get("/v1/page/copies").status_code == 403
    assert visited.api.as_(visited.world.dispatcher).get("/v1/page").status_code == 403


def test_what_is_kept_of_a_link_opens_nothing(visited: Visited) -> None:
    token = visited.link().rpartition("/d/")[2]
    with visited.world.work() as uow:
        link = uow.session.scalars(select(CustomerLink)).one()
        message = uow.session.scalars(select(Message).order_by(Message.id.desc()).limit(1)).one()
        kept = repr({column.name: getattr(link, column.name) for column in CustomerLink.__table__.columns})
        assert token.rpartition(".")[2] not in kept
        assert token not in (message.text or "")


@pytest.mark.parametrize("change", ["forged", "expired", "replaced", "another house"])
def test_a_link_that_is_not_good_says_what_to_do(visited: Visited, change: str) -> None:
    token = visited.link().rpartition("/d/")[2]
    if change == "forged":
        token = token[:-4] + ("AAAA" if token[-4:] != "AAAA" else "BBBB")
    elif change == "expired":
        visited.world.clock.advance(timedelta(days=45))
    elif change == "replaced":
        visited.tell_again()
    else:
        token = "0" * 32 + token[32:]

    answer = Caller(visited.api.app, token).get("/v1/page")
    assert answer.status_code == 401
    assert "link" in answer.json["detail"] or "token" in answer.json["detail"]


def test_confirming_is_an_entry_of_the_customer_s(visited: Visited) -> None:
    answer = visited.page.post("/v1/page/confirmation")

    assert (answer.json["state"], answer.json["may_confirm"]) == ("confirmed", False)
    (entry,) = entries(visited.world, "appointment:reply:confirmed")
    with visited.world.work() as uow:
        link = uow.session.scalars(select(CustomerLink)).one()
        actor = json.loads(uow.session.get_one(Entry, entry.id).canonical)["actor"]
    assert (actor["kind"], actor["id"]) == ("customer", str(link.id))


def test_moving_offers_lawful_hours_and_alerts_the_office(visited: Visited) -> None:
    visited.world.shift(visited.world.collector, starts_at=at(24 + 9), hours=11)
    offered = visited.page.get("/v1/page/windows").json["windows"]
    assert offered
    wish = offered[0]

    moved = visited.page.post("/v1/page/move", json={**wish, "reason": "那天要上夜班"})
    assert moved.status_code == 200, moved.json
    assert (moved.json["state"], moved.json["window_from"]) == ("proposed", wish["window_from"])
    assert "customer_countered" in visited.all_of(Alert, lambda row: row.kind)


def test_hours_that_a_rule_forbids_are_refused_without_a_word_of_its_source(visited: Visited) -> None:
    night = {"window_from": at(24 + 23).isoformat(), "window_to": at(24 + 24).isoformat()}

    answer = visited.page.post("/v1/page/move", json=night)
    assert answer.status_code == 409
    assert "decision" not in answer.json
    assert len(entries(visited.world, "appointment:counter:refused")) == 1
    assert now_is(visited.world, visited.appointment.id).state == "noticed"


@pytest.mark.parametrize(
    ("statement", "hold", "objection", "state"),
    [
        ("not_me", "dispute", "dispute", "suspended"),
        ("dispute", "dispute", "dispute", "suspended"),
        ("help", "hardship", None, "suspended"),
        ("do_not_come", "cease", None, "suspended"),
        ("complaint", None, "complaint", "noticed"),
    ],
)
def test_what_is_said_binds_at_once_and_is_proved(
    visited: Visited, statement: str, hold: str | None, objection: str | None, state: str
) -> None:
    answer = visited.page.post("/v1/page/statements", json={"statement": statement, "text": "请不要再来。"})

    assert answer.status_code == 201, answer.json
    (entry,) = entries(visited.world, "appointment:customer:said")
    assert answer.json["entry_id"] == str(entry.id)
    assert answer.json["entry_hash"] in answer.headers["Doorstep-Receipt"]
    assert visited.all_of(ContactHold, lambda row: row.kind) == ([] if hold is None else [hold])
    assert visited.all_of(Complaint, lambda row: row.kind) == ([] if objection is None else [objection])
    assert now_is(visited.world, visited.appointment.id).state == state
    assert visited.all_of(Alert, lambda row: row.kind)


def test_after_do_not_come_nothing_can_be_booked(visited: Visited) -> None:
    visited.page.post("/v1/page/statements", json={"statement": "do_not_come"})

    booking = visited.api.as_(visited.world.dispatcher).post(
        "/v1/appointments",
        json={
            "case_id": str(visited.case.id),
            "window_from": at(24 * 9 + 10).isoformat(),
            "window_to": at(24 * 9 + 12).isoformat(),
            "purpose": "talk",
            "service_minutes": 30,
        },
    )
    assert booking.status_code == 409
    assert "CN-HOLD-5" in [reason["rule_id"] for reason in booking.json["decision"]["reasons"]]


def test_once_nobody_will_come_nobody_is_named(visited: Visited) -> None:
    visited.page.post("/v1/page/statements", json={"statement": "do_not_come"})

    assert visited.page.get("/v1/page").json["visitors"] == []


def test_a_complaint_without_a_word_asks_what_happened(visited: Visited) -> None:
    answer = visited.page.post("/v1/page/statements", json={"statement": "complaint"})
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json["errors"]] == ["/text"]


def test_the_person_at_the_door_is_genuine_by_the_code_of_the_minute(visited: Visited) -> None:
    visited.world.clock.move_to(at(10.5))
    code = visited.code_at_the_door()

    told = visited.page.post("/v1/page/person-check", json={"code": code, "badge": "b-COLLECTOR"})
    assert told.json == {"is_genuine": True, "is_due": True, "role": "lead", "badge": "B-collector"}
    visited.world.clock.advance(timedelta(minutes=3))
    stale = visited.page.post("/v1/page/person-check", json={"code": code})
    assert stale.json["is_genuine"] is False


def test_a_false_code_is_written_down_and_warns(visited: Visited) -> None:
    visited.world.clock.move_to(at(10.5))
    code = visited.code_at_the_door()
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"

    told = visited.page.post("/v1/page/person-check", json={"code": wrong, "badge": "9"})
    assert told.json["is_genuine"] is False
    assert len(entries(visited.world, "appointment:person:doubted")) == 1
    assert "person_doubted" in visited.all_of(Alert, lambda row: row.kind)


def test_a_right_code_under_another_badge_is_not_believed(visited: Visited) -> None:
    visited.world.clock.move_to(at(10.5))
    told = visited.page.post(
        "/v1/page/person-check", json={"code": visited.code_at_the_door(), "badge": "B-other"}
    )
    assert told.json["is_genuine"] is False


def test_each_of_a_crew_has_a_code_of_their_own(api: ApiClient, world: World) -> None:
    visited = Visited(api, partner=world.other_collector)
    world.clock.move_to(at(10.5))
    codes = {one: visited.code_at_the_door(one) for one in (world.collector, world.other_collector)}

    told = [visited.page.post("/v1/page/person-check", json={"code": code}).json for code in codes.values()]
    assert [(one["is_genuine"], one["role"], one["badge"]) for one in told] == [
        (True, "lead", "B-collector"),
        (True, "partner", "B-other_collector"),
    ]
    whose = {row["collector"] for row in facts_of(world, "appointment:person:checked")}
    assert whose == {str(world.collector.user), str(world.other_collector.user)}
    # One's own code under the colleague's badge is somebody who wears what is not theirs.
    mixed = {"code": codes[world.collector], "badge": "B-other_collector"}
    assert visited.page.post("/v1/page/person-check", json=mixed).json["is_genuine"] is False


def test_codes_cannot_be_tried_through(visited: Visited) -> None:
    visited.world.clock.move_to(at(10.5))
    tried = [
        visited.page.post("/v1/page/person-check", json={"code": f"{number:06d}"}).status_code
        for number in range(6)
    ]
    assert tried == [200] * 5 + [429]
    visited.world.clock.advance(timedelta(hours=1))
    assert visited.page.post("/v1/page/person-check", json={"code": "000000"}).status_code == 200


def test_nobody_shows_a_code_a_day_before(visited: Visited) -> None:
    answer = visited.api.as_(visited.world.collector).get(
        f"/v1/appointments/{visited.appointment.id}/door-code"
    )
    assert (answer.json["code"], answer.json["shown_from"]) == (None, "2026-11-27T01:00:00Z")
    other = visited.api.beside().as_(visited.world.other_collector)
    assert other.get(f"/v1/appointments/{visited.appointment.id}/door-code").status_code == 404


def code_in(text: str) -> str:
    (code,) = re.findall(r"验证码 (\d{6})", text)
    return str(code)


def proved(visited: Visited) -> Caller:
    assert visited.page.post("/v1/page/code").status_code == 204
    code = code_in(visited.sent())
    answer = visited.page.post("/v1/page/proof", json={"code": code}, key="")
    assert answer.json["is_proved"] is True, answer.json
    return Caller(visited.api.app, answer.json["token"])


def test_who_has_the_code_sees_what_was_signed_for_half_an_hour(visited: Visited) -> None:
    opened = proved(visited)

    assert opened.get("/v1/page").json["is_proved"] is True
    assert opened.get("/v1/page/copies").json == {"items": []}
    assert opened.post("/v1/page/confirmation").status_code == 403
    visited.world.clock.advance(timedelta(minutes=31))
    assert opened.get("/v1/page/copies").status_code == 401


def test_a_code_is_good_once_and_a_newer_one_voids_it(visited: Visited) -> None:
    visited.page.post("/v1/page/code")
    first = visited.sent()
    code = code_in(first)
    assert visited.page.post("/v1/page/proof", json={"code": code}, key="").json["is_proved"]
    assert not visited.page.post("/v1/page/proof", json={"code": code}, key="").json["is_proved"]
    assert len(entries(visited.world, "appointment:identity:doubted")) == 1


def test_codes_are_sent_three_times_an_hour(visited: Visited) -> None:
    sent = [visited.page.post("/v1/page/code").status_code for _ in range(4)]
    assert sent == [204, 204, 204, 429]


def test_the_calendar_names_no_debt(visited: Visited) -> None:
    answer = visited.page.get("/v1/page/calendar")
    assert answer.mimetype == "text/calendar"
    assert "DTSTART:20261127T020000Z" in answer.text
    assert not [word for word in DEBT if word in answer.text]


def test_a_reminder_goes_out_once_the_day_before(visited: Visited, world: World) -> None:
    assert remind_of_visits(world.work, RULES) == 0
    world.clock.move_to(at(10) - 20 * HOUR)
    assert (remind_of_visits(world.work, RULES), remind_of_visits(world.work, RULES)) == (1, 0)
    assert "提醒" in visited.sent()


def test_every_message_is_previewed_with_its_parts_and_names_no_debt(api: ApiClient) -> None:
    told = api.as_(api.world.dispatcher).get("/v1/message-templates").json["items"]

    assert {(each["name"], each["language"]) for each in told} >= {
        ("appointment_notice_with_page", "zh"),
        ("appointment_reminder", "en"),
    }
    assert all(each["parts"] >= 1 and "{" not in each["text"] for each in told)
    (notice,) = [each for each in told if (each["name"], each["language"]) == ("appointment_notice", "en")]
    assert "Purpose: a personal conversation." in notice["text"]
    assert not [word for word in DEBT for each in told if word in each["text"].lower()]


def test_a_signed_plan_is_handed_over_to_whoever_proved_who_they_are(visited: Visited) -> None:
    world, house = visited.world, visited.api.house
    agreement = offered(world, visited.case)
    applied(signs(world, agreement))
    assert seal_signed(world.work, house.objects, [key()]) == 1
    somebody_else_s = offered(world, world.case())
    world.clock.advance(timedelta(seconds=1))
    opened = proved(visited)

    (copy,) = opened.get("/v1/page/copies").json["items"]
    assert (copy["id"], copy["is_sealed"]) == (str(agreement.id), True)
    document = opened.get(f"/v1/page/copies/{copy['id']}")
    assert document.data.startswith(b"%PDF")
    assert document.headers["Cache-Control"] == "no-store"
    assert opened.get(f"/v1/page/copies/{somebody_else_s.id}").status_code == 404
    assert visited.page.get(f"/v1/page/copies/{copy['id']}").status_code == 403


def test_who_comes_at_another_hour_is_not_ours_and_that_costs_no_try(visited: Visited) -> None:
    for _ in range(7):
        told = visited.page.post("/v1/page/person-check", json={"code": "123456", "badge": "B-collector"})
        assert told.json == {"is_genuine": False, "is_due": False, "role": None, "badge": None}
    assert len(entries(visited.world, "appointment:person:doubted")) == 7
