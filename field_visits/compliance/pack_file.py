"""Reads one pack file into rules. A pack that cannot be read whole is not read at all."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from itertools import combinations
from typing import NoReturn, TypeVar

from field_visits.compliance.facts import Action, Channel, ConsentKind
from field_visits.compliance.kinds import KINDS
from field_visits.compliance.rules import BASES, CONFIDENCES, FigureError, Measure, Rule
from field_visits.kernel.decision import Verdict

_PACK_KEYS = frozenset({"id", "jurisdiction", "title", "version", "effective"})
_RULE_KEYS = frozenset(
    {
        "id",
        "subject",
        "kind",
        "channels",
        "figure",
        "unit",
        "verdict",
        "source",
        "confidence",
        "basis",
        "version",
        "effective",
        "floor",
    }
)
_RULE_OPTIONS = frozenset({"actions", "lifted_by", "in_writing", "fixed", "subject_zh"})
_PACK_ID = re.compile(r"[a-z]{2}(-[a-z0-9]+)?", re.ASCII)
_RULE_ID = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)+", re.ASCII)
_JURISDICTION = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?", re.ASCII)
_HEADING = re.compile(r"^\s*\[\[\s*rule\s*\]\]", re.MULTILINE)

Member = TypeVar("Member", bound=StrEnum)


class PackError(ValueError):
    """A pack that must not be used; the message names file, line and rule. The product refuses to start."""


class PackHead:
    """The `[pack]` table: which law, which release, from which day on."""

    def __init__(self, table: Mapping[str, object], file: str) -> None:
        place = _Place(file, "[pack]")
        place.keys(table, required=_PACK_KEYS, allowed=_PACK_KEYS | {"title_zh"})
        self.id = place.text(table, "id", _PACK_ID)
        self.jurisdiction = place.text(table, "jurisdiction", _JURISDICTION)
        self.title = place.text(table, "title")
        self.version = place.text(table, "version")
        self.effective = place.day(table, "effective")
        self.title_zh = place.text(table, "title_zh") if "title_zh" in table else None


class _Place:
    """Where in a pack we are reading, so that every complaint can say so."""

    def __init__(self, file: str, what: str) -> None:
        self.file = file
        self.what = what

    def fail(self, detail: str) -> NoReturn:
        raise PackError(f"{self.file}, {self.what}: {detail}.")

    def keys(self, table: Mapping[str, object], *, required: frozenset[str], allowed: frozenset[str]) -> None:
        if missing := sorted(required - table.keys()):
            self.fail(f"{', '.join(missing)} missing")
        if unknown := sorted(table.keys() - allowed):
            self.fail(f"{', '.join(unknown)} not known here")

    def text(self, table: Mapping[str, object], key: str, pattern: re.Pattern[str] | None = None) -> str:
        value = table[key]
        if not isinstance(value, str) or not value.strip():
            self.fail(f"{key} is a text that is not empty, not {value!r}")
        if pattern is not None and not pattern.fullmatch(value):
            self.fail(f"{key} {value!r} does not look like one")
        return value

    def day(self, table: Mapping[str, object], key: str) -> date:
        value = table[key]
        # A TOML date-time is a date too in Python, but not a day.
        if type(value) is not date:
            self.fail(f"{key} is a day like 2026-11-24, not {value!r}")
        return value

    def truth(self, table: Mapping[str, object], key: str) -> bool:
        value = table.get(key, False)
        if not isinstance(value, bool):
            self.fail(f"{key} is true or false, not {value!r}")
        return value

    def count(self, table: Mapping[str, object], key: str) -> int:
        value = table[key]
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            self.fail(f"{key} is a whole number from 1 on, not {value!r}")
        return value

    def one_of(self, table: Mapping[str, object], key: str, known: Sequence[str]) -> str:
        value = self.text(table, key)
        if value not in known:
            self.fail(f"{key} {value!r} is not one of {', '.join(known)}")
        return value

    def member(self, value: object, members: type[Member], what: str) -> Member:
        known = {member.value: member for member in members}
        if not isinstance(value, str) or value not in known:
            self.fail(f"{what} {value!r} is not known; there are {', '.join(known)}")
        return known[value]

    def members(self, value: object, members: type[Member], what: str) -> frozenset[Member]:
        if not isinstance(value, list) or not value:
            self.fail(f"{what} is a list that is not empty, not {value!r}")
        return frozenset(self.member(one, members, what) for one in value)


def read_pack(raw: bytes, file: str) -> tuple[PackHead, tuple[Rule, ...]]:
    """The head and the rules of the pack whose exact bytes are `raw`.

    Raises:
        PackError: Anything at all is missing, unknown, doubled, overlapping or of the wrong unit.
    """
    try:
        text = raw.decode("utf-8")
        document = tomllib.loads(text)
    except ValueError as error:  # both a decoding and a TOML error; the latter names line and column
        raise PackError(f"{file}: not readable as TOML: {error}.") from error
    whole = _Place(file, "the file")
    whole.keys(document, required=frozenset({"pack", "rule"}), allowed=frozenset({"pack", "rule"}))
    head, tables = document["pack"], document["rule"]
    if not isinstance(head, dict):
        whole.fail("[pack] is one table")
    if not isinstance(tables, list) or not tables or not all(isinstance(table, dict) for table in tables):
        whole.fail("rules are written as [[rule]] tables")
    lines = [text.count("\n", 0, match.end()) + 1 for match in _HEADING.finditer(text)]
    rules: dict[str, tuple[Rule, _Place]] = {}
    for number, table in enumerate(tables):
        line = f"line {lines[number]}" if number < len(lines) else f"rule {number + 1}"
        place = _Place(file, f"{line}, rule {table.get('id', '(no id)')}")
        rule = _read_rule(table, place)
        if rule.id in rules:
            place.fail(f"this id already stands at {rules[rule.id][1].what}")
        rules[rule.id] = (rule, place)
    _refuse_overlaps(rules)
    return PackHead(head, file), tuple(rule for rule, _ in rules.values())


def _read_rule(table: Mapping[str, object], place: _Place) -> Rule:
    measure = _read_measure(table, place)
    actions = measure.ACTIONS
    if "actions" in table:
        actions = place.members(table["actions"], Action, "actions")
        if strangers := sorted(actions - measure.ACTIONS):
            place.fail(f"a rule of kind {measure.KIND} is never asked at {', '.join(strangers)}")
    verdict = place.member(table["verdict"], Verdict, "verdict")
    if verdict is Verdict.ALLOW:
        place.fail("verdict is warn or refuse; a rule that only allows has nothing to say")
    basis = place.one_of(table, "basis", BASES)
    floor, fixed = place.truth(table, "floor"), place.truth(table, "fixed")
    if floor and basis != "law" and not fixed:
        place.fail(f"only a law is a floor; with basis {basis!r} it is a setting with a default")
    if fixed and not floor:
        place.fail("what is fixed is a floor too")
    lifted_by = table.get("lifted_by")
    in_writing = place.truth(table, "in_writing")
    if in_writing and lifted_by is None:
        place.fail("in_writing speaks of a consent; name it in lifted_by")
    return Rule(
        id=place.text(table, "id", _RULE_ID),
        subject=place.text(table, "subject"),
        channels=place.members(table["channels"], Channel, "channels"),
        actions=actions,
        verdict=verdict,
        measure=measure,
        source=place.text(table, "source"),
        confidence=place.one_of(table, "confidence", CONFIDENCES),
        basis=basis,
        version=place.count(table, "version"),
        effective=place.day(table, "effective"),
        floor=floor,
        fixed=fixed,
        lifted_by=None if lifted_by is None else place.member(lifted_by, ConsentKind, "lifted_by"),
        in_writing=in_writing,
        subject_zh=place.text(table, "subject_zh") if "subject_zh" in table else None,
    )


def _read_measure(table: Mapping[str, object], place: _Place) -> Measure:
    kind = table.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        place.fail(f"kind {kind!r} is not known; there are {', '.join(KINDS)}")
    measure_type = KINDS[kind]
    place.keys(table, required=_RULE_KEYS, allowed=_RULE_KEYS | _RULE_OPTIONS | measure_type.OPTIONS)
    if table["unit"] != measure_type.UNIT:
        place.fail(f"unit of a rule of kind {kind} is {measure_type.UNIT!r}, not {table['unit']!r}")
    options = {key: table[key] for key in measure_type.OPTIONS & table.keys()}
    try:
        return measure_type.read(table["figure"], options)
    except FigureError as error:
        place.fail(str(error))


def _refuse_overlaps(rules: Mapping[str, tuple[Rule, _Place]]) -> None:
    """Two figures for one subject would leave open which of them the pack means."""
    for (first, first_place), (second, place) in combinations(rules.values(), 2):
        if (
            first.kind == second.kind
            and first.subject == second.subject
            and first.channels & second.channels
            and first.actions & second.actions
        ):
            place.fail(
                f"its figure overlaps that of {first.id} ({first_place.what}): "
                f"one subject and channel has one figure"
            )
