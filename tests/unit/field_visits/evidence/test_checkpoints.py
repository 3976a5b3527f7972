import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from field_visits.evidence.checkpoints import (
    Checkpoint,
    CheckpointError,
    decode_hash,
    open_checkpoint,
    parse_checkpoint,
    sign_checkpoint,
)
from field_visits.evidence.merkle import root_hash
from field_visits.evidence.notes import SignerKey, add_signatures, sign_note

ROOT = bytes(range(32))
CHECKPOINT = Checkpoint("log.example/7", 20852163, ROOT)
LOG = SignerKey("log.example/7", Ed25519PrivateKey.from_private_bytes(bytes(32)))
WITNESS = SignerKey("witness.example", Ed25519PrivateKey.from_private_bytes(bytes([1]) * 32))


def test_the_text_is_origin_size_and_root() -> None:
    assert CHECKPOINT.text() == f"log.example/7\n20852163\n{base64.b64encode(ROOT).decode()}\n"
    assert parse_checkpoint(CHECKPOINT.text()) == CHECKPOINT


def test_the_example_of_the_specification_is_read() -> None:
    example = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"

    checkpoint = parse_checkpoint(example)

    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.text() == example


def test_a_signed_checkpoint_is_opened_with_the_logs_key() -> None:
    note = sign_checkpoint(CHECKPOINT, LOG, WITNESS)

    assert open_checkpoint(note, [LOG.verifier]) == CHECKPOINT
    assert open_checkpoint(note, [WITNESS.verifier, LOG.verifier]) == CHECKPOINT


def test_a_witness_alone_does_not_speak_for_the_log() -> None:
    note = add_signatures(sign_checkpoint(CHECKPOINT, LOG), WITNESS)

    with pytest.raises(CheckpointError, match="No key of the log"):
        open_checkpoint(note, [WITNESS.verifier])
    with pytest.raises(CheckpointError, match="bears the log's origin"):
        sign_checkpoint(CHECKPOINT, WITNESS)


def test_a_stranger_or_a_signed_text_that_is_no_checkpoint_is_refused() -> None:
    with pytest.raises(CheckpointError, match="None of the given keys"):
        open_checkpoint(sign_checkpoint(CHECKPOINT, LOG), [])
    with pytest.raises(CheckpointError, match="three lines"):
        open_checkpoint(sign_note("hello\n", LOG), [LOG.verifier])


@pytest.mark.parametrize(
    "size", ["", "-1", "+1", "01", "00", "1.0", "1e3", " 1", "1 ", "١", "9" * 21, str(2**64)]
)
def test_a_size_in_another_spelling_is_refused(size: str) -> None:
    with pytest.raises(CheckpointError):
        parse_checkpoint(f"log.example\n{size}\n{base64.b64encode(ROOT).decode()}\n")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "log.example\n1\n",
        CHECKPOINT.text()[:-1],
        CHECKPOINT.text() + "\n",
        CHECKPOINT.text() + "extension\n",
        "\n" + CHECKPOINT.text(),
        CHECKPOINT.text().replace("log.example/7", ""),
        CHECKPOINT.text().replace("log.example/7", "log example"),
        CHECKPOINT.text().replace("log.example/7", "log+example"),
    ],
)
def test_a_text_in_another_shape_is_refused(text: str) -> None:
    with pytest.raises(CheckpointError):
        parse_checkpoint(text)


@pytest.mark.parametrize(
    "encoded",
    [
        "",
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9=",
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
        base64.b64encode(bytes(31)).decode(),
        base64.b64encode(bytes(33)).decode(),
        base64.urlsafe_b64encode(b"\xff" * 32).decode(),
        "é",
    ],
)
def test_a_root_in_another_spelling_is_refused(encoded: str) -> None:
    with pytest.raises(CheckpointError, match="exact base64"):
        decode_hash(encoded)


def test_the_empty_tree_has_one_root_only() -> None:
    assert Checkpoint("log.example", 0, root_hash([])).size == 0
    with pytest.raises(CheckpointError, match="empty tree"):
        Checkpoint("log.example", 0, ROOT)


@pytest.mark.parametrize(("size", "root"), [(-1, ROOT), (2**64, ROOT), (5, ROOT[:31])])
def test_a_checkpoint_that_no_tree_has_is_refused(size: int, root: bytes) -> None:
    with pytest.raises(CheckpointError):
        Checkpoint("log.example", size, root)
