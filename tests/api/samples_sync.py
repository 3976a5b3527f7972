"""Examples of phones for the matrix; see tests/api/test_matrix.py."""

from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from field_visits.identity.devices import enrol, invite
from field_visits.identity.models import User
from tests.client import KEYS, ApiClient
from tests.simulators.phone import enrolment


def device(api: ApiClient) -> object:
    world = api.world
    with world.work(world.dispatcher) as uow:
        code = invite(uow, uow.session.get_one(User, world.collector.user), keys=KEYS.tokens).code
    told: dict[str, Any] = enrolment(ec.generate_private_key(ec.SECP256R1()), code.text)
    return enrol(world.database, world.clock, **told, keys=KEYS.tokens).device.id


SAMPLES = {"device_id": device}
BODIES = {
    "POST /v1/devices/enrolments": lambda api: {"user_id": str(api.world.collector.user)},
}
