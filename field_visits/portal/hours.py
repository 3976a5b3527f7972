"""When somebody of ours may be at the door of an appointment. Pure."""

from datetime import datetime, timedelta
from typing import Final

from field_visits.appointments.lifecycle import BINDING
from field_visits.appointments.models import Appointment

# How long before and after the promised window somebody of ours may be at the door.
EARLY: Final = timedelta(hours=1)
LATE: Final = timedelta(hours=2)
_STATES: Final = (*BINDING, "kept")


def hours_at_door(appointment: Appointment) -> tuple[datetime, datetime]:
    """From when until when somebody may be there."""
    return appointment.window_from - EARLY, appointment.window_to + LATE


def is_due(appointment: Appointment, now: datetime) -> bool:
    """Whether somebody may be there at `now`."""
    return is_expected(appointment, now) and now >= hours_at_door(appointment)[0]


def is_expected(appointment: Appointment, now: datetime) -> bool:
    """Whether somebody may be there at `now` or later: until then it matters to the customer who it will be."""
    return appointment.state in _STATES and now < hours_at_door(appointment)[1]
