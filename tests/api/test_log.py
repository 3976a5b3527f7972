"""The log over HTTP: what it serves can be checked with keys from outside and nothing else."""

import base64
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from field_visits.evidence.checkpoints import open_checkpoint
from field_visits.evidence.codes import Code
from field_visits.evidence.epochs import log_origin
from field_visits.evidence.merkle import verify_consistency
from field_visits.evidence.notes import VerifierKey
from field_visits.evidence.proofs import parse_proof, verify_proof
from field_visits.evidence.tables import Entry
from field_visits.identity.models import User
from field_visits.kernel.db import Database
from tests.client import ApiClient
from tests.features.dossier.scene import Scene, log_signers
from tests.world import World


@pytest.fixture
def scene(world: World, sequencer_database: Database, tmp_path: Path) -> Scene:
    """The world of the API with a log."""
    return Scene.open(world, sequencer_database, tmp_path)


def key_of(world: World) -> VerifierKey:
    return log_signers(log_origin(world.organisation))[0].verifier


def test_the_checkpoint_is_a_signed_note(api: ApiClient, scene: Scene) -> None:
    scene.number()

    answer = api.as_(scene.world.collector).get("/v1/log/checkpoint")

    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    checkpoint = open_checkpoint(answer.data, [key_of(scene.world)])
    assert checkpoint.origin == log_origin(scene.world.organisation)


def test_an_empty_log_has_no_checkpoint(api: ApiClient, world: World) -> None:
    assert api.as_(world.legal).get("/v1/log/checkpoint").status_code == 404


def test_checkpoints_are_listed_newest_first_page_by_page(api: ApiClient, scene: Scene) -> None:
    for _ in range(3):
        scene.world.case()
        scene.number()
    legal = api.as_(scene.world.legal)

    first = legal.get("/v1/log/checkpoints?limit=2").json
    second = legal.get(f"/v1/log/checkpoints?limit=2&cursor={first['next_cursor']}").json

    sizes = [one["size"] for one in first["items"] + second["items"]]
    assert sizes == sorted(sizes, reverse=True)
    assert len(sizes) == len(set(sizes)) >= 3
    assert second["next_cursor"] is None


def test_the_proof_of_a_receipt_verifies_offline(api: ApiClient, scene: Scene) -> None:
    case = scene.world.case()
    scene.number()
    with scene.world.work() as uow:
        entry = uow.session.get_one(Entry, case.evidence_id)

    answer = api.as_(scene.world.legal).get(f"/v1/log/entries/{entry.id}/proof")

    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    proof = parse_proof(answer.data)
    assert proof.record.entry == bytes(entry.hash)
    assert verify_proof(proof, bytes(entry.canonical), [key_of(scene.world)]).size > proof.index


def test_an_entry_that_waits_has_no_proof_yet(api: ApiClient, scene: Scene) -> None:
    case = scene.world.case()

    answer = api.as_(scene.world.legal).get(f"/v1/log/entries/{case.evidence_id}/proof")

    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0


def test_a_proof_under_an_older_checkpoint_names_the_size(api: ApiClient, scene: Scene) -> None:
    scene.number()
    legal = api.as_(scene.world.legal)
    older = legal.get("/v1/log/checkpoints").json["items"][0]["size"]
    case = scene.world.case()
    scene.number()

    too_old = legal.get(f"/v1/log/entries/{case.evidence_id}/proof?size={older}")
    unknown = legal.get(f"/v1/log/entries/{case.evidence_id}/proof?size=99999")

    assert (too_old.status_code, too_old.json["errors"][0]["pointer"]) == (422, "/size")
    assert unknown.status_code == 404


def test_a_collector_gets_proofs_of_what_concerns_them_alone(api: ApiClient, scene: Scene) -> None:
    mine, other = scene.world.collector, scene.world.other_collector
    entries = []
    for person in (mine, other):
        with scene.world.work(person) as uow:
            user = uow.session.get_one(User, person.user)
            entries.append(uow.record(Code.USER_SIGNED_IN, user).entry_id)
    scene.number()
    collector = api.as_(mine)

    answers = [collector.get(f"/v1/log/entries/{one}/proof").status_code for one in (*entries, uuid4())]

    assert answers == [200, 404, 404]


def test_consistency_is_proved_between_two_published_sizes(api: ApiClient, scene: Scene) -> None:
    scene.number()
    scene.world.case()
    scene.number()
    legal = api.as_(scene.world.legal)
    newer, older = legal.get("/v1/log/checkpoints?limit=2").json["items"]

    answer = legal.get(f"/v1/log/consistency?from={older['size']}&to={newer['size']}")

    assert answer.status_code == 200, answer.text
    path = [base64.b64decode(step) for step in answer.json["path"]]
    roots = [base64.b64decode(one["root"]) for one in (older, newer)]
    assert verify_consistency(older["size"], newer["size"], path, *roots)


@pytest.mark.parametrize("query", ["from=2&to=1", "from=1&to=99999", "from=0&to=1", "from=1", "from=x&to=2"])
def test_sizes_that_cannot_be_are_named(api: ApiClient, scene: Scene, query: str) -> None:
    scene.number()

    answer = api.as_(scene.world.legal).get(f"/v1/log/consistency?{query}")

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] in {"/from", "/to"}


def test_the_lag_is_shown_and_alarmed_beyond_ten_seconds(api: ApiClient, scene: Scene) -> None:
    scene.number()
    dispatcher = api.as_(scene.world.dispatcher)
    scene.number()
    nothing = dispatcher.get("/v1/log/lag").json
    scene.world.case()
    scene.world.clock.advance(timedelta(seconds=11))

    late = dispatcher.get("/v1/log/lag").json

    assert nothing == {"pending": 0, "oldest": None, "seconds": 0, "is_late": False}
    assert (late["pending"] > 0, late["seconds"], late["is_late"]) == (True, 11, True)


def test_the_keys_are_those_that_signed(api: ApiClient, scene: Scene) -> None:
    scene.number()

    keys = api.as_(scene.world.legal).get("/v1/log/keys").json

    assert keys["origin"] == log_origin(scene.world.organisation)
    assert [one["key"] for one in keys["log"]] == [str(key_of(scene.world))]
    assert keys["log"][0]["fingerprint"] == key_of(scene.world).fingerprint
    assert [one["name"] for one in keys["seal"]] == [f"doorstep/{scene.world.organisation}/export"]
