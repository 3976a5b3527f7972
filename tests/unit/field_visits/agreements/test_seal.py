import random
import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from field_visits.agreements import seal
from field_visits.agreements.document import render
from field_visits.agreements.seal import check_seal, create_seal_identity, seal_pdf
from field_visits.kernel.errors import InvalidError

from .samples import AGREEMENT_ID, ISSUED_AT, PARTIES, plan, signed

NAME = "上海示范银行股份有限公司"
BORN = datetime(2026, 1, 1, tzinfo=UTC)
AT = datetime(2026, 11, 24, 15, 41, 7, tzinfo=timezone(timedelta(hours=8)))


@cache
def identity() -> tuple[bytes, bytes]:
    return create_seal_identity(NAME, BORN)


@cache
def unsealed() -> bytes:
    terms = plan()
    return render(terms, PARTIES, agreement_id=AGREEMENT_ID, issued_at=ISSUED_AT, signing=signed(terms))


@cache
def sealed() -> bytes:
    key_pem, cert_pem = identity()
    return seal_pdf(unsealed(), key_pem=key_pem, cert_pem=cert_pem, reason="分期还款协议", at=AT)


def test_a_sealed_document_is_intact_whole_and_names_its_signer() -> None:
    check = check_seal(sealed(), identity()[1])

    assert check.problem is None
    assert check.intact
    assert check.whole_document
    assert check.is_good
    assert check.signer == NAME
    assert check.sealed_at == AT
    assert sealed().startswith(unsealed())


def test_the_time_of_the_seal_is_the_callers_and_the_machines_clock_is_nowhere() -> None:
    added = sealed()[len(unsealed()) :]

    # The library writes the colon of «D:2026…» as an octal escape.
    dates = set(re.findall(rb"D(?::|\\072)(\d{14})", added))

    assert dates == {b"20261124074107"}
    assert b"Metadata /Subtype" not in added


def test_pdfsig_agrees(tmp_path: Path) -> None:
    program = shutil.which("pdfsig")
    if program is None:
        pytest.skip("pdfsig (poppler-utils) is not installed: no outside check of the seal")
    path = tmp_path / "sealed.pdf"
    path.write_bytes(sealed())

    report = subprocess.run([program, str(path)], capture_output=True, check=False, text=True).stdout

    assert "Signature Type: ETSI.CAdES.detached" in report
    assert "Signature Validation: Signature is Valid." in report
    assert "Total document signed" in report
    assert f"Signer Certificate Common Name: {NAME}" in report


def test_a_flipped_byte_anywhere_breaks_the_seal() -> None:
    pdf = sealed()
    start = pdf.index(b"/Contents <", len(unsealed())) + len(b"/Contents <")
    end = pdf.index(b">", start)
    rng = random.Random(7)
    places = [rng.randrange(len(pdf)) for _ in range(40)]
    # The seal's own container, which no signature can cover: its letters, its padding and its brackets.
    places += [start - 1, start, end - 1, end, *(rng.randrange(start, end) for _ in range(40))]

    assert check_seal(pdf, identity()[1]).intact
    survived = []
    for place in places:
        for bit in (0x01, 0x20):
            changed = bytearray(pdf)
            changed[place] ^= bit
            if check_seal(bytes(changed), identity()[1]).intact:
                survived.append((place, bit))

    assert survived == []


def test_an_altered_signature_value_does_not_fit_the_certificate() -> None:
    pdf = bytearray(sealed())
    start = pdf.index(b"/Contents <", len(unsealed())) + len(b"/Contents <")
    # ContentInfo is a SEQUENCE with a length of two bytes; the signature value is the last thing in it.
    last = start + 2 * (4 + int(pdf[start + 4 : start + 8], 16)) - 1
    pdf[last] = ord("0") if pdf[last] != ord("0") else ord("1")

    check = check_seal(bytes(pdf), identity()[1])

    assert check.problem == "The seal's signature does not fit its certificate."


def test_bytes_added_after_the_seal_are_seen() -> None:
    check = check_seal(sealed() + b"\n% more\n", identity()[1])

    assert not check.whole_document
    assert not check.is_good
    assert check.problem is not None


def test_another_organisations_certificate_does_not_vouch_for_the_seal() -> None:
    check = check_seal(sealed(), create_seal_identity(NAME, BORN)[1])

    assert not check.intact
    assert check.signer is None
    assert check.problem == "Another certificate than the trusted one sealed this document."


