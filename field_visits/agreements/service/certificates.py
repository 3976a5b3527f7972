"""The certificate of the organisation's seal: issued once for each key, retired when a newer key seals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from sqlalchemy import select

from field_visits.agreements.loading import organisation_of
from field_visits.agreements.models import SealCertificate
from field_visits.agreements.seal import MAX_COMMON_NAME, create_seal_identity
from field_visits.kernel.db import lock
from field_visits.kernel.ids import SealCertificateId
from field_visits.unit_of_work import UnitOfWork

# A certificate is renewed while documents sealed on its last day can still be checked in comfort.
RENEW_BEFORE: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class SealKey:
    """A P-256 key of the secrets folder's ring `seal`, by its id."""

    key_id: str
    pem: bytes


@dataclass(frozen=True, slots=True)
class SealIdentity:
    """What seals now: the key and the certificate that the log shows for it."""

    key_pem: bytes
    certificate_pem: bytes
    certificate_sha256: str


def current_identity(uow: UnitOfWork, keys: Sequence[SealKey]) -> SealIdentity:
    """The newest key (the first of `keys`) with its certificate, which is issued now if there is none.

    Raises:
        ValueError: There is no key.
        TypeError: The first is no key on an elliptic curve.
    Evidence: seal_certificate:record:issued, …:retired, at the first use of a key.
    """
    if not keys:
        raise ValueError("Sealing needs a key of the ring «seal».")
    key = keys[0]
    organisation = organisation_of(uow)
    lock(uow.session, organisation.id)
    valid = uow.session.scalars(
        select(SealCertificate).where(SealCertificate.state == "valid").order_by(SealCertificate.id)
    ).all()
    for certificate in valid:
        if certificate.key_id == key.key_id and certificate.valid_until > uow.now + RENEW_BEFORE:
            return _identity(key, certificate)
    private = load_pem_private_key(key.pem, password=None)
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise TypeError("The seal's key must be on the curve P-256.")
    # X.520 allows 64 characters of a name.
    _, pem = create_seal_identity(organisation.name[:MAX_COMMON_NAME], uow.now, private)
    read = x509.load_pem_x509_certificate(pem)
    issued = SealCertificate(
        id=SealCertificateId(uow.new_id()),
        key_id=key.key_id,
        certificate_pem=pem.decode(),
        sha256=read.fingerprint(hashes.SHA256()).hex(),
        valid_from=read.not_valid_before_utc,
        valid_until=read.not_valid_after_utc,
    )
    uow.apply(issued, "issue", facts={"certificate_sha256": issued.sha256})
    for older in valid:
        uow.apply(older, "retire", facts={"replaced_by": issued.id})
    return _identity(key, issued)


def _identity(key: SealKey, certificate: SealCertificate) -> SealIdentity:
    return SealIdentity(key.pem, certificate.certificate_pem.encode(), certificate.sha256)
