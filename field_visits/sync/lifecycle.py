"""Lifecycle of a command: it is received, and stays as it came."""

from field_visits.evidence.codes import Code
from field_visits.kernel.lifecycle import Lifecycle, Transition, VerbKind

COMMAND = Lifecycle(
    subject="command",
    states=("received",),
    forward=("received",),
    transitions=(Transition("receive", (), "received", Code.COMMAND_RECEIVED, None, VerbKind.WITNESS),),
)
