"""How collectors treat people, in figures: visits, breaches, complaints. Never money (CN-KPI-1, 信用卡办法 art. 66)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, or_, select

from field_visits.complaints.models import Complaint
from field_visits.complaints.words import ComplaintKind, Finding
from field_visits.identity.models import User
from field_visits.kernel.actor import Role
from field_visits.kernel.ids import TeamId, UserId
from field_visits.messages.models import Alert
from field_visits.unit_of_work import UnitOfWork
from field_visits.visits.models import Visit
from field_visits.visits.outcomes import UNSAFE_ABORT
from field_visits.workforce.membership import people_of
from field_visits.workforce.queries import organisation_zone

_ENDED = ("finished", "aborted")
_UPHELD = (Finding.UPHELD.value, Finding.PARTLY_UPHELD.value)


@dataclass(frozen=True, slots=True)
class CollectorConduct:
    """One collector's figures over some days."""

    collector_id: UserId
    name: str | None
    badge: str | None
    visits: int
    in_breach: int
    broken_off_for_safety: int
    complaints: int
    upheld: int
    disputes: int


def conduct_of(
    uow: UnitOfWork, since: date, until: date, *, teams: Collection[TeamId] | None = None
) -> list[CollectorConduct]:
    """Every collector who visited, or about whom somebody complained, from `since` to `until`, both included.

    Days are the organisation's. `teams` narrows to their present members; None is everybody. By name, never
    by rank.
    """
    zone = organisation_zone(uow)
    start = datetime.combine(since, time(), tzinfo=zone)
    end = datetime.combine(until + timedelta(days=1), time(), tzinfo=zone)
    people = uow.session.scalars(
        select(User).where(User.roles.contains([Role.COLLECTOR.value])).order_by(User.name, User.id)
    ).all()
    own = None if teams is None else people_of(uow.session, frozenset(teams), at=uow.now)
    told = []
    for person in people:
        if own is not None and person.id not in own:
            continue
        conduct = _of(uow, person, start, end)
        if conduct.visits or conduct.complaints or conduct.disputes:
            told.append(conduct)
    return told


def _of(uow: UnitOfWork, person: User, start: datetime, end: datetime) -> CollectorConduct:
    went = or_(Visit.lead_id == person.id, Visit.partner_id == person.id)
    ended = (went, Visit.state.in_(_ENDED), Visit.departed_at >= start, Visit.departed_at < end)
    breached = (
        select(Alert.id)
        .where(
            Alert.about_table == Visit.__tablename__, Alert.about_id == Visit.id, Alert.kind == "visit_breach"
        )
        .exists()
    )
    visits, in_breach, unsafe = uow.session.execute(
        select(
            func.count(),
            func.count().filter(breached),
            func.count().filter(Visit.outcome == UNSAFE_ABORT.code),
        ).where(*ended)
    ).one()
    said = (
        Complaint.collector_id == person.id,
        Complaint.received_at >= start,
        Complaint.received_at < end,
    )
    complaints, upheld, disputes = uow.session.execute(
        select(
            func.count().filter(Complaint.kind == ComplaintKind.COMPLAINT.value),
            func.count().filter(
                Complaint.kind == ComplaintKind.COMPLAINT.value, Complaint.finding.in_(_UPHELD)
            ),
            func.count().filter(Complaint.kind == ComplaintKind.DISPUTE.value),
        ).where(*said)
    ).one()
    return CollectorConduct(
        person.id, person.name, person.badge, visits, in_breach, unsafe, complaints, upheld, disputes
    )
