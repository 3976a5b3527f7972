"""Portraits of those who go to customers: taken in, withdrawn, and taken out of the store.

Who is shown one is decided elsewhere: the person and administrators by `permissions`, the customer who is
visited by `portal`. Objects first, rows second; what is withdrawn is unseen at once, and a sweep takes its bytes out.
"""

from collections.abc import Collection, Sequence
from hashlib import sha256
from typing import Final
from uuid import UUID

from sqlalchemy import select

from field_visits.identity.models import Organisation, Portrait, User
from field_visits.kernel.db import lock
from field_visits.kernel.errors import Fault, InvalidError, NotFoundError, UnavailableError
from field_visits.kernel.ids import PortraitId, UserId
from field_visits.unit_of_work import Applied, Born, Refused, UnitOfWork, Wake, Work
from media.errors import ImageError, RetainedError, StoreUnavailableError
from media.image import portrait
from media.keys import object_key
from media.store import ObjectStore

CONTENT_TYPE: Final = "image/jpeg"
# What an administrator may send: a photograph as a phone makes it.
MAX_SENT_BYTES: Final = 8 * 1024 * 1024


def take_portrait(
    uow: UnitOfWork, store: ObjectStore, user: User, *, content: bytes
) -> Born[Portrait] | Refused:
    """A small square copy of `content` is the person's portrait; the one of before is withdrawn.

    Only the copy is kept, without anything that the file told besides the picture.

    Raises:
        InvalidError: it is no JPEG or PNG that shows a face large enough, or the person goes to nobody any more.
        UnavailableError: the store does not answer.
    Evidence: portrait:record:taken, and portrait:record:withdrawn for the one of before.
    """
    if user.state != "active":
        raise InvalidError("Who is disabled goes to no customer, and needs no portrait.")
    try:
        copy = portrait(content)
    except ImageError as error:
        raise InvalidError(str(error), faults=[Fault("/", "no picture that can be shown")]) from error
    digest = sha256(copy).hexdigest()
    key = object_key(uow.session.get_one(Organisation, uow.actor.organisation).object_prefix, digest)
    lock(uow.session, user.id)
    _lock_object(uow, digest)
    try:
        store.put_if_absent(key, copy, content_type=CONTENT_TYPE)
    except StoreUnavailableError as error:
        raise UnavailableError("The portrait could not be stored just now. Send it again.") from error
    before = find_portrait(uow, user.id)
    if before is not None:
        _withdraw(uow, before, reason="replaced")
    taken = Portrait(
        id=PortraitId(uow.new_id()),
        user_id=user.id,
        sha256=digest,
        length=len(copy),
        object_key=key,
        taken_at=uow.now,
        withdrawn_at=None,
    )
    return uow.bear(taken, "take")


def withdraw_portrait(uow: UnitOfWork, user: User) -> Applied | Refused:
    """The person has no portrait: nobody is shown one from now on.

    Raises:
        NotFoundError: they have none.
    Evidence: portrait:record:withdrawn.
    """
    lock(uow.session, user.id)
    return _withdraw(uow, get_portrait(uow, user.id), reason="removed")


def forget_portrait(uow: UnitOfWork, user: User) -> None:
    """Whoever goes to no customer any more has no portrait either.

    Evidence: portrait:record:withdrawn, where there was one.
    """
    found = find_portrait(uow, user.id)
    if found is not None:
        _withdraw(uow, found, reason="disabled")


def find_portrait(uow: UnitOfWork, user_id: UserId) -> Portrait | None:
    """The person's current portrait, if there is one."""
    return portraits_of(uow, [user_id]).get(user_id)


def get_portrait(uow: UnitOfWork, user_id: UserId) -> Portrait:
    """The person's current portrait; NotFoundError if there is none."""
    found = find_portrait(uow, user_id)
    if found is None:
        raise NotFoundError("There is no portrait of this person.")
    return found


def portraits_of(uow: UnitOfWork, users: Collection[UserId]) -> dict[UserId, Portrait]:
    """The current portraits of these people, by person."""
    current = select(Portrait).where(Portrait.user_id.in_(list(users)), Portrait.state == "current")
    return {one.user_id: one for one in uow.session.scalars(current)}


def list_portraits(uow: UnitOfWork, user_id: UserId) -> Sequence[Portrait]:
    """Every portrait that there ever was of the person, newest first."""
    return uow.session.scalars(
        select(Portrait).where(Portrait.user_id == user_id).order_by(Portrait.id.desc())
    ).all()


def erase_withdrawn(work: Work, store: ObjectStore) -> int:
    """The bytes of withdrawn portraits are gone from the store; returns of how many.

    The store's own retention may forbid it for a while; a later sweep tries again.

    Evidence: portrait:bytes:erased.
    """
    with work() as uow:
        waiting = list(uow.session.scalars(select(Portrait.id).where(Portrait.state == "withdrawn")))
    return sum(_erase(work, store, each) for each in waiting)


def _erase(work: Work, store: ObjectStore, portrait_id: PortraitId) -> bool:
    with work() as uow:
        gone = uow.session.get_one(Portrait, portrait_id)
        _lock_object(uow, gone.sha256)
        uow.session.refresh(gone)
        if gone.state != "withdrawn":
            return False
        # The same picture may be somebody's current one: then the bytes are that one's.
        is_needed = uow.session.scalar(
            select(Portrait.id).where(Portrait.sha256 == gone.sha256, Portrait.state == "current").limit(1)
        )
        if is_needed is None:
            try:
                store.remove(gone.object_key, now=uow.now)
            except (RetainedError, StoreUnavailableError):
                return False
        uow.apply(gone, "erase")
    return True


def _withdraw(uow: UnitOfWork, current: Portrait, *, reason: str) -> Applied | Refused:
    uow.wake(Wake.ATTACHMENTS)
    return uow.apply(current, "withdraw", changes={"withdrawn_at": uow.now}, facts={"reason": reason})


def _lock_object(uow: UnitOfWork, digest: str) -> None:
    """Whoever stores these bytes and whoever removes them take turns."""
    lock(uow.session, UUID(bytes=bytes.fromhex(digest)[:16]))