def test_a_seal_made_after_its_certificate_ended_is_not_trusted() -> None:
    key_pem, cert_pem = identity()
    late = datetime(2036, 6, 1, tzinfo=UTC)
    # Past our own refusal, as another program with the key could do.
    pdf = seal._write_seal(unsealed(), key_pem=key_pem, cert_pem=cert_pem, reason="r", name=NAME, at=late)

    check = check_seal(pdf, cert_pem)

    assert not check.intact
    assert check.problem == "The trusted certificate was not valid at the time the seal claims."


@pytest.mark.parametrize("pdf", [b"", b"%PDF-1.7 nonsense", b"\x00" * 2_000])
def test_bytes_that_are_no_pdf_are_not_intact(pdf: bytes) -> None:
    check = check_seal(pdf, identity()[1])

    assert not check.intact
    assert check.problem is not None
    assert "cannot be read" in check.problem


def test_a_document_without_a_seal_says_so() -> None:
    assert check_seal(unsealed(), identity()[1]).problem == "The document carries no seal."


def test_a_document_is_sealed_once() -> None:
    key_pem, cert_pem = identity()

    with pytest.raises(InvalidError) as caught:
        seal_pdf(sealed(), key_pem=key_pem, cert_pem=cert_pem, reason="again", at=AT)

    assert caught.value.faults[0].detail == "carries a seal already."


def test_the_certificate_is_p256_self_signed_and_for_sealing_alone() -> None:
    key_pem, cert_pem = identity()
    certificate = x509.load_pem_x509_certificate(cert_pem)
    key = serialization.load_pem_private_key(key_pem, password=None)

    assert isinstance(key, ec.EllipticCurvePrivateKey)
    assert key.curve.name == "secp256r1"
    certificate.verify_directly_issued_by(certificate)
    assert certificate.not_valid_before_utc == BORN
    assert certificate.not_valid_after_utc == datetime(2036, 1, 1, tzinfo=UTC)
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.content_commitment
    assert not usage.key_cert_sign


def test_a_given_key_is_used() -> None:
    key = ec.generate_private_key(ec.SECP256R1())

    key_pem, cert_pem = create_seal_identity("Example Bank", BORN, key)

    assert x509.load_pem_x509_certificate(cert_pem).public_key() == key.public_key()
    assert serialization.load_pem_private_key(key_pem, password=None).public_key() == key.public_key()


@pytest.mark.parametrize("name", ["", "  ", "x" * 65])
def test_a_name_that_fits_no_certificate_is_refused(name: str) -> None:
    with pytest.raises(InvalidError):
        create_seal_identity(name, BORN)


def test_a_key_on_another_curve_is_refused() -> None:
    with pytest.raises(InvalidError):
        create_seal_identity(NAME, BORN, ec.generate_private_key(ec.SECP384R1()))


def other_curve() -> bytes:
    return ec.generate_private_key(ec.SECP384R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@pytest.mark.parametrize(
    ("key_pem", "pointer"),
    [
        (b"nonsense", "/key_pem"),
        (other_curve(), "/key_pem"),
        (create_seal_identity("Other", BORN)[0], "/cert_pem"),
    ],
)
def test_a_key_that_does_not_fit_is_refused(key_pem: bytes, pointer: str) -> None:
    with pytest.raises(InvalidError) as caught:
        seal_pdf(unsealed(), key_pem=key_pem, cert_pem=identity()[1], reason="r", at=AT)

    assert caught.value.faults[0].pointer == pointer


def test_bytes_that_are_no_pdf_cannot_be_sealed() -> None:
    key_pem, cert_pem = identity()

    with pytest.raises(InvalidError) as caught:
        seal_pdf(b"nonsense", key_pem=key_pem, cert_pem=cert_pem, reason="r", at=AT)

    assert caught.value.faults[0].pointer == "/pdf"


@pytest.mark.parametrize("at", [BORN - timedelta(seconds=1), datetime(2036, 1, 1, 0, 0, 1, tzinfo=UTC)])
def test_a_certificate_seals_only_while_it_is_valid(at: datetime) -> None:
    key_pem, cert_pem = identity()

    with pytest.raises(InvalidError) as caught:
        seal_pdf(unsealed(), key_pem=key_pem, cert_pem=cert_pem, reason="r", at=at)

    assert caught.value.faults[0].pointer == "/cert_pem"


def test_naive_times_are_refused() -> None:
    key_pem, cert_pem = identity()

    with pytest.raises(ValueError, match="aware"):
        seal_pdf(unsealed(), key_pem=key_pem, cert_pem=cert_pem, reason="r", at=AT.replace(tzinfo=None))
    with pytest.raises(ValueError, match="aware"):
        create_seal_identity(NAME, BORN.replace(tzinfo=None))
