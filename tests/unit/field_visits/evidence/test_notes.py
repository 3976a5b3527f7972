import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from field_visits.evidence.notes import (
    MAX_NOTE_SIZE,
    MAX_SIGNATURES,
    NoteError,
    SignerKey,
    VerifierKey,
    add_signatures,
    parse_note,
    parse_vkey,
    sign_note,
    verify_note,
)

# The keys and the note of Go's golang.org/x/mod/sumdb/note documentation and tests.
PETER = parse_vkey("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
ENOCH = parse_vkey("EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop")
PETER_SEED = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETER_LINE = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
ENOCH_LINE = "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
NOTE = f"{TEXT}\n{PETER_LINE}{ENOCH_LINE}".encode()

LOG = SignerKey("log.example", Ed25519PrivateKey.from_private_bytes(bytes(32)))
WITNESS = SignerKey("witness.example", Ed25519PrivateKey.from_private_bytes(bytes([1]) * 32))
NEW_LOG = SignerKey("log.example", Ed25519PrivateKey.from_private_bytes(bytes([2]) * 32))


def test_the_note_of_gos_documentation_verifies() -> None:
    assert verify_note(NOTE, [PETER]).keys == (PETER,)
    assert verify_note(NOTE, [ENOCH, PETER]).keys == (PETER, ENOCH)
    assert verify_note(NOTE, [PETER]).text == TEXT


def test_signing_with_gos_key_gives_gos_bytes() -> None:
    peter = SignerKey("PeterNeumann", Ed25519PrivateKey.from_private_bytes(PETER_SEED))

    assert peter.verifier == PETER
    assert sign_note(TEXT, peter) == f"{TEXT}\n{PETER_LINE}".encode()


def test_a_key_is_written_and_read_in_the_form_people_exchange() -> None:
    key = LOG.verifier

    assert parse_vkey(str(key)) == key
    assert parse_vkey(f"  {key}\n") == key
    expected = hashlib.sha256(b"log.example\n\x01" + key.public).hexdigest()[:8]
    assert str(key).split("+")[1] == expected
    assert key.fingerprint == hashlib.sha256(key.public).hexdigest()
    assert key.pem().startswith(b"-----BEGIN PUBLIC KEY-----\n")


def test_a_private_key_is_never_printed() -> None:
    assert repr(LOG) == "SignerKey('log.example')"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "name+12345678",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumannn+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+Ahpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10",
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+é",
    ],
)
def test_a_key_with_a_slip_of_the_pen_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        parse_vkey(text)


@pytest.mark.parametrize("public", [b"", bytes(31), bytes(33)])
def test_a_public_key_of_another_length_is_refused(public: bytes) -> None:
    with pytest.raises(NoteError, match="32 bytes"):
        VerifierKey("log.example", public)


def test_a_note_bears_several_signatures_and_strangers_are_ignored() -> None:
    note = add_signatures(sign_note("text\n", LOG), WITNESS, NEW_LOG)

    assert verify_note(note, [NEW_LOG.verifier]).keys == (NEW_LOG.verifier,)
    assert verify_note(note, [WITNESS.verifier, LOG.verifier]).keys == (LOG.verifier, WITNESS.verifier)
    with pytest.raises(NoteError, match="None of the given keys"):
        verify_note(note, [PETER])
    with pytest.raises(NoteError, match="None of the given keys"):
        verify_note(note, [])


def test_one_wrong_signature_of_a_known_key_spoils_the_note() -> None:
    good = sign_note("text\n", LOG, WITNESS)
    other = sign_note("texT\n", WITNESS)
    spoiled = b"".join(good.splitlines(keepends=True)[:3]) + other.splitlines(keepends=True)[2]

    assert verify_note(spoiled, [LOG.verifier]).keys == (LOG.verifier,)
    with pytest.raises(NoteError, match=r"witness\.example .* does not fit"):
        verify_note(spoiled, [LOG.verifier, WITNESS.verifier])


def test_a_text_may_hold_blank_lines() -> None:
    note = sign_note("first\n\nlast\n", LOG)

    assert verify_note(note, [LOG.verifier]).text == "first\n\nlast\n"
    assert parse_note(note).to_bytes() == note


@pytest.mark.parametrize("text", ["", "no newline", "a tab\t\n", "a bell\a\n", "return\r\n", "half \ud83d\n"])
def test_a_text_that_cannot_stand_in_a_note_is_not_signed(text: str) -> None:
    with pytest.raises(NoteError):
        sign_note(text, LOG)


def test_a_note_without_a_signer_is_refused() -> None:
    with pytest.raises(NoteError, match="at least one"):
        sign_note("text\n")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"text\n",
        b"text\n\n",
        TEXT.encode() + b"\n" + PETER_LINE.encode()[:-1],
        TEXT.encode() + PETER_LINE.encode(),
        NOTE + b"\n",
        NOTE + b"x",
        NOTE.replace("— ".encode(), b"- "),
        NOTE.replace(b"PeterNeumann x08", b"Peter+Neumann x08"),
        NOTE.replace(b"PeterNeumann x08", b" x08"),
        NOTE.replace(b"JnAM=", b"JnAM"),
        NOTE.replace(b"JnAM=", b"JnAN="),
        NOTE.replace(b"JnAM=", b"Jn!M="),
        f"{TEXT}\n— PeterNeumann x08gow==\n".encode(),
        f"{TEXT}\n— PeterNeumann é\n".encode(),
        b"\xff" + NOTE,
        b"\x00" + NOTE,
        b"x" * MAX_NOTE_SIZE + NOTE,
        f"{TEXT}\n{PETER_LINE * (MAX_SIGNATURES + 1)}".encode(),
    ],
    ids=lambda _: "",
)
def test_what_is_no_note_is_refused(data: bytes) -> None:
    with pytest.raises(NoteError):
        verify_note(data, [PETER])


def test_sixteen_signatures_are_accepted_as_the_specification_asks() -> None:
    note = f"{TEXT}\n{ENOCH_LINE * 16}{PETER_LINE}".encode()

    assert verify_note(note, [PETER]).keys == (PETER,)


def test_every_flipped_byte_of_a_signed_note_is_found() -> None:
    for position in range(len(NOTE) - len(ENOCH_LINE.encode())):
        broken = bytearray(NOTE)
        broken[position] ^= 1
        with pytest.raises(NoteError):
            verify_note(bytes(broken), [PETER])
