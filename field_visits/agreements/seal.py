"""The organisation's seal on a document: PAdES B-B (ETSI EN 319 142-1) with a P-256 key.

The seal shows who issued the bytes and that not one of them has changed since. It is not the customer's act of
signing, and it holds no proof of time: the time in it is what the caller says. Nothing here reaches the network.
"""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any, Final

from asn1crypto import cms  # type: ignore[import-untyped]  # it has no stubs
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.keys import load_certs_from_pemder_data, load_private_key_from_pemder_data
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers.pdf_cms import SimpleSigner
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner, PdfSigningSession
from pyhanko.sign.validation import EmbeddedPdfSignature, async_validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from field_visits.kernel.errors import Fault, InvalidError

FIELD_NAME: Final = "OrganisationSeal"
VALID_YEARS: Final = 10
# X.520 ub-common-name.
MAX_COMMON_NAME: Final = 64


@dataclass(frozen=True, slots=True)
class SealCheck:
    """What a document's seal says when it is read again.

    Attributes:
        intact: The sealed bytes are the ones that were sealed, by the trusted certificate's key.
        whole_document: The seal covers every byte of the file, so nothing was added after it.
        signer: Common name of the trusted certificate if it sealed this document, else None.
        sealed_at: The time that the sealing organisation claims, or None without a readable seal.
        problem: In plain words, why `is_good` is False; None if it is True.
    """

    intact: bool
    whole_document: bool
    signer: str | None
    sealed_at: datetime | None
    problem: str | None

    @property
    def is_good(self) -> bool:
        return self.intact and self.whole_document


def create_seal_identity(
    organisation_name: str,
    now: datetime,
    key: ec.EllipticCurvePrivateKey | None = None,
) -> tuple[bytes, bytes]:
    """A P-256 key and its self-signed certificate, as `(key_pem, cert_pem)`, valid for ten years from `now`.

    The key is not encrypted: the caller keeps it in the secrets folder. The certificate may seal and nothing else.

    Raises:
        InvalidError: The name is empty or longer than 64 characters, or `key` is not on P-256.
        ValueError: `now` is naive.
    """
    _demand_aware(now)
    name = organisation_name.strip()
    if not 1 <= len(name) <= MAX_COMMON_NAME:
        raise _invalid(
            "/organisation_name", f"must have 1 to {MAX_COMMON_NAME} characters for a certificate."
        )
    private_key = key or ec.generate_private_key(ec.SECP256R1())
    if not isinstance(private_key.curve, ec.SECP256R1):
        raise _invalid("/key", "must be on the curve P-256.")
    start = now.astimezone(UTC).replace(microsecond=0)
    subject = x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, name), x509.NameAttribute(NameOID.COMMON_NAME, name)]
    )
    public_key = private_key.public_key()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=365 * VALID_YEARS + VALID_YEARS // 4))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_seal_usage(), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        .sign(private_key, hashes.SHA256())
    )
    return (
        private_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
        certificate.public_bytes(serialization.Encoding.PEM),
    )


def seal_pdf(pdf: bytes, *, key_pem: bytes, cert_pem: bytes, reason: str, at: datetime) -> bytes:
    """`pdf` with the seal of `cert_pem` over all of it; later changes of any kind are forbidden by it.

    The original bytes stay the beginning of the result. Sealing the same bytes twice gives two different files:
    ECDSA draws a new random number each time.

    Raises:
        InvalidError: Not a readable PDF, sealed already, a key that does not fit its certificate, or a
            certificate that is not valid at `at`.
        ValueError: `at` is naive.
    """
    _demand_aware(at)
    certificate = _load_identity(key_pem, cert_pem)
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        raise _invalid("/cert_pem", "is not valid at the time of sealing; make a new seal identity.")
    return _write_seal(
        pdf, key_pem=key_pem, cert_pem=cert_pem, reason=reason, name=_common_name(certificate), at=at
    )


def check_seal(pdf: bytes, trusted_cert_pem: bytes) -> SealCheck:
    """Whether `pdf` is, byte for byte, what the holder of `trusted_cert_pem` sealed.

    Total: whatever the bytes are, the answer is a `SealCheck`, never an exception. The certificate is judged
    at the time the seal claims, without revocation: trust comes from the caller, who got it from elsewhere.
    """
    trusted = x509.load_pem_x509_certificate(trusted_cert_pem)
    try:
        return asyncio.run(_check(pdf, trusted, _as_library_certificate(trusted_cert_pem)))
    except Exception as error:  # noqa: BLE001  # hostile bytes: the parser may fail in any way, and each means «not intact»
        return SealCheck(
            intact=False,
            whole_document=False,
            signer=None,
            sealed_at=None,
            problem=f"The file or its seal cannot be read ({type(error).__name__}).",
        )


