"""Released packs are frozen, whole and honest about their sources; books pick what is in force."""

from datetime import date

import pytest

from field_visits.compliance.decide import decide
from field_visits.compliance.facts import Action, Channel, HoldKind
from field_visits.compliance.kinds.holds import Holds
from field_visits.compliance.packs import PackError, effective, list_packs, load_packs, replayed
from field_visits.compliance.settings import RuleSetting, RuleSettingError, RuleSettings
from field_visits.kernel.decision import Verdict
from tests.unit.field_visits.compliance.questions import DAY, at, book, visit

# A released pack is never edited: decisions name its hash. A change is a new file, and a new line here.
RELEASED = {
    ("cn", "2026.1"): "c57bce69ff220fc4f36bd3ff3a8a7240c55bd9540e597b4a327039b2c3bcb80c",
    ("cn", "2026.2"): "80a1fc1711e5a0a870d6066bbe941c95ec0daffd1f7d789c1d7f97e58a66dc1a",
    ("cn", "2026.3"): "4adce64e7fae49e3ece75e2f43ab3058f8bf7137b77a6475df93aa86eaaff3c9",
    ("in", "2026.1"): "33b6c6ffa9152a4f966a54a74260e839f136341cdec9dd41dff788814855f001",
    ("in", "2026.2"): "0aa53ad1866f61728da4e05de08caf07c8aeb6b57ef12f3063b8efd1b18be417",
    ("uk", "2026.1"): "3cdad9aad2343fa0f13edf89973c59972d37d944b57a2131461fc6c3bf2484c2",
    ("uk", "2026.2"): "97c63ffe133051ed8bcd74f43eff93d9175fbc048f3e1d52a1d339f6a410b6fe",
    ("us", "2026.1"): "0ccd9740ddac7029b0412c184923f0cb772e92baba407ad6871ddddac2b500db",
    ("us", "2026.2"): "ccee04a5dd78c6714fec3d5b71aeb4eaeedc944ed6691de0f27e1864356cc846",
    ("us", "2026.3"): "c04774ab38b063eb62e9e21d40d4c563fea312653652df778fe429318d52302c",
    ("us-ma", "2026.1"): "fc171c59ba2c29c7535b59302723f8a511ab825804080c3aad3c210048d1e003",
    ("us-ma", "2026.2"): "02affb688c151b7af03a297040b94b1011bd0e2530e785f9487f632f6c41762c",
}

PACK = """
[pack]
id = "xx"
jurisdiction = "XX"
title = "A test's law"
version = "{version}"
effective = {effective}

[[rule]]
id = "{rule}"
subject = "Crew"
kind = "staffing"
channels = ["visit"]
figure = {figure}
unit = "collectors"
verdict = "warn"
source = "a test"
confidence = "H"
basis = "law"
version = 1
effective = {rule_effective}
floor = true
"""


def pack(
    version: str = "1",
    effective: str = "2026-01-01",
    rule: str = "XX-1",
    figure: int = 1,
    rule_effective: str = "2026-01-01",
    name: str = "xx",
) -> bytes:
    text = PACK.format(
        version=version, effective=effective, rule=rule, figure=figure, rule_effective=rule_effective
    )
    return text.replace('id = "xx"', f'id = "{name}"').encode()


def test_released_packs_are_never_edited() -> None:
    assert {(pack.id, pack.version): pack.hash for pack in load_packs()} == RELEASED


def test_every_kind_of_hold_stops_visits_in_every_released_pack() -> None:
    for released in load_packs():
        if "-" in released.jurisdiction:
            continue  # a state's law speaks beside the country's, which has them
        stopped = set[HoldKind]()
        for rule in released.rules:
            if isinstance(rule.measure, Holds) and rule.concerns(Action.DEPART, Channel.VISIT):
                assert rule.verdict is Verdict.REFUSE
                stopped |= rule.measure.kinds
        assert stopped == set(HoldKind)


def test_a_house_default_says_so_and_is_no_floor() -> None:
    house = [rule for pack in load_packs() for rule in pack.rules if rule.basis == "house"]
    assert {"CN-NOTICE-1", "CN-FREQ-3", "US-NOTICE-1"} <= {rule.id for rule in house}
    for rule in house:
        assert rule.source.startswith("house ")
        assert rule.floor is rule.fixed


