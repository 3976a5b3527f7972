"""Retention holds: legal's freeze of a case's records. They bind disposal only, never visits."""

from field_visits.cases import words
from field_visits.cases.loading import require, require_case
from field_visits.cases.models import RetentionHold
from field_visits.kernel.ids import CaseId, HoldId
from field_visits.unit_of_work import Applied, Born, Refused, UnitOfWork


def place_retention_hold(uow: UnitOfWork, case_id: CaseId, *, reason: str) -> Born[RetentionHold] | Refused:
    """Nothing of the case is disposed of until the hold is lifted.

    Raises:
        NotFoundError: There is no such case.
        InvalidError: No reason is given.
    Evidence: retention_hold:record:placed.
    """
    require_case(uow, case_id)
    hold = RetentionHold(
        id=HoldId(uow.new_id()), case_id=case_id, reason=words.prose(reason, "/reason"), since=uow.now
    )
    return uow.bear(hold, "place")


def lift_retention_hold(uow: UnitOfWork, hold_id: HoldId, *, reason: str) -> Applied | Refused:
    """Disposal may go on by its own terms.

    Raises:
        NotFoundError: There is no such hold.
        InvalidError: No reason is given.
    Evidence: retention_hold:record:lifted.
    """
    hold = require(uow, RetentionHold, hold_id)
    return uow.apply(hold, "lift", facts={"reason": words.prose(reason, "/reason")})
