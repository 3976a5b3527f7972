"""What lies between a right password and a session: a password of one's own, and the second factor."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from field_visits.evidence.tables import Entry, EntryBody
from field_visits.identity.models import IdempotencyKey, OneTimeCode, TotpProgress, User
from field_visits.identity.one_time import MAX_FAILURES
from field_visits.identity.puzzles import Puzzle, Solution
from field_visits.identity.throttling import FREE_TRIES, FREE_TRIES_OF_A_PLACE
from tests.api.signing_in import (
    GIVEN,
    PASSWORD,
    bearer,
    choose_password,
    code_at,
    create,
    enter_code,
    hire,
    me,
    refresh,
    sign_in,
)
from tests.client import Answer, ApiClient, Caller
from tests.puzzling import solved
from tests.world import World

WRONG = "another long password"


@pytest.fixture
def li_na(api: ApiClient) -> dict[str, Any]:
    return hire(api, "li.na")


def puzzle_of(answer: Answer) -> Puzzle:
    told = answer.json["puzzle"]
    return Puzzle(told["text"], told["bits"], datetime.fromisoformat(told["expires_at"]))


def as_sent(solution: Solution) -> dict[str, Any]:
    return {"puzzle": solution.puzzle, "numbers": list(solution.numbers)}


class Generator:
    """A phone that was enrolled as somebody's second factor."""

    def __init__(self, api: ApiClient, user: str, token: str) -> None:
        self.api, self.url = api, f"/v1/users/{user}"
        self.caller = Caller(api.app, token)
        begun = self.caller.post(f"{self.url}/second-factor", json={"current_password": PASSWORD})
        assert begun.status_code == 200, begun.text
        self.enrolment = begun.json
        confirmed = self.confirm(self.code())
        assert confirmed.status_code == 200, confirmed.text
        self.recovery_codes: list[str] = confirmed.json["recovery_codes"]
        self.tick()

    def confirm(self, code: str) -> Answer:
        return self.caller.post(f"{self.url}/second-factor/confirm", json={"code": code})

    def code(self, *, ahead: int = 0) -> str:
        return code_at(self.enrolment["secret"], self.api.world.clock.now(), ahead=ahead)

    def tick(self) -> None:
        self.api.world.clock.advance(timedelta(seconds=30))


@pytest.fixture
def generator(api: ApiClient, world: World, li_na: dict[str, Any]) -> Generator:
    return Generator(api, li_na["id"], sign_in(api, world).json["access_token"])


def codes(world: World, subject: object) -> set[str]:
    with world.work() as uow:
        return set(uow.session.scalars(select(Entry.code).where(Entry.subject_id == subject)))


class TestGivenPassword:
    def test_it_opens_nothing_but_the_choice_of_ones_own(self, api: ApiClient, world: World) -> None:
        create(api, "li.na")
        first = sign_in(api, world, password=GIVEN)
        chosen = choose_password(api, first.json["step"])

        assert (first.status_code, first.code) == (401, "password-change-required")
        assert chosen.status_code == 200
        assert me(api, chosen.json["access_token"]).status_code == 200
        assert sign_in(api, world, password=GIVEN).code == "sign-in-failed"
        assert sign_in(api, world).status_code == 200

    @pytest.mark.parametrize("password", [GIVEN, "short", "li.na.li.na"])
    def test_what_cannot_be_ones_own_leaves_the_step_open(
        self, api: ApiClient, world: World, password: str
    ) -> None:
        create(api, "li.na.li.na")
        step = sign_in(api, world, "li.na.li.na", GIVEN).json["step"]
        refused = choose_password(api, step, password)

        assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/password")
        assert choose_password(api, step).status_code == 200

    def test_a_step_opens_once(self, api: ApiClient, world: World) -> None:
        create(api, "li.na")
        step = sign_in(api, world, password=GIVEN).json["step"]
        choose_password(api, step)

        assert choose_password(api, step, WRONG).code == "code-spent"

    def test_a_step_is_over_after_ten_minutes(self, api: ApiClient, world: World) -> None:
        create(api, "li.na")
        step = sign_in(api, world, password=GIVEN).json["step"]
        world.clock.advance(timedelta(minutes=10))

        assert choose_password(api, step).code == "code-spent"

    @pytest.mark.parametrize("step", ["nonsense", "0" * 32 + ".c." + "x" * 43])
    def test_what_was_never_a_step_is_answered_alike(self, api: ApiClient, step: str) -> None:
        assert choose_password(api, step).code == "code-spent"
        assert enter_code(api, step, "000000").code == "code-spent"


