"""Examples of customers and of what hangs on a case, for the matrix; see tests/api/test_matrix.py."""

from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import select

from field_visits.cases.importing import import_file
from field_visits.cases.importing.models import ImportFile, Task
from field_visits.cases.importing.running import ask
from field_visits.cases.importing.staging import incoming_from, stage_file
from field_visits.cases.models import Address, Case
from field_visits.cases.service.consents import record_consent
from field_visits.cases.service.holds import place_hold
from field_visits.cases.service.legal_events import record_legal_event
from field_visits.cases.service.payments import report_payment
from field_visits.cases.service.promises import record_promise
from field_visits.cases.service.retention import place_retention_hold
from field_visits.evidence.records import Subject
from field_visits.kernel.money import Money
from field_visits.unit_of_work import Born, Refused
from tests.api.test_cases import ADDRESS
from tests.client import ApiClient
from tests.features.cases.import_files import as_file

SubjectT = TypeVar("SubjectT", bound=Subject)


def born(outcome: Born[SubjectT] | Refused) -> SubjectT:
    """The row of a birth, which must not have been refused."""
    assert isinstance(outcome, Born), outcome
    return outcome.row


def case(api: ApiClient) -> Case:
    return api.world.case(collector=api.world.collector)


def address(api: ApiClient) -> object:
    customer = case(api).customer_id
    with api.world.work() as uow:
        return uow.session.scalars(select(Address.id).where(Address.customer_id == customer)).one()


def hold(api: ApiClient) -> object:
    with api.world.work() as uow:
        return born(place_hold(uow, case(api).id, kind="hardship")).id


def consent(api: ApiClient) -> object:
    with api.world.work() as uow:
        told = record_consent(
            uow,
            case(api).id,
            kind="odd_hours",
            channel="call",
            given_at=uow.now,
            words_given="Comes home late.",
        )
        return born(told).id


def legal_event(api: ApiClient) -> object:
    with api.world.work() as uow:
        told = record_legal_event(
            uow, case(api).id, kind="oral_plan", at=uow.now, party="the customer", proof="recording 7"
        )
        return born(told).id


def retention_hold(api: ApiClient) -> object:
    with api.world.work() as uow:
        return born(place_retention_hold(uow, case(api).id, reason="A claim is before the court.")).id


def payment(api: ApiClient) -> object:
    with api.world.work() as uow:
        told = report_payment(
            uow, case(api).id, amount=Money(10_000, "CNY"), paid_at=uow.now, method="bank_transfer"
        )
        return born(told).id


def promise(api: ApiClient) -> object:
    with api.world.work() as uow:
        told = record_promise(
            uow,
            case(api).id,
            amount=Money(10_000, "CNY"),
            due_on=(uow.now + timedelta(days=5)).date(),
            promised_by="self",
            promised_at=uow.now,
        )
        return born(told).id


def taken_in(api: ApiClient) -> object:
    head = (
        "case_reference,customer_reference,name,street,city,country,lat,lon,crs,currency,principal,creditor\n"
    )
    row = (
        f"M-{api.world.slug},MK-{api.world.slug},测试,测试路,上海,CN,31.23,121.47,wgs84,CNY,100.00,示例银行\n"
    )
    with api.world.work() as uow, as_file(head + row) as path:
        return import_file(uow, incoming_from(path, filename="matrix.csv")).import_id


def waiting_file(api: ApiClient) -> ImportFile:
    with api.world.work() as uow, as_file("reference,name\n1,x\n") as path:
        return stage_file(uow, path, filename="matrix.csv", sha256="0" * 64)


def import_run(api: ApiClient) -> object:
    with api.world.work() as uow:
        run = ask(uow, Task.CHECK, file=waiting_file(api))
        run.has_errors = True
        return run.id


def soon(api: ApiClient) -> datetime:
    return api.world.clock.now() + timedelta(days=5)


AMOUNT = {"amount_minor": 10_000, "currency": "CNY"}
PAID: dict[str, Any] = {"amount": AMOUNT, "method": "bank_transfer"}
CONSENT: dict[str, Any] = {"kind": "more_visits", "channel": "letter", "words": "Come twice a week."}
PROMISED: dict[str, Any] = {"amount": AMOUNT, "promised_by": "self"}

SAMPLES = {
    "customer_id": lambda api: case(api).customer_id,
    "address_id": address,
    "hold_id": hold,
    "consent_id": consent,
    "legal_event_id": legal_event,
    "retention_hold_id": retention_hold,
    "payment_id": payment,
    "promise_id": promise,
    "import_id": taken_in,
    "import_file_id": lambda api: waiting_file(api).id,
    "import_run_id": import_run,
}
BODIES = {
    "PATCH /v1/import-files/{import_file_id}": lambda _: {"source": "Example Bank"},
    "POST /v1/cases/{case_id}/payments": lambda api: PAID | {"paid_at": api.world.clock.now().isoformat()},
    "POST /v1/cases/{case_id}/promises": lambda api: (
        PROMISED | {"due_on": soon(api).date().isoformat(), "promised_at": api.world.clock.now().isoformat()}
    ),
    "POST /v1/cases/{case_id}/consents": lambda api: (
        CONSENT | {"given_at": api.world.clock.now().isoformat()}
    ),
    "POST /v1/customers/{customer_id}/addresses": lambda _: ADDRESS,
    "POST /v1/holds/{hold_id}/extension": lambda api: (
        {"reason": "Still ill.", "expires_at": (soon(api) + timedelta(days=90)).isoformat()}
    ),
}
