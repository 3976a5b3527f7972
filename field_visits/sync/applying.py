"""From a command to the verb that it tells: one table, the same verbs as online.

Times of a payload are the phone's; where a verb asks when, it gets the moment that can be true. The claim itself
stays in the command's bytes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import select

from field_visits.agreements.models import Agreement
from field_visits.agreements.service.signing import sign
from field_visits.appointments.models import Appointment, AppointmentCrew
from field_visits.attachments.contents import Kind
from field_visits.cases.judging import Rules
from field_visits.cases.models import Case
from field_visits.cases.queries import require_visible
from field_visits.cases.service.contacts import record_contact
from field_visits.cases.service.payments import report_payment
from field_visits.complaints.service import receive as receive_complaint
from field_visits.identity.devices import heard
from field_visits.identity.models import Device
from field_visits.identity.permissions import Scope
from field_visits.kernel.errors import Fault, InvalidError, NotFoundError
from field_visits.kernel.ids import CaseId, VisitId
from field_visits.messages.service import open_alert
from field_visits.notices import queries as notices
from field_visits.notices import service as serving
from field_visits.notices.models import Notice
from field_visits.sync.envelope import Envelope, Moment, Outcome, Reason
from field_visits.sync.tracks import require_in_shift
from field_visits.unit_of_work import Applied, Born, Refused, UnitOfWork
from field_visits.visits import service as visits
from field_visits.visits.models import Visit
from field_visits.visits.placement import Fix
from field_visits.visits.queries import get_visit, proving_photos
from field_visits.visits.service import PromiseMade
from field_visits.visits.telling import Told, has_begun
from media.store import ObjectStore

# Nobody is waited for longer than a shift lasts.
LONGEST_SILENCE = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Applying:
    """What the verbs need besides a unit of work."""

    rules: Rules
    objects: ObjectStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a command did, as its answer tells it. `case_id` is whose story it belongs to."""

    outcome: Outcome = Outcome.APPLIED
    reason: Reason | None = None
    problem: Mapping[str, Any] | None = None
    stop: tuple[str, ...] = ()
    may_name_debt: bool | None = None
    visit: Mapping[str, Any] | None = None
    attachments: list[dict[str, str]] = field(default_factory=list)
    case_id: CaseId | None = None


@dataclass(frozen=True, slots=True)
class _Told:
    """One command with all that its verb needs."""

    uow: UnitOfWork
    parts: Applying
    device: Device
    envelope: Envelope
    moment: Moment

    @property
    def payload(self) -> dict[str, Any]:
        """The payload with closed words as their plain values, as rows keep them."""
        return {name: getattr(value, "value", value) for name, value in self.envelope.payload.items()}


def apply(uow: UnitOfWork, parts: Applying, device: Device, envelope: Envelope, moment: Moment) -> Effect:
    """What the command tells is on record, or an intent's refusal is.

    Raises:
        NotFoundError: it is about something that is not the caller's.
        InvalidError: it cannot be true as told.
        NotInShiftError: it tells where somebody was outside their shift.
    """
    _, handle = _TYPES[envelope.type]
    return handle(_Told(uow, parts, device, envelope, moment))


# -- visits ----------------------------------------------------------------------------------------


def _depart(told: _Told) -> Effect:
    appointment = told.envelope.appointment_id
    if appointment is None:
        raise _missing("/appointment_id", "where to")
    outcome = visits.depart(
        told.uow,
        told.parts.rules,
        appointment,
        visit_id=_visit_id(told),
        occurred_at=told.moment.at,
    )
    if isinstance(outcome, Refused):
        return _refused(outcome, case_id=_case_of_appointment(told))
    return _of_visit(outcome.row, outcome.applied)


def _arrive(told: _Told) -> Effect:
    fix, fixes = told.payload["fix"], told.payload["fixes"]
    return _witness(
        told,
        lambda visit_id: visits.arrive(
            told.uow,
            told.parts.rules,
            visit_id,
            fix=None if fix is None else _fix(told, fix),
            fixes=[_fix(told, one) for one in fixes],
            away_reason=told.payload["away_reason"],
            occurred_at=told.moment.at,
        ),
    )