class TestReset:
    def reset(self, api: ApiClient, user: object, **options: Any) -> Answer:
        return api.as_(api.world.admin).post(f"/v1/users/{user}/reset-password", **options)

    def test_it_ends_every_session_and_the_code_chooses_a_new_password(
        self, api: ApiClient, world: World, li_na: dict[str, Any]
    ) -> None:
        before = sign_in(api, world).json
        reset = self.reset(api, li_na["id"])
        ended = refresh(api, before["refresh_token"])
        chosen = choose_password(api, reset.json["step"], "a new one, all my own")

        assert reset.status_code == 200
        assert reset.json["link"].endswith(f"/new-password#{reset.json['step']}")
        assert me(api, before["access_token"]).status_code == 401
        assert (ended.status_code, ended.code) == (401, "session-ended")
        assert sign_in(api, world).code == "sign-in-failed"
        assert chosen.status_code == 200
        assert sign_in(api, world, password="a new one, all my own").status_code == 200
        assert {"user:password:reset", "user:password:set"} <= codes(world, li_na["id"])

    def test_a_code_is_good_for_a_day(self, api: ApiClient, world: World, li_na: dict[str, Any]) -> None:
        step = self.reset(api, li_na["id"]).json["step"]
        world.clock.advance(timedelta(hours=24))

        assert choose_password(api, step).code == "code-spent"

    def test_a_newer_code_voids_the_older(self, api: ApiClient, li_na: dict[str, Any]) -> None:
        older, newer = (self.reset(api, li_na["id"]).json["step"] for _ in range(2))

        assert choose_password(api, older).code == "code-spent"
        assert choose_password(api, newer).status_code == 200

    def test_a_second_factor_stays_in_front(
        self, api: ApiClient, li_na: dict[str, Any], generator: Generator
    ) -> None:
        world = api.world
        chosen = choose_password(api, self.reset(api, li_na["id"]).json["step"], "a new one, all my own")
        opened = enter_code(api, chosen.json["step"], generator.code())

        assert (chosen.status_code, chosen.code) == (401, "second-factor-required")
        assert me(api, opened.json["access_token"]).json["organisation"] == str(world.organisation)

    def test_a_repeat_is_not_done_twice_and_shows_nothing(
        self, api: ApiClient, li_na: dict[str, Any]
    ) -> None:
        first = self.reset(api, li_na["id"], key="the-same-key")
        again = self.reset(api, li_na["id"], key="the-same-key")

        assert (again.status_code, again.code) == (409, "already-shown")
        assert choose_password(api, first.json["step"]).status_code == 200

    def test_of_somebody_disabled_it_is_refused(self, api: ApiClient, li_na: dict[str, Any]) -> None:
        api.as_(api.world.admin).post(f"/v1/users/{li_na['id']}/disable", version=li_na["version"])

        assert self.reset(api, li_na["id"]).code == "illegal"


