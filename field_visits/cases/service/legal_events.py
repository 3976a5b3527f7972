"""What happened elsewhere and legal clocks count from: letters sent, plans agreed by word, a treatment's end."""

from datetime import datetime

from sqlalchemy import select

from field_visits.cases import words
from field_visits.cases.loading import audience, require, require_case
from field_visits.cases.models import Case, ContactHold, LegalEvent
from field_visits.cases.service.contacts import CLOCK_SKEW
from field_visits.cases.words import LegalEventKind
from field_visits.compliance.facts import EARLIEST, HoldKind
from field_visits.kernel.ids import CaseId, HoldId, LegalEventId
from field_visits.unit_of_work import Applied, Born, Refused, UnitOfWork


def record_legal_event(
    uow: UnitOfWork,
    case_id: CaseId,
    *,
    kind: str,
    at: datetime,
    party: str,
    proof: str,
    proof_sha256: str | None = None,
) -> Born[LegalEvent] | Refused:
    """The clocks of the case count from it.

    It changes no hold: a dispute that was answered, and a breathing space that ran out, are lifted by whoever may.

    Args:
        uow: The unit of work: its actor recorded it.
        case_id: The case.
        kind: A `LegalEventKind`.
        at: When it happened.
        party: Who sent, agreed or certified it.
        proof: Where it can be seen: the number of a letter or of a recording, a certificate.
        proof_sha256: The hash of that file, where there is one.

    Raises:
        NotFoundError: There is no such case.
        InvalidError: A word is not known, it lies in the future, or a treatment ended of which no crisis is on hold.
    Evidence: legal_event:record:recorded; the audience is the case's collector.
    """
    case = require_case(uow, case_id)
    told = words.word(kind, LegalEventKind, "/kind")
    if not EARLIEST <= at <= uow.now + CLOCK_SKEW:
        raise words.invalid("It is recorded after it happened.", "/at", "must not lie in the future")
    event = LegalEvent(
        id=LegalEventId(uow.new_id()),
        case_id=case_id,
        kind=told.value,
        at=at,
        party=words.line(party, "/party"),
        proof=words.prose(proof, "/proof"),
        proof_sha256=proof_sha256,
        hold_id=_crisis_at(uow, case_id, at) if told is LegalEventKind.TREATMENT_ENDED else None,
    )
    return uow.bear(event, "record", occurred_at=at, audience=audience(case.collector_id))


def withdraw_legal_event(uow: UnitOfWork, event_id: LegalEventId, *, reason: str) -> Applied | Refused:
    """It was recorded by mistake: no clock counts from it any more.

    Raises:
        NotFoundError: There is no such event.
        InvalidError: No reason is told.
    Evidence: legal_event:record:withdrawn; the audience is the case's collector.
    """
    event = require(uow, LegalEvent, event_id)
    case = uow.session.get_one(Case, event.case_id)
    facts = {"reason": words.prose(reason, "/reason")}
    return uow.apply(event, "withdraw", facts=facts, audience=audience(case.collector_id))


def _crisis_at(uow: UnitOfWork, case_id: CaseId, at: datetime) -> HoldId:
    """The breathing space for a crisis that had begun at `at`: one without a term of its own."""
    found = uow.session.scalars(
        select(ContactHold.id)
        .where(
            ContactHold.case_id == case_id,
            ContactHold.kind == HoldKind.BREATHING_SPACE.value,
            ContactHold.expires_at.is_(None),
            ContactHold.since <= at,
        )
        .order_by(ContactHold.since.desc())
        .limit(1)
    ).one_or_none()
    if found is None:
        raise words.invalid(
            "No breathing space for a crisis had begun then. Place the hold first, without an end.",
            "/at",
            "after the crisis began",
        )
    return found
