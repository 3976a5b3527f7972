"""Whatever a rule says to a person, it can say in Chinese."""

import re

import pytest

from field_visits.compliance.facts import About, Ground, HoldKind, Party, Place
from field_visits.compliance.packs import load_packs
from field_visits.compliance.words_zh import SENTENCES_ZH, WORDS_ZH

RULES = [rule for pack in load_packs() for rule in pack.rules]
# Two words of English in a row.
_ENGLISH = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,}")


def in_chinese(text: str) -> str:
    """As the screens say it."""
    for pattern, told in SENTENCES_ZH.items():

        def say(found: re.Match[str], told: str = told) -> str:
            return re.sub(r"\$(\d)", lambda place: words(found[int(place[1])]), told)

        text = re.sub(pattern, say, text)
    return text


def words(told: str) -> str:
    return re.sub(r"[a-z_]{3,}", lambda code: WORDS_ZH.get(code[0], code[0]), told).replace(", ", "、")


@pytest.mark.parametrize("figure", sorted({str(rule.measure) for rule in RULES}))
def test_every_figure(figure: str) -> None:
    assert re.search(r"[a-z]{2}", in_chinese(figure)) is None


@pytest.mark.parametrize(
    "source", sorted({rule.source for rule in RULES if rule.source.startswith(("house", "common"))})
)
def test_every_source_of_the_house(source: str) -> None:
    assert not _ENGLISH.search(re.sub("CONC.*", "", in_chinese(source)))


def test_every_source_of_the_chinese_packs() -> None:
    told = {in_chinese(rule.source) for rule in RULES if rule.id.startswith("CN-")}

    assert [source for source in told if _ENGLISH.search(source)] == []


@pytest.mark.parametrize("kind", [About, Ground, HoldKind, Party, Place])
def test_every_word_that_stands_in_a_sentence(
    kind: type[About | Ground | HoldKind | Party | Place],
) -> None:
    assert [each.value for each in kind if each.value not in WORDS_ZH] == []


@pytest.mark.parametrize(
    ("said", "chinese"),
    [
        (
            "It would be 2026-11-25 21:30-22:00 in Asia/Shanghai.",
            "届时是 2026-11-25 21:30-22:00（Asia/Shanghai）。",
        ),
        (
            "It would be 2026-11-25 21:30 to 2026-11-26 01:00 in Asia/Urumqi.",
            "届时是 2026-11-25 21:30 至 2026-11-26 01:00（Asia/Urumqi）。",
        ),
        (
            "There is one at 2026-11-23T01:00:00.5+00:00. There is one at 2026-11-24T01:00:00+00:00.",
            "2026-11-23T01:00:00.5+00:00 已有一次。 2026-11-24T01:00:00+00:00 已有一次。",
        ),
        (
            "A hold (dispute) binds since 2026-11-23T01:00:00+00:00; a person has to lift it.",
            "停催（债务异议）自 2026-11-23T01:00:00+00:00 起，须由有权限的人解除。",
        ),
        (
            "The person is spouse and would be spoken to of the debt.",
            "对方是配偶，要谈的是欠款。",
        ),
        (
            "notice at least 1 h before (set by this organisation, signed off by 方正言 on 2026-11-01)",
            "至少提前 1 小时通知（本机构设定，方正言 于 2026-11-01 签字）",
        ),
    ],
)
def test_a_sentence_is_said_with_its_values(said: str, chinese: str) -> None:
    assert in_chinese(said) == chinese


def test_both_languages_expressions_read_the_patterns() -> None:
    # What the browsers' expressions do not know: named groups of Python's spelling, and inline flags.
    assert not any("(?P" in pattern or "(?i" in pattern for pattern in SENTENCES_ZH)
