"""How large a plan may be that somebody offers without asking. Pure.

House defaults: no text names a figure. A plan beyond it waits for somebody whose authority reaches further.
"""

from dataclasses import dataclass
from typing import Final

from field_visits.agreements.terms import Terms, add_months
from field_visits.kernel.actor import Actor, ActorKind, Role

MAX_MONTHS: Final = 12
MAX_TOTAL_MINOR: Final = 5_000_000
# Whose word is the organisation's own.
UNLIMITED: Final = frozenset({Role.SUPERVISOR, Role.LEGAL})


@dataclass(frozen=True, slots=True)
class Authority:
    """The longest and the largest plan, in months and minor units, that may be offered without approval."""

    max_months: int
    max_total_minor: int

    def objection(self, terms: Terms) -> str | None:
        """Why these terms go beyond it, or None."""
        months = plan_months(terms)
        if months > self.max_months:
            return f"it runs for {months} months, and {self.max_months} may be offered without approval"
        if terms.total_payable.amount_minor > self.max_total_minor:
            return "its total is larger than may be offered without approval"
        return None


def authority_of(actor: Actor) -> Authority | None:
    """What `actor` may offer without approval; None is without limit (a named sweep, supervisors, legal)."""
    if actor.kind is ActorKind.SYSTEM or actor.roles & UNLIMITED:
        return None
    return Authority(MAX_MONTHS, MAX_TOTAL_MINOR)


def plan_months(terms: Terms) -> int:
    """Whole months from the day of the offer to the last due date, a part counted as a whole (CN-PLAN-2)."""
    first, last = terms.agreed_from, terms.last_due_on
    months = (last.year - first.year) * 12 + last.month - first.month
    return months if add_months(first, months) >= last else months + 1
