"""What the API says and takes of appointments, slots and a collector's day."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields
from marshmallow.validate import OneOf

from api.fields import (
    AwareTime,
    Choice,
    Day,
    Degrees,
    Flag,
    Id,
    Integer,
    List,
    QuerySchema,
    Schema,
    Text,
    Version,
)
from api.paging import PageQuery
from api.work import current_uow
from field_visits.appointments.lifecycle import APPOINTMENT
from field_visits.appointments.models import Appointment
from field_visits.appointments.purposes import Purpose
from field_visits.appointments.queries import AppointmentFile, files_of
from field_visits.appointments.service import MAX_CREW, MAX_REASON, MAX_SERVICE, MIN_SERVICE
from field_visits.appointments.slots import Closed
from field_visits.cases.masking import masked_name
from field_visits.cases.models import Address
from field_visits.compliance.facts import Channel


class WindowSchema(Schema):
    """What a customer is promised: the visit lies inside it."""

    window_from = AwareTime(required=True)
    window_to = AwareTime(required=True)


class BookingSchema(WindowSchema):
    """A visit to propose."""

    case_id = Id(required=True)
    address_id = Id(
        load_default=None, allow_none=True, metadata={"description": "Which door, if there are several."}
    )
    purpose = Choice(Purpose, required=True)
    service_minutes = Integer(min=MIN_SERVICE, max=MAX_SERVICE, required=True)
    crew_size = Integer(min=1, max=MAX_CREW, load_default=1)


class ConfirmationSchema(Schema):
    """How the customer said yes."""

    by = Choice(Channel, required=True)


class RescheduleSchema(WindowSchema):
    """Another window, and why."""

    reason = Text(max=MAX_REASON, required=True)


class CancellationSchema(Schema):
    """Why nobody comes."""

    reason = Text(max=MAX_REASON, required=True)


class AppointmentCrewSchema(Schema):
    """Who goes. Without a lead the crew is open, and planning chooses it."""

    lead_id = Id(required=True, allow_none=True)
    partner_id = Id(load_default=None, allow_none=True)


class AppointmentQuery(PageQuery):
    """Which appointments."""

    since = AwareTime(load_default=None, metadata={"description": "Windows that end after it."})
    until = AwareTime(load_default=None, metadata={"description": "Windows that begin before it."})
    case_id = Id(load_default=None)
    collector_id = Id(load_default=None, metadata={"description": "Whose crew this collector is in."})
    state = fields.String(load_default=None, validate=OneOf(APPOINTMENT.states))


class MemberSchema(Schema):
    """One collector in the crew."""

    collector_id = Id(required=True)
    role = fields.String(required=True, validate=OneOf(["lead", "partner"]))
    name = Text(max=200, required=True, allow_none=True)
    badge = Text(max=100, required=True, allow_none=True)


class DoorSchema(Schema):
    """Where to go, in WGS-84."""

    id = Id(required=True)
    street = Text(max=200, required=True, allow_none=True)
    house_number = Text(max=200, required=True, allow_none=True)
    unit = Text(max=200, required=True, allow_none=True)
    postcode = Text(max=200, required=True, allow_none=True)
    city = Text(max=200, required=True, allow_none=True)
    country = Text(max=2, required=True)
    lat = Degrees(min=-90, max=90, required=True, allow_none=True)
    lon = Degrees(min=-180, max=180, required=True, allow_none=True)
    is_approximate = Flag(required=True)
    zones = List(Text(max=64), required=True)


class CustomerLineSchema(Schema):
    """Whom to visit."""

    id = Id(required=True)
    name = Text(max=200, required=True, allow_none=True)
    language = Text(max=35, required=True)


class AppointmentSchema(Schema):
    """A window promised to a customer, and, once planned, the interval in which the visit is meant.

    The customer's name is masked.
    """

    id = Id(required=True)
    case_id = Id(required=True)
    customer = fields.Nested(CustomerLineSchema, required=True)
    address = fields.Nested(DoorSchema, required=True)
    purpose = Choice(Purpose, required=True)
    state = fields.String(required=True, validate=OneOf(APPOINTMENT.states))
    window_from = AwareTime(required=True)
    window_to = AwareTime(required=True)
    service_minutes = Integer(required=True)
    crew_size = Integer(required=True)
    is_pinned = Flag(required=True, metadata={"description": "Planning keeps to the crew."})
    planned_from = AwareTime(required=True, allow_none=True)
    planned_to = AwareTime(required=True, allow_none=True)
    notice_at = AwareTime(required=True, allow_none=True)
    confirmed_at = AwareTime(required=True, allow_none=True)
    ended_reason = Text(max=MAX_REASON, required=True, allow_none=True)
    missed_by = Text(max=20, required=True, allow_none=True)
    crew = List(fields.Nested(MemberSchema), required=True)
    version = Version(required=True)

    def laid_out(self, obj: Any) -> Any:
        """A row, a file or what is laid out already."""
        file = files_of(current_uow(), [obj])[0] if isinstance(obj, Appointment) else obj
        return laid_out(file) if isinstance(file, AppointmentFile) else file


class VerdictSchema(Schema):
    """For starts from `from` up to and without `to`: one verdict, and the rules behind it."""

    since = AwareTime(data_key="from", attribute="start", required=True)
    until = AwareTime(data_key="to", attribute="end", required=True)
    verdict = Text(max=10, required=True)
    rules = List(Text(max=40), required=True)


class StopSchema(AppointmentSchema):
    """An appointment of one's own day: with the customer's name, and what is lawful when, also without signal."""

    verdicts = List(fields.Nested(VerdictSchema), required=True)


class DayQuery(QuerySchema):
    """Which day of the organisation's calendar; today by default."""

    day = Day(load_default=None, allow_none=True)


