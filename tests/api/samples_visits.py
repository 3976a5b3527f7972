"""Examples of visits, files and alerts for the matrix; see tests/api/test_matrix.py."""

from typing import Any

from field_visits.attachments.service import Expected, expect, receive_object
from field_visits.attachments.sweeps import verify_received
from field_visits.kernel.ids import AttachmentId
from field_visits.messages.service import open_alert, queue_message
from media.digest import digest_of
from media.files import FileStore
from tests.client import ApiClient
from tests.features.visits.door import at_door
from tests.simulators.camera import photo, upload

PHOTO = photo(seed=11, size=(320, 240))


def visit(api: ApiClient) -> object:
    return at_door(api.world).id


def announcement(content: bytes = PHOTO) -> dict[str, Any]:
    digest = digest_of(content)
    return {
        "sha256": digest.sha256,
        "md5": digest.md5,
        "length": digest.length,
        "content_type": "image/jpeg",
    }


def attachment(api: ApiClient) -> AttachmentId:
    """A photo of a case, verified; announced by the world's collector."""
    store, world = api.house.objects, api.world
    assert isinstance(store, FileStore)
    case = world.case()
    with world.work(world.collector) as uow:
        expected = expect(uow, store, case, kind="photo", **announcement())
    assert isinstance(expected, Expected)
    upload(store, expected.ticket, PHOTO, world.clock.now())
    with world.work() as uow:
        receive_object(uow, digest_of(PHOTO).sha256)
    verify_received(world.work, store)
    return expected.attachment.id


def alert(api: ApiClient) -> object:
    case = api.world.case()
    with api.world.work() as uow:
        return open_alert(uow, case, kind="unsafe", detail={"outcome": "UNSAFE_ABORT"}).id


def outcome(**told: Any) -> dict[str, Any]:
    return {"outcome": "REFUSE", "person_met": "self", "identity_proof": "document"} | told


def message(api: ApiClient) -> object:
    case = api.world.case(collector=api.world.collector)
    with api.world.work() as uow:
        return queue_message(
            uow,
            case,
            template="page_code",
            language="zh",
            channel="sms",
            recipient="13800000000",
            blanks={"organisation": "示例银行", "code": "123456"},
        ).id


SAMPLES = {"visit_id": visit, "attachment_id": attachment, "alert_id": alert, "message_id": message}
BODIES = {
    "POST /v1/visits/{visit_id}/arrival": lambda _: {"fix": None},
    "POST /v1/visits/{visit_id}/outcome": lambda _: outcome(),
    "POST /v1/visits/{visit_id}/persons": lambda _: {"person_met": "self", "identity_proof": "code"},
    "POST /v1/visits/{visit_id}/photos": lambda _: announcement(),
}
