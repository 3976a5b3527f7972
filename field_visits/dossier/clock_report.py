"""The legal clocks as a section of the bundle's report. Pure."""

from collections.abc import Mapping
from uuid import UUID

from field_visits.compliance.clocks.clock import Clock, Step
from field_visits.dossier.clock_wording import EVENTS, NOTES, REASONS, STATES, TITLES
from field_visits.dossier.clocks import CaseClocks
from field_visits.dossier.markup import Html, el, join, pairs, table
from field_visits.dossier.wording import UNSAID, Language


def clocks_section(told: CaseClocks, places: Mapping[UUID, str], *, language: Language, as_of: str) -> Html:
    """Every clock with its days, its steps, and what a reader must know.

    Args:
        told: The clocks.
        places: The place in the log of each entry of the story.
        language: zh or en.
        as_of: The instant in words.
    """
    section = _Section(places, language)
    return join(
        el(
            "p",
            section.t(
                f"截至 {as_of}，由本包内条目推算；仅供参考，不构成法律意见。",
                f"As of {as_of}, computed from the entries of this bundle; it informs and is not legal advice.",
            ),
            class_="soft small",
        ),
        *(section.clock(one) for one in told.clocks),
    )


class _Section:
    def __init__(self, places: Mapping[UUID, str], language: Language) -> None:
        self._places, self._language = places, language

    def t(self, zh: str, en: str) -> str:
        return zh if self._language is Language.ZH else en

    def clock(self, clock: Clock) -> Html:
        rules = (f"{one.rule_id} {one.source} ({one.confidence})" for one in clock.rules)
        days = (UNSAID if day is None else day.isoformat() for day in (clock.since, clock.due))
        since, due = days
        return join(
            el("h3", self.t(*TITLES[clock.title])),
            pairs(
                (self.t("状态", "State"), self.t(*STATES[clock.state])),
                (self.t("起算日", "Since"), since),
                (self.t("日期", "Day"), due),
                (self.t("依据", "Rests on"), "; ".join(rules) or UNSAID),
            ),
            self._steps(clock) if clock.steps else "",
            *(el("p", self.t(*NOTES[note]), class_="soft small") for note in clock.notes),
        )

    def _steps(self, clock: Clock) -> Html:
        heads = (
            self.t("日期", "Day"),
            self.t("事件", "Event"),
            self.t("是否计入", "Counts"),
            self.t("日志位置", "Place in the log"),
        )
        return table(heads, [self._step(step) for step in clock.steps])

    def _step(self, step: Step) -> tuple[str, str, str, str]:
        counts = self.t("计入", "yes") if step.why_not is None else self.t(*REASONS[step.why_not])
        place = UNSAID if step.evidence_id is None else self._places.get(step.evidence_id, UNSAID)
        return step.on.isoformat(), self.t(*EVENTS[step.what]), counts, place
