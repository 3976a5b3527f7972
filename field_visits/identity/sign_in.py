"""Signing in, step by step: the password, a new one where somebody else chose it, the second factor.

Each step but the last answers with an error that carries a one-time code for the next step; a client follows
the error's `code`. Whoever fails waits as `throttling` says, and strangers in a crowd bring what `crowd` asks of
them. An unknown name is treated exactly as a known one.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from field_visits.identity import one_time, second_factor, tokens
from field_visits.identity.crowd import Crowd
from field_visits.identity.models import CodePurpose, User
from field_visits.identity.one_time import CodeSpentError
from field_visits.identity.passwords import MAX_LENGTH as MAX_PASSWORD
from field_visits.identity.passwords import BusyError, PasswordHasher, Standing, check_strength
from field_visits.identity.puzzles import Solution
from field_visits.identity.queries import find_organisation
from field_visits.identity.sealing import SealKeys
from field_visits.identity.service import set_password
from field_visits.identity.sessions import Opened, open_session
from field_visits.identity.throttling import Place, Strays, count_failure, refuse_if_throttled
from field_visits.identity.tokens import Token, TokenKeys
from field_visits.identity.usernames import MAX_LENGTH, normal_username
from field_visits.kernel.actor import Actor, ActorKind, system_actor
from field_visits.kernel.clock import Clock
from field_visits.kernel.db import Database
from field_visits.kernel.errors import Fault, InvalidError, UnauthenticatedError
from field_visits.kernel.ids import OrganisationId, UserId
from field_visits.unit_of_work import Refused, UnitOfWork, unit_of_work


class SignInFailedError(UnauthenticatedError):
    """Organisation, name or password is wrong; which of them is not told."""

    code = "sign-in-failed"


class SecondFactorFailedError(UnauthenticatedError):
    """The code is not the present one, was used already, or is no recovery code; it was counted."""

    code = "second-factor-failed"


class StepRequiredError(UnauthenticatedError):
    """What was sent is right and not enough. `extra` carries the code that opens the next step."""

    def __init__(self, detail: str, step: Token, expires_at: datetime) -> None:
        super().__init__(detail)
        self.extra = {"step": step.text, "step_expires_at": expires_at}


class SecondFactorRequiredError(StepRequiredError):
    """The next step is a code of the second factor."""

    code = "second-factor-required"


class PasswordChangeRequiredError(StepRequiredError):
    """The next step is a password of one's own."""

    code = "password-change-required"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is calling, as far as the network tells.

    `address` is kept only as a keyed hash; `device` is what this device got at an earlier sign-in, if anything.
    """

    address: str
    user_agent: str
    device: str | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """Who says they are whom."""

    organisation: str
    username: str
    password: str
    caller: Caller
    solution: Solution | None = None


@dataclass(frozen=True, slots=True)
class Door:
    """What signing in needs of a process."""

    database: Database
    clock: Clock
    hasher: PasswordHasher
    keys: TokenKeys
    seals: SealKeys
    strays: Strays = field(default_factory=Strays)
    crowd: Crowd = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "crowd", Crowd(self.keys))


@dataclass(frozen=True, slots=True)
class _Known:
    user: UserId | None
    password_hash: str | None
    place: Place


@dataclass(frozen=True, slots=True)
class _Step:
    """A session is not open yet: what is wanted next."""

    purpose: CodePurpose
    token: Token
    expires_at: datetime


def sign_in(door: Door, attempt: Attempt) -> Opened:
    """A session is open for whoever knows the password and needs nothing more.

    The password is checked between two transactions: its 140 ms hold no connection.

    Raises:
        SignInFailedError: the three do not belong together; it was counted.
        SecondFactorRequiredError: go on with `enter_code`.
        PasswordChangeRequiredError: go on with `choose_password`.
        ThrottledError: too many failures of this name from this place; it was not even looked at.
        PuzzleRequiredError: strangers solve a puzzle first just now; nothing was looked at.
        BusyError: too many sign-ins at once.

    Evidence: `user:session:opened` or `user:session:failed`.
    """
    elsewhere = Place(door.keys.blur(attempt.caller.address), is_shared=True)
    is_stranger = not _claims_a_device(door, attempt.caller)
    has_solved = door.crowd.admit(elsewhere, attempt.solution, door.clock.now()) if is_stranger else None
    username = normal_username(attempt.username)[:MAX_LENGTH]
    organisation = _find_organisation(door.database, attempt.organisation)
    if organisation is None:
        raise _stray(door, attempt, username, elsewhere, has_solved=has_solved)
    with door.database.transaction(organisation) as session:
        known = _find_user(session, door, username, attempt.caller) or _Known(None, None, elsewhere)
        failures = refuse_if_throttled(session, username, known.place, door.clock.now())
    is_right = _verify(door, attempt, known, failures, has_solved=has_solved)
    if not is_right or known.user is None:
        with unit_of_work(door.database, door.clock, system_actor(organisation, "sign-in")) as uow:
            count_failure(uow, username, known.place, known.user)
        raise _failed()
    actor = Actor(ActorKind.USER, organisation, user=known.user)
    with unit_of_work(door.database, door.clock, actor) as uow:
        user = uow.session.get_one(User, known.user)
        if user.state != "active" or user.password_hash != known.password_hash:
            raise _failed()  # disabled, or another password, since we looked
        outcome = _go_on(door, uow, user, attempt.caller)
    return _settled(outcome)


def enter_code(door: Door, *, step: str, code: str, caller: Caller) -> Opened:
    """A session is open for whoever knew the password and has the second factor.

    Raises:
        CodeSpentError: the step is over; begin with the password.
        SecondFactorFailedError: the code is wrong or was used; it was counted, and five end the step.
        ThrottledError: too many wrong codes for this person.

    Evidence: `user:session:opened` or `user:session:failed`; `user:recovery_code:used`.
    """
    token = one_time.read(step)
    system = system_actor(token.organisation, "sign-in")
    with door.database.transaction(token.organisation) as session:
        found = one_time.find(session, token, CodePurpose.SECOND_FACTOR, keys=door.keys, at=door.clock.now())
        user_id = _owner(found.user_id)
    opened: Opened | None = None
    actor = Actor(ActorKind.USER, token.organisation, user=user_id)
    with unit_of_work(door.database, door.clock, actor) as uow:
        found = one_time.find(uow.session, token, CodePurpose.SECOND_FACTOR, keys=door.keys, at=uow.now)
        user = _active(uow, user_id)
        place = _device_place(door, caller, user.id) or _behind_the_password(door, user.id)
        refuse_if_throttled(uow.session, user.username, place, uow.now)
        if second_factor.accepts(uow, user, code, seals=door.seals, keys=door.keys):
            uow.session.delete(found)
            opened = _open(door, uow, user, caller)
        else:
            found.failures += 1
    if opened is not None:
        return opened
    with unit_of_work(door.database, door.clock, system) as uow:
        count_failure(uow, user.username, place, user.id)
    raise SecondFactorFailedError("This is not the present code, or it was used already.")


def choose_password(door: Door, *, step: str, password: str, caller: Caller) -> Opened:
    """The person has a password of their own, and a session if nothing more is needed.

    Raises:
        CodeSpentError: the step, or the administrator's code, is over.
        InvalidError: the password is too weak, or the one that was given.
        SecondFactorRequiredError: go on with `enter_code`.
        UnavailableError: too many sign-ins at once.

    Evidence: `user:password:set`, `user:session:closed`, `user:session:opened`.
    """
    token = one_time.read(step)
    with door.database.transaction(token.organisation) as session:
        found = one_time.find(session, token, CodePurpose.PASSWORD, keys=door.keys, at=door.clock.now())
        user = session.get_one(User, found.user_id)
    check_strength(password, username=user.username)
    if door.hasher.verify(user.password_hash, password, Standing.KNOWN):
        fault = Fault("/password", "This is the one that you were given; choose another one.")
        raise InvalidError("The password was not changed.", faults=[fault])
    hashed = door.hasher.hash(password)
    actor = Actor(ActorKind.USER, token.organisation, user=user.id)
    with unit_of_work(door.database, door.clock, actor) as uow:
        one_time.find(uow.session, token, CodePurpose.PASSWORD, keys=door.keys, at=uow.now)
        user = _active(uow, user.id)
        if isinstance(set_password(uow, user, password_hash=hashed), Refused):
            raise CodeSpentError
        outcome = _go_on(door, uow, user, caller)
    return _settled(outcome)


def prove_password(door: Door, uow: UnitOfWork, user: User, password: str) -> None:
    """The person of this session has just typed their own password.

    Raises:
        InvalidError: it is another one; it was counted.
        ThrottledError: too many wrong ones in this session.

    Evidence: `user:session:failed`.
    """
    place = _session_place(door, uow)
    refuse_if_throttled(uow.session, user.username, place, uow.now)
    if not door.hasher.verify(user.password_hash, password[:MAX_PASSWORD], Standing.KNOWN):
        _count_apart(door, user, place)
        fault = Fault("/current_password", "This is not your present password.")
        raise InvalidError("This needs your present password.", faults=[fault])


def prove_factor(door: Door, uow: UnitOfWork, user: User, code: str) -> None:
    """The person of this session has just typed a code of their second factor.

    Raises:
        InvalidError: it is wrong or was used; it was counted.
        ThrottledError: too many wrong ones in this session.

    Evidence: `user:session:failed`, `user:recovery_code:used`.
    """
    place = _session_place(door, uow)
    refuse_if_throttled(uow.session, user.username, place, uow.now)
    if not second_factor.accepts(uow, user, code, seals=door.seals, keys=door.keys):
        _count_apart(door, user, place)
        fault = Fault("/code", "This is not the present code, or it was used already.")
        raise InvalidError("This needs a code of your second factor.", faults=[fault])


def _go_on(door: Door, uow: UnitOfWork, user: User, caller: Caller) -> Opened | _Step:
    """What comes after a right password: a password of one's own, then the second factor, then the session."""
    if user.password_given_at is not None:
        purpose = CodePurpose.PASSWORD
    elif user.has_second_factor:
        purpose = CodePurpose.SECOND_FACTOR
    else:
        return _open(door, uow, user, caller)
    issued = one_time.issue(uow, purpose, user=user.id, life=one_time.STEP_LIFE, keys=door.keys)
    return _Step(purpose, *issued)


