"""Opening the document: a read that is evidence, of the original bytes for everybody and always for legal."""

import hashlib

from field_visits.agreements.models import Agreement
from field_visits.agreements.service.rendering import render_document
from field_visits.cases.models import Case
from field_visits.evidence.codes import Code
from field_visits.kernel.actor import Role
from field_visits.kernel.errors import UnavailableError
from field_visits.unit_of_work import UnitOfWork
from media.errors import ObjectMissingError, StoreUnavailableError
from media.store import ObjectStore


def open_document(uow: UnitOfWork, store: ObjectStore | None, agreement: Agreement) -> bytes:
    """The PDF: the sealed original, or before the signature the text as an offer, marked as unsigned.

    Raises:
        UnavailableError: The store does not answer, or the signed document is still being sealed.
    Evidence: agreement:document:opened, for a sealed original and whenever legal opens one.
    """
    if agreement.sealed_key is not None:
        content = _stored(store, agreement)
    elif agreement.signed_at is None:
        content = render_document(uow, agreement, uow.session.get_one(Case, agreement.case_id))
    else:
        raise UnavailableError("The signed document is being sealed. Try again in a minute.")
    if agreement.sealed_key is not None or Role.LEGAL in uow.actor.roles:
        sha256 = hashlib.sha256(content).hexdigest()
        uow.record(Code.AGREEMENT_OPENED, agreement, facts={"sha256": sha256}, objects=[sha256])
    return content


def _stored(store: ObjectStore | None, agreement: Agreement) -> bytes:
    if store is None:
        raise UnavailableError("This process has no object store.")
    try:
        with store.open(agreement.sealed_key or "") as stream:
            content = stream.read()
    except StoreUnavailableError as error:
        raise UnavailableError("The object store does not answer. Try again in a minute.") from error
    except ObjectMissingError as error:
        raise RuntimeError(
            f"The sealed document of agreement {agreement.id} is gone from the store."
        ) from error
    if hashlib.sha256(content).hexdigest() != agreement.sealed_sha256:
        raise RuntimeError(f"The sealed document of agreement {agreement.id} is not the one that was stored.")
    return content
