"""The answer to «may this be done, now?»: verdict, every reason that spoke, and when next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Verdict(StrEnum):
    """From mild to strict; the strictest reason decides."""

    ALLOW = "allow"
    WARN = "warn"
    REFUSE = "refuse"

    @property
    def severity(self) -> int:
        return _SEVERITY[self]


# Asked for every reason of every decision: read once.
_SEVERITY = {verdict: place for place, verdict in enumerate(Verdict)}


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule that spoke: its id (`CN-HOUR-1`), where the rule stands, and the figure applied."""

    rule_id: str
    verdict: Verdict
    source: str
    figure: str
    detail: str

    def as_json(self) -> dict[str, str]:
        return {
            "rule_id": self.rule_id,
            "verdict": self.verdict.value,
            "source": self.source,
            "figure": self.figure,
            "detail": self.detail,
        }


@dataclass(frozen=True, slots=True)
class Decision:
    """What the rules say, reproducible from the packs it names.

    `packs` maps pack id to the hash of its released file, so that the decision can be replayed years
    later. `next_lawful_at` is the earliest instant at which the answer is no longer «refuse», or None
    if only a person can lift it.
    """

    verdict: Verdict
    reasons: tuple[Reason, ...]
    packs: Mapping[str, str]
    judged_at: datetime
    next_lawful_at: datetime | None = None

    @property
    def is_refused(self) -> bool:
        return self.verdict is Verdict.REFUSE

    @property
    def refusing(self) -> tuple[Reason, ...]:
        """The rules that refuse, as they spoke."""
        return tuple(one for one in self.reasons if one.verdict is Verdict.REFUSE)

    @property
    def refusing_ids(self) -> list[str]:
        """Which rules refuse: what an alert names instead of a person."""
        return [one.rule_id for one in self.refusing]

    @property
    def sentence(self) -> str:
        """Each rule that refuses, and what it says of this case."""
        return " ".join(f"{one.rule_id}: {one.detail}" for one in self.refusing)

    def as_json(self) -> dict[str, object]:
        """The form kept in entries and shown in problems: strings only, times in RFC 3339 UTC."""
        return {
            "verdict": self.verdict.value,
            "reasons": [reason.as_json() for reason in self.reasons],
            "packs": dict(self.packs),
            "judged_at": self.judged_at.isoformat().replace("+00:00", "Z"),
            "next_lawful_at": (
                None
                if self.next_lawful_at is None
                else self.next_lawful_at.isoformat().replace("+00:00", "Z")
            ),
        }
