"""Sweeps over files: verify what arrived, find what arrived unreported, give up what never came.

Each file is looked at outside any transaction (hashing takes time) and written in one of its own. A lost
wake-up or a killed worker loses nothing: the row's state says what is still to do.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from field_visits.attachments.contents import THUMBNAIL_TYPE, ContentError, Examined, examine
from field_visits.attachments.models import Attachment
from field_visits.attachments.service import audience_of, mark_received, prefix_of
from field_visits.kernel.ids import AttachmentId
from field_visits.messages.service import open_alert
from field_visits.unit_of_work import Applied, UnitOfWork, Work
from media.digest import ByteSource, digest_of, same_digest
from media.errors import ObjectMissingError, StoreUnavailableError
from media.keys import object_key
from media.store import ObjectStore

LOST_AFTER = timedelta(hours=48)
# A phone that uploads straight to the store reports at once; only then do we look for ourselves.
UNREPORTED_AFTER = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class _Waiting:
    """What a look at the store needs to know of a row."""

    id: AttachmentId
    key: str
    sha256: str
    length: int
    content_type: str
    prefix: str


@dataclass(frozen=True, slots=True)
class _Finding:
    """What a look at the store found: good (`examined`), wrong (`wrong`), or nothing at all."""

    examined: Examined | None = None
    thumbnail_sha256: str | None = None
    wrong: str | None = None
    found_sha256: str | None = None


def verify_received(work: Work, store: ObjectStore, *, limit: int = 100) -> int:
    """Every file that arrived was re-hashed from the store and read through; returns how many were judged.

    Its bytes are verified, or mismatched, or lost where the store has them no longer; the last two open an
    alert. What its metadata claims is kept as a claim. If the store does not answer, the rest waits.

    Evidence: attachment:bytes:verified, attachment:bytes:mismatched or attachment:bytes:lost.
    """
    judged = 0
    for waiting in _list(work, "received", timedelta(0), limit):
        try:
            finding = _look(store, waiting)
        except StoreUnavailableError:
            break
        with work() as uow:
            attachment = uow.session.get(Attachment, waiting.id, with_for_update={"skip_locked": True})
            if attachment is not None and attachment.state == "received":
                _settle(uow, attachment, finding)
                judged += 1
    return judged


def settle_expected(
    work: Work, store: ObjectStore, *, lost_after: timedelta = LOST_AFTER, limit: int = 1000
) -> int:
    """Files that arrived unreported are received; those that did not come in `lost_after` are lost.

    A lost file opens an alert, and is received after all if it comes later. Returns how many were settled.

    Evidence: attachment:bytes:received or attachment:bytes:lost.
    """
    settled = 0
    for waiting in _list(work, "expected", UNREPORTED_AFTER, limit):
        try:
            is_there = store.head(waiting.key) is not None
        except StoreUnavailableError:
            break
        with work() as uow:
            attachment = uow.session.get(Attachment, waiting.id, with_for_update={"skip_locked": True})
            if attachment is None or attachment.state != "expected":
                continue
            if is_there:
                mark_received(uow, attachment)
                settled += 1
            elif attachment.expected_at + lost_after <= uow.now:
                _lose(uow, attachment, f"It did not arrive within {lost_after}.")
                settled += 1
    return settled


def _list(work: Work, state: str, age: timedelta, limit: int) -> list[_Waiting]:
    with work() as uow:
        prefix = prefix_of(uow)
        rows = uow.session.scalars(
            select(Attachment)
            .where(Attachment.state == state, Attachment.expected_at <= uow.now - age)
            .order_by(Attachment.expected_at)
            .limit(limit)
        )
        return [
            _Waiting(row.id, row.object_key, row.sha256, row.length, row.content_type, prefix) for row in rows
        ]


def _look(store: ObjectStore, waiting: _Waiting) -> _Finding | None:
    """What the store really has; None if it has nothing. The small copy is stored before its row says so."""
    try:
        with store.open(waiting.key) as stream:
            # One byte more than announced tells a longer object without reading all of it.
            content = _read(stream, waiting.length + 1)
    except ObjectMissingError:
        return None
    digest = digest_of(content)
    if digest.length != waiting.length:
        return _Finding(wrong=f"It has not the {waiting.length} bytes that were announced.")
    if not same_digest(digest.sha256, waiting.sha256):
        return _Finding(wrong="Its bytes have another SHA-256 than announced.", found_sha256=digest.sha256)
    try:
        examined = examine(content, waiting.content_type)
    except ContentError as error:
        return _Finding(wrong=str(error))
    if examined.thumbnail is None:
        return _Finding(examined)
    small = digest_of(examined.thumbnail).sha256
    store.put_if_absent(object_key(waiting.prefix, small), examined.thumbnail, content_type=THUMBNAIL_TYPE)
    return _Finding(examined, thumbnail_sha256=small)


def _read(stream: ByteSource, most: int) -> bytes:
    """At most `most` bytes; a stream over the network may give fewer at a time than asked."""
    pieces = []
    while most and (piece := stream.read(most)):
        pieces.append(piece)
        most -= len(piece)
    return b"".join(pieces)


def _settle(uow: UnitOfWork, attachment: Attachment, finding: _Finding | None) -> None:
    if finding is None:
        _lose(uow, attachment, "The store has it no longer.")
    elif finding.examined is None:
        facts = {"why": finding.wrong, "found_sha256": finding.found_sha256}
        _give_up(uow, attachment, "mismatch", "attachment_mismatched", facts)
    else:
        uow.apply(
            attachment,
            "verify",
            changes={"claims": finding.examined.claims, "thumbnail_sha256": finding.thumbnail_sha256},
            objects=[attachment.sha256, *filter(None, [finding.thumbnail_sha256])],
            audience=audience_of(attachment),
        )


def _lose(uow: UnitOfWork, attachment: Attachment, why: str) -> None:
    _give_up(uow, attachment, "lose", "attachment_lost", {"why": why})


def _give_up(
    uow: UnitOfWork, attachment: Attachment, verb: str, alert: str, facts: dict[str, str | None]
) -> None:
    """The exhibit is broken, and somebody who can ask for it again is told."""
    outcome = uow.apply(
        attachment, verb, facts=facts, objects=[attachment.sha256], audience=audience_of(attachment)
    )
    cause = outcome.receipt.entry_id if isinstance(outcome, Applied) else None
    open_alert(uow, attachment, kind=alert, detail={"kind": attachment.kind, **facts}, cause=cause)
