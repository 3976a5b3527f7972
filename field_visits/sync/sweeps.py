"""Nobody is forgotten at a door: a word that was promised and did not come alarms whoever runs the day."""

from typing import Final

from sqlalchemy import select

from field_visits.evidence.body import plain
from field_visits.identity.devices import heard_nothing
from field_visits.identity.models import Device, DevicePresence
from field_visits.messages.service import open_alert
from field_visits.unit_of_work import Work

SILENT: Final = "collector_silent"


def alarm_silent(work: Work) -> int:
    """Each person whose word is overdue has an alert, once; returns how many. A sweep, safe to repeat.

    Evidence: alert:record:opened.
    """
    with work() as uow:
        overdue = uow.session.execute(
            select(Device, DevicePresence.word_due_at)
            .join(DevicePresence, DevicePresence.device_id == Device.id)
            .where(DevicePresence.word_due_at <= uow.now, Device.state == "enrolled")
            .order_by(Device.id)
            .with_for_update(of=DevicePresence)
        ).all()
        for device, due_at in overdue:
            detail = {"collector": str(device.user_id), "due_at": plain(due_at)}
            open_alert(uow, device, kind=SILENT, detail=detail)
            heard_nothing(uow, device)
        return len(overdue)
