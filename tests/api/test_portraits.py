"""Portraits over HTTP: who takes them in and who sees them, and that a customer sees whoever comes and nobody else."""

import io
from datetime import timedelta

import pytest
from PIL import Image

from field_visits.identity.models import Organisation
from field_visits.identity.portraits import erase_withdrawn
from field_visits.kernel.actor import Actor
from media.image import PORTRAIT_EDGE, PORTRAIT_MAX_BYTES
from tests.api.test_portal import Visited
from tests.client import Answer, ApiClient
from tests.features.appointments.days import at, entries
from tests.simulators.camera import photo
from tests.world import World


def path_of(person: Actor, what: str = "portrait") -> str:
    return f"/v1/users/{person.user}/{what}"


def take(api: ApiClient, person: Actor, *, seed: int = 1) -> Answer:
    return api.beside().as_(api.world.admin).post(path_of(person), data=photo(seed=seed * 100_000))


def states(api: ApiClient, person: Actor) -> list[str]:
    told = api.beside().as_(api.world.admin).get(path_of(person, "portraits")).json["items"]
    return [one["state"] for one in told]


def test_a_portrait_is_a_small_square_without_a_word_of_where_it_was_taken(
    api: ApiClient, world: World
) -> None:
    assert take(api, world.collector).status_code == 201

    shown = api.as_(world.admin).get(path_of(world.collector))
    picture = Image.open(io.BytesIO(shown.data))
    assert (picture.format, picture.size) == ("JPEG", (PORTRAIT_EDGE, PORTRAIT_EDGE))
    assert len(shown.data) <= PORTRAIT_MAX_BYTES
    assert not picture.getexif()
    assert "no-store" in shown.headers["Cache-Control"]
    assert len(entries(world, "portrait:record:taken")) == 1


def test_the_person_and_administrators_see_it_and_nobody_else_in_the_house(
    api: ApiClient, world: World
) -> None:
    take(api, world.collector)
    told = {
        name: api.as_(getattr(world, name)).get(path_of(world.collector)).status_code
        for name in ("admin", "collector", "other_collector", "supervisor", "dispatcher", "legal")
    }
    assert told == {
        "admin": 200,
        "collector": 200,
        "other_collector": 404,
        "supervisor": 403,
        "dispatcher": 403,
        "legal": 403,
    }


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"%PDF-1.7 no picture", photo()[:900]])
def test_what_is_no_whole_jpeg_or_png_is_turned_away(api: ApiClient, world: World, content: bytes) -> None:
    answer = api.as_(world.admin).post(path_of(world.collector), data=content)
    assert (answer.status_code, answer.code) == (422, "invalid")
    assert states(api, world.collector) == []


def test_a_newer_portrait_takes_the_place_of_the_one_before(api: ApiClient, world: World) -> None:
    first, second = take(api, world.collector, seed=1), take(api, world.collector, seed=2)

    assert first.json["sha256"] != second.json["sha256"]
    assert states(api, world.collector) == ["current", "withdrawn"]
    assert erase_withdrawn(world.work, api.house.objects) == 1
    assert states(api, world.collector) == ["current", "erased"]
    assert api.as_(world.admin).get(path_of(world.collector)).status_code == 200


def test_a_withdrawn_portrait_is_unseen_at_once_and_leaves_the_store(api: ApiClient, world: World) -> None:
    take(api, world.collector)
    key = f"{prefix_of(world)}/{api.as_(world.admin).get(path_of(world.collector, 'portraits')).json['items'][0]['sha256']}"

    assert api.as_(world.admin).delete(path_of(world.collector)).status_code == 204
    assert api.as_(world.admin).get(path_of(world.collector)).status_code == 404
    assert api.as_(world.admin).delete(path_of(world.collector)).status_code == 404
    assert (erase_withdrawn(world.work, api.house.objects), api.house.objects.head(key)) == (1, None)
    assert erase_withdrawn(world.work, api.house.objects) == 0
    assert len(entries(world, "portrait:bytes:erased")) == 1


def test_the_same_picture_of_somebody_else_stays_when_one_is_withdrawn(api: ApiClient, world: World) -> None:
    take(api, world.collector)
    take(api, world.other_collector)
    api.as_(world.admin).delete(path_of(world.collector))

    assert erase_withdrawn(world.work, api.house.objects) == 1
    assert api.as_(world.admin).get(path_of(world.other_collector)).status_code == 200


def test_whoever_leaves_the_house_leaves_no_portrait(api: ApiClient, world: World) -> None:
    take(api, world.collector)
    admin = api.as_(world.admin)
    version = admin.get(f"/v1/users/{world.collector.user}").json["version"]
    assert admin.post(path_of(world.collector, "disable"), version=version).status_code == 200

    assert states(api, world.collector) == ["withdrawn"]
    assert take(api, world.collector, seed=2).status_code == 422


def test_a_customer_sees_the_portraits_of_whoever_comes(api: ApiClient, world: World) -> None:
    visited = Visited(api, partner=world.other_collector)
    take(api, world.collector)

    told = visited.page.get("/v1/page").json["visitors"]
    assert [(one["role"], one["has_portrait"]) for one in told] == [("lead", True), ("partner", False)]
    shown = visited.page.get("/v1/page/portraits/lead")
    assert (shown.status_code, shown.mimetype) == (200, "image/jpeg")
    assert "no-store" in shown.headers["Cache-Control"]
    assert visited.page.get("/v1/page/portraits/partner").status_code == 404
    assert visited.page.get("/v1/page/portraits/former").status_code == 404
    assert visited.page.get(path_of(world.collector)).status_code == 403


@pytest.mark.parametrize("over", ["the day is gone", "it was cancelled", "it is on hold"])
def test_a_face_is_shown_no_longer_than_somebody_may_come(api: ApiClient, world: World, over: str) -> None:
    visited = Visited(api)
    take(api, world.collector)
    if over == "the day is gone":
        world.clock.move_to(at(12) + timedelta(hours=2))
    elif over == "it was cancelled":
        path = f"/v1/appointments/{visited.appointment.id}/cancel"
        answer = api.as_(world.dispatcher).post(path, json={"reason": "not needed"})
        assert answer.status_code == 200, answer.text
    else:
        visited.page.post("/v1/page/statements", json={"statement": "do_not_come"})

    assert visited.page.get("/v1/page/portraits/lead").status_code == 404
    assert [one["has_portrait"] for one in visited.page.get("/v1/page").json["visitors"]] in ([False], [])


def prefix_of(world: World) -> str:
    with world.work() as uow:
        return uow.session.get_one(Organisation, world.organisation).object_prefix
