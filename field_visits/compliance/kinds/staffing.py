"""`staffing`: how many collectors go to a door. No time lifts it, only another crew."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from field_visits.compliance.facts import Action
from field_visits.compliance.rules import Constraint, FigureError, Measure, Question, Rule, Spoken, always

MAX_CREW = 2


@dataclass(frozen=True, slots=True)
class Staffing(Measure):
    """Least number of collectors in the crew. A booking has no crew yet, so it is not asked there."""

    KIND: ClassVar[str] = "staffing"
    UNIT: ClassVar[str] = "collectors"
    ACTIONS: ClassVar[frozenset[Action]] = frozenset(
        {Action.PLAN, Action.PUBLISH, Action.DEPART, Action.ARRIVE}
    )

    collectors: int

    @classmethod
    def read(cls, figure: object, options: Mapping[str, object]) -> Self:  # noqa: ARG003 - it has no options
        if not isinstance(figure, int) or isinstance(figure, bool) or not 1 <= figure <= MAX_CREW:
            raise FigureError(f"figure is a number of collectors from 1 to {MAX_CREW}, not {figure!r}")
        return cls(collectors=figure)

    def refigured(self, figure: object) -> Self:
        return self.read(figure, {})

    def is_looser_than(self, base: Self) -> bool:
        return self.collectors < base.collectors

    def __str__(self) -> str:
        return f"at least {self.collectors} collectors"

    def constraints(self, rule: Rule, question: Question) -> tuple[Constraint, ...]:
        crew = question.facts.crew_size
        if crew is not None and crew >= self.collectors:
            return ()
        text = "The size of the crew is not known." if crew is None else f"The crew has {crew} collector(s)."
        return (Spoken(rule, question, always(text)),)
