"""What a phone hands in: in order, each once, each kept and answered, none blocking the next."""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from field_visits.appointments.dispatching import assign
from field_visits.appointments.models import Appointment
from field_visits.appointments.service import cancel
from field_visits.attachments.models import Attachment
from field_visits.attachments.sweeps import verify_received
from field_visits.cases.models import Contact
from field_visits.cases.service.holds import place_hold
from field_visits.evidence.body import plain
from field_visits.evidence.codes import Code
from field_visits.evidence.tables import Entry, EntryBody
from field_visits.sync.models import Command
from field_visits.sync.sweeps import alarm_silent
from field_visits.visits.models import Visit
from tests.api.samples_visits import PHOTO, announcement, outcome
from tests.client import ApiClient
from tests.features.appointments.days import RULES, at
from tests.features.visits.door import DOOR, alerts_of, codes_of, promised
from tests.simulators.phone import Phone, Written, base64url, enrolled
from tests.world import World, applied


@pytest.fixture
def phone(api: ApiClient, world: World) -> Phone:
    return enrolled(api, world, world.collector)


def fix(at_time: datetime, *, accuracy_m: float = 8) -> dict[str, Any]:
    return {
        "point": {"lat": DOOR.lat, "lon": DOOR.lon},
        "accuracy_m": accuracy_m,
        "taken_at": at_time.isoformat(),
        "is_mock": None,
    }


def day_at_a_door(phone: Phone, appointment: Appointment, world: World) -> UUID:
    """A visit that nobody but the phone knows of yet: set out, arrived, photographed, met, noted, ended."""
    visit = uuid4()
    about: dict[str, Any] = {"appointment": appointment.id, "visit": visit}
    world.clock.move_to(at(9.5))
    phone.tell("visit.depart", **about)
    world.clock.move_to(at(10.2))
    phone.tell("visit.arrive", {"fix": fix(at(10.2)), "fixes": [fix(at(10.2))]}, **about)
    phone.tell("visit.photograph", announcement(), **about)
    phone.tell("visit.meet", {"person_met": "self", "identity_proof": "document"}, **about)
    phone.tell("visit.note", {"text": "说下周还款。"}, **about)
    world.clock.move_to(at(10.5))
    phone.tell("visit.finish", outcome(), **about)
    world.clock.move_to(at(15))
    return visit


def visit_of(world: World, visit_id: UUID) -> Visit:
    with world.work() as uow:
        return uow.session.get_one(Visit, visit_id)


def kept(world: World) -> list[Command]:
    with world.work() as uow:
        rows = uow.session.scalars(
            select(Command).where(Command.org_id == world.organisation).order_by(Command.seq)
        )
        return list(rows)


def body_of(world: World, command: Command) -> dict[str, Any]:
    with world.work() as uow:
        body = uow.session.scalars(
            select(EntryBody.body).where(EntryBody.entry_id == command.evidence_id)
        ).one()
        told: dict[str, Any] = json.loads(body)
        return told


