"""A phone hands in what it holds: in order, each once, each with an answer, none blocking the next.

A batch is one transaction. A command that cannot be applied is kept all the same, as it came, and the chain goes
on behind it; what it did so far is undone by a savepoint. The same command handed in again gets the same answer
for ever; other bytes under a number that was taken are kept as a fork.
"""

import logging
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import InterfaceError, OperationalError

from field_visits.evidence.codes import Code
from field_visits.identity.devices import heard, is_signed_by, key_hash
from field_visits.identity.models import Device
from field_visits.identity.permissions import scope_of
from field_visits.identity.tokens import TokenKeys
from field_visits.kernel.actor import Actor
from field_visits.kernel.db import lock
from field_visits.kernel.errors import DomainError, InvalidError, NotFoundError
from field_visits.kernel.ids import CaseId, CommandId, EntryId, VisitId
from field_visits.sync.applying import PERMISSIONS_OF, Applying, Effect, apply
from field_visits.sync.envelope import Envelope, Moment, Outcome, Reason, Sent, moment_of
from field_visits.sync.models import Command
from field_visits.sync.tracks import NotInShiftError
from field_visits.sync.turned_away import tell_of_fork, tell_office
from field_visits.unit_of_work import Move, UnitOfWork
from field_visits.visits.telling import hold_visits

_log = logging.getLogger("doorstep.sync")
_CURTAILED = frozenset({Reason.NOT_IN_SHIFT})


class SequenceGapError(DomainError):
    """The first command that is new to us is not the one after the newest that we have."""

    code = "sequence-gap"

    def __init__(self, expected_seq: int, expected_prev_hash: str) -> None:
        super().__init__(f"Commands are missing before this one. Send from number {expected_seq} on.")
        self.extra = {"expected_seq": expected_seq, "expected_prev_hash": expected_prev_hash}


