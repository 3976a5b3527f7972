"""Who acts: a person signed in, a named sweep of the system, a customer by link, a service by key."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from field_visits.kernel.ids import (
    CustomerLinkId,
    DeviceId,
    OrganisationId,
    ServiceAccountId,
    SessionId,
    TeamId,
    UserId,
)


class ActorKind(StrEnum):
    USER = "user"
    SYSTEM = "system"
    CUSTOMER = "customer"
    SERVICE = "service"


class Role(StrEnum):
    COLLECTOR = "collector"
    DISPATCHER = "dispatcher"
    LEGAL = "legal"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Actor:
    """The one in whose name a unit of work is done.

    `name` is the sweep's name for the system, the account's for a service, and empty for people: entries
    hold their ids, never their names. `scopes` are the permissions that a service's account was granted, or
    that a customer's link is for; `link` is that link. `device` is the enrolled phone that speaks; `is_sealed`
    says that it speaks by its own token, while its person is signed out: it may then hand in what it holds, and
    no more.
    """

    kind: ActorKind
    organisation: OrganisationId
    user: UserId | None = None
    roles: frozenset[Role] = field(default=frozenset())
    teams: frozenset[TeamId] = field(default=frozenset())
    session: SessionId | None = None
    service: ServiceAccountId | None = None
    scopes: frozenset[str] = field(default=frozenset())
    link: CustomerLinkId | None = None
    device: DeviceId | None = None
    is_sealed: bool = False
    name: str = ""

    def as_json(self) -> dict[str, str | None]:
        identity: UUID | None = self.user or self.service or self.link
        return {
            "kind": self.kind.value,
            "id": None if identity is None else str(identity),
            "name": self.name or None,
            "session": None if self.session is None else str(self.session),
        }


def system_actor(organisation: OrganisationId, name: str) -> Actor:
    """A named sweep or command acting for the organisation itself."""
    return Actor(ActorKind.SYSTEM, organisation, name=name)
