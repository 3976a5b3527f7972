"""How wrong tries slow down whoever makes them, and nobody else.

A failure is counted per name, place and minute. Three rules:

* One name from one place has `FREE_TRIES`; then each failure doubles the wait, up to `MAX_WAIT_S`.
* One place has `FREE_TRIES_OF_A_PLACE` over all names; then whoever is new there solves a puzzle for each try
  (`crowd`).
* A device on which the person signed in before is a place of its own: storms from the same network, or at
  the same name from elsewhere, do not touch it.

So nobody can lock a colleague out from elsewhere, and whoever is known stays welcome where others are not. A
minute's first failure is an entry at once and its total another one later: a storm of guesses is on record
and does not fill the log.
"""

import math
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from field_visits.evidence.codes import Code
from field_visits.evidence.records import Evidenced
from field_visits.identity.models import Organisation, SignInFailure, User
from field_visits.kernel.db import lock
from field_visits.kernel.errors import DomainError
from field_visits.kernel.ids import UserId
from field_visits.unit_of_work import UnitOfWork

FREE_TRIES = 5
FREE_TRIES_OF_A_PLACE = 50
MAX_WAIT_S = 60
_WINDOW = timedelta(minutes=15)
_MAX_STRAYS = 10_000


class ThrottledError(DomainError):
    """Too many tries from here; nothing was checked."""

    code = "throttled"

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"Too many tries. Wait {retry_after_s} seconds, then try again.")
        self.retry_after_s = retry_after_s


@dataclass(frozen=True, slots=True)
class Place:
    """Where a try comes from: a keyed hash, and whether others may be there too.

    A network address is shared; a device that the person used before, a session, and the step behind a right
    password are not.
    """

    source: str
    is_shared: bool


def refuse_if_throttled(session: Session, username: str, place: Place, now: datetime) -> int:
    """The name may be tried from this place now; returns how many tries failed there of late, of all names.

    Raises:
        ThrottledError: too many failures.
    """
    own = SignInFailure.username == username
    failed = session.execute(
        select(
            func.sum(SignInFailure.times).filter(own).label("times"),
            func.max(SignInFailure.last_at).filter(own).label("last_at"),
            func.sum(SignInFailure.times).label("all_times"),
        ).where(SignInFailure.source == place.source, SignInFailure.minute > now - _WINDOW)
    ).one()
    _refuse(int(failed.times or 0), failed.last_at, now)
    return int(failed.all_times or 0)


def count_failure(uow: UnitOfWork, username: str, place: Place, user: UserId | None) -> None:
    """One failure more; the first of the minute stands in the log.

    Evidence: `user:session:failed`.
    """
    minute = minute_of(uow.now)
    # Of two failures at once, one is the first of the minute.
    lock(uow.session, user or uow.actor.organisation)
    is_first = (
        uow.session.execute(
            select(SignInFailure.times)
            .where(
                SignInFailure.org_id == uow.actor.organisation,
                SignInFailure.minute == minute,
                SignInFailure.user_id.is_not_distinct_from(user),
            )
            .limit(1)
        ).first()
        is None
    )
    uow.session.execute(
        insert(SignInFailure)
        .values(
            org_id=uow.actor.organisation,
            username=username,
            source=place.source,
            minute=minute,
            user_id=user,
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
        uow.record(Code.USER_SIGN_IN_FAILED, _subject(uow, user), facts={"minute": minute})


def tell_failures(uow: UnitOfWork) -> int:
    """The totals of past minutes stand in the log, and old counts are gone. A sweep calls this.

    Returns:
        How many totals were recorded. A minute with one failure has none: its entry says it all.

    Evidence: `user:session:failed`.
    """
    this_minute = minute_of(uow.now)
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


def minute_of(instant: datetime) -> datetime:
    """The minute in which `instant` lies."""
    return instant.replace(second=0, microsecond=0)


class Strays:
    """Tries at organisations that do not exist, counted in memory by the same rules: no organisation keeps them.

    Beyond a bound the longest quiet are forgotten.
    """

    def __init__(self) -> None:
        self._seen: OrderedDict[tuple[str, ...], tuple[int, datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def refuse_if_throttled(self, name: str, place: Place, now: datetime) -> int:
        """As `refuse_if_throttled` of the module.

        Raises:
            ThrottledError: too many failures.
        """
        times, last_at = self._of((place.source, name), now)
        _refuse(times, last_at, now)
        return self._of((place.source,), now)[0]

    def count(self, name: str, place: Place, now: datetime) -> None:
        """One failure more."""
        with self._lock:
            for key in ((place.source, name), (place.source,)):
                times, last_at = self._seen.pop(key, (0, now))
                self._seen[key] = (times + 1 if last_at > now - _WINDOW else 1, now)
            while len(self._seen) > _MAX_STRAYS:
                self._seen.popitem(last=False)

    def _of(self, key: tuple[str, ...], now: datetime) -> tuple[int, datetime]:
        with self._lock:
            times, last_at = self._seen.get(key, (0, now))
        return (times if last_at > now - _WINDOW else 0), last_at


def _refuse(times: int, last_at: datetime | None, now: datetime) -> None:
    beyond = times - FREE_TRIES
    if beyond < 0 or last_at is None:
        return
    wait_s = min(MAX_WAIT_S, 2 ** min(beyond, 10))
    left_s = (last_at + timedelta(seconds=wait_s) - now).total_seconds()
    if left_s > 0:
        raise ThrottledError(max(1, math.ceil(left_s)))


def _subject(uow: UnitOfWork, user: UserId | None) -> Evidenced:
    """The user whom it concerns; the organisation, where nobody has that name."""
    if user is None:
        return uow.session.get_one(Organisation, uow.actor.organisation)
    return uow.session.get_one(User, user)
