"""Opening a new epoch of the organisation's log, after a restored backup."""

from field_visits.evidence.epochs import epochs_of
from field_visits.identity.models import LogEpoch
from field_visits.identity.queries import get_organisation
from field_visits.kernel.errors import Fault, InvalidError
from field_visits.unit_of_work import Applied, Change, Refused, UnitOfWork

MAX_REASON = 500


def open_epoch(uow: UnitOfWork, *, from_size: int, outside: str, reason: str) -> Applied | Refused:
    """From its next checkpoint on, the log signs under a new origin, and says why.

    Args:
        uow: In the name of whoever runs the installation.
        from_size: How far the log is signed.
        outside: The checkpoint that the log contradicts, as it was kept.
        reason: What happened, in the operator's words; without names of customers.

    Raises:
        InvalidError: no reason was given, or one without end.

    Evidence: `log:epoch:opened`.
    """
    if not 0 < len(reason.strip()) <= MAX_REASON:
        raise InvalidError(
            "An epoch needs a reason.", faults=[Fault("/reason", f"1 to {MAX_REASON} characters")]
        )
    row = LogEpoch(id=uow.new_id())
    values = {
        "number": epochs_of(uow.session, uow.actor.organisation).current + 1,
        "from_size": from_size,
        "outside": outside,
        "reason": reason.strip(),
    }
    return uow.apply(get_organisation(uow), "open_epoch", rows=[Change(row, values)], facts=values)
