"""Random days through the HTTP API: nothing is booked, told or begun against the law, and every refusal is kept.

300 days in `make test`, as many as `--days` says in `make soak`. What the law says is written down here once more,
by wall clock and minute: the oracle shares nothing with the product but the zones' data.
"""

import random
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.resources import files
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from field_visits.cases.models import Case
from field_visits.evidence.tables import Entry
from tests.client import Answer, ApiClient, Caller
from tests.world import World

CHUNK = 30
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# Holds that stop visits and texts alike in every pack.
HOLDS = ("dispute", "cease", "vulnerable")
FESTIVALS = {
    date.fromisoformat(day)
    for day in [
        "2026-12-25",
        "2027-01-26",
        "2027-03-06",
        "2027-03-10",
        "2027-03-22",
        "2027-03-26",
        "2027-04-14",
        "2027-04-15",
        "2027-04-18",
        "2027-05-17",
        "2027-05-20",
        "2027-06-16",
        "2027-08-15",
        "2027-08-25",
        "2027-10-02",
        "2027-10-09",
        "2027-10-29",
        "2027-11-14",
        "2027-12-25",
        "2028-01-26",
        "2028-02-23",
        "2028-02-27",
        "2028-03-11",
        "2028-04-03",
        "2028-04-07",
        "2028-04-14",
        "2028-05-06",
        "2028-05-08",
        "2028-06-04",
        "2028-08-04",
        "2028-08-13",
        "2028-08-15",
        "2028-09-27",
        "2028-10-02",
        "2028-10-17",
        "2028-11-02",
        "2028-12-25",
    ]
}


@dataclass(frozen=True)
class Law:
    """What is lawful in one place: hours of visits and texts, days between visits, and what counts as one."""

    packs: tuple[str, ...]
    zones: tuple[str, ...]
    visits: tuple[str, str]
    texts: tuple[str, str]
    days_between: int | None = None
    counts_all: bool = True
    opens_after: bool = False  # «after 8:00»: 8:00:00 itself is not yet
    festivals: Collection[date] = ()


LAWS = (
    Law(("cn",), ("Asia/Shanghai",), ("08:00:00", "22:00:00"), ("08:00:00", "22:00:00"), 7),
    Law(("cn",), ("Asia/Shanghai", "Asia/Urumqi"), ("08:00:00", "22:00:00"), ("08:00:00", "22:00:00"), 7),
    Law(("us",), ("America/New_York",), ("08:00:00", "21:00:00"), ("08:00:00", "21:00:00"), opens_after=True),
    Law(
        ("us", "us-ma"),
        ("America/New_York",),
        ("08:00:00", "21:00:00"),
        ("08:00:00", "21:00:00"),
        30,
        counts_all=False,
        opens_after=True,
    ),
    Law(("uk",), ("Europe/London",), ("08:00:00", "21:00:00"), ("08:00:00", "21:00:00"), 7),
    Law(
        ("in",), ("Asia/Kolkata",), ("08:00:00", "19:00:00"), ("08:00:00", "19:00:00"), 7, festivals=FESTIVALS
    ),
)


@cache
def pinned(zone: str) -> ZoneInfo:
    """The zone of the locked wheel: the machine's own data may be of another year."""
    with files("tzdata").joinpath("zoneinfo", zone).open("rb") as stream:
        return ZoneInfo.from_file(stream, key=zone)


@dataclass
class Known:
    """What the world did to one customer, as the oracle remembers it."""

    law: Law
    holds: list[tuple[datetime, datetime]] = field(default_factory=list)
    visits: list[tuple[datetime, bool]] = field(default_factory=list)  # when, and whether anybody was met
    told_at: datetime | None = None

    def may_be_present(self, start: datetime, end: datetime) -> bool:
        moments = [start]
        while moments[-1] + MINUTE < end:
            moments.append(moments[-1] + MINUTE)
        moments.append(end - timedelta(seconds=1))
        return (
            all(self._is_open(moment, self.law.visits) for moment in moments)
            and not self._is_festive([start, end - timedelta(seconds=1)])
            and not any(since < end and start < until for since, until in self.holds)
            and not self._is_too_often(start)
        )

    def may_be_texted(self, at: datetime) -> bool:
        is_held = any(since <= at < until for since, until in self.holds)
        return self._is_open(at, self.law.texts) and not is_held

    def _is_open(self, moment: datetime, hours: tuple[str, str]) -> bool:
        opens, closes = hours
        for zone in self.law.zones:
            local = moment.astimezone(pinned(zone)).strftime("%H:%M:%S")
            if not (opens < local < closes or (local == opens and not self.law.opens_after)):
                return False
        return True

    def _is_festive(self, moments: Collection[datetime]) -> bool:
        return any(
            moment.astimezone(pinned(zone)).date() in self.law.festivals
            for moment in moments
            for zone in self.law.zones
        )

    def _is_too_often(self, start: datetime) -> bool:
        if self.law.days_between is None:
            return False
        apart = self.law.days_between * DAY
        return any(
            abs(start - at) < apart for at, is_effective in self.visits if is_effective or self.law.counts_all
        )


