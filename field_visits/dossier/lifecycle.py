"""Lifecycle of a bundle export."""

from field_visits.evidence.codes import Code
from field_visits.kernel.lifecycle import Lifecycle, Transition

EXPORT = Lifecycle(
    subject="export",
    states=("requested", "built", "failed"),
    transitions=(
        Transition("request", (), "requested", Code.EXPORT_REQUESTED, Code.EXPORT_REFUSED),
        Transition("build", ("requested",), "built", Code.EXPORT_BUILT, Code.EXPORT_BUILD_REFUSED),
        Transition("fail", ("requested",), "failed", Code.EXPORT_FAILED, Code.EXPORT_FAILURE_REFUSED),
    ),
)
