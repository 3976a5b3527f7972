"""The right to upload what a phone announced: fresh tickets, and what became of the bytes."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from field_visits.attachments.models import Attachment
from field_visits.attachments.service import Expected, ticket_for
from field_visits.identity.models import Device
from field_visits.unit_of_work import UnitOfWork
from media.store import ObjectStore

MAX_TICKETS = 20


@dataclass(frozen=True, slots=True)
class Tickets:
    """One line for every file that this person announced, and the hashes that nobody of them did."""

    items: tuple[Expected, ...]
    unknown: tuple[str, ...]


def tickets_for(uow: UnitOfWork, store: ObjectStore, device: Device, hashes: Sequence[str]) -> Tickets:
    """Each file's state, with a ticket where its bytes are missing. Nothing is recorded: announcing it was."""
    found = uow.session.scalars(
        select(Attachment)
        .where(Attachment.sha256.in_(hashes), Attachment.expected_from == device.user_id)
        .order_by(Attachment.id)
    ).all()
    known = {one.sha256 for one in found}
    return Tickets(
        tuple(Expected(one, ticket_for(uow, store, one), None) for one in found),
        tuple(one for one in hashes if one not in known),
    )