class TestSecondFactor:
    def test_enrolling_needs_the_password(self, api: ApiClient, world: World, li_na: dict[str, Any]) -> None:
        caller = Caller(api.app, sign_in(api, world).json["access_token"])
        url = f"/v1/users/{li_na['id']}/second-factor"

        assert caller.post(url, json={"current_password": WRONG}).status_code == 422
        assert caller.post(url, json={"current_password": PASSWORD}).status_code == 200

    def test_it_counts_only_once_a_code_was_confirmed(
        self, api: ApiClient, world: World, li_na: dict[str, Any]
    ) -> None:
        caller = Caller(api.app, sign_in(api, world).json["access_token"])
        url = f"/v1/users/{li_na['id']}/second-factor"
        begun = caller.post(url, json={"current_password": PASSWORD}).json
        wrong = caller.post(f"{url}/confirm", json={"code": "000000"})
        world.clock.advance(timedelta(minutes=15))
        token = refresh(api, sign_in(api, world).json["refresh_token"]).json["access_token"]
        late = Caller(api.app, token).post(
            f"{url}/confirm", json={"code": code_at(begun["secret"], world.clock.now())}
        )

        assert begun["uri"].startswith("otpauth://totp/Doorstep:li.na")
        assert (wrong.status_code, wrong.json["errors"][0]["pointer"]) == (422, "/code")
        assert late.status_code == 422
        assert sign_in(api, world).status_code == 200

    def test_enrolling_ends_the_sessions_that_were_opened_without_it(
        self, api: ApiClient, world: World, li_na: dict[str, Any]
    ) -> None:
        elsewhere = sign_in(api, world).json["access_token"]
        here = Generator(api, li_na["id"], sign_in(api, world).json["access_token"])

        assert me(api, elsewhere).status_code == 401
        assert here.caller.get(f"{here.url}/second-factor").json == {
            "is_enrolled": True,
            "recovery_codes_left": 10,
        }
        assert "user:second_factor:enrolled" in codes(world, li_na["id"])

    def test_the_password_leads_to_the_code_and_the_code_opens(
        self, api: ApiClient, world: World, generator: Generator
    ) -> None:
        first = sign_in(api, world)
        opened = enter_code(api, first.json["step"], generator.code())

        assert (first.status_code, first.code) == (401, "second-factor-required")
        assert opened.status_code == 200
        assert me(api, opened.json["access_token"]).status_code == 200

    @pytest.mark.parametrize(("ahead", "status"), [(-2, 401), (-1, 200), (0, 200), (1, 200), (2, 401)])
    def test_a_phones_clock_may_be_one_step_off(
        self, api: ApiClient, world: World, generator: Generator, ahead: int, status: int
    ) -> None:
        generator.tick()  # so that the step before was not the one of the enrolment
        step = sign_in(api, world).json["step"]

        assert enter_code(api, step, generator.code(ahead=ahead)).status_code == status

    def test_a_code_opens_once(self, api: ApiClient, world: World, generator: Generator) -> None:
        code = generator.code()
        enter_code(api, sign_in(api, world).json["step"], code)
        again = enter_code(api, sign_in(api, world).json["step"], code)

        assert (again.status_code, again.code) == (401, "second-factor-failed")

    def test_an_older_code_is_over_once_a_newer_was_used(
        self, api: ApiClient, world: World, generator: Generator
    ) -> None:
        enter_code(api, sign_in(api, world).json["step"], generator.code(ahead=1))
        older = enter_code(api, sign_in(api, world).json["step"], generator.code())

        assert older.code == "second-factor-failed"

    def test_a_recovery_code_opens_once_and_however_it_is_typed(
        self, api: ApiClient, world: World, li_na: dict[str, Any], generator: Generator
    ) -> None:
        code = generator.recovery_codes[0]
        typed = f" {code.upper().replace('-', ' ')} "
        opened = enter_code(api, sign_in(api, world).json["step"], typed)
        again = enter_code(api, sign_in(api, world).json["step"], code)
        left = api.as_(world.admin).get(f"{generator.url}/second-factor").json["recovery_codes_left"]

        assert (opened.status_code, again.status_code, left) == (200, 401, 9)
        assert "user:recovery_code:used" in codes(world, li_na["id"])

    def test_fresh_recovery_codes_void_the_old_ones(
        self, api: ApiClient, world: World, generator: Generator
    ) -> None:
        fresh = generator.caller.post(f"{generator.url}/recovery-codes", json={"code": generator.code()})
        old = enter_code(api, sign_in(api, world).json["step"], generator.recovery_codes[0])
        new = enter_code(api, sign_in(api, world).json["step"], fresh.json["recovery_codes"][0])

        assert (fresh.status_code, old.status_code, new.status_code) == (200, 401, 200)

    def test_five_wrong_codes_end_the_step(self, api: ApiClient, world: World, generator: Generator) -> None:
        step = sign_in(api, world).json["step"]
        wrong = [enter_code(api, step, "000000").code for _ in range(MAX_FAILURES)]

        assert wrong == ["second-factor-failed"] * MAX_FAILURES
        assert enter_code(api, step, generator.code()).code == "code-spent"

    def test_guesses_from_many_places_count_together_but_not_against_a_known_device(
        self, api: ApiClient, world: World, generator: Generator
    ) -> None:
        opened = enter_code(api, sign_in(api, world).json["step"], generator.code())
        device = opened.json["device_token"]
        generator.tick()
        answers = []
        for number in range(FREE_TRIES + 1):
            there = {"X-Forwarded-For": f"192.0.2.{number}"}
            step = sign_in(api, world, **there).json["step"]
            told = {"step": step, "code": "000000"}
            answers.append(api.anonymous.post("/v1/sign-in/code", json=told, headers=there, key=""))
        step = sign_in(api, world, device_token=device).json["step"]
        mine = enter_code(api, step, generator.code(), device_token=device)

        assert [each.status_code for each in answers] == [401] * FREE_TRIES + [429]
        assert mine.status_code == 200

    def test_ones_own_is_removed_with_a_code_and_anothers_by_the_administrator(
        self, api: ApiClient, world: World, li_na: dict[str, Any], generator: Generator
    ) -> None:
        url = f"{generator.url}/second-factor/remove"
        without = generator.caller.post(url, json={})
        removed = generator.caller.post(url, json={"code": generator.code()})
        generator.tick()
        nothing_left = api.as_(world.admin).post(url, json={})
        again = Generator(api, li_na["id"], sign_in(api, world).json["access_token"])
        by_admin = api.as_(world.admin).post(url, json={})

        assert (without.status_code, removed.status_code) == (422, 200)
        assert removed.json["has_second_factor"] is False
        assert (nothing_left.status_code, nothing_left.code) == (409, "illegal")
        assert by_admin.status_code == 200
        assert sign_in(api, world).status_code == 200
        assert again.recovery_codes != generator.recovery_codes

    def test_one_person_has_one_generator(self, generator: Generator) -> None:
        second = generator.caller.post(f"{generator.url}/second-factor", json={"current_password": PASSWORD})

        assert (second.status_code, second.code) == (409, "illegal")

    def test_nothing_of_it_is_kept_in_clear(self, api: ApiClient, world: World, generator: Generator) -> None:
        enter_code(api, sign_in(api, world).json["step"], generator.code())
        secret = generator.enrolment["secret"]
        hidden = [secret, *generator.recovery_codes, PASSWORD]
        with world.work() as uow:
            kept = b"".join(uow.session.scalars(select(EntryBody.body)))
            kept += b"".join(uow.session.scalars(select(IdempotencyKey.body)))
            kept += b"".join(uow.session.scalars(select(OneTimeCode.hash)))
            kept += b"".join(bytes(each) for each in uow.session.scalars(select(User.totp_secret)) if each)
            waiting = list(uow.session.scalars(select(TotpProgress.pending_secret)))

        assert [text for text in hidden if text.encode() in kept] == []
        assert waiting == [None]


