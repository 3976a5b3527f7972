"""Who goes: the crew rows of one appointment, made by one rule so that the double-booking net holds.

A row binds while the appointment does; `during` is set while an interval is planned. A collector who left
the crew keeps a row with the role `former`: rows are never deleted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import Range

from field_visits.appointments.models import FORMER, LEAD, PARTNER, Appointment, AppointmentCrew
from field_visits.kernel.errors import Fault, InvalidError
from field_visits.kernel.ids import UserId
from field_visits.unit_of_work import Change, UnitOfWork

Span = tuple[datetime, datetime]
Rows = Sequence[AppointmentCrew]


@dataclass(frozen=True, slots=True)
class Team:
    """One collector, or two: the lead's phone leads."""

    lead: UserId
    partner: UserId | None = None

    def __post_init__(self) -> None:
        if self.lead == self.partner:
            raise InvalidError(
                "A crew of two is two people.", faults=[Fault("/partner_id", "must not be the lead")]
            )

    @property
    def members(self) -> tuple[UserId, ...]:
        return (self.lead,) if self.partner is None else (self.lead, self.partner)

    @property
    def size(self) -> int:
        return len(self.members)

    def role_of(self, collector: UserId) -> str:
        return LEAD if collector == self.lead else PARTNER


def team_of(rows: Rows) -> Team | None:
    """The crew as it stands, or None while nobody is named."""
    roles = {row.role: row.collector_id for row in rows if row.role != FORMER}
    return Team(roles[LEAD], roles.get(PARTNER)) if LEAD in roles else None


def lead_of(rows: Rows) -> UserId | None:
    """Whose badge the customer is told."""
    return next((row.collector_id for row in rows if row.role == LEAD), None)


def members_of(rows: Rows) -> list[UserId]:
    """Everybody in the crew now."""
    return [row.collector_id for row in rows if row.role != FORMER]


def staffed(
    uow: UnitOfWork, appointment: Appointment, rows: Rows, team: Team | None, interval: Span | None
) -> list[Change]:
    """The changes after which exactly `team` goes, in `interval` if one is planned."""
    during = None if interval is None else Range(interval[0], interval[1], bounds="[)")
    wanted = set() if team is None else set(team.members)
    changes = []
    for row in rows:
        if row.collector_id not in wanted:
            changes += _change(row, role=FORMER, during=None, is_binding=False)
        elif team is not None:
            wanted.discard(row.collector_id)
            changes += _change(row, role=team.role_of(row.collector_id), during=during, is_binding=True)
    if team is not None:
        changes += [
            Change(
                AppointmentCrew(
                    id=uow.new_id(),
                    appointment_id=appointment.id,
                    collector_id=collector,
                    role=team.role_of(collector),
                    during=during,
                    is_binding=True,
                )
            )
            for collector in team.members
            if collector in wanted
        ]
    return changes


def freed(rows: Rows) -> list[Change]:
    """The changes after which the appointment takes nobody's time; who was to go, and when, stays on record."""
    return [change for row in rows for change in _change(row, is_binding=False)]


def idle(rows: Rows, *, is_binding: bool) -> list[Change]:
    """The changes after which the crew stays named but no interval is planned."""
    return [
        change
        for row in rows
        if row.role != FORMER
        for change in _change(row, during=None, is_binding=is_binding)
    ]


def audience(*groups: Sequence[UUID]) -> list[UUID]:
    """Everybody in these groups, once."""
    return list(dict.fromkeys(person for group in groups for person in group))


def _change(row: AppointmentCrew, **values: Any) -> list[Change]:
    different = {name: value for name, value in values.items() if getattr(row, name) != value}
    return [Change(row, different)] if different else []
