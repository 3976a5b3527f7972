"""Which cases a person sees: their own, their teams', or all of the organisation's.

What role has which reach stands in the permission table; here a reach becomes a condition on rows.
"""

from enum import StrEnum

from sqlalchemy import ColumnElement, Select, false, or_, select, true

from field_visits.cases.models import Case
from field_visits.identity.permissions import Scope
from field_visits.kernel.actor import Actor
from field_visits.kernel.ids import CaseId


class Reach(StrEnum):
    OWN = "own"
    TEAM = "team"
    ORGANISATION = "organisation"


def within(actor: Actor, reach: Reach) -> ColumnElement[bool]:
    """The condition that a case lies within `reach` of `actor`; a team's reach includes one's own cases."""
    if reach is Reach.ORGANISATION:
        return true()
    if actor.user is None:
        return false()
    own = Case.collector_id == actor.user
    return own if reach is Reach.OWN else or_(own, Case.team_id.in_(list(actor.teams)))


def case_ids_within(actor: Actor, scope: Scope) -> Select[CaseId] | None:
    """The ids of the cases within `scope` of `actor`, for rooms that know a case only by its id; None: any."""
    if scope is Scope.ORGANISATION:
        return None
    return select(Case.id).where(within(actor, Reach[scope.name]))