class TestThrottling:
    def test_a_known_device_is_not_slowed_down_by_others(
        self, api: ApiClient, world: World, li_na: dict[str, Any]
    ) -> None:
        assert li_na["state"] == "active"
        device = sign_in(api, world).json["device_token"]
        for _ in range(FREE_TRIES):
            sign_in(api, world, password=WRONG)
        stranger = sign_in(api, world)
        mine = sign_in(api, world, device_token=device)

        assert (stranger.status_code, mine.status_code) == (429, 200)
        assert mine.json["device_token"] == device

    def test_a_known_device_that_guesses_waits_too(
        self, api: ApiClient, world: World, li_na: dict[str, Any]
    ) -> None:
        assert li_na["state"] == "active"
        device = sign_in(api, world).json["device_token"]
        for _ in range(FREE_TRIES):
            sign_in(api, world, password=WRONG, device_token=device)

        assert sign_in(api, world, device_token=device).status_code == 429
        assert sign_in(api, world).status_code == 200

    def test_anothers_device_is_a_strangers(
        self, api: ApiClient, world: World, li_na: dict[str, Any]
    ) -> None:
        assert li_na["state"] == "active"
        hire(api, "zhang.wei")
        theirs = sign_in(api, world, "zhang.wei").json["device_token"]
        for _ in range(FREE_TRIES):
            sign_in(api, world, password=WRONG)

        assert sign_in(api, world, device_token=theirs).status_code == 429

    def test_one_place_that_tries_many_names_solves_a_puzzle_for_the_next(
        self, api: ApiClient, world: World, li_na: dict[str, Any]
    ) -> None:
        assert li_na["state"] == "active"
        there = {"X-Forwarded-For": "192.0.2.1"}
        tried = [sign_in(api, world, f"guess{n}", **there) for n in range(FREE_TRIES_OF_A_PLACE)]
        asked = sign_in(api, world, **there)
        with_solution = sign_in(api, world, solution=as_sent(solved(puzzle_of(asked))), **there)

        assert {each.status_code for each in tried} == {401}
        assert (asked.status_code, asked.code, int(asked.headers["Retry-After"])) == (
            429,
            "puzzle-required",
            30,
        )
        assert with_solution.status_code == 200
        assert sign_in(api, world, **{"X-Forwarded-For": "192.0.2.2"}).status_code == 200

    def test_an_organisation_that_does_not_exist_is_throttled_alike(self, api: ApiClient) -> None:
        told = {"organisation": "no-such-house", "username": "li.na", "password": WRONG}
        tried = [api.anonymous.post("/v1/sign-in", json=told, key="").status_code for _ in range(FREE_TRIES)]
        last = api.anonymous.post("/v1/sign-in", json=told, key="")

        assert (set(tried), last.status_code) == ({401}, 429)

    def test_a_session_goes_on_while_its_owners_name_is_stormed(
        self, api: ApiClient, world: World, li_na: dict[str, Any]
    ) -> None:
        opened = sign_in(api, world).json
        for _ in range(FREE_TRIES + 1):
            sign_in(api, world, password=WRONG)

        assert me(api, opened["access_token"]).json["user"] == li_na["id"]
        assert refresh(api, opened["refresh_token"]).status_code == 200


