from tests.client import ApiClient
from tests.world import World


def test_the_one_who_is_signed_in_is_told_who_they_are(api: ApiClient, world: World) -> None:
    answer = api.as_(world.collector).get("/v1/me")

    assert answer.status_code == 200, answer.text
    assert answer.json["user"] == str(world.collector.user)
    assert answer.json["teams"] == [str(world.team_id)]
