"""Who can work when: shifts less absences, and what a crew can do together. Pure; no row is read here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from field_visits.kernel.ids import CrewId, ShiftId, UserId
from field_visits.kernel.points import Point


@dataclass(frozen=True, slots=True)
class Interval:
    """From `start` up to and without `end`."""

    start: datetime
    end: datetime

    def meet(self, other: "Interval") -> "Interval | None":
        """What both cover, or None."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Interval(start, end) if start < end else None


@dataclass(frozen=True, slots=True)
class Break:
    """A rest of `minutes`, to be taken somewhere within `window`."""

    window: Interval
    minutes: int

    def within(self, hours: Interval) -> "Break | None":
        """The break as it can still be taken within `hours`, or None where too little of its window is left."""
        window = self.window.meet(hours)
        if window is None or window.end - window.start < timedelta(minutes=self.minutes):
            return None
        return Break(window, self.minutes)


@dataclass(frozen=True, slots=True)
class Availability:
    """One unbroken stretch in which one collector works, with the places where the shift begins and ends."""

    collector_id: UserId
    shift_id: ShiftId
    hours: Interval
    start: Point
    end: Point
    breaks: tuple[Break, ...]
    skills: frozenset[str]


@dataclass(frozen=True, slots=True)
class CrewOnDuty:
    """One or two collectors who go together during `hours`: what a route planner calls a vehicle.

    `crew_id` is None for a collector whom nobody put into a crew: alone is a crew of one. Places are the
    lead's, skills are what either can do.
    """

    crew_id: CrewId | None
    lead_id: UserId
    partner_id: UserId | None
    hours: Interval
    start: Point
    end: Point
    breaks: tuple[Break, ...]
    skills: frozenset[str]

    @property
    def size(self) -> int:
        return 1 if self.partner_id is None else 2


def subtract(whole: Interval, absences: Iterable[Interval]) -> list[Interval]:
    """The stretches of `whole` that no absence covers, in order."""
    left = []
    start = whole.start
    for absence in sorted(absences, key=lambda one: one.start):
        if absence.start > start:
            left.append(Interval(start, min(absence.start, whole.end)))
        start = max(start, absence.end)
        if start >= whole.end:
            return [piece for piece in left if piece.start < piece.end]
    left.append(Interval(start, whole.end))
    return [piece for piece in left if piece.start < piece.end]


def cut(shift: Availability, absences: Iterable[Interval], within: Interval) -> list[Availability]:
    """What is left of a whole shift: one availability a stretch.

    The break goes with the first stretch that still has room for it; an absence that covers it replaces it.
    """
    hours = shift.hours.meet(within)
    if hours is None:
        return []
    pieces = []
    pending = list(shift.breaks)
    for stretch in subtract(hours, absences):
        kept = [fitted for one in pending if (fitted := one.within(stretch)) is not None]
        pending = [one for one in pending if one.within(stretch) is None]
        pieces.append(replace(shift, hours=stretch, breaks=tuple(kept)))
    return pieces


def alone(one: Availability) -> CrewOnDuty:
    """A collector as a crew of one."""
    return CrewOnDuty(None, one.collector_id, None, one.hours, one.start, one.end, one.breaks, one.skills)


def together(
    crew_id: CrewId, lead: Sequence[Availability], partner: Sequence[Availability]
) -> list[CrewOnDuty]:
    """Where both work: the intersection of their hours, the union of their skills."""
    shared = []
    for ours in lead:
        for theirs in partner:
            hours = ours.hours.meet(theirs.hours)
            if hours is not None:
                shared.append(
                    CrewOnDuty(
                        crew_id,
                        ours.collector_id,
                        theirs.collector_id,
                        hours,
                        ours.start,
                        ours.end,
                        _shared_breaks(ours.breaks, theirs.breaks, hours),
                        ours.skills | theirs.skills,
                    )
                )
    return shared


def _shared_breaks(ours: Sequence[Break], theirs: Sequence[Break], hours: Interval) -> tuple[Break, ...]:
    """Both rest at once where their windows allow it; otherwise the crew stops for each."""
    mine = [fitted for one in ours if (fitted := one.within(hours)) is not None]
    others = [fitted for one in theirs if (fitted := one.within(hours)) is not None]
    breaks = []
    for one in mine:
        partner_break = next((other for other in others if _joined(one, other) is not None), None)
        if partner_break is not None:
            others.remove(partner_break)
        breaks.append(one if partner_break is None else _joined(one, partner_break) or one)
    return tuple(sorted([*breaks, *others], key=lambda one: one.window.start))


def _joined(one: Break, other: Break) -> Break | None:
    window = one.window.meet(other.window)
    return None if window is None else Break(window, max(one.minutes, other.minutes)).within(window)
