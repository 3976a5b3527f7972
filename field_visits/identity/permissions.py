"""Who may do what: one table, permission × role → how far it reaches.

A permission is `subject:verb`: every verb of every lifecycle, and every read. A verb that no role may ask
for belongs to the system (a sweep, or another verb in the same transaction). An administrator looks after
people and settings and sees no case. Whoever may look does not thereby find: reads also filter by reach.

A service account may do what its scopes name, each of them a permission of `GRANTABLE`: what some role has in
the whole organisation, without what makes or unmakes access and without what a person has to answer for.
"""

from collections.abc import Collection, Mapping
from enum import IntEnum
from types import MappingProxyType
from uuid import UUID

from field_visits.kernel.actor import Actor, ActorKind, Role
from field_visits.kernel.errors import ForbiddenError, NotFoundError


class Scope(IntEnum):
    """How far a permission reaches; the wider includes the narrower."""

    OWN = 1  # what is assigned to the person
    TEAM = 2  # what is assigned to a team of the person, or to its members
    ORGANISATION = 3


_COLUMNS = (Role.COLLECTOR, Role.SUPERVISOR, Role.DISPATCHER, Role.LEGAL, Role.ADMIN)
_own, _team, _org, _no = Scope.OWN, Scope.TEAM, Scope.ORGANISATION, None
_system = (_no,) * len(_COLUMNS)