def test_the_book_takes_the_newest_release_in_force_on_the_day() -> None:
    packs = list_packs(
        {"xx-2.toml": pack("2", "2026-07-01", figure=2), "xx.toml": pack("1", "2026-01-01", figure=1)}
    )
    settings = RuleSettings(("xx",))

    assert [pack.version for pack in packs] == ["1", "2"]
    assert effective(packs, date(2026, 6, 30), settings).packs[0].version == "1"
    assert effective(packs, date(2026, 7, 1), settings).packs[0].version == "2"
    with pytest.raises(PackError, match="from 2026-01-01 on, not yet on 2025-12-31"):
        effective(packs, date(2025, 12, 31), settings)


def test_a_rule_binds_from_its_own_day_on() -> None:
    packs = list_packs({"xx.toml": pack(rule_effective="2026-05-01")})
    assert effective(packs, date(2026, 4, 30), RuleSettings(("xx",))).rules == ()
    assert [rule.id for rule in effective(packs, date(2026, 5, 1), RuleSettings(("xx",))).rules] == ["XX-1"]


def test_a_book_names_packs_settings_and_zone_data() -> None:
    names = book("cn", "us").names
    assert names.keys() == {"cn", "us", "settings", "tzdata"}
    assert names["cn"] == RELEASED["cn", "2026.1"]
    assert names["settings"] == RuleSettings(("us", "cn")).hash
    assert names["settings"] != book("cn", "us", rules=(RuleSetting("CN-NOTICE-1", 1),)).names["settings"]


def test_a_book_covers_a_jurisdiction_and_its_parts() -> None:
    assert book("us").covers("US-MA")
    assert book("us").covers("US")
    assert not book("us").covers("CN")


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"a.toml": pack(), "b.toml": pack(effective="2026-02-02")}, "b.toml: pack xx has another file"),
        ({"a.toml": pack(), "b.toml": pack(version="2")}, "b.toml: pack xx has another file"),
        ({"a.toml": pack(), "b.toml": pack(name="yy")}, "b.toml, rule XX-1: pack xx has a rule of this id"),
    ],
)
def test_releases_and_rule_ids_are_unique_over_all_files(files: dict[str, bytes], message: str) -> None:
    with pytest.raises(PackError, match=message):
        list_packs(files)


def test_a_tenant_works_under_packs_that_exist() -> None:
    with pytest.raises(PackError, match="No pack is chosen"):
        effective(load_packs(), DAY, RuleSettings(()))
    with pytest.raises(PackError, match="no pack 'fr'; there are cn, in, uk, us, us-ma"):
        effective(load_packs(), DAY, RuleSettings(("fr",)))


def test_a_tenant_sets_rules_that_exist_and_each_once() -> None:
    with pytest.raises(RuleSettingError, match="US-NOTICE-1"):
        book("cn", rules=(RuleSetting("US-NOTICE-1", 1),))
    with pytest.raises(RuleSettingError, match="two settings"):
        book("cn", rules=(RuleSetting("CN-NOTICE-1", 1), RuleSetting("CN-NOTICE-1", 2)))


def test_a_decision_is_replayed_with_the_releases_of_its_day() -> None:
    settings = RuleSettings(("cn",), (RuleSetting("CN-NOTICE-1", 48),))
    then = effective(load_packs(), DAY, settings)
    facts = visit(at("2026-11-24 22:30"))
    decision = decide(facts, then, at("2026-11-24 22:30"))

    again = replayed(load_packs(), decision.packs, DAY, settings)
    assert decide(facts, again, decision.judged_at) == decision
    # Today's newest release would be another book.
    assert again.names != effective(load_packs(), date(2026, 12, 9), settings).names


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"cn": "0" * 64}, "not kept here: cn"),
        ({"tzdata": "1999a"}, "tzdata 1999a"),
        ({"settings": "0" * 64}, "not the settings"),
    ],
)
def test_what_cannot_be_replayed_says_what_is_missing(changed: dict[str, str], says: str) -> None:
    settings = RuleSettings(("cn",))
    named = dict(effective(load_packs(), DAY, settings).names) | changed
    with pytest.raises((PackError, RuleSettingError), match=says):
        replayed(load_packs(), named, DAY, settings)