class TestADayWithoutSignal:
    def test_a_whole_visit_is_handed_in_hours_later_with_the_times_it_had(
        self, world: World, phone: Phone
    ) -> None:
        visit_id = day_at_a_door(phone, promised(world, world.collector), world)

        answers = phone.push()

        assert [answer["outcome"] for answer in answers] == ["applied"] * 6, answers
        assert [answer["seq"] for answer in answers] == [1, 2, 3, 4, 5, 6]
        visit = visit_of(world, visit_id)
        assert (visit.state, visit.outcome, visit.placement) == ("finished", "REFUSE", "inside")
        assert (visit.departed_at, visit.arrived_at, visit.finished_at) == (at(9.5), at(10.2), at(10.5))
        assert answers[-1]["visit"]["version"] == str(visit.evidence_id)
        assert "visit_breach" not in alerts_of(world)

    def test_the_exact_bytes_are_the_body_of_the_first_entry_and_the_cause_of_the_others(
        self, world: World, phone: Phone
    ) -> None:
        day_at_a_door(phone, promised(world, world.collector), world)
        written = [one.raw.decode() for one in phone.waiting]

        phone.push()

        commands = kept(world)
        assert [body_of(world, one)["facts"]["bytes"]["utf8"] for one in commands] == written
        with world.work() as uow:
            arrived = uow.session.scalars(
                select(Entry.canonical).where(
                    Entry.org_id == world.organisation, Entry.code == Code.VISIT_ARRIVED.value
                )
            ).one()
        told = json.loads(arrived)
        assert told["cause"] == str(commands[1].evidence_id)
        assert told["device"] == phone.id
        assert told["bracket"]["not_before"] is not None

    def test_a_photo_is_sent_by_a_ticket_and_its_small_copy_comes_first(
        self, api: ApiClient, world: World, phone: Phone
    ) -> None:
        appointment, visit = promised(world, world.collector), uuid4()
        about: dict[str, Any] = {"appointment": appointment.id, "visit": visit}
        world.clock.move_to(at(10))
        small = b"\xff\xd8small\xff\xd9"
        phone.tell("visit.depart", **about)
        told = announcement() | {
            "small": announcement(small),
            "source": "camera",
            "taken_at": at(10).isoformat(),
        }
        phone.tell("visit.photograph", told, **about)
        (_, answer) = phone.push()
        original, preview = answer["attachments"]
        assert (original["sha256"], preview["sha256"]) == (told["sha256"], told["small"]["sha256"])

        asked = {"sha256": [original["sha256"], preview["sha256"], "0" * 64]}
        tickets = phone.sealed.post("/v1/sync/tickets", json=asked, key="").json

        assert tickets["unknown"] == ["0" * 64]
        assert [item["state"] for item in tickets["items"]] == ["expected", "expected"]
        ticket = next(item["ticket"] for item in tickets["items"] if item["sha256"] == original["sha256"])
        assert api.anonymous.put(ticket["url"], data=PHOTO, headers=ticket["headers"]).status_code == 200
        verify_received(world.work, api.house.objects)
        (after,) = phone.sealed.post("/v1/sync/tickets", json={"sha256": [original["sha256"]]}, key="").json[
            "items"
        ]
        assert (after["state"], after["ticket"]) == ("verified", None)
        shown = api.beside().as_(world.collector).get(f"/v1/visits/{visit}").json
        assert shown["proof"] == {"state": "whole", "files": 1, "verified": 1}
        assert [file["kind"] for file in shown["files"]] == ["photo"]


class TestEachOnce:
    def test_the_same_commands_again_get_the_same_answers_and_change_nothing(
        self, world: World, phone: Phone
    ) -> None:
        day_at_a_door(phone, promised(world, world.collector), world)
        commands = list(phone.waiting)
        first = phone.push()
        before = len(codes_of(world))

        again = phone.send(*commands).json["answers"]

        assert [answer.pop("is_repeat") for answer in again] == [True] * 6
        assert [answer.pop("is_repeat") for answer in first] == [False] * 6
        assert again == first
        assert len(codes_of(world)) == before

    def test_half_a_batch_known_already_is_taken_up_from_there(self, world: World, phone: Phone) -> None:
        day_at_a_door(phone, promised(world, world.collector), world)
        commands = list(phone.waiting)
        phone.send(*commands[:3])

        answers = phone.send(*commands).json["answers"]

        assert [answer["is_repeat"] for answer in answers] == [True] * 3 + [False] * 3
        assert [answer["outcome"] for answer in answers] == ["applied"] * 6

    def test_a_gap_is_told_with_the_number_to_go_on_from_and_nothing_is_taken(
        self, world: World, phone: Phone
    ) -> None:
        day_at_a_door(phone, promised(world, world.collector), world)
        commands = list(phone.waiting)
        phone.send(commands[0])

        for sent in ([commands[2]], [commands[1], commands[3]]):
            answer = phone.send(*sent)
            assert (answer.status_code, answer.code) == (409, "sequence-gap")
            assert (answer.json["expected_seq"], answer.json["expected_prev_hash"]) == (2, commands[0].hash)
        assert len(kept(world)) == 1

    def test_other_bytes_under_a_number_that_was_taken_are_kept_as_a_fork(
        self, world: World, phone: Phone
    ) -> None:
        one = phone.tell("safety.check_in")
        phone.push()
        other = Written(1, raw := one.raw.replace(b"check_in", b"sos"), phone.sign(raw))

        (answer,) = phone.send(other).json["answers"]

        assert (answer["outcome"], answer["reason"]) == ("turned_away", "forked")
        assert Code.COMMAND_FORKED.value in codes_of(world)
        assert alerts_of(world) == ["command_turned_away"]
        assert [row.hash.hex() for row in kept(world)] == [one.hash]


