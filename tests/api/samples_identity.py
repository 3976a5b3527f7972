"""Examples of people and sign-ins for the matrix; see tests/api/test_matrix.py."""

from field_visits.identity.models import User
from field_visits.identity.sessions import open_session
from tests.client import KEYS
from tests.world import World


def session(world: World) -> object:
    with world.work() as uow:
        user = uow.session.get_one(User, world.collector.user)
        return open_session(uow, user, keys=KEYS.tokens, user_agent="sample").session.id


SAMPLES = {"user_id": lambda world: world.collector.user, "session_id": session}
