"""Random days planned without a database: no visit of any plan begins against the law, whoever is asked.

300 days in `make test`, as many as `--plans` says in `make soak`. Each day goes the product's way: facts, lawful starts by
`compliance`, the problem that `planning` poses, a plan, the checker. Then every visit is judged again, by `decide` at the
moment of publishing and by the naive oracle beside this file.
"""

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random
from typing import cast
from uuid import UUID, uuid5

import pytest

from field_visits.appointments.crews import Team
from field_visits.appointments.lawfulness import Promises, question
from field_visits.appointments.models import Appointment
from field_visits.cases.facts import CaseFacts
from field_visits.cases.judging import Bench, Rules
from field_visits.cases.models import Address, Case
from field_visits.compliance.facts import (
    Action,
    ActiveHold,
    Channel,
    Consent,
    ConsentKind,
    HoldKind,
    NoticeFact,
    PastContact,
    Place,
    Window,
)
from field_visits.kernel.ids import AddressId, AppointmentId, CaseId, CrewId, CustomerId, UserId
from field_visits.kernel.points import Point
from field_visits.planning.by_hand import ByHand
from field_visits.planning.day import KnownDay
from field_visits.planning.problem import Posed, pose
from field_visits.planning.solving import proved
from field_visits.unit_of_work import UnitOfWork
from field_visits.workforce.duty import CrewOnDuty, Interval
from routing.check import check
from routing.engines.own import LocalSearch
from routing.model import Fairness
from routing.solve import solve
from tests.property.oracle import forbidding

CHUNK = 50
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
RULES = Rules()
# Every released pack binds its newest release from then on; two years of clock changes and festivals.
FIRST = datetime(2026, 12, 9, tzinfo=UTC)
CITIES = [
    (("Asia/Shanghai",), ("cn",), (31.23, 121.47)),
    (("Asia/Shanghai", "Asia/Urumqi"), ("cn",), (43.8, 87.6)),
    (("America/New_York",), ("us", "us-ma"), (42.36, -71.06)),
    (("America/New_York", "America/Chicago"), ("us",), (37.0, -87.0)),
    (("Europe/London",), ("uk",), (51.5, -0.12)),
    (("Asia/Kolkata",), ("in",), (28.6, 77.2)),
]


class Still:
    """All that a bench asks of a unit of work here: what time it is."""

    def __init__(self, now: datetime) -> None:
        self.now = now


