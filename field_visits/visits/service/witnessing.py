"""What happens between arrival and outcome: photos taken, people met, notes made."""

from dataclasses import dataclass
from datetime import datetime

from field_visits.attachments.contents import Kind
from field_visits.attachments.service import Expected, announced, expect
from field_visits.cases import words
from field_visits.kernel.errors import Fault, InvalidError
from field_visits.kernel.ids import VisitId
from field_visits.unit_of_work import Applied, Refused, UnitOfWork
from field_visits.visits.models import Visit
from field_visits.visits.outcomes import check_person, may_hear_of_debt
from field_visits.visits.telling import Told, claimed, crew_of, own_visit, stops
from media.store import ObjectStore

MAX_FILES = 60


@dataclass(frozen=True, slots=True)
class Photographed:
    """A file of the visit is announced; `told` is None where it was announced before."""

    expected: Expected
    told: Told | None


def photograph(
    uow: UnitOfWork,
    store: ObjectStore,
    visit_id: VisitId,
    *,
    sha256: str,
    md5: str,
    length: int,
    content_type: str,
    kind: str = "photo",
    occurred_at: datetime | None = None,
    not_before: datetime | None = None,
) -> Photographed | Refused:
    """A photo (or another file) was made at the visit; its bytes are expected by the ticket returned.

    Announced again under the same hash it is the same attachment, with a fresh ticket while its bytes are
    missing, and no second entry.

    Raises:
        NotFoundError: There is no such visit of the caller's.
        InvalidError: The claimed time or the announcement cannot be (`attachments.expect`), or the visit
            has sixty files already.
    Evidence: attachment:ticket:issued, then visit:photo:recorded, which names it.
    """
    visit = own_visit(uow, visit_id)
    at = claimed(uow, occurred_at)
    expected = expect(
        uow,
        store,
        visit,
        kind=kind,
        sha256=sha256,
        md5=md5,
        length=length,
        content_type=content_type,
    )
    if isinstance(expected, Refused) or expected.receipt is None:
        return expected if isinstance(expected, Refused) else Photographed(expected, None)
    if files_of(uow, visit) > MAX_FILES:
        raise InvalidError(
            f"A visit has at most {MAX_FILES} files. Choose the ones that prove something.",
            faults=[Fault("/sha256", "one file too many")],
        )
    applied = uow.apply(
        visit,
        "photograph",
        facts={"attachment": expected.attachment.id, "kind": kind},
        objects=[sha256],
        occurred_at=at,
        not_before=not_before,
        cause=expected.receipt.entry_id,
        audience=crew_of(visit),
    )
    if isinstance(applied, Refused):
        return applied
    return Photographed(expected, _told(uow, visit, applied))


def meet(
    uow: UnitOfWork,
    visit_id: VisitId,
    *,
    person_met: str | None,
    identity_proof: str | None,
    occurred_at: datetime | None = None,
    not_before: datetime | None = None,
) -> Told | Refused:
    """Somebody was met, and their identity was proved in this way, or not at all.

    `may_name_debt` of the answer says whether the debt may be spoken of with them: with a third person
    never (CN-3P-1, CN-3P-2, US-3P-1). Once an outcome stands, its person stays on the row.

    Raises:
        NotFoundError: There is no such visit of the caller's.
        InvalidError: Person, proof or claimed time is missing or cannot be.
    Evidence: visit:person:met.
    """
    visit = own_visit(uow, visit_id)
    at = claimed(uow, occurred_at)
    faults = check_person(person_met, identity_proof)
    if faults:
        raise InvalidError("Say who was met and how their identity was proved.", faults=faults)
    told = {"person_met": person_met, "identity_proof": identity_proof}
    applied = uow.apply(
        visit,
        "meet",
        changes=told if visit.outcome is None else {},
        facts={**told, "may_name_debt": may_hear_of_debt(person_met or "")},
        occurred_at=at,
        not_before=not_before,
        audience=crew_of(visit),
    )
    if isinstance(applied, Refused):
        return applied
    return Told(visit, applied, stops(uow, visit), may_hear_of_debt(person_met or ""))


def note(
    uow: UnitOfWork,
    visit_id: VisitId,
    *,
    text: str,
    occurred_at: datetime | None = None,
    not_before: datetime | None = None,
) -> Told | Refused:
    """Something worth keeping was noted; earlier notes stay before it.

    Raises:
        NotFoundError: There is no such visit of the caller's.
        InvalidError: The text is empty or longer than 4,000 characters, or the claimed time cannot be.
    Evidence: visit:note:recorded.
    """
    visit = own_visit(uow, visit_id)
    at = claimed(uow, occurred_at)
    added = words.prose(text, "/text")
    applied = uow.apply(
        visit,
        "note",
        changes={"note": with_note(visit, added)},
        facts={"text": added},
        occurred_at=at,
        not_before=not_before,
        audience=crew_of(visit),
    )
    return applied if isinstance(applied, Refused) else _told(uow, visit, applied)


def with_note(visit: Visit, added: str) -> str:
    """The visit's notes with one more."""
    return added if visit.note is None else f"{visit.note}\n\n{added}"


def files_of(uow: UnitOfWork, visit: Visit) -> int:
    """How many files were announced at the visit, whatever became of them; small copies do not count."""
    return sum(file.kind != Kind.PREVIEW.value for file in announced(uow, visit.id).values())


def _told(uow: UnitOfWork, visit: Visit, applied: Applied) -> Told:
    return Told(visit, applied, stops(uow, visit), may_hear_of_debt(visit.person_met or ""))
