"""The rules: one decision over a long history under every pack, and a week's free slots for one customer."""

import random
import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from api.demo.day import prepare
from api.demo.people import PEOPLE
from api.demo.seed import seed
from api.house import House, Keys
from benchmarks.ground import Ground
from field_visits.appointments.slots import free_slots
from field_visits.cases.models import Case
from field_visits.compliance.decide import decide
from field_visits.compliance.facts import (
    Action,
    ActiveHold,
    Channel,
    Facts,
    HoldKind,
    NoticeFact,
    PastContact,
    Window,
)
from field_visits.compliance.packs import effective, load_packs
from field_visits.compliance.settings import RuleSettings
from field_visits.identity.passwords import PasswordCost
from field_visits.kernel.actor import system_actor
from field_visits.kernel.clock import SteppedClock
from field_visits.kernel.db import Database
from media.files import FileStore
from media.tickets import TicketKeys

CONTACTS = 200
DECISIONS = 300
SEARCHES = 60
PACKS = ("cn", "in", "uk", "us", "us-ma")
NOW = datetime(2026, 12, 9, 4, 0, tzinfo=UTC)


def run(ground: Ground) -> None:
    """Print the median of a decision with its next lawful instant, and of a week's free slots."""
    _decide()
    _slots(ground)


def _median_ms(times: int, work: Callable[[], object]) -> float:
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken) * 1000


def _decide() -> None:
    dice = random.Random(7)
    contacts = tuple(
        PastContact(
            NOW - timedelta(minutes=dice.randrange(360 * 24 * 60)),
            dice.choice([Channel.VISIT, Channel.CALL]),
            dice.random() < 0.5,
        )
        for _ in range(CONTACTS)
    )
    facts = Facts(
        action=Action.BOOK,
        channel=Channel.VISIT,
        zones=("Asia/Shanghai", "Asia/Urumqi"),
        window=Window(NOW, NOW + timedelta(hours=2)),
        contacts=contacts,
        holds=(ActiveHold(HoldKind.DISPUTE, NOW - timedelta(days=1), NOW + timedelta(days=40)),),
        notice=NoticeFact(NOW),
        crew_size=2,
    )
    book = effective(load_packs(), date(2026, 12, 9), RuleSettings(PACKS))
    decision = decide(facts, book, NOW)
    assert decision.is_refused
    assert decision.next_lawful_at is not None
    taken = _median_ms(DECISIONS, lambda: decide(facts, book, NOW))
    raw = _median_ms(DECISIONS, lambda: sorted(contact.at for contact in contacts))
    print(
        f"decide, {CONTACTS} contacts, {len(PACKS)} packs, next lawful instant: {taken:.2f} ms median (bar: 1)"
    )
    print(f"  against sorting those contacts once ({raw:.3f} ms): {taken / raw:.0f} times")


def _slots(ground: Ground) -> None:
    clock = SteppedClock(NOW)
    database = Database(ground.app_url, pool_size=4)
    objects = FileStore(
        ground.folder / "objects", keys=TicketKeys("k", {"k": b"k" * 32}), upload_url="/v1/uploads"
    )
    house = House(
        database,
        clock,
        Keys.derive([b"a pepper for benchmarks"]),
        objects,
        packs=load_packs(),
        password_cost=PasswordCost(time=1, memory_kib=8),
    )
    organisation = seed(house, {person.username: f"the password of {person.username}" for person in PEOPLE})
    prepare(house, organisation, say=lambda _: None)
    with house.work(system_actor(organisation, "benchmarks")) as uow:
        cases = list(uow.session.scalars(select(Case).order_by(Case.id).limit(SEARCHES)))
    found = 0

    def search() -> None:
        nonlocal found
        case = cases[found % len(cases)]
        with house.work(system_actor(organisation, "benchmarks")) as uow:
            since = uow.now + timedelta(hours=2)
            free_slots(
                uow, house.rules, case, since=since, until=since + timedelta(days=7), service_minutes=30
            )
        found += 1

    taken = _median_ms(SEARCHES, search)
    with house.work(system_actor(organisation, "benchmarks")) as uow:
        raw = _median_ms(SEARCHES, lambda: uow.session.scalars(select(Case.id).limit(1)).all())
    print(f"free slots for a week, demo organisation: {taken:.1f} ms median (bar: 50)")
    print(f"  against one query of one row ({raw:.2f} ms): {taken / raw:.0f} times")
    house.close()
