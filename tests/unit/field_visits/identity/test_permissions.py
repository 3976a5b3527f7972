from uuid import UUID, uuid4

import pytest

from field_visits.identity.permissions import PERMISSIONS, Scope, reach, require, scope_of, within
from field_visits.kernel.actor import Actor, ActorKind, Role, system_actor
from field_visits.kernel.errors import ForbiddenError, NotFoundError
from field_visits.kernel.ids import OrganisationId, TeamId, UserId

ORG = OrganisationId(uuid4())
ME, SOMEBODY = UserId(uuid4()), UserId(uuid4())
MY_TEAM, ANOTHER = TeamId(uuid4()), TeamId(uuid4())


def actor(*roles: Role, kind: ActorKind = ActorKind.USER) -> Actor:
    return Actor(kind, ORG, user=ME, roles=frozenset(roles), teams=frozenset({MY_TEAM}))


@pytest.mark.parametrize(
    ("roles", "permission", "scope"),
    [
        ((Role.COLLECTOR,), "case:read", Scope.OWN),
        ((Role.SUPERVISOR,), "case:read", Scope.TEAM),
        ((Role.COLLECTOR, Role.SUPERVISOR), "case:read", Scope.TEAM),
        ((Role.COLLECTOR, Role.LEGAL), "case:read", Scope.ORGANISATION),
        ((Role.ADMIN,), "case:read", None),
        ((), "case:read", None),
        ((Role.LEGAL,), "appointment:book", None),
    ],
)
def test_several_roles_reach_as_far_as_the_widest(
    roles: tuple[Role, ...], permission: str, scope: Scope | None
) -> None:
    assert scope_of(actor(*roles), permission) == scope


def test_a_sweep_may_everything_and_a_customer_nothing_yet() -> None:
    assert scope_of(system_actor(ORG, "sweep"), "agreement:seal") is Scope.ORGANISATION
    assert scope_of(actor(Role.ADMIN, kind=ActorKind.CUSTOMER), "user:create") is None


def test_an_administrator_sees_no_case() -> None:
    rooms = ("case", "customer", "visit", "agreement", "appointment", "attachment", "timeline", "export")
    seen = [
        name
        for name, granted in PERMISSIONS.items()
        if name.partition(":")[0] in rooms and Role.ADMIN in granted
    ]

    assert seen == []


def test_legal_books_no_visit_and_a_collector_lifts_no_hold() -> None:
    assert not {Role.LEGAL} & set(PERMISSIONS["appointment:book"])
    # Each kind of hold names which of the two lifts it (cases.hold_kinds).
    assert set(PERMISSIONS["contact_hold:lift"]) == {Role.LEGAL, Role.SUPERVISOR}


def test_what_is_required_and_missing_is_forbidden() -> None:
    with pytest.raises(ForbiddenError, match="user:create"):
        require(actor(Role.COLLECTOR), "user:create")


@pytest.mark.parametrize(
    ("scope", "people", "teams", "is_within"),
    [
        (Scope.OWN, [ME], [], True),
        (Scope.OWN, [SOMEBODY], [MY_TEAM], False),
        (Scope.OWN, [None], [None], False),
        (Scope.TEAM, [SOMEBODY], [MY_TEAM], True),
        (Scope.TEAM, [ME], [ANOTHER], True),
        (Scope.TEAM, [SOMEBODY], [ANOTHER, None], False),
        (Scope.ORGANISATION, [], [], True),
    ],
)
def test_a_thing_is_in_reach_by_its_people_or_teams(
    scope: Scope, people: list[UUID | None], teams: list[UUID | None], is_within: bool
) -> None:
    assert within(actor(Role.COLLECTOR), scope, people=people, teams=teams) is is_within


def test_a_thing_out_of_reach_does_not_exist() -> None:
    with pytest.raises(NotFoundError):
        reach(actor(Role.COLLECTOR), Scope.OWN, people=[SOMEBODY])


def test_nobody_without_an_id_owns_what_is_nobodys() -> None:
    nobody = Actor(ActorKind.USER, ORG, roles=frozenset({Role.COLLECTOR}))

    assert not within(nobody, Scope.OWN, people=[None])
