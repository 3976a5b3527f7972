from datetime import UTC, datetime
from typing import Any

import pytest

from field_visits.compliance.packs import load_packs
from field_visits.compliance.rules import Rule
from field_visits.compliance.settings import (
    Figure,
    RuleSetting,
    RuleSettingError,
    RuleSettings,
    apply_setting,
    read_settings,
)
from field_visits.kernel.decision import Verdict

SIGNED: dict[str, Any] = {"signed_off_by": "user 5", "signed_off_at": datetime(2026, 11, 20, tzinfo=UTC)}
RULES = {rule.id: rule for pack in load_packs() for rule in pack.rules}


def rule(rule_id: str) -> Rule:
    return RULES[rule_id]


@pytest.mark.parametrize(
    ("rule_id", "figure"),
    [
        ("CN-HOUR-1", (("20:00", "09:00"),)),
        ("CN-PLAN-2", 36),
        ("CN-NOTICE-1", 72),
        ("CN-FREQ-3", (1, 30)),
        ("CN-HOLD-1", ("fraud", "cease")),
    ],
)
def test_tightening_is_free(rule_id: str, figure: Figure) -> None:
    tightened = apply_setting(rule(rule_id), RuleSetting(rule_id, figure))
    assert tightened.measure == rule(rule_id).measure.refigured(figure)
    assert tightened.figure.endswith("(set by this organisation)")


def test_a_house_default_moves_freely_both_ways() -> None:
    hour = apply_setting(rule("CN-NOTICE-1"), RuleSetting("CN-NOTICE-1", 1))
    assert hour.figure == "notice at least 1 h before (set by this organisation)"
    assert (
        apply_setting(rule("CN-FREQ-3"), RuleSetting("CN-FREQ-3", verdict=Verdict.WARN)).verdict
        is Verdict.WARN
    )


@pytest.mark.parametrize(
    "setting",
    [
        RuleSetting("CN-HOUR-1", (("23:00", "08:00"),)),
        RuleSetting("CN-PLAN-2", 61),
        RuleSetting("CN-PLAN-4", verdict=Verdict.WARN),
        RuleSetting("US-CEASE-1", verdict=Verdict.ALLOW),
    ],
)
def test_a_floor_is_loosened_only_with_the_sign_off_of_legal(setting: RuleSetting) -> None:
    with pytest.raises(RuleSettingError, match="sign-off"):
        apply_setting(rule(setting.rule_id), setting)
    signed = RuleSetting(setting.rule_id, setting.figure, setting.verdict, **SIGNED)
    assert "signed off by user 5 on 2026-11-20" in apply_setting(rule(setting.rule_id), signed).figure


@pytest.mark.parametrize("rule_id", ["CN-HOLD-3", "CN-HOLD-4", "US-HOLD-3", "US-HOLD-4"])
def test_nobody_loosens_what_protects_the_vulnerable_and_minors(rule_id: str) -> None:
    with pytest.raises(RuleSettingError, match="nobody may loosen"):
        apply_setting(rule(rule_id), RuleSetting(rule_id, verdict=Verdict.WARN, **SIGNED))


def test_an_unreadable_figure_names_the_rule_and_points_at_it() -> None:
    with pytest.raises(RuleSettingError, match="CN-NOTICE-1: figure is a whole number of hours") as caught:
        apply_setting(rule("CN-NOTICE-1"), RuleSetting("CN-NOTICE-1", ("soon",)))
    assert [fault.pointer for fault in caught.value.faults] == ["/rules/CN-NOTICE-1"]


def test_half_a_sign_off_is_none() -> None:
    with pytest.raises(RuleSettingError, match="both who and when"):
        RuleSetting("CN-PLAN-2", 61, signed_off_by="user 5")


def test_a_setting_sets_something() -> None:
    with pytest.raises(RuleSettingError, match="neither"):
        RuleSetting("CN-PLAN-2")


@pytest.mark.parametrize(
    "setting",
    [
        RuleSetting("CN-NOTICE-1", 1),
        RuleSetting("CN-STAFF-1", verdict=Verdict.REFUSE),
        RuleSetting("CN-HOUR-1", (("23:00", "08:00"),), **SIGNED),
        RuleSetting("CN-HOLD-1", ("fraud", "cease")),
    ],
)
def test_settings_survive_their_plain_form(setting: RuleSetting) -> None:
    settings = RuleSettings(("cn",), (setting,))
    assert read_settings(["cn"], [setting.as_json()]) == settings


def test_lists_from_json_are_read() -> None:
    plain = {"rule_id": "CN-HOUR-1", "figure": [["21:00", "09:00"]]}
    assert read_settings(["cn"], [plain]).rules == (RuleSetting("CN-HOUR-1", (("21:00", "09:00"),)),)


@pytest.mark.parametrize(
    "plain",
    [
        {},
        {"rule_id": "CN-PLAN-2", "figure": 6.5},
        {"rule_id": "CN-PLAN-2", "figure": True},
        {"rule_id": "CN-PLAN-2", "figure": [{}]},
        {"rule_id": "CN-PLAN-2", "verdict": "shrug"},
        {"rule_id": "CN-PLAN-2", "colour": 1},
        {"rule_id": "CN-PLAN-2", "figure": 61, "signed_off_by": "user 5", "signed_off_at": "soon"},
        {"rule_id": "CN-PLAN-2", "figure": 61, "signed_off_by": "u", "signed_off_at": "2026-11-20T00:00:00"},
        {"rule_id": "CN-PLAN-2", "figure": 61, "signed_off_by": "user 5"},
    ],
)
def test_a_plain_form_that_is_none_is_refused(plain: dict[str, object]) -> None:
    with pytest.raises(RuleSettingError):
        read_settings(["cn"], [plain])


def test_the_hash_does_not_depend_on_the_order() -> None:
    one, two = RuleSetting("CN-NOTICE-1", 1), RuleSetting("CN-PLAN-2", 36)
    assert RuleSettings(("cn", "us"), (one, two)).hash == RuleSettings(("us", "cn"), (two, one)).hash
