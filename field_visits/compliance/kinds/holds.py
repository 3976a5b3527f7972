"""`hold`: contact holds stop contact while they bind. One without an end is lifted by a person only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from field_visits.compliance.facts import Action, ActiveHold, Facts, HoldKind, Party
from field_visits.compliance.rules import Constraint, FigureError, Measure, Question, Rule, Spoken
from field_visits.compliance.spans import FOREVER, ceil_s, floor_s

# What has begun lawfully is no breach because a hold came up meanwhile (often from the visit itself: a
# dispute said at the door, a plan signed there). These are judged by the holds that bound at the start.
_WITNESSED = frozenset({Action.ARRIVE, Action.OUTCOME})
# Whom a hold leaves to be contacted in the customer's place: whoever comes after the dead, and who acts for the rest.
_IN_PLACE: Mapping[HoldKind, frozenset[Party]] = {
    HoldKind.DECEASED: frozenset(Party) - {Party.SELF},
    HoldKind.REPRESENTED: frozenset({Party.REPRESENTATIVE}),
}


@dataclass(frozen=True, slots=True)
class Holds(Measure):
    """Kinds of contact hold that stop the rule's channels."""

    KIND: ClassVar[str] = "hold"
    UNIT: ClassVar[str] = "hold_kinds"
    ACTIONS: ClassVar[frozenset[Action]] = frozenset(Action)

    kinds: frozenset[HoldKind]

    @classmethod
    def read(cls, figure: object, options: Mapping[str, object]) -> Self:  # noqa: ARG003 - it has no options
        if not isinstance(figure, list | tuple) or not figure:
            raise FigureError('figure is a list of kinds of hold, like ["dispute"]')
        known = {kind.value: kind for kind in HoldKind}
        for name in figure:
            if not isinstance(name, str) or name not in known:
                raise FigureError(f"{name!r} is no kind of hold; there are {', '.join(known)}")
        if len(set(figure)) < len(figure):
            raise FigureError("a kind of hold stands twice in figure")
        return cls(kinds=frozenset(known[name] for name in figure))

    def refigured(self, figure: object) -> Self:
        return self.read(figure, {})

    def is_looser_than(self, base: Self) -> bool:
        return not self.kinds >= base.kinds

    def __str__(self) -> str:
        return "while on hold: " + ", ".join(sorted(self.kinds))

    def constraints(self, rule: Rule, question: Question) -> tuple[Constraint, ...]:
        # Presence [s, s + length) meets the hold [since, until): s lies in (since - length, until).
        length = 1 if question.facts.action in _WITNESSED else question.duration
        caused = [
            (
                (
                    floor_s(hold.since) - length + 1,
                    FOREVER if hold.until is None else ceil_s(hold.until),
                ),
                hold,
            )
            for hold in question.facts.holds
            if hold.kind in self.kinds
            and hold.until != hold.since
            and not _is_in_place(hold.kind, question.facts)
        ]
        return (Spoken(rule, question, caused, _words),) if caused else ()


def _is_in_place(kind: HoldKind, facts: Facts) -> bool:
    return facts.approach is not None and facts.approach.party in _IN_PLACE.get(kind, frozenset())


def _words(hold: ActiveHold) -> str:
    end = "; a person has to lift it" if hold.until is None else f" until {hold.until.isoformat()}"
    return f"A hold ({hold.kind.value}) binds since {hold.since.isoformat()}{end}."
