"""Examples of complaints for the matrix; see tests/api/test_matrix.py."""

from field_visits.complaints.service import receive
from field_visits.unit_of_work import Born
from tests.client import ApiClient


def complaint(api: ApiClient) -> object:
    world = api.world
    with world.work() as uow:
        made = receive(
            uow, world.case(collector=world.collector).id, kind="complaint", channel="call", said="Rude."
        )
        assert isinstance(made, Born)
        return made.row.id


SAMPLES = {"complaint_id": complaint}