# fmt: off
_TABLE: Mapping[str, tuple[Scope | None, ...]] = {
    # permission                collector supervisor dispatcher legal admin
    "organisation:found":       _system,  # by `doorstep` commands
    "organisation:open_epoch":  _system,  # by `doorstep evidence open-epoch`
    "organisation:read":        (_org,  _org,  _org, _org, _org),
    "organisation:configure":   (_no,   _no,   _no,  _no,  _org),
    "organisation:set_rule":    (_no,   _no,   _no,  _org, _no),

    "session:read":             (_own,  _own,  _own, _own, _org),
    "session:close":            (_own,  _own,  _own, _own, _org),
    "user:read":                (_own,  _team, _org, _org, _org),
    "user:create":              (_no,   _no,   _no,  _no,  _org),
    "user:change":              (_no,   _no,   _no,  _no,  _org),
    "user:set_password":        (_own,  _own,  _own, _own, _own),
    "user:reset_password":      (_no,   _no,   _no,  _no,  _org),
    "user:choose_language":     (_own,  _own,  _own, _own, _own),
    "user:enrol_factor":        (_own,  _own,  _own, _own, _own),
    "user:remove_factor":       (_own,  _own,  _own, _own, _org),  # an administrator's, for a lost phone
    "user:disable":             (_no,   _no,   _no,  _no,  _org),
    "portrait:read":            (_own,  _no,   _no,  _no,  _org),
    "portrait:take":            (_no,   _no,   _no,  _no,  _org),
    "portrait:withdraw":        (_no,   _no,   _no,  _no,  _org),
    "portrait:erase":           _system,
    "second_factor:read":       (_own,  _own,  _own, _own, _org),
    "recovery_code:issue":      (_own,  _own,  _own, _own, _own),
    "device:read":              (_own,  _team, _org, _org, _org),
    "device:enrol":             (_no,   _team, _org, _no,  _org),  # to hand out the code that opens once
    "device:reset_pin":         (_no,   _team, _org, _no,  _org),
    "device:revoke":            (_own,  _team, _org, _no,  _org),
    "device:wipe":              _system,  # told by the revoked phone, by its own token
    "service_account:read":     (_no,   _no,   _no,  _no,  _org),
    "service_account:create":   (_no,   _no,   _no,  _no,  _org),
    "service_account:change":   (_no,   _no,   _no,  _no,  _org),
    "service_account:disable":  (_no,   _no,   _no,  _no,  _org),
    "service_key:issue":        (_no,   _no,   _no,  _no,  _org),
    "service_key:retire":       (_no,   _no,   _no,  _no,  _org),
    "service_key:revoke":       (_no,   _no,   _no,  _no,  _org),

    "team:read":                (_own,  _team, _org, _org, _org),
    "team:create":              (_no,   _no,   _no,  _no,  _org),
    "team:set_members":         (_no,   _no,   _no,  _no,  _org),
    "shift:read":               (_own,  _team, _org, _no,  _org),
    "shift:plan":               (_no,   _team, _org, _no,  _org),
    "shift:withdraw":           (_no,   _team, _org, _no,  _org),
    "shift:restore":            _system,  # by `import:undo`
    "absence:read":             (_own,  _team, _org, _no,  _org),
    "absence:record":           (_own,  _team, _org, _no,  _org),
    "absence:withdraw":         (_own,  _team, _org, _no,  _org),
    "skill:read":               (_own,  _team, _org, _no,  _org),
    "skill:grant":              (_no,   _team, _no,  _no,  _org),
    "crew:read":                (_own,  _team, _org, _org, _no),
    "crew:form":                (_no,   _team, _org, _no,  _no),

    "import:read":              (_no,   _no,   _org, _org, _no),
    "import:apply":             (_no,   _no,   _org, _no,  _no),
    "import:undo":              (_no,   _no,   _org, _no,  _no),
    "customer:read":            (_own,  _team, _org, _org, _no),
    "customer:record":          (_no,   _no,   _org, _no,  _no),
    "customer:update":          (_no,   _no,   _org, _no,  _no),
    "customer:withdraw":        _system,  # by `import:undo`
    "customer:restore":         _system,  # as above
    "customer:reveal":          (_own,  _team, _org, _org, _no),
    "address:add":              (_no,   _no,   _org, _no,  _no),
    "address:pin":              (_own,  _team, _org, _no,  _no),
    "address:invalidate":       (_own,  _team, _org, _no,  _no),
    "address:withdraw":         _system,  # by `import:undo`
    "address:restore":          _system,  # as above
    "case:read":                (_own,  _team, _org, _org, _no),
    "case:search":              (_no,   _team, _org, _org, _no),
    "case:open":                (_no,   _no,   _org, _no,  _no),
    "case:update":              (_no,   _no,   _org, _no,  _no),
    "case:assign":              (_no,   _team, _org, _no,  _no),
    "case:approach":            (_own,  _team, _org, _org, _no),  # ask before somebody is contacted
    "case:approve_expired":     (_no,   _no,   _no,  _org, _no),  # legal alone: CN-LIM-6
    "case:close":               (_no,   _no,   _org, _org, _no),
    "case:recall":              (_no,   _no,   _org, _org, _no),
    "case:withdraw":            _system,  # by `import:undo`
    "case:restore":             _system,  # as above
    "contact:record":           (_own,  _team, _org, _org, _no),
    "contact:withdraw":         _system,  # by `import:undo`
    "consent:record":           (_own,  _team, _org, _org, _no),
    "consent:withdraw":         (_own,  _team, _org, _org, _no),  # whoever learns of it may take it down
    "consent:retract":          _system,  # by `import:undo`
    "legal_event:record":       (_no,   _team, _org, _org, _no),
    "legal_event:withdraw":     (_no,   _no,   _no,  _org, _no),
    "contact_hold:place":       (_own,  _team, _org, _org, _no),  # whoever learns of it may stop contact
    "contact_hold:extend":      (_no,   _team, _org, _org, _no),
    "contact_hold:lift":        (_no,   _team, _no,  _org, _no),  # and each kind names its role
    "contact_hold:expire":      _system,
    "retention_hold:place":     (_no,   _no,   _no,  _org, _no),
    "retention_hold:lift":      (_no,   _no,   _no,  _org, _no),
    "payment:report":           (_own,  _team, _org, _org, _no),
    "payment:verify":           (_no,   _no,   _org, _org, _no),
    "payment:reject":           (_no,   _no,   _org, _org, _no),
    "payment:withdraw":         _system,  # by `import:undo`
    "payment:restore":          _system,  # as above
    "promise:record":           (_own,  _team, _org, _no,  _no),
    "promise:keep":             _system,  # watched against payments
    "promise:break":            _system,
    "promise:release":          (_no,   _team, _org, _org, _no),

    "notice:read":              (_own,  _team, _org, _org, _no),
    "notice:prepare":           (_no,   _team, _org, _org, _no),
    "notice:serve":             (_own,  _no,   _no,  _no,  _no),
    "notice:refuse":            (_own,  _no,   _no,  _no,  _no),
    "notice:return":            (_own,  _team, _org, _org, _no),
    "complaint:read":           (_no,   _team, _org, _org, _no),
    "complaint:receive":        (_own,  _team, _org, _org, _no),
    "complaint:acknowledge":    (_no,   _team, _org, _org, _no),
    "complaint:prolong":        (_no,   _team, _no,  _org, _no),  # beyond the complex term: legal
    "complaint:answer":         (_no,   _team, _no,  _org, _no),
    "complaint:close":          (_no,   _team, _no,  _org, _no),
    "conduct:read":             (_no,   _team, _no,  _org, _no),

    "message:read":             (_no,   _team, _org, _org, _no),
    "message:queue":            _system,  # by the verb that tells somebody something
    "message:send":             _system,
    "message:deliver":          _system,
    "message:fail":             _system,
    "message:retry":            (_no,   _team, _org, _no,  _no),
    "alert:read":               (_no,   _team, _org, _org, _no),
    "alert:open":               _system,
    "alert:acknowledge":        (_no,   _team, _org, _org, _no),
    "alert:close":              (_no,   _team, _org, _org, _no),

    "attachment:read":          (_own,  _team, _org, _org, _no),
    "attachment:open":          (_own,  _team, _no,  _org, _no),  # the original bytes
    "attachment:expect":        (_own,  _no,   _no,  _no,  _no),
    "attachment:receive":       _system,  # by a ticket, which names its own purpose
    "attachment:verify":        _system,
    "attachment:mismatch":      _system,
    "attachment:lose":          _system,

    "appointment:read":         (_own,  _team, _org, _org, _no),
    "appointment:book":         (_no,   _team, _org, _no,  _no),
    "appointment:notice":       (_no,   _team, _org, _no,  _no),
    "appointment:confirm":      (_no,   _team, _org, _no,  _no),
    "appointment:plan":         (_no,   _team, _org, _no,  _no),
    "appointment:unplan":       (_no,   _team, _org, _no,  _no),
    "appointment:assign":       (_no,   _team, _org, _no,  _no),
    "appointment:reschedule":   (_no,   _team, _org, _no,  _no),
    "appointment:suspend":      (_no,   _team, _org, _org, _no),
    "appointment:resume":       (_no,   _team, _org, _no,  _no),
    "appointment:cancel":       (_no,   _team, _org, _org, _no),
    "appointment:keep":         _system,  # by the visit
    "appointment:miss":         _system,
    "appointment:expire":       _system,

    "appointment:counter":      _system,  # by the customer's link
    "appointment:remind":       _system,
    "appointment:tell_crew":    _system,
    "appointment:show_code":    (_own,  _no,   _no,  _no,  _no),  # what proves a collector at the door

    # What a customer's link is for: `LINK_MAY`.
    "page:read":                _system,
    "page:confirm":             _system,
    "page:move":                _system,
    "page:say":                 _system,
    "page:check_person":        _system,
    "page:withdraw_consent":    _system,
    "page:send_code":           _system,
    "page:prove":               _system,
    "page:read_copies":         _system,

    "visit:read":               (_own,  _team, _org, _org, _no),
    "visit:depart":             (_own,  _no,   _no,  _no,  _no),
    "visit:begin_untold":       _system,  # by the first thing that a phone tells of it
    "visit:arrive":             (_own,  _no,   _no,  _no,  _no),
    "visit:photograph":         (_own,  _no,   _no,  _no,  _no),
    "visit:meet":               (_own,  _no,   _no,  _no,  _no),
    "visit:note":               (_own,  _no,   _no,  _no,  _no),
    "visit:finish":             (_own,  _no,   _no,  _no,  _no),
    "visit:abort":              (_own,  _team, _org, _no,  _no),

    "agreement:read":           (_own,  _team, _org, _org, _no),
    "agreement:draft":          (_own,  _team, _org, _org, _no),
    "agreement:submit":         (_own,  _team, _org, _org, _no),
    "agreement:offer":          (_own,  _team, _org, _org, _no),  # within approved authority
    "agreement:sign":           (_own,  _no,   _no,  _no,  _no),  # the customer signs; the collector witnesses
    "agreement:sign_in_breach": _system,  # what `sign` becomes against a hold
    "agreement:accept":         (_no,   _team, _no,  _org, _no),  # a signature that a rule forbade
    "agreement:seal":           _system,
    "agreement:start":          _system,
    "agreement:meet":           _system,  # watched against payments
    "agreement:complete":       _system,
    "agreement:break":          _system,
    "agreement:resume":         (_no,   _team, _org, _org, _no),
    "agreement:decline":        (_own,  _team, _org, _org, _no),
    "agreement:withdraw":       (_no,   _team, _org, _org, _no),
    "agreement:supersede":      (_no,   _team, _org, _org, _no),
    "seal_certificate:issue":   _system,
    "seal_certificate:retire":  _system,

    "plan:read":                (_own,  _team, _org, _org, _no),
    "plan:draft":               (_no,   _no,   _org, _no,  _no),  # a day is planned for all teams at once
    "plan:publish":             (_no,   _no,   _org, _no,  _no),
    "plan:supersede":           _system,  # by the next publication

    "command:receive":          (_own,  _no,   _no,  _no,  _no),  # what a phone hands in
    "command:upload":           (_own,  _no,   _no,  _no,  _no),  # tickets for the files it announced
    "command:read":             (_own,  _team, _org, _org, _no),
    "change:read":              (_own,  _no,   _no,  _no,  _no),  # what a phone must learn

    "timeline:read":            (_no,   _team, _org, _org, _no),
    "refusal:read":             (_no,   _team, _org, _org, _no),
    "log:read":                 (_own,  _own,  _org, _org, _org),  # receipts, proofs, checkpoints: hashes only
    "export:read":              (_no,   _no,   _no,  _org, _no),
    "export:fetch":             (_no,   _no,   _no,  _org, _no),
    "export:request":           (_no,   _no,   _no,  _org, _no),
    "export:build":             _system,
    "export:fail":              _system,
}
# fmt: on

