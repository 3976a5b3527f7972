"""Pages made from data are in step with the data."""

import re

from api.reference import import_faults, rule_words, rules
from api.reference.lifecycles import every_lifecycle, page
from field_visits.compliance.packs import load_packs
from tests.architecture.source import ROOT


def test_page_of_lifecycles_is_in_step() -> None:
    assert (ROOT / "docs" / "lifecycles.md").read_text("utf-8") == page(), "run `make reference`"


def test_every_subject_has_its_section() -> None:
    text = page()
    assert all(f"## {lifecycle.subject}\n" in text for lifecycle in every_lifecycle())
    assert {"appointment", "visit", "agreement", "attachment", "contact_hold"} <= {
        lifecycle.subject for lifecycle in every_lifecycle()
    }


def test_page_of_rules_is_in_step() -> None:
    assert (ROOT / "docs" / "rules.md").read_text("utf-8") == rules.page(), "run `make reference`"


def test_the_screens_words_for_faults_of_files_are_in_step() -> None:
    told = (ROOT / "web" / "dispatch" / "import" / "words" / "faults.json").read_text("utf-8")
    assert told == import_faults.page(), "run `make reference`"


def test_the_screens_words_for_rules_are_in_step() -> None:
    told = (ROOT / "web" / "ui" / "i18n" / "ruleWords.json").read_text("utf-8")
    assert told == rule_words.page(), "run `make reference`"


def test_whatever_the_page_says_is_asked_is_asked_by_some_room() -> None:
    rooms = (ROOT / "field_visits").rglob("*.py")
    source = "\n".join(path.read_text("utf-8") for path in rooms if "compliance" not in path.parts)
    asked = set(re.findall(r"Action\.([A-Z_]+)", source))
    assert {action.name for action in rules.ASKED} == asked


def test_no_rule_is_released_that_nothing_asks() -> None:
    idle = [
        rule.id
        for pack in rules.newest(load_packs())
        for rule in pack.rules
        if not rule.actions & set(rules.ASKED)
    ]
    assert idle == []
