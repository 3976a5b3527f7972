"""`parties`: whom one may speak to. No time lifts it, only another person."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from field_visits.compliance.facts import About, Action, Party
from field_visits.compliance.rules import Constraint, FigureError, Measure, Question, Rule, Spoken, always

_ABOUT = {"debt": frozenset({About.DEBT}), "anything": frozenset(About)}


@dataclass(frozen=True, slots=True)
class Parties(Measure):
    """Who may hear of the debt (`about = "debt"`), or be contacted at all (`about = "anything"`)."""

    KIND: ClassVar[str] = "parties"
    UNIT: ClassVar[str] = "parties"
    ACTIONS: ClassVar[frozenset[Action]] = frozenset({Action.APPROACH})
    OPTIONS: ClassVar[frozenset[str]] = frozenset({"about"})

    parties: frozenset[Party]
    about: str

    @classmethod
    def read(cls, figure: object, options: Mapping[str, object]) -> Self:
        about = options.get("about", "debt")
        if not isinstance(about, str) or about not in _ABOUT:
            raise FigureError(f"about is {' or '.join(_ABOUT)}, not {about!r}")
        return cls._built(figure, about)

    def refigured(self, figure: object) -> Self:
        return self._built(figure, self.about)

    @classmethod
    def _built(cls, figure: object, about: str) -> Self:
        known = {party.value: party for party in Party}
        if not isinstance(figure, list | tuple) or not figure or not all(one in known for one in figure):
            raise FigureError(f"figure is a list of parties among {', '.join(known)}, not {figure!r}")
        return cls(parties=frozenset(known[str(one)] for one in figure), about=about)

    def is_looser_than(self, base: Self) -> bool:
        return not self.parties <= base.parties

    def __str__(self) -> str:
        who = ", ".join(party.value for party in Party if party in self.parties)
        return f"only with: {who}" if self.about == "anything" else f"of the debt only with: {who}"

    def constraints(self, rule: Rule, question: Question) -> tuple[Constraint, ...]:
        approach = question.facts.approach
        if approach is None or approach.about not in _ABOUT[self.about] or approach.party in self.parties:
            return ()
        text = f"The person is {approach.party.value} and would be spoken to of the {approach.about.value}."
        return (Spoken(rule, question, always(text)),)