class TestTurnedAwayAndKept:
    """The queue goes on behind each of them."""

    def _next_is_applied(self, phone: Phone) -> None:
        phone.waiting.clear()
        phone.tell("safety.check_in")
        assert [answer["outcome"] for answer in phone.push()] == ["applied"]

    def test_a_wrong_signature(self, world: World, phone: Phone) -> None:
        told = json.dumps({"v": 1, "whatever": True}).encode()
        sent = phone.write(told, signature=b"\1" * 64)

        (answer,) = phone.send(sent).json["answers"]

        assert (answer["outcome"], answer["reason"], answer["hash"]) == (
            "turned_away",
            "signature",
            sent.hash,
        )
        assert body_of(world, kept(world)[0])["facts"]["bytes"]["utf8"] == told.decode()
        self._next_is_applied(phone)

    def test_each_of_them_has_somebody_who_looks_at_it(
        self, api: ApiClient, world: World, phone: Phone
    ) -> None:
        written_at = world.clock.now()
        phone.send(phone.tell("safety.check_in", device_id=str(uuid4())))
        phone.waiting.clear()
        phone.tell("safety.check_in")
        phone.push()

        query = {"kind": "command_turned_away"}
        (alert,) = api.as_(world.dispatcher).get("/v1/alerts", query_string=query).json["items"]

        (turned_away, _) = kept(world)
        assert (alert["about_id"], alert["state"]) == (str(turned_away.id), "open")
        assert alert["detail"] == {
            "collector": str(world.collector.user),
            "device": phone.id,
            "seq": 1,
            "type": "safety.check_in",
            "reason": "device",
            "claimed_at": plain(written_at),
        }
        nothing = api.as_(world.dispatcher).get("/v1/alerts", query_string={"kind": "late"}).json["items"]
        assert nothing == []

    @pytest.mark.parametrize("raw", [b"", b"\xff\xfe", b"[]", b"{", b'{"v":1}', b"[" * 40 + b"]" * 40])
    def test_bytes_that_cannot_be_read(self, phone: Phone, raw: bytes) -> None:
        sent = phone.write(raw or b" ")

        (answer,) = phone.send(sent).json["answers"]

        assert (answer["outcome"], answer["reason"]) == ("turned_away", "schema")
        assert answer["problem"]["detail"]
        self._next_is_applied(phone)

    def test_another_phones_command(self, phone: Phone) -> None:
        sent = phone.tell("safety.check_in", device_id=str(uuid4()))

        (answer,) = phone.send(sent).json["answers"]

        assert (answer["outcome"], answer["reason"]) == ("turned_away", "device")
        self._next_is_applied(phone)

    def test_a_command_that_does_not_follow_the_one_before(self, phone: Phone) -> None:
        sent = phone.tell("safety.check_in", prev_hash="0" * 64)

        (answer,) = phone.send(sent).json["answers"]

        assert (answer["outcome"], answer["reason"]) == ("turned_away", "chain")
        self._next_is_applied(phone)

    @pytest.mark.parametrize("told", [{"v": 2}, {"type": "visit.levitate"}])
    def test_a_command_of_a_version_to_come(self, phone: Phone, told: dict[str, Any]) -> None:
        sent = phone.tell(told.pop("type", "safety.check_in"), **told)

        (answer,) = phone.send(sent).json["answers"]

        assert (answer["outcome"], answer["reason"]) == ("turned_away", "version")
        assert "pdate" in answer["problem"]["detail"]
        self._next_is_applied(phone)

    def test_a_payload_that_its_route_would_not_take_names_the_fields(
        self, world: World, phone: Phone
    ) -> None:
        appointment = promised(world, world.collector)
        sent = phone.tell("visit.finish", {"outcome": "DANCED"}, appointment=appointment.id, visit=uuid4())

        (answer,) = phone.send(sent).json["answers"]

        assert (answer["outcome"], answer["reason"]) == ("turned_away", "schema")
        assert {fault["pointer"] for fault in answer["problem"]["errors"]} == {
            "/payload/outcome",
            "/payload/person_met",
            "/payload/identity_proof",
        }
        self._next_is_applied(phone)

    def test_an_outcome_that_cannot_be_true_undoes_nothing_else(self, world: World, phone: Phone) -> None:
        appointment, visit = promised(world, world.collector), uuid4()
        world.clock.move_to(at(10))
        about: dict[str, Any] = {"appointment": appointment.id, "visit": visit}
        phone.tell("visit.depart", **about)
        phone.tell("visit.arrive", {"fix": None}, **about)
        phone.tell("visit.finish", outcome(outcome="NOBODY_HOME"), **about)
        phone.tell("visit.note", {"text": "Still here."}, **about)

        answers = phone.push()

        assert [answer["outcome"] for answer in answers] == ["applied", "applied", "turned_away", "applied"]
        assert answers[2]["reason"] == "invalid"
        assert [fault["pointer"] for fault in answers[2]["problem"]["errors"]] == ["/person_met"]
        assert visit_of(world, visit).state == "arrived"

    def test_a_command_that_fails_half_done_leaves_nothing_and_the_others_stand(
        self, world: World, phone: Phone
    ) -> None:
        appointment, visit = promised(world, world.collector), uuid4()
        world.clock.move_to(at(10))
        about: dict[str, Any] = {"appointment": appointment.id, "visit": visit}
        phone.tell("visit.depart", **about)
        # The original is announced already when its small copy turns out to be the same file told otherwise.
        phone.tell("visit.photograph", announcement() | {"small": announcement() | {"length": 7}}, **about)
        phone.tell("visit.note", {"text": "Nobody answers yet."}, **about)

        answers = phone.push()

        assert [answer["outcome"] for answer in answers] == ["applied", "turned_away", "applied"]
        with world.work() as uow:
            files = select(func.count()).select_from(Attachment).where(Attachment.about_id == visit)
            assert uow.session.scalar(files) == 0
        assert Code.ATTACHMENT_EXPECTED.value not in codes_of(world)

    def test_a_defect_of_ours_over_one_command_holds_up_no_other(
        self, world: World, phone: Phone, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        appointment, visit = promised(world, world.collector), uuid4()
        world.clock.move_to(at(10))
        about: dict[str, Any] = {"appointment": appointment.id, "visit": visit}
        phone.tell("visit.depart", **about)
        phone.tell("visit.note", {"text": "First."}, **about)
        phone.tell("safety.check_in", **about)

        def broken(*_: Any, **__: Any) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr("field_visits.sync.applying.visits.note", broken)
        answers = phone.push()

        assert [answer["outcome"] for answer in answers] == ["applied", "turned_away", "applied"]
        assert answers[1]["reason"] == "defect"
        assert "First." in body_of(world, kept(world)[1])["facts"]["bytes"]["utf8"]

    def test_anothers_visit(self, world: World, phone: Phone) -> None:
        theirs = promised(world, world.other_collector)
        sent = phone.tell("visit.arrive", {"fix": None}, appointment=theirs.id, visit=uuid4())

        (answer,) = phone.send(sent).json["answers"]

        assert (answer["outcome"], answer["reason"]) == ("turned_away", "ownership")
        with world.work() as uow:
            count = select(func.count()).select_from(Visit).where(Visit.org_id == world.organisation)
            assert uow.session.scalar(count) == 0
        self._next_is_applied(phone)

    def test_a_command_beyond_64_kib(self, phone: Phone) -> None:
        sent = phone.write(json.dumps({"v": 1, "note": "x" * 70_000}).encode())

        (answer,) = phone.send(sent).json["answers"]

        assert (answer["outcome"], answer["reason"]) == ("turned_away", "schema")
        assert "65536" in answer["problem"]["detail"]

    def test_twenty_megabytes_are_told_to_be_too_much_before_they_are_read(self, phone: Phone) -> None:
        body = {"commands": [{"bytes": base64url(b"x" * 15_000_000), "sig": "AAAA"}]}

        answer = phone.sealed.post("/v1/sync/commands", json=body, key="")

        assert (answer.status_code, answer.code) == (413, "too-large")

    def test_a_dispatcher_sees_what_was_turned_away_and_the_collector_too(
        self, api: ApiClient, world: World, phone: Phone
    ) -> None:
        phone.tell("visit.arrive", {"fix": None}, appointment=uuid4(), visit=uuid4())
        phone.push()

        for who in (world.dispatcher, world.collector):
            (shown,) = api.as_(who).get("/v1/sync/commands?outcome=turned_away").json["items"]
            assert (shown["type"], shown["reason"]) == ("visit.arrive", "ownership")
            assert shown["problem"]["detail"]
        assert api.as_(world.other_collector).get("/v1/sync/commands").json["items"] == []


class TestMeanwhileInTheOffice:
    def test_a_visit_of_a_cancelled_appointment_counts_with_its_breach(
        self, world: World, phone: Phone
    ) -> None:
        appointment = promised(world, world.collector)
        with world.work(world.dispatcher) as uow:
            applied(cancel(uow, RULES, appointment.id, reason="The customer paid."))
        visit_id = day_at_a_door(phone, appointment, world)

        answers = phone.push()

        assert [answer["outcome"] for answer in answers[:2]] == ["refused", "applied_with_breach"]
        assert answers[0]["problem"]["detail"] == "The appointment is cancelled; nobody is expected."
        assert {answer["outcome"] for answer in answers[2:]} <= {"applied", "applied_with_breach"}
        assert visit_of(world, visit_id).state == "finished"
        assert "visit_unexpected" in alerts_of(world)
        with world.work() as uow:
            contacts = uow.session.scalars(
                select(Contact.channel).where(
                    Contact.case_id == appointment.case_id, Contact.channel == "visit"
                )
            ).all()
        assert len(contacts) == 1

    def test_a_visit_that_was_given_to_somebody_else_is_credited_to_who_made_it(
        self, world: World, phone: Phone
    ) -> None:
        appointment = promised(world, world.collector)
        other = world.other_collector.user
        assert other is not None
        with world.work(world.dispatcher) as uow:
            applied(assign(uow, RULES, appointment.id, lead=other))
        visit_id = day_at_a_door(phone, appointment, world)

        answers = phone.push()

        assert [answer["outcome"] for answer in answers[:2]] == ["refused", "applied_with_breach"]
        assert answers[0]["problem"]["detail"] == "The visit was given to somebody else; they go there."
        visit = visit_of(world, visit_id)
        assert (visit.state, visit.lead_id) == ("finished", world.collector.user)
        assert "visit_unexpected" in alerts_of(world)

    def test_a_hold_that_came_meanwhile_says_stop_and_the_outcome_counts_as_breach(
        self, world: World, phone: Phone
    ) -> None:
        appointment = promised(world, world.collector)
        visit_id = day_at_a_door(phone, appointment, world)
        with world.work(world.legal) as uow:
            place_hold(uow, appointment.case_id, kind="cease")

        answers = phone.push()

        assert answers[-1]["stop"] == ["cease"]
        assert visit_of(world, visit_id).state == "finished"

    def test_two_phones_end_one_visit_the_first_closes_it_and_the_other_is_one_contact_more(
        self, api: ApiClient, world: World, phone: Phone
    ) -> None:
        appointment = promised(world, world.collector, world.other_collector)
        partner = enrolled(api, world, world.other_collector)
        first = day_at_a_door(phone, appointment, world)
        world.clock.move_to(at(15.1))
        second = uuid4()
        about: dict[str, Any] = {"appointment": appointment.id, "visit": second}
        partner.tell("visit.arrive", {"fix": None}, **about)
        partner.tell(
            "visit.finish", outcome(outcome="NOBODY_HOME", person_met="none", identity_proof="none"), **about
        )
        phone.push()

        partner.push()

        assert [visit_of(world, one).state for one in (first, second)] == ["finished", "finished"]
        with world.work() as uow:
            appointment = uow.session.get_one(Appointment, appointment.id)
            visits = (
                select(func.count())
                .select_from(Contact)
                .where(Contact.case_id == appointment.case_id, Contact.channel == "visit")
            )
            assert uow.session.scalar(visits) == 2
        assert appointment.state == "kept"


class TestWrongClocks:
    @pytest.mark.parametrize("days", [3, -3])
    def test_a_clock_that_is_days_off_is_kept_as_a_claim_and_judged_by_what_is_proved(
        self, world: World, phone: Phone, days: int
    ) -> None:
        phone.skew = timedelta(days=days)
        appointment, visit_id = promised(world, world.collector), uuid4()
        world.clock.move_to(at(10))
        phone.tell("device.health", {"storage_free_mb": 1, "is_persisted": True, "unsent": 1})
        phone.push()
        heard = world.clock.now()
        world.clock.move_to(at(10.5))
        elapsed = int((world.clock.now() - heard) / timedelta(milliseconds=1))
        about: dict[str, Any] = {"appointment": appointment.id, "visit": visit_id, "elapsed_ms": elapsed}
        phone.tell("visit.arrive", {"fix": fix(world.clock.now() + phone.skew)}, **about)
        world.clock.move_to(at(11))

        (answer,) = phone.push()

        assert answer["outcome"] in {"applied", "applied_with_breach"}
        visit, command = visit_of(world, visit_id), kept(world)[-1]
        assert command.claimed_at == at(10.5) + timedelta(days=days)
        assert visit.arrived_at == command.estimated_at
        assert at(10.5) <= (visit.arrived_at or at(0)) <= at(11)
        assert "stale_fix" not in (visit.arrival_doubts or []) or days > 0

    def test_a_skew_that_was_measured_puts_the_time_right(self, world: World, phone: Phone) -> None:
        phone.skew = timedelta(hours=2)
        appointment, visit_id = promised(world, world.collector), uuid4()
        world.clock.move_to(at(10.5))
        phone.tell(
            "visit.arrive",
            {"fix": None},
            appointment=appointment.id,
            visit=visit_id,
            skew_ms=-2 * 3_600_000,
            rtt_ms=240,
        )
        world.clock.move_to(at(13))

        phone.push()

        assert visit_of(world, visit_id).arrived_at == at(10.5)
        assert kept(world)[-1].uncertainty_ms == 120

    def test_a_nonce_of_another_phone_proves_nothing(
        self, api: ApiClient, world: World, phone: Phone
    ) -> None:
        other = enrolled(api, world, world.other_collector)
        phone.nonce = other.nonce
        phone.tell("safety.check_in")

        phone.push()

        with world.work() as uow:
            entry = uow.session.get_one(Entry, kept(world)[-1].evidence_id)
        assert json.loads(entry.canonical)["bracket"]["not_before"] is None


class TestThePhoneItself:
    def test_help_that_is_asked_for_alarms_at_once(self, world: World, phone: Phone) -> None:
        phone.tell("safety.sos", {"fix": fix(world.clock.now())})

        phone.push()

        assert alerts_of(world) == ["collector_sos"]

    def test_a_word_that_was_promised_and_does_not_come_alarms_once(self, world: World, phone: Phone) -> None:
        due = world.clock.now() + timedelta(minutes=30)
        phone.tell("safety.check_in", {"due_at": due.isoformat()})
        phone.push()
        world.clock.advance(timedelta(minutes=29))
        assert alarm_silent(world.work) == 0
        world.clock.advance(timedelta(minutes=2))

        assert [alarm_silent(world.work), alarm_silent(world.work)] == [1, 0]

        assert alerts_of(world) == ["collector_silent"]

    def test_a_word_that_came_in_time_alarms_nobody(self, world: World, phone: Phone) -> None:
        due = world.clock.now() + timedelta(minutes=30)
        phone.tell("safety.check_in", {"due_at": due.isoformat()})
        phone.push()
        world.clock.advance(timedelta(minutes=20))
        phone.tell("safety.check_in", {"due_at": None})
        phone.push()
        world.clock.advance(timedelta(hours=1))

        assert alarm_silent(world.work) == 0

    def test_what_it_tells_of_itself_is_seen_by_the_dispatcher(
        self, api: ApiClient, world: World, phone: Phone
    ) -> None:
        phone.tell(
            "device.health",
            {"storage_free_mb": 512, "is_persisted": True, "unsent": 4, "battery_percent": 17},
        )
        phone.push()

        (shown,) = api.as_(world.dispatcher).get("/v1/devices").json["items"]

        presence = shown["presence"]
        assert (presence["unsent"], presence["storage_free_mb"], presence["battery_percent"]) == (4, 512, 17)

    def test_where_somebody_is_outside_their_shift_is_not_kept(self, world: World, phone: Phone) -> None:
        shift = world.shift(world.collector)
        inside = {
            "from": shift.starts_at.isoformat(),
            "to": (shift.starts_at + timedelta(minutes=5)).isoformat(),
        }
        after = {"from": shift.ends_at.isoformat(), "to": (shift.ends_at + timedelta(minutes=5)).isoformat()}
        points = [[0, 3_123_040, 12_147_370, 12]]
        phone.tell("track.segment", inside | {"points": points})
        phone.tell("track.segment", after | {"points": points})

        answers = phone.push()

        assert [answer["reason"] for answer in answers] == [None, "not_in_shift"]
        assert alerts_of(world) == []
        assert "bytes" in body_of(world, kept(world)[0])["facts"]
        assert body_of(world, kept(world)[1])["facts"] == {}
