"""`hours`: times of day at which the customer is left alone, by every clock possible at the address.

Presence is half-open, so a visit may end at 22:00:00 sharp where 22:00-08:00 is blocked. `opens = "after"`
is for a law that says «after 8:00»: 08:00:00 itself is still blocked, 08:00:01 is not.
"""

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import ClassVar, Self

from field_visits.compliance.facts import Action
from field_visits.compliance.rules import (
    HORIZON_S,
    Constraint,
    FigureError,
    Measure,
    Question,
    Rule,
    past_barren,
)
from field_visits.compliance.spans import DAY_S, EVER, FOREVER, Spans, from_s, merged, minus
from field_visits.compliance.zones import Zone

_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d|24:00", re.ASCII)


def _second_of_day(text: object) -> int:
    if not isinstance(text, str) or not _TIME.fullmatch(text):
        raise FigureError(f"a time of day is written like 22:00, not {text!r}")
    return int(text[:2]) * 3600 + int(text[3:]) * 60


@dataclass(frozen=True, slots=True)
class Hours(Measure):
    """Blocked times of day, `[from, to]` pairs of local wall clock; a pair may cross midnight."""

    KIND: ClassVar[str] = "hours"
    UNIT: ClassVar[str] = "blocked_local_time"
    ACTIONS: ClassVar[frozenset[Action]] = frozenset(Action)
    OPTIONS: ClassVar[frozenset[str]] = frozenset({"opens"})

    pairs: tuple[tuple[str, str], ...]
    opens: str
    blocked: Spans
    edges: tuple[int, ...]

    @classmethod
    def read(cls, figure: object, options: Mapping[str, object]) -> Self:
        opens = options.get("opens", "at")
        if not isinstance(opens, str) or opens not in {"at", "after"}:
            raise FigureError('opens is "at" (08:00 itself is lawful) or "after" (it is not yet)')
        return cls._built(figure, opens)

    def refigured(self, figure: object) -> Self:
        return self._built(figure, self.opens)

    @classmethod
    def _built(cls, figure: object, opens: str) -> Self:
        if not isinstance(figure, list | tuple) or not figure:
            raise FigureError('figure is a list of blocked [from, to] pairs, like [["22:00", "08:00"]]')
        parts: list[tuple[int, int]] = []
        pairs: list[tuple[str, str]] = []
        for pair in figure:
            if not isinstance(pair, list | tuple) or len(pair) != 2:  # noqa: PLR2004 - from and to
                raise FigureError(f"a blocked time is a [from, to] pair, not {pair!r}")
            begin, end = _second_of_day(pair[0]), _second_of_day(pair[1])
            if begin == end:
                raise FigureError(f"the blocked time {pair[0]}-{pair[1]} is empty")
            pairs.append((str(pair[0]), str(pair[1])))
            parts += [(begin, end)] if begin < end else [(begin, DAY_S), (0, end)]
        parts = sorted(part for part in parts if part[0] < part[1])
        if any(following[0] < before[1] for before, following in pairwise(parts)):
            raise FigureError("blocked times overlap; write each time of day once")
        if opens == "after":
            # The closing second of a blocked time belongs to it; at midnight that is second 0.
            parts += [(end % DAY_S, end % DAY_S + 1) for _, end in parts]
        blocked = merged(parts)
        lawful = minus(((0, DAY_S),), blocked)
        if not lawful:
            raise FigureError("the blocked times leave no lawful time of day")
        return cls(pairs=tuple(pairs), opens=opens, blocked=blocked, edges=tuple(chain.from_iterable(lawful)))

    def is_looser_than(self, base: Self) -> bool:
        return bool(minus(base.blocked, self.blocked))

    def __str__(self) -> str:
        times = ", ".join(f"{begin}-{end}" for begin, end in self.pairs)
        closing = ", the closing instant included" if self.opens == "after" else ""
        return f"blocked {times} local time{closing}"

    def constraints(self, rule: Rule, question: Question) -> tuple[Constraint, ...]:
        return tuple(_Clock(rule, self.edges, zone, question) for zone in question.zones)


class _Clock(Constraint):
    """The hours of one zone: the whole presence lies in lawful hours or under a consent, second by second."""

    def __init__(self, rule: Rule, edges: tuple[int, ...], zone: Zone, question: Question) -> None:
        self.rule = rule
        self._edges = edges
        self._zone = zone
        self._need = question.duration
        self._consents = question.consents_to(rule)
        self.events = tuple(edge for span, _ in self._consents for edge in span if EVER < edge < FOREVER)

    def _hours_at(self, second: int) -> tuple[bool, int]:
        """Whether the hours are lawful at `second`, and the next second at which that may change."""
        offset, steady_until = self._zone.offset(second)
        of_day = (second + offset) % DAY_S
        at = bisect_right(self._edges, of_day)
        edge = self._edges[at] if at < len(self._edges) else DAY_S
        return at % 2 == 1, min(second - of_day + edge, steady_until)

    def _hours_until(self, second: int) -> int:
        """The first second at or after `second` outside lawful hours."""
        is_open, change = self._hours_at(second)
        while is_open:
            second = change
            is_open, change = self._hours_at(second)
        return second

    def _present_until(self, second: int) -> int:
        """The first second at or after `second` neither in lawful hours nor under a consent."""
        reached = self._hours_until(second)
        if not self._consents:
            return reached
        while reached < FOREVER:
            ends = [end for (begin, end), _ in self._consents if begin <= reached < end]
            if not ends:
                break
            reached = max(ends)
            if reached < FOREVER:
                reached = self._hours_until(reached)
        return reached

    def _opens_after(self, second: int, limit: int) -> int:
        """For a blocked `second`, the next one at which presence may begin (or one beyond `limit`)."""
        opening = min((begin for (begin, _), _ in self._consents if begin > second), default=FOREVER)
        while second < min(opening, limit + 1):
            is_open, change = self._hours_at(second)
            if is_open:
                return second
            second = change
        return min(second, opening)

    def free_from(self, second: int) -> int | None:
        limit = second + HORIZON_S
        while True:
            until = self._present_until(second)
            if until - second >= self._need:
                return second
            second = self._opens_after(until, limit)
            if second > limit:
                leap = past_barren(self.events, second)
                if leap is None:
                    return None
                second, limit = leap

    def objects_from(self, second: int) -> int | None:
        until = self._present_until(second)
        return None if until >= FOREVER else until - self._need + 1

    def lifted_by(self, second: int) -> str | None:
        if not self._consents or self._hours_until(second) - second >= self._need:
            return None
        end = second + self._need
        return next(evidence for (begin, until), evidence in self._consents if begin < end and second < until)

    def detail(self, second: int) -> str:
        begin, end = self._zone.local(second), from_s(second + self._need).astimezone(self._zone.info)
        if self._need == 1:
            span = begin.strftime("%Y-%m-%d %H:%M:%S")
        elif begin.date() == end.date():
            span = f"{begin:%Y-%m-%d %H:%M}-{end:%H:%M}"
        else:
            span = f"{begin:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M}"
        return f"It would be {span} in {self._zone.key}."
