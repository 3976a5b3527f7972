"""Phones over HTTP: handed out, enrolled by their key, revoked, and known again."""

from datetime import timedelta
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select

from field_visits.evidence.codes import Code
from field_visits.evidence.tables import Entry
from tests.client import ApiClient
from tests.simulators.phone import base64url, enrolled, enrolment, invitation, signed, spki
from tests.world import World


def test_a_phone_is_enrolled_by_the_code_that_a_dispatcher_hands_out(api: ApiClient, world: World) -> None:
    invited = invitation(api, world, world.collector)

    phone = enrolled(api, world, world.collector)

    assert invited["url"].endswith(f"/m#/enrol/{invited['code']}")
    assert invited["qr_svg"].startswith("<svg")
    (shown,) = api.as_(world.dispatcher).get("/v1/devices").json["items"]
    assert (shown["id"], shown["username"], shown["state"]) == (phone.id, "collector", "enrolled")
    assert shown["presence"]["unsent"] is None


def test_a_code_opens_once_and_for_fifteen_minutes(api: ApiClient, world: World) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    first = invitation(api, world, world.collector)["code"]
    newer = invitation(api, world, world.collector)["code"]

    assert api.anonymous.post("/v1/devices", json=enrolment(key, first), key="").code == "code-spent"
    assert api.anonymous.post("/v1/devices", json=enrolment(key, newer), key="").status_code == 201
    assert api.anonymous.post("/v1/devices", json=enrolment(key, newer), key="").code == "code-spent"
    late = invitation(api, world, world.collector)["code"]
    world.clock.advance(timedelta(minutes=15, seconds=1))
    assert api.anonymous.post("/v1/devices", json=enrolment(key, late), key="").code == "code-spent"


def test_a_key_that_did_not_sign_the_code_is_turned_away_and_the_code_stays_good(
    api: ApiClient, world: World
) -> None:
    key, other = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    code = invitation(api, world, world.collector)["code"]
    forged = enrolment(key, code) | {"proof": base64url(signed(other, code.encode()))}

    answer = api.anonymous.post("/v1/devices", json=forged, key="")

    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/proof")
    assert api.anonymous.post("/v1/devices", json=enrolment(key, code), key="").status_code == 201


def test_only_a_p256_key_is_a_phones_key(api: ApiClient, world: World) -> None:
    code = invitation(api, world, world.collector)["code"]
    other = ec.generate_private_key(ec.SECP384R1())
    told = enrolment(ec.generate_private_key(ec.SECP256R1()), code)

    for key in (base64url(spki(other)), "AAAA", "not base64!"):
        answer = api.anonymous.post("/v1/devices", json=told | {"public_key": key}, key="")
        assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/public_key")


def test_a_revoked_phone_is_told_so_at_every_call(api: ApiClient, world: World) -> None:
    phone = enrolled(api, world, world.collector)
    command = phone.tell("device.health", {"storage_free_mb": 900, "is_persisted": True, "unsent": 0})

    revoked = api.as_(world.dispatcher).post(f"/v1/devices/{phone.id}/revoke", json={"reason": "lost"})

    assert (revoked.status_code, revoked.json["state"]) == (200, "revoked")
    assert (phone.send(command).status_code, phone.send(command).code) == (410, "device-revoked")
    named = {"Doorstep-Device": phone.id}
    assert api.as_(world.collector).get("/v1/me/day", headers=named).code == "device-revoked"
    assert api.as_(world.collector).get("/v1/me/day").status_code == 200


def test_the_phones_own_token_hands_in_and_reads_nothing(api: ApiClient, world: World) -> None:
    phone = enrolled(api, world, world.collector)

    assert phone.sealed.get("/v1/sync/changes").status_code == 403
    assert phone.sealed.get("/v1/me/day").status_code == 403
    assert phone.sealed.post("/v1/sync/tickets", json={"sha256": ["0" * 64]}, key="").status_code == 200


def test_nobody_speaks_for_anothers_phone(api: ApiClient, world: World) -> None:
    phone = enrolled(api, world, world.collector)
    for named in (phone.id, str(uuid4()), "nonsense"):
        answer = api.as_(world.other_collector).get("/v1/sync/changes", headers={"Doorstep-Device": named})
        assert answer.status_code == 404
    assert api.as_(world.collector).get("/v1/sync/changes").status_code == 404


def test_a_forgotten_pin_is_reset_by_the_dispatcher_and_set_anew(api: ApiClient, world: World) -> None:
    phone = enrolled(api, world, world.collector)
    assert phone.pull()["pin_reset"] is False

    assert api.as_(world.dispatcher).post(f"/v1/devices/{phone.id}/pin-reset").status_code == 200

    assert phone.pull()["pin_reset"] is True
    phone.tell("device.pin_set")
    phone.push()
    assert phone.pull()["pin_reset"] is False


def test_a_pin_that_was_chosen_before_the_reset_does_not_end_it(api: ApiClient, world: World) -> None:
    phone = enrolled(api, world, world.collector)
    phone.tell("device.pin_set")
    world.clock.advance(timedelta(minutes=1))
    api.as_(world.dispatcher).post(f"/v1/devices/{phone.id}/pin-reset")

    phone.push()

    assert phone.pull()["pin_reset"] is True


def test_a_collector_revokes_the_own_lost_phone_and_no_others(api: ApiClient, world: World) -> None:
    phone = enrolled(api, world, world.collector)
    told = {"reason": "I lost it."}

    assert api.as_(world.other_collector).post(f"/v1/devices/{phone.id}/revoke", json=told).status_code == 404
    assert api.as_(world.collector).post(f"/v1/devices/{phone.id}/revoke", json=told).status_code == 200
    again = api.as_(world.collector).post(f"/v1/devices/{phone.id}/revoke", json=told)
    assert (again.status_code, again.code) == (409, "illegal")


def test_a_revoked_phone_says_that_it_is_empty_and_nobody_else_says_it(api: ApiClient, world: World) -> None:
    phone = enrolled(api, world, world.collector)
    told = {"token": phone.sealed.token}
    assert api.anonymous.post("/v1/devices/wipes", json=told, key="").status_code == 401
    api.as_(world.dispatcher).post(f"/v1/devices/{phone.id}/revoke", json={"reason": "lost"})

    answers = [api.anonymous.post("/v1/devices/wipes", json=told, key="").status_code for _ in range(2)]
    other = api.anonymous.post("/v1/devices/wipes", json={"token": f"{phone.sealed.token}x"}, key="")

    assert (answers, other.status_code) == ([204, 204], 401)
    shown = api.as_(world.dispatcher).get(f"/v1/devices/{phone.id}").json
    assert (shown["state"], shown["presence"]["unsent"]) == ("wiped", 0)
    with world.work() as uow:
        codes = uow.session.scalars(select(Entry.code).where(Entry.org_id == world.organisation)).all()
    assert codes.count(Code.DEVICE_WIPED.value) == 1
    assert phone.send(phone.tell("safety.check_in")).code == "device-revoked"
