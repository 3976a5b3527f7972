"""What was turned away has somebody who looks at it: each such command opens an alert."""

from collections.abc import Iterable
from typing import Final

from field_visits.evidence.body import plain
from field_visits.identity.models import Device
from field_visits.kernel.ids import EntryId
from field_visits.messages.service import open_alert
from field_visits.sync.applying import PERMISSIONS_OF
from field_visits.sync.envelope import Outcome, Reason
from field_visits.sync.models import Command
from field_visits.unit_of_work import UnitOfWork

TURNED_AWAY: Final = "command_turned_away"
# What tells where somebody was outside their shift is kept from everybody, and is no fault of theirs.
_QUIET = frozenset({Reason.NOT_IN_SHIFT.value})


def tell_office(uow: UnitOfWork, commands: Iterable[Command]) -> None:
    """Whoever runs the day is told of each of these that was turned away, with what and why.

    Evidence: alert:record:opened.
    """
    for command in commands:
        if command.outcome == Outcome.TURNED_AWAY and command.reason not in _QUIET:
            detail = {
                "collector": str(command.user_id),
                "device": str(command.device_id),
                "seq": command.seq,
                # What cannot be read says of itself whatever it likes.
                "type": command.type if command.type in PERMISSIONS_OF else None,
                "reason": command.reason,
                "claimed_at": None if command.claimed_at is None else plain(command.claimed_at),
            }
            open_alert(uow, command, kind=TURNED_AWAY, detail=detail, cause=EntryId(command.evidence_id))


def tell_of_fork(uow: UnitOfWork, device: Device, seq: int) -> None:
    """Whoever runs the day is told that other bytes came under a number that was taken.

    Evidence: alert:record:opened.
    """
    detail = {
        "collector": str(device.user_id),
        "device": str(device.id),
        "seq": seq,
        "type": None,
        "reason": Reason.FORKED.value,
        "claimed_at": None,
    }
    open_alert(uow, device, kind=TURNED_AWAY, detail=detail)
