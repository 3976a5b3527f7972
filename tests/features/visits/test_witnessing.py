"""Photos, people and notes of a visit, and what may be said to whom."""

from pathlib import Path

import pytest

from field_visits.attachments.service import receive
from field_visits.attachments.sweeps import verify_received
from field_visits.evidence.codes import Code
from field_visits.identity.permissions import Scope
from field_visits.kernel.errors import InvalidError, NotFoundError
from field_visits.visits.models import Visit
from field_visits.visits.proof import Proof, ProofState
from field_visits.visits.queries import get_visit
from field_visits.visits.service import Photographed, meet, note, photograph
from field_visits.visits.telling import Told
from media.digest import digest_of
from media.files import FileStore
from tests.features.appointments.days import entries
from tests.features.visits.door import at_door, end, visit_now
from tests.simulators.camera import photo, store_in, upload
from tests.world import World

PHOTO = photo(seed=3)


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return store_in(tmp_path / "objects")


def take(world: World, store: FileStore, visit: Visit, content: bytes = PHOTO) -> Photographed:
    digest = digest_of(content)
    with world.work(world.collector) as uow:
        taken = photograph(
            uow,
            store,
            visit.id,
            sha256=digest.sha256,
            md5=digest.md5,
            length=digest.length,
            content_type="image/jpeg",
        )
    assert isinstance(taken, Photographed)
    return taken


def proof(world: World, visit: Visit) -> Proof:
    with world.work(world.legal) as uow:
        return get_visit(uow, visit.id, scope=Scope.ORGANISATION).proof


def test_a_visits_proof_is_whole_once_its_photo_was_read_back(world: World, store: FileStore) -> None:
    visit = at_door(world)
    assert proof(world, visit).state is ProofState.NONE

    taken = take(world, store, visit)
    assert proof(world, visit) == Proof(ProofState.PENDING, 1, 0)
    upload(store, taken.expected.ticket, PHOTO, world.clock.now())
    with world.work() as uow:
        receive(uow, store, taken.expected.attachment.id)
    verify_received(world.work, store)

    assert proof(world, visit) == Proof(ProofState.WHOLE, 1, 1)
    recorded = entries(world, Code.VISIT_PHOTOGRAPHED)
    assert digest_of(PHOTO).sha256.encode() in recorded[0].canonical


def test_a_photo_announced_twice_is_one_photo(world: World, store: FileStore) -> None:
    visit = at_door(world)
    first = take(world, store, visit)

    again = take(world, store, visit)

    assert again.expected.attachment.id == first.expected.attachment.id
    assert again.told is None
    assert len(entries(world, Code.VISIT_PHOTOGRAPHED)) == 1


@pytest.mark.parametrize(
    ("person", "proved", "may_name"),
    [
        ("self", "document", True),
        ("guarantor", "code", True),
        ("related", "document", False),
        ("unrelated", "none", False),
    ],
)
def test_the_debt_may_be_named_to_customer_and_guarantor_alone(
    world: World, person: str, proved: str, may_name: bool
) -> None:
    visit = at_door(world)

    with world.work(world.collector) as uow:
        told = meet(uow, visit.id, person_met=person, identity_proof=proved)

    assert isinstance(told, Told)
    assert told.may_name_debt is may_name
    now = visit_now(world, visit.id)
    assert (now.person_met, now.identity_proof) == (person, proved)


def test_who_was_met_is_never_assumed(world: World) -> None:
    visit = at_door(world)

    with world.work(world.collector) as uow, pytest.raises(InvalidError) as caught:
        meet(uow, visit.id, person_met=None, identity_proof=None)

    assert [fault.pointer for fault in caught.value.faults] == ["/person_met", "/identity_proof"]
    assert visit_now(world, visit.id).person_met is None


def test_a_meeting_told_late_leaves_the_outcomes_person(world: World) -> None:
    visit = at_door(world)
    end(world, visit, "TP_MET", met="related", proof="stated")

    with world.work(world.collector) as uow:
        meet(uow, visit.id, person_met="unrelated", identity_proof="none")

    now = visit_now(world, visit.id)
    assert (now.state, now.person_met) == ("finished", "related")
    assert len(entries(world, Code.VISIT_PERSON_MET)) == 1


def test_notes_are_kept_one_after_the_other(world: World) -> None:
    visit = at_door(world)

    for text in ("The lift is broken.", "  The bell has no name. "):
        with world.work(world.collector) as uow:
            note(uow, visit.id, text=text)

    assert visit_now(world, visit.id).note == "The lift is broken.\n\nThe bell has no name."


def test_an_empty_note_is_turned_away(world: World) -> None:
    visit = at_door(world)

    with world.work(world.collector) as uow, pytest.raises(InvalidError):
        note(uow, visit.id, text="  ")


def test_somebody_elses_visit_does_not_exist(world: World, store: FileStore) -> None:
    visit = at_door(world)

    with world.work(world.other_collector) as uow:
        with pytest.raises(NotFoundError):
            note(uow, visit.id, text="I was not there.")
        with pytest.raises(NotFoundError):
            meet(uow, visit.id, person_met="self", identity_proof="none")
        with pytest.raises(NotFoundError):
            get_visit(uow, visit.id, scope=Scope.OWN)
