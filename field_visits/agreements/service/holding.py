"""The contact hold of a running plan: placed with the signature, lifted by the agreement's own life alone."""

from datetime import timedelta
from typing import Final

from sqlalchemy import select

from field_visits.agreements.models import Agreement
from field_visits.agreements.terms import Terms
from field_visits.cases.loading import audience
from field_visits.cases.models import Case, ContactHold
from field_visits.cases.service.holds import LONGEST, place_hold
from field_visits.compliance.facts import HoldKind
from field_visits.kernel.ids import EntryId
from field_visits.unit_of_work import UnitOfWork

# After the last due date and its grace there is a month to find that the plan is over.
REVIEW_AFTER: Final = timedelta(days=31)


def place(uow: UnitOfWork, agreement: Agreement, terms: Terms, *, caused_by: EntryId) -> None:
    """Collection stops (CN-PLAN-4: 信用卡办法 art. 70). Evidence: contact_hold:record:placed."""
    over = terms.last_due_on + timedelta(days=agreement.grace_days) + REVIEW_AFTER
    place_hold(
        uow,
        agreement.case_id,
        kind=HoldKind.PLAN_RUNNING.value,
        review_on=max(uow.now.date(), min(over, (uow.now + LONGEST).date())),
        about=(Agreement.__tablename__, agreement.id),
        caused_by=caused_by,
    )


def release(uow: UnitOfWork, agreement: Agreement, case: Case, *, reason: str, caused_by: EntryId) -> None:
    """The hold that this agreement placed binds no longer, whoever ended the plan.

    The role that may lift it is «system» (`cases.hold_kinds`): nobody lifts it by hand, only what becomes of
    the agreement does. Evidence: contact_hold:record:lifted.
    """
    holds = uow.session.scalars(
        select(ContactHold)
        .where(ContactHold.about_table == Agreement.__tablename__, ContactHold.about_id == agreement.id)
        .where(ContactHold.kind == HoldKind.PLAN_RUNNING.value, ContactHold.state == "active")
        .with_for_update()
    ).all()
    for hold in holds:
        uow.apply(
            hold, "lift", facts={"reason": reason}, cause=caused_by, audience=audience(case.collector_id)
        )
