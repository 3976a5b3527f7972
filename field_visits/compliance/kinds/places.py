"""`places`: kinds of place where the customer is not visited. No time lifts it, only another door or consent."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from field_visits.compliance.facts import Action, Place
from field_visits.compliance.rules import Constraint, FigureError, Measure, Question, Rule, Spoken, always


@dataclass(frozen=True, slots=True)
class Places(Measure):
    """Barred kinds of place. A door of which nobody said what it is counts as a home."""

    KIND: ClassVar[str] = "places"
    UNIT: ClassVar[str] = "places"
    ACTIONS: ClassVar[frozenset[Action]] = frozenset(
        {
            Action.BOOK,
            Action.RESCHEDULE,
            Action.PLAN,
            Action.PUBLISH,
            Action.DEPART,
            Action.SERVE_NOTICE,
            Action.ARRIVE,
        }
    )

    places: frozenset[Place]

    @classmethod
    def read(cls, figure: object, options: Mapping[str, object]) -> Self:  # noqa: ARG003 - it has no options
        known = {place.value: place for place in Place}
        if not isinstance(figure, list | tuple) or not figure or not all(one in known for one in figure):
            raise FigureError(f"figure is a list of places among {', '.join(known)}, not {figure!r}")
        return cls(places=frozenset(known[str(one)] for one in figure))

    def refigured(self, figure: object) -> Self:
        return self.read(figure, {})

    def is_looser_than(self, base: Self) -> bool:
        return not self.places >= base.places

    def __str__(self) -> str:
        return f"not at: {', '.join(sorted(place.value for place in self.places))}"

    def constraints(self, rule: Rule, question: Question) -> tuple[Constraint, ...]:
        place = question.facts.place or Place.HOME
        if place not in self.places:
            return ()
        return (Spoken(rule, question, always(f"The door is the customer's {place.value}.")),)
