"""What opens once: the step behind a password, the choice of a new one, the first administrator's account.

A code is a token of 256 random bits, kept as a keyed hash, and gone once used. Recovery codes, which people
type, are in `second_factor`.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from field_visits.identity import tokens
from field_visits.identity.models import CodePurpose, OneTimeCode
from field_visits.identity.tokens import Token, TokenKeys, TokenKind
from field_visits.kernel.errors import UnauthenticatedError
from field_visits.kernel.ids import UserId
from field_visits.unit_of_work import UnitOfWork

STEP_LIFE = timedelta(minutes=10)  # between two steps of one sign-in
HANDED_LIFE = timedelta(hours=24)  # of what one person hands to another
MAX_FAILURES = 5


class CodeSpentError(UnauthenticatedError):
    """The code was used, ran out, was replaced, or never was one: all of it looks the same."""

    code = "code-spent"

    def __init__(self) -> None:
        super().__init__("This was used already, ran out, or was replaced by a newer one. Begin again.")


def issue(
    uow: UnitOfWork, purpose: CodePurpose, *, user: UserId | None, life: timedelta, keys: TokenKeys
) -> tuple[Token, datetime]:
    """A fresh code and when it runs out. The code is shown once and kept nowhere."""
    token, expires_at = tokens.mint(uow.actor.organisation, TokenKind.CODE), uow.now + life
    uow.session.add(
        OneTimeCode(
            hash=keys.hash(token),
            org_id=uow.actor.organisation,
            user_id=user,
            purpose=purpose.value,
            expires_at=expires_at,
            failures=0,
        )
    )
    uow.session.flush()
    return token, expires_at


def read(text: str) -> Token:
    """The code that `text` spells.

    Raises:
        CodeSpentError: it cannot be one.
    """
    token = tokens.parse(text)
    if token is None or token.kind is not TokenKind.CODE:
        raise CodeSpentError
    return token


def find(
    session: Session, token: Token, purpose: CodePurpose, *, keys: TokenKeys, at: datetime
) -> OneTimeCode:
    """The row of a code that still opens, locked.

    Raises:
        CodeSpentError: it opens nothing any more.
    """
    found = session.scalars(
        select(OneTimeCode)
        .where(
            OneTimeCode.hash.in_(keys.hashes(token)),
            OneTimeCode.purpose == purpose.value,
            OneTimeCode.expires_at > at,
            OneTimeCode.failures < MAX_FAILURES,
        )
        .with_for_update()
    ).one_or_none()
    if found is None:
        raise CodeSpentError
    return found


def void(uow: UnitOfWork, user: UserId | None, *purposes: CodePurpose) -> None:
    """No code of these purposes opens anything for `user` any more."""
    uow.session.execute(
        delete(OneTimeCode).where(
            OneTimeCode.org_id == uow.actor.organisation,
            OneTimeCode.user_id.is_not_distinct_from(user),
            OneTimeCode.purpose.in_([purpose.value for purpose in purposes]),
        )
    )


def forget(uow: UnitOfWork) -> int:
    """Codes that ran out are gone; returns how many."""
    gone = uow.session.execute(
        delete(OneTimeCode)
        .where(OneTimeCode.org_id == uow.actor.organisation, OneTimeCode.expires_at <= uow.now)
        .returning(OneTimeCode.hash)
    )
    return len(gone.all())
