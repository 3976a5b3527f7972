"""Tell the customer of a document, in neutral words and by the way that is known."""

from datetime import date

from field_visits.agreements.loading import customer_of, organisation_of
from field_visits.agreements.models import Agreement
from field_visits.cases.models import Case
from field_visits.kernel.ids import EntryId
from field_visits.messages.models import Message
from field_visits.messages.service import queue_message
from field_visits.unit_of_work import UnitOfWork


def queue_to_customer(
    uow: UnitOfWork,
    agreement: Agreement,
    case: Case,
    *,
    template: str,
    day: date,
    cause: EntryId | None = None,
) -> Message:
    """The message waits to be sent: as a text, else an e-mail, else as a letter for a person to post.

    A running plan stops collection, not this: a copy of what was signed and the written warning before a breach
    are what the agreement itself promises. Evidence: message:delivery:queued.
    """
    customer = customer_of(uow, case)
    channel, recipient = "letter", customer.reference
    if customer.phone:
        channel, recipient = "sms", customer.phone
    elif customer.email:
        channel, recipient = "email", customer.email
    return queue_message(
        uow,
        agreement,
        template=template,
        language=customer.language.partition("-")[0],
        channel=channel,
        recipient=recipient,
        blanks={
            "organisation": organisation_of(uow).name,
            "date": day.isoformat(),
            # The time in front of an id tells the day; its end is random.
            "number": str(agreement.id)[-12:],
        },
        cause=cause,
    )
