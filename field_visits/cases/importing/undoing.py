"""An import is undone as a whole: what it made is withdrawn, what it changed is as it was.

Refused, and nothing is changed, where something was built on it since: a row that it touched was changed
again, something new hangs on what it made, or the story of one of its cases went on.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select

from field_visits.cases.importing.applying import BATCH, Watch
from field_visits.cases.loading import audience
from field_visits.cases.models import Address, Balance, Case, Consent, Contact, Customer, Import, Payment
from field_visits.evidence.body import restored
from field_visits.evidence.causes import causes_of, changes_of_cases, effects_of, entries_about
from field_visits.evidence.records import Evidenced, Subject, evidenced_classes
from field_visits.kernel.db import lock
from field_visits.kernel.errors import StaleError
from field_visits.kernel.ids import EntryId
from field_visits.unit_of_work import Applied, Change, Move, Refused, UnitOfWork
from field_visits.workforce.models import Shift

# In this order rows are put back: what hangs on others first. Shifts that were replaced come back last.
_ORDER: tuple[type[Subject], ...] = (Contact, Consent, Payment, Case, Address, Customer, Shift)
# What takes back a row that the import made, where «withdraw» means something else.
_UNMAKING: Mapping[type[Subject], str] = {Consent: "retract"}
MAX_BLOCKERS = 100
_REASON = "the import was undone"
_NOUNS = {
    "appointment": "an appointment",
    "visit": "a visit",
    "agreement": "an agreement",
    "promise": "a promise to pay",
    "payment": "a payment",
    "contact": "a contact",
    "consent": "a consent of the customer",
    "legal_event": "a fact of a legal clock",
    "contact_hold": "a contact hold",
    "retention_hold": "a retention hold",
    "attachment": "a file",
    "export": "a court bundle",
    "case": "a later change of the case",
}


@dataclass(frozen=True, slots=True)
class Blocker:
    """What was built on an import: about which case or customer, and what it is.

    `subject` is the kind of record by its name in lifecycles and evidence codes; `what` says it in words.
    """

    reference: str
    case_id: UUID | None
    subject: str
    what: str

    def as_json(self) -> dict[str, Any]:
        return {
            "reference": self.reference,
            "case_id": None if self.case_id is None else str(self.case_id),
            "subject": self.subject,
            "what": self.what,
        }


@dataclass(frozen=True, slots=True)
class Undone:
    """Whether the import was undone, and if not, what stands against it."""

    outcome: Applied | Refused
    blocking: tuple[Blocker, ...] = ()


@dataclass(slots=True)
class _Touched:
    """What an import did: its entries, the rows it made, and what the rows it changed were like before."""

    entries: set[EntryId] = field(default_factory=set)
    # What brought about later changes that were taken back since: imports that are undone, and their undoing.
    undone: set[EntryId] = field(default_factory=set)
    made: dict[str, set[UUID]] = field(default_factory=lambda: defaultdict(set))
    before: dict[str, dict[UUID, dict[str, Any]]] = field(default_factory=lambda: defaultdict(dict))
    is_erased: bool = False

    def rows_of(self, table: str) -> set[UUID]:
        return self.made[table] | set(self.before[table])


def undo_import(uow: UnitOfWork, imported: Import, *, watch: Watch) -> Undone:
    """What the import made is withdrawn, and what it changed is as it was before.

    Raises:
        StaleError: Something it touched was changed at the same moment; nothing was undone.
    Evidence: import:file:undone with one entry for each row of the records, naming it as its cause; or
        import:undo:refused with what was built on the import.
    """
    lock(uow.session, uow.actor.organisation)
    uow.session.refresh(imported, with_for_update=True)
    if imported.state != "applied":
        return Undone(uow.apply(imported, "undo"))
    touched = _touched_by(uow, imported)
    if touched.is_erased:
        detail = "Personal data that it changed were erased as law asks; they cannot be restored."
        return Undone(uow.refuse(Move(imported, "undo"), detail))
    blocking = tuple(_blockers(uow, imported, touched))
    if blocking:
        return Undone(_refused(uow, imported, blocking), blocking)
    outcome = uow.apply(imported, "undo", changes={"undone_at": uow.now})
    if isinstance(outcome, Applied):
        _put_back(uow, touched, outcome.receipt.entry_id, watch)
    return Undone(outcome)


def _touched_by(uow: UnitOfWork, imported: Import) -> _Touched:
    later = select(Import.id).where(Import.state == "undone", Import.applied_at >= imported.applied_at)
    touched = _Touched({imported.evidence_id}, entries_about(uow.session, uow.session.scalars(later).all()))
    for effect in effects_of(uow.session, imported.evidence_id, imported.applied_at):
        touched.entries.add(effect.id)
        if effect.rows is None:
            touched.is_erased = True
            continue
        for row in effect.rows:
            row_id = UUID(row["id"])
            if not row["before"]:
                touched.made[row["table"]].add(row_id)
            elif row_id not in touched.made[row["table"]]:
                known = touched.before[row["table"]].setdefault(row_id, {})
                known |= {name: value for name, value in row["before"].items() if name not in known}
    return touched


def _blockers(uow: UnitOfWork, imported: Import, touched: _Touched) -> Iterator[Blocker]:
    """What was built on the import, the first hundred."""
    found: dict[tuple[UUID | None, str], Blocker] = {}
    for blocker in (
        *_later_stories(uow, imported, touched),
        *_changed_since(uow, touched),
        *_hanging(uow, touched),
        *_in_the_place_of_shifts(uow, touched),
    ):
        found.setdefault((blocker.case_id, blocker.reference + blocker.what), blocker)
        if len(found) == MAX_BLOCKERS:
            break
    yield from found.values()


def _later_stories(uow: UnitOfWork, imported: Import, touched: _Touched) -> Iterator[Blocker]:
    """Stories of its cases that went on: an appointment, a payment, a hold, whatever it is."""
    about = set(touched.rows_of("cases"))
    for cls in (Contact, Consent, Payment):
        ids = touched.rows_of(cls.__tablename__)
        for batch in _batches(ids):
            about |= set(uow.session.scalars(select(cls.case_id).where(cls.id.in_(batch))))
    for batch in _batches(about):
        later = [
            change
            for change in changes_of_cases(uow.session, batch, after=imported.evidence_id)
            if change.entry not in touched.entries and change.cause not in touched.undone
        ]
        if later:
            told = uow.session.execute(
                select(Case.id, Case.reference).where(Case.id.in_([one.case_id for one in later]))
            )
            names: dict[UUID, str] = {case: reference for case, reference in told}  # noqa: C416 - typed pairs
            for change in later:
                subject = change.code.partition(":")[0]
                what = f"{_NOUNS.get(subject, 'something new')} ({change.code})"
                yield Blocker(names.get(change.case_id, ""), change.case_id, subject, what)


def _changed_since(uow: UnitOfWork, touched: _Touched) -> Iterator[Blocker]:
    """People, doors and shifts that somebody changed again."""
    classes: tuple[type[Any], ...] = (Customer, Address, Shift)
    for cls in classes:
        for batch in _batches(touched.rows_of(cls.__tablename__)):
            others = [
                row
                for row in uow.session.scalars(select(cls).where(cls.id.in_(batch)))
                if row.evidence_id not in touched.entries
            ]
            causes = causes_of(uow.session, [row.evidence_id for row in others])
            for row in others:
                if causes[row.evidence_id] not in touched.undone:
                    name = cls.__lifecycle__.subject
                    yield Blocker(_reference_of(uow, row), None, name, f"a later change of the {name}")


def _hanging(uow: UnitOfWork, touched: _Touched) -> Iterator[Blocker]:
    """Rows of others that hang on a customer or a door that it made."""
    for cls in (Customer, Address):
        for child, column in _children_of(cls):
            for batch in _batches(touched.made[cls.__tablename__]):
                for row in uow.session.scalars(select(child).where(column.in_(batch))):
                    if row.id not in touched.made[child.__tablename__] and getattr(row, "state", "") not in {
                        "withdrawn",
                        "retracted",
                    }:
                        case_id = row.case_of
                        parent = uow.session.get_one(cls, getattr(row, column.key))
                        subject = (
                            row.__lifecycle__.subject if isinstance(row, Subject) else child.__tablename__
                        )
                        what = f"{subject} that came later hangs on it"
                        yield Blocker(_reference_of(uow, parent), case_id, subject, what)


def _in_the_place_of_shifts(uow: UnitOfWork, touched: _Touched) -> Iterator[Blocker]:
    """Shifts planned since where one that it withdrew would come back."""
    for batch in _batches(set(touched.before["shifts"])):
        for shift in uow.session.scalars(select(Shift).where(Shift.id.in_(batch))):
            others = select(Shift.id).where(
                Shift.collector_id == shift.collector_id,
                Shift.state == "planned",
                Shift.starts_at < shift.ends_at,
                Shift.ends_at > shift.starts_at,
            )
            if set(uow.session.scalars(others)) - touched.made["shifts"]:
                what = "another shift was planned in its place"
                yield Blocker(_reference_of(uow, shift), None, "shift", what)


def _children_of(cls: type[Evidenced]) -> Iterator[tuple[Any, Any]]:
    """Evidenced classes with a foreign key to `cls`, and its column."""
    for child in evidenced_classes():
        for column in child.__table__.columns:  # type: ignore[attr-defined]  # every mapped class has its table
            if any(key.column.table.name == cls.__tablename__ for key in column.foreign_keys):
                yield child, getattr(child, column.key)


def _reference_of(uow: UnitOfWork, row: Any) -> str:
    if isinstance(row, Shift):
        return str(row.starts_at.date())
    customer = row if isinstance(row, Customer) else uow.session.get_one(Customer, row.customer_id)
    return customer.reference


def _refused(uow: UnitOfWork, imported: Import, blocking: Sequence[Blocker]) -> Refused:
    facts = {"blocking": [blocker.as_json() for blocker in blocking]}
    first = blocking[0]
    more = f", and {len(blocking) - 1} more" if len(blocking) > 1 else ""
    detail = f"Something was built on this import: {first.reference}: {first.what}{more}. Undo that first, or mend the rows by hand."
    return uow.refuse(Move(imported, "undo", facts=facts), detail)


def _put_back(uow: UnitOfWork, touched: _Touched, cause: EntryId, watch: Watch) -> None:
    total = sum(len(touched.rows_of(cls.__tablename__)) for cls in _ORDER)
    balances = _made_balances(uow, touched)
    done = 0
    for cls in _ORDER:
        # A shift comes back only after what took its place is withdrawn.
        for ids, verb in (
            (touched.made[cls.__tablename__], _UNMAKING.get(cls, "withdraw")),
            (set(touched.before[cls.__tablename__]), "restore"),
        ):
            for batch in _batches(ids):
                rows = uow.session.scalars(
                    select(cls)
                    .where(cls.id.in_(batch))
                    .with_for_update()
                    .execution_options(populate_existing=True)
                ).all()
                before = touched.before[cls.__tablename__] if verb == "restore" else {}
                moves = [
                    _move(uow, row, verb, before=before.get(row.id, {}), balances=balances, cause=cause)
                    for row in rows
                ]
                outcome = uow.apply_all(moves)
                if isinstance(outcome, Refused):
                    raise StaleError(f"{outcome.detail} Nothing was undone; try again.")
                done += len(rows)
                watch("undoing", done, total)


def _made_balances(uow: UnitOfWork, touched: _Touched) -> Mapping[UUID, list[Balance]]:
    """Balances that it told of cases that were there before."""
    found: dict[UUID, list[Balance]] = defaultdict(list)
    for batch in _batches(touched.made["balances"]):
        for balance in uow.session.scalars(select(Balance).where(Balance.id.in_(batch))):
            if balance.case_id in touched.before["cases"]:
                found[balance.case_id].append(balance)
    return found


def _move(
    uow: UnitOfWork,
    row: Any,
    verb: str,
    *,
    before: Mapping[str, Any],
    balances: Mapping[UUID, Sequence[Balance]],
    cause: EntryId,
) -> Move:
    changes = {name: restored(type(row), name, value) for name, value in before.items() if name != "state"}
    children = (
        [Change(one, {"withdrawn_at": uow.now}) for one in balances.get(row.id, ())]
        if verb == "restore"
        else []
    )
    told = [getattr(row, "collector_id", None), changes.get("collector_id")]
    return Move(
        row,
        verb,
        changes=changes,
        rows=children,
        facts={"reason": _REASON},
        cause=cause,
        audience=audience(*told),
    )


def _batches(ids: Collection[UUID]) -> Iterator[list[UUID]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), BATCH):
        yield ordered[start : start + BATCH]
