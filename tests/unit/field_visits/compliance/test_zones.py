from datetime import UTC, datetime, timedelta
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest

from field_visits.compliance.spans import floor_s
from field_visits.compliance.zones import TZDATA_VERSION, UnknownZoneError, load_zone


@pytest.mark.parametrize(
    "key", ["", "Mars/Base", "Asia", "../secrets", "/etc/passwd", "zone.tab", "Asia/Shanghai/", "Asia\\X"]
)
def test_what_is_no_zone_is_unknown(key: str) -> None:
    with pytest.raises(UnknownZoneError):
        load_zone(key)


def test_a_file_of_the_wheel_that_is_no_zone_is_unknown() -> None:
    with pytest.raises(UnknownZoneError):
        load_zone("leapseconds")


def test_the_zone_data_has_a_version_to_name_in_decisions() -> None:
    assert TZDATA_VERSION[:2] == "20"


@pytest.mark.parametrize(
    "key", ["America/New_York", "Asia/Shanghai", "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Apia"]
)
def test_offsets_are_those_of_the_zone_at_every_hour_of_years(key: str) -> None:
    with files("tzdata").joinpath("zoneinfo", key).open("rb") as stream:
        zone, info = load_zone(key), ZoneInfo.from_file(stream)
    start = datetime(2010, 1, 1, tzinfo=UTC)

    for hour in range(0, 24 * 366 * 18, 5):
        at = start + timedelta(hours=hour)
        offset, until = zone.offset(floor_s(at))
        shift = at.astimezone(info).utcoffset()
        assert shift == timedelta(seconds=offset)
        assert until > floor_s(at)


def test_an_offset_ends_at_the_very_second_of_the_change() -> None:
    zone = load_zone("America/New_York")
    change = datetime(2026, 3, 8, 7, tzinfo=UTC)

    assert zone.offset(floor_s(change) - 1) == (-5 * 3600, floor_s(change))
    assert zone.offset(floor_s(change))[0] == -4 * 3600
