"""The visit as a calendar's event (RFC 5545): when, by whom, and nothing that a shared calendar may not show."""

from datetime import datetime

from icalendar import Calendar, Event

from field_visits.appointments.models import Appointment
from field_visits.appointments.purposes import words_for


def event(appointment: Appointment, organisation: str, now: datetime) -> bytes:
    """The bytes of a calendar with this one event; moved again, it replaces the event of before."""
    told = Event()
    told.add("uid", f"{appointment.id}@doorstep")
    told.add("dtstamp", now)
    told.add("dtstart", appointment.window_from)
    told.add("dtend", appointment.window_to)
    told.add("summary", f"{organisation}: {words_for(appointment.purpose, 'en')}")
    told.add("description", words_for(appointment.purpose, "zh"))
    told.add("status", "CONFIRMED" if appointment.state == "confirmed" else "TENTATIVE")
    told.add("class", "PRIVATE")
    calendar = Calendar()
    calendar.add("prodid", "-//Doorstep//Visits//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(told)
    return bytes(calendar.to_ical())
