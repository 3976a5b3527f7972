"""What an organisation must have before its first day: its founding, an administrator, people, a team."""

import csv
import io
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from api.walkthrough.client import Person, WalkthroughError, choose_password
from api.walkthrough.server import OwnServer
from field_visits.cases.placement import zones_at
from field_visits.identity.service import create_user, found_organisation
from field_visits.kernel.actor import Role, system_actor
from field_visits.kernel.ids import OrganisationId, new_id
from field_visits.kernel.points import Point
from field_visits.unit_of_work import Refused

SLUG: Final = "walkthrough"
_COMMAND: Final = "walkthrough"


@dataclass(frozen=True, slots=True)
class Land:
    """Where the cases of a file lie: read from the file itself."""

    country: str
    timezone: str
    currency: str
    packs: tuple[str, ...]
    centre: Point

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        """That time of day there."""
        return datetime.combine(day, time(hour, minute), tzinfo=self.zone)


def land_of(file: bytes) -> Land:
    """The land of the first row; the centre is the middle of all positions.

    Raises:
        WalkthroughError: the file has no row.
    """
    rows = list(csv.DictReader(io.StringIO(file.decode())))
    if not rows:
        raise WalkthroughError("The file has no row: give it at least one address.")
    first = rows[0]
    lats, lons = [float(row["lat"]) for row in rows], [float(row["lon"]) for row in rows]
    zones = zones_at(Point(float(first["lat"]), float(first["lon"])))
    centre = Point(round(sorted(lats)[len(lats) // 2], 4), round(sorted(lons)[len(lons) // 2], 4))
    return Land(first["country"], zones[0], first["currency"], tuple(first["packs"].split(";")), centre)


@dataclass(frozen=True, slots=True)
class Cast:
    """The people of the story, signed in."""

    dispatcher: Person
    legal: Person
    collectors: tuple[Person, ...]


def found(server: OwnServer, land: Land, *, collectors: int, team: str) -> Cast:
    """The organisation exists with these people and a team; each is signed in over HTTP."""
    password = secrets.token_urlsafe(18)
    organisation = OrganisationId(new_id(server.clock.now()))
    with server.house.work(system_actor(organisation, _COMMAND)) as uow:
        founded = found_organisation(
            uow,
            slug=SLUG,
            name="Doorstep Walkthrough",
            country=land.country,
            timezone=land.timezone,
            currency=land.currency,
            packs=land.packs,
        )
        admin = create_user(
            uow,
            username="admin",
            name="Ada Admin",
            badge=None,
            roles=[Role.ADMIN],
            password_hash=server.house.passwords.hash(password),
        )
    for outcome in (founded, admin):
        if isinstance(outcome, Refused):
            raise WalkthroughError(outcome.detail)
    boss = Person(server.url, SLUG, "admin", password)
    names = ["dispatcher", "legal", *(f"collector-{number}" for number in range(1, collectors + 1))]
    people = {name: _hire(boss, server.url, name) for name in names}
    crew = tuple(person for name, person in people.items() if name.startswith("collector"))
    boss.post("/v1/teams", {"name": team, "members": [person.id for person in crew]})
    return Cast(people["dispatcher"], people["legal"], crew)


def plan_shifts(cast: Cast, land: Land, day: date, hours: Mapping[str, Sequence[int]]) -> None:
    """Every collector works `hours["shift"]` with half an hour of rest within `hours["rest"]`."""
    (begin, end), (rest_from, rest_to) = hours["shift"], hours["rest"]
    for person in cast.collectors:
        cast.dispatcher.post(
            "/v1/shifts",
            {
                "collector_id": person.id,
                "starts_at": land.at(day, begin).isoformat(),
                "ends_at": land.at(day, end).isoformat(),
                "start": {"lat": land.centre.lat, "lon": land.centre.lon},
                "rest": {
                    "window_from": land.at(day, rest_from).isoformat(),
                    "window_to": land.at(day, rest_to).isoformat(),
                    "minutes": 30,
                },
            },
        )


def _hire(boss: Person, url: str, name: str) -> Person:
    password = secrets.token_urlsafe(18)
    role = name.partition("-")[0]
    boss.post(
        "/v1/users",
        {
            "username": name,
            "name": name.replace("-", " ").title(),
            "badge": f"W-{name}",
            "roles": [role],
            "password": password,
        },
    )
    own = secrets.token_urlsafe(18)
    choose_password(url, {"organisation": SLUG, "username": name, "password": password}, own)
    return Person(url, SLUG, name, own)
