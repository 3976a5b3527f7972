"""What a phone learns: its own stops of three days, and what became of them, in the order of commits."""

import hmac
from base64 import urlsafe_b64decode
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from field_visits.appointments.dispatching import assign, plan
from field_visits.appointments.models import Appointment
from field_visits.appointments.service import cancel
from field_visits.cases.models import Case
from field_visits.cases.service.holds import place_hold
from field_visits.evidence.sequencer import sequence
from field_visits.kernel.actor import Actor
from field_visits.kernel.db import Database
from tests.client import KEYS, ApiClient
from tests.features.agreements.plans import offered
from tests.features.appointments.days import RULES, at, booked
from tests.features.dossier.scene import log_signers
from tests.features.visits.door import gone, promised
from tests.simulators.phone import Phone, enrolled
from tests.world import World, applied


@pytest.fixture
def phone(api: ApiClient, world: World) -> Phone:
    """The collector's phone, on the morning of the 25th: two days before the visits."""
    return enrolled(api, world, world.collector)


@pytest.fixture
def number(world: World, sequencer_database: Database) -> Callable[[], None]:
    """Every entry so far has its place in the log."""

    def numbered() -> None:
        while True:
            turn = sequence(sequencer_database, world.organisation, log_signers, world.clock.now())
            if turn is not None and not turn.added:
                return

    return numbered


def planned(world: World, actor: Actor, *, hour: float = 10) -> Appointment:
    """An appointment of the 27th that is planned for `actor`."""
    appointment = promised(world, actor, hour=hour)
    assert actor.user is not None
    with world.work(world.dispatcher) as uow:
        interval = (at(hour), at(hour + 0.5))
        applied(plan(uow, RULES, appointment.id, interval=interval, lead=actor.user))
    return appointment


def ids(told: dict[str, Any]) -> list[str]:
    return [stop["id"] for stop in told["stops"]]


def test_the_first_load_has_ones_own_stops_with_all_that_a_door_asks_for(
    world: World, phone: Phone, number: Callable[[], None]
) -> None:
    later, sooner = planned(world, world.collector, hour=14), planned(world, world.collector)
    planned(world, world.other_collector)
    number()

    told = phone.pull()

    assert (told["is_full"], told["more"], told["removed"]) == (True, False, [])
    assert ids(told) == [str(sooner.id), str(later.id)]
    first = told["stops"][0]
    assert (first["day"], first["position"]) == ("2026-11-27", 0)
    assert first["case"]["balance"]["amount_minor"] > 0
    assert first["verdicts"], "what is lawful when, for three days"
    assert (first["visit"], first["offers"], first["holds"]) == (None, [], [])
    assert told["lease_until"] == (world.clock.now() + timedelta(hours=72)).isoformat().replace("+00:00", "Z")


def test_nothing_new_is_nothing_sent(world: World, phone: Phone, number: Callable[[], None]) -> None:
    planned(world, world.collector)
    number()
    phone.pull()

    told = phone.pull()

    assert (told["is_full"], told["stops"], told["removed"]) == (False, [], [])


def test_a_plan_that_changed_comes_alone(world: World, phone: Phone, number: Callable[[], None]) -> None:
    changed, same = planned(world, world.collector), planned(world, world.collector, hour=14)
    number()
    phone.pull()
    assert world.collector.user is not None
    with world.work(world.dispatcher) as uow:
        interval = (at(11), at(11.5))
        applied(plan(uow, RULES, changed.id, interval=interval, lead=world.collector.user))
    number()

    told = phone.pull()

    assert ids(told) == [str(changed.id)]
    assert str(same.id) not in ids(told)
    assert told["stops"][0]["planned_from"] == at(11).isoformat().replace("+00:00", "Z")


def test_what_was_cancelled_given_away_or_stopped_is_taken_away_with_the_reason(
    world: World, phone: Phone, number: Callable[[], None]
) -> None:
    cancelled, given, held = (planned(world, world.collector, hour=hour) for hour in (9, 12, 15))
    number()
    phone.pull()
    other = world.other_collector.user
    assert other is not None
    with world.work(world.dispatcher) as uow:
        applied(cancel(uow, RULES, cancelled.id, reason="Paid."))
        applied(assign(uow, RULES, given.id, lead=other))
    with world.work(world.legal) as uow:
        place_hold(uow, held.case_id, kind="cease")
    number()

    told = phone.pull()

    reasons = {one["appointment_id"]: one["reason"] for one in told["removed"]}
    assert reasons[str(cancelled.id)] == "cancelled"
    assert reasons[str(given.id)] == "reassigned"
    (stopped,) = [stop for stop in told["stops"] if stop["id"] == str(held.id)]
    assert stopped["holds"] == ["cease"]


