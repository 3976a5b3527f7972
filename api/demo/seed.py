"""Found the demo organisation in an empty database: people, teams, customers and a little history.

All of it in one transaction and through the ordinary verbs: a start that is killed half-way leaves nothing.
The people and their debts are invented from a seed and always the same.
"""

import csv
import io
import random
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from api.demo.people import NAME, PEOPLE, PUBLIC_PHONE, PUDONG_TEAM, PUXI_TEAM, SLUG, TIMEZONE, collectors
from api.demo.portraits import drawn
from api.demo.roads import CITY, PUDONG, PUXI, Road, doors
from api.house import House
from field_visits.cases.generated import NEEDED, prepare
from field_visits.cases.importing import import_file
from field_visits.cases.importing.staging import incoming_from
from field_visits.cases.judging import Rules
from field_visits.cases.queries import CaseLine, list_lines
from field_visits.cases.service.contacts import record_contact
from field_visits.cases.service.holds import place_hold
from field_visits.cases.service.payments import report_payment, verify_payment
from field_visits.cases.service.promises import record_promise
from field_visits.identity.portraits import take_portrait
from field_visits.identity.queries import find_organisation, get_user
from field_visits.identity.rule_settings import set_rule
from field_visits.identity.service import create_user, found_organisation
from field_visits.kernel.actor import Role, system_actor
from field_visits.kernel.ids import OrganisationId, UserId, new_id
from field_visits.kernel.money import Money
from field_visits.unit_of_work import Refused, UnitOfWork
from field_visits.workforce.service import create_team, grant_skill
from media.store import ObjectStore

CUSTOMERS: Final = 120
_PUDONG_CUSTOMERS: Final = 50
_SEED: Final = 2026
NOTICE_RULE: Final = "CN-NOTICE-1"
# A house default of 24 h and no floor: with 1 h the demo has visits on the day it is started (design §12).
NOTICE_LEAD_H: Final = 1
_PACK: Final = "cn"
_CURRENCY: Final = "CNY"
COMMAND: Final = "demo"


class DemoError(RuntimeError):
    """The demo's own story does not stand: a verb that it needs was refused."""


def find(house: House) -> OrganisationId | None:
    """The demo organisation, if there is one."""
    with house.database.transaction(None) as session:
        return find_organisation(session, SLUG)


def seed(house: House, passwords: Mapping[str, str]) -> OrganisationId:
    """The demo organisation exists, with `passwords` (by user name) for its people.

    Raises:
        DemoError: a verb was refused.
    """
    hashes = {person.username: house.passwords.hash(passwords[person.username]) for person in PEOPLE}
    organisation = OrganisationId(new_id(house.clock.now()))
    with house.work(system_actor(organisation, COMMAND)) as uow:
        _found(uow, Rules(house.packs))
        people = _people(uow, hashes)
        _portraits(uow, house.objects, people)
        today = uow.now.astimezone(ZoneInfo(TIMEZONE)).date()
        _teams(uow, people, today)
        with tempfile.NamedTemporaryFile(suffix=".csv") as file:
            file.write(customer_file(today))
            file.flush()
            outcome = import_file(uow, incoming_from(Path(file.name), filename="demo.csv"))
        if outcome.import_id is None:
            raise DemoError(f"The demo's own file was refused: {outcome.errors[:3]}")
        _history(uow, list_lines(uow, limit=CUSTOMERS))
    return organisation


