"""Positions of a shift, packed in five minutes each: never outside a shift, never in a break. Kept in the log alone."""

from datetime import datetime, timedelta

from sqlalchemy import select

from field_visits.kernel.errors import DomainError, Fault, InvalidError
from field_visits.kernel.ids import UserId
from field_visits.unit_of_work import UnitOfWork
from field_visits.workforce.models import Shift

LONGEST_SEGMENT = timedelta(minutes=5)


class NotInShiftError(DomainError):
    """Where somebody is outside their shift is nobody's business: of such a command only the hash is kept."""

    code = "not-in-shift"


def require_in_shift(uow: UnitOfWork, person: UserId, begins: datetime, ends: datetime) -> None:
    """The stretch lies in one shift of the person.

    Raises:
        InvalidError: it is longer than five minutes, or ends before it begins.
        NotInShiftError: it does not lie in a shift.
    """
    if not begins <= ends <= begins + LONGEST_SEGMENT:
        raise InvalidError(
            "Positions come in stretches of at most five minutes.",
            faults=[Fault("/to", "from `from` to five minutes later")],
        )
    found = uow.session.scalars(
        select(Shift.id)
        .where(
            Shift.collector_id == person,
            Shift.state == "planned",
            Shift.starts_at <= begins,
            Shift.ends_at >= ends,
        )
        .limit(1)
    ).first()
    if found is None:
        raise NotInShiftError("Nobody's position is kept outside a shift; it was not looked at.")
