import pytest
from flask import Flask

from api.proxies import client_address
from api.settings import read_settings


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "198.51.100.1, 10.9.9.9", "198.51.100.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "nonsense", "unknown"),
        ("10.0.0.1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", "", "unknown"),
    ],
)
def test_the_caller_is_the_nearest_address_that_nobody_trusts(
    peer: str, forwarded: str, address: str
) -> None:
    app = Flask(__name__)
    app.extensions["doorstep"] = _House()

    with app.test_request_context(
        headers={"X-Forwarded-For": forwarded} if forwarded else {}, environ_base={"REMOTE_ADDR": peer}
    ):
        assert client_address() == address


class _House:
    settings = read_settings({"TRUSTED_PROXIES": "10.0.0.0/8"})