def customer_file(today: date) -> bytes:
    """The creditor's file: 120 invented people at invented doors of public roads, with what they owe."""
    puxi = doors(PUXI, CUSTOMERS - _PUDONG_CUSTOMERS)
    pudong = doors(PUDONG, _PUDONG_CUSTOMERS)
    placed = [(PUXI_TEAM, *door) for door in puxi] + [(PUDONG_TEAM, *door) for door in pudong]
    chance = random.Random(_SEED)  # noqa: S311 - a story, no secret
    chance.shuffle(placed)
    told = prepare(_addresses([(road, number) for _, road, number in placed]), seed=_SEED)
    rows = list(csv.DictReader(io.StringIO(told.decode())))
    for number, (row, (team, _, _)) in enumerate(zip(rows, placed, strict=True)):
        members = collectors(team)
        row |= {
            "approximate": "true",
            "team": team,
            "collector": members[number % len(members)],
            "placed_on": (today - timedelta(days=chance.randint(20, 90))).isoformat(),
            "skills": "mediation" if chance.random() < 0.1 else "",  # noqa: PLR2004 - one in ten
        }
        if number % 3 == 0:
            # Reached by e-mail alone: such a notice is lawful at night too (CN-HOUR-2 speaks of calls and texts).
            row |= {"email": f"{row['reference'].lower()}@example.com", "phone": ""}
        rows[number] = row
    written = io.StringIO(newline="")
    writer = csv.DictWriter(written, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue().encode()


def _addresses(placed: Sequence[tuple[Road, str]]) -> bytes:
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(NEEDED)
    for number, (road, house_number) in enumerate(placed, 1):
        city = f"{CITY}{road.district}"
        writer.writerow(
            [f"SH-{number:04d}", road.name, house_number, road.postcode, city, road.lat, road.lon]
        )
    return written.getvalue().encode()


def _found(uow: UnitOfWork, rules: Rules) -> None:
    founded = found_organisation(
        uow,
        slug=SLUG,
        name=NAME,
        country="CN",
        timezone=TIMEZONE,
        currency=_CURRENCY,
        packs=[_PACK],
        public_phone=PUBLIC_PHONE,
    )
    if isinstance(founded, Refused):
        raise DemoError(founded.detail)
    figure = {"rule_id": NOTICE_RULE, "figure": NOTICE_LEAD_H}
    rules.book([_PACK], [figure], uow.now.date())  # raises if the figure may not stand
    note = "演示：提前一小时通知，以便当天就有上门；没有文本要求更长。Demo: one hour, so that there are visits on the day of the start; no text asks for more."
    _must(set_rule(uow, founded.organisation, rule_id=NOTICE_RULE, figure=NOTICE_LEAD_H, note=note))


def _people(uow: UnitOfWork, hashes: Mapping[str, str]) -> dict[str, UserId]:
    people = {}
    for person in PEOPLE:
        created = create_user(
            uow,
            username=person.username,
            name=person.name,
            badge=person.badge,
            roles=[person.role],
            password_hash=hashes[person.username],
        )
        if isinstance(created, Refused):
            raise DemoError(created.detail)
        people[person.username] = UserId(created.user.id)
    return people


def _portraits(uow: UnitOfWork, objects: ObjectStore, people: Mapping[str, UserId]) -> None:
    going = [person for person in PEOPLE if person.role is Role.COLLECTOR]
    for number, person in enumerate(going):
        user = get_user(uow.session, people[person.username])
        taken = take_portrait(uow, objects, user, content=drawn(number))
        if isinstance(taken, Refused):
            raise DemoError(taken.detail)


def _teams(uow: UnitOfWork, people: Mapping[str, UserId], today: date) -> None:
    for team in (PUXI_TEAM, PUDONG_TEAM):
        members = [people[person.username] for person in PEOPLE if team in person.teams]
        _must(create_team(uow, name=team, members=members))
    for person in PEOPLE:
        for skill in person.skills:
            granted_on = today - timedelta(days=200)
            _must(grant_skill(uow, people[person.username], name=skill, granted_on=granted_on))


def _history(uow: UnitOfWork, cases: Sequence[CaseLine]) -> None:
    """What a month of work leaves: calls, texts, earlier visits, holds, a payment, a promise."""
    chance = random.Random(_SEED + 1)  # noqa: S311 - a story, no secret
    for number, line in enumerate(cases):
        if number % 2 == 0:
            _contact(uow, line, "call", _ago(uow, chance.randint(2, 18), 10), chance.choice(_CALLS))
        if number % 5 == 0:
            _contact(uow, line, "message", _ago(uow, chance.randint(2, 18), 11), "delivered")
        if number % 9 == 0:
            _contact(uow, line, "visit", _ago(uow, chance.randint(10, 19), 15), chance.choice(_VISITS))
    _must(place_hold(uow, cases[7].case.id, kind="hardship", cause="失业，已提交证明，请求宽限。"))
    _must(place_hold(uow, cases[19].case.id, kind="dispute", cause="客户对利息计算提出异议，待核实。"))
    _must(place_hold(uow, cases[41].case.id, kind="vulnerable", cause="住院治疗中，家属来电告知。"))
    for number in (12, 33, 58):
        paid_at = _ago(uow, 3 + number % 4, 14)
        paid = report_payment(
            uow,
            cases[number].case.id,
            amount=Money(20_000 + number * 100, _CURRENCY),
            paid_at=paid_at,
            method="bank_transfer",
            reference=f"DEMO-BANK-{number:04d}",
        )
        if isinstance(paid, Refused):
            raise DemoError(paid.detail)
        if number != 58:  # noqa: PLR2004 - one is left to be verified
            _must(verify_payment(uow, paid.row.id, source="对公账户流水"))
    promised_at = _ago(uow, 2, 16)
    _must(
        record_promise(
            uow,
            cases[25].case.id,
            amount=Money(50_000, _CURRENCY),
            due_on=promised_at.date() + timedelta(days=12),
            promised_by="self",
            promised_at=promised_at,
        )
    )


_CALLS: Final = (("reached", "self"), ("nobody", "none"), ("nobody", "none"), ("third_party", "related"))
_VISITS: Final = (("reached", "self"), ("nobody", "none"), ("third_party", "related"))


def _contact(
    uow: UnitOfWork, line: CaseLine, channel: str, at: datetime, result: str | tuple[str, str]
) -> None:
    came_of, person = (result, None) if isinstance(result, str) else result
    _must(record_contact(uow, line.case.id, channel=channel, at=at, result=came_of, person_met=person))


def _ago(uow: UnitOfWork, days: int, hour: int) -> datetime:
    """`hour` o'clock in Shanghai, `days` days before today."""
    zone = ZoneInfo(TIMEZONE)
    day = uow.now.astimezone(zone).date() - timedelta(days=days)
    return datetime.combine(day, time(hour, 5), tzinfo=zone)


def _must(outcome: object) -> None:
    if isinstance(outcome, Refused):
        raise DemoError(outcome.detail)