def test_a_stop_that_is_given_to_one_is_learned_of(
    world: World, phone: Phone, number: Callable[[], None]
) -> None:
    theirs = planned(world, world.other_collector)
    number()
    assert phone.pull()["stops"] == []
    assert world.collector.user is not None
    with world.work(world.dispatcher) as uow:
        applied(plan(uow, RULES, theirs.id, interval=(at(10), at(10.5)), lead=world.collector.user))
    number()

    assert ids(phone.pull()) == [str(theirs.id)]


def test_an_offer_comes_with_its_exact_text_and_a_visit_with_its_state(
    api: ApiClient, world: World, phone: Phone, number: Callable[[], None]
) -> None:
    appointment = planned(world, world.collector)
    number()
    phone.pull()
    with world.work() as uow:
        case = uow.session.get_one(Case, appointment.case_id)
    agreement = offered(world, case)
    visit = gone(world, appointment, world.collector)
    number()
    phone.owner.token = api.sign_in(world.collector)

    (stop,) = phone.pull()["stops"]

    assert (stop["visit"]["id"], stop["visit"]["state"]) == (str(visit.id), "departed")
    (offer,) = stop["offers"]
    assert offer["agreement_id"] == str(agreement.id)
    assert all(text.rstrip().endswith(offer["terms_hash"]) for text in offer["text"].values())


def test_each_of_a_crew_carries_the_secret_of_their_own_codes(
    api: ApiClient, world: World, phone: Phone, number: Callable[[], None]
) -> None:
    lead, partner = world.collector.user, world.other_collector.user
    assert lead is not None
    assert partner is not None
    appointment = booked(world, at(10), crew_size=2)
    with world.work(world.dispatcher) as uow:
        interval = (at(10), at(10.5))
        applied(plan(uow, RULES, appointment.id, interval=interval, lead=lead, partner=partner))
    number()
    minute = int(world.clock.now().timestamp()) // 60

    for whose, carried in ((lead, phone), (partner, enrolled(api, world, world.other_collector))):
        (stop,) = carried.pull()["stops"]
        secret = urlsafe_b64decode(stop["door_secret"] + "=")
        digits = (
            int.from_bytes(hmac.digest(secret, minute.to_bytes(8, "big"), "sha256")[:8], "big") % 1_000_000
        )
        assert KEYS.tokens.door_codes(appointment.id, whose, minute)[0] == f"{digits:06d}"


def test_a_new_day_is_a_full_load(
    api: ApiClient, world: World, phone: Phone, number: Callable[[], None]
) -> None:
    planned(world, world.collector)
    number()
    phone.pull()
    world.clock.advance(timedelta(days=1))
    phone.owner.token = api.sign_in(world.collector)

    assert phone.pull()["is_full"] is True


@pytest.mark.parametrize("cursor", ["nonsense", "2026-13-41.5", "2026-11-26.-1", "2026-11-26." + "9" * 30])
def test_a_cursor_that_is_none_is_told_so(phone: Phone, cursor: str) -> None:
    answer = phone.owner.get(
        "/v1/sync/changes", query_string={"cursor": cursor}, headers={"Doorstep-Device": phone.id}
    )

    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/cursor")


def test_the_way_to_pay_is_the_organisations(api: ApiClient, world: World, phone: Phone) -> None:
    assert phone.pull()["pay_to"] is None
    admin = api.as_(world.admin)
    version = admin.get("/v1/organisation").json["version"]
    told = {"pay_to": "示例银行", "pay_url": "https://pay.example.com/q/1"}

    assert admin.patch("/v1/organisation", json=told, version=version).status_code == 200

    assert phone.pull()["pay_to"] == {"label": "示例银行", "url": "https://pay.example.com/q/1"}
    newer = admin.get("/v1/organisation").json["version"]
    wrong = admin.patch("/v1/organisation", json={"pay_url": "http://x"}, version=newer)
    assert wrong.json["errors"][0]["pointer"] == "/pay_url"