def _photograph(told: _Told) -> Effect:
    payload = told.payload
    small = payload.pop("small")
    for name in ("taken_at", "source"):  # the claim stays in the command's bytes
        payload.pop(name)
    visit_id, begun = _present(told)
    announced = [payload, *([] if small is None else [{**small, "kind": Kind.PREVIEW.value}])]
    attachments, last = [], None
    for one in announced:
        taken = visits.photograph(told.uow, told.parts.objects, visit_id, **one, occurred_at=told.moment.at)
        if isinstance(taken, Refused):
            return _refused(taken, case_id=_case_of_appointment(told))
        attachment = taken.expected.attachment
        attachments.append({"id": str(attachment.id), "sha256": attachment.sha256, "state": attachment.state})
        last = taken.told or last
    if last is None:  # announced before, by another command
        visit = told.uow.session.get_one(Visit, visit_id)
        return _with(begun, replace(_of_visit(visit, None), attachments=attachments))
    return _with(begun, replace(_of_told(last), attachments=attachments))


def _meet(told: _Told) -> Effect:
    return _witness(
        told, lambda visit_id: visits.meet(told.uow, visit_id, **told.payload, occurred_at=told.moment.at)
    )


def _note(told: _Told) -> Effect:
    return _witness(
        told, lambda visit_id: visits.note(told.uow, visit_id, **told.payload, occurred_at=told.moment.at)
    )


def _finish(told: _Told) -> Effect:
    payload = told.payload
    promise = payload.pop("promise")
    return _witness(
        told,
        lambda visit_id: visits.finish(
            told.uow,
            told.parts.rules,
            visit_id,
            **payload,
            promise=None if promise is None else PromiseMade(**promise),
            occurred_at=told.moment.at,
        ),
    )


def _abort(told: _Told) -> Effect:
    return _witness(
        told,
        lambda visit_id: visits.abort(
            told.uow, told.parts.rules, visit_id, **told.payload, occurred_at=told.moment.at
        ),
    )


def _witness(told: _Told, verb: Callable[[VisitId], Told | Refused]) -> Effect:
    visit_id, begun = _present(told)
    outcome = verb(visit_id)
    return (
        _refused(outcome, case_id=None) if isinstance(outcome, Refused) else _with(begun, _of_told(outcome))
    )


def _present(told: _Told) -> tuple[VisitId, Applied | None]:
    """The visit of the command; it begins now where nothing of it is known yet, and how it did."""
    visit_id = _visit_id(told)
    if has_begun(told.uow, visit_id):
        return visit_id, None
    if told.envelope.appointment_id is None:
        raise NotFoundError("There is no such visit, and no appointment is named with which it could begin.")
    begun = visits.begin_untold(
        told.uow,
        told.parts.rules,
        told.envelope.appointment_id,
        visit_id=visit_id,
        occurred_at=told.moment.at,
    )
    return visit_id, begun


def _with(begun: Applied | None, effect: Effect) -> Effect:
    """A visit that should not have begun is told with the first thing that was heard of it."""
    if begun is None or begun.breach is None or effect.outcome is not Outcome.APPLIED:
        return effect
    return replace(
        effect, outcome=Outcome.APPLIED_WITH_BREACH, reason=_reason(begun), problem=_problem(begun)
    )


def _visit_id(told: _Told) -> VisitId:
    if told.envelope.visit_id is None:
        raise _missing("/visit_id", "the visit that the phone minted")
    return told.envelope.visit_id


def _fix(told: _Told, fix: Mapping[str, Any]) -> Fix:
    """A reading with its time put right by as much as the command's own."""
    taken_at = fix["taken_at"]
    if taken_at is not None:
        taken_at = _shifted(taken_at, told.moment.at - told.envelope.occurred_at)
    return Fix(**{**fix, "taken_at": taken_at})


def _shifted(at: Any, by: timedelta) -> Any:
    try:
        return at + by
    except OverflowError:
        return None


# -- what else happens at a door or on the way ------------------------------------------------------


def _sign(told: _Told) -> Effect:
    payload = told.payload
    agreement = told.uow.session.get(Agreement, payload.pop("agreement_id"))
    if agreement is None:
        raise NotFoundError("There is no such agreement.")
    case = _own_case(told, agreement.case_id)
    outcome = sign(
        told.uow,
        told.parts.rules,
        agreement.id,
        **payload,
        visit_id=told.envelope.visit_id,
        occurred_at=told.moment.at,
        not_before=told.moment.not_before,
    )
    if isinstance(outcome, Refused):
        return _refused(outcome, case_id=case.id)
    return Effect(
        outcome=_outcome(outcome), reason=_reason(outcome), problem=_problem(outcome), case_id=case.id
    )


