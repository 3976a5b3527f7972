"""Lifecycle of a complaint or dispute. Receiving one is a witness verb: nobody is refused who complains."""

from field_visits.evidence.codes import Code
from field_visits.kernel.lifecycle import Lifecycle, Transition, VerbKind

UNANSWERED = ("received", "acknowledged")

COMPLAINT = Lifecycle(
    subject="complaint",
    states=("received", "acknowledged", "answered", "closed"),
    forward=("received", "acknowledged", "answered", "closed"),
    transitions=(
        Transition("receive", (), "received", Code.COMPLAINT_RECEIVED, None, VerbKind.WITNESS),
        Transition(
            "acknowledge",
            ("received",),
            "acknowledged",
            Code.COMPLAINT_ACKNOWLEDGED,
            Code.COMPLAINT_ACKNOWLEDGEMENT_REFUSED,
        ),
        Transition(
            "prolong", UNANSWERED, None, Code.COMPLAINT_PROLONGED, Code.COMPLAINT_PROLONGATION_REFUSED
        ),
        Transition("answer", UNANSWERED, "answered", Code.COMPLAINT_ANSWERED, Code.COMPLAINT_ANSWER_REFUSED),
        Transition("close", ("answered",), "closed", Code.COMPLAINT_CLOSED, Code.COMPLAINT_CLOSING_REFUSED),
    ),
)
