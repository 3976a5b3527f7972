"""From signed to running: the sweep that renders, stores, seals and sends what was signed.

Objects first, rows second: a crash leaves at most an object that no row names. The document is the same bytes
whenever it is rendered; the seal is not (ECDSA draws a random number), so a row names the one that was stored.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from field_visits.agreements.loading import Loaded, load, local_day, organisation_of
from field_visits.agreements.models import Agreement
from field_visits.agreements.seal import seal_pdf
from field_visits.agreements.service.certificates import SealIdentity, SealKey, current_identity
from field_visits.agreements.service.reaching import queue_to_customer
from field_visits.agreements.service.rendering import render_document
from field_visits.cases.loading import audience
from field_visits.cases.models import Case
from field_visits.kernel.errors import DomainError
from field_visits.kernel.ids import AgreementId
from field_visits.messages.models import Alert
from field_visits.messages.service import open_alert
from field_visits.unit_of_work import Applied, UnitOfWork, Work
from media.errors import StoreUnavailableError
from media.keys import object_key
from media.store import ObjectStore

PDF: Final = "application/pdf"
UNSEALABLE_ALERT: Final = "agreement_not_sealable"
# What the seal says of itself in the PDF; the customer's own act stands in the signing record.
REASON: Final = "Issued by the organisation and unchanged since / 由本机构出具，出具后未经更改"


@dataclass(frozen=True, slots=True)
class _Made:
    """The two files of one agreement, already in the store."""

    document_sha256: str
    document_key: str
    sealed_sha256: str
    sealed_key: str
    certificate_sha256: str


def seal_signed(work: Work, store: ObjectStore, keys: Sequence[SealKey], *, limit: int = 100) -> int:
    """Every signed agreement has its sealed document, runs, and its copy is on the way. How many: a sweep.

    One that cannot be rendered opens an alert, once, and does not hold up the others. A store that does not
    answer ends the sweep; the next one goes on.

    Evidence: agreement:document:sealed, agreement:plan:started, message:delivery:queued.
    """
    with work() as uow:
        waiting = uow.session.scalars(
            select(Agreement.id).where(Agreement.state == "signed").order_by(Agreement.id).limit(limit)
        ).all()
        # Its own transaction: no other writer waits for pictures of paper.
        identity = current_identity(uow, keys) if waiting else None
    sealed = 0
    for agreement_id in waiting:
        if identity is None:
            break
        try:
            with work() as uow:
                made = _make(uow, store, identity, agreement_id)
            with work() as uow:
                sealed += _settle(uow, agreement_id, made)
        except StoreUnavailableError:
            break
        except DomainError as error:
            with work() as uow:
                _alert(uow, agreement_id, error)
    return sealed


def _make(uow: UnitOfWork, store: ObjectStore, identity: SealIdentity, agreement_id: AgreementId) -> _Made:
    agreement = uow.session.get_one(Agreement, agreement_id)
    case = uow.session.get_one(Case, agreement.case_id)
    document = render_document(uow, agreement, case)
    sealed = seal_pdf(
        document,
        key_pem=identity.key_pem,
        cert_pem=identity.certificate_pem,
        reason=REASON,
        at=uow.now,
    )
    prefix = organisation_of(uow).object_prefix
    return _Made(*_keep(store, prefix, document), *_keep(store, prefix, sealed), identity.certificate_sha256)


def _keep(store: ObjectStore, prefix: str, content: bytes) -> tuple[str, str]:
    """The hash and the key under which the store has `content`."""
    sha256 = hashlib.sha256(content).hexdigest()
    key = object_key(prefix, sha256)
    store.put_if_absent(key, content, content_type=PDF)
    return sha256, key


def _settle(uow: UnitOfWork, agreement_id: AgreementId, made: _Made) -> bool:
    loaded = load(uow, agreement_id)
    agreement = loaded.agreement
    if agreement.state != "signed":  # another sweep was quicker
        return False
    who = audience(loaded.case.collector_id)
    sealed = uow.apply(
        agreement,
        "seal",
        changes={
            "document_sha256": made.document_sha256,
            "document_key": made.document_key,
            "sealed_sha256": made.sealed_sha256,
            "sealed_key": made.sealed_key,
            "sealed_at": uow.now,
        },
        facts={"certificate_sha256": made.certificate_sha256},
        objects=[made.document_sha256, made.sealed_sha256],
        audience=who,
    )
    if not isinstance(sealed, Applied):
        return False
    uow.apply(agreement, "start", cause=sealed.receipt.entry_id, audience=who)
    _send_copy(uow, loaded, sealed)
    return True


def _send_copy(uow: UnitOfWork, loaded: Loaded, sealed: Applied) -> None:
    agreement = loaded.agreement
    day = local_day(organisation_of(uow), agreement.signed_at or uow.now)
    queue_to_customer(
        uow,
        agreement,
        loaded.case,
        template="agreement_copy",
        day=day,
        cause=sealed.receipt.entry_id,
    )


def _alert(uow: UnitOfWork, agreement_id: AgreementId, error: DomainError) -> None:
    known = uow.session.scalars(
        select(Alert.id).where(
            Alert.kind == UNSEALABLE_ALERT, Alert.about_id == agreement_id, Alert.state != "closed"
        )
    ).first()
    if known is None:
        agreement = uow.session.get_one(Agreement, agreement_id)
        # Pointers only: a detail may quote the name that cannot be printed.
        detail = {"code": error.code, "at": [fault.pointer for fault in error.faults]}
        open_alert(uow, agreement, kind=UNSEALABLE_ALERT, detail=detail)
