"""Which cases a person sees: their own, their teams', or all of the organisation's.

How far a role reaches stands in `identity.permissions`; here a reach becomes a condition on rows.
"""

from sqlalchemy import ColumnElement, Select, false, or_, select, true

from field_visits.cases.models import Case
from field_visits.identity.permissions import Scope
from field_visits.kernel.actor import Actor
from field_visits.kernel.ids import CaseId
from field_visits.workforce.models import TeamMember


def within(actor: Actor, scope: Scope | None) -> ColumnElement[bool]:
    """The condition that a case lies within `scope` of `actor`; None is the system's own, without limit.

    A team's reach is the cases of the actor's teams and those assigned to their present members.
    """
    if scope is None or scope is Scope.ORGANISATION:
        return true()
    if actor.user is None:
        return false()
    own = Case.collector_id == actor.user
    if scope is Scope.OWN:
        return own
    teams = list(actor.teams)
    members = select(TeamMember.user_id).where(TeamMember.team_id.in_(teams), TeamMember.left_at.is_(None))
    return or_(own, Case.team_id.in_(teams), Case.collector_id.in_(members))


def case_ids_within(actor: Actor, scope: Scope) -> Select[CaseId] | None:
    """The ids of the cases within `scope` of `actor`, for rooms that know a case only by its id; None: any."""
    if scope is Scope.ORGANISATION:
        return None
    return select(Case.id).where(within(actor, scope))
