"""Examples of entries and exports for the matrix; see tests/api/test_matrix.py."""

from field_visits.dossier.service import request_export
from field_visits.unit_of_work import Born
from tests.client import ApiClient


def entry(api: ApiClient) -> object:
    """The entry that opened a case: it waits for its place, as nobody numbers the matrix's logs."""
    return api.world.case(collector=api.world.collector).evidence_id


def export(api: ApiClient) -> object:
    case = api.world.case()
    with api.world.work(api.world.legal) as uow:
        born = request_export(uow, case, reason="matrix")
    assert isinstance(born, Born)
    return born.row.id


SAMPLES = {"entry_id": entry, "export_id": export}
