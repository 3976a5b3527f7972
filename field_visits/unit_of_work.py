"""The one way to write: a change, its entry and its proof commit together or not at all.

`apply` moves a subject along its lifecycle, `record` tells a fact that changes nothing, `refuse` keeps a
refusal. The unit of work reads the clock once; everything in it happened «now» (`uow.now`), whatever a
phone claims in `occurred_at`.
"""

import secrets
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from hashlib import sha256
from itertools import groupby
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import event, inspect, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, make_transient
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.base import instance_state

from field_visits.evidence import guards
from field_visits.evidence.births import write_new
from field_visits.evidence.body import columns_of, image, plain
from field_visits.evidence.canonical import body_hash, canonical_bytes
from field_visits.evidence.codes import Code
from field_visits.evidence.records import Evidenced, Subject
from field_visits.evidence.tables import Entry, EntryBody
from field_visits.evidence.waves import Waves, is_free_of_order
from field_visits.kernel.actor import Actor
from field_visits.kernel.clock import Clock
from field_visits.kernel.db import Database, EvidenceAwareSession
from field_visits.kernel.decision import Decision
from field_visits.kernel.ids import EntryId, IdMint, OrganisationId
from field_visits.kernel.lifecycle import Step, VerbKind
from field_visits.kernel.sets import insert_rows, table_of

__all__ = [
    "Applied",
    "Authenticate",
    "Born",
    "Change",
    "Move",
    "Receipt",
    "Refused",
    "UnitOfWork",
    "Wake",
    "Work",
    "guards",
    "unit_of_work",
    "unit_of_work_by",
]

_ENTRIES, _BODIES = table_of(Entry), table_of(EntryBody)

# Finds out whose transaction this is, from the session and the moment.
Authenticate = Callable[[Session, datetime], Actor]


class Wake(Enum):
    """Work that a sweep would find anyway; waking it only makes it sooner."""

    SEQUENCE = "sequence"
    CALENDAR = "calendar"
    MESSAGES = "messages"
    ATTACHMENTS = "attachments"
    AGREEMENTS = "agreements"
    EXPORTS = "exports"
    IMPORTS = "imports"
    PLANS = "plans"
    PLACES = "places"


# Opens one unit of work after another: what a sweep is given.
Work = Callable[[], AbstractContextManager["UnitOfWork"]]


@dataclass(frozen=True, slots=True)
class Receipt:
    """The server's promise that this entry is in its log: to be asked for a proof later."""

    entry_id: EntryId
    code: Code
    hash: str


@dataclass(frozen=True, slots=True)
class Applied:
    """A verb was applied. `breach` carries the decision that would have forbidden an intent."""

    receipt: Receipt
    breach: Decision | None = None
    in_order: bool = True


@dataclass(frozen=True, slots=True)
class Refused:
    """A verb was refused and the refusal recorded. A value: it must commit."""

    verb: str
    detail: str
    receipt: Receipt
    decision: Decision | None = None


SubjectT = TypeVar("SubjectT", bound=Subject)
Known = TypeVar("Known")


@dataclass(frozen=True, slots=True)
class Born(Generic[SubjectT]):
    """A birth was applied: the new row, and what `apply` answered."""

    row: SubjectT
    applied: Applied


@dataclass(frozen=True, slots=True)
class Change:
    """Another row that the same entry explains: a child of the subject, new or with new values."""

    row: Evidenced
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Move:
    """One verb on one subject, with everything its entry says.

    Args:
        subject: The row; for a birth, a new object not yet in the session.
        verb: A verb of its lifecycle.
        changes: New values of the subject's own columns.
        rows: Children explained by the same entry.
        facts: What the body says beyond the rows.
        decision: What the rules said; a refusing one refuses an intent and marks a witness verb as breach.
        occurred_at: When it is claimed to have happened; the unit of work's time by default.
        not_before: The earliest moment it can have happened (the last server nonce a phone had).
        objects: SHA-256 (hex) of files that the entry names.
        cause: The entry from which this one follows.
        audience: Collectors whose phones must learn of it.
        entry: The id of its entry, where others name it as their cause already; a fresh one by default.
    """

    subject: Subject
    verb: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    rows: Sequence[Change] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    decision: Decision | None = None
    occurred_at: datetime | None = None
    not_before: datetime | None = None
    objects: Sequence[str] = ()
    cause: EntryId | None = None
    audience: Sequence[UUID] = ()
    entry: EntryId | None = None


