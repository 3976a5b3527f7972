"""Reads that are evidence: legal opens an appointment of a case."""

from field_visits.appointments.queries import AppointmentFile, get_appointment
from field_visits.cases.models import Case
from field_visits.evidence.codes import Code
from field_visits.identity.permissions import Scope
from field_visits.kernel.actor import Role
from field_visits.kernel.ids import AppointmentId
from field_visits.unit_of_work import UnitOfWork


def view_appointment(uow: UnitOfWork, appointment_id: AppointmentId, *, scope: Scope) -> AppointmentFile:
    """The appointment with customer, door and crew; that legal read it stands in its case's story.

    Raises:
        NotFoundError: It does not exist or is out of the caller's scope.
    Evidence: case:record:viewed, for the role legal.
    """
    file = get_appointment(uow, appointment_id, scope=scope)
    if Role.LEGAL in uow.actor.roles:
        case = uow.session.get_one(Case, file.appointment.case_id)
        uow.record(Code.CASE_VIEWED, case, facts={"appointment": appointment_id})
    return file
