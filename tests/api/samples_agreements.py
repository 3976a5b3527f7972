"""An example of an agreement and of what is sent about one, for the matrix; see tests/api/test_matrix.py."""

from typing import Any

from sqlalchemy import select

from field_visits.agreements.models import Agreement
from tests.api.test_agreements import DRAFT
from tests.client import ApiClient
from tests.features.agreements.plans import drafted
from tests.unit.field_visits.agreements.samples import drawn


def signature(api: ApiClient) -> dict[str, Any]:
    """A signature on the agreement that the organisation has, or on terms that nobody offered."""
    with api.world.work() as uow:
        newest = uow.session.scalar(select(Agreement.terms_hash))
    return {"terms_hash": newest or "0" * 64, "language": "zh", "strokes": drawn()}


SAMPLES = {
    "agreement_id": lambda api: drafted(api.world, api.world.case(collector=api.world.collector)).id,
}
BODIES = {
    "POST /v1/cases/{case_id}/agreements": lambda _: DRAFT,
    "POST /v1/agreements/{agreement_id}/signature": signature,
}