class OwnDaySchema(Schema):
    """A collector's day, in the order in which the visits are planned."""

    day = Day(required=True)
    timezone = Text(max=64, required=True)
    visits = List(fields.Nested(StopSchema), required=True)


class SlotQuery(QuerySchema):
    """Between when, for how long, with how many."""

    since = AwareTime(data_key="from", load_default=None, metadata={"description": "Now by default."})
    until = AwareTime(
        data_key="to", load_default=None, metadata={"description": "A week after `from` by default."}
    )
    service_minutes = Integer(min=MIN_SERVICE, max=MAX_SERVICE, load_default=30)
    crew_size = Integer(min=1, max=MAX_CREW, load_default=1)
    address_id = Id(load_default=None)
    moving = Id(
        load_default=None,
        metadata={"description": "An appointment that would give way: its own window stands in no way."},
    )


class FreeSlotSchema(Schema):
    """The visit may start at any second from `from` to `to`, both included, with this crew."""

    first = AwareTime(data_key="from", required=True)
    last = AwareTime(data_key="to", required=True)
    lead_id = Id(required=True)
    partner_id = Id(required=True, allow_none=True)
    extra_travel_s = Integer(required=True)


class ClosedSpanSchema(Schema):
    """No visit can start from `from` up to and without `to`, and why."""

    since = AwareTime(data_key="from", required=True)
    until = AwareTime(data_key="to", required=True)
    reason = Choice(Closed, required=True)
    decision = fields.Function(
        lambda span: None if span.decision is None else span.decision.as_json(),
        required=True,
        allow_none=True,
        metadata={
            "type": ["object", "null"],
            "additionalProperties": True,
            "description": "What the rules say at its beginning, where law is the reason.",
        },
    )


class SlotsSchema(Schema):
    """What can be promised, what cannot and why, and what the travel times rest on."""

    free = List(fields.Nested(FreeSlotSchema), required=True)
    closed = List(fields.Nested(ClosedSpanSchema), required=True)
    travel_source = Text(max=200, required=True)


class OffersQuery(PageQuery):
    """Between when, for how long, with how many."""

    since = AwareTime(data_key="from", required=True)
    until = AwareTime(data_key="to", required=True)
    service_minutes = Integer(min=MIN_SERVICE, max=MAX_SERVICE, load_default=30)
    crew_size = Integer(min=1, max=MAX_CREW, load_default=1)


class DatedSlotSchema(Schema):
    """One case: the first slot that can be promised, how many stretches there are, what closes the rest."""

    case_id = Id(required=True)
    reference = Text(max=100, required=True)
    first = fields.Nested(FreeSlotSchema, required=True, allow_none=True)
    slots = Integer(required=True)
    closed_by = List(Choice(Closed), required=True)


def laid_out(file: AppointmentFile, *, is_masked: bool = True) -> dict[str, Any]:
    """An appointment's file as AppointmentSchema shows it."""
    row, customer = file.appointment, file.customer
    names = AppointmentSchema().fields.keys() - {"customer", "address", "crew", "version"}
    return {name: getattr(row, name) for name in names} | {
        "customer": {
            "id": customer.id,
            "name": masked_name(customer.name) if is_masked else customer.name,
            "language": customer.language,
        },
        "address": _door(file.address),
        "crew": file.crew,
        "evidence_id": row.evidence_id,
    }


def _door(address: Address) -> Mapping[str, Any]:
    return {name: getattr(address, name) for name in DoorSchema().fields}
