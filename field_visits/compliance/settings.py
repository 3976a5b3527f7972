"""A tenant's own figures, passed in as plain data (the evidenced rows are `identity`'s).

Tightening is free. A house default is a setting and moves freely. A floor is loosened only with a recorded
sign-off by legal, a fixed rule never.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from field_visits.compliance.facts import instant
from field_visits.compliance.rules import FigureError, Rule
from field_visits.kernel.decision import Verdict
from field_visits.kernel.errors import Fault, InvalidError

# A figure as JSON knows it: 48, [1, 14], [["21:00", "09:00"]], ["dispute"].
Figure = int | tuple[object, ...]


class RuleSettingError(InvalidError, ValueError):
    """A tenant's setting that cannot stand: unknown rule, unreadable figure, or a floor without sign-off."""


@dataclass(frozen=True, slots=True)
class RuleSetting:
    """What one tenant sets for one rule: another figure, another verdict, or both.

    `signed_off_by` (a user's id) and `signed_off_at` record legal's sign-off; one without the other is none.
    """

    rule_id: str
    figure: Figure | None = None
    verdict: Verdict | None = None
    signed_off_by: str | None = None
    signed_off_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.figure is None and self.verdict is None:
            raise _error(self, "sets neither figure nor verdict")
        if (self.signed_off_by is None) != (self.signed_off_at is None):
            raise _error(self, "a sign-off needs both who and when")
        if self.signed_off_at is not None:
            instant(self.signed_off_at)

    def as_json(self) -> dict[str, object]:
        """The plain form that `read_settings` reads."""
        return {
            "rule_id": self.rule_id,
            "figure": self.figure,
            "verdict": None if self.verdict is None else self.verdict.value,
            "signed_off_by": self.signed_off_by,
            "signed_off_at": None if self.signed_off_at is None else self.signed_off_at.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """The packs a tenant works under, by id, and its settings for their rules."""

    packs: tuple[str, ...]
    rules: tuple[RuleSetting, ...] = ()

    @property
    def hash(self) -> str:
        """SHA-256 of the settings' plain form; a decision names it beside its packs."""
        plain = {"packs": sorted(self.packs), "rules": sorted(map(_canonical, self.rules))}
        return hashlib.sha256(json.dumps(plain, ensure_ascii=False).encode()).hexdigest()


def _canonical(setting: RuleSetting) -> str:
    return json.dumps(setting.as_json(), ensure_ascii=False, sort_keys=True)


def _error(setting: RuleSetting, detail: str) -> RuleSettingError:
    return RuleSettingError(
        f"The setting for {setting.rule_id}: {detail}.",
        faults=(Fault(f"/rules/{setting.rule_id}", detail),),
    )


def read_settings(packs: Sequence[str], rules: Sequence[Mapping[str, object]]) -> RuleSettings:
    """Settings from their plain form (`RuleSetting.as_json`), as JSON gives it.

    Raises:
        RuleSettingError: A key is unknown, or a value is of the wrong kind.
    """
    return RuleSettings(tuple(packs), tuple(_read_setting(rule) for rule in rules))


def _read_setting(plain: Mapping[str, object]) -> RuleSetting:
    rule_id = plain.get("rule_id")
    if not isinstance(rule_id, str) or plain.keys() - RuleSetting.__slots__:
        raise RuleSettingError(f"A setting has rule_id and {', '.join(RuleSetting.__slots__[1:])} only.")
    verdict, by, at = plain.get("verdict"), plain.get("signed_off_by"), plain.get("signed_off_at")
    try:
        return RuleSetting(
            rule_id,
            _frozen(plain.get("figure")),
            None if verdict is None else Verdict(str(verdict)),
            None if by is None else str(by),
            None if at is None else datetime.fromisoformat(str(at)),
        )
    except RuleSettingError:
        raise
    except ValueError as error:
        raise RuleSettingError(f"The setting for {rule_id}: {error}.") from error


def _frozen(figure: object) -> Figure | None:
    if figure is None or (isinstance(figure, int) and not isinstance(figure, bool)):
        return figure
    if isinstance(figure, list | tuple):
        return tuple(part if isinstance(part, str) else _frozen(part) for part in figure)
    raise ValueError(f"figure is a whole number or a list of such or of texts, not {figure!r}")


def apply_setting(rule: Rule, setting: RuleSetting) -> Rule:
    """`rule` as this tenant has it.

    Raises:
        RuleSettingError: The figure is unreadable, or it loosens a floor without sign-off (or a fixed rule).
    """
    measure = rule.measure
    if setting.figure is not None:
        try:
            measure = rule.measure.refigured(setting.figure)
        except FigureError as error:
            raise _error(setting, str(error)) from error
    verdict = setting.verdict or rule.verdict
    loosens = verdict.severity < rule.verdict.severity or measure.is_looser_than(rule.measure)
    signed_off = setting.signed_off_by is not None
    if loosens and rule.fixed:
        raise _error(setting, "nobody may loosen this rule")
    if loosens and rule.floor and not signed_off:
        raise _error(setting, f"{rule.measure} is a floor; loosening it needs legal's recorded sign-off")
    words = "set by this organisation"
    if loosens and signed_off and setting.signed_off_at is not None:
        words += f", signed off by {setting.signed_off_by} on {setting.signed_off_at:%Y-%m-%d}"
    return replace(rule, measure=measure, verdict=verdict, setting=words)
