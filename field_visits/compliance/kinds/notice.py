"""`notice`: the customer is told that long before a visit begins."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from field_visits.compliance.facts import Action
from field_visits.compliance.rules import Constraint, FigureError, Measure, Question, Rule, Spoken, always
from field_visits.compliance.spans import EVER, ceil_s

MAX_LEAD_H = 24 * 90

# While a visit is only being arranged, a notice that is not sent yet can still be sent now.
_ARRANGING = frozenset({Action.BOOK, Action.RESCHEDULE, Action.PLAN, Action.PUBLISH})


@dataclass(frozen=True, slots=True)
class NoticeLead(Measure):
    """Least time, in hours, from sending the notice to the start of the window."""

    KIND: ClassVar[str] = "notice"
    UNIT: ClassVar[str] = "hours"
    ACTIONS: ClassVar[frozenset[Action]] = _ARRANGING | {Action.DEPART, Action.ARRIVE}

    hours: int

    @classmethod
    def read(cls, figure: object, options: Mapping[str, object]) -> Self:  # noqa: ARG003 - it has no options
        if not isinstance(figure, int) or isinstance(figure, bool) or not 0 <= figure <= MAX_LEAD_H:
            raise FigureError(f"figure is a whole number of hours from 0 to {MAX_LEAD_H}, not {figure!r}")
        return cls(hours=figure)

    def refigured(self, figure: object) -> Self:
        return self.read(figure, {})

    def is_looser_than(self, base: Self) -> bool:
        return self.hours < base.hours

    def __str__(self) -> str:
        return f"notice at least {self.hours} h before"

    def constraints(self, rule: Rule, question: Question) -> tuple[Constraint, ...]:
        lead = self.hours * 3600
        notice = question.facts.notice
        if notice is not None:
            sent = notice.sent_at.isoformat()
            return (
                Spoken(
                    rule,
                    question,
                    [((EVER, ceil_s(notice.sent_at) + lead), f"The notice was sent at {sent}.")],
                ),
            )
        if question.facts.action in _ARRANGING:
            text = "No notice is sent yet, and too little time is left to send it now."
            return (Spoken(rule, question, [((EVER, question.now + lead), text)]),)
        text = "No notice of this visit was sent: send one first, or record the customer's consent."
        return (Spoken(rule, question, always(text)),)
