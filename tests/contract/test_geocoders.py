"""Every provider of places answers alike: a place with its datum and confidence, none, or a named trouble."""

from collections.abc import Callable, Iterator

import pytest

from routing.places.amap import amap
from routing.places.baidu import baidu
from routing.places.finding import Address, Datum, Finder, PlacesError, Policy, Trouble
from routing.places.here import here
from routing.places.nominatim import nominatim
from routing.places.photon import photon
from tests.simulators.geocoders import LAT, LON, NOTHING, Geocoders, geocoders

DOOR = Address("测试路1号", "上海市", "CN", "200000")
FINDERS: dict[str, tuple[Datum, float, Callable[[Geocoders], Finder]]] = {
    "nominatim": (
        Datum.WGS84,
        1.0,
        lambda house: nominatim(
            "tests (nobody@example.com)", domain=house.domain, scheme="http", pause_s=0.01
        ),
    ),
    "photon": (Datum.WGS84, 1.0, lambda house: photon(house.domain, scheme="http", pause_s=0.01)),
    "baidu": (Datum.BD09, 0.8, lambda house: baidu("a key", base_url=house.url, pause_s=0.01)),
    "here": (Datum.WGS84, 0.9, lambda house: here("a key", base_url=house.url, pause_s=0.01)),
    "amap": (Datum.GCJ02, 1.0, lambda house: amap("a key", base_url=house.url, pause_s=0.01)),
}


@pytest.fixture
def house() -> Iterator[Geocoders]:
    with geocoders() as running:
        yield running


@pytest.mark.parametrize("name", FINDERS)
def test_a_door_is_found_with_its_datum_and_confidence(house: Geocoders, name: str) -> None:
    datum, sure, finder = FINDERS[name]
    found = finder(house).find(DOOR)
    assert found is not None
    assert (round(found.lat, 6), round(found.lon, 6)) == (LAT, LON)
    assert (found.datum, found.confidence, found.provider) == (datum, sure, name)
    assert found.label
    assert "测试路1号" in str(house.asked[-1])


@pytest.mark.parametrize("name", FINDERS)
def test_no_such_address_is_an_answer(house: Geocoders, name: str) -> None:
    house.answers = dict(NOTHING)
    assert FINDERS[name][2](house).find(DOOR) is None


@pytest.mark.parametrize(
    ("status", "trouble"), [(429, Trouble.BUSY), (403, Trouble.DENIED), (503, Trouble.UNREACHABLE)]
)
@pytest.mark.parametrize("name", FINDERS)
def test_a_failed_question_is_no_missing_address(
    house: Geocoders, name: str, status: int, trouble: Trouble
) -> None:
    house.fail(status)
    with pytest.raises(PlacesError) as error:
        FINDERS[name][2](house).find(DOOR)
    assert error.value.trouble is trouble
    assert "测试路" not in str(error.value), "an address never reaches a log"


@pytest.mark.parametrize("name", FINDERS)
def test_an_answer_that_makes_no_sense_is_named_so(house: Geocoders, name: str) -> None:
    senseless = {"features": 1, "items": [{}], "status": "1", "geocodes": [{}], "result": {"x": 1}}
    house.answers = dict.fromkeys(NOTHING, senseless)
    house.answers["/search"] = [{"lat": "north"}]
    with pytest.raises(PlacesError) as error:
        FINDERS[name][2](house).find(DOOR)
    assert error.value.trouble is Trouble.NONSENSE


@pytest.mark.parametrize(
    ("code", "trouble"),
    [("10001", Trouble.DENIED), ("10003", Trouble.BUSY), ("10021", Trouble.BUSY), ("3", Trouble.UNREACHABLE)],
)
def test_amap_says_in_its_body_why_it_refuses(house: Geocoders, code: str, trouble: Trouble) -> None:
    house.answers["/v3/geocode/geo"] = {"status": "0", "infocode": code, "geocodes": []}
    with pytest.raises(PlacesError) as error:
        amap("a key", base_url=house.url, pause_s=0.01).find(DOOR)
    assert error.value.trouble is trouble


def test_the_public_nominatim_is_asked_once_a_second_and_never_in_bulk() -> None:
    assert nominatim("tests (nobody@example.com)").policy == Policy(min_delay_s=1.0, allows_bulk=False)


def test_a_street_is_less_sure_than_a_door(house: Geocoders) -> None:
    house.answers["/search"] = [
        {"lat": "31.2", "lon": "121.4", "display_name": "测试路", "addresstype": "road"}
    ]
    found = FINDERS["nominatim"][2](house).find(DOOR)
    assert found is not None
    assert found.confidence == 0.5
