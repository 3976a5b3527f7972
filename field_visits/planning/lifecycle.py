"""Lifecycle of a day's plan. Drafts are proposals nobody was promised: a working table."""

from field_visits.evidence.codes import Code
from field_visits.kernel.lifecycle import Lifecycle, Transition

PLAN = Lifecycle(
    subject="plan",
    states=("published", "superseded"),
    transitions=(
        Transition("publish", (), "published", Code.PLAN_PUBLISHED, Code.PLAN_PUBLICATION_REFUSED),
        Transition(
            "supersede", ("published",), "superseded", Code.PLAN_SUPERSEDED, Code.PLAN_SUPERSESSION_REFUSED
        ),
    ),
)