class UnitOfWork:
    """One transaction in the name of one actor. Made by `unit_of_work`."""

    def __init__(self, session: EvidenceAwareSession, actor: Actor, now: datetime) -> None:
        self.session = session
        self.actor = actor
        self.now = now
        self.wakes: set[Wake] = {Wake.SEQUENCE}
        self.receipts: list[Receipt] = []  # of every entry so far, in their order
        self._mint = IdMint(now)
        self._shown_now, self._shown_actor = plain(now), actor.as_json()
        self._cause: EntryId | None = None
        self._not_before: datetime | None = None
        self._unwritten: list[tuple[dict[str, Any], dict[str, Any]]] = []  # entries with their bodies
        self._waves = Waves()  # changes of rows that wait to be written
        self._unborn: list[Evidenced] = []  # new rows that wait to be written
        self._changed: list[Evidenced] = []  # rows whose changes are written, in their order
        self._born: list[Evidenced] = []  # new rows that are written, in their order
        self._is_gathering = False
        self._is_pressing = False
        self._asked_about: set[type[Evidenced]] = set()
        self._asked: dict[Hashable, tuple[tuple[type[Evidenced], ...], object]] = {}
        session.write_first = self.write

    # -- writing ---------------------------------------------------------------------------------

    def apply(self, subject: Subject, verb: str, **told: Any) -> Applied | Refused:
        """The subject has moved along its lifecycle, with its entry; or the refusal is recorded.

        Keyword arguments are those of `Move`. An intent is refused when the lifecycle has no such step,
        the decision forbids it, or a constraint of the database (a double booking) stands against it. A
        witness verb is always applied; a decision against it is kept as breach.
        """
        outcome = self.apply_all([Move(subject, verb, **told)])
        return outcome if isinstance(outcome, Refused) else outcome[0]

    def bear(self, subject: SubjectT, verb: str, **told: Any) -> Born[SubjectT] | Refused:
        """As `apply`, for the birth of `subject`: the answer holds the row too."""
        outcome = self.apply(subject, verb, **told)
        return outcome if isinstance(outcome, Refused) else Born(subject, outcome)

    def apply_all(
        self, moves: Sequence[Move], *, defer: Sequence[str] = (), asked: Move | None = None
    ) -> list[Applied] | Refused:
        """All moves are made together, set-based; or none, and the first refusal is recorded.

        Each subject may appear once: a second change of a row needs a second call, so that each entry
        explains its own version. Moves on one kind of subject that stand together are written together.

        Args:
            moves: What to do, in order.
            defer: Names of deferrable constraints that are checked after the last move instead of at each
                row, so that two rows can swap a value. They bind again before this returns.
            asked: The move of `moves` that was asked for and that brought the others with it: a
                constraint's refusal is recorded as its refusal. The first one by default.
        """
        if self._unborn and any(row in self._unborn for move in moves for row in _rows_of(move)):
            self.write()  # what happens to a row that waits to be born comes after its birth
        steps: list[Step] = []
        for move in moves:
            step = move.subject.__lifecycle__.resolve(move.verb, self._state_of(move.subject))
            if step is None:
                return self._refuse_illegal(move)
            if (
                step.transition.kind is VerbKind.INTENT
                and move.decision is not None
                and move.decision.is_refused
            ):
                return self.refuse(move, move.decision.sentence, decision=move.decision)
            steps.append(step)
        if not any(_may_be_refused_by_constraint(move) for move in moves):
            return self._write(moves, steps)
        try:
            with self.all_or_nothing():
                self._set_constraints(defer, "DEFERRED")
                applied = self._write(moves, steps)
                # Inside the savepoint: a conflict is a refusal to record, not an error at the commit.
                self._set_constraints(defer, "IMMEDIATE")
        except IntegrityError as error:
            detail = _constraint_refusal(error, moves)
            if detail is None:
                raise
            return self.refuse(asked or moves[0], detail)
        return applied

    def record(
        self,
        code: Code,
        subject: Evidenced,
        *,
        facts: Mapping[str, Any] | None = None,
        objects: Sequence[str] = (),
        decision: Decision | None = None,
        occurred_at: datetime | None = None,
        cause: EntryId | None = None,
    ) -> Receipt:
        """A fact about `subject` stands in the log; no row changes. Commits with the unit of work."""
        entry = self._entry(
            code,
            "fact",
            subject,
            body={"facts": plain(facts or {})},
            objects=objects,
            decision=decision,
            occurred_at=occurred_at,
            cause=cause,
        )
        self._settle()
        return entry

    def refuse(self, move: Move, detail: str, *, decision: Decision | None = None) -> Refused:
        """The refusal of `move` stands in the log; nothing else changed. The value goes to the caller."""
        transition = move.subject.__lifecycle__.of(move.verb)
        code = transition.refused or transition.code
        receipt = self.record(
            Code(code),
            move.subject,
            facts={
                "verb": move.verb,
                "detail": detail,
                "asked": {**move.facts},
                "state": self._state_of(move.subject),
            },
            decision=decision,
            occurred_at=move.occurred_at,
            cause=move.cause,
        )
        return Refused(move.verb, detail, receipt, decision)

    @contextmanager
    def following(self, cause: EntryId, *, not_before: datetime | None) -> Iterator[None]:
        """Every entry of the block follows from `cause` and cannot have happened before `not_before`, unless it says otherwise."""
        before = self._cause, self._not_before
        self._cause, self._not_before = cause, not_before
        try:
            yield
        finally:
            self._cause, self._not_before = before

    @contextmanager
    def all_or_nothing(self) -> Iterator[None]:
        """What is done in the block is done wholly; after an exception nothing of it is left, and the rest stands."""
        self.write()  # what was done before stays, whatever becomes of the savepoint
        kept, unchanged, unborn = len(self.receipts), len(self._changed), len(self._born)
        try:
            with self.session.begin_nested():
                yield
                self.write()
        except BaseException:
            del self.receipts[kept:]  # their entries went with the savepoint
            self._unwritten.clear()
            self._waves.clear()
            self._asked.clear()
            self._unborn.clear()
            for row in self._born[unborn:]:
                make_transient(row)
            for row in self._changed[unchanged:]:
                if row in self.session:  # one that was born meanwhile left it
                    self.session.expire(row)
            del self._changed[unchanged:], self._born[unborn:]
            raise

    @contextmanager
    def gathering(self) -> Iterator[None]:
        """Changes of the block wait in memory and are written together: before the next question to the database, or at its end.

        Evidenced rows that were read once stay at hand until then: asked for by their id, they are not read again.
        """
        self._is_gathering, self.session.held = True, []
        try:
            yield
            self.write()
        finally:
            self._is_gathering, self.session.held = False, None

    def write(self) -> None:
        """All that was told so far is in the database: entries before the rows that name them."""
        if self._unwritten:
            entries, bodies = zip(*self._unwritten, strict=True)
            self._unwritten.clear()
            connection = self.session.connection()
            insert_rows(connection, _ENTRIES, entries)
            insert_rows(connection, _BODIES, bodies)
        if self._is_gathering:  # a change may speak of a row that was born before it
            self._write_new()
        if self._waves:
            self._waves.write(self.session.connection())
        self._write_new()  # a birth may take a value that a change gave up

    def _write_new(self) -> None:
        if self._unborn:
            born = [*self._unborn]
            self._unborn.clear()
            write_new(self.session, born)
            self._born += born

    def know(self, question: Hashable, about: tuple[type[Evidenced], ...], answer: object) -> None:
        """What was asked need not be asked again, until this unit of work changes a row of a class in `about`."""
        self._asked[question] = about, answer
        self._asked_about.update(about)

    def known(self, question: Hashable, kind: type[Known]) -> Known | None:
        """The answer to what was asked before; None where nobody asked, or it may have changed since."""
        _, answer = self._asked.get(question, ((), None))
        return answer if isinstance(answer, kind) else None

    def wake(self, job: Wake) -> None:
        """`job` is woken after the commit; losing the wake-up loses nothing but time."""
        self.wakes.add(job)

    def new_id(self) -> UUID:
        """A fresh id; ids of one unit of work sort in the order in which it asked for them."""
        return self._mint.mint()

    # -- inside ----------------------------------------------------------------------------------

    def _forget(self, changed: type[Evidenced]) -> None:
        self._asked_about.discard(changed)
        for question in [one for one, (about, _) in self._asked.items() if changed in about]:
            del self._asked[question]

    def _set_constraints(self, names: Sequence[str], when: str) -> None:
        if names:
            quote = self.session.connection().dialect.identifier_preparer.quote
            listed = ", ".join(map(quote, names))
            self.session.execute(text(f"SET CONSTRAINTS {listed} {when}"))

    @staticmethod
    def _state_of(subject: Subject) -> str | None:
        return None if instance_state(subject).transient else subject.state

    def _refuse_illegal(self, move: Move) -> Refused:
        state = self._state_of(move.subject)
        name = move.subject.__lifecycle__.subject
        article = "An" if name[0] in "aeio" else "A"  # and «a user»
        detail = (
            f"{article} {name} that is {state} cannot «{move.verb}»."
            if state
            else f"This {name} does not exist yet."
        )
        return self.refuse(move, detail)

    def _write(self, moves: Sequence[Move], steps: Sequence[Step]) -> list[Applied]:
        """Write subjects, then their children: foreign keys alone give a flush no order."""
        applied = []
        for _, alike in groupby(zip(moves, steps, strict=True), key=lambda pair: type(pair[0].subject)):
            children = []
            for move, step in alike:
                done, entry = self._stage(move, step)
                applied.append(done)
                children += [(change, entry) for change in move.rows]
            self._settle()
            for change, entry in children:
                self._set(change, entry)
            self._settle()
        return applied

    def _settle(self) -> None:
        """Everything told so far is written, unless it may wait: a change of a row with unique values cannot."""
        if not self._is_gathering or self._is_pressing:
            self._is_pressing = False
            self.write()
            self.session.flush()

    def _stage(self, move: Move, step: Step) -> tuple[Applied, EntryId]:
        subject, transition = move.subject, step.transition
        own = Change(subject, {**move.changes, "state": step.target})
        images = [self._image(change) for change in (own, *move.rows)]
        breach = move.decision if move.decision is not None and move.decision.is_refused else None
        receipt = self._entry(
            Code(transition.code),
            "change",
            subject,
            body={"facts": plain(move.facts), "rows": images},
            objects=move.objects,
            decision=move.decision,
            is_breach=breach is not None or not step.in_order,
            occurred_at=move.occurred_at,
            not_before=move.not_before,
            cause=move.cause,
            audience=move.audience,
            states=(step.source, step.target),
            entry_id=move.entry,
        )
        self._set(own, receipt.entry_id)
        return Applied(receipt, breach, step.in_order), receipt.entry_id

    def _image(self, change: Change) -> dict[str, Any]:
        """What the body says of one row: before and after, every column of a new one."""
        row, values = change.row, change.values
        is_new = instance_state(row).transient
        return {
            "table": row.__tablename__,
            "id": str(row.id),
            "before": {} if is_new else image(row, values, {}),
            "after": image(row, columns_of(row) if is_new else values, values),
        }

    def _set(self, change: Change, entry: EntryId) -> None:
        row, values = change.row, {**change.values, "evidence_id": entry}
        if instance_state(row).transient:
            for name, value in values.items():
                setattr(row, name, value)
            row.org_id = self.actor.organisation
            self._unborn.append(row)
        else:
            self._changed.append(row)
            self._waves.add(row, values)
            for name, value in values.items():
                set_committed_value(row, name, value)
            self._is_pressing |= not is_free_of_order(inspect(type(row)))
        if type(row) in self._asked_about:
            self._forget(type(row))

    def _entry(
        self,
        code: Code,
        kind: str,
        subject: Evidenced,
        *,
        body: Mapping[str, Any],
        objects: Sequence[str] = (),
        decision: Decision | None = None,
        is_breach: bool = False,
        occurred_at: datetime | None = None,
        not_before: datetime | None = None,
        cause: EntryId | None = None,
        audience: Sequence[UUID] = (),
        states: tuple[str | None, str] | None = None,
        entry_id: EntryId | None = None,
    ) -> Receipt:
        entry_id = entry_id or EntryId(self.new_id())
        cause, not_before = cause or self._cause, not_before or self._not_before
        case_id = subject.case_of
        salt, body_bytes = secrets.token_bytes(32), canonical_bytes(body)
        told = {
            "v": 1,
            "id": str(entry_id),
            "log": str(self.actor.organisation),
            "code": code.value,
            "kind": kind,
            "subject": {"table": subject.__tablename__, "id": str(subject.id)},
            "case": None if case_id is None else str(case_id),
            "actor": self._shown_actor,
            "device": None if self.actor.device is None else str(self.actor.device),
            "occurred_at": self._shown_now if occurred_at is None else plain(occurred_at),
            "received_at": self._shown_now,
            "bracket": {"not_before": plain(not_before), "not_after": self._shown_now},
            "objects": list(objects),
            "decision": None if decision is None else decision.as_json(),
            "breach": is_breach,
            "state": None if states is None else {"from": states[0], "to": states[1]},
            "cause": None if cause is None else str(cause),
            "body_hash": body_hash(salt, body_bytes).hex(),
        }
        canonical = canonical_bytes(told)
        digest = sha256(canonical)
        org_id = self.actor.organisation
        entry = {
            "id": entry_id,
            "org_id": org_id,
            "code": code.value,
            "kind": kind,
            "subject_table": subject.__tablename__,
            "subject_id": subject.id,
            "case_id": case_id,
            "stream": case_id or subject.id,
            "actor_id": self.actor.user,
            "occurred_at": occurred_at or self.now,
            "received_at": self.now,
            "canonical": canonical,
            "hash": digest.digest(),
            "audience": list(audience),
        }
        self._unwritten.append(
            (entry, {"entry_id": entry_id, "org_id": org_id, "salt": salt, "body": body_bytes})
        )
        receipt = Receipt(entry_id, code, digest.hexdigest())
        self.receipts.append(receipt)
        return receipt


