"""`limitation`: an expired debt is acknowledged only after legal has looked at it. No time lifts it, only legal.

A signature or a demand after limitation has run out may be read as giving up the defence (CN-LIM-6).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from field_visits.compliance.facts import Action
from field_visits.compliance.rules import Constraint, FigureError, Measure, Question, Rule, Spoken
from field_visits.compliance.spans import DAY_S, FOREVER, ceil_s

MAX_DAYS = 366


@dataclass(frozen=True, slots=True)
class LimitationEnd(Measure):
    """How many days before limitation ends legal is asked; 0: once it has ended."""

    KIND: ClassVar[str] = "limitation"
    UNIT: ClassVar[str] = "days_before_end"
    ACTIONS: ClassVar[frozenset[Action]] = frozenset({Action.OFFER, Action.SIGN, Action.SERVE_NOTICE})

    days: int

    @classmethod
    def read(cls, figure: object, options: Mapping[str, object]) -> Self:  # noqa: ARG003 - it has no options
        if not isinstance(figure, int) or isinstance(figure, bool) or not 0 <= figure <= MAX_DAYS:
            raise FigureError(f"figure is a whole number of days from 0 to {MAX_DAYS}, not {figure!r}")
        return cls(days=figure)

    def refigured(self, figure: object) -> Self:
        return self.read(figure, {})

    def is_looser_than(self, base: Self) -> bool:
        return self.days < base.days

    def __str__(self) -> str:
        when = "once it has run out" if self.days == 0 else f"from {self.days} days before it runs out"
        return f"legal approves {when}"

    def constraints(self, rule: Rule, question: Question) -> tuple[Constraint, ...]:
        limitation = question.facts.limitation
        if limitation is None:
            return ()
        since = ceil_s(limitation.ends_at) - self.days * DAY_S
        if limitation.approved_at is not None and ceil_s(limitation.approved_at) >= since:
            return ()
        text = (
            f"Limitation ends at {limitation.ends_at.isoformat()}: legal has to approve it at the case first."
        )
        return (Spoken(rule, question, [((since, FOREVER), text)]),)
