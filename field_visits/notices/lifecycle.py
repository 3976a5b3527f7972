"""Lifecycle of a notice. What happened at the door is witnessed: it is never refused, at most a breach."""

from field_visits.evidence.codes import Code
from field_visits.kernel.lifecycle import Lifecycle, Transition, VerbKind

NOTICE = Lifecycle(
    subject="notice",
    states=("prepared", "returned", "refused", "served"),
    forward=("prepared", "returned", "refused", "served"),
    transitions=(
        Transition("prepare", (), "prepared", Code.NOTICE_PREPARED, Code.NOTICE_PREPARATION_REFUSED),
        Transition("serve", ("prepared", "refused"), "served", Code.NOTICE_SERVED, None, VerbKind.WITNESS),
        Transition("refuse", ("prepared",), "refused", Code.NOTICE_REFUSED, None, VerbKind.WITNESS),
        Transition("return", ("prepared",), "returned", Code.NOTICE_RETURNED, Code.NOTICE_RETURN_REFUSED),
    ),
)
