"""A fleet of phones against one server: lost requests, lost answers, repeats, reorders, wrong clocks, revocations.

Everything follows from a seed. What a phone wrote and what it was answered is the model; at the end, when every
network works again, the database has to say the same: nothing lost, nothing twice.
"""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from field_visits.appointments.dispatching import assign
from field_visits.appointments.models import Appointment
from field_visits.appointments.service import cancel
from field_visits.attachments.models import Attachment
from field_visits.cases.service.holds import place_hold
from field_visits.evidence.tables import Entry
from field_visits.sync.models import Command
from field_visits.visits.models import Visit
from tests.api.samples_visits import announcement, outcome
from tests.client import Answer, ApiClient
from tests.features.appointments.days import RULES, at
from tests.features.visits.door import DOOR, promised
from tests.simulators.phone import BATCH, Phone, Written, enrolled
from tests.world import World

HOURS = (9, 12, 15)
STEPS = 60
# Which entry each applied command leaves, whatever follows from it.
LEAVES = {
    "visit.depart": "visit:departure:recorded",
    "visit.arrive": "visit:arrival:recorded",
    "visit.meet": "visit:person:met",
    "visit.note": "visit:note:recorded",
    "visit.finish": "visit:outcome:recorded",
    "visit.abort": "visit:outcome:aborted",
}
FORWARD = ("departed", "arrived", "aborted", "finished")
LEADS_TO = {
    "visit.depart": "departed",
    "visit.arrive": "arrived",
    "visit.finish": "finished",
    "visit.abort": "aborted",
}


@dataclass
class Carried:
    """A phone with what it wrote so far, and what it was sent again by mistake later."""

    phone: Phone
    written: list[Written] = field(default_factory=list)
    kinds: dict[int, tuple[str, UUID | None]] = field(default_factory=dict)
    visits: dict[UUID, UUID] = field(default_factory=dict)  # appointment → visit
    is_revoked: bool = False


