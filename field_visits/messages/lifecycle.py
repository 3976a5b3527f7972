"""Lifecycles of a message and of an alert."""

from field_visits.evidence.codes import Code
from field_visits.kernel.lifecycle import Lifecycle, Transition

MESSAGE = Lifecycle(
    subject="message",
    states=("queued", "sent", "delivered", "failed"),
    transitions=(
        Transition("queue", (), "queued", Code.MESSAGE_QUEUED, Code.MESSAGE_QUEUING_REFUSED),
        Transition("send", ("queued",), "sent", Code.MESSAGE_SENT, Code.MESSAGE_SENDING_REFUSED),
        Transition("deliver", ("sent",), "delivered", Code.MESSAGE_DELIVERED, Code.MESSAGE_DELIVERY_REFUSED),
        Transition("retry", ("failed",), "queued", Code.MESSAGE_RETRIED, Code.MESSAGE_RETRY_REFUSED),
        Transition("fail", ("queued", "sent"), "failed", Code.MESSAGE_FAILED, Code.MESSAGE_FAILURE_REFUSED),
    ),
)

ALERT = Lifecycle(
    subject="alert",
    states=("open", "acknowledged", "closed"),
    transitions=(
        Transition("open", (), "open", Code.ALERT_OPENED, Code.ALERT_OPENING_REFUSED),
        Transition(
            "acknowledge",
            ("open",),
            "acknowledged",
            Code.ALERT_ACKNOWLEDGED,
            Code.ALERT_ACKNOWLEDGEMENT_REFUSED,
        ),
        Transition(
            "close", ("open", "acknowledged"), "closed", Code.ALERT_CLOSED, Code.ALERT_CLOSING_REFUSED
        ),
    ),
)
