"""From signed to running: the sealed document exists before any row names it."""

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest

from field_visits.agreements.models import SealCertificate
from field_visits.agreements.queries import list_certificates
from field_visits.agreements.seal import check_seal
from field_visits.agreements.service.opening import open_document
from field_visits.agreements.service.rendering import render_document
from field_visits.agreements.service.sealing import seal_signed
from field_visits.cases.models import Case
from field_visits.cases.service.customers import update_customer
from field_visits.kernel.errors import UnavailableError
from field_visits.messages.models import Alert, Message
from media.digest import ByteSource
from media.errors import StoreUnavailableError
from media.files import FileStore
from media.store import Stored
from tests.features.agreements.plans import TICKETS, UPLOADS, key, offered, running, seen, signs, store_in
from tests.world import World, applied


class DeadStore(FileStore):
    """A store whose disk is gone."""

    def put_if_absent(self, key: str, content: bytes | ByteSource, *, content_type: str) -> Stored:
        del key, content, content_type
        raise StoreUnavailableError("The disk is gone.")


def certificates(world: World) -> list[SealCertificate]:
    with world.work() as uow:
        return list(list_certificates(uow))


def test_the_sweep_seals_stores_starts_and_sends_a_copy(world: World, tmp_path: Path) -> None:
    case = world.case()
    agreement = running(world, case, tmp_path)

    assert agreement.state == "running"
    with store_in(tmp_path).open(agreement.sealed_key or "") as stream:
        sealed = stream.read()
    with store_in(tmp_path).open(agreement.document_key or "") as stream:
        document = stream.read()
    assert hashlib.sha256(sealed).hexdigest() == agreement.sealed_sha256
    assert sealed.startswith(document)
    (certificate,) = certificates(world)
    check = check_seal(sealed, certificate.certificate_pem.encode())
    assert check.is_good, check.problem
    with world.work() as uow:
        (message,) = uow.session.query(Message)
        assert (message.template, message.channel, message.recipient) == (
            "agreement_copy",
            "sms",
            "13800000001",
        )


def test_the_document_is_the_same_bytes_whenever_it_is_rendered(world: World, tmp_path: Path) -> None:
    agreement = running(world, world.case(), tmp_path)

    with world.work() as uow:
        again = render_document(uow, agreement, uow.session.get_one(Case, agreement.case_id))

    assert hashlib.sha256(again).hexdigest() == agreement.document_sha256


def test_a_second_sweep_finds_nothing_and_a_key_gets_one_certificate(world: World, tmp_path: Path) -> None:
    store, seal_key = store_in(tmp_path), key()
    for _ in range(2):
        applied(signs(world, offered(world, world.case())))
        assert seal_signed(world.work, store, [seal_key]) == 1
        assert seal_signed(world.work, store, [seal_key]) == 0

    assert [row.key_id for row in certificates(world)] == [seal_key.key_id]


def test_a_new_key_gets_a_certificate_and_retires_the_old_one(world: World, tmp_path: Path) -> None:
    store, old, new = store_in(tmp_path), key("0001-aaaaaaaa"), key("0002-bbbbbbbb")
    first = offered(world, world.case())
    applied(signs(world, first))
    seal_signed(world.work, store, [old])
    world.clock.advance(timedelta(seconds=1))
    second = offered(world, world.case())
    applied(signs(world, second))
    seal_signed(world.work, store, [new, old])

    before, after = certificates(world)
    assert (before.state, after.state) == ("retired", "valid")
    for agreement, certificate in ((first, before), (second, after)):
        with store.open(seen(world, agreement.id).sealed_key or "") as stream:
            assert check_seal(stream.read(), certificate.certificate_pem.encode()).is_good


def test_nothing_is_named_while_the_store_does_not_answer(world: World, tmp_path: Path) -> None:
    agreement = offered(world, world.case())
    applied(signs(world, agreement))
    dead = DeadStore(tmp_path, keys=TICKETS, upload_url=UPLOADS)

    assert seal_signed(world.work, dead, [key()]) == 0

    waiting = seen(world, agreement.id)
    assert (waiting.state, waiting.sealed_key) == ("signed", None)
    with world.work(world.legal) as uow, pytest.raises(UnavailableError):
        open_document(uow, store_in(tmp_path), waiting)


def test_one_that_cannot_be_printed_opens_one_alert_and_holds_up_nobody(world: World, tmp_path: Path) -> None:
    stuck_case = world.case()
    stuck, good = offered(world, stuck_case), offered(world, world.case())
    with world.work(world.dispatcher) as uow:
        applied(update_customer(uow, stuck_case.customer_id, name="王\U00020001"))
    for agreement in (stuck, good):
        applied(signs(world, agreement))

    assert seal_signed(world.work, store_in(tmp_path), [key()]) == 1
    assert seal_signed(world.work, store_in(tmp_path), [key()]) == 0

    assert seen(world, stuck.id).state == "signed"
    assert seen(world, good.id).state == "running"
    with world.work() as uow:
        (alert,) = uow.session.query(Alert)
        assert alert.detail == {"code": "missing-glyph", "at": ["/customer"]}