class Fleet:
    """Three phones, three appointments, an office that changes its mind, and a network that fails."""

    def __init__(self, api: ApiClient, world: World, seed: int) -> None:
        self.chance = random.Random(seed)
        self.api, self.world = api, world
        self.appointments = [promised(world, world.collector, hour=hour) for hour in HOURS]
        owners = [world.collector, world.collector, world.other_collector]
        self.phones = [Carried(enrolled(api, world, owner)) for owner in owners]
        for one in self.phones:
            one.phone.skew = timedelta(minutes=self.chance.choice([0, 0, 3, -7, 4320, -4320]))
        world.clock.move_to(at(9))

    def live(self) -> None:
        """A day goes by."""
        for _ in range(STEPS):
            self.world.clock.advance(timedelta(minutes=self.chance.randrange(1, 9)))
            self.chance.choices([self.write, self.send, self.office], weights=[6, 3, 0.35])[0]()
        for one in self.phones:
            self.settle(one)

    # -- phones ------------------------------------------------------------------------------------

    def write(self) -> None:
        one = self.chance.choice(self.phones)
        appointment = self.chance.choice(self.appointments)
        visit = one.visits.setdefault(appointment.id, uuid4())
        deeds: list[tuple[str, dict[str, Any]]] = [
            ("visit.depart", {}),
            ("visit.arrive", {"fix": self.fix()}),
            ("visit.arrive", {"fix": None}),
            ("visit.photograph", announcement(bytes([self.chance.randrange(4)]) * 2_000)),
            ("visit.meet", {"person_met": "related", "identity_proof": "stated"}),
            ("visit.note", {"text": f"记录 {self.chance.random()}"}),
            ("visit.finish", outcome()),
            ("visit.finish", outcome(outcome="NOBODY_HOME", person_met="none", identity_proof="none")),
            ("visit.finish", outcome(outcome="PTP_FULL")),  # a promise without a promise
            ("visit.abort", {"reason": "抛锚"}),
            ("visit.dance", {}),
            ("safety.check_in", {}),
        ]
        kind, payload = self.chance.choice(deeds)
        written = one.phone.tell(kind, payload, appointment=appointment.id, visit=visit)
        one.written.append(written)
        one.kinds[written.seq] = (kind, visit if kind.startswith("visit") else None)

    def fix(self) -> dict[str, Any]:
        return {
            "point": {"lat": DOOR.lat + self.chance.uniform(-0.002, 0.002), "lon": DOOR.lon},
            "accuracy_m": self.chance.choice([8, 40, None]),
            "taken_at": self.world.clock.now().isoformat(),
            "is_mock": None,
        }

    def send(self) -> None:
        """Hand in something, over a network that does what it wants."""
        one = self.chance.choice(self.phones)
        if not one.written:
            return
        weather = self.chance.choice(["fine", "fine", "lost", "deaf", "again", "early", "part"])
        if weather == "lost":
            return
        if weather == "again":  # an old request comes late once more
            first = self.chance.randrange(len(one.written))
            self.hand_in(one, one.written[first : first + self.chance.randrange(1, BATCH)], hears=False)
        elif weather == "early":  # a later batch overtakes the one before
            self.hand_in(one, one.phone.waiting[1:][:BATCH], hears=False)
        elif weather == "part":
            self.hand_in(one, one.phone.waiting[: self.chance.randrange(1, 5)])
        else:
            self.hand_in(one, one.phone.waiting[:BATCH], hears=weather != "deaf")

    def hand_in(self, one: Carried, batch: list[Written], *, hears: bool = True) -> Answer | None:
        if not batch:
            return None
        answer = one.phone.send(*batch)
        assert answer.status_code in {200, 409, 410}, answer.text
        assert (answer.status_code == 410) == one.is_revoked, answer.text
        if hears and answer.status_code == 200:
            one.phone.nonce = answer.json["nonce"]
            for written, told in zip(batch, answer.json["answers"], strict=True):
                assert told["hash"] == written.hash
                known = one.phone.answers.setdefault(written.seq, told)
                assert known | {"is_repeat": None} == told | {"is_repeat": None}
            done = set(one.phone.answers)
            one.phone.waiting = [each for each in one.phone.waiting if each.seq not in done]
        return answer

    def settle(self, one: Carried) -> None:
        """The network works again: all that waits is handed in, from wherever the server says."""
        while one.phone.waiting and not one.is_revoked:
            self.hand_in(one, one.phone.waiting[:BATCH])

    # -- the office --------------------------------------------------------------------------------

    def office(self) -> None:
        appointment = self.chance.choice(self.appointments)
        deed = self.chance.choice(["cancel", "assign", "hold", "revoke"])
        with self.world.work(self.world.dispatcher) as uow:
            if deed == "cancel":
                cancel(uow, RULES, appointment.id, reason="已还款")
            elif deed == "assign":
                lead = self.chance.choice([self.world.collector, self.world.other_collector]).user
                assert lead is not None
                assign(uow, RULES, appointment.id, lead=lead)
            elif deed == "hold":
                place_hold(uow, appointment.case_id, kind="dispute")
        one = self.chance.choice(self.phones)
        if deed == "revoke" and not one.is_revoked and self.chance.random() < 0.5:
            one.is_revoked = True
            told = {"reason": "lost"}
            dispatcher = self.api.beside().as_(self.world.dispatcher)
            assert dispatcher.post(f"/v1/devices/{one.phone.id}/revoke", json=told).status_code == 200

    # -- what has to be true in the end ------------------------------------------------------------

    def check(self) -> Counter[str]:
        """The database says what the phones were told; returns how often each answer was given."""
        outcomes: Counter[str] = Counter()
        targets: dict[UUID, list[str]] = {}
        for one in self.phones:
            rows = self.rows_of(one)
            hashes = [row.hash.hex() for row in rows]
            assert hashes == [written.hash for written in one.written][: len(rows)], "in order, each once"
            assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
            if not one.is_revoked:
                assert len(rows) == len(one.written), "nothing is lost"
            for row in rows:
                outcomes[row.outcome] += 1
                kind, visit = one.kinds[row.seq]
                if row.seq in one.phone.answers:
                    told = one.phone.answers[row.seq]
                    assert row.answer == {key: told[key] for key in row.answer}
                self.check_entries(row, kind)
                if row.outcome.startswith("applied") and visit is not None:
                    targets.setdefault(visit, []).append(LEADS_TO.get(kind, "departed"))
        self.check_visits(targets)
        return outcomes

    def rows_of(self, one: Carried) -> list[Command]:
        with self.world.work() as uow:
            rows = uow.session.scalars(
                select(Command).where(Command.device_id == UUID(one.phone.id)).order_by(Command.seq)
            )
            return list(rows)

    def check_entries(self, row: Command, kind: str) -> None:
        """An applied command left its verb's entry once; one that was turned away only tells the office."""
        with self.world.work() as uow:
            caused = uow.session.scalars(
                select(Entry.code).where(
                    Entry.org_id == self.world.organisation,
                    Entry.canonical.contains(f'"cause":"{row.evidence_id}"'.encode()),
                )
            ).all()
        if row.outcome == "turned_away":
            told = [] if row.reason == "not_in_shift" else ["alert:record:opened"]
            assert caused == told
        elif row.outcome.startswith("applied") and kind in LEAVES:
            assert caused.count(LEAVES[kind]) == 1, (kind, caused)
        elif row.outcome == "refused":
            assert caused == ["visit:departure:refused"]

    def check_visits(self, targets: dict[UUID, list[str]]) -> None:
        with self.world.work() as uow:
            visits = uow.session.scalars(select(Visit).where(Visit.org_id == self.world.organisation)).all()
            files = uow.session.execute(
                select(Attachment.about_id, Attachment.sha256).where(
                    Attachment.org_id == self.world.organisation
                )
            ).all()
            kept = uow.session.scalars(
                select(Appointment.id).where(
                    Appointment.org_id == self.world.organisation, Appointment.state == "kept"
                )
            ).all()
        assert {visit.id: visit.state for visit in visits} == {
            visit: max(states, key=FORWARD.index) for visit, states in targets.items()
        }
        assert len(files) == len(set(files)), "each photo once"
        ended = {visit.appointment_id for visit in visits if visit.state == "finished"}
        assert set(kept) <= ended