def _contact(told: _Told) -> Effect:
    payload = told.payload
    case = _own_case(told, CaseId(payload.pop("case_id")))
    payload.pop("at")
    return _born(
        record_contact(told.uow, case.id, **payload, at=told.moment.at, rules=told.parts.rules), case
    )


def _payment(told: _Told) -> Effect:
    payload = told.payload
    case = _own_case(told, CaseId(payload.pop("case_id")))
    paid_at = min(payload.pop("paid_at"), told.uow.now)
    return _born(report_payment(told.uow, case.id, **payload, paid_at=paid_at), case)


def _complaint(told: _Told) -> Effect:
    payload = told.payload
    case = _own_case(told, CaseId(payload.pop("case_id")))
    visit = told.envelope.visit_id
    about = None if visit is None else (Visit.__tablename__, visit)
    return _born(
        receive_complaint(told.uow, case.id, **payload, about=about, occurred_at=told.moment.at), case
    )


def _serve(told: _Told) -> Effect:
    payload = told.payload
    visit_id, _ = _present(told)
    notice = _notice_at(told, payload.pop("notice_id"), visit_id)
    file = get_visit(told.uow, visit_id, scope=Scope.OWN)
    outcome = serving.serve(
        told.uow,
        told.parts.rules,
        notice.id,
        visit_id=visit_id,
        address_id=told.uow.session.get_one(Appointment, file.visit.appointment_id).address_id,
        photos=proving_photos(file),
        **payload,
        occurred_at=told.moment.at,
    )
    return _plain(outcome, notice.case_id)


def _decline_notice(told: _Told) -> Effect:
    payload = told.payload
    visit_id, _ = _present(told)
    notice = _notice_at(told, payload.pop("notice_id"), visit_id)
    file = get_visit(told.uow, visit_id, scope=Scope.OWN)
    outcome = serving.refuse(
        told.uow,
        notice.id,
        visit_id=visit_id,
        photos=proving_photos(file),
        **payload,
        occurred_at=told.moment.at,
    )
    return _plain(outcome, notice.case_id)


def _notice_at(told: _Told, notice_id: Any, visit_id: VisitId) -> Notice:
    """The notice, if it is for the case of the visit: whoever is at the door may serve it."""
    notice = notices.get_notice(told.uow, notice_id)
    if notice.case_id != told.uow.session.get_one(Visit, visit_id).case_id:
        raise InvalidError(
            "This notice is for another case.", faults=[Fault("/notice_id", "a notice of the visit's case")]
        )
    return notice


# -- the phone and its person ------------------------------------------------------------------------


def _clock_changed(_: _Told) -> Effect:
    """The phone's clock was set: kept, for whoever judges what it claimed."""
    return Effect()


def _health(told: _Told) -> Effect:
    payload = told.payload
    heard(told.uow, told.device, **payload, skew_ms=told.envelope.skew_ms, app_build=told.envelope.app_build)
    return Effect()


def _pin_set(told: _Told) -> Effect:
    """A new PIN stands; one that was chosen before a reset, and handed in after it, does not count."""
    reset_at = told.device.pin_reset_at
    if reset_at is None or told.moment.at >= reset_at:
        heard(told.uow, told.device, pin_set_at=told.uow.now)
    return Effect()


def _sos(told: _Told) -> Effect:
    """Somebody of ours needs help: whoever runs the day is told at once, with the place if there is one."""
    fix = told.payload["fix"]
    _alert(told, "collector_sos", place=None if fix is None else [fix["point"].lat, fix["point"].lon])
    return Effect(case_id=_case_of_appointment(told))


def _check_in(told: _Told) -> Effect:
    """The person is well; the next word is due when they said, at most half a day from now."""
    due_at = told.payload["due_at"]
    if due_at is not None:
        due_at = min(
            _shifted(due_at, told.moment.at - told.envelope.occurred_at), told.uow.now + LONGEST_SILENCE
        )
    heard(told.uow, told.device, word_due_at=due_at)
    return Effect(case_id=_case_of_appointment(told))


def _track(told: _Told) -> Effect:
    require_in_shift(told.uow, told.device.user_id, told.payload["begins"], told.payload["ends"])
    return Effect()


def _alert(told: _Told, kind: str, *, place: object) -> None:
    visit = told.envelope.visit_id
    detail = {
        "collector": str(told.device.user_id),
        "visit": None if visit is None else str(visit),
        "place": place,
    }
    open_alert(told.uow, told.device, kind=kind, detail=detail)


# -- answers -------------------------------------------------------------------------------------------


