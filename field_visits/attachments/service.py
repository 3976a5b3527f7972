"""Announce a file, take in its bytes, open its original. Verifying and giving up are sweeps (`sweeps.py`).

Objects first, rows second: the bytes are in the store before a row says so. An object without a row is
litter; a row without its object is a broken exhibit.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from field_visits.attachments.contents import THUMBNAIL_TYPE, check_announced
from field_visits.attachments.models import Attachment
from field_visits.evidence.codes import Code
from field_visits.evidence.records import Evidenced
from field_visits.identity.models import Organisation
from field_visits.kernel.db import lock
from field_visits.kernel.errors import Fault, InvalidError, NotFoundError, UnavailableError
from field_visits.kernel.ids import AttachmentId, CaseId, EntryId, UserId
from field_visits.unit_of_work import Applied, Born, Receipt, Refused, UnitOfWork, Wake
from media.errors import StoreUnavailableError
from media.keys import object_key
from media.store import ObjectStore, Ticket

TICKET_LIFE = timedelta(hours=1)
# States in which the bytes are, or are still held to be, in the store.
PRESENT = ("received", "verified", "mismatched")


@dataclass(frozen=True, slots=True)
class Expected:
    """An announced file, and the ticket to send it by: None once its bytes are there.

    `receipt` is None where the file was announced before: nothing new was recorded.
    """

    attachment: Attachment
    ticket: Ticket | None
    receipt: Receipt | None


@dataclass(frozen=True, slots=True)
class Opened:
    """What to stream to whoever opened it: an object of the store."""

    object_key: str
    content_type: str
    length: int | None
    sha256: str


def expect(
    uow: UnitOfWork,
    store: ObjectStore,
    about: Evidenced,
    *,
    kind: str,
    sha256: str,
    md5: str,
    length: int,
    content_type: str,
    expires_in: timedelta = TICKET_LIFE,
    cause: EntryId | None = None,
) -> Expected | Refused:
    """A file with this hash is expected to prove something of `about`, and may be uploaded by the ticket.

    Announced again, the same file of the same subject is the same attachment, with a fresh ticket while
    its bytes are missing. `about` belongs to a case.

    Raises:
        InvalidError: the announcement cannot be, differs from an earlier one of the same hash, or names
            bytes that came and were found wrong.
    Evidence: attachment:ticket:issued.
    """
    faults = check_announced(kind=kind, sha256=sha256, md5=md5, length=length, content_type=content_type)
    if faults:
        raise InvalidError("This file cannot be taken.", faults=faults)
    if about.case_of is None:
        raise ValueError(f"A file of {about.__tablename__} would belong to no case.")
    files = announced(uow, about.id)
    known = files.get(sha256)
    if known is not None:
        _require_same(known, md5=md5, length=length, content_type=content_type)
        return Expected(known, ticket_for(uow, store, known, expires_in=expires_in), None)
    attachment = Attachment(
        id=AttachmentId(uow.new_id()),
        case_id=CaseId(about.case_of),
        about_table=about.__tablename__,
        about_id=about.id,
        kind=kind,
        sha256=sha256,
        md5=md5,
        length=length,
        content_type=content_type,
        object_key=object_key(prefix_of(uow), sha256),
        expected_from=uow.actor.user,
        expected_at=uow.now,
        received_at=None,
        claims=None,
        thumbnail_sha256=None,
    )
    outcome = uow.bear(attachment, "expect", objects=[sha256], cause=cause)
    if not isinstance(outcome, Born):
        return outcome
    files[sha256] = attachment
    ticket = ticket_for(uow, store, attachment, expires_in=expires_in)
    return Expected(attachment, ticket, outcome.applied.receipt)


def announced(uow: UnitOfWork, about_id: UUID) -> dict[str, Attachment]:
    """Every file of one subject by its hash, whatever became of it. Until the unit of work ends nobody else announces one."""
    question = "files", about_id
    files: dict[str, Attachment] | None = uow.known(question, dict)
    if files is None:
        lock(uow.session, about_id)
        found = uow.session.scalars(select(Attachment).where(Attachment.about_id == about_id))
        files = {file.sha256: file for file in found}
        uow.know(question, (), files)
    return files


def receive(uow: UnitOfWork, store: ObjectStore, attachment_id: AttachmentId) -> Attachment:
    """The bytes are in the store, as a phone reports that uploaded straight to it, and the store confirms.

    Repeating the report changes nothing. Whether they are the right bytes, the sweep finds out.

    Raises:
        NotFoundError: there is no such attachment.
        InvalidError: the store has no such object (yet).
        UnavailableError: the store does not answer.
    Evidence: attachment:bytes:received.
    """
    attachment = uow.session.get(Attachment, attachment_id, with_for_update=True)
    if attachment is None:
        raise NotFoundError("There is no such attachment.")
    if attachment.state in PRESENT:
        return attachment
    try:
        head = store.head(attachment.object_key)
    except StoreUnavailableError as error:
        raise UnavailableError("The object store does not answer. Report the upload again later.") from error
    if head is None:
        raise InvalidError(
            "The file is not in the store yet. Upload it by its ticket, then report it.",
            faults=[Fault("/id", "no bytes have arrived for this attachment")],
        )
    mark_received(uow, attachment)
    return attachment


def receive_object(uow: UnitOfWork, sha256: str) -> list[Attachment]:
    """Bytes with this hash were just stored here: every attachment that waits for them has received them.

    Evidence: attachment:bytes:received, one for each.
    """
    waiting = uow.session.scalars(
        select(Attachment)
        .where(Attachment.sha256 == sha256, Attachment.state.in_(("expected", "lost")))
        .order_by(Attachment.id)
        .with_for_update()
    ).all()
    for attachment in waiting:
        mark_received(uow, attachment)
    return list(waiting)


def mark_received(uow: UnitOfWork, attachment: Attachment) -> Applied | Refused:
    """The row follows its object; the sweep that verifies it is woken."""
    uow.wake(Wake.ATTACHMENTS)
    return uow.apply(
        attachment,
        "receive",
        changes={"received_at": uow.now},
        objects=[attachment.sha256],
        audience=audience_of(attachment),
    )


def open_original(uow: UnitOfWork, attachment: Attachment) -> Opened:
    """The original may be read once, by this actor, now; that it was is part of its custody.

    Raises:
        NotFoundError: its bytes have not arrived.
    Evidence: attachment:original:opened.
    """
    if attachment.state not in PRESENT:
        raise NotFoundError("The file's bytes are not here.")
    uow.record(
        Code.ATTACHMENT_OPENED, attachment, facts={"state": attachment.state}, objects=[attachment.sha256]
    )
    return Opened(attachment.object_key, attachment.content_type, attachment.length, attachment.sha256)


def thumbnail_of(uow: UnitOfWork, attachment: Attachment) -> Opened:
    """The small copy without EXIF, to look at in lists; reading it is no opening of the original.

    Raises:
        NotFoundError: the file is no picture, or not verified yet.
    """
    sha256 = attachment.thumbnail_sha256
    if sha256 is None:
        raise NotFoundError("There is no small copy: the file is no picture, or is not verified yet.")
    return Opened(object_key(prefix_of(uow), sha256), THUMBNAIL_TYPE, None, sha256)


def prefix_of(uow: UnitOfWork) -> str:
    """The secret prefix of the organisation's objects."""
    return uow.session.get_one(Organisation, uow.actor.organisation).object_prefix