def _write_seal(
    pdf: bytes, *, key_pem: bytes, cert_pem: bytes, reason: str, name: str, at: datetime
) -> bytes:
    try:
        writer = _WriterWithoutClock(BytesIO(pdf))
        if writer.prev.embedded_signatures:
            raise _invalid("/pdf", "carries a seal already.")
    except PdfError as error:
        raise _invalid("/pdf", "is not a PDF that can be read.") from error
    signer = SimpleSigner(
        signing_cert=_as_library_certificate(cert_pem),
        signing_key=load_private_key_from_pemder_data(key_pem, passphrase=None),
        cert_registry=SimpleCertificateStore(),  # type: ignore[no-untyped-call]  # not annotated
    )
    metadata = PdfSignatureMetadata(
        field_name=FIELD_NAME,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        reason=reason,
        name=name,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    output = _SignerAt(metadata, signer, at=at.astimezone(UTC).replace(microsecond=0)).sign_pdf(writer)
    return bytes(output.getvalue())


class _WriterWithoutClock(IncrementalPdfFileWriter):
    """Adds the seal and nothing else: the library would rewrite the metadata with the machine's clock."""

    def _update_meta(self) -> None:
        return


class _SignerAt(PdfSigner):
    """A signer whose time is the caller's: the library would read the machine's clock."""

    def __init__(self, metadata: PdfSignatureMetadata, signer: SimpleSigner, *, at: datetime) -> None:
        super().__init__(metadata, signer=signer)
        self._at = at

    def init_signing_session(
        self,
        pdf_out: BasePdfFileWriter,
        existing_fields_only: bool = False,  # noqa: FBT001, FBT002  # the library's signature
    ) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only=existing_fields_only)
        session.system_time = self._at
        return session


async def _check(pdf: bytes, trusted: x509.Certificate, root: Any) -> SealCheck:
    reader = PdfFileReader(BytesIO(pdf))
    seals = reader.embedded_signatures
    if len(seals) != 1:
        return SealCheck(
            intact=False,
            whole_document=False,
            signer=None,
            sealed_at=None,
            problem="The document carries no seal."
            if not seals
            else "The document carries more than one seal.",
        )
    seal = seals[0]
    claimed = seal.self_reported_timestamp
    is_trusted = seal.signer_cert.dump() == root.dump()
    status = await async_validate_pdf_signature(
        seal,
        signer_validation_context=ValidationContext(
            trust_roots=[root], allow_fetching=False, moment=claimed, best_signature_time=claimed
        ),
    )
    problem = _problem(pdf, seal, status, trusted=trusted, is_trusted=is_trusted)
    whole = status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    return SealCheck(
        intact=problem is None,
        whole_document=whole,
        signer=_common_name(trusted) if is_trusted else None,
        sealed_at=claimed,
        problem=problem if problem or whole else "Bytes were added after the seal.",
    )


def _problem(
    pdf: bytes,
    seal: EmbeddedPdfSignature,
    status: PdfSignatureStatus,
    *,
    trusted: x509.Certificate,
    is_trusted: bool,
) -> str | None:
    claimed = seal.self_reported_timestamp
    if not status.intact:
        return "The bytes are not the ones that were sealed."
    if not status.valid:
        return "The seal's signature does not fit its certificate."
    if not is_trusted:
        return "Another certificate than the trusted one sealed this document."
    # pyHanko trusts a root for ever; the time is judged here.
    if claimed is None or not trusted.not_valid_before_utc <= claimed <= trusted.not_valid_after_utc:
        return "The trusted certificate was not valid at the time the seal claims."
    if not _is_canonical(pdf, seal):
        return "The seal itself was altered."
    return None


def _is_canonical(pdf: bytes, seal: EmbeddedPdfSignature) -> bool:
    """Whether the one stretch that no signature covers, its own container, is written in the one way we write it.

    Version numbers, outer lengths and algorithm names of a CMS, the padding after it and the case of its hexadecimal
    letters are signed by nobody. So the container is built anew from its signed parts and must come out the same.
    """
    start, length, second, _ = (int(number) for number in seal.byte_range)
    container = pdf[start + length : second]
    info = seal.signer_info
    sha256 = {"algorithm": "sha256"}
    expected = cms.ContentInfo(
        {
            "content_type": "signed_data",
            "content": {
                "version": "v1",
                "digest_algorithms": [sha256],
                "encap_content_info": {"content_type": "data"},
                "certificates": [seal.signer_cert],
                "signer_infos": [
                    {
                        "version": "v1",
                        "sid": cms.SignerIdentifier(
                            "issuer_and_serial_number",
                            {
                                "issuer": seal.signer_cert.issuer,
                                "serial_number": seal.signer_cert.serial_number,
                            },
                        ),
                        "digest_algorithm": sha256,
                        "signed_attrs": info["signed_attrs"],
                        "signature_algorithm": {"algorithm": "sha256_ecdsa"},
                        "signature": info["signature"].native,
                    }
                ],
            },
        }
    ).dump()
    padding = bytes(max(0, (len(container) - 2) // 2 - len(expected)))
    return start == 0 and container == b"<" + (expected + padding).hex().upper().encode() + b">"


def _load_identity(key_pem: bytes, cert_pem: bytes) -> x509.Certificate:
    try:
        key = serialization.load_pem_private_key(key_pem, password=None)
        certificate = x509.load_pem_x509_certificate(cert_pem)
    except (ValueError, TypeError) as error:
        raise _invalid("/key_pem", "or its certificate is not PEM that can be read.") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise _invalid("/key_pem", "must be a key on the curve P-256.")
    if key.public_key() != certificate.public_key():
        raise _invalid("/cert_pem", "belongs to another key.")
    return certificate


def _as_library_certificate(cert_pem: bytes) -> Any:
    """The certificate in the untyped form that pyHanko reads."""
    (certificate,) = load_certs_from_pemder_data(cert_pem)
    return certificate


def _seal_usage() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _common_name(certificate: x509.Certificate) -> str:
    return str(certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)


def _demand_aware(instant: datetime) -> None:
    if instant.tzinfo is None:
        raise ValueError("A seal needs an aware time.")


def _invalid(pointer: str, detail: str) -> InvalidError:
    return InvalidError("The document cannot be sealed.", faults=[Fault(pointer, detail)])