@dataclass(frozen=True, slots=True)
class Head:
    """Where a phone's chain ends here."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Received:
    """The answers of a batch, in its order, and where the chain ends now."""

    answers: list[dict[str, Any]]
    head: Head


def head_of(uow: UnitOfWork, device: Device) -> Head:
    """The newest command of the phone; before the first one its chain begins with the hash of its key."""
    found = uow.session.execute(
        select(Command.seq, Command.hash)
        .where(Command.device_id == device.id)
        .order_by(Command.seq.desc())
        .limit(1)
    ).one_or_none()
    return Head(0, key_hash(device.public_key)) if found is None else Head(found.seq, found.hash.hex())


def receive(
    uow: UnitOfWork, parts: Applying, device: Device, batch: Sequence[Sent], *, keys: TokenKeys
) -> Received:
    """Every command of the batch is on record with its answer, and what it tells has been applied.

    Args:
        uow: The unit of work, in the name of the phone's person.
        parts: What verbs need.
        device: The phone that speaks; its head is read under its lock.
        batch: At most fifty, in order.
        keys: The house's, which made the nonces.

    Raises:
        SequenceGapError: some are missing before these; nothing of the batch is kept.
    Evidence: command:record:received for each that is new, then the entries of what it did, which name it as
        their cause; command:chain:forked for other bytes under a number that was taken.
    """
    lock(uow.session, device.id)
    head = head_of(uow, device)
    _require_order(batch, head)
    try:
        with uow.all_or_nothing(), uow.gathering():
            received = _Reception(uow, parts, device, keys, head).take(batch)
    except _HalfDoneError:
        received = _Reception(uow, parts, device, keys, head, is_careful=True).take(batch)
    heard(uow, device)
    return received


class _HalfDoneError(Exception):
    """A command failed after it had written: the batch is done once more, each command under a savepoint."""


class _Reception:
    """One batch on its way. Savepoints cost more than most commands, so they are set only where one failed half done."""

    def __init__(
        self,
        uow: UnitOfWork,
        parts: Applying,
        device: Device,
        keys: TokenKeys,
        head: Head,
        *,
        is_careful: bool = False,
    ) -> None:
        self._uow, self._parts, self._device, self._keys = uow, parts, device, keys
        self._head, self._is_careful = head, is_careful
        self._moves: list[Move] = []
        self._taken: list[Command] = []
        # The phone's own token hands in what the person did.
        self._person = replace(uow.actor, is_sealed=False)

    def take(self, batch: Sequence[Sent]) -> Received:
        """Every command is applied or not, and answered; what came is then kept, all of it together."""
        hold_visits(self._uow, _visits_of(batch))
        known = _known(self._uow, self._device, batch, self._head)
        answers = []
        for sent in batch:
            seq = self._head.seq + 1 if sent.envelope is None else sent.envelope.seq
            if seq <= self._head.seq:
                answers.append(_answered_before(self._uow, self._device, sent, known[seq]))
                continue
            row = self._take_one(sent)
            self._taken.append(row)
            known[seq] = row
            self._head = Head(seq, row.hash.hex())
            answers.append({**row.answer, "is_repeat": False})
        self._keep()
        return Received(answers, self._head)

    def _keep(self) -> None:
        """Everything of the batch is in the database, what came and what it did."""
        try:
            if self._moves:
                self._uow.apply_all(self._moves)
            tell_office(self._uow, self._taken)
            self._uow.write()
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            if self._is_careful:
                raise
            raise _HalfDoneError from error

    def _take_one(self, sent: Sent) -> Command:
        cause = EntryId(self._uow.new_id())
        told, moment = sent.envelope, None
        if told is not None:
            nonce_at = None if told.nonce is None else self._keys.read_nonce(self._device.id, told.nonce)
            moment = moment_of(told, nonce_at=nonce_at, now=self._uow.now)
        reason = _barred(self._person, self._device, sent, self._head)
        effect = None
        if told is None or moment is None or reason is not None:
            answer = _barred_answer(sent, reason or Reason.SCHEMA)
        else:
            effect, answer = self._apply(sent, told, moment, cause)
        row, move = _kept(self._uow, self._device, sent, self._head, moment, answer, effect, cause)
        self._moves.append(move)
        return row

    def _apply(
        self, sent: Sent, told: Envelope, moment: Moment, cause: EntryId
    ) -> tuple[Effect | None, dict[str, Any]]:
        uow = self._uow
        before = len(uow.receipts)
        try:
            with self._guard(), uow.following(cause, not_before=moment.not_before):
                effect = apply(uow, self._parts, self._device, told, moment)
        except NotFoundError as error:
            return None, self._turned_away(sent, Reason.OWNERSHIP, error, before)
        except InvalidError as error:
            return None, self._turned_away(sent, Reason.INVALID, error, before)
        except NotInShiftError as error:
            return None, self._turned_away(sent, Reason.NOT_IN_SHIFT, error, before)
        except (OperationalError, InterfaceError):
            raise  # the database is away: nothing of the batch is done, and the phone comes again
        except Exception as error:
            if not self._is_careful:
                raise _HalfDoneError from error
            # A defect of ours must not hold up whatever else this phone has to tell, for ever.
            _log.exception("command %s of phone %s could not be applied", told.id, self._device.id)
            return None, self._turned_away(sent, Reason.DEFECT, DefectError(), before)
        receipts = [receipt.hash for receipt in uow.receipts[before:]]
        return effect, _answer_of(sent, effect, receipts)

    def _guard(self) -> AbstractContextManager[None]:
        return self._uow.all_or_nothing() if self._is_careful else nullcontext()

    def _turned_away(self, sent: Sent, reason: Reason, error: DomainError, before: int) -> dict[str, Any]:
        if not self._is_careful and len(self._uow.receipts) > before:
            raise _HalfDoneError from error
        faults = [{"pointer": fault.pointer, "detail": fault.detail} for fault in error.faults]
        problem = {"code": error.code, "detail": error.detail, "errors": faults}
        return _answer(sent, Outcome.TURNED_AWAY, reason, problem=problem)


class DefectError(DomainError):
    """Something broke on our side over one command."""

    code = "internal"

    def __init__(self) -> None:
        super().__init__("Something broke on our side. It is kept as you wrote it, and we look at it.")


def _require_order(batch: Sequence[Sent], head: Head) -> None:
    due = head.seq + 1
    for sent in batch:
        seq = due if sent.envelope is None else sent.envelope.seq
        if seq > due:
            raise SequenceGapError(head.seq + 1, head.hash)
        due = max(due, seq + 1)


def _visits_of(batch: Sequence[Sent]) -> set[VisitId]:
    told = [one.envelope.visit_id for one in batch if one.envelope is not None]
    return {visit_id for visit_id in told if visit_id is not None}


def _known(uow: UnitOfWork, device: Device, batch: Sequence[Sent], head: Head) -> dict[int, Command]:
    """What was handed in before of this batch, by its number."""
    told = [one.envelope.seq for one in batch if one.envelope is not None]
    numbers = [seq for seq in told if seq <= head.seq]
    if not numbers:
        return {}
    rows = uow.session.scalars(
        select(Command).where(Command.device_id == device.id, Command.seq.in_(numbers))
    )
    return {row.seq: row for row in rows}


def _answered_before(uow: UnitOfWork, device: Device, sent: Sent, kept: Command) -> dict[str, Any]:
    if kept.hash == sent.hash:
        return {**kept.answer, "is_repeat": True}
    uow.record(
        Code.COMMAND_FORKED,
        device,
        facts={
            "seq": kept.seq,
            "kept": kept.hash,
            "hash": sent.hash,
            "signed": is_signed_by(device.public_key, sent.raw, sent.signature),
            "bytes": _as_text(sent.raw),
        },
    )
    tell_of_fork(uow, device, kept.seq)
    detail = f"Another command was handed in under number {kept.seq} before. Ask your dispatcher."
    return _answer(sent, Outcome.TURNED_AWAY, Reason.FORKED, problem={"code": "forked", "detail": detail}) | {
        "is_repeat": False
    }


def _barred(person: Actor, device: Device, sent: Sent, head: Head) -> Reason | None:
    """What keeps the command from being looked at: it is not the phone's, not in its chain, or not readable."""
    told = sent.envelope
    if not is_signed_by(device.public_key, sent.raw, sent.signature):
        return Reason.SIGNATURE
    if told is not None and told.device_id != device.id:
        return Reason.DEVICE
    if told is not None and told.prev_hash != head.hash:
        return Reason.CHAIN
    if told is None or sent.reason is not None:
        return sent.reason or Reason.SCHEMA
    return Reason.OWNERSHIP if scope_of(person, PERMISSIONS_OF[told.type]) is None else None


