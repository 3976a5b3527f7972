"""The second factor: a code generator on a person's phone, and recovery codes for the day it is lost.

A code opens once: its step is marked in the same statement that checks it, so that of two sign-ins with one
code at the same moment only one goes on. Recovery codes are ten, each good once, kept as keyed hashes.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from field_visits.evidence.codes import Code
from field_visits.identity import totp
from field_visits.identity.models import CodePurpose, OneTimeCode, Organisation, TotpProgress, User
from field_visits.identity.sealing import SealKeys
from field_visits.identity.sessions import close_all
from field_visits.identity.tokens import TokenKeys
from field_visits.kernel.errors import Fault, InvalidError
from field_visits.kernel.ids import UserId
from field_visits.unit_of_work import Applied, Move, Refused, UnitOfWork

ENROLMENT_LIFE = timedelta(minutes=15)
RECOVERY_CODES = 10
_CODE_LENGTH = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # without what looks alike
_NEVER = -1  # before any step


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What a code generator is set up with. It counts once a code of it was entered."""

    secret: str
    uri: str
    expires_at: datetime


def begin_enrolment(uow: UnitOfWork, user: User, *, seals: SealKeys) -> Enrolment | Refused:
    """A fresh secret waits for its first code; one that waited before is gone.

    Evidence: `user:second_factor:refused`, where there is a second factor already.
    """
    if user.has_second_factor:
        return uow.refuse(Move(user, "enrol_factor"), "There is a second factor already; remove it first.")
    secret, expires_at = totp.new_secret(), uow.now + ENROLMENT_LIFE
    waiting = {
        "pending_secret": seals.seal(secret, owner=user.id.bytes),
        "pending_until": expires_at,
    }
    uow.session.execute(
        insert(TotpProgress)
        .values(user_id=user.id, org_id=uow.actor.organisation, last_step=_NEVER, **waiting)
        .on_conflict_do_update(index_elements=["user_id"], set_=waiting)
    )
    organisation = uow.session.get_one(Organisation, uow.actor.organisation)
    account = f"{user.username}@{organisation.slug}"
    return Enrolment(
        totp.spelled(secret), totp.enrolment_uri(secret, issuer="Doorstep", account=account), expires_at
    )


def confirm_enrolment(
    uow: UnitOfWork, user: User, code: str, *, seals: SealKeys, keys: TokenKeys
) -> list[str] | Refused:
    """The code generator is the person's second factor; returns the recovery codes, shown this once.

    Every other session was opened without it and ends.

    Raises:
        InvalidError: no secret waits, or the code is not its present one.

    Evidence: `user:second_factor:enrolled` (and `:refused`), `user:recovery_codes:issued`,
    `user:session:closed`.
    """
    waiting = uow.session.get(TotpProgress, user.id, with_for_update=True)
    if waiting is None or waiting.pending_secret is None or (waiting.pending_until or uow.now) <= uow.now:
        raise InvalidError("No enrolment waits for a code. Begin again.")
    secret = seals.open(waiting.pending_secret, owner=user.id.bytes)
    step = totp.matching_step(secret, code, uow.now)
    if step is None or step <= waiting.last_step:
        detail = "This is not the present code. Wait for the next one, and look at the phone's clock."
        raise InvalidError("The second factor was not set up.", faults=[Fault("/code", detail)])
    sealed = seals.seal(secret, owner=user.id.bytes)
    outcome = uow.apply(user, "enrol_factor", changes={"totp_secret": sealed})
    if isinstance(outcome, Refused):
        return outcome
    waiting.pending_secret, waiting.pending_until, waiting.last_step = None, None, step
    close_all(uow, user.id, reason="second factor set up", but=uow.actor.session)
    return issue_recovery_codes(uow, user, keys=keys)


def issue_recovery_codes(uow: UnitOfWork, user: User, *, keys: TokenKeys) -> list[str]:
    """Fresh recovery codes, shown this once; the old ones open nothing any more.

    Evidence: `user:recovery_codes:issued`.
    """
    _forget_recovery_codes(uow, user.id)
    codes = ["".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH)) for _ in range(RECOVERY_CODES)]
    uow.session.add_all(
        OneTimeCode(
            hash=keys.hash_recovery(user.id, code)[0],
            org_id=uow.actor.organisation,
            user_id=user.id,
            purpose=CodePurpose.RECOVERY.value,
            expires_at=None,
            failures=0,
        )
        for code in codes
    )
    uow.session.flush()
    uow.record(Code.USER_RECOVERY_CODES_ISSUED, user, facts={"count": len(codes)})
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def recovery_codes_left(session: Session, user: UserId) -> int:
    """How many recovery codes of `user` are unused."""
    mine = select(func.count()).where(
        OneTimeCode.user_id == user, OneTimeCode.purpose == CodePurpose.RECOVERY.value
    )
    return session.scalar(mine) or 0


def accepts(uow: UnitOfWork, user: User, code: str, *, seals: SealKeys, keys: TokenKeys) -> bool:
    """Whether `code` is the generator's present one or a recovery code of `user`; from now on it is used.

    Evidence: `user:recovery_code:used`, for one of those.
    """
    if user.totp_secret is None:
        return False
    told = "".join(code.split()).replace("-", "").casefold()
    step = totp.matching_step(seals.open(user.totp_secret, owner=user.id.bytes), told, uow.now)
    if step is not None:
        marked = uow.session.execute(
            update(TotpProgress)
            .where(TotpProgress.user_id == user.id, TotpProgress.last_step < step)
            .values(last_step=step)
            .returning(TotpProgress.user_id)
        )
        return marked.first() is not None
    used = uow.session.execute(
        delete(OneTimeCode)
        .where(
            OneTimeCode.hash.in_(keys.hash_recovery(user.id, told)),
            OneTimeCode.user_id == user.id,
            OneTimeCode.purpose == CodePurpose.RECOVERY.value,
        )
        .returning(OneTimeCode.hash)
    )
    if used.first() is None:
        return False
    left = recovery_codes_left(uow.session, user.id)
    uow.record(Code.USER_RECOVERY_CODE_USED, user, facts={"left": left})
    return True


def remove(uow: UnitOfWork, user: User) -> Applied | Refused:
    """The password alone opens a session of `user` again; recovery codes are gone.

    Evidence: `user:second_factor:removed` (and `user:factor_removal:refused`, where there is none).
    """
    if not user.has_second_factor:
        return uow.refuse(Move(user, "remove_factor"), "There is no second factor.")
    outcome = uow.apply(user, "remove_factor", changes={"totp_secret": None})
    _forget_recovery_codes(uow, user.id)
    return outcome


def _forget_recovery_codes(uow: UnitOfWork, user: UserId) -> None:
    uow.session.execute(
        delete(OneTimeCode).where(
            OneTimeCode.user_id == user, OneTimeCode.purpose == CodePurpose.RECOVERY.value
        )
    )
