"""Hostile and careless bytes: a clear answer each, never a defect. reference: what the stock stack gets wrong."""

from typing import Any

import pytest

from api.bodies import MAX_BODY_BYTES, MAX_DEPTH
from field_visits.kernel.errors import DomainError
from tests.client import Answer, ApiClient
from tests.world import World


def send(api: ApiClient, world: World, body: bytes, content_type: str | None = "application/json") -> Answer:
    return api.as_(world.admin).post("/v1/users", data=body, content_type=content_type)


def in_field(value: bytes) -> bytes:
    return (
        b'{"username": "li.na", "roles": ["legal"], "password": "a long enough password", "name": '
        + value
        + b"}"
    )


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b'{"name": "\xff\xfe"}', 400),
        (b"\xef\xbb\xbf{}", 400),
        (b"[" * 100_000, 400),
        (b'{"a":' * 100_000, 400),
        (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), 400),
        (in_field(b"[" * 1000 + b"]" * 1000), 400),
        (in_field(b"1" * 5000), 400),
        (in_field(b"-" + b"1" * 5000), 400),
        (in_field(b"NaN"), 400),
        (in_field(b"Infinity"), 400),
        (in_field(b"1e400"), 400),
        (in_field(b'"\\ud800"'), 400),
        (in_field(b'"\\udc00\\ud800"'), 400),
        (in_field(b'"\\u0000"'), 422),
        (in_field(b'"a\\u001bb"'), 422),
        (in_field(b'"\\u0085"'), 422),
        (in_field(b'"   "'), 422),
        (in_field(b'""'), 422),
        (in_field(b'"' + b"x" * 201 + b'"'), 422),
        (in_field(b"12"), 422),
        (in_field(b"null"), 422),
        (in_field(b"true"), 422),
        (in_field(b"{}"), 422),
        (in_field(b"123456789012345678901234567890"), 422),
        (b"[]", 422),
        (b"null", 422),
        (b"1", 422),
        (b'"text"', 422),
        (b"{}", 422),
        (in_field(b'"Li Na"')[:-1] + b', "unknown": 1}', 422),
        (in_field(b'"Li Na"')[:-1] + b', "\\u0000": 1}', 422),
    ],
)
def test_a_body_that_cannot_be_is_refused_clearly(
    api: ApiClient, world: World, body: bytes, status: int
) -> None:
    answer = send(api, world, body)

    assert answer.status_code == status, answer.text
    assert answer.code == ("unreadable" if status == 400 else "invalid")
    assert len(answer.data) < 2000


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", None])
def test_a_body_of_another_type_is_not_taken(api: ApiClient, world: World, content_type: str | None) -> None:
    answer = send(api, world, in_field(b'"Li Na"'), content_type)

    assert (answer.status_code, answer.code) == (415, "unsupported-media-type")


def test_no_body_at_all_names_what_is_missing(api: ApiClient, world: World) -> None:
    answer = api.as_(world.admin).post("/v1/users")

    assert answer.status_code == 422
    assert {fault["pointer"] for fault in answer.json["errors"]} == {
        "/username",
        "/name",
        "/roles",
        "/password",
    }


def test_faults_name_the_place_in_the_body(api: ApiClient, world: World) -> None:
    answer = api.as_(world.admin).post(
        "/v1/users",
        json={"username": "li.na", "name": "Li Na", "roles": ["legal", "king"], "password": "x", "~a/b": 1},
    )

    assert {fault["pointer"] for fault in answer.json["errors"]} == {"/roles/1", "/~0a~1b"}
    assert all("location" not in fault for fault in answer.json["errors"])


def test_a_body_beyond_its_bound_is_not_read(api: ApiClient, world: World) -> None:
    answer = send(api, world, b'"' + b"x" * MAX_BODY_BYTES + b'"')

    assert (answer.status_code, answer.code) == (413, "too-large")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "BREW"])
def test_a_method_that_is_none_is_told_those_that_are(api: ApiClient, method: str) -> None:
    answer = api.anonymous.send(method, "/v1/users")

    assert (answer.status_code, answer.code) == (405, "method-not-allowed")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST"}


@pytest.mark.parametrize(
    "url", ["/v1/nothing", "/v1/users/1", "/v1/users/%00", "/v1//users", "/%ff", "/v1/me/"]
)
def test_an_address_without_a_thing_is_not_found(api: ApiClient, world: World, url: str) -> None:
    answer = api.as_(world.admin).get(url)

    assert (answer.status_code, answer.code) == (404, "not-found")


def test_every_error_of_the_house_has_a_problem() -> None:
    from api.problems import KINDS, ApiError

    def below(cls: type[DomainError]) -> set[type[DomainError]]:
        return {cls}.union(*(below(each) for each in cls.__subclasses__()))

    unmapped = {cls.__name__ for cls in below(DomainError) - {ApiError} if cls.code not in KINDS}

    assert unmapped == set()


def test_a_defect_shows_nothing_of_the_inside(api: ApiClient, caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> str:
        raise RuntimeError("the secret of the inside")

    api.app.add_url_rule("/broken", "broken", broken)
    answer = api.anonymous.get("/broken", headers={"X-Request-Id": "trace-me-12345"})

    assert (answer.status_code, answer.code) == (500, "internal")
    assert "secret" not in answer.text
    assert answer.json["instance"] == answer.headers["X-Request-Id"] == "trace-me-12345"
    assert "trace-me-12345" in caplog.text


@pytest.mark.parametrize("given", ["short", "x" * 65, "has space here", "<script>alert(1)</script>", ""])
def test_a_request_id_that_is_not_sane_is_replaced(api: ApiClient, given: str) -> None:
    answer = api.anonymous.get("/v1/me", headers={"X-Request-Id": given})

    assert answer.headers["X-Request-Id"] != given
    assert len(answer.headers["X-Request-Id"]) == 32


def test_a_body_may_hold_a_backslash_before_a_u(api: ApiClient, world: World) -> None:
    """The escape of a NUL is refused, its five letters are not."""
    made = send(api, world, in_field(b'"C:\\\\u0000"'))

    assert (made.status_code, made.json["name"]) == (201, "C:\\u0000")


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("role=king", "/role"),
        ("state=asleep", "/state"),
        ("limit=1&limit=2", None),
        ("x=%ff", "/x"),
        ("role=%00", "/role"),
    ],
)
def test_a_query_that_cannot_be_is_refused(
    api: ApiClient, world: World, query: str, pointer: str | None
) -> None:
    answer = api.as_(world.admin).get(f"/v1/users?{query}")

    if pointer is None:
        assert answer.status_code == 200
    else:
        fault: Any = answer.json["errors"][0]
        assert (answer.status_code, fault["pointer"], fault["location"]) == (422, pointer, "query")
