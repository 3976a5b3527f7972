"""Files are announced by hash, arrive, and are believed only after their bytes were read back."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select

from field_visits.attachments.contents import Kind
from field_visits.attachments.models import Attachment
from field_visits.attachments.service import (
    Expected,
    expect,
    open_original,
    receive,
    receive_object,
    thumbnail_of,
)
from field_visits.attachments.sweeps import settle_expected, verify_received
from field_visits.cases.models import Case
from field_visits.evidence.codes import Code
from field_visits.evidence.log import entries_of_case
from field_visits.kernel.actor import Actor
from field_visits.kernel.errors import InvalidError, NotFoundError
from field_visits.kernel.ids import AttachmentId
from field_visits.messages.models import Alert
from media.digest import digest_of
from media.errors import TicketError, TicketPart
from media.files import FileStore
from tests.simulators.camera import photo, store_in, upload
from tests.world import World

PHOTO = photo(seed=1)


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return store_in(tmp_path / "objects")


def announce(
    world: World,
    store: FileStore,
    case: Case,
    content: bytes = PHOTO,
    *,
    actor: Actor | None = None,
    kind: str = "photo",
    content_type: str = "image/jpeg",
) -> Expected:
    digest = digest_of(content)
    with world.work(actor or world.collector) as uow:
        outcome = expect(
            uow,
            store,
            case,
            kind=kind,
            sha256=digest.sha256,
            md5=digest.md5,
            length=digest.length,
            content_type=content_type,
        )
    assert isinstance(outcome, Expected)
    return outcome


def arrive(world: World, store: FileStore, expected: Expected, content: bytes = PHOTO) -> None:
    upload(store, expected.ticket, content, world.clock.now())
    world.clock.advance(timedelta(seconds=1))
    with world.work() as uow:
        receive(uow, store, expected.attachment.id)
    world.clock.advance(timedelta(seconds=1))


def stored(world: World, attachment_id: AttachmentId) -> Attachment:
    with world.work() as uow:
        return uow.session.get_one(Attachment, attachment_id)


def alerts(world: World) -> list[str]:
    with world.work() as uow:
        return list(uow.session.scalars(select(Alert.kind).where(Alert.org_id == world.organisation)))


def codes(world: World, case: Case) -> list[str]:
    with world.work() as uow:
        return [entry.code for entry in entries_of_case(uow.session, case.id)]


def object_file(tmp_path: Path, attachment: Attachment) -> Path:
    return tmp_path / "objects" / "objects" / attachment.object_key


def test_a_photo_that_arrived_is_verified_from_the_store_with_its_claims(
    world: World, store: FileStore
) -> None:
    case = world.case()
    expected = announce(world, store, case)
    arrive(world, store, expected)

    judged = verify_received(world.work, store)

    attachment = stored(world, expected.attachment.id)
    assert judged == 1
    assert attachment.state == "verified"
    assert attachment.claims == {
        "width_px": 1200,
        "height_px": 900,
        "wall_time": "2026-11-25T10:03:22",
        "taken_at": "2026-11-25T02:03:22+00:00",
        "lat": pytest.approx(31.2302778),
        "lon": pytest.approx(121.4736111),
    }
    assert [code for code in codes(world, case) if code.startswith("attachment")] == [
        Code.ATTACHMENT_EXPECTED,
        Code.ATTACHMENT_RECEIVED,
        Code.ATTACHMENT_VERIFIED,
    ]
    assert verify_received(world.work, store) == 0


def test_the_small_copy_is_an_object_of_its_own_without_exif(world: World, store: FileStore) -> None:
    expected = announce(world, store, world.case())
    arrive(world, store, expected)
    verify_received(world.work, store)

    with world.work(world.collector) as uow:
        opened = thumbnail_of(uow, stored(world, expected.attachment.id))

    with store.open(opened.object_key) as stream:
        small = Image.open(io.BytesIO(stream.read()))
    assert small.size == (640, 480)
    assert not dict(small.getexif())
    assert opened.object_key != expected.attachment.object_key


def test_a_photo_has_no_small_copy_before_it_is_verified(world: World, store: FileStore) -> None:
    expected = announce(world, store, world.case())

    with world.work(world.collector) as uow, pytest.raises(NotFoundError):
        thumbnail_of(uow, stored(world, expected.attachment.id))


def test_the_same_file_of_the_same_subject_is_the_same_attachment(world: World, store: FileStore) -> None:
    case = world.case()
    first = announce(world, store, case)
    again = announce(world, store, case)
    elsewhere = announce(world, store, world.case())

    assert again.attachment.id == first.attachment.id
    assert again.receipt is None
    assert again.ticket is not None
    assert elsewhere.attachment.id != first.attachment.id
    assert codes(world, case).count(Code.ATTACHMENT_EXPECTED) == 1


def test_no_ticket_is_given_for_bytes_that_are_there(world: World, store: FileStore) -> None:
    case = world.case()
    arrive(world, store, announce(world, store, case))

    again = announce(world, store, case)

    assert again.ticket is None


def test_one_upload_serves_every_attachment_that_waits_for_these_bytes(
    world: World, store: FileStore
) -> None:
    first = announce(world, store, world.case())
    second = announce(world, store, world.case())
    upload(store, first.ticket, PHOTO, world.clock.now())

    with world.work() as uow:
        received = receive_object(uow, digest_of(PHOTO).sha256)

    assert {one.id for one in received} == {first.attachment.id, second.attachment.id}
    assert {one.state for one in received} == {"received"}


def test_other_bytes_than_the_ticket_names_are_refused_and_nothing_is_stored(
    world: World, store: FileStore
) -> None:
    expected = announce(world, store, world.case())
    changed = PHOTO[:-3] + bytes([PHOTO[-3] ^ 1]) + PHOTO[-2:]

    with pytest.raises(TicketError) as caught:
        upload(store, expected.ticket, changed, world.clock.now())

    assert caught.value.part is TicketPart.SHA256
    assert store.head(expected.attachment.object_key) is None
    assert stored(world, expected.attachment.id).state == "expected"


def test_an_upload_cut_off_is_refused_and_the_whole_one_taken(world: World, store: FileStore) -> None:
    expected = announce(world, store, world.case())

    with pytest.raises(TicketError) as caught:
        upload(store, expected.ticket, PHOTO[: len(PHOTO) // 2], world.clock.now())

    assert caught.value.part is TicketPart.LENGTH
    assert upload(store, expected.ticket, PHOTO, world.clock.now()).created


def test_a_report_without_bytes_is_turned_away(world: World, store: FileStore) -> None:
    expected = announce(world, store, world.case())

    with world.work() as uow, pytest.raises(InvalidError, match="not in the store yet"):
        receive(uow, store, expected.attachment.id)


def test_a_repeated_report_changes_nothing(world: World, store: FileStore) -> None:
    case = world.case()
    expected = announce(world, store, case)
    arrive(world, store, expected)

    with world.work() as uow:
        receive(uow, store, expected.attachment.id)

    assert codes(world, case).count(Code.ATTACHMENT_RECEIVED) == 1


def test_bytes_altered_in_the_store_are_mismatched_and_somebody_is_told(
    world: World, store: FileStore, tmp_path: Path
) -> None:
    expected = announce(world, store, world.case())
    arrive(world, store, expected)
    path = object_file(tmp_path, expected.attachment)
    path.chmod(0o600)
    path.write_bytes(PHOTO[:-1] + b"x")

    verify_received(world.work, store)

    assert stored(world, expected.attachment.id).state == "mismatched"
    assert alerts(world) == ["attachment_mismatched"]


def test_a_file_that_is_no_picture_is_mismatched_and_not_expected_again(
    world: World, store: FileStore
) -> None:
    case = world.case()
    words = b"not a picture at all"
    arrive(world, store, announce(world, store, case, words), words)

    verify_received(world.work, store)

    assert alerts(world) == ["attachment_mismatched"]
    with pytest.raises(InvalidError) as caught:
        announce(world, store, case, words)
    assert [fault.pointer for fault in caught.value.faults] == ["/sha256"]


def test_an_object_that_vanished_is_lost_and_taken_again_when_it_comes_back(
    world: World, store: FileStore, tmp_path: Path
) -> None:
    case = world.case()
    expected = announce(world, store, case)
    arrive(world, store, expected)
    object_file(tmp_path, expected.attachment).unlink()
    verify_received(world.work, store)
    assert stored(world, expected.attachment.id).state == "lost"
    assert alerts(world) == ["attachment_lost"]

    arrive(world, store, announce(world, store, case))
    verify_received(world.work, store)

    assert stored(world, expected.attachment.id).state == "verified"


def test_what_never_came_is_lost_after_two_days_with_an_alert(world: World, store: FileStore) -> None:
    expected = announce(world, store, world.case())

    world.clock.advance(timedelta(hours=47))
    assert settle_expected(world.work, store) == 0
    world.clock.advance(timedelta(hours=1))
    assert settle_expected(world.work, store) == 1

    assert stored(world, expected.attachment.id).state == "lost"
    assert alerts(world) == ["attachment_lost"]


def test_an_upload_that_nobody_reported_is_found(world: World, store: FileStore) -> None:
    expected = announce(world, store, world.case())
    upload(store, expected.ticket, PHOTO, world.clock.now())

    assert settle_expected(world.work, store) == 0
    world.clock.advance(timedelta(minutes=10))
    assert settle_expected(world.work, store) == 1

    assert stored(world, expected.attachment.id).state == "received"


def test_opening_an_original_is_an_entry(world: World, store: FileStore) -> None:
    case = world.case()
    expected = announce(world, store, case)
    arrive(world, store, expected)

    with world.work(world.legal) as uow:
        opened = open_original(uow, uow.session.get_one(Attachment, expected.attachment.id))

    with store.open(opened.object_key) as stream:
        assert stream.read() == PHOTO
    with world.work() as uow:
        last = entries_of_case(uow.session, case.id)[-1]
    assert last.code == Code.ATTACHMENT_OPENED
    assert last.kind == "fact"
    assert last.actor_id == world.legal.user


def test_a_file_that_has_not_come_cannot_be_opened(world: World, store: FileStore) -> None:
    case = world.case()
    expected = announce(world, store, case)

    with world.work(world.legal) as uow, pytest.raises(NotFoundError):
        open_original(uow, uow.session.get_one(Attachment, expected.attachment.id))

    assert Code.ATTACHMENT_OPENED not in codes(world, case)


def test_the_same_hash_with_other_properties_is_turned_away(world: World, store: FileStore) -> None:
    case = world.case()
    announce(world, store, case)

    with pytest.raises(InvalidError) as caught:
        announce(world, store, case, content_type="image/png")

    assert [fault.pointer for fault in caught.value.faults] == ["/content_type"]


@pytest.mark.parametrize(
    ("told", "pointer"),
    [
        ({"kind": "video"}, "/kind"),
        ({"kind": "signature"}, "/content_type"),
        ({"content_type": "text/html"}, "/content_type"),
        ({"sha256": "A" * 64}, "/sha256"),
        ({"md5": "0"}, "/md5"),
        ({"length": 0}, "/length"),
        ({"length": 16 * 1024 * 1024 + 1}, "/length"),
    ],
)
def test_an_announcement_that_cannot_be_names_its_field(
    world: World, store: FileStore, told: dict[str, object], pointer: str
) -> None:
    digest = digest_of(PHOTO)
    right = {
        "kind": Kind.PHOTO,
        "sha256": digest.sha256,
        "md5": digest.md5,
        "length": digest.length,
        "content_type": "image/jpeg",
    }

    with world.work(world.collector) as uow, pytest.raises(InvalidError) as caught:
        expect(uow, store, world.case(), **{**right, **told})  # type: ignore[arg-type]  # wrong on purpose

    assert [fault.pointer for fault in caught.value.faults] == [pointer]