def _settled(outcome: Opened | _Step) -> Opened:
    """The open session; or, now that its code is committed, the error that names the next step."""
    if isinstance(outcome, Opened):
        return outcome
    if outcome.purpose is CodePurpose.PASSWORD:
        raise PasswordChangeRequiredError(
            "Somebody else chose this password: choose your own at /v1/sign-in/password with this `step`.",
            outcome.token,
            outcome.expires_at,
        )
    raise SecondFactorRequiredError(
        "Enter a code of your second factor at /v1/sign-in/code with this `step`.",
        outcome.token,
        outcome.expires_at,
    )


def _open(door: Door, uow: UnitOfWork, user: User, caller: Caller) -> Opened:
    opened = open_session(uow, user, keys=door.keys, user_agent=caller.user_agent)
    known = None if caller.device is None else tokens.parse(caller.device)
    if known is None or not door.keys.is_device_of(known, user.id):
        known = door.keys.mint_device(user.org_id, user.id)
    return replace(opened, device=known)


def _find_organisation(database: Database, slug: str) -> OrganisationId | None:
    with database.transaction(None) as session:
        return find_organisation(session, slug.casefold())


def _find_user(session: Session, door: Door, username: str, caller: Caller) -> _Known | None:
    row = session.execute(
        select(User.id, User.password_hash).where(User.username == username, User.state == "active")
    ).one_or_none()
    if row is None:
        return None
    elsewhere = Place(door.keys.blur(caller.address), is_shared=True)
    return _Known(row.id, row.password_hash, _device_place(door, caller, row.id) or elsewhere)


