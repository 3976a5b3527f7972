"""One entry of a case's story as people read it: what happened, who, when and how we know it, what the rules said.

Pure: from an entry's exact bytes and its body, with the names that a reader may see. Which entries there are
is `queries`' matter.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from field_visits.appointments.purposes import Purpose, words_for
from field_visits.dossier.wording import SENTENCES, UNSAID, Language, word
from field_visits.evidence.codes import Code
from field_visits.evidence.log import LoggedEntry
from field_visits.kernel.money import MINOR_DIGITS, Money
from field_visits.visits.outcomes import OUTCOMES

_ERASED = {Language.ZH: "（内容已依法删除）", Language.EN: "(erased)"}
# Blanks whose values are people.
_PEOPLE = frozenset({"collector_id", "crew", "lead_id", "partner_id", "requested_by"})


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who acts; `name` is None where the reader may not see it, or it was erased."""

    id: UUID
    badge: str | None
    name: str | None


@dataclass(frozen=True, slots=True)
class Who:
    """In whose name an entry was made."""

    kind: str
    id: UUID | None
    badge: str | None
    name: str | None
    sweep: str | None

    def shown(self, language: Language) -> str:
        """How a report names them: by badge, and by name where one may be seen."""
        if self.kind == "system":
            return f"{'系统' if language is Language.ZH else 'the system'} · {self.sweep or ''}".rstrip(" ·")
        if self.kind == "customer":
            return "客户" if language is Language.ZH else "the customer"
        told = " ".join(part for part in (self.badge, self.name) if part)
        return told or (str(self.id)[:8] if self.id else UNSAID)


@dataclass(frozen=True, slots=True)
class NamedObject:
    """A file that an entry names by hash, and the state of its proof now."""

    sha256: str
    state: str
    kind: str | None = None
    attachment_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One entry, told.

    `occurred_at` is claimed; [`not_before`, `not_after`] is the bracket in which it can have happened, by the
    server's clock; `received_at` is when the server wrote it. `index` is its place in the log, None while it waits.
    """

    id: UUID
    code: Code
    kind: str
    subject_table: str
    subject_id: UUID
    sentence_zh: str
    sentence_en: str
    who: Who
    occurred_at: datetime
    not_before: datetime | None
    not_after: datetime
    received_at: datetime
    decision: Mapping[str, Any] | None
    is_breach: bool
    is_refusal: bool
    is_erased: bool
    objects: tuple[NamedObject, ...]
    cause: UUID | None
    receipt: str
    index: int | None
    no: int | None

    def sentence(self, language: Language) -> str:
        return self.sentence_zh if language is Language.ZH else self.sentence_en

    @property
    def place(self) -> str:
        """Its index in the log, or «waiting»."""
        return "waiting" if self.index is None else str(self.index)


@dataclass(frozen=True, slots=True)
class Telling:
    """What a reader may be told besides the entries themselves.

    Args:
        zone: The zone in which times are written into sentences.
        people: By user id; who is not here is shown by id alone.
        objects: By SHA-256 in hex.
    """

    zone: ZoneInfo
    people: Mapping[UUID, Person] = field(default_factory=dict)
    objects: Mapping[str, NamedObject] = field(default_factory=dict)

    def tell(self, entry: LoggedEntry) -> TimelineEntry:
        """The entry in words. An erased body is said plainly, never guessed."""
        told = json.loads(entry.canonical)
        said = _Said(self, _values(entry), is_erased=entry.body is None)
        code = Code(entry.code)
        bracket = told["bracket"]
        return TimelineEntry(
            id=entry.id,
            code=code,
            kind=entry.kind,
            subject_table=entry.subject_table,
            subject_id=entry.subject_id,
            sentence_zh=said.sentence(code, Language.ZH),
            sentence_en=said.sentence(code, Language.EN),
            who=self._who(told["actor"]),
            occurred_at=entry.occurred_at,
            not_before=None if bracket["not_before"] is None else _instant(bracket["not_before"]),
            not_after=_instant(bracket["not_after"]),
            received_at=entry.received_at,
            decision=told["decision"],
            is_breach=told["breach"],
            is_refusal=is_refusal(code),
            is_erased=entry.body is None,
            objects=tuple(self.objects.get(one, NamedObject(one, "unknown")) for one in told["objects"]),
            cause=None if told["cause"] is None else UUID(told["cause"]),
            receipt=entry.hash.hex(),
            index=None if entry.place is None else entry.place.index,
            no=None if entry.place is None else entry.place.record.no,
        )

    def _who(self, actor: Mapping[str, Any]) -> Who:
        user = None if actor["id"] is None else UUID(actor["id"])
        person = None if user is None else self.people.get(user)
        return Who(
            kind=actor["kind"],
            id=user,
            badge=None if person is None else person.badge,
            name=None if person is None else person.name,
            sweep=actor["name"],
        )

    def person(self, user: str) -> str:
        """A person named inside a body: by badge, and name where one may be seen."""
        found = self.people.get(UUID(user))
        told = "" if found is None else " ".join(part for part in (found.badge, found.name) if part)
        return told or user[:8]


def is_refusal(code: Code) -> bool:
    """Whether the code tells of an intent that was refused."""
    return code.value.endswith(":refused")


def objects_of(entries: Sequence[LoggedEntry]) -> list[str]:
    """Every file that these entries name, by SHA-256 in hex; each once, in the order of the story."""
    return list(dict.fromkeys(one for entry in entries for one in json.loads(entry.canonical)["objects"]))


def people_of(entries: Sequence[LoggedEntry]) -> set[UUID]:
    """Every person who acts in these entries or is named in a blank of theirs."""
    found = {entry.actor_id for entry in entries if entry.actor_id is not None}
    for entry in entries:
        for name, value in _values(entry).items():
            if name in _PEOPLE and value:
                found |= {UUID(one) for one in (value if isinstance(value, list) else [value])}
    return found


def local(instant: datetime, zone: ZoneInfo) -> str:
    """An instant in a zone, with its offset: 2026-11-25 10:03:22 +08:00."""
    there = instant.astimezone(zone)
    offset = there.strftime("%z")
    return f"{there:%Y-%m-%d %H:%M:%S} {offset[:3]}:{offset[3:5]}"


def _values(entry: LoggedEntry) -> dict[str, Any]:
    """What a body says, flat: the subject's own columns, then facts; of a refusal also what was asked."""
    if entry.body is None:
        return {}
    body = json.loads(entry.body)
    facts: dict[str, Any] = body.get("facts", {})
    values: dict[str, Any] = {}
    for row in body.get("rows", ()):
        if row["id"] == str(entry.subject_id):
            values |= row["after"]
    asked = facts.get("asked")
    return values | (asked if isinstance(asked, dict) else {}) | facts


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


