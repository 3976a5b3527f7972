"""Reading JSON that a stranger wrote: every refusal says where, what is wrong, and what would be right."""

import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, NoReturn


class FormError(ValueError):
    """The document is not of the form. `pointer` (RFC 6901) names the part; the sentence says what to change."""

    def __init__(self, pointer: str, sentence: str) -> None:
        super().__init__(f"{pointer or '/'}: {sentence}")
        self.pointer = pointer
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Node:
    """One value of a document, and where it stands."""

    value: Any
    pointer: str = ""

    def refuse(self, sentence: str) -> NoReturn:
        raise FormError(self.pointer, sentence)

    def fields(self, known: Collection[str], required: Collection[str]) -> "Fields":
        """Read an object that has these fields and no others.

        Raises:
            FormError: it is no object, lacks a field, or has one that nobody reads (a typing error, most often).
        """
        if not isinstance(self.value, dict):
            self.refuse("give an object.")
        for name in self.value:
            if name not in known:
                self.child(name).refuse(f"nobody reads this field; there are: {', '.join(sorted(known))}.")
        for name in required:
            if name not in self.value:
                self.refuse(f"the field {name} is missing.")
        return Fields(self)

    def child(self, key: str | int) -> "Node":
        escaped = str(key).replace("~", "~0").replace("/", "~1")
        value = self.value[key] if isinstance(key, int) else self.value.get(key)
        return Node(value, f"{self.pointer}/{escaped}")

    def items(self) -> "Iterator[Node]":
        if not isinstance(self.value, list):
            self.refuse("give a list.")
        return (self.child(number) for number in range(len(self.value)))

    def text(self) -> str:
        if not isinstance(self.value, str) or not self.value.strip():
            self.refuse("give a text that is not empty.")
        return self.value

    def whole(self, low: int, high: int) -> int:
        if type(self.value) is not int or not low <= self.value <= high:
            self.refuse(f"give a whole number from {low} to {high}.")
        return self.value

    def figure(self, low: float, high: float) -> float:
        if (
            type(self.value) not in {int, float}
            or not math.isfinite(self.value)
            or not low <= self.value <= high
        ):
            self.refuse(f"give a number from {low:g} to {high:g}.")
        return float(self.value)

    def choice(self, values: Collection[str]) -> str:
        if self.value not in values:
            self.refuse(f"give one of: {', '.join(values)}.")
        return str(self.value)

    def pair(self, low: int, high: int) -> tuple[int, int]:
        ends = [one.whole(low, high) for one in self.items()]
        if len(ends) != 2:  # noqa: PLR2004 - a pair
            self.refuse("give a list of two: where it begins and where it ends.")
        return ends[0], ends[1]

    def texts(self) -> frozenset[str]:
        return frozenset(one.text() for one in self.items())


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of an object; one that is left out, or null, takes its default."""

    node: Node

    def __getitem__(self, name: str) -> Node:
        return self.node.child(name)

    def __contains__(self, name: str) -> bool:
        return self.node.value.get(name) is not None

    def whole(self, name: str, low: int, high: int, default: int) -> int:
        return self[name].whole(low, high) if name in self else default

    def limit(self, name: str, high: int) -> int | None:
        return self[name].whole(0, high) if name in self else None

    def text(self, name: str) -> str | None:
        return self[name].text() if name in self else None

    def texts(self, name: str) -> frozenset[str]:
        return self[name].texts() if name in self else frozenset()

    def items(self, name: str) -> Iterator[Node]:
        return self[name].items() if name in self else iter(())
