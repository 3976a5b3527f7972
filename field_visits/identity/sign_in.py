"""Signing in with a password, and what failures leave behind.

A failure is counted per name, place and minute. The first of a minute becomes an entry at once and the
minute's total another one later, so that a storm of guesses is on record and does not fill the log.
Whoever keeps failing must wait longer and longer, but only from where they fail: nobody can lock a
colleague out from elsewhere. An unknown name is treated exactly as a known one.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from field_visits.evidence.codes import Code
from field_visits.evidence.records import Evidenced
from field_visits.identity.models import Organisation, SignInFailure, User
from field_visits.identity.passwords import PasswordHasher
from field_visits.identity.queries import find_organisation
from field_visits.identity.sessions import Opened, open_session
from field_visits.identity.tokens import TokenKeys
from field_visits.kernel.actor import Actor, ActorKind, system_actor
from field_visits.kernel.clock import Clock
from field_visits.kernel.db import Database, lock
from field_visits.kernel.errors import DomainError, UnauthenticatedError
from field_visits.kernel.ids import OrganisationId, UserId
from field_visits.unit_of_work import UnitOfWork, unit_of_work

FREE_TRIES = 5  # before anybody has to wait
MAX_WAIT_S = 60
_WINDOW = timedelta(minutes=15)
_MINUTE = timedelta(minutes=1)
_MAX_NAME = 64


class SignInFailedError(UnauthenticatedError):
    """Organisation, name or password is wrong; which of them is not told."""

    code = "sign-in-failed"


class ThrottledError(DomainError):
    """Too many tries from here; nothing was checked."""

    code = "throttled"

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"Too many tries. Wait {retry_after_s} seconds, then try again.")
        self.retry_after_s = retry_after_s


@dataclass(frozen=True, slots=True)
class Attempt:
    """Who says they are whom, and from where.

    `address` is the network address; it is kept only as a keyed hash.
    """

    organisation: str
    username: str
    password: str
    address: str
    user_agent: str


@dataclass(frozen=True, slots=True)
class Door:
    """What signing in needs of a process."""

    database: Database
    clock: Clock
    hasher: PasswordHasher
    keys: TokenKeys


@dataclass(frozen=True, slots=True)
class _Known:
    organisation: OrganisationId
    user: UserId | None
    password_hash: str | None


def sign_in(door: Door, attempt: Attempt) -> Opened:
    """A session is open for whoever knows the password.

    The password is checked between two transactions: its 140 ms hold no connection.

    Raises:
        SignInFailedError: the three do not belong together; it was counted.
        ThrottledError: too many failures from this place; it was not even looked at.
        UnavailableError: too many sign-ins at once.

    Evidence: `user:session:opened` or `user:session:failed`.
    """
    username = attempt.username.casefold()[:_MAX_NAME]
    source = door.keys.blur(attempt.address)
    organisation = _find_organisation(door.database, attempt.organisation)
    known = None
    if organisation is not None:
        with door.database.transaction(organisation) as session:
            _refuse_if_throttled(session, username, source, door.clock.now())
            known = _find_user(session, organisation, username)
    password_hash = None if known is None else known.password_hash
    is_right = door.hasher.verify(password_hash, attempt.password)
    if known is None:
        raise _failed()
    if not is_right or known.user is None:
        _count_failure(door, known, username, source)
        raise _failed()
    actor = Actor(ActorKind.USER, known.organisation, user=known.user)
    with unit_of_work(door.database, door.clock, actor) as uow:
        user = uow.session.get_one(User, known.user)
        if user.state != "active" or user.password_hash != password_hash:
            raise _failed()  # disabled, or another password, since we looked
        return open_session(uow, user, keys=door.keys, user_agent=attempt.user_agent)


def tell_failures(uow: UnitOfWork) -> int:
    """The totals of past minutes stand in the log, and old counts are gone. A sweep calls this.

    Returns:
        How many totals were recorded. A minute with one failure has none: its entry says it all.

    Evidence: `user:session:failed`.
    """
    this_minute = _minute(uow.now)
    untold = (SignInFailure.org_id == uow.actor.organisation, SignInFailure.minute < this_minute)
    totals = uow.session.execute(
        select(
            SignInFailure.user_id,
            SignInFailure.minute,
            func.sum(SignInFailure.times).label("times"),
            func.count(SignInFailure.source.distinct()).label("sources"),
        )
        .where(*untold, SignInFailure.told.is_(False))
        .group_by(SignInFailure.user_id, SignInFailure.minute)
        .order_by(SignInFailure.minute, SignInFailure.user_id)
    ).all()
    recorded = 0
    for total in totals:
        if total.times > 1:
            facts = {"minute": total.minute, "times": int(total.times), "sources": int(total.sources)}
            uow.record(Code.USER_SIGN_IN_FAILED, _subject(uow, total.user_id), facts=facts)
            recorded += 1
    uow.session.execute(update(SignInFailure).where(*untold).values(told=True))
    uow.session.execute(delete(SignInFailure).where(*untold, SignInFailure.minute < this_minute - _WINDOW))
    return recorded


def _find_organisation(database: Database, slug: str) -> OrganisationId | None:
    with database.transaction(None) as session:
        return find_organisation(session, slug.casefold())


def _find_user(session: Session, organisation: OrganisationId, username: str) -> _Known:
    row = session.execute(
        select(User.id, User.password_hash).where(User.username == username, User.state == "active")
    ).one_or_none()
    return (
        _Known(organisation, None, None) if row is None else _Known(organisation, row.id, row.password_hash)
    )


def _refuse_if_throttled(session: Session, username: str, source: str, now: datetime) -> None:
    failed = session.execute(
        select(
            func.sum(SignInFailure.times).label("times"), func.max(SignInFailure.last_at).label("last_at")
        ).where(
            SignInFailure.username == username,
            SignInFailure.source == source,
            SignInFailure.minute > now - _WINDOW,
        )
    ).one()
    beyond = int(failed.times or 0) - FREE_TRIES
    if beyond < 0:
        return
    wait_s = min(MAX_WAIT_S, 2 ** min(beyond, 10))
    left_s = (failed.last_at + timedelta(seconds=wait_s) - now).total_seconds()
    if left_s > 0:
        raise ThrottledError(max(1, int(left_s + 0.999)))


def _count_failure(door: Door, known: _Known, username: str, source: str) -> None:
    with unit_of_work(door.database, door.clock, system_actor(known.organisation, "sign-in")) as uow:
        minute = _minute(uow.now)
        # Of two failures at once, one is the first of the minute.
        lock(uow.session, known.user or known.organisation)
        is_first = (
            uow.session.execute(
                select(SignInFailure.times)
                .where(
                    SignInFailure.org_id == known.organisation,
                    SignInFailure.minute == minute,
                    SignInFailure.user_id.is_not_distinct_from(known.user),
                )
                .limit(1)
            ).first()
            is None
        )
        uow.session.execute(
            insert(SignInFailure)
            .values(
                org_id=known.organisation,
                username=username,
                source=source,
                minute=minute,
                user_id=known.user,
                times=1,
                last_at=uow.now,
                told=False,
            )
            .on_conflict_do_update(
                index_elements=["org_id", "username", "source", "minute"],
                set_={"times": SignInFailure.times + 1, "last_at": uow.now},
            )
        )
        if is_first:
            uow.record(Code.USER_SIGN_IN_FAILED, _subject(uow, known.user), facts={"minute": minute})


def _subject(uow: UnitOfWork, user: UserId | None) -> Evidenced:
    """The user whom it concerns; the organisation, where nobody has that name."""
    if user is None:
        return uow.session.get_one(Organisation, uow.actor.organisation)
    return uow.session.get_one(User, user)


def _minute(instant: datetime) -> datetime:
    return instant.replace(second=0, microsecond=0)


def _failed() -> SignInFailedError:
    return SignInFailedError("Organisation, user name and password do not belong together.")
