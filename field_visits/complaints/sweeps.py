"""Nobody forgets a complaint: alerts while there is still time, and once the time is over."""

from datetime import timedelta
from typing import Final

from sqlalchemy import select

from field_visits.complaints.lifecycle import UNANSWERED
from field_visits.complaints.models import Complaint
from field_visits.messages.models import Alert
from field_visits.messages.service import open_alert
from field_visits.unit_of_work import Work
from field_visits.workforce.queries import organisation_zone

WARN_DAYS: Final = 3
DUE, OVERDUE = "complaint_due", "complaint_overdue"


def alarm_complaints(work: Work, *, limit: int = 500) -> int:
    """Each unanswered complaint that is due within three days, or over, has its alert, once each.

    Returns how many alerts were opened. A sweep, safe to repeat.
    """
    with work() as uow:
        today = uow.now.astimezone(organisation_zone(uow)).date()
        pressing = uow.session.scalars(
            select(Complaint)
            .where(Complaint.state.in_(UNANSWERED), Complaint.answer_by <= today + timedelta(days=WARN_DAYS))
            .order_by(Complaint.answer_by, Complaint.id)
            .limit(limit)
        ).all()
        told = {
            (about, kind)
            for about, kind in uow.session.execute(
                select(Alert.about_id, Alert.kind).where(
                    Alert.about_id.in_([one.id for one in pressing]), Alert.kind.in_([DUE, OVERDUE])
                )
            )
        }
        opened = 0
        for complaint in pressing:
            kind = OVERDUE if complaint.answer_by < today else DUE
            if (complaint.id, kind) in told:
                continue
            detail = {"rule": complaint.rule_id, "answer_by": complaint.answer_by.isoformat()}
            open_alert(uow, complaint, kind=kind, detail=detail)
            opened += 1
        return opened
