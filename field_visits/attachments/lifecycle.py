"""Lifecycle of a file: its hash is expected before its bytes arrive."""

from field_visits.evidence.codes import Code
from field_visits.kernel.lifecycle import Lifecycle, Transition, VerbKind

ATTACHMENT = Lifecycle(
    subject="attachment",
    states=("expected", "received", "verified", "mismatched", "lost"),
    forward=("expected", "received", "verified", "mismatched", "lost"),
    transitions=(
        Transition("expect", (), "expected", Code.ATTACHMENT_EXPECTED, Code.ATTACHMENT_REFUSED),
        # What was given up for lost may still come: a phone found at the bottom of a bag.
        Transition(
            "receive", ("expected", "lost"), "received", Code.ATTACHMENT_RECEIVED, None, VerbKind.WITNESS
        ),
        Transition("verify", ("received",), "verified", Code.ATTACHMENT_VERIFIED, None, VerbKind.WITNESS),
        Transition(
            "mismatch", ("received",), "mismatched", Code.ATTACHMENT_MISMATCHED, None, VerbKind.WITNESS
        ),
        Transition(
            "lose", ("expected", "received", "verified"), "lost", Code.ATTACHMENT_LOST, None, VerbKind.WITNESS
        ),
    ),
)
