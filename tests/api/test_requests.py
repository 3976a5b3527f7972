"""What every request gets, whatever it asks: one transaction, one first answer, one version."""

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, func, select

from field_visits.evidence.tables import Entry
from field_visits.identity.models import IdempotencyKey, User
from field_visits.identity.repeats import forget
from field_visits.kernel.db import Database
from tests.client import Answer, ApiClient
from tests.cluster import Cluster
from tests.world import World


def person(username: str = "zhang.wei") -> dict[str, Any]:
    return {
        "username": username,
        "name": "张伟",
        "roles": ["collector"],
        "password": "a long enough password",
    }


def count(world: World, what: Any) -> int:
    with world.work() as uow:
        return uow.session.scalar(select(func.count()).select_from(what)) or 0


class TestIdempotencyKey:
    def test_a_post_without_a_key_is_told_to_send_one(self, api: ApiClient, world: World) -> None:
        answer = api.as_(world.admin).post("/v1/users", json=person(), key="")

        assert (answer.status_code, answer.code) == (400, "idempotency-key-missing")
        assert count(world, User) == 6

    @pytest.mark.parametrize("key", ["short", "x" * 201, "has space inside", "umlaut-äöü-äöü"])
    def test_a_key_that_cannot_be_one_is_refused(self, api: ApiClient, world: World, key: str) -> None:
        assert api.as_(world.admin).post("/v1/users", json=person(), key=key).status_code == 400

    def test_a_second_identical_request_gets_the_first_answer(self, api: ApiClient, world: World) -> None:
        key = secrets.token_hex(8)

        first = api.as_(world.admin).post("/v1/users", json=person(), key=key)
        second = api.as_(world.admin).post("/v1/users", json=person(), key=key)

        assert first.status_code == second.status_code == 201
        assert first.data == second.data
        for header in ("ETag", "Location", "Doorstep-Receipt"):
            assert first.headers[header] == second.headers[header]
        assert ("Idempotent-Replay" in first.headers, second.headers["Idempotent-Replay"]) == (False, "true")
        assert count(world, User) == 7

    def test_the_same_key_with_another_body_is_refused(self, api: ApiClient, world: World) -> None:
        key = secrets.token_hex(8)
        api.as_(world.admin).post("/v1/users", json=person(), key=key)

        answer = api.as_(world.admin).post("/v1/users", json=person("li.na"), key=key)

        assert (answer.status_code, answer.code) == (422, "idempotency-key-reused")
        assert count(world, User) == 7

    def test_a_refusal_is_repeated_and_recorded_once(self, api: ApiClient, world: World) -> None:
        api.as_(world.admin).post("/v1/users", json=person())
        entries, key = count(world, Entry), secrets.token_hex(8)

        first = api.as_(world.admin).post("/v1/users", json=person(), key=key)
        second = api.as_(world.admin).post("/v1/users", json=person(), key=key)

        assert first.status_code == second.status_code == 409
        assert first.data == second.data
        assert count(world, Entry) == entries + 1

    def test_a_failed_request_leaves_its_key_free(self, api: ApiClient, world: World) -> None:
        key = secrets.token_hex(8)
        wrong = api.as_(world.admin).post("/v1/users", json=person() | {"roles": []}, key=key)
        right = api.as_(world.admin).post("/v1/users", json=person(), key=key)

        assert (wrong.status_code, right.status_code) == (422, 201)

    def test_two_people_may_use_one_key(self, api: ApiClient, world: World) -> None:
        key = secrets.token_hex(8)
        url = f"/v1/users/{world.collector.user}/second-factor/remove"

        by_admin = api.as_(world.admin).post(url, json={}, key=key)
        by_other = api.as_(world.other_collector).post(url, json={}, key=key)

        assert (by_admin.status_code, by_other.status_code) == (409, 404)

    def test_of_many_at_once_one_works_and_all_get_its_answer(self, api: ApiClient, world: World) -> None:
        caller, key, answers = api.as_(world.admin), secrets.token_hex(8), list[Answer]()
        api.anonymous.get("/health/live")

        def send() -> None:
            answers.append(caller.post("/v1/users", json=person(), key=key))

        threads = [threading.Thread(target=send) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.data for answer in answers}) == 1
        assert sum("Idempotent-Replay" not in answer.headers for answer in answers) == 1
        assert count(world, User) == 7

    def test_first_answers_are_forgotten_by_the_sweep(self, api: ApiClient, world: World) -> None:
        api.as_(world.admin).post("/v1/users", json=person())

        world.clock.advance(timedelta(days=2))
        with world.work() as uow:
            forget(uow, before=uow.now - timedelta(days=1))

        assert count(world, IdempotencyKey) == 0