def _own_case(told: _Told, case_id: CaseId) -> Case:
    """The case, if it is the caller's, or one to whose door they were sent, be it formerly."""
    sent = told.uow.session.scalars(
        select(Case)
        .join(Appointment, Appointment.case_id == Case.id)
        .join(AppointmentCrew, AppointmentCrew.appointment_id == Appointment.id)
        .where(Case.id == case_id, AppointmentCrew.collector_id == told.device.user_id)
        .limit(1)
    ).first()
    return sent or require_visible(told.uow, case_id, scope=Scope.OWN)


def _case_of_appointment(told: _Told) -> CaseId | None:
    if told.envelope.appointment_id is None:
        return None
    found = told.uow.session.get(Appointment, told.envelope.appointment_id)
    return None if found is None else found.case_id


def _of_told(told: Told) -> Effect:
    return _of_visit(told.visit, told.applied, stop=told.stop, may_name_debt=told.may_name_debt)


def _of_visit(
    visit: Visit, applied: Applied | None, *, stop: tuple[str, ...] = (), may_name_debt: bool | None = None
) -> Effect:
    return Effect(
        outcome=Outcome.APPLIED if applied is None else _outcome(applied),
        reason=None if applied is None else _reason(applied),
        problem=None if applied is None else _problem(applied),
        stop=stop,
        may_name_debt=may_name_debt,
        visit={"id": str(visit.id), "state": visit.state, "version": str(visit.evidence_id)},
        case_id=visit.case_id,
    )


def _born(outcome: Born[Any] | Refused, case: Case) -> Effect:
    if isinstance(outcome, Refused):
        return _refused(outcome, case_id=case.id)
    return _plain(outcome.applied, case.id)


def _plain(outcome: Applied | Refused, case_id: CaseId) -> Effect:
    if isinstance(outcome, Refused):
        return _refused(outcome, case_id=case_id)
    return Effect(
        outcome=_outcome(outcome), reason=_reason(outcome), problem=_problem(outcome), case_id=case_id
    )


def _outcome(applied: Applied) -> Outcome:
    is_breach = applied.breach is not None or not applied.in_order
    return Outcome.APPLIED_WITH_BREACH if is_breach else Outcome.APPLIED


def _reason(applied: Applied) -> Reason | None:
    if applied.breach is not None:
        return Reason.RULES
    return None if applied.in_order else Reason.ILLEGAL


def _problem(applied: Applied) -> dict[str, Any] | None:
    if applied.breach is None:
        return None
    return {
        "code": "breach",
        "detail": applied.breach.sentence,
        "errors": [],
        "decision": applied.breach.as_json(),
    }


def _refused(refused: Refused, *, case_id: CaseId | None) -> Effect:
    decision = refused.decision
    return Effect(
        outcome=Outcome.REFUSED,
        reason=Reason.ILLEGAL if decision is None else Reason.RULES,
        problem={
            "code": "illegal" if decision is None else "refused",
            "detail": refused.detail,
            "errors": [],
            "decision": None if decision is None else decision.as_json(),
        },
        case_id=case_id,
    )


def _missing(pointer: str, what: str) -> InvalidError:
    return InvalidError("The command does not say what it is about.", faults=[Fault(pointer, f"name {what}")])


_TYPES: Mapping[str, tuple[str, Callable[[_Told], Effect]]] = MappingProxyType(
    {
        "visit.depart": ("visit:depart", _depart),
        "visit.arrive": ("visit:arrive", _arrive),
        "visit.photograph": ("visit:photograph", _photograph),
        "visit.meet": ("visit:meet", _meet),
        "visit.note": ("visit:note", _note),
        "visit.finish": ("visit:finish", _finish),
        "visit.abort": ("visit:abort", _abort),
        "agreement.sign": ("agreement:sign", _sign),
        "contact.record": ("contact:record", _contact),
        "payment.report": ("payment:report", _payment),
        "complaint.receive": ("complaint:receive", _complaint),
        "notice.serve": ("notice:serve", _serve),
        "notice.refuse": ("notice:refuse", _decline_notice),
        "clock.changed": ("command:receive", _clock_changed),
        "device.health": ("command:receive", _health),
        "device.pin_set": ("command:receive", _pin_set),
        "safety.sos": ("command:receive", _sos),
        "safety.check_in": ("command:receive", _check_in),
        "track.segment": ("command:receive", _track),
    }
)
# Which permission the person of the phone needs for each type.
PERMISSIONS_OF: Mapping[str, str] = MappingProxyType({name: row[0] for name, row in _TYPES.items()})
