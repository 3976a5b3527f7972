"""Examples of people and sign-ins for the matrix; see tests/api/test_matrix.py."""

from field_visits.identity.models import User
from field_visits.identity.sessions import open_session
from tests.client import KEYS, ApiClient


def session(api: ApiClient) -> object:
    with api.world.work() as uow:
        user = uow.session.get_one(User, api.world.collector.user)
        return open_session(uow, user, keys=KEYS.tokens, user_agent="sample").session.id


SAMPLES = {"user_id": lambda api: api.world.collector.user, "session_id": session}
