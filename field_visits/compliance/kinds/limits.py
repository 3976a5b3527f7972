"""`limit`: the largest figure that terms of an agreement may have. No time lifts it, only other terms."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import ClassVar, Self

from field_visits.compliance.facts import Action, Terms
from field_visits.compliance.rules import Constraint, FigureError, Measure, Question, Rule, Spoken, always

MAX_LIMIT = 10**9
_MEASURES = frozenset(field.name for field in fields(Terms))


@dataclass(frozen=True, slots=True)
class Limit(Measure):
    """The greatest lawful value of one field of `Terms`."""

    KIND: ClassVar[str] = "limit"
    UNIT: ClassVar[str] = "months"
    ACTIONS: ClassVar[frozenset[Action]] = frozenset({Action.OFFER, Action.SIGN})
    OPTIONS: ClassVar[frozenset[str]] = frozenset({"measure"})

    measure: str
    most: int

    @classmethod
    def read(cls, figure: object, options: Mapping[str, object]) -> Self:
        measure = options.get("measure")
        if not isinstance(measure, str) or measure not in _MEASURES:
            raise FigureError(f"measure is one of {', '.join(sorted(_MEASURES))}, not {measure!r}")
        return cls._built(figure, measure)

    def refigured(self, figure: object) -> Self:
        return self._built(figure, self.measure)

    @classmethod
    def _built(cls, figure: object, measure: str) -> Self:
        if not isinstance(figure, int) or isinstance(figure, bool) or not 1 <= figure <= MAX_LIMIT:
            raise FigureError(f"figure is a whole number from 1 to {MAX_LIMIT}, not {figure!r}")
        return cls(measure=measure, most=figure)

    def is_looser_than(self, base: Self) -> bool:
        return self.most > base.most

    def __str__(self) -> str:
        return f"{self.measure} at most {self.most}"

    def constraints(self, rule: Rule, question: Question) -> tuple[Constraint, ...]:
        value = getattr(question.facts.terms, self.measure)
        if value is None:
            text = f"The terms do not say {self.measure}: state it and ask again."
        elif value <= self.most:
            return ()
        else:
            text = f"The terms ask for {value}."
        return (Spoken(rule, question, always(text)),)
