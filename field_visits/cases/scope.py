"""Which cases a person sees: their own, their teams', or all of the organisation's.

What role has which reach stands in the permission table; here a reach becomes a condition on rows.
"""

from enum import StrEnum

from sqlalchemy import ColumnElement, false, or_, true

from field_visits.cases.models import Case
from field_visits.kernel.actor import Actor


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
