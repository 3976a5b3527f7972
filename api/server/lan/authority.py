"""A certificate authority of this installation alone, and the certificate its server shows.

DATA_DIR/tls (0700) holds `authority.crt` and `authority.key` (P-256, 0600), made once, and `server.crt` and
`server.key`, made anew when the address changes or the certificate is near its end. The authority can speak for
addresses of private networks and for `localhost`, and for nothing else (name constraints, RFC 5280 §4.2.1.10):
a phone that trusts it takes no risk with any other site, even if the key were stolen.
"""

import os
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from secrets import randbelow
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from api.server.errors import StartError
from api.server.lan.address import LOCAL_NETWORKS, IPAddress

AUTHORITY_DAYS: Final = 3650
# Apple's limit for a server certificate of an authority that a person added is 825 days; browsers like less.
SERVER_DAYS: Final = 397
RENEW_BEFORE: Final = timedelta(days=30)
# A phone whose clock is a little behind trusts it too.
_CLOCK_LEEWAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ServerFiles:
    """What the server needs to speak TLS, and its phones to believe it."""

    certificate: Path
    key: Path
    authority: Path


class Authority:
    """The authority in `DATA_DIR/tls`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def certificate_file(self) -> Path:
        return self._folder / "authority.crt"

    def serve(self, address: IPAddress, now: datetime) -> ServerFiles:
        """A certificate for `address` and `localhost` is there, by an authority that is made at the first call.

        Raises:
            StartError: the folder cannot be written, or a file in it is not what it should be.
        """
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            issuer = self._issuer(now)
            certificate, server_key = self._folder / "server.crt", self._folder / "server.key"
            if not (server_key.is_file() and issuer.stands_by(certificate, address, now)):
                # The key first: a certificate without its key is issued again.
                certificate.unlink(missing_ok=True)
                key, issued = issuer.issue(address, now)
                _write(server_key, _pem_of(key), mode=0o600)
                _write(certificate, issued.public_bytes(Encoding.PEM), mode=0o644)
        except OSError as error:
            raise StartError(f"{self._folder} cannot be used for the local authority: {error}.") from error
        return ServerFiles(certificate, server_key, self.certificate_file)

    def fingerprint(self) -> str:
        """SHA-256 of the authority's certificate, in the pairs that phones show: `3A 09 …`."""
        read = x509.load_pem_x509_certificate(self.certificate_file.read_bytes())
        return read.fingerprint(hashes.SHA256()).hex(" ").upper()

    def _issuer(self, now: datetime) -> "_Issuer":
        path, key_path = self.certificate_file, self._folder / "authority.key"
        if not path.exists() and not key_path.exists():
            key = ec.generate_private_key(ec.SECP256R1())
            _write(key_path, _pem_of(key), mode=0o600)
            _write(path, _found(key, now).public_bytes(Encoding.PEM), mode=0o644)
        try:
            certificate = x509.load_pem_x509_certificate(path.read_bytes())
            read = load_pem_private_key(key_path.read_bytes(), password=None)
        except (OSError, ValueError) as error:
            raise StartError(
                f"The local authority in {self._folder} is damaged ({error}). Remove that folder to make a new one; "
                "phones must then trust it anew."
            ) from error
        if not isinstance(read, ec.EllipticCurvePrivateKey) or read.public_key() != certificate.public_key():
            raise StartError(
                f"authority.key in {self._folder} is not the key of authority.crt. Remove that folder to make a "
                "new authority; phones must then trust it anew."
            )
        return _Issuer(certificate, read)


@dataclass(frozen=True, slots=True)
class _Issuer:
    """The authority's certificate with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def issue(self, address: IPAddress, now: datetime) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
        """A new key and its certificate for `address`."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, str(address))])
        own = self.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        names = x509.SubjectAlternativeName([x509.IPAddress(address), x509.DNSName("localhost")])
        certificate = (
            _builder(name, self.certificate.subject, key.public_key(), now, SERVER_DAYS)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(names, critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own), critical=False
            )
            .sign(self.key, hashes.SHA256())
        )
        return key, certificate

    def stands_by(self, path: Path, address: IPAddress, now: datetime) -> bool:
        """Whether the certificate there is this authority's, for this address, and good for a while."""
        try:
            read = x509.load_pem_x509_certificate(path.read_bytes())
            read.verify_directly_issued_by(self.certificate)
            named = read.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        except Exception:  # noqa: BLE001 - whatever is wrong with it, a new one is made
            return False
        is_fresh = now + RENEW_BEFORE < read.not_valid_after_utc
        return is_fresh and address in named.get_values_for_type(x509.IPAddress)


def _found(key: ec.EllipticCurvePrivateKey, now: datetime) -> x509.Certificate:
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Doorstep"),
            # A name of its own for each installation, so that a phone can hold several and tell them apart.
            x509.NameAttribute(NameOID.COMMON_NAME, f"Doorstep demo on this network {randbelow(10_000):04}"),
        ]
    )
    permitted: list[x509.GeneralName] = [x509.IPAddress(network) for network in LOCAL_NETWORKS]
    constraints = x509.NameConstraints([*permitted, x509.DNSName("localhost")], excluded_subtrees=None)
    return (
        _builder(name, name, key.public_key(), now, AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(constraints, critical=True)
        .sign(key, hashes.SHA256())
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, days: int
) -> x509.CertificateBuilder:
    begins = now - _CLOCK_LEEWAY
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _pem_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _write(path: Path, content: bytes, *, mode: int) -> None:
    """The file is there whole or not at all, and never readable to more people than `mode` says."""
    descriptor, beside = tempfile.mkstemp(dir=path.parent)  # 0600
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        os.fchmod(file.fileno(), mode)
    Path(beside).replace(path)
