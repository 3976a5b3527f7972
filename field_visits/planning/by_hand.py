"""What people decided in a draft by hand: planning keeps to it, whatever a solver would rather do. Pure."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from field_visits.appointments.crews import Team
from field_visits.kernel.ids import AppointmentId, UserId


@dataclass(frozen=True, slots=True)
class ByHand:
    """Pinned crews (None where a pin was taken off), earliest starts, and visits taken out of the day."""

    pins: Mapping[AppointmentId, Team | None] = field(default_factory=dict)
    not_before: Mapping[AppointmentId, datetime] = field(default_factory=dict)
    taken_out: AbstractSet[AppointmentId] = frozenset()

    def __contains__(self, appointment: AppointmentId) -> bool:
        return appointment in self.pins or appointment in self.not_before or appointment in self.taken_out

    def placed(
        self, appointment: AppointmentId, team: Team | None, *, is_pinned: bool, not_before: datetime | None
    ) -> Self:
        """As it is once somebody put the visit there; `team` None takes it out of the day."""
        starts = {one: start for one, start in self.not_before.items() if one != appointment}
        if team is None:
            return replace(self, not_before=starts, taken_out=self.taken_out | {appointment})
        if not_before is not None:
            starts[appointment] = not_before
        pins = {**self.pins, appointment: team} if is_pinned else self.pins
        return replace(self, pins=pins, not_before=starts, taken_out=self.taken_out - {appointment})

    def pinned(self, appointment: AppointmentId, team: Team | None) -> Self:
        """As it is once the visit is pinned to `team`, or to nobody."""
        return replace(self, pins={**self.pins, appointment: team})

    def as_json(self) -> dict[str, Any]:
        """In a draft's row."""
        return {
            "pins": {
                str(one): None if team is None else [str(person) for person in team.members]
                for one, team in self.pins.items()
            },
            "not_before": {str(one): start.isoformat() for one, start in self.not_before.items()},
            "taken_out": sorted(map(str, self.taken_out)),
        }

    @classmethod
    def of_json(cls, told: Mapping[str, Any]) -> Self:
        """From a draft's row."""
        return cls(
            {
                AppointmentId(UUID(one)): None if people is None else Team(*map(_user, people))
                for one, people in told["pins"].items()
            },
            {
                AppointmentId(UUID(one)): datetime.fromisoformat(start)
                for one, start in told["not_before"].items()
            },
            frozenset(AppointmentId(UUID(one)) for one in told["taken_out"]),
        )


def _user(text: str) -> UserId:
    return UserId(UUID(text))
