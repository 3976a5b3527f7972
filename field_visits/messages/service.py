"""Queue a message, mark what became of it, open and close alerts.

Sending is an outside effect: the row says what is still to do, and a sweep does it (`send_queued`).
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import select

from field_visits.evidence.records import Evidenced
from field_visits.kernel.errors import NotFoundError
from field_visits.kernel.ids import AlertId, CaseId, EntryId, MessageId, OrganisationId
from field_visits.messages.models import Alert, Message
from field_visits.messages.templates import render
from field_visits.unit_of_work import Applied, Refused, UnitOfWork, Wake, Work


class Gateway(Protocol):
    """Carries one text to one recipient. Raises `DeliveryError` when it could not."""

    def deliver(self, *, channel: str, recipient: str, text: str, reference: str) -> None: ...


# A message's text, of an organisation, as it is sent.
Fill = Callable[[OrganisationId, str], str]


class DeliveryError(Exception):
    """The message did not go out; the sentence says why, without the recipient, and `code` names it, stable."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class OutboxPage:
    """The gateway of a house without one: the message is read on the in-app outbox page."""

    def deliver(self, *, channel: str, recipient: str, text: str, reference: str) -> None:
        """Nothing leaves the house; being listed is being sent."""


def queue_message(
    uow: UnitOfWork,
    about: Evidenced,
    *,
    template: str,
    language: str,
    channel: str,
    recipient: str,
    blanks: Mapping[str, str],
    cause: EntryId | None = None,
) -> Message:
    """A message about `about` waits to be sent.

    Evidence: message:delivery:queued.
    """
    message = Message(
        id=MessageId(uow.new_id()),
        case_id=None if about.case_of is None else CaseId(about.case_of),
        about_table=about.__tablename__,
        about_id=about.id,
        channel=channel,
        template=template,
        language=language,
        recipient=recipient,
        text=render(template, language, blanks),
        queued_at=uow.now,
        sent_at=None,
        failure=None,
        failure_code=None,
    )
    uow.apply(message, "queue", cause=cause)
    uow.wake(Wake.MESSAGES)
    return message


def send_queued(work: Work, gateway: Gateway, fill: Fill, *, limit: int = 100) -> int:
    """Every queued message was tried once; returns how many went out. A sweep: one transaction a message.

    `fill` puts links and codes, which are kept nowhere, where the text has blanks for them.

    A message may go out twice if we die between sending and committing: better twice than never.
    """
    sent = 0
    with work() as uow:
        waiting = list(uow.session.scalars(select(Message.id).where(Message.state == "queued").limit(limit)))
    for message_id in waiting:
        with work() as uow:
            message = uow.session.get(Message, message_id, with_for_update={"skip_locked": True})
            if message is None or message.state != "queued":
                continue
            try:
                text = fill(uow.actor.organisation, message.text or "")
                gateway.deliver(
                    channel=message.channel,
                    recipient=message.recipient or "",
                    text=text,
                    reference=str(message.id),
                )
            except DeliveryError as error:
                failed = uow.apply(
                    message, "fail", changes={"failure": str(error), "failure_code": error.code}
                )
                detail = {"channel": message.channel, "template": message.template}
                open_alert(uow, message, kind="message_failed", detail=detail, cause=failed.receipt.entry_id)
            else:
                uow.apply(message, "send", changes={"sent_at": uow.now})
                sent += 1
    return sent


def retry_message(uow: UnitOfWork, message_id: MessageId) -> Applied | Refused:
    """A message that failed waits to be sent once more, to whom it was meant for.

    Raises:
        NotFoundError: There is no such message.
    Evidence: message:delivery:retried.
    """
    message = uow.session.get(Message, message_id, with_for_update=True)
    if message is None:
        raise NotFoundError("There is no such message.")
    outcome = uow.apply(message, "retry", changes={"failure": None, "failure_code": None})
    uow.wake(Wake.MESSAGES)
    return outcome


def open_alert(
    uow: UnitOfWork, about: Evidenced, *, kind: str, detail: Mapping[str, Any], cause: EntryId | None = None
) -> Alert:
    """Somebody who runs the day is told of `kind`. `detail` holds rule ids and figures, never a person's data.

    Evidence: alert:record:opened.
    """
    alert = Alert(
        id=AlertId(uow.new_id()),
        case_id=None if about.case_of is None else CaseId(about.case_of),
        kind=kind,
        about_table=about.__tablename__,
        about_id=about.id,
        detail=dict(detail),
        opened_at=uow.now,
    )
    uow.apply(alert, "open", cause=cause)
    return alert


def acknowledge_alert(uow: UnitOfWork, alert_id: AlertId) -> Applied | Refused:
    """The alert has an owner. Evidence: alert:attention:acknowledged."""
    return uow.apply(_alert(uow, alert_id), "acknowledge")


def close_alert(uow: UnitOfWork, alert_id: AlertId, *, note: str) -> Applied | Refused:
    """The alert is dealt with, and `note` says how. Evidence: alert:record:closed."""
    return uow.apply(_alert(uow, alert_id), "close", facts={"note": note})


def _alert(uow: UnitOfWork, alert_id: UUID) -> Alert:
    alert = uow.session.get(Alert, alert_id, with_for_update=True)
    if alert is None:
        raise NotFoundError("There is no such alert.")
    return alert
