import re

import psycopg

from field_visits.kernel.db import Database
from tests.client import ApiClient
from tests.cluster import Cluster


def test_it_is_alive_without_a_database(api: ApiClient) -> None:
    nowhere = Database("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    api = api.beside(database=nowhere)

    live, ready = api.anonymous.get("/health/live"), api.anonymous.get("/health/ready")

    assert (live.status_code, live.json) == (200, {"status": "live"})
    assert (ready.status_code, ready.json["checks"]["database"]) == (503, "does not answer")
    assert ready.headers["Retry-After"]


def test_a_database_that_does_not_answer_is_a_problem_to_come_back_with(api: ApiClient) -> None:
    api = api.beside(database=Database("postgresql+psycopg://nobody@127.0.0.1:1/nothing"))
    told = {"organisation": "x", "username": "x", "password": "x"}

    answer = api.anonymous.post("/v1/sign-in", json=told)

    assert (answer.status_code, answer.code, answer.headers["Retry-After"]) == (503, "unavailable", "2")


def test_it_is_ready_at_the_newest_migration(api: ApiClient) -> None:
    answer = api.anonymous.get("/health/ready")

    assert answer.status_code == 200, answer.text
    assert answer.json["checks"]["migrations"] == "at the newest"


def test_an_older_database_is_not_ready(cluster: Cluster, own_database_name: str, api: ApiClient) -> None:
    with psycopg.connect(cluster.url("owner", own_database_name).replace("+psycopg", "")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    database = Database(cluster.url("app", own_database_name))
    api = api.beside(database=database)

    answer = api.anonymous.get("/health/ready")

    database.close()
    assert (answer.status_code, answer.json["checks"]["migrations"]) == (503, "run `doorstep migrate`")


def test_no_answer_is_kept_by_anyone_on_the_way(api: ApiClient) -> None:
    headers = api.anonymous.get("/v1/me").headers

    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Strict-Transport-Security" not in headers


class TestDocs:
    def test_the_page_needs_nothing_from_elsewhere(self, api: ApiClient) -> None:
        page = api.anonymous.get("/docs")

        assert page.status_code == 200
        assert re.findall(r"""(?:src|href)=["']?(?!#|/openapi\.json)[^"'>]+""", page.text) == []
        assert "<script" not in page.text
        assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert "/v1/sign-in" in page.text

    def test_the_description_is_served(self, api: ApiClient) -> None:
        spec = api.anonymous.get("/openapi.json").json

        assert (spec["openapi"], spec["info"]["title"]) == ("3.1.0", "Doorstep")

    def test_a_problems_type_can_be_looked_up(self, api: ApiClient) -> None:
        unknown = api.anonymous.get("/problems/never-was")
        known = api.anonymous.get("/problems/stale")

        assert (known.json["status"], unknown.status_code) == (412, 404)
