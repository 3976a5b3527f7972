"""Reads of visits: one with its files, many, and the field as it is now."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Uuid, and_, any_, bindparam, false, or_, select, true, tuple_
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on

from field_visits.attachments.contents import Kind
from field_visits.attachments.models import Attachment
from field_visits.attachments.service import PRESENT
from field_visits.cases.models import Case
from field_visits.identity.models import User
from field_visits.identity.permissions import Scope
from field_visits.kernel.actor import Actor, Role
from field_visits.kernel.errors import NotFoundError
from field_visits.kernel.ids import CaseId, UserId, VisitId
from field_visits.unit_of_work import UnitOfWork
from field_visits.visits.models import Visit
from field_visits.visits.proof import Proof, proof_of
from field_visits.workforce.models import TeamMember

MAX_PAGE = 201
Position = tuple[datetime, VisitId]


@dataclass(frozen=True, slots=True)
class VisitFile:
    """A visit with its files and what they prove together."""

    visit: Visit
    attachments: tuple[Attachment, ...]
    proof: Proof


class Whereabouts(StrEnum):
    """What a collector does now."""

    FREE = "free"
    UNDER_WAY = "under_way"
    AT_DOOR = "at_door"


# A photograph counts from its ticket on; one that is lost or differs proves nothing.
_PROVING = frozenset({"expected", "received", "verified"})
# Asked with every visit that is shown: built once.
_FILES = (
    select(Attachment)
    .where(Attachment.about_id == any_(bindparam("visits", type_=ARRAY(Uuid))))
    .order_by(Attachment.expected_at, Attachment.id)
)
_WHEREABOUTS = {"departed": Whereabouts.UNDER_WAY, "arrived": Whereabouts.AT_DOOR}


@dataclass(frozen=True, slots=True)
class Live:
    """One collector in the field; `visit` is the newest one of the period, `since` when its state began."""

    collector_id: UserId
    name: str | None
    badge: str | None
    doing: Whereabouts
    since: datetime | None
    visit: Visit | None


def visible_to(actor: Actor, scope: Scope) -> ColumnElement[bool]:
    """The condition that a visit lies within `scope`: one's own, one's teams' cases and people's, or any."""
    if scope is Scope.ORGANISATION:
        return true()
    if actor.user is None:
        return false()
    own = or_(Visit.lead_id == actor.user, Visit.partner_id == actor.user)
    if scope is Scope.OWN:
        return own
    teams = list(actor.teams)
    mates = select(TeamMember.user_id).where(TeamMember.team_id.in_(teams), TeamMember.left_at.is_(None))
    of_team = select(Case.id).where(Case.id == Visit.case_id, Case.team_id.in_(teams)).exists()
    return or_(own, of_team, Visit.lead_id.in_(mates))


def is_at_the_door(uow: UnitOfWork, case_id: CaseId) -> bool:
    """Whether the actor stands at a door of this case: arrived there, alone or as a partner, and not finished."""
    under_way = select(Visit.id).where(
        Visit.case_id == case_id, Visit.state == "arrived", visible_to(uow.actor, Scope.OWN)
    )
    return bool(uow.session.scalar(select(under_way.exists())))


def get_visit(uow: UnitOfWork, visit_id: VisitId, *, scope: Scope = Scope.ORGANISATION) -> VisitFile:
    """The visit with its files, if it lies within `scope` of the actor.

    Raises:
        NotFoundError: It does not exist, or is out of scope.
    """
    found = uow.session.scalars(
        select(Visit).where(Visit.id == visit_id, visible_to(uow.actor, scope))
    ).one_or_none()
    if found is None:
        raise NotFoundError("There is no such visit.")
    return files_of(uow, [found])[0]


def proving_photos(file: VisitFile) -> list[str]:
    """The hashes of the visit's files that can prove something."""
    return [one.sha256 for one in file.attachments if one.state in _PROVING and one.kind != Kind.PREVIEW]