@event.listens_for(EvidenceAwareSession, "loaded_as_persistent")
def hold_what_was_read(session: EvidenceAwareSession, row: object) -> None:
    """A session forgets what nobody holds, and would read a case anew for each of fifty commands."""
    if session.held is not None and isinstance(row, Evidenced):
        session.held.append(row)


def unit_of_work(
    database: Database, clock: Clock, actor: Actor, *, wake: Callable[[frozenset[Wake]], None] | None = None
) -> AbstractContextManager[UnitOfWork]:
    """A unit of work that commits at the end of the block and then wakes what it asked for.

    An exception leaves nothing behind. Answer the outside only after the block has ended.
    """
    return unit_of_work_by(database, clock, actor.organisation, lambda _session, _now: actor, wake=wake)


@contextmanager
def unit_of_work_by(
    database: Database,
    clock: Clock,
    organisation: OrganisationId,
    authenticate: Authenticate,
    *,
    wake: Callable[[frozenset[Wake]], None] | None = None,
) -> Iterator[UnitOfWork]:
    """A unit of work whose actor `authenticate` finds inside it: what it read still holds at the commit."""
    with database.transaction(organisation) as session:
        now = clock.now()
        uow = UnitOfWork(session, authenticate(session, now), now)
        yield uow
    if wake is not None:
        wake(frozenset(uow.wakes))


def _rows_of(move: Move) -> list[Evidenced]:
    return [move.subject, *(change.row for change in move.rows)]


def _may_be_refused_by_constraint(move: Move) -> bool:
    """Whether the database may refuse one of these rows by a constraint that has words for a person.

    A primary key meets new rows alone.
    """
    return any(
        any(not name.startswith("pk_") for name in row.__refusals__)
        or (bool(row.__refusals__) and instance_state(row).transient)
        for row in _rows_of(move)
    )


def _constraint_refusal(error: IntegrityError, moves: Sequence[Move]) -> str | None:
    """What a person is told when the database refuses by a named constraint, or None for a defect."""
    diagnosis = getattr(error.orig, "diag", None)
    name = None if diagnosis is None else diagnosis.constraint_name
    for move in moves:
        for row in _rows_of(move):
            if name is not None and name in row.__refusals__:
                return row.__refusals__[name]
    return None
