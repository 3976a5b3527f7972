"""Lifecycle of a visit: everything but the departure is a witness verb, told and never refused."""

from field_visits.evidence.codes import Code
from field_visits.kernel.lifecycle import Lifecycle, Transition, VerbKind

VISIT = Lifecycle(
    subject="visit",
    states=("departed", "arrived", "finished", "aborted"),
    forward=("departed", "arrived", "aborted", "finished"),
    transitions=(
        Transition("depart", (), "departed", Code.VISIT_DEPARTED, Code.VISIT_DEPARTURE_REFUSED),
        # A departure that nobody told, or that was refused, while the crew stood at the door all the same.
        Transition("begin_untold", (), "departed", Code.VISIT_BEGUN_UNTOLD, None, VerbKind.WITNESS),
        Transition("arrive", ("departed",), "arrived", Code.VISIT_ARRIVED, None, VerbKind.WITNESS),
        Transition(
            "photograph", ("departed", "arrived"), None, Code.VISIT_PHOTOGRAPHED, None, VerbKind.WITNESS
        ),
        Transition("meet", ("arrived",), None, Code.VISIT_PERSON_MET, None, VerbKind.WITNESS),
        Transition("note", ("departed", "arrived"), None, Code.VISIT_NOTED, None, VerbKind.WITNESS),
        Transition("finish", ("arrived",), "finished", Code.VISIT_OUTCOME_RECORDED, None, VerbKind.WITNESS),
        Transition("abort", ("departed", "arrived"), "aborted", Code.VISIT_ABORTED, None, VerbKind.WITNESS),
    ),
)
