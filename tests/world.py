"""A small world for tests: one organisation with people, made through the ordinary verbs.

    def test_…(world: World) -> None:
        with world.work(world.dispatcher) as uow: …     # a unit of work in somebody's name
        case = world.case()                              # a customer with an address and a case
        shift = world.shift(world.collector)

Every test gets a fresh organisation, so nothing needs cleaning and nothing collides.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from field_visits.cases.models import Address, Balance, Case, Customer
from field_visits.identity.models import Organisation, User
from field_visits.kernel.actor import Actor, ActorKind, Role, system_actor
from field_visits.kernel.clock import SteppedClock
from field_visits.kernel.db import Database
from field_visits.kernel.ids import (
    AbsenceId,
    AddressId,
    CaseId,
    CustomerId,
    OrganisationId,
    ShiftId,
    TeamId,
    UserId,
    new_id,
)
from field_visits.unit_of_work import Applied, Change, Refused, UnitOfWork, unit_of_work
from field_visits.workforce.models import Absence, Shift, Team, TeamMember

SHANGHAI = (31.2304, 121.4737)


def applied(outcome: Applied | Refused) -> Applied:
    """The outcome, which must not be a refusal."""
    assert isinstance(outcome, Applied), outcome
    return outcome


def refused(outcome: object) -> Refused:
    """The outcome, which must be a refusal."""
    assert isinstance(outcome, Refused), outcome
    return outcome


@dataclass
class World:
    """One organisation, its people, and short ways to make what a test needs."""

    database: Database
    clock: SteppedClock
    organisation: OrganisationId
    slug: str
    admin: Actor
    dispatcher: Actor
    legal: Actor
    supervisor: Actor
    collector: Actor
    other_collector: Actor
    team_id: TeamId
    counter: int = field(default=0)

    @classmethod
    def found(cls, database: Database, clock: SteppedClock, *, country: str = "CN") -> "World":
        """A fresh organisation with an admin, a dispatcher, a lawyer, a supervisor and two collectors in a team."""
        organisation = OrganisationId(new_id(clock.now()))
        slug = f"t{secrets.token_hex(6)}"
        in_china = country == "CN"
        people: dict[str, Actor] = {}
        with unit_of_work(database, clock, system_actor(organisation, "tests")) as uow:
            founded = Organisation(
                id=organisation,
                slug=slug,
                name=f"Test {slug}",
                country=country,
                timezone="Asia/Shanghai" if in_china else "America/New_York",
                currency="CNY" if in_china else "USD",
                packs=["cn"] if in_china else ["us"],
                object_prefix=secrets.token_hex(16),
            )
            applied(uow.apply(founded, "found"))
            roles = {
                "admin": Role.ADMIN,
                "dispatcher": Role.DISPATCHER,
                "legal": Role.LEGAL,
                "supervisor": Role.SUPERVISOR,
                "collector": Role.COLLECTOR,
                "other_collector": Role.COLLECTOR,
            }
            for name, role in roles.items():
                user = User(
                    id=UserId(uow.new_id()),
                    username=name,
                    name=name.title(),
                    badge=f"B-{name}",
                    roles=[role.value],
                    password_hash="!",
                )
                applied(uow.apply(user, "create"))
                people[name] = Actor(
                    ActorKind.USER, organisation, user=user.id, roles=frozenset({role}), teams=frozenset()
                )
            team = Team(id=TeamId(uow.new_id()), name="Team A")
            members = [
                TeamMember(
                    id=uow.new_id(),
                    team_id=team.id,
                    user_id=people[name].user,
                    joined_at=uow.now,
                    left_at=None,
                )
                for name in ("supervisor", "collector", "other_collector")
            ]
            applied(uow.apply(team, "create", rows=[Change(member) for member in members]))
        for name in ("supervisor", "collector", "other_collector"):
            person = people[name]
            people[name] = Actor(
                person.kind, organisation, user=person.user, roles=person.roles, teams=frozenset({team.id})
            )
        return cls(database, clock, organisation, slug, team_id=team.id, **people)  # type: ignore[arg-type]  # people alone are in it

    @contextmanager
    def work(self, actor: Actor | None = None) -> Iterator[UnitOfWork]:
        """A unit of work in `actor`'s name, or in the system's."""
        actor = actor or system_actor(self.organisation, "tests")
        with unit_of_work(self.database, self.clock, actor) as uow:
            yield uow

    def case(
        self,
        *,
        place: tuple[float, float] = SHANGHAI,
        zones: tuple[str, ...] = ("Asia/Shanghai",),
        collector: Actor | None = None,
        **values: Any,
    ) -> Case:
        """A customer with one usable address and one open case of ¥12,000, assigned to the team."""
        self.counter += 1
        number = self.counter
        with self.work() as uow:
            customer = Customer(
                id=CustomerId(uow.new_id()),
                reference=f"K{number:05d}",
                name=f"客户{number}",
                phone=f"1380000{number:04d}",
                email=None,
                language="zh",
            )
            address = Address(
                id=AddressId(uow.new_id()),
                customer_id=customer.id,
                kind="home",
                street="测试路",
                house_number=str(number),
                unit=None,
                postcode="200000",
                city="上海",
                country="CN",
                lat=place[0],
                lon=place[1],
                source_crs="wgs84",
                source_lat=str(place[0]),
                source_lon=str(place[1]),
                is_approximate=True,
                zones=list(zones),
            )
            applied(uow.apply(customer, "record"))
            applied(uow.apply(address, "add"))
            told = {
                "reference": f"C{number:05d}",
                "creditor": "示例银行",
                "packs": ["cn"],
                "team_id": self.team_id,
                "collector_id": None if collector is None else collector.user,
                "skills": [],
                "priority": 50,
                "placed_on": date(2026, 11, 1),
                "recall_on": None,
                "due_on": None,
            }
            case = Case(id=CaseId(uow.new_id()), customer_id=customer.id, **(told | values))
            balance = Balance(
                id=uow.new_id(),
                case_id=case.id,
                as_of=uow.now,
                currency="CNY",
                principal_minor=1_000_000,
                interest_minor=150_000,
                fees_minor=50_000,
            )
            applied(uow.apply(case, "open", rows=[Change(balance)]))
        return case

    def absence(self, collector: Actor, *, hours: int = 8) -> Absence:
        """An absence of `hours` from now."""
        with self.work(self.dispatcher) as uow:
            absence = Absence(
                id=AbsenceId(uow.new_id()),
                collector_id=collector.user,
                starts_at=uow.now,
                ends_at=uow.now + timedelta(hours=hours),
                reason="a doctor's appointment",
            )
            applied(uow.apply(absence, "record"))
        return absence

    def shift(self, collector: Actor, *, starts_at: datetime | None = None, hours: int = 8) -> Shift:
        """A shift of `hours` from `starts_at` (now by default), beginning and ending in the town's middle."""
        with self.work(self.dispatcher) as uow:
            start = starts_at or uow.now
            shift = Shift(
                id=ShiftId(uow.new_id()),
                collector_id=collector.user,
                starts_at=start,
                ends_at=start + timedelta(hours=hours),
                start_lat=SHANGHAI[0],
                start_lon=SHANGHAI[1],
                end_lat=SHANGHAI[0],
                end_lon=SHANGHAI[1],
                break_from=None,
                break_to=None,
                break_minutes=0,
            )
            applied(uow.apply(shift, "plan"))
        return shift