_NOT_FOR = {
    ActorKind.SERVICE: "The scopes of this key do not name",
    ActorKind.CUSTOMER: "This link is not for",
}

PERMISSIONS: Mapping[str, Mapping[Role, Scope]] = MappingProxyType(
    {
        permission: MappingProxyType(
            {role: scope for role, scope in zip(_COLUMNS, row, strict=True) if scope is not None}
        )
        for permission, row in _TABLE.items()
    }
)

# What makes or unmakes access, or whom a customer opens to: a key that could do it could make itself worth more.
_ACCESS = frozenset(
    {"session", "device", "portrait", "second_factor", "recovery_code", "service_account", "service_key"}
)
# What a person has to answer for by name.
_IN_PERSON = frozenset(
    {
        "organisation:set_rule",
        "case:approve_expired",
        "contact_hold:lift",
        "retention_hold:place",
        "retention_hold:lift",
        "agreement:accept",
        "export:request",
    }
)


# What the holder of a customer's link may do, by the purpose of the link.
_VISITED = frozenset(
    {
        "page:read",
        "page:confirm",
        "page:move",
        "page:say",
        "page:check_person",
        "page:withdraw_consent",
        "page:send_code",
        "page:prove",
    }
)
LINK_MAY: Mapping[str, frozenset[str]] = MappingProxyType(
    {"visit": _VISITED, "proved": frozenset({"page:read", "page:read_copies"})}
)


