"""Lifecycle of an appointment: the promise to come at a time and for a stated purpose."""

from field_visits.evidence.codes import Code
from field_visits.kernel.lifecycle import Lifecycle, Transition, VerbKind

# The states in which a promised window binds: the exclusion constraints look at these alone.
BINDING = ("proposed", "noticed", "confirmed")

APPOINTMENT = Lifecycle(
    subject="appointment",
    states=("proposed", "noticed", "confirmed", "suspended", "kept", "missed", "cancelled", "expired"),
    forward=("proposed", "noticed", "confirmed", "suspended", "cancelled", "expired", "missed", "kept"),
    transitions=(
        Transition("book", (), "proposed", Code.APPOINTMENT_BOOKED, Code.APPOINTMENT_BOOKING_REFUSED),
        Transition(
            "notice", ("proposed",), "noticed", Code.APPOINTMENT_NOTICED, Code.APPOINTMENT_NOTICE_REFUSED
        ),
        Transition(
            "confirm",
            ("proposed", "noticed"),
            "confirmed",
            Code.APPOINTMENT_CONFIRMED,
            Code.APPOINTMENT_CONFIRMATION_REFUSED,
        ),
        Transition("plan", BINDING, None, Code.APPOINTMENT_PLANNED, Code.APPOINTMENT_PLAN_REFUSED),
        Transition("unplan", BINDING, None, Code.APPOINTMENT_UNPLANNED, Code.APPOINTMENT_UNPLAN_REFUSED),
        Transition("assign", BINDING, None, Code.APPOINTMENT_ASSIGNED, Code.APPOINTMENT_ASSIGNMENT_REFUSED),
        Transition(
            "reschedule",
            BINDING,
            "proposed",
            Code.APPOINTMENT_RESCHEDULED,
            Code.APPOINTMENT_RESCHEDULE_REFUSED,
        ),
        Transition(
            "counter",
            BINDING,
            "proposed",
            Code.APPOINTMENT_COUNTERED,
            Code.APPOINTMENT_COUNTER_REFUSED,
        ),
        Transition(
            "remind",
            ("noticed", "confirmed"),
            None,
            Code.APPOINTMENT_REMINDED,
            Code.APPOINTMENT_REMINDER_REFUSED,
        ),
        Transition(
            "tell_crew",
            ("noticed", "confirmed"),
            None,
            Code.APPOINTMENT_CREW_TOLD,
            Code.APPOINTMENT_CREW_TELLING_REFUSED,
        ),
        Transition(
            "suspend", BINDING, "suspended", Code.APPOINTMENT_SUSPENDED, Code.APPOINTMENT_SUSPENSION_REFUSED
        ),
        Transition(
            "resume",
            ("suspended",),
            "proposed",
            Code.APPOINTMENT_RESUMED,
            Code.APPOINTMENT_RESUMPTION_REFUSED,
        ),
        Transition(
            "cancel",
            (*BINDING, "suspended"),
            "cancelled",
            Code.APPOINTMENT_CANCELLED,
            Code.APPOINTMENT_CANCELLATION_REFUSED,
        ),
        Transition("keep", BINDING, "kept", Code.APPOINTMENT_KEPT, None, VerbKind.WITNESS),
        Transition("miss", BINDING, "missed", Code.APPOINTMENT_MISSED, None, VerbKind.WITNESS),
        Transition("expire", BINDING, "expired", Code.APPOINTMENT_EXPIRED, Code.APPOINTMENT_EXPIRY_REFUSED),
    ),
)
