"""What every verb of a visit shares: whose visit it is, when it is said to have happened, what the answer says.

A claimed time is a claim: it is kept beside the time of receipt, never corrected by it, and only what
cannot be true at all is turned away.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import aliased

from field_visits.appointments.models import Appointment
from field_visits.cases.hold_kinds import PERSONAL_KINDS
from field_visits.cases.models import Case, ContactHold
from field_visits.compliance.facts import EARLIEST
from field_visits.identity.permissions import Scope, reach
from field_visits.kernel.errors import Fault, InvalidError, NotFoundError
from field_visits.kernel.ids import CaseId, TeamId, UserId, VisitId
from field_visits.messages.service import open_alert
from field_visits.unit_of_work import Applied, UnitOfWork
from field_visits.visits.models import Visit

# How far a phone's clock may run ahead of ours.
MAX_AHEAD = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Told:
    """What a witness said stands on record.

    `breach` of `applied` carries the rules that stood against it; `stop` the kinds of contact hold that
    bind now for another reason than this visit: whoever is at the door should leave. `may_name_debt` is
    whether the person last met may hear of the debt at all.
    """

    visit: Visit
    applied: Applied
    stop: tuple[str, ...] = ()
    may_name_debt: bool = False


def claimed(uow: UnitOfWork, occurred_at: datetime | None) -> datetime:
    """When it happened, as claimed; now, where nothing is claimed.

    Raises:
        InvalidError: it lies more than five minutes ahead, or in no year that can be judged.
    """
    if occurred_at is None:
        return uow.now
    if occurred_at > uow.now + MAX_AHEAD:
        raise InvalidError(
            "What is told has happened already; this time is still to come. Check the phone's clock.",
            faults=[Fault("/occurred_at", f"at most {MAX_AHEAD} after the server's time")],
        )
    if occurred_at < EARLIEST:
        raise InvalidError(
            "No visit was that long ago. Check the phone's clock.",
            faults=[Fault("/occurred_at", f"not before {EARLIEST.date()}")],
        )
    return occurred_at


_LOCKED = (
    select(Visit, Case.team_id)
    .join(Case, Case.id == Visit.case_id)
    .where(Visit.id.in_(bindparam("visits", expanding=True)))
    .order_by(Visit.id)
    .with_for_update(of=Visit)
    .execution_options(populate_existing=True)
)


@dataclass(frozen=True, slots=True)
class _Locked:
    """A visit that nobody else can change until this unit of work ends, and the team of its case."""

    visit: Visit
    team_id: TeamId | None


def hold_visits(uow: UnitOfWork, visit_ids: Collection[VisitId]) -> None:
    """These visits are locked, those that exist, and what their verbs ask first is known: in two questions."""
    rows = uow.session.execute(_LOCKED, {"visits": sorted(visit_ids)}).all()
    for visit, team_id in rows:
        uow.know(("visit", visit.id), (), _Locked(visit, team_id))
    _know_holds(uow, {visit.case_id for visit, _ in rows})


def own_visit(uow: UnitOfWork, visit_id: VisitId, *, scope: Scope = Scope.OWN) -> Visit:
    """The visit as it is now, locked; the actor is of its crew, or reaches further by `scope`.

    Raises:
        NotFoundError: it does not exist, or is somebody else's.
    """
    locked = uow.known(("visit", visit_id), _Locked)
    if locked is None:
        found = uow.session.execute(_LOCKED, {"visits": [visit_id]}).one_or_none()
        if found is None:
            raise NotFoundError("There is no such visit.")
        locked = _Locked(found.Visit, found.team_id)
        uow.know(("visit", visit_id), (), locked)
    reach(uow.actor, scope, people=crew_of(locked.visit), teams=[locked.team_id])
    return locked.visit


def has_begun(uow: UnitOfWork, visit_id: VisitId) -> bool:
    """Whether anything is known of the visit."""
    return uow.known(("visit", visit_id), _Locked) is not None or uow.session.get(Visit, visit_id) is not None


def crew_of(visit: Visit) -> list[UserId]:
    """Who goes: the phones that must learn of what becomes of the visit."""
    return [person for person in (visit.lead_id, visit.partner_id) if person is not None]


def appointment_of(uow: UnitOfWork, visit: Visit) -> Appointment:
    """The promise that the visit is to keep."""
    return uow.session.get_one(Appointment, visit.appointment_id)


_Sibling = aliased(Case)
_BINDING_HOLDS = (
    select(Case.id, ContactHold.kind, ContactHold.about_id)
    .join(_Sibling, _Sibling.customer_id == Case.customer_id)
    .join(ContactHold, ContactHold.case_id == _Sibling.id)
    .where(
        Case.id.in_(bindparam("cases", expanding=True)),
        ContactHold.state == "active",
        or_(ContactHold.expires_at.is_(None), ContactHold.expires_at > bindparam("now")),
        or_(
            _Sibling.id == Case.id,
            (_Sibling.state != "withdrawn") & ContactHold.kind.in_([kind.value for kind in PERSONAL_KINDS]),
        ),
    )
)


def stops(uow: UnitOfWork, visit: Visit, *, besides: Collection[UUID] = ()) -> tuple[str, ...]:
    """The kinds of hold that bind now: on the case, and those that protect the person in any other case.

    Holds that began with this visit are left out, and those about rows in `besides`: they stop the next
    visit, not the talk in which they were agreed.
    """
    if uow.known(_holds_on(visit.case_id), list) is None:
        _know_holds(uow, {visit.case_id})
    own = {visit.id, *besides}
    holds = uow.known(_holds_on(visit.case_id), list) or ()
    return tuple(sorted({kind for kind, about in holds if about not in own}))


def _know_holds(uow: UnitOfWork, cases: Collection[CaseId]) -> None:
    """What holds bind on each of the cases is known, until this unit of work changes one."""
    binding: dict[CaseId, list[tuple[str, UUID | None]]] = {case: [] for case in cases}
    for case, kind, about in uow.session.execute(_BINDING_HOLDS, {"cases": list(cases), "now": uow.now}):
        binding[case].append((kind, about))
    for case, holds in binding.items():
        uow.know(_holds_on(case), (ContactHold, Case), holds)


def _holds_on(case: CaseId) -> tuple[str, CaseId]:
    return "holds", case


def alert_breach(uow: UnitOfWork, visit: Visit, verb: str, applied: Applied) -> None:
    """A dispatcher is told that the rules stood against what was done, by rule and not by person."""
    if applied.breach is None:
        return
    alert(uow, visit, "visit_breach", applied, {"verb": verb, "rules": applied.breach.refusing_ids})


def alert(uow: UnitOfWork, visit: Visit, kind: str, applied: Applied, detail: Mapping[str, object]) -> None:
    """A dispatcher is told of `kind`, which follows from `applied`."""
    open_alert(uow, visit, kind=kind, detail=detail, cause=applied.receipt.entry_id)
