"""When somebody else may be asked where the customer is: on which grounds, how often, and shown by what.

`grounds` lists what makes the question lawful, `enquiries` how often one person may be asked, `unreachable` on how
many days in a row nobody was reached. No time lifts any of them. A person who has declined is left alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Self

from field_visits.compliance.facts import Action, Channel, Ground, Party
from field_visits.compliance.rules import Constraint, FigureError, Measure, Question, Rule, Spoken, always
from field_visits.compliance.zones import Zone

MAX_COUNT = 100
# Not asked where somebody else is: they answer for the debt, or for the customer.
_NO_THIRD = frozenset({Party.SELF, Party.GUARANTOR, Party.REPRESENTATIVE})
_ASKING = frozenset({Action.APPROACH})
_REACHING = frozenset({Channel.CALL, Channel.MESSAGE, Channel.VISIT})


def _count(figure: object) -> int:
    if not isinstance(figure, int) or isinstance(figure, bool) or not 1 <= figure <= MAX_COUNT:
        raise FigureError(f"figure is a whole number from 1 to {MAX_COUNT}, not {figure!r}")
    return figure


@dataclass(frozen=True, slots=True)
class Grounds(Measure):
    """On which grounds a third party may be asked; never again after having declined."""

    KIND: ClassVar[str] = "grounds"
    UNIT: ClassVar[str] = "grounds"
    ACTIONS: ClassVar[frozenset[Action]] = _ASKING

    grounds: frozenset[Ground]

    @classmethod
    def read(cls, figure: object, options: Mapping[str, object]) -> Self:  # noqa: ARG003 - it has no options
        known = {ground.value: ground for ground in Ground}
        if not isinstance(figure, list | tuple) or not figure or not all(one in known for one in figure):
            raise FigureError(f"figure is a list of grounds among {', '.join(known)}, not {figure!r}")
        return cls(grounds=frozenset(known[str(one)] for one in figure))

    def refigured(self, figure: object) -> Self:
        return self.read(figure, {})

    def is_looser_than(self, base: Self) -> bool:
        return not self.grounds <= base.grounds

    def __str__(self) -> str:
        return f"only where the customer is: {', '.join(one.value for one in Ground if one in self.grounds)}"

    def constraints(self, rule: Rule, question: Question) -> tuple[Constraint, ...]:
        approach = question.facts.approach
        if approach is None or approach.party in _NO_THIRD:
            return ()
        if approach.has_declined:
            text = "This person has declined: ask nobody twice who does not want to be asked."
        elif approach.ground is None:
            text = "No ground was given why somebody else than the customer has to be asked."
        elif approach.ground not in self.grounds:
            text = f"The ground given is {approach.ground.value}."
        else:
            return ()
        return (Spoken(rule, question, always(text)),)


@dataclass(frozen=True, slots=True)
class Enquiries(Measure):
    """How often one third party may be asked; never again after having declined."""

    KIND: ClassVar[str] = "enquiries"
    UNIT: ClassVar[str] = "times_per_person"
    ACTIONS: ClassVar[frozenset[Action]] = _ASKING

    times: int

    @classmethod
    def read(cls, figure: object, options: Mapping[str, object]) -> Self:  # noqa: ARG003 - it has no options
        return cls(times=_count(figure))

    def refigured(self, figure: object) -> Self:
        return self.read(figure, {})

    def is_looser_than(self, base: Self) -> bool:
        return self.times > base.times

    def __str__(self) -> str:
        return f"at most {self.times} for each person"

    def constraints(self, rule: Rule, question: Question) -> tuple[Constraint, ...]:
        approach = question.facts.approach
        if approach is None or approach.party in _NO_THIRD:
            return ()
        if approach.has_declined or approach.times_asked >= self.times:
            told = "declined" if approach.has_declined else f"been asked {approach.times_asked} time(s)"
            return (Spoken(rule, question, always(f"This person has {told} before.")),)
        return ()


@dataclass(frozen=True, slots=True)
class Unreachable(Measure):
    """On how many days in a row the records must show attempts that reached nobody."""

    KIND: ClassVar[str] = "unreachable"
    UNIT: ClassVar[str] = "local_days"
    ACTIONS: ClassVar[frozenset[Action]] = _ASKING

    days: int

    @classmethod
    def read(cls, figure: object, options: Mapping[str, object]) -> Self:  # noqa: ARG003 - it has no options
        return cls(days=_count(figure))

    def refigured(self, figure: object) -> Self:
        return self.read(figure, {})

    def is_looser_than(self, base: Self) -> bool:
        return self.days < base.days

    def __str__(self) -> str:
        return f"attempts on at least {self.days} days in a row reached nobody"

    def constraints(self, rule: Rule, question: Question) -> tuple[Constraint, ...]:
        approach = question.facts.approach
        if approach is None or approach.ground is not Ground.UNREACHABLE or approach.party in _NO_THIRD:
            return ()
        shown = min((self._shown(question, zone) for zone in question.zones), default=0)
        if shown >= self.days:
            return ()
        text = f"The records show {shown} day(s) in a row on which nobody was reached."
        return (Spoken(rule, question, always(text)),)

    @staticmethod
    def _shown(question: Question, zone: Zone) -> int:
        """The longest run of local days with a failed attempt since somebody was reached last."""
        longest = run = 0
        last: date | None = None
        for contact in sorted(question.facts.contacts, key=lambda one: one.at):
            if contact.channel not in _REACHING or contact.at.timestamp() > question.start:
                continue
            if contact.effective:
                longest, run, last = 0, 0, None
                continue
            day = contact.at.astimezone(zone.info).date()
            if last is None or (day - last).days > 1:
                run = 1
            elif day != last:
                run += 1
            longest, last = max(longest, run), day
        return longest
