"""Nobody lets limitation run out unseen: alerts while there is still time to act."""

from datetime import timedelta
from typing import Final

from sqlalchemy import Interval, exists, literal, or_, select

from field_visits.agreements.models import Agreement
from field_visits.cases.models import Case, Contact, Payment, Promise
from field_visits.compliance.clocks import clocks_of
from field_visits.compliance.clocks.clock import THRESHOLDS, Alarm, Clock, Title
from field_visits.compliance.clocks.limitation import YEARS
from field_visits.dossier.clock_facts import clock_facts_of
from field_visits.kernel.ids import CaseId
from field_visits.messages.models import Alert
from field_visits.messages.service import open_alert
from field_visits.unit_of_work import UnitOfWork, Work

LIMITATION_SOON, LIMITATION_URGENT = "limitation_soon", "limitation_urgent"
_KINDS: Final = {Alarm.SOON: LIMITATION_SOON, Alarm.URGENT: LIMITATION_URGENT}
# What may interrupt limitation, and when it happened; whether it did is the clock's to say.
_INTERRUPTING: Final = (
    (Contact, Contact.at),
    (Payment, Payment.paid_at),
    (Promise, Promise.promised_at),
    (Agreement, Agreement.signed_at),
)
# The term in days, give or take the leap day and the ends of local days.
_TERM: Final = timedelta(days=365 * YEARS)
_SLACK: Final = timedelta(days=2)
_AT_ONCE: Final = 200


def alarm_limitation(work: Work) -> int:
    """Each open case whose limitation runs out within 90 days, or within 30, has its alert, once each.

    A clock that began anew alarms anew. Complaints have alerts of their own (`complaints.sweeps`).
    Returns how many alerts were opened. A sweep, safe to repeat.
    """
    opened = 0
    after: CaseId | None = None
    while True:
        with work() as uow:
            cases = _pressing(uow, after)
            for case in cases:
                clocks = clocks_of(clock_facts_of(uow, case), uow.now)
                opened += sum(_alarm(uow, case, one) for one in clocks if one.title is Title.LIMITATION)
        if len(cases) < _AT_ONCE:
            return opened
        after = cases[-1].id


def _pressing(uow: UnitOfWork, after: CaseId | None) -> list[Case]:
    """Open cases in which something that may have interrupted limitation is nearly a term old, and untold.

    An alert tells of whatever would alarm at that level by its day; what begins a later term is judged again.
    """
    threshold = THRESHOLDS[Title.LIMITATION]
    reasons = [
        exists().where(
            row.case_id == Case.id,
            at.between(uow.now - _TERM - _SLACK, uow.now - _TERM + timedelta(days=days) + _SLACK),
            ~exists().where(
                Alert.about_id == Case.id,
                Alert.kind.in_(kinds),
                Alert.opened_at >= at + literal(_TERM - timedelta(days=days) - _SLACK, Interval()),
            ),
        )
        for row, at in _INTERRUPTING
        for days, kinds in (
            (threshold.soon, (LIMITATION_SOON, LIMITATION_URGENT)),
            (threshold.urgent, (LIMITATION_URGENT,)),
        )
    ]
    query = select(Case).where(Case.state == "open", or_(*reasons)).order_by(Case.id).limit(_AT_ONCE)
    return list(uow.session.scalars(query if after is None else query.where(Case.id > after)))


def _alarm(uow: UnitOfWork, case: Case, clock: Clock) -> bool:
    kind = _KINDS.get(clock.alarm)
    if kind is None or clock.due is None:
        return False
    detail = {"rule": clock.rules[0].rule_id, "due": clock.due.isoformat()}
    told = select(Alert.id).where(
        Alert.about_id == case.id, Alert.kind == kind, Alert.detail["due"].astext == detail["due"]
    )
    if uow.session.scalars(told.limit(1)).first() is not None:
        return False
    open_alert(uow, case, kind=kind, detail=detail)
    return True
