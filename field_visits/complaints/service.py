"""Take a complaint or dispute in, acknowledge it, answer it within its clock, close it."""

from datetime import datetime
from uuid import UUID

from field_visits.cases import words
from field_visits.cases.loading import require, require_case
from field_visits.cases.service.holds import place_hold
from field_visits.cases.service.retention import place_retention_hold
from field_visits.complaints.clocks import prolonged, terms_of
from field_visits.complaints.models import Complaint
from field_visits.complaints.words import ComplaintKind, Finding
from field_visits.compliance.facts import Channel, HoldKind
from field_visits.kernel.actor import ActorKind, Role
from field_visits.kernel.ids import CaseId, ComplaintId, EntryId, UserId
from field_visits.messages.service import open_alert
from field_visits.unit_of_work import Applied, Born, Move, Refused, UnitOfWork
from field_visits.workforce.queries import organisation_zone

_FREEZES = "Evidence is kept while a {kind} runs."


def receive(
    uow: UnitOfWork,
    case_id: CaseId,
    *,
    kind: str,
    channel: str,
    said: str,
    collector_id: UserId | None = None,
    about: tuple[str, UUID] | None = None,
    has_hold: bool = False,
    occurred_at: datetime | None = None,
    caused_by: EntryId | None = None,
) -> Born[Complaint] | Refused:
    """Somebody complained or disputed; its clocks run, its evidence is frozen, a dispatcher is alerted.

    A witness verb: it is never refused. A dispute stops contact until the debt is verified (CN-DISP-1, US-VAL-2).

    Args:
        uow: The unit of work.
        case_id: What it is about.
        kind: A `ComplaintKind`.
        channel: How it was said: a `Channel`.
        said: In the customer's own words, as near as they were taken down.
        collector_id: Whose conduct it is about, where known.
        about: The row it is about (a visit, an appointment).
        has_hold: The caller placed the contact hold of a dispute already, for its own cause.
        occurred_at: When it was said, as claimed; now by default.
        caused_by: The entry it follows from.

    Raises:
        NotFoundError: There is no such case.
        InvalidError: Kind or channel is unknown, or nothing was said.
    Evidence: complaint:record:received; retention_hold:record:placed, contact_hold:record:placed for a dispute,
        and alert:record:opened follow it.
    """
    case = require_case(uow, case_id)
    told = words.word(kind, ComplaintKind, "/kind")
    at = occurred_at or uow.now
    received_on = at.astimezone(organisation_zone(uow)).date()
    terms = terms_of(case.packs, received_on)
    complaint = Complaint(
        id=ComplaintId(uow.new_id()),
        case_id=case_id,
        kind=told.value,
        channel=words.word(channel, Channel, "/channel").value,
        said=words.prose(said, "/said"),
        collector_id=collector_id,
        about_table=None if about is None else about[0],
        about_id=None if about is None else about[1],
        received_at=at,
        received_on=received_on,
        rule_id=terms.clock.rule_id,
        acknowledge_by=terms.acknowledge_by,
        answer_by=terms.answer_by,
        is_complex=False,
        is_extended=False,
        acknowledged_at=None,
        answered_at=None,
        answer=None,
        finding=None,
        closed_at=None,
    )
    facts = {"kind": told.value, "rule": terms.clock.rule_id, "answer_by": terms.answer_by}
    outcome = uow.bear(complaint, "receive", facts=facts, occurred_at=occurred_at, cause=caused_by)
    if isinstance(outcome, Born):
        entry = outcome.applied.receipt.entry_id
        if told is ComplaintKind.DISPUTE and not has_hold:
            place_hold(
                uow,
                case_id,
                kind=HoldKind.DISPUTE.value,
                cause=complaint.said,
                about=(Complaint.__tablename__, complaint.id),
                caused_by=entry,
            )
        place_retention_hold(uow, case_id, reason=_FREEZES.format(kind=told.value))
        detail = {"kind": told.value, "rule": terms.clock.rule_id, "answer_by": terms.answer_by.isoformat()}
        open_alert(uow, complaint, kind=told.value, detail=detail, cause=entry)
    return outcome


def acknowledge(uow: UnitOfWork, complaint_id: ComplaintId) -> Applied | Refused:
    """The customer was told that it is being looked into.

    Raises:
        NotFoundError: There is no such complaint.
    Evidence: complaint:receipt:acknowledged.
    """
    complaint = require(uow, Complaint, complaint_id)
    return uow.apply(complaint, "acknowledge", changes={"acknowledged_at": uow.now})


def prolong(
    uow: UnitOfWork, complaint_id: ComplaintId, *, reason: str, is_approved: bool
) -> Applied | Refused:
    """The answer takes longer: the complaint is complex, and beyond that legal approved an extension.

    Raises:
        NotFoundError: There is no such complaint.
        InvalidError: No reason is given.
    Evidence: complaint:clock:prolonged; refused where the clock knows no longer term, or when an
        extension is approved by another role than legal's.
    """
    complaint = require(uow, Complaint, complaint_id)
    packs = require_case(uow, complaint.case_id).packs
    until = prolonged(packs, complaint.received_on, is_approved=is_approved)
    facts = {"reason": words.prose(reason, "/reason"), "answer_by": until, "approved": is_approved}
    changes = {"answer_by": until, "is_complex": True, "is_extended": is_approved}
    move = Move(complaint, "prolong", changes=changes, facts=facts)
    if is_approved and Role.LEGAL not in uow.actor.roles and uow.actor.kind is not ActorKind.SYSTEM:
        return uow.refuse(move, "An extension beyond the term of a complex complaint is approved by legal.")
    if until <= complaint.answer_by:
        return uow.refuse(move, f"{complaint.rule_id} gives no longer term than {complaint.answer_by}.")
    outcome = uow.apply_all([move])
    return outcome if isinstance(outcome, Refused) else outcome[0]


def answer(uow: UnitOfWork, complaint_id: ComplaintId, *, text: str, finding: str) -> Applied | Refused:
    """The customer has an answer; an answer without an acknowledgement is one too.

    Raises:
        NotFoundError: There is no such complaint.
        InvalidError: No text is given, or the finding is unknown.
    Evidence: complaint:answer:given; its facts say whether it was in time.
    """
    complaint = require(uow, Complaint, complaint_id)
    found = words.word(finding, Finding, "/finding")
    today = uow.now.astimezone(organisation_zone(uow)).date()
    return uow.apply(
        complaint,
        "answer",
        changes={
            "answered_at": uow.now,
            "answer": words.prose(text, "/text"),
            "finding": found.value,
            "acknowledged_at": complaint.acknowledged_at or uow.now,
        },
        facts={"finding": found.value, "in_time": today <= complaint.answer_by},
    )


def close(uow: UnitOfWork, complaint_id: ComplaintId, *, reason: str) -> Applied | Refused:
    """Nothing is left to do: accepted, withdrawn, or taken to somebody else. Its holds are lifted apart.

    Raises:
        NotFoundError: There is no such complaint.
        InvalidError: No reason is given.
    Evidence: complaint:record:closed.
    """
    complaint = require(uow, Complaint, complaint_id)
    return uow.apply(
        complaint,
        "close",
        changes={"closed_at": uow.now},
        facts={"reason": words.prose(reason, "/reason")},
    )