def list_visits(
    uow: UnitOfWork,
    *,
    scope: Scope = Scope.ORGANISATION,
    since: datetime | None = None,
    until: datetime | None = None,
    case_id: CaseId | None = None,
    collector_id: UserId | None = None,
    states: Collection[str] = (),
    after: Position | None = None,
    limit: int = 50,
) -> list[VisitFile]:
    """Visits in order of departure, then of id.

    Args:
        uow: The unit of work.
        scope: How far the actor may see.
        since: Departed at or after it.
        until: Departed before it.
        case_id: Those of one case.
        collector_id: Those this collector led or joined.
        states: Any of these states; all where empty.
        after: The position (departure, id) of the last row had.
        limit: At most so many, up to 201.
    """
    query = (
        select(Visit)
        .where(visible_to(uow.actor, scope))
        .order_by(Visit.departed_at, Visit.id)
        .limit(min(limit, MAX_PAGE))
    )
    if since is not None:
        query = query.where(Visit.departed_at >= since)
    if until is not None:
        query = query.where(Visit.departed_at < until)
    if case_id is not None:
        query = query.where(Visit.case_id == case_id)
    if collector_id is not None:
        query = query.where(or_(Visit.lead_id == collector_id, Visit.partner_id == collector_id))
    if states:
        query = query.where(Visit.state.in_(list(states)))
    if after is not None:
        query = query.where(tuple_(Visit.departed_at, Visit.id) > after)
    return files_of(uow, uow.session.scalars(query))


def field_live(uow: UnitOfWork, since: datetime, *, scope: Scope = Scope.ORGANISATION) -> list[Live]:
    """What every active collector within `scope` does now, judged by visits that departed at or after `since`.

    A visit's partner is where its lead is. In order of name, then id.
    """
    people = uow.session.scalars(
        select(User)
        .where(User.state == "active", User.roles.contains([Role.COLLECTOR.value]), _person(uow, scope))
        .order_by(User.name, User.id)
    ).all()
    goes = or_(Visit.lead_id == User.id, Visit.partner_id == User.id)
    rows = uow.session.execute(
        select(User.id, Visit)
        .join(Visit, and_(goes, Visit.departed_at >= since))
        .where(User.id.in_([one.id for one in people]))
        .ext(distinct_on(User.id))
        .order_by(User.id, Visit.departed_at.desc(), Visit.id.desc())
    )
    newest = {person: visit for person, visit in rows}  # noqa: C416 - typed pairs
    return [_live(person, newest.get(person.id)) for person in people]


def files_of(uow: UnitOfWork, visits: Iterable[Visit]) -> list[VisitFile]:
    """These visits with their files, in the order given. One query, however many."""
    wanted = list(visits)
    found: dict[VisitId, list[Attachment]] = defaultdict(list)
    for attachment in uow.session.scalars(_FILES, {"visits": [visit.id for visit in wanted]}):
        found[VisitId(attachment.about_id)].append(attachment)
    return [_filed(visit, found.get(visit.id, ())) for visit in wanted]


def _filed(visit: Visit, attachments: Sequence[Attachment]) -> VisitFile:
    """Small copies that came first are shown until every original is there, and prove nothing."""
    originals = [one for one in attachments if one.kind != Kind.PREVIEW]
    is_there = all(one.state in PRESENT for one in originals)
    return VisitFile(
        visit,
        tuple(originals if is_there else attachments),
        proof_of([one.state for one in originals]),
    )


def _person(uow: UnitOfWork, scope: Scope) -> ColumnElement[bool]:
    if scope is Scope.ORGANISATION:
        return true()
    if scope is Scope.OWN:
        return User.id == uow.actor.user
    return User.id.in_(
        select(TeamMember.user_id).where(
            TeamMember.team_id.in_(list(uow.actor.teams)), TeamMember.left_at.is_(None)
        )
    )


def _live(person: User, visit: Visit | None) -> Live:
    doing = Whereabouts.FREE if visit is None else _WHEREABOUTS.get(visit.state, Whereabouts.FREE)
    since = None if visit is None else visit.finished_at or visit.arrived_at or visit.departed_at
    return Live(person.id, person.name, person.badge, doing, since, visit)