class TestVersions:
    def test_a_change_without_if_match_is_told_to_send_it(self, api: ApiClient, world: World) -> None:
        answer = api.as_(world.admin).patch(f"/v1/users/{world.collector.user}", json={"badge": "7"})

        assert (answer.status_code, answer.code) == (428, "precondition-required")

    def test_a_star_is_no_version(self, api: ApiClient, world: World) -> None:
        answer = api.as_(world.admin).patch(
            f"/v1/users/{world.collector.user}", json={"badge": "7"}, headers={"If-Match": "*"}
        )

        assert answer.status_code == 428

    def test_an_older_version_gets_the_current_thing(self, api: ApiClient, world: World) -> None:
        url = f"/v1/users/{world.collector.user}"
        seen = api.as_(world.admin).get(url).json["version"]
        newer = api.as_(world.admin).patch(url, json={"badge": "7"}, version=seen)

        late = api.as_(world.admin).patch(url, json={"badge": "8"}, version=seen)

        assert (newer.status_code, late.status_code, late.code) == (200, 412, "stale")
        assert late.json["current"] == newer.json
        assert late.headers["ETag"] == newer.headers["ETag"] == f'"{newer.json["version"]}"'

    def test_of_two_changes_at_once_one_is_stale(self, api: ApiClient, world: World) -> None:
        url, caller, codes = f"/v1/users/{world.collector.user}", api.as_(world.admin), list[int]()
        seen = caller.get(url).json["version"]

        def send(badge: str) -> None:
            codes.append(caller.patch(url, json={"badge": badge}, version=seen).status_code)

        threads = [threading.Thread(target=send, args=(str(number),)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(codes) == [200, 412, 412, 412]


class TestAccess:
    def test_without_a_token_nothing_is_shown(self, api: ApiClient) -> None:
        answer = api.anonymous.get("/v1/me")

        assert (answer.status_code, answer.code) == (401, "unauthenticated")
        assert answer.headers["WWW-Authenticate"] == "Bearer"

    @pytest.mark.parametrize(
        "header",
        ["Bearer", "Bearer x", "Basic YTpi", "Bearer " + "0" * 32 + ".a." + "x" * 43, "Bearer é" + "x" * 90],
    )
    def test_a_token_that_is_none_is_refused(self, api: ApiClient, header: str) -> None:
        answer = api.anonymous.get("/v1/me", headers={"Authorization": header})

        assert answer.status_code == 401

    def test_a_token_of_another_organisation_opens_nothing_here(self, api: ApiClient, world: World) -> None:
        other = api.beside(World.found(world.database, world.clock))
        token = other.sign_in(other.world.admin)
        forged = f"{world.organisation.hex}{token[32:]}"

        assert api.anonymous.get("/v1/me", headers={"Authorization": f"Bearer {forged}"}).status_code == 401

    def test_a_role_without_the_permission_is_refused(self, api: ApiClient, world: World) -> None:
        answer = api.as_(world.collector).post("/v1/users", json=person())

        assert (answer.status_code, answer.code) == (403, "forbidden")

    def test_access_runs_out_after_a_quarter_of_an_hour(self, api: ApiClient, world: World) -> None:
        caller = api.as_(world.admin)
        world.clock.advance(timedelta(minutes=14, seconds=59))
        before = caller.get("/v1/me").status_code
        world.clock.advance(timedelta(seconds=1))

        assert (before, caller.get("/v1/me").status_code) == (200, 401)

    def test_a_new_role_binds_at_the_next_request(self, api: ApiClient, world: World) -> None:
        url, caller = f"/v1/users/{world.collector.user}", api.as_(world.collector)
        version = api.as_(world.admin).get(url).json["version"]

        api.as_(world.admin).patch(url, json={"roles": ["admin"]}, version=version)

        assert caller.post("/v1/users", json=person()).status_code == 201


class TestPages:
    def test_pages_show_every_row_once_in_order(self, api: ApiClient, world: World) -> None:
        names, url = [], "/v1/users?limit=4"
        while url:
            page = api.as_(world.dispatcher).get(url)
            names += [user["username"] for user in page.json["items"]]
            cursor = page.json["next_cursor"]
            url = f"/v1/users?limit=4&cursor={cursor}" if cursor else ""

        assert names == ["admin", "collector", "dispatcher", "legal", "other_collector", "supervisor"]

    def test_the_link_leads_to_the_next_page(self, api: ApiClient, world: World) -> None:
        page = api.as_(world.dispatcher).get("/v1/users?limit=5&state=active")

        link, _, relation = page.headers["Link"].partition("; ")
        assert relation == 'rel="next"'
        assert [user["username"] for user in api.as_(world.dispatcher).get(link[1:-1]).json["items"]] == [
            "supervisor"
        ]

    def test_a_cursor_of_another_list_is_refused(self, api: ApiClient, world: World) -> None:
        cursor = api.as_(world.dispatcher).get("/v1/users?limit=1").json["next_cursor"]

        answer = api.as_(world.dispatcher).get(f"/v1/users?limit=1&role=legal&cursor={cursor}")

        assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/cursor")

    @pytest.mark.parametrize("cursor", ["x", "AAAA", "%00", "a" * 601, "é"])
    def test_an_invented_cursor_is_refused(self, api: ApiClient, world: World, cursor: str) -> None:
        assert api.as_(world.dispatcher).get(f"/v1/users?cursor={cursor}").status_code == 422

    @pytest.mark.parametrize("limit", ["0", "201", "-1", "1.5", "x", "9" * 5000, ""])
    def test_a_limit_out_of_bounds_is_refused(self, api: ApiClient, world: World, limit: str) -> None:
        answer = api.as_(world.dispatcher).get(f"/v1/users?limit={limit}")

        assert answer.status_code == 422
        assert answer.json["errors"][0] | {"detail": ""} == {
            "pointer": "/limit",
            "detail": "",
            "location": "query",
        }

    def test_an_unknown_parameter_is_refused(self, api: ApiClient, world: World) -> None:
        assert api.as_(world.dispatcher).get("/v1/users?lim=1").json["errors"][0]["pointer"] == "/lim"


def test_a_change_answers_with_the_hash_of_its_entry(api: ApiClient, world: World) -> None:
    made = api.as_(world.admin).post("/v1/users", json=person())

    with world.work() as uow:
        entry = uow.session.get_one(Entry, made.json["version"])
        assert made.headers["Doorstep-Receipt"] == entry.hash.hex()
        assert entry.actor_id == world.admin.user


def test_a_refusal_names_the_entry_that_keeps_it(api: ApiClient, world: World) -> None:
    api.as_(world.admin).post("/v1/users", json=person())

    refused = api.as_(world.admin).post("/v1/users", json=person())

    assert (refused.status_code, refused.code) == (409, "illegal")
    assert refused.json["detail"] == "This user name is taken; choose another one."
    with world.work() as uow:
        entry = uow.session.get_one(Entry, refused.json["evidence_id"])
        assert entry.code == "user:record:refused"
        assert refused.json["receipt"] == refused.headers["Doorstep-Receipt"] == entry.hash.hex()


@contextmanager
def cut_after(cluster: Cluster, database: Database, statement: str) -> Iterator[None]:
    """The server ends a connection right after it has executed a statement that starts like this."""

    def cut(connection: Connection, _cursor: Any, executed: str, *_rest: Any) -> None:
        if executed.startswith(statement):
            pid = connection.connection.driver_connection.info.backend_pid  # type: ignore[union-attr]  # psycopg's
            with cluster.superuser() as superuser:
                superuser.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))

    event.listen(database.engine, "after_cursor_execute", cut)
    try:
        yield
    finally:
        event.remove(database.engine, "after_cursor_execute", cut)


@pytest.mark.parametrize(
    "statement",
    ["SELECT users.id", "INSERT INTO idempotency_keys", "INSERT INTO entries", "INSERT INTO users"],
)
def test_a_database_that_stops_in_the_middle_leaves_nothing_half_done(
    api: ApiClient, world: World, cluster: Cluster, statement: str
) -> None:
    caller, before = api.as_(world.admin), count(world, Entry)

    with cut_after(cluster, world.database, statement):
        cut = caller.post("/v1/users", json=person(), key="the-same-key")
    between = (count(world, Entry), count(world, User))
    again = caller.post("/v1/users", json=person(), key="the-same-key")

    assert (cut.status_code, cut.code) == (503, "unavailable")
    assert int(cut.headers["Retry-After"]) > 0
    assert between == (before, 6)
    assert again.status_code == 201
    assert count(world, User) == 7