def audience_of(attachment: Attachment) -> list[UserId]:
    """The phone that announced the file learns what became of it."""
    return [] if attachment.expected_from is None else [attachment.expected_from]


def ticket_for(
    uow: UnitOfWork, store: ObjectStore, attachment: Attachment, *, expires_in: timedelta = TICKET_LIFE
) -> Ticket | None:
    """A fresh right to upload the file's bytes; None once they are there."""
    if attachment.state in PRESENT:
        return None
    return store.ticket(
        attachment.object_key,
        sha256=attachment.sha256,
        md5=attachment.md5,
        length=attachment.length,
        content_type=attachment.content_type,
        expires_at=uow.now + expires_in,
        now=uow.now,
    )


def _require_same(known: Attachment, *, md5: str, length: int, content_type: str) -> None:
    if known.state == "mismatched":
        raise InvalidError(
            "These bytes came before and were not what they were announced as. Take the picture again.",
            faults=[Fault("/sha256", "received before and found wrong")],
        )
    told = {"md5": md5, "length": length, "content_type": content_type}
    faults = [
        Fault(f"/{name}", "not what was announced before for this hash")
        for name, value in told.items()
        if getattr(known, name) != value
    ]
    if faults:
        raise InvalidError("The same hash was announced before with other properties.", faults=faults)