# What a phone may do by its own token, while its person is signed out: hand in what it holds.
SEALED_MAY = frozenset({"command:receive", "command:upload"})


def _is_grantable(permission: str, granted: Mapping[Role, Scope]) -> bool:
    subject, _, verb = permission.partition(":")
    return (
        Scope.ORGANISATION in granted.values()
        and subject not in _ACCESS
        and permission not in _IN_PERSON
        and (subject not in {"user", "organisation"} or verb == "read")
    )


# What may be a scope of a service account.
GRANTABLE = frozenset(
    permission for permission, granted in PERMISSIONS.items() if _is_grantable(permission, granted)
)


def scope_of(actor: Actor, permission: str) -> Scope | None:
    """How far `actor` may exercise `permission`: the widest reach of the actor's roles, or None.

    A service account's scopes reach as far as its organisation, a customer's link to what it names. A named sweep of the system may do everything within its organisation.
    """
    granted = PERMISSIONS[permission]
    if actor.is_sealed and permission not in SEALED_MAY:
        return None
    if actor.kind is ActorKind.SYSTEM:
        return Scope.ORGANISATION
    if actor.kind is ActorKind.SERVICE:
        return Scope.ORGANISATION if permission in actor.scopes & GRANTABLE else None
    if actor.kind is ActorKind.CUSTOMER:
        return Scope.OWN if permission in actor.scopes else None
    return max((granted[role] for role in actor.roles if role in granted), default=None)


def require(actor: Actor, permission: str) -> Scope:
    """How far `actor` may exercise `permission`.

    Raises:
        ForbiddenError: not at all.
    """
    scope = scope_of(actor, permission)
    if scope is None:
        holder = _NOT_FOR.get(actor.kind, "None of your roles may")
        if actor.is_sealed:
            holder = "A phone without its person signed in may not"
        raise ForbiddenError(f"{holder} «{permission}». Ask your administrator if you should.")
    return scope


def within(
    actor: Actor, scope: Scope, *, people: Collection[UUID | None] = (), teams: Collection[UUID | None] = ()
) -> bool:
    """Whether a thing lies within `scope` of `actor`.

    Args:
        actor: Who asks.
        scope: How far the permission reaches.
        people: Those to whom the thing is assigned.
        teams: The teams to which the thing, or its people, belong.
    """
    if scope is Scope.ORGANISATION or (actor.user is not None and actor.user in people):
        return True
    return scope is Scope.TEAM and not actor.teams.isdisjoint(team for team in teams if team is not None)


def reach(
    actor: Actor, scope: Scope, *, people: Collection[UUID | None] = (), teams: Collection[UUID | None] = ()
) -> None:
    """The thing lies within `scope` of `actor`; see `within`.

    Raises:
        NotFoundError: it does not; to the actor it does not exist.
    """
    if not within(actor, scope, people=people, teams=teams):
        raise NotFoundError("It does not exist, or it is not in your scope.")