_WORDS = {
    Reason.SIGNATURE: "The signature is not this phone's. It is kept for review.",
    Reason.DEVICE: "It was written on another phone.",
    Reason.CHAIN: "It does not follow the command before it: one is missing, or the order was changed.",
    Reason.OWNERSHIP: "Your roles do not allow this any more. Your dispatcher sees it.",
}


def _barred_answer(sent: Sent, reason: Reason) -> dict[str, Any]:
    faults = [{"pointer": fault.pointer, "detail": fault.detail} for fault in sent.faults]
    problem = {"code": reason.value, "detail": _WORDS.get(reason, sent.detail), "errors": faults}
    return _answer(sent, Outcome.TURNED_AWAY, reason, problem=problem)


def _answer_of(sent: Sent, effect: Effect, receipts: list[str]) -> dict[str, Any]:
    return _answer(
        sent,
        effect.outcome,
        effect.reason,
        problem=effect.problem,
        receipts=receipts,
        stop=effect.stop,
        may_name_debt=effect.may_name_debt,
        visit=effect.visit,
        attachments=effect.attachments,
    )


def _answer(sent: Sent, outcome: Outcome, reason: Reason | None, **told: Any) -> dict[str, Any]:
    """One answer in the form that is kept: the same again for every repeat."""
    envelope = sent.envelope
    return {
        "seq": None if envelope is None else envelope.seq,
        "id": None if envelope is None else str(envelope.id),
        "hash": sent.hash.hex(),
        "outcome": outcome.value,
        "reason": None if reason is None else reason.value,
        "problem": None,
        "receipts": [],
        "stop": [],
        "may_name_debt": None,
        "visit": None,
        "attachments": [],
        **told,
    }


def _kept(  # noqa: PLR0917 - one line of a log has that many sides
    uow: UnitOfWork,
    device: Device,
    sent: Sent,
    head: Head,
    moment: Moment | None,
    answer: dict[str, Any],
    effect: Effect | None,
    entry: EntryId,
) -> tuple[Command, Move]:
    """The row of a command, and the move that will keep it."""
    told = sent.envelope
    seq = head.seq + 1
    answer["seq"] = seq
    row = Command(
        id=CommandId(uow.new_id()),
        device_id=device.id,
        user_id=device.user_id,
        seq=seq,
        told_id=None if told is None else told.id,
        hash=sent.hash,
        signature=sent.signature,
        type=None if told is None else told.type,
        case_id=None if effect is None or effect.case_id is None else CaseId(effect.case_id),
        visit_id=None if told is None or told.visit_id is None else VisitId(told.visit_id),
        claimed_at=None if told is None else told.occurred_at,
        estimated_at=None if moment is None else moment.at,
        uncertainty_ms=None if moment is None else moment.uncertainty_ms,
        received_at=uow.now,
        outcome=answer["outcome"],
        reason=answer["reason"],
        answer=answer,
    )
    facts: dict[str, Any] = {} if answer["reason"] in _CURTAILED else {"bytes": _as_text(sent.raw)}
    move = Move(
        row,
        "receive",
        facts=facts,
        occurred_at=row.claimed_at,
        not_before=None if moment is None else moment.not_before,
        audience=[device.user_id],
        entry=entry,
    )
    return row, move


def _as_text(raw: bytes) -> dict[str, str]:
    """The exact bytes in a form that JSON keeps: as text where they are text, else in hex."""
    try:
        return {"utf8": raw.decode()}
    except UnicodeDecodeError:
        return {"hex": raw.hex()}
