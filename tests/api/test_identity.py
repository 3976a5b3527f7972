"""Sign-in, sessions, people and the organisation, over HTTP."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from api.app import create_app
from api.settings import read_settings
from field_visits.evidence.tables import Entry, EntryBody
from field_visits.identity.models import SignInFailure, User
from field_visits.identity.sweeps import forget_tokens
from field_visits.identity.throttling import FREE_TRIES, tell_failures
from tests.api.signing_in import PASSWORD, hire, me, refresh, sign_in
from tests.client import Answer, ApiClient
from tests.world import World


@pytest.fixture
def li_na(api: ApiClient, world: World) -> dict[str, Any]:
    """A dispatcher who can sign in with PASSWORD."""
    return hire(api, "li.na", name="李娜", badge="D-7", roles=["dispatcher"])


def codes(world: World, subject: object = None) -> list[str]:
    with world.work() as uow:
        query = select(Entry.code).order_by(Entry.id)
        return list(
            uow.session.scalars(query if subject is None else query.where(Entry.subject_id == subject))
        )


@pytest.mark.usefixtures("li_na")
class TestSignIn:
    def test_the_right_password_opens_a_session(
        self, api: ApiClient, world: World, li_na: dict[str, Any]
    ) -> None:
        opened = sign_in(api, world)

        assert opened.status_code == 200
        assert me(api, opened.json["access_token"]).json["user"] == li_na["id"]
        assert codes(world, li_na["id"])[-1] == "user:session:opened"

    def test_tokens_are_kept_only_as_hashes(self, api: ApiClient, world: World) -> None:
        opened = sign_in(api, world).json
        secrets = [opened[name].rpartition(".")[2] for name in ("access_token", "refresh_token")]

        with world.work() as uow:
            bodies = b"".join(uow.session.scalars(select(EntryBody.body)))
        assert not any(secret.encode() in bodies for secret in [*secrets, PASSWORD])

    def test_names_are_read_in_any_case(self, api: ApiClient, world: World) -> None:
        assert sign_in(api, world, "Li.Na").status_code == 200

    @pytest.mark.parametrize(
        "change",
        [{"password": "another long password"}, {"username": "nobody"}, {"organisation": "no-such-house"}],
    )
    def test_a_wrong_part_is_answered_alike(
        self, api: ApiClient, world: World, change: dict[str, str]
    ) -> None:
        told = {"organisation": world.slug, "username": "li.na", "password": PASSWORD} | change
        answer = api.anonymous.post("/v1/sign-in", json=told, key="")

        assert (answer.status_code, answer.code) == (401, "sign-in-failed")
        assert answer.json["detail"] == "Organisation, user name and password do not belong together."

    def test_a_disabled_person_cannot_sign_in(
        self, api: ApiClient, world: World, li_na: dict[str, Any]
    ) -> None:
        api.as_(world.admin).post(f"/v1/users/{li_na['id']}/disable", version=li_na["version"])

        assert sign_in(api, world).status_code == 401

    def test_failures_of_a_minute_are_two_entries_however_many_there_were(
        self, api: ApiClient, world: World, li_na: dict[str, Any]
    ) -> None:
        for source in range(12):
            sign_in(api, world, password="another long password", **{"X-Forwarded-For": f"192.0.2.{source}"})
        world.clock.advance(timedelta(minutes=1))
        with world.work() as uow:
            told = tell_failures(uow)
        with world.work() as uow:
            again = tell_failures(uow)

        failed = [code for code in codes(world, li_na["id"]) if code == "user:session:failed"]
        assert (told, again, len(failed)) == (1, 0, 2)

    def test_guesses_at_names_that_nobody_has_do_not_fill_the_log(self, api: ApiClient, world: World) -> None:
        for number in range(12):
            sign_in(api, world, f"guess{number}")

        assert codes(world, world.organisation).count("user:session:failed") == 1

    def test_counts_are_gone_when_they_no_longer_matter(self, api: ApiClient, world: World) -> None:
        sign_in(api, world, password="another long password")
        world.clock.advance(timedelta(minutes=20))
        with world.work() as uow:
            tell_failures(uow)
            assert list(uow.session.scalars(select(SignInFailure))) == []

    @pytest.mark.parametrize("username", ["li.na", "nobody"])
    def test_whoever_keeps_failing_waits_longer_and_longer(
        self, api: ApiClient, world: World, username: str
    ) -> None:
        waits = []
        for _ in range(FREE_TRIES + 4):
            wrong = sign_in(api, world, username, "another long password")
            if wrong.status_code == 429:
                waits.append(int(wrong.headers["Retry-After"]))
                world.clock.advance(timedelta(seconds=waits[-1]))
                wrong = sign_in(api, world, username, "another long password")
            assert wrong.status_code == 401

        assert waits == [1, 2, 4, 8]

    def test_nobody_is_locked_out_from_elsewhere(self, api: ApiClient, world: World) -> None:
        for _ in range(FREE_TRIES + 1):
            sign_in(api, world, password="another long password", **{"X-Forwarded-For": "192.0.2.1"})
        there = sign_in(api, world, **{"X-Forwarded-For": "192.0.2.1"})
        here = sign_in(api, world, **{"X-Forwarded-For": "192.0.2.2"})

        assert (there.status_code, here.status_code) == (429, 200)

    def test_the_wait_ends_and_the_right_password_opens(self, api: ApiClient, world: World) -> None:
        for _ in range(FREE_TRIES):
            sign_in(api, world, password="another long password")
        refused = sign_in(api, world)
        world.clock.advance(timedelta(seconds=1))

        assert (refused.status_code, refused.code) == (429, "throttled")
        assert sign_in(api, world).status_code == 200


@pytest.mark.usefixtures("li_na")
class TestRefreshInACookie:
    @pytest.fixture
    def browser(self, api: ApiClient) -> FlaskClient:
        """Something that keeps cookies."""
        return api.app.test_client()

    @pytest.fixture
    def opened(self, browser: FlaskClient, world: World) -> TestResponse:
        told = {"organisation": world.slug, "username": "li.na", "password": PASSWORD}
        return browser.post("/v1/sign-in", json={**told, "refresh_in": "cookie"})

    def test_no_script_can_read_it_and_no_other_site_can_send_it(self, opened: TestResponse) -> None:
        (cookie,) = opened.headers.getlist("Set-Cookie")
        attributes = {part.strip() for part in cookie.split(";")[1:]}

        assert opened.json is not None
        assert opened.json["refresh_token"] is None
        assert {"HttpOnly", "SameSite=Strict", "Path=/v1/refresh", "Max-Age=1209600"} <= attributes

    def test_behind_https_it_is_never_sent_in_the_clear(self, api: ApiClient, world: World) -> None:
        settings = read_settings({"PUBLIC_URL": "https://doorstep.example"})
        app = create_app(replace(api.house, settings=settings))
        told = {"organisation": world.slug, "username": "li.na", "password": PASSWORD}
        opened = app.test_client().post("/v1/sign-in", json={**told, "refresh_in": "cookie"})

        assert opened.headers["Set-Cookie"].startswith("__Secure-doorstep-refresh=")
        assert "; Secure" in opened.headers["Set-Cookie"]

    def test_the_session_goes_on_and_the_cookie_is_another(
        self, api: ApiClient, browser: FlaskClient, opened: TestResponse
    ) -> None:
        fresh = browser.post("/v1/refresh", json={}, headers={"Sec-Fetch-Site": "same-origin"})

        assert (fresh.status_code, opened.status_code) == (200, 200)
        assert fresh.json is not None
        assert me(api, fresh.json["access_token"]).status_code == 200
        assert fresh.json["refresh_token"] is None
        assert fresh.headers["Set-Cookie"].split(";")[0] != opened.headers["Set-Cookie"].split(";")[0]

    @pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
    def test_a_page_of_another_site_cannot_make_it_go_on(
        self, browser: FlaskClient, opened: TestResponse, site: str
    ) -> None:
        answer = browser.post("/v1/refresh", json={}, headers={"Sec-Fetch-Site": site})

        assert (opened.status_code, answer.status_code) == (200, 403)
        assert browser.post("/v1/refresh", json={}).status_code == 200

    def test_what_is_no_json_is_turned_away(self, browser: FlaskClient, opened: TestResponse) -> None:
        bodyless = browser.post("/v1/refresh")
        form = browser.post("/v1/refresh", data={"a": "b"})

        assert (opened.status_code, bodyless.status_code, form.status_code) == (200, 415, 415)

    def test_without_the_cookie_nothing_goes_on(self, api: ApiClient) -> None:
        answer = api.anonymous.post("/v1/refresh", json={}, key="")

        assert (answer.status_code, answer.code) == (401, "unauthenticated")

    def test_signing_out_takes_the_cookie_back(self, browser: FlaskClient, opened: TestResponse) -> None:
        assert opened.json is not None
        token = {"Authorization": f"Bearer {opened.json['access_token']}"}
        closed = browser.post("/v1/sign-out", headers=token)

        assert closed.status_code == 204
        assert "doorstep-refresh=;" in closed.headers["Set-Cookie"]
        assert browser.post("/v1/refresh", json={}).status_code == 401

    def test_other_clients_get_theirs_in_the_body_and_no_cookie(self, api: ApiClient, world: World) -> None:
        opened = sign_in(api, world)

        assert opened.json["refresh_token"].startswith(world.organisation.hex)
        assert "Set-Cookie" not in opened.headers


class TestRefresh:
    @pytest.fixture
    def opened(self, api: ApiClient, world: World, li_na: dict[str, Any]) -> dict[str, Any]:
        assert li_na["state"] == "active"
        found: dict[str, Any] = sign_in(api, world).json
        return found

    def test_a_refresh_token_gives_fresh_ones(
        self, api: ApiClient, world: World, opened: dict[str, Any]
    ) -> None:
        world.clock.advance(timedelta(hours=1))
        fresh = refresh(api, opened["refresh_token"])

        assert fresh.status_code == 200
        assert fresh.json["session"] == opened["session"]
        assert me(api, opened["access_token"]).status_code == 401
        assert me(api, fresh.json["access_token"]).status_code == 200

    def test_a_used_one_closes_the_session_and_is_recorded(
        self, api: ApiClient, world: World, opened: dict[str, Any], li_na: dict[str, Any]
    ) -> None:
        fresh = refresh(api, opened["refresh_token"]).json
        world.clock.advance(timedelta(minutes=1))

        assert refresh(api, opened["refresh_token"]).status_code == 401
        assert me(api, fresh["access_token"]).status_code == 401
        assert refresh(api, fresh["refresh_token"]).status_code == 401
        assert codes(world, li_na["id"])[-1] == "user:session:closed"

    def test_a_phone_that_never_got_the_answer_may_ask_again_at_once(
        self, api: ApiClient, world: World, opened: dict[str, Any]
    ) -> None:
        refresh(api, opened["refresh_token"])
        world.clock.advance(timedelta(seconds=20))
        again = refresh(api, opened["refresh_token"])

        assert again.status_code == 200
        assert me(api, again.json["access_token"]).status_code == 200

    @pytest.mark.parametrize("kind", ["access_token", "nonsense"])
    def test_what_is_no_refresh_token_refreshes_nothing(
        self, api: ApiClient, opened: dict[str, Any], kind: str
    ) -> None:
        assert refresh(api, opened.get(kind, "nonsense")).status_code == 401

    def test_a_session_ends_after_a_fortnight_of_silence(
        self, api: ApiClient, world: World, opened: dict[str, Any]
    ) -> None:
        world.clock.advance(timedelta(days=14))

        assert refresh(api, opened["refresh_token"]).status_code == 401

    def test_signing_out_ends_the_session(self, api: ApiClient, opened: dict[str, Any]) -> None:
        bearer = {"Authorization": f"Bearer {opened['access_token']}"}
        out = api.anonymous.post("/v1/sign-out", headers=bearer, key="")

        assert out.status_code == 204
        assert me(api, opened["access_token"]).status_code == 401
        assert refresh(api, opened["refresh_token"]).status_code == 401

    def test_a_lost_phone_is_revoked_from_another_one(
        self, api: ApiClient, world: World, opened: dict[str, Any]
    ) -> None:
        here = {"Authorization": f"Bearer {sign_in(api, world).json['access_token']}"}
        url = f"/v1/users/{opened['user']}/sessions"
        listed = [each["id"] for each in api.anonymous.get(url, headers=here).json["items"]]
        revoked = api.anonymous.delete(f"{url}/{opened['session']}", headers=here)
        again = api.anonymous.delete(f"{url}/{opened['session']}", headers=here)

        assert opened["session"] in listed
        assert (revoked.status_code, again.status_code) == (204, 404)
        assert refresh(api, opened["refresh_token"]).status_code == 401


def test_the_sweep_forgets_what_opens_nothing_any_more(
    api: ApiClient, world: World, li_na: dict[str, Any]
) -> None:
    living = sign_in(api, world).json
    world.clock.advance(timedelta(hours=1))
    fresh = refresh(api, living["refresh_token"]).json

    gone = forget_tokens(world.work)

    assert gone == 2  # the administrator's, who made li.na, and that of her first sign-in
    assert me(api, fresh["access_token"]).json["user"] == li_na["id"]


class TestPeople:
    def test_a_person_is_created_with_evidence(self, world: World, li_na: dict[str, Any]) -> None:
        assert codes(world, li_na["id"]).count("user:record:created") == 1

    @pytest.mark.parametrize(
        ("change", "pointer"),
        [
            ({"username": "Li Na"}, "/username"),
            ({"username": "-li"}, "/username"),
            ({"username": "li\u202ena"}, "/username"),
            ({"username": "عمرli"}, "/username"),
            ({"language": "tlh"}, "/language"),
            ({"roles": []}, "/roles"),
            ({"password": "short"}, "/password"),
            ({"password": "li.na.li.na", "username": "li.na.li.na"}, "/password"),
            ({"password": "aaaaaaaaaaaaaaaa"}, "/password"),
        ],
    )
    def test_what_cannot_be_a_person_is_refused(
        self, api: ApiClient, world: World, change: dict[str, Any], pointer: str
    ) -> None:
        told = {"username": "li.na", "name": "Li Na", "roles": ["legal"], "password": PASSWORD} | change
        answer = api.as_(world.admin).post("/v1/users", json=told)

        assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, pointer)

    def test_a_change_of_nothing_is_refused(
        self, api: ApiClient, world: World, li_na: dict[str, Any]
    ) -> None:
        answer = api.as_(world.admin).patch(f"/v1/users/{li_na['id']}", json={}, version=li_na["version"])

        assert answer.status_code == 422

    @pytest.mark.parametrize(
        ("role", "seen"),
        [
            ("collector", {"collector"}),
            ("supervisor", {"supervisor", "collector", "other_collector"}),
            ("dispatcher", {"admin", "collector", "dispatcher", "legal", "other_collector", "supervisor"}),
        ],
    )
    def test_a_list_shows_whom_the_role_reaches(
        self, api: ApiClient, world: World, role: str, seen: set[str]
    ) -> None:
        listed = api.as_(getattr(world, role)).get("/v1/users").json["items"]

        assert {user["username"] for user in listed} == seen

    @pytest.mark.parametrize(
        ("asked", "seen"),
        [("OTHER_COLL", {"other_collector"}), ("100%", set()), ("r_", {"other_collector"})],
    )
    def test_a_list_is_searched_by_a_part_in_any_case(
        self, api: ApiClient, world: World, asked: str, seen: set[str]
    ) -> None:
        listed = api.as_(world.admin).get("/v1/users", query_string={"q": asked}).json["items"]

        assert {user["username"] for user in listed} == seen

    def test_a_list_is_searched_by_name_and_by_badge(
        self, api: ApiClient, world: World, li_na: dict[str, Any]
    ) -> None:
        caller = api.as_(world.admin)
        changed = caller.patch(
            f"/v1/users/{li_na['id']}", json={"name": "𠮷䶮", "badge": "MJ-9"}, version=li_na["version"]
        )

        assert changed.status_code == 200
        for asked in ("䶮", "mj-9"):
            listed = caller.get("/v1/users", query_string={"q": asked}).json["items"]
            assert [user["id"] for user in listed] == [li_na["id"]]

    def test_people_out_of_reach_do_not_exist(self, api: ApiClient, world: World) -> None:
        assert api.as_(world.collector).get(f"/v1/users/{world.legal.user}").status_code == 404
        assert api.as_(world.supervisor).get(f"/v1/users/{world.legal.user}").status_code == 404
        assert api.as_(world.supervisor).get(f"/v1/users/{world.collector.user}").status_code == 200

    def test_people_of_another_organisation_do_not_exist(self, api: ApiClient, world: World) -> None:
        other = World.found(world.database, world.clock)

        assert api.as_(world.admin).get(f"/v1/users/{other.collector.user}").status_code == 404

    def test_disabling_signs_out_everywhere(
        self, api: ApiClient, world: World, li_na: dict[str, Any]
    ) -> None:
        opened = sign_in(api, world).json
        disabled = api.as_(world.admin).post(f"/v1/users/{li_na['id']}/disable", version=li_na["version"])

        assert (disabled.status_code, disabled.json["state"]) == (200, "disabled")
        assert me(api, opened["access_token"]).status_code == 401
        assert refresh(api, opened["refresh_token"]).status_code == 401

    @pytest.mark.parametrize("way", ["disable", "demote"])
    def test_the_last_administrator_stays(self, api: ApiClient, world: World, way: str) -> None:
        url, caller = f"/v1/users/{world.admin.user}", api.as_(world.admin)
        version = caller.get(url).json["version"]
        if way == "disable":
            answer = caller.post(f"{url}/disable", version=version)
        else:
            answer = caller.patch(url, json={"roles": ["legal"]}, version=version)

        assert (answer.status_code, answer.code) == (409, "illegal")
        assert caller.get(url).json["roles"] == ["admin"]


class TestPasswords:
    def set_own(
        self, api: ApiClient, token: str, user: str, *, current_password: str = "not this one", **told: str
    ) -> Answer:
        return api.anonymous.post(
            f"/v1/users/{user}/password",
            json=told | {"current_password": current_password},
            headers={"Authorization": f"Bearer {token}"},
        )

    def test_ones_own_needs_the_present_one(
        self, api: ApiClient, world: World, li_na: dict[str, Any]
    ) -> None:
        token = sign_in(api, world).json["access_token"]
        wrong = self.set_own(api, token, li_na["id"], password="quite another password")
        right = self.set_own(
            api, token, li_na["id"], password="quite another password", current_password=PASSWORD
        )

        assert (wrong.status_code, wrong.json["errors"][0]["pointer"]) == (422, "/current_password")
        assert right.status_code == 200
        assert sign_in(api, world).status_code == 401
        assert sign_in(api, world, password="quite another password").status_code == 200

    def test_a_new_one_ends_every_other_session(
        self, api: ApiClient, world: World, li_na: dict[str, Any]
    ) -> None:
        elsewhere, here = sign_in(api, world).json, sign_in(api, world).json
        self.set_own(
            api,
            here["access_token"],
            li_na["id"],
            password="quite another one",
            current_password=PASSWORD,
        )

        assert me(api, elsewhere["access_token"]).status_code == 401
        assert me(api, here["access_token"]).status_code == 200

    def test_nobody_sets_anothers(self, api: ApiClient, world: World, li_na: dict[str, Any]) -> None:
        told = {"password": "quite another password", "current_password": PASSWORD}
        for actor in (world.admin, world.collector, world.dispatcher, world.legal, world.supervisor):
            answer = api.as_(actor).post(f"/v1/users/{li_na['id']}/password", json=told)
            assert answer.status_code == 404

    def test_guessing_the_present_one_in_a_session_is_slowed_down_and_recorded(
        self, api: ApiClient, world: World, li_na: dict[str, Any]
    ) -> None:
        token = sign_in(api, world).json["access_token"]
        told = {"password": "quite another password", "current_password": "a guess that is wrong"}
        wrong = [self.set_own(api, token, li_na["id"], **told).status_code for _ in range(FREE_TRIES)]
        throttled = self.set_own(api, token, li_na["id"], **told)

        assert set(wrong) == {422}
        assert (throttled.status_code, throttled.code) == (429, "throttled")
        assert sign_in(api, world).status_code == 200  # elsewhere nothing is slower
        assert "user:session:failed" in codes(world, li_na["id"])


class TestOrganisation:
    def test_everybody_sees_it_and_the_administrator_changes_it(self, api: ApiClient, world: World) -> None:
        seen = api.as_(world.collector).get("/v1/organisation").json
        changed = api.as_(world.admin).patch(
            "/v1/organisation", json={"timezone": "Asia/Urumqi"}, version=seen["version"]
        )

        assert (seen["slug"], changed.json["timezone"]) == (world.slug, "Asia/Urumqi")
        assert "object_prefix" not in seen

    def test_a_zone_that_does_not_exist_is_refused(self, api: ApiClient, world: World) -> None:
        version = api.as_(world.admin).get("/v1/organisation").json["version"]
        answer = api.as_(world.admin).patch(
            "/v1/organisation", json={"timezone": "../etc/passwd"}, version=version
        )

        assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/timezone")


def test_a_person_is_told_what_they_may_do(api: ApiClient, world: World) -> None:
    permissions = api.as_(world.supervisor).get("/v1/me").json["permissions"]

    assert permissions["case:read"] == "team"
    assert "user:create" not in permissions


def test_a_refused_user_name_is_recorded_about_nobody_else(
    api: ApiClient, world: World, li_na: dict[str, Any]
) -> None:
    again = api.as_(world.admin).post(
        "/v1/users",
        json={"username": "li.na", "name": "Li Na", "roles": ["legal"], "password": PASSWORD},
    )

    assert again.status_code == 409
    with world.work() as uow:
        assert len(list(uow.session.scalars(select(User).where(User.username == "li.na")))) == 1