class Days:
    """One organisation, and day after day a customer to whom random things happen."""

    def __init__(self, api: ApiClient, seed: int) -> None:
        self.api, self.world = api, api.world
        self.dice = random.Random(seed)
        self.seen = {"allowed": 0, "refused": 0}

    def live(self) -> None:
        dice, world = self.dice, self.world
        world.clock.advance(timedelta(minutes=dice.randrange(60, 30 * 60)))
        law = dice.choice(LAWS)
        known = Known(law)
        case = world.case(collector=world.collector, zones=law.zones, packs=list(law.packs))
        if dice.random() < 0.3:
            self._visited_before(case, known)
        if dice.random() < 0.2:
            self._hold(case, known)
        appointment_id, window = self._book(case, known)
        if appointment_id is None:
            return
        world.clock.advance(timedelta(minutes=dice.randrange(0, 20 * 60)))
        if dice.random() < 0.2:
            self._hold(case, known)
        self._tell(appointment_id, known, window)
        if dice.random() < 0.2:
            self._hold(case, known)
        if self._send(appointment_id, known, window):
            self._set_out(appointment_id, known, window)

    def _book(self, case: Case, known: Known) -> tuple[str | None, tuple[datetime, datetime]]:
        now = self.world.clock.now()
        start = (now + timedelta(minutes=self.dice.randrange(10, 4 * 24 * 60))).replace(
            second=0, microsecond=0
        )
        start += timedelta(seconds=self.dice.choice([0, 0, 0, 1]))
        end = start + timedelta(minutes=self.dice.choice([60, 120, 240]))
        answer = self._dispatcher().post(
            "/v1/appointments",
            json={
                "case_id": str(case.id),
                "window_from": start.isoformat(),
                "window_to": end.isoformat(),
                "purpose": "talk",
                "service_minutes": 30,
            },
        )
        self._judge(answer, 201, is_lawful=known.may_be_present(start, end) and start >= now + DAY)
        return (answer.json["id"] if answer.status_code == 201 else None), (start, end)

    def _tell(self, appointment_id: str, known: Known, window: tuple[datetime, datetime]) -> None:
        now = self.world.clock.now()
        answer = self._dispatcher().post(f"/v1/appointments/{appointment_id}/notice")
        is_lawful = known.may_be_texted(now) and known.may_be_present(*window) and window[0] >= now + DAY
        self._judge(answer, 200, is_lawful=is_lawful)
        if answer.status_code == 200:
            known.told_at = now

    def _send(self, appointment_id: str, known: Known, window: tuple[datetime, datetime]) -> bool:
        """Somebody is named who goes."""
        caller = self._dispatcher()
        version = caller.get(f"/v1/appointments/{appointment_id}").json["version"]
        answer = caller.post(
            f"/v1/appointments/{appointment_id}/assign",
            version=version,
            json={"lead_id": str(self.world.collector.user), "partner_id": None},
        )
        told_at = known.told_at or self.world.clock.now()
        is_lawful = known.may_be_present(*window) and window[0] >= told_at + DAY
        self._judge(answer, 200, is_lawful=is_lawful)
        return answer.status_code == 200

    def _set_out(self, appointment_id: str, known: Known, window: tuple[datetime, datetime]) -> None:
        start, end = window
        at = start + timedelta(minutes=self.dice.randrange(-5 * 60, 4 * 60))
        if at <= self.world.clock.now():
            return
        self.world.clock.move_to(at)
        # The journey's end: at once, or when the window opens.
        presence = max(at, start), max(at, start) + 30 * MINUTE
        told_in_time = known.told_at is not None and presence[0] >= known.told_at + DAY
        is_lawful = known.may_be_present(*presence) and told_in_time and start - 4 * HOUR <= at <= end
        answer = self._as(self.world.collector).post("/v1/visits", json={"appointment_id": appointment_id})
        self._judge(answer, 201, is_lawful=is_lawful)

    def _hold(self, case: Case, known: Known) -> None:
        now = self.world.clock.now()
        until = now + timedelta(minutes=self.dice.randrange(60, 5 * 24 * 60))
        told = {"kind": self.dice.choice(HOLDS), "expires_at": until.isoformat(), "cause": "said so"}
        assert self._dispatcher().post(f"/v1/cases/{case.id}/holds", json=told).status_code == 201
        known.holds.append((now, until))

    def _visited_before(self, case: Case, known: Known) -> None:
        at = self.world.clock.now() - timedelta(minutes=self.dice.randrange(60, 33 * 24 * 60))
        is_effective = self.dice.random() < 0.5
        told = {
            "channel": "visit",
            "at": at.isoformat(),
            "result": "reached" if is_effective else "nobody",
            "person_met": "self" if is_effective else "none",
        }
        assert self._dispatcher().post(f"/v1/cases/{case.id}/contacts", json=told).status_code == 201
        known.visits.append((at, is_effective))

    def _judge(self, answer: Answer, good: int, *, is_lawful: bool) -> None:
        assert answer.status_code in {good, 409}, answer.text
        assert (answer.status_code == good) == is_lawful, answer.text
        self.seen["allowed" if is_lawful else "refused"] += 1
        if answer.status_code == 409:
            with self.world.work() as uow:
                entry = uow.session.get_one(Entry, UUID(answer.json["evidence_id"]))
                assert entry.code.endswith(":refused")

    def _dispatcher(self) -> Caller:
        return self._as(self.world.dispatcher)

    def _as(self, actor: object) -> Caller:
        # Access runs out within minutes of the world's clock.
        return self.api.beside().as_(actor)  # type: ignore[arg-type]  # one of the world's people


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "chunk" in metafunc.fixturenames:
        metafunc.parametrize("chunk", range(metafunc.config.getoption("--days") // CHUNK))


def test_nothing_is_booked_told_or_begun_against_the_law(api: ApiClient, world: World, chunk: int) -> None:
    # Two years of clock changes and festivals, begun at another day by each chunk.
    world.clock.move_to(datetime(2026, 12, 2, tzinfo=UTC) + (chunk * 67 % 700) * DAY)
    days = Days(api, seed=chunk)
    for _ in range(CHUNK):
        days.live()

    assert min(days.seen.values()) > 0, days.seen
