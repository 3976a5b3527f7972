"""A bad pack is refused with its file, line and rule: the product would rather not start."""

import re

import pytest

from field_visits.compliance.pack_file import PackError, read_pack

GOOD = """\
[pack]
id = "xx"
jurisdiction = "XX"
title = "A test's law"
version = "1"
effective = 2026-01-01

[[rule]]
id = "XX-HOUR-1"
subject = "Hours"
kind = "hours"
channels = ["visit"]
figure = [["22:00", "08:00"]]
unit = "blocked_local_time"
lifted_by = "odd_hours"
verdict = "refuse"
source = "a test"
confidence = "H"
basis = "law"
version = 1
effective = 2026-01-01
floor = true

[[rule]]
id = "XX-NOTICE-1"
subject = "Notice"
kind = "notice"
channels = ["visit"]
actions = ["book", "depart"]
figure = 24
unit = "hours"
verdict = "refuse"
source = "house default"
confidence = "L"
basis = "house"
version = 1
effective = 2026-01-01
floor = false
"""


def test_a_good_pack_is_read_whole() -> None:
    head, rules = read_pack(GOOD.encode(), "xx.toml")
    assert (head.id, head.jurisdiction, head.version) == ("xx", "XX", "1")
    assert [(rule.id, rule.kind, rule.figure) for rule in rules] == [
        ("XX-HOUR-1", "hours", "blocked 22:00-08:00 local time"),
        ("XX-NOTICE-1", "notice", "notice at least 24 h before"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('figure = [["22:00", "08:00"]]\n', "", "line 8, rule XX-HOUR-1: figure missing"),
        ('[["22:00", "08:00"]]', '[["22:00", "08:00"], ["07:00", "09:00"]]', "line 8, .*overlap"),
        ("figure = 24", "figure = 24.5", "line 24, rule XX-NOTICE-1: figure is a whole number of hours"),
        ('unit = "hours"', 'unit = "days"', "line 24, .*unit of a rule of kind notice is 'hours'"),
        ('kind = "notice"', 'kind = "nonsense"', "line 24, .*kind 'nonsense' is not known; there are hours"),
        ('kind = "notice"\n', "", "line 24, .*kind None is not known"),
        ('"XX-NOTICE-1"', '"XX-HOUR-1"', "line 24, rule XX-HOUR-1: this id already stands at line 8"),
        ('id = "XX-NOTICE-1"\n', "", r"line 24, rule \(no id\): id missing"),
        ('"XX-NOTICE-1"', '"notice one"', "does not look like one"),
        ('confidence = "L"', 'confidence = "sure"', "confidence 'sure' is not one of H"),
        ('basis = "house"', 'basis = "hearsay"', "basis 'hearsay'"),
        ("floor = false", "floor = true", "only a law is a floor"),
        ("floor = false", "floor = 0", "floor is true or false"),
        ("floor = false", "floor = false\nfixed = true", "what is fixed is a floor too"),
        ("floor = false", "floor = false\ncolour = 1", "colour not known here"),
        ('basis = "house"\nversion = 1', 'basis = "house"\nversion = 0', "version is a whole number from 1"),
        ('["book", "depart"]', '["book", "offer"]', "a rule of kind notice is never asked at offer"),
        ('["book", "depart"]', '["loiter"]', "actions 'loiter' is not known"),
        ('channels = ["visit"]\nactions', "channels = []\nactions", "channels is a list that is not empty"),
        ('channels = ["visit"]\nactions', 'channels = ["fax"]\nactions', "channels 'fax' is not known"),
        ('lifted_by = "odd_hours"', "in_writing = true", "in_writing speaks of a consent"),
        ('lifted_by = "odd_hours"', 'lifted_by = "odd_hours"\nin_writing = 1', "in_writing is true or false"),
        ('lifted_by = "odd_hours"', 'lifted_by = "charm"', "lifted_by 'charm' is not known"),
        ('verdict = "refuse"\nsource = "house', 'verdict = "allow"\nsource = "house', "nothing to say"),
        ('source = "a test"', 'source = " "', "source is a text that is not empty"),
        ("effective = 2026-01-01\nfloor = false", 'effective = "2026"\nfloor = false', "effective is a day"),
        (
            "effective = 2026-01-01\nfloor = false",
            "effective = 2026-01-01T00:00:00Z\nfloor = false",
            "is a day",
        ),
        ('id = "xx"', 'id = "Xx!"', r"\[pack\]: id 'Xx!' does not look like one"),
        ('title = "A test\'s law"\n', "", r"\[pack\]: title missing"),
        ("[pack]", "[[pack]]", r"\[pack\] is one table"),
        ("[pack]", "[pack", "not readable as TOML: .*line 1"),
        ("[pack]", "[head]", "the file: pack missing"),
    ],
)
def test_a_bad_pack_is_refused_and_the_message_says_where(old: str, new: str, message: str) -> None:
    assert old in GOOD
    with pytest.raises(PackError, match=re.compile(rf"^xx\.toml.*{message}", re.DOTALL)):
        read_pack(GOOD.replace(old, new, 1).encode(), "xx.toml")


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(PackError, match="not readable"):
        read_pack(b"\xff\xfe", "xx.toml")


def test_rules_are_tables() -> None:
    head = GOOD[: GOOD.index("[[rule]]")]
    for rules in ("rule = []\n", "rule = [1]\n", "rule = 1\n"):
        with pytest.raises(PackError, match=r"written as \[\[rule\]\]"):
            read_pack((rules + head).encode(), "xx.toml")


def test_rules_written_inline_are_named_by_their_number() -> None:
    head = GOOD[: GOOD.index("[[rule]]")]
    with pytest.raises(PackError, match=r"rule 1, rule XX-1: kind None"):
        read_pack(('rule = [{id = "XX-1"}]\n' + head).encode(), "xx.toml")


def test_two_figures_for_one_subject_and_channel_overlap() -> None:
    second = GOOD[GOOD.index("[[rule]]") :].replace("-1", "-2")
    with pytest.raises(PackError, match=r"rule XX-HOUR-2: its figure overlaps that of XX-HOUR-1 \(line 8"):
        read_pack((GOOD + "\n" + second).encode(), "xx.toml")
    apart = second.replace('["visit"]', '["call"]')
    assert len(read_pack((GOOD + "\n" + apart).encode(), "xx.toml")[1]) == 4
