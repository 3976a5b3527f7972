"""What a rule is, and what every kind of rule must be able to answer. No figure stands here: packs hold them."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, ClassVar, Self

from field_visits.compliance.facts import Action, Channel, ConsentKind, Facts
from field_visits.compliance.spans import (
    ALWAYS,
    DAY_S,
    EVER,
    FOREVER,
    Span,
    Spans,
    ceil_s,
    first_outside,
    floor_s,
    merged,
    minus,
    next_inside,
)
from field_visits.compliance.zones import Zone
from field_visits.kernel.decision import Verdict

# From the firmest to the weakest, as law.md §2 grades its sources.
CONFIDENCES = ("H", "M+", "M", "L+", "L")
# law: a text binds. practice: known by habit, no text found. house: our own default, a setting.
BASES = ("law", "practice", "house")
# The calendar repeats within a year: if 400 days go by without a lawful start, only a fact can bring one.
HORIZON_S = 400 * DAY_S
# One rule's detail names at most so many holds or contacts: it is read on a phone.
MAX_WORDS = 3


class FigureError(ValueError):
    """A figure or option that its kind cannot read; the message says what it should be."""


@dataclass(frozen=True, slots=True)
class Question:
    """The facts once more, as whole seconds, digested once for all rules of one decision.

    The visit starts at `start` and is present for `duration` whole seconds (at least one).
    """

    facts: Facts
    start: int
    duration: int
    now: int
    zones: tuple[Zone, ...]

    def consents_to(self, rule: "Rule") -> tuple[tuple[Span, str], ...]:
        """Presence intervals that consents lifting `rule` cover, each with its evidence."""
        return tuple(
            (
                (
                    EVER if consent.since is None else ceil_s(consent.since),
                    FOREVER if consent.until is None else floor_s(consent.until),
                ),
                consent.evidence,
            )
            for consent in self.facts.consents
            if consent.kind is rule.lifted_by and (consent.is_written or not rule.in_writing)
        )


class Constraint(ABC):
    """What one rule makes of one question: which start seconds it objects to.

    Attributes:
        events: Seconds at which a fact changes what it objects to; between them only the calendar does.
    """

    rule: "Rule"
    events: tuple[int, ...]

    @abstractmethod
    def free_from(self, second: int) -> int | None:
        """The earliest start at or after `second` without objection; None: only a person can lift it."""

    @abstractmethod
    def objects_from(self, second: int) -> int | None:
        """For a free `second`, the first later start with an objection; None if there never is one."""

    @abstractmethod
    def lifted_by(self, second: int) -> str | None:
        """For a free `second`, the evidence of the consent without which the rule would object to it."""

    @abstractmethod
    def detail(self, second: int) -> str:
        """Why it objects to a start at `second`, for a dispatcher; no customer's data."""


class Spoken(Constraint):
    """An objection to the starts in a fixed set of seconds, each span with its cause.

    `say` puts a cause into words; only those of the start that was asked for are ever said.
    """

    def __init__(
        self,
        rule: "Rule",
        question: Question,
        caused: Collection[tuple[Span, Any]],
        say: Callable[[Any], str] = str,
    ) -> None:
        self.rule = rule
        self._caused = caused
        self._say = say
        self._raw = merged(span for span, _ in caused)
        # A consent covers presence, so the whole visit must fit into its interval.
        self._covered = [
            ((begin, end if end >= FOREVER else end - question.duration + 1), evidence)
            for (begin, end), evidence in (question.consents_to(rule) if caused else ())
        ]
        self._spans: Spans = (
            minus(self._raw, (span for span, _ in self._covered)) if self._covered else self._raw
        )
        self.events = tuple(edge for span in self._spans for edge in span if EVER < edge < FOREVER)

    def free_from(self, second: int) -> int | None:
        return first_outside(self._spans, second)

    def objects_from(self, second: int) -> int | None:
        return next_inside(self._spans, second)

    def lifted_by(self, second: int) -> str | None:
        if first_outside(self._raw, second) == second:
            return None
        return next(evidence for (begin, end), evidence in self._covered if begin <= second < end)

    def detail(self, second: int) -> str:
        causes = (cause for (begin, end), cause in self._caused if begin <= second < end)
        return " ".join(islice(dict.fromkeys(map(self._say, causes)), MAX_WORDS))


def past_barren(events: Iterable[int], second: int) -> tuple[int, int] | None:
    """After 400 barren days: where to search on and up to where, or None if no fact changes any more.

    Lawful hours may run without a break into what a fact opens, but for less than two days, hence the
    step back.
    """
    following = min((event for event in events if event > second), default=None)
    if following is None:
        return None
    return max(second, following - 2 * DAY_S), following + HORIZON_S


def always(text: str) -> tuple[tuple[Span, str]]:
    """An objection that no time lifts."""
    return ((ALWAYS[0], text),)


@dataclass(frozen=True, slots=True)
class Measure(ABC):
    """The figure of a rule, typed by its kind. A kind is one subclass, registered in `kinds`."""

    KIND: ClassVar[str]
    UNIT: ClassVar[str]
    ACTIONS: ClassVar[frozenset[Action]]
    OPTIONS: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    @abstractmethod
    def read(cls, figure: object, options: Mapping[str, object]) -> Self:
        """The measure that a pack file writes as `figure` (and options, all of which are known names).

        Raises:
            FigureError: The figure is not one of this kind; the message says what is expected.
        """

    @abstractmethod
    def refigured(self, figure: object) -> Self:
        """The same measure with a tenant's figure; raises FigureError as `read` does."""

    @abstractmethod
    def is_looser_than(self, base: Self) -> bool:
        """Whether anything at all becomes lawful that `base` forbids."""

    @abstractmethod
    def __str__(self) -> str:
        """The figure as a person reads it, with its unit."""

    @abstractmethod
    def constraints(self, rule: "Rule", question: Question) -> tuple[Constraint, ...]:
        """Its objections; empty if the rule has nothing to say to these facts at any time."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a released pack, or the same with a tenant's figure.

    Attributes:
        floor: The law's own bound: only a recorded sign-off of legal loosens it. A house default is
            none, it is a setting.
        fixed: Nobody loosens it, sign-off or not (vulnerable people and minors).
        effective: First local day on which it binds.
        lifted_by: The customer's consent that lifts it, if any does.
        in_writing: Only a written consent lifts it.
        subject_zh: Its subject in Chinese, where the release has it.
        setting: "" as released; else what the tenant set, and who signed it off.
    """

    id: str
    subject: str
    channels: frozenset[Channel]
    actions: frozenset[Action]
    verdict: Verdict
    measure: Measure
    source: str
    confidence: str
    basis: str
    version: int
    effective: date
    floor: bool
    fixed: bool = False
    lifted_by: ConsentKind | None = None
    in_writing: bool = False
    subject_zh: str | None = None
    setting: str = ""

    @property
    def kind(self) -> str:
        return self.measure.KIND

    @property
    def figure(self) -> str:
        return f"{self.measure} ({self.setting})" if self.setting else str(self.measure)

    def concerns(self, action: Action, channel: Channel) -> bool:
        return channel in self.channels and action in self.actions