def _verify(door: Door, attempt: Attempt, known: _Known, failures: int, *, has_solved: bool | None) -> bool:
    """Whether the password is right; `has_solved` is None for who seemed to be on a known device."""
    now = door.clock.now()
    if has_solved is None and known.place.is_shared:
        has_solved = door.crowd.admit(known.place, attempt.solution, now)
    with door.crowd.standing(known.place, failures, now, has_solved=has_solved or False) as standing:
        try:
            return door.hasher.verify(known.password_hash, attempt.password, standing)
        except BusyError:
            raise door.crowd.turned_away(known.place, standing, now) from None


def _stray(
    door: Door, attempt: Attempt, username: str, place: Place, *, has_solved: bool | None
) -> SignInFailedError:
    """Answer a try at an organisation that does not exist as one at a real one, and as slowly."""
    name = f"{attempt.organisation.casefold()} {username}"
    failures = door.strays.refuse_if_throttled(name, place, door.clock.now())
    _verify(door, attempt, _Known(None, None, place), failures, has_solved=has_solved)
    door.strays.count(name, place, door.clock.now())
    return _failed()


def _claims_a_device(door: Door, caller: Caller) -> bool:
    """Whether the caller has a token of somebody's device: then it is worth looking whose."""
    device = None if caller.device is None else tokens.parse(caller.device)
    return device is not None and door.keys.is_device(device)


def _device_place(door: Door, caller: Caller, user: UserId) -> Place | None:
    """The caller's device, if the person signed in on it before."""
    device = None if caller.device is None else tokens.parse(caller.device)
    if device is None or not door.keys.is_device_of(device, user):
        return None
    return Place(door.keys.blur(device.text), is_shared=False)


def _behind_the_password(door: Door, user: UserId) -> Place:
    """One place for all strangers who know the person's password: guesses from many networks count together."""
    return Place(door.keys.blur(f"second factor of {user}"), is_shared=False)


def _session_place(door: Door, uow: UnitOfWork) -> Place:
    return Place(door.keys.blur(f"session {uow.actor.session}"), is_shared=False)


def _count_apart(door: Door, user: User, place: Place) -> None:
    """Count in a transaction of its own: the request's is about to be rolled back."""
    with unit_of_work(door.database, door.clock, system_actor(user.org_id, "proof")) as uow:
        count_failure(uow, user.username, place, user.id)


def _active(uow: UnitOfWork, user_id: UserId) -> User:
    user = uow.session.get_one(User, user_id)
    if user.state != "active":
        raise CodeSpentError
    return user


def _owner(user_id: UserId | None) -> UserId:
    if user_id is None:
        raise CodeSpentError
    return user_id


def _failed() -> SignInFailedError:
    return SignInFailedError("Organisation, user name and password do not belong together.")
