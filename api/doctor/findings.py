"""What a check found."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How it stands. Only `bad` makes `doorstep doctor` end with 1."""

    OK = "ok"
    NOTE = "note"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: how it stands, and what to do if it does not stand well."""

    name: str
    level: Level
    told: str
    do: str = ""

    def as_json(self) -> dict[str, str]:
        return {"check": self.name, "level": self.level.value, "told": self.told, "do": self.do}


Findings = Iterator[Finding]


def ok(name: str, told: str) -> Finding:
    return Finding(name, Level.OK, told)


def note(name: str, told: str, do: str) -> Finding:
    return Finding(name, Level.NOTE, told, do)


def bad(name: str, told: str, do: str) -> Finding:
    return Finding(name, Level.BAD, told, do)
