"""A road engine by setting: what the settings take, and what the doctor says of it."""

import pytest

from api.doctor.roads import roads
from api.server.errors import StartError
from api.server.roads import open_roads
from api.settings import RoadSettings, read_settings
from tests.simulators.roads import RoadServer


def settings(**env: str) -> RoadSettings | None:
    return read_settings({"DATA_DIR": "data", **env}).roads


def test_an_engine_is_named_with_its_address() -> None:
    assert settings() is None
    assert open_roads(None) is None
    told = settings(ROAD_ENGINE="osrm", ROAD_URL="http://127.0.0.1:5000/", ROAD_BLOCK="80")
    assert told == RoadSettings("osrm", "http://127.0.0.1:5000", 80)
    travel = open_roads(told)
    assert travel is not None
    assert travel.source == "OSRM at 127.0.0.1"


@pytest.mark.parametrize(
    ("env", "told"),
    [
        ({"ROAD_ENGINE": "osrm"}, "belong together"),
        ({"ROAD_URL": "http://127.0.0.1:5000"}, "belong together"),
        ({"ROAD_ENGINE": "google", "ROAD_URL": "http://127.0.0.1"}, "osrm or valhalla"),
        ({"ROAD_ENGINE": "osrm", "ROAD_URL": "127.0.0.1:5000"}, "must be a URL"),
        ({"ROAD_ENGINE": "osrm", "ROAD_URL": "http://127.0.0.1", "ROAD_BLOCK": "0"}, "1 to 1000"),
    ],
)
def test_half_an_engine_is_refused(env: dict[str, str], told: str) -> None:
    with pytest.raises(StartError, match=told):
        settings(**env)


@pytest.mark.parametrize("engine", ["osrm", "valhalla"])
def test_the_doctor_says_whether_it_answers(engine: str) -> None:
    with RoadServer() as server:
        (well,) = roads(RoadSettings(engine, server.url))
    assert well.level == "ok"
    (ill,) = roads(RoadSettings(engine, server.url))
    assert (ill.level, "estimates until it does" in ill.told) == ("note", True)
    assert list(roads(None)) == []