class TestDuringASession:
    def test_a_role_that_is_taken_away_binds_at_the_next_request(
        self, api: ApiClient, world: World, li_na: dict[str, Any]
    ) -> None:
        token = bearer(sign_in(api, world).json["access_token"])
        before = api.anonymous.get("/v1/cases", headers=token)
        api.as_(world.admin).patch(
            f"/v1/users/{li_na['id']}", json={"roles": ["admin"]}, version=li_na["version"]
        )
        after = api.anonymous.get("/v1/cases", headers=token)

        assert (before.status_code, after.status_code, after.code) == (200, 403, "forbidden")

    def test_of_two_administrators_the_second_sees_what_the_first_did(
        self, api: ApiClient, world: World, li_na: dict[str, Any]
    ) -> None:
        url, caller = f"/v1/users/{li_na['id']}", api.as_(world.admin)
        first = caller.patch(url, json={"badge": "D-8"}, version=li_na["version"])
        second = caller.patch(url, json={"name": "李娜娜"}, version=li_na["version"])
        decided_again = caller.patch(url, json={"name": "李娜娜"}, version=second.json["current"]["version"])

        assert (first.status_code, second.status_code, second.code) == (200, 412, "stale")
        assert (second.json["current"]["badge"], second.json["current"]["name"]) == ("D-8", "Li Na")
        assert (decided_again.status_code, decided_again.json["badge"]) == (200, "D-8")

    def test_every_other_session_of_ones_own_ends_at_once(
        self, api: ApiClient, world: World, li_na: dict[str, Any]
    ) -> None:
        elsewhere, here = sign_in(api, world).json, sign_in(api, world).json
        url, headers = f"/v1/users/{li_na['id']}/sessions", bearer(here["access_token"])
        seen = api.anonymous.get(url, headers=headers).json
        ended = api.anonymous.delete(url, headers=headers)

        assert (len(seen["items"]), seen["current"]) == (3, here["session"])
        assert ended.status_code == 204
        assert me(api, elsewhere["access_token"]).status_code == 401
        assert refresh(api, elsewhere["refresh_token"]).code == "session-ended"
        assert me(api, here["access_token"]).status_code == 200

    def test_an_administrator_ends_all_of_anothers(
        self, api: ApiClient, world: World, li_na: dict[str, Any]
    ) -> None:
        token = sign_in(api, world).json["access_token"]
        ended = api.as_(world.admin).delete(f"/v1/users/{li_na['id']}/sessions")

        assert (ended.status_code, me(api, token).status_code) == (204, 401)


class TestLanguage:
    def test_a_person_chooses_what_the_screens_speak(
        self, api: ApiClient, world: World, li_na: dict[str, Any]
    ) -> None:
        token = bearer(sign_in(api, world).json["access_token"])
        chosen = api.anonymous.patch("/v1/me", json={"language": "en"}, headers=token)
        unknown = api.anonymous.patch("/v1/me", json={"language": "tlh"}, headers=token)

        assert (li_na["language"], chosen.json["language"]) == (None, "en")
        assert (unknown.status_code, unknown.json["errors"][0]["pointer"]) == (422, "/language")
        assert unknown.json["errors"][0]["detail"] == "The screens speak zh and en; send one of them."


@pytest.mark.parametrize("username", ["𠮷田", "李䶮", "عمر", "שרה.כהן", "zoë", "陈-1"])
def test_names_of_every_script_sign_in(api: ApiClient, world: World, username: str) -> None:
    hired = hire(api, username, name=username)

    assert (hired["username"], hired["name"]) == (username, username)
    assert sign_in(api, world, username).status_code == 200


def test_a_name_is_one_however_a_keyboard_writes_it(api: ApiClient, world: World) -> None:
    hire(api, "ZOE\u0308")

    assert create(api, "zo\u00eb").code == "illegal"  # taken
    assert sign_in(api, world, "ＺＯË").status_code == 200