class RandomDay:
    """One day of a city, made from its seed."""

    def __init__(self, seed: int) -> None:
        self.dice = dice = Random(seed)
        self.zones, self.packs, self.city = dice.choice(CITIES)
        self.midnight = FIRST + dice.randrange(700) * DAY + dice.randrange(24) * HOUR
        # Half of the days are planned while they run.
        self.now = self.midnight + (
            dice.randrange(22) * HOUR if dice.random() < 0.5 else -dice.randrange(72) * HOUR
        )
        self.facts: dict[CaseId, CaseFacts] = {}
        self.cases: dict[CaseId, Case] = {}
        self.doors: dict[AddressId, Address] = {}
        self.crews = {f"crew-{number}": self._crew() for number in range(dice.randint(1, 4))}
        self.appointments = [self._appointment() for _ in range(dice.randint(1, 10))]

    def posed(self) -> Posed:
        bench = Bench(
            cast("UnitOfWork", Still(self.now)), RULES, dict.fromkeys(self.cases, self.packs), self.facts, ()
        )
        windows = {one.customer_id: [(one.id, one.window_from)] for one in self.appointments}
        known = KnownDay(
            day=self.midnight.date(),
            epoch=self.midnight,
            since=max(self.midnight, self.now + timedelta(seconds=1)),
            appointments=self.appointments,
            cases=self.cases,
            doors=self.doors,
            crews=self.crews,
            rows={},
            happened={},
            bench=bench,
            promises=Promises(windows),
            former=None,
            former_figures=None,
            fairness=Fairness(hour_price_s=self.dice.choice((0, 300))),
        )
        return pose(known, self._by_hand())

    def _by_hand(self) -> ByHand:
        by_hand = ByHand()
        for one in self.appointments:
            if self.dice.random() < 0.1:
                crew = self.dice.choice(list(self.crews.values()))
                early = self.midnight + self.dice.randrange(24) * HOUR
                team = Team(crew.lead_id, crew.partner_id)
                by_hand = by_hand.placed(one.id, team, is_pinned=True, not_before=early)
        return by_hand

    def _crew(self) -> CrewOnDuty:
        begins = self.midnight + self.dice.randrange(16) * HOUR
        hours = Interval(begins, min(begins + self.dice.choice((6, 9, 12)) * HOUR, self.midnight + DAY))
        partner = UserId(self._id()) if self.dice.random() < 0.4 else None
        start, end = self._point(), self._point()
        return CrewOnDuty(CrewId(self._id()), UserId(self._id()), partner, hours, start, end, (), frozenset())

    def _appointment(self) -> Appointment:
        dice = self.dice
        opens = self.midnight + dice.randrange(22 * 4) * 15 * MINUTE
        closes = min(opens + dice.choice((1, 2, 4, 10)) * HOUR, self.midnight + DAY)
        case, door, customer = CaseId(self._id()), AddressId(self._id()), CustomerId(self._id())
        point = self._point()
        self.cases[case] = Case(
            id=case, customer_id=customer, state="open", skills=[], priority=dice.randint(1, 20)
        )
        self.doors[door] = Address(
            id=door, customer_id=customer, lat=point.lat, lon=point.lon, zones=list(self.zones), kind="home"
        )
        self.facts[case] = self._known(case, customer, door, opens)
        noticed = self.now - dice.choice((1, 20, 30, 90)) * HOUR if dice.random() < 0.8 else None
        return Appointment(
            id=AppointmentId(self._id()),
            case_id=case,
            customer_id=customer,
            address_id=door,
            window_from=opens,
            window_to=closes,
            service_minutes=dice.choice((15, 30, 45)),
            crew_size=dice.choice((1, 1, 1, 2)),
            is_pinned=False,
            planned_from=None,
            planned_to=None,
            notice_at=noticed,
            confirmed_at=None if noticed is None or dice.random() < 0.5 else noticed,
        )

    def _known(self, case: CaseId, customer: CustomerId, door: AddressId, opens: datetime) -> CaseFacts:
        dice = self.dice

        def near(minutes: int) -> datetime:
            return opens + dice.randint(-minutes, minutes) * MINUTE

        contacts = [
            PastContact(near(9 * 24 * 60), Channel.VISIT, dice.random() < 0.5)
            for _ in range(dice.randrange(4))
        ]
        holds = [
            ActiveHold(
                dice.choice(sorted(HoldKind)), since, dice.choice((None, since + dice.randint(1, 90) * HOUR))
            )
            for since in (near(3_000) for _ in range(dice.choice((0, 0, 0, 1))))
        ]
        consents = [
            Consent(
                dice.choice(sorted(ConsentKind)), "entry", near(6_000), None, is_written=dice.random() < 0.5
            )
            for _ in range(dice.choice((0, 0, 1, 2)))
        ]
        place = dice.choice(sorted(Place))
        return CaseFacts(
            case,
            customer,
            {door: self.zones},
            {door: place},
            (),
            tuple(one for one in contacts if one.at < self.now),
            tuple(holds),
            tuple(consents),
        )

    def _point(self) -> Point:
        lat, lon = self.city
        return Point(lat + self.dice.uniform(-0.1, 0.1), lon + self.dice.uniform(-0.1, 0.1))

    def _id(self) -> UUID:
        return uuid5(UUID(int=0), str(self.dice.random()))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    metafunc.parametrize("chunk", range(metafunc.config.getoption("--plans") // CHUNK))


def test_no_visit_of_any_plan_begins_against_the_law(chunk: int) -> None:
    seen: Counter[str] = Counter()
    for seed in range(chunk * CHUNK, (chunk + 1) * CHUNK):
        day = RandomDay(seed)
        posed = day.posed()
        plan = solve(posed.problem, seconds=5, iterations=20, engines=(LocalSearch(),))
        plan = proved(posed.problem, plan)
        assert check(posed.problem, plan) == (), f"day {seed}"
        by_id = {str(one.id): one for one in day.appointments}
        for route in plan.routes:
            for visit in route.visits:
                _require_lawful(day, posed, by_id[visit.stop], route.vehicle, visit.start_s, f"day {seed}")
                seen["planned"] += 1
        for drop in plan.dropped:
            seen["against the law" if (posed.barred.get(drop.stop) or {}).get("decision") else "no room"] += 1
    assert min(seen[name] for name in ("planned", "against the law", "no room")) > 0, seen


def _require_lawful(
    day: RandomDay, posed: Posed, one: Appointment, crew: str, start_s: int, told: str
) -> None:
    start = day.midnight + timedelta(seconds=start_s)
    end = start + one.service_minutes * MINUTE
    size = day.crews[crew].size
    assert one.window_from <= start < end <= one.window_to, told
    assert start > day.now, told
    asked = question(one, posed.known.promises, action=Action.PUBLISH, window=(start, end), crew_size=size)
    decision = posed.known.bench.judge(one.case_id, asked)
    assert not decision.is_refused, (told, decision)
    facts = day.facts[one.case_id].question(
        Action.PUBLISH,
        Channel.VISIT,
        address_id=one.address_id,
        window=Window(start, end),
        notice=None if one.notice_at is None else NoticeFact(one.notice_at, one.confirmed_at),
        crew_size=size,
    )
    assert list(forbidding(facts, day.packs, day.now, start)) == [], told