@dataclass(frozen=True, slots=True)
class _Said:
    """The blanks of one entry."""

    telling: Telling
    values: Mapping[str, Any]
    is_erased: bool

    def sentence(self, code: Code, language: Language) -> str:
        unsaid = _ERASED[language] if self.is_erased else UNSAID
        told = SENTENCES[code].fill(language, lambda name: self._say(name, language), unsaid=unsaid)
        return f"{told} {_ERASED[language]}" if self.is_erased and unsaid not in told else told

    def _say(self, name: str, language: Language) -> str | None:  # noqa: PLR0911 - one line a kind of blank
        if name in {"amount", "total"}:
            return self._money(f"{name}_minor")
        value = self.values.get(name)
        if value is None or value in ("", [], {}):
            return None
        if name in _PEOPLE:
            people = value if isinstance(value, list) else [value]
            return ("、" if language is Language.ZH else ", ").join(map(self.telling.person, people))
        if name == "outcome" and value in OUTCOMES:
            known = OUTCOMES[value]
            return f"{known.zh if language is Language.ZH else known.en} ({known.code})"
        if name == "purpose" and value in set(Purpose):
            return words_for(value, language.value)
        if name.endswith("_m"):
            return f"{float(value):.0f}"
        if name.endswith(("_at", "_from", "_to")) and isinstance(value, str):
            return local(_instant(value), self.telling.zone)
        return word(value, language) if isinstance(value, str) else str(value)

    def _money(self, name: str) -> str | None:
        minor, currency = self.values.get(name), self.values.get("currency")
        if not isinstance(minor, int) or currency not in MINOR_DIGITS:
            return None
        return str(Money(minor, currency))
