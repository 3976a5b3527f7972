"""Examples of notices for the matrix; see tests/api/test_matrix.py."""

from typing import Any
from uuid import uuid4

from sqlalchemy import select

from field_visits.notices.service import prepare
from field_visits.unit_of_work import Born
from field_visits.visits.models import Visit
from tests.client import ApiClient
from tests.features.appointments.days import RULES
from tests.features.visits.door import at_door

DOCUMENT = "a" * 64


def notice(api: ApiClient) -> object:
    """A notice for the customer at whose door the collector stands."""
    world = api.world
    visit = at_door(world, case=world.case(collector=world.collector))
    with world.work() as uow:
        made = prepare(uow, RULES, visit.case_id, kind="demand", title="催告函", document_sha256=DOCUMENT)
        assert isinstance(made, Born)
        return made.row.id


def _at(api: ApiClient) -> dict[str, Any]:
    with api.world.work() as uow:
        return {"visit_id": str(uow.session.scalars(select(Visit.id)).first() or uuid4())}


SAMPLES = {"notice_id": notice}
BODIES = {
    "POST /v1/notices/{notice_id}/service": lambda api: {
        **_at(api),
        "mode": "sealed",
        "recipient": "self",
        "is_signed": True,
    },
    "POST /v1/notices/{notice_id}/refusal": _at,
    "POST /v1/cases/{case_id}/notices": lambda _: {
        "kind": "demand",
        "title": "催告函",
        "document_sha256": DOCUMENT,
    },
}
