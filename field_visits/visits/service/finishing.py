"""What came of a visit, and what that starts: all in one transaction, so that no stop flag waits."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from field_visits.agreements.models import Agreement
from field_visits.appointments.endings import MissedBy, keep, miss
from field_visits.appointments.lawfulness import judge_appointment
from field_visits.cases import words
from field_visits.cases.judging import Rules
from field_visits.cases.models import Address
from field_visits.cases.service.addresses import invalidate_address
from field_visits.cases.service.contacts import record_contact
from field_visits.cases.service.holds import place_hold
from field_visits.cases.service.promises import record_promise
from field_visits.cases.words import ContactResult
from field_visits.complaints.service import receive
from field_visits.compliance.facts import Action, Channel
from field_visits.identity.permissions import Scope
from field_visits.kernel.decision import Decision
from field_visits.kernel.errors import Fault, InvalidError
from field_visits.kernel.ids import AgreementId, EntryId, VisitId
from field_visits.kernel.money import Money
from field_visits.unit_of_work import Applied, Refused, UnitOfWork
from field_visits.visits.models import Visit
from field_visits.visits.outcomes import (
    OUTCOMES,
    UNSAFE_ABORT,
    End,
    Need,
    Outcome,
    check_outcome,
    may_hear_of_debt,
)
from field_visits.visits.service.witnessing import files_of, with_note
from field_visits.visits.telling import (
    Told,
    alert,
    alert_breach,
    appointment_of,
    claimed,
    crew_of,
    own_visit,
    stops,
)

_SIGNED = ("signed", "sealed", "running", "completed")


@dataclass(frozen=True, slots=True)
class PromiseMade:
    """What the person met promised to pay, and by when."""

    amount: Money
    due_on: date


def finish(
    uow: UnitOfWork,
    rules: Rules,
    visit_id: VisitId,
    *,
    outcome: str | None,
    person_met: str | None,
    identity_proof: str | None,
    note: str | None = None,
    promise: PromiseMade | None = None,
    agreement_id: AgreementId | None = None,
    occurred_at: datetime | None = None,
    not_before: datetime | None = None,
) -> Told | Refused:
    """The visit ended with this outcome, and all that the outcome starts has started.

    That is: the contact row, the promise, the contact hold of a stop flag, the complaint or dispute with
    its clocks, the door that is wrong, the appointment kept or missed. UNSAFE_ABORT aborts the visit. An
    outcome told again is recorded and counts, while the row keeps the first.

    Args:
        uow: The unit of work.
        rules: The released packs.
        visit_id: Which visit.
        outcome: One of the 22 codes of `outcomes`.
        person_met: Who was met, «none» included; nothing is assumed.
        identity_proof: How identity was proved, «none» included; nothing is assumed.
        note: What else is worth keeping; some outcomes need it.
        promise: With PTP_FULL and PTP_PART.
        agreement_id: With PLAN_SIGNED.
        occurred_at: When it ended, as claimed; now by default.
        not_before: The earliest moment it can have happened.

    Raises:
        NotFoundError: There is no such visit of the caller's.
        InvalidError: The outcome cannot be true as told; the faults name the fields.
    Evidence: visit:outcome:recorded or visit:outcome:aborted, as breach where the rules forbid it; then
        the entries of what it starts, which name it as their cause.
    """
    visit = own_visit(uow, visit_id)
    at = claimed(uow, occurred_at)
    text = None if note is None or not note.strip() else words.prose(note, "/note")
    told = _require_true(
        uow, visit, outcome, person_met, identity_proof, text=text, promise=promise, agreement_id=agreement_id
    )
    facts = {
        "outcome": told.code,
        "person_met": person_met,
        "identity_proof": identity_proof,
        "note": text,
        "agreement": agreement_id,
        "follow_up": told.follow_up,
    }
    changes: dict[str, Any] = {} if text is None else {"note": with_note(visit, text)}
    if visit.outcome is None:
        changes |= {
            "outcome": told.code,
            "finished_at": at,
            "person_met": person_met,
            "identity_proof": identity_proof,
        }
    decision = _judge(uow, rules, visit, at)
    stop = stops(uow, visit, besides=[] if agreement_id is None else [agreement_id])
    applied = uow.apply(
        visit,
        "abort" if told.end is End.ABORTED else "finish",
        changes=changes,
        facts=facts,
        decision=decision,
        occurred_at=at,
        not_before=not_before,
        audience=crew_of(visit),
    )
    if isinstance(applied, Refused):
        return applied
    alert_breach(uow, visit, "finish", applied)
    _start(uow, visit, told, applied, person_met=person_met or "", at=at, cause_text=text, promise=promise)
    return Told(visit, applied, stop, may_hear_of_debt(person_met or ""))


def abort(
    uow: UnitOfWork,
    rules: Rules,
    visit_id: VisitId,
    *,
    reason: str,
    missed_by: str = MissedBy.NOBODY,
    scope: Scope = Scope.OWN,
    occurred_at: datetime | None = None,
    not_before: datetime | None = None,
) -> Told | Refused:
    """The visit was broken off before anybody could be met: a breakdown, a recall, a danger on the way.

    For danger at the door there is the outcome UNSAFE_ABORT, which says who was met. A dispatcher may
    abort what a crew cannot (`scope`).

    Raises:
        NotFoundError: There is no such visit in the caller's scope.
        InvalidError: No reason is given, or `missed_by` is unknown.
    Evidence: visit:outcome:aborted, and appointment:promise:missed.
    """
    visit = own_visit(uow, visit_id, scope=scope)
    at = claimed(uow, occurred_at)
    text = words.prose(reason, "/reason")
    applied = uow.apply(
        visit,
        "abort",
        changes={"note": with_note(visit, text), **({} if visit.finished_at else {"finished_at": at})},
        facts={"reason": text, "missed_by": missed_by},
        # Nobody was contacted before an arrival: there is nothing to judge.
        decision=None if visit.arrived_at is None else _judge(uow, rules, visit, at),
        occurred_at=at,
        not_before=not_before,
        audience=crew_of(visit),
    )
    if isinstance(applied, Refused):
        return applied
    alert_breach(uow, visit, "abort", applied)
    if visit.arrived_at is not None:
        _contact(uow, visit, ContactResult.ABORTED, person_met=None, at=at, cause=applied.receipt.entry_id)
    _miss(uow, visit, by=missed_by, reason="aborted", at=at, cause=applied.receipt.entry_id)
    return Told(visit, applied, stops(uow, visit))


def _require_true(
    uow: UnitOfWork,
    visit: Visit,
    code: str | None,
    person_met: str | None,
    identity_proof: str | None,
    *,
    text: str | None,
    promise: PromiseMade | None,
    agreement_id: AgreementId | None,
) -> Outcome:
    brought = {
        Need.PROMISE: promise is not None,
        Need.AGREEMENT: agreement_id is not None,
        Need.NOTE: text is not None,
        Need.PHOTO: files_of(uow, visit) > 0,
    }
    faults = check_outcome(
        code,
        person_met=person_met,
        identity_proof=identity_proof,
        brought=frozenset(need for need, is_there in brought.items() if is_there),
    )
    if agreement_id is not None and not faults:
        agreement = uow.session.get(Agreement, agreement_id)
        if agreement is None or agreement.case_id != visit.case_id or agreement.state not in _SIGNED:
            faults.append(Fault("/agreement_id", "must be a signed agreement of this case"))
    if faults or code is None:
        raise InvalidError("The outcome cannot be taken as it was told.", faults=faults)
    return OUTCOMES[code]


def _judge(uow: UnitOfWork, rules: Rules, visit: Visit, at: datetime) -> Decision:
    """What the rules say of the presence that ends: it is judged from its beginning."""
    begun = at if visit.arrived_at is None else min(visit.arrived_at, at)
    return judge_appointment(
        uow,
        rules,
        appointment_of(uow, visit),
        action=Action.OUTCOME,
        window=(begun, at),
        crew_size=len(crew_of(visit)),
        at=at,
        leaving_out=[visit.id],
    )


def _start(
    uow: UnitOfWork,
    visit: Visit,
    told: Outcome,
    applied: Applied,
    *,
    person_met: str,
    at: datetime,
    cause_text: str | None,
    promise: PromiseMade | None,
) -> None:
    """All that follows from the outcome, with its entry as the cause."""
    cause = applied.receipt.entry_id
    _contact(uow, visit, told.result, person_met=person_met, at=at, cause=cause)
    if promise is not None:
        _promise(uow, visit, promise, person_met=person_met, at=at, cause=cause)
    if told.stop is not None:
        place_hold(
            uow,
            visit.case_id,
            kind=told.stop.kind.value,
            cause=cause_text or told.en,
            expires_at=None if told.stop.expires_after is None else uow.now + told.stop.expires_after,
            about=(Visit.__tablename__, visit.id),
            caused_by=cause,
        )
    if told.objection is not None:
        receive(
            uow,
            visit.case_id,
            kind=told.objection.value,
            channel=Channel.VISIT.value,
            said=cause_text or told.en,
            collector_id=visit.lead_id,
            about=(Visit.__tablename__, visit.id),
            has_hold=told.stop is not None,
            occurred_at=at,
            caused_by=cause,
        )
    address = uow.session.get_one(Address, appointment_of(uow, visit).address_id)
    if told.is_address_invalid and address.state == "usable":
        invalidate_address(uow, address.id, reason=told.code)
    if told.alert is not None:
        alert(uow, visit, told.alert, applied, {"outcome": told.code, "follow_up": told.follow_up})
    if told is UNSAFE_ABORT:
        _miss(uow, visit, by=MissedBy.NOBODY, reason=told.code, at=at, cause=cause)
    elif told.is_missed:
        _miss(uow, visit, by=MissedBy.CUSTOMER, reason=told.code, at=at, cause=cause)
    elif appointment_of(uow, visit).state != "kept":
        keep(uow, visit.appointment_id, occurred_at=at, cause=cause)


def _contact(
    uow: UnitOfWork,
    visit: Visit,
    result: ContactResult,
    *,
    person_met: str | None,
    at: datetime,
    cause: EntryId,
) -> None:
    """The visit counts as a contact from the moment at the door (CN-FREQ-3, US-MA-1)."""
    record_contact(
        uow,
        visit.case_id,
        channel=Channel.VISIT.value,
        at=visit.arrived_at or at,
        result=result.value,
        person_met=person_met,
        about=(Visit.__tablename__, visit.id),
        caused_by=cause,
    )


def _promise(
    uow: UnitOfWork, visit: Visit, promise: PromiseMade, *, person_met: str, at: datetime, cause: EntryId
) -> None:
    try:
        record_promise(
            uow,
            visit.case_id,
            amount=promise.amount,
            due_on=promise.due_on,
            promised_by=person_met,
            promised_at=at,
            caused_by=cause,
        )
    except InvalidError as error:
        faults = [Fault(f"/promise{fault.pointer}", fault.detail) for fault in error.faults]
        raise InvalidError(error.detail, faults=faults) from error


def _miss(uow: UnitOfWork, visit: Visit, *, by: str, reason: str, at: datetime, cause: EntryId) -> None:
    """The appointment was missed, unless another phone's visit settled it already."""
    if appointment_of(uow, visit).state not in {"kept", "missed"}:
        miss(uow, visit.appointment_id, by=by, reason=reason, occurred_at=at, cause=cause)
