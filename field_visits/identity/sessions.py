"""Sign-ins: opening, refreshing and closing sessions, and the tokens that belong to them.

Sessions and tokens are working rows; opening and closing one are entries about the user. A refresh token
is used once: the next one replaces it. If an old one turns up again, somebody has a copy, and nobody can
tell which of the two is the thief: the whole session is closed. Only for `GRACE` after its use is an old
one good again, for a phone whose network broke before the new one arrived.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from field_visits.evidence.codes import Code
from field_visits.identity import tokens
from field_visits.identity.models import AccessToken, SignInSession, User
from field_visits.identity.tokens import Token, TokenKeys, TokenKind
from field_visits.kernel.actor import Actor, ActorKind
from field_visits.kernel.clock import Clock
from field_visits.kernel.db import Database
from field_visits.kernel.errors import UnauthenticatedError
from field_visits.kernel.ids import SessionId, UserId
from field_visits.unit_of_work import UnitOfWork, unit_of_work_by

ACCESS_LIFE = timedelta(minutes=15)
# A collector who was away for a fortnight signs in anew.
SESSION_LIFE = timedelta(days=14)
GRACE = timedelta(seconds=30)
MAX_USER_AGENT = 200


@dataclass(frozen=True, slots=True)
class Opened:
    """What the holder of a session gets; the tokens are shown once and kept nowhere."""

    session: SignInSession
    access: Token
    access_expires_at: datetime
    refresh: Token
    device: Token | None = None  # by which this device is known at the next sign-in


class SessionEndedError(UnauthenticatedError):
    """The session was closed: by its owner, by an administrator, or because its token came twice."""

    code = "session-ended"


@dataclass(frozen=True, slots=True)
class Reused:
    """An old refresh token came again; its session is closed, and that must commit."""

    session: SignInSession


def open_session(uow: UnitOfWork, user: User, *, keys: TokenKeys, user_agent: str) -> Opened:
    """`user` is signed in on one more device.

    Evidence: `user:session:opened`.
    """
    refresh = tokens.mint(user.org_id, TokenKind.REFRESH)
    session = SignInSession(
        id=SessionId(uow.new_id()),
        org_id=user.org_id,
        user_id=user.id,
        opened_at=uow.now,
        last_seen_at=uow.now,
        expires_at=uow.now + SESSION_LIFE,
        revoked_at=None,
        refresh_hash=keys.hash(refresh),
        previous_refresh_hash=None,
        user_agent=user_agent[:MAX_USER_AGENT],
    )
    uow.session.add(session)
    uow.session.flush()
    uow.record(Code.USER_SIGNED_IN, user, facts={"session": str(session.id)})
    return _with_access(uow, session, refresh, keys)


def find_refreshable(session: Session, hashes: list[bytes], now: datetime) -> SignInSession | None:
    """The living session to which a refresh token belongs or belonged, locked; None if there is none."""
    return session.scalars(
        select(SignInSession)
        .join(User, User.id == SignInSession.user_id)
        .where(
            or_(
                SignInSession.refresh_hash.in_(hashes),
                SignInSession.previous_refresh_hash.in_(hashes),
            ),
            SignInSession.revoked_at.is_(None),
            SignInSession.expires_at > now,
            User.state == "active",
        )
        .with_for_update(of=SignInSession)
    ).one_or_none()


def refresh(database: Database, clock: Clock, presented: Token, *, keys: TokenKeys) -> Opened | Reused:
    """The session of a refresh token lives on; `Reused` has closed it, and that is committed.

    Raises:
        SessionEndedError: the token's session was closed.
        UnauthenticatedError: the token belongs to no living session.
    """
    found: list[SignInSession] = []

    def authenticate(session: Session, now: datetime) -> Actor:
        living = find_refreshable(session, keys.hashes(presented), now)
        if living is None and _was_closed(session, keys.hashes(presented)):
            raise SessionEndedError("This session was ended. Sign in again.")
        if living is None:
            raise UnauthenticatedError("This refresh token is unknown or its session ended. Sign in again.")
        found.append(living)
        return Actor(ActorKind.USER, living.org_id, user=living.user_id, session=living.id)

    with unit_of_work_by(database, clock, presented.organisation, authenticate) as uow:
        return refresh_session(uow, found[0], presented, keys=keys)


def refresh_session(
    uow: UnitOfWork, session: SignInSession, presented: Token, *, keys: TokenKeys
) -> Opened | Reused:
    """The session lives on under fresh tokens; or, if the token had been used already, it is closed."""
    is_current = session.refresh_hash in keys.hashes(presented)
    if not is_current and uow.now > session.last_seen_at + GRACE:
        close_session(uow, session, reason="refresh token used twice")
        return Reused(session)
    refresh = tokens.mint(session.org_id, TokenKind.REFRESH)
    if is_current:
        session.previous_refresh_hash = session.refresh_hash
        session.last_seen_at = uow.now  # within the grace it stays, so that the grace is not prolonged
    session.refresh_hash = keys.hash(refresh)
    session.expires_at = uow.now + SESSION_LIFE
    uow.session.execute(
        delete(AccessToken).where(AccessToken.session_id == session.id, AccessToken.expires_at <= uow.now)
    )
    return _with_access(uow, session, refresh, keys)


def close_session(uow: UnitOfWork, session: SignInSession, *, reason: str) -> None:
    """The session is over: its tokens open nothing any more.

    Evidence: `user:session:closed`.
    """
    session.revoked_at = uow.now
    uow.session.execute(delete(AccessToken).where(AccessToken.session_id == session.id))
    user = uow.session.get_one(User, session.user_id)
    uow.record(Code.USER_SIGNED_OUT, user, facts={"session": str(session.id), "reason": reason})


def close_all(uow: UnitOfWork, user: UserId, *, reason: str, but: SessionId | None = None) -> None:
    """Every session of `user` is over, except `but`."""
    for session in list_sessions(uow.session, user, at=uow.now):
        if session.id != but:
            close_session(uow, session, reason=reason)


def list_sessions(session: Session, user: UserId, *, at: datetime) -> list[SignInSession]:
    """The living sessions of `user`, newest first."""
    return list(
        session.scalars(
            select(SignInSession)
            .where(
                SignInSession.user_id == user,
                SignInSession.revoked_at.is_(None),
                SignInSession.expires_at > at,
            )
            .order_by(SignInSession.opened_at.desc(), SignInSession.id.desc())
        )
    )


def _was_closed(session: Session, hashes: list[bytes]) -> bool:
    """Whether the token is the last one of a session that somebody closed."""
    closed = select(SignInSession.id).where(
        SignInSession.refresh_hash.in_(hashes), SignInSession.revoked_at.is_not(None)
    )
    return session.scalars(closed.limit(1)).first() is not None


def _with_access(uow: UnitOfWork, session: SignInSession, refresh: Token, keys: TokenKeys) -> Opened:
    access = tokens.mint(session.org_id, TokenKind.ACCESS)
    expires_at = uow.now + ACCESS_LIFE
    uow.session.add(
        AccessToken(
            hash=keys.hash(access), org_id=session.org_id, session_id=session.id, expires_at=expires_at
        )
    )
    uow.session.flush()
    return Opened(session, access, expires_at, refresh)
