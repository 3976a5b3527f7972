from ipaddress import ip_network
from pathlib import Path

import pytest

from api.server.errors import StartError
from api.server.geocoding import open_finder
from api.settings import read_settings

S3 = {
    "S3_ENDPOINT": "https://s3.example",
    "S3_BUCKET": "exhibits",
    "S3_REGION": "eu-1",
    "S3_ACCESS_KEY": "key",
    "S3_SECRET_KEY": "secret",
}


def test_nothing_set_means_everything_embedded() -> None:
    settings = read_settings({})

    assert (settings.database_url, settings.s3, settings.valkey_url) == (None, None, None)
    assert settings.data_dir.is_absolute()
    assert settings.public_url == "http://localhost:8000"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_a_database_is_reached_by_psycopg_however_it_is_spelled(scheme: str) -> None:
    settings = read_settings({"DATABASE_URL": f"{scheme}://u:p@db/doorstep"})

    assert settings.database_url == "postgresql+psycopg://u:p@db/doorstep"


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"DATABASE_URL": "sqlite:///x"}, "PostgreSQL only"),
        ({"PUBLIC_URL": "localhost:8000"}, "PUBLIC_URL must be a URL"),
        ({"PUBLIC_URL": "https://x:99999"}, "PUBLIC_URL must be a URL"),
        ({"VALKEY_URL": "http://x"}, "VALKEY_URL must be a URL"),
        ({"TRUSTED_PROXIES": "10.0.0.0/8, balancer"}, "'balancer' is neither"),
        ({"S3_BUCKET": "b"}, "S3_ENDPOINT, S3_REGION, S3_ACCESS_KEY, S3_SECRET_KEY missing"),
        ({**S3, "S3_SECRET_KEY_FILE": "/x"}, "Both S3_SECRET_KEY and S3_SECRET_KEY_FILE"),
        ({"DATABASE_URL_FILE": "/does/not/exist"}, "cannot be read"),
    ],
)
def test_a_half_configured_process_says_what_is_wrong(environment: dict[str, str], says: str) -> None:
    with pytest.raises(StartError, match=says):
        read_settings(environment)


def test_a_malformed_url_is_not_repeated_with_its_password() -> None:
    with pytest.raises(StartError) as error:
        read_settings({"VALKEY_URL": "tcp://:hunter2@valkey"})

    assert "hunter2" not in str(error.value)


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgresql://u:p@db/doorstep\n")
    (tmp_path / "empty").write_text("\n")

    settings = read_settings({"DATABASE_URL_FILE": str(tmp_path / "url")})

    assert settings.database_url == "postgresql+psycopg://u:p@db/doorstep"
    with pytest.raises(StartError, match="is empty"):
        read_settings({"DATABASE_URL_FILE": str(tmp_path / "empty")})


def test_everything_may_be_set() -> None:
    settings = read_settings(
        {
            **S3,
            "DATA_DIR": "/var/lib/x",
            "PUBLIC_URL": "https://doorstep.example/",
            "TRUSTED_PROXIES": "10.0.0.0/8, 192.0.2.1",
            "VALKEY_URL": "valkey://cache:6379/0",
        }
    )

    assert settings.data_dir == Path("/var/lib/x")
    assert (settings.public_url, settings.is_https) == ("https://doorstep.example", True)
    assert settings.trusted_proxies == (ip_network("10.0.0.0/8"), ip_network("192.0.2.1"))
    assert settings.s3 is not None
    assert settings.s3.bucket == "exhibits"


@pytest.mark.parametrize(
    ("told", "lacks"),
    [
        ({"GEOCODER": "amap"}, "GEOCODER_KEY"),
        ({"GEOCODER": "photon"}, "GEOCODER_URL"),
        ({"GEOCODER": "nominatim"}, "GEOCODER_CONTACT"),
        ({"GEOCODER_KEY": "a key"}, "GEOCODER is missing"),
        ({"GEOCODER": "a map"}, "GEOCODER"),
    ],
)
def test_a_half_configured_geocoder_stops_the_start(told: dict[str, str], lacks: str) -> None:
    with pytest.raises(StartError, match=lacks):
        read_settings(told)


def test_each_geocoder_opens_as_it_is_set() -> None:
    told = {
        "nominatim": {"GEOCODER_CONTACT": "ops@example.com"},
        "photon": {"GEOCODER_URL": "https://photon.example.com"},
        "baidu": {"GEOCODER_KEY": "a key"},
        "here": {"GEOCODER_KEY": "a key"},
        "amap": {"GEOCODER_KEY": "a key"},
    }
    for provider, rest in told.items():
        finder = open_finder(read_settings({"GEOCODER": provider, **rest}).geocoder)
        assert finder is not None
        assert finder.name == provider
    assert open_finder(read_settings({}).geocoder) is None
