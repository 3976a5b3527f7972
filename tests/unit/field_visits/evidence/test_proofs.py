import base64
import hashlib
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from field_visits.evidence.checkpoints import Checkpoint, sign_checkpoint
from field_visits.evidence.merkle import inclusion_path, leaf_hash, root_hash
from field_visits.evidence.notes import SignerKey
from field_visits.evidence.proofs import (
    MAX_PROOF_SIZE,
    LeafRecord,
    ProofError,
    TlogProof,
    parse_leaf,
    parse_proof,
    verify_proof,
)

STREAM = UUID("01936f7a-0000-7000-8000-000000000001")
LOG = SignerKey("log.example", Ed25519PrivateKey.from_private_bytes(bytes(32)))
STRANGER = SignerKey("log.example", Ed25519PrivateKey.from_private_bytes(bytes([9]) * 32))
ENTRIES = [f'{{"code":"visit:outcome:recorded","n":{number}}}'.encode() for number in range(11)]


def chain() -> list[LeafRecord]:
    records: list[LeafRecord] = []
    for number, entry in enumerate(ENTRIES, start=1):
        prev = records[-1].hash() if records else None
        records.append(LeafRecord(hashlib.sha256(entry).digest(), number, prev, STREAM))
    return records


RECORDS = chain()
HASHES = [record.hash() for record in RECORDS]
NOTE = sign_checkpoint(Checkpoint("log.example", len(HASHES), root_hash(HASHES)), LOG)


def proof_of(index: int) -> TlogProof:
    return TlogProof(RECORDS[index], index, tuple(inclusion_path(HASHES, index, len(HASHES))), NOTE)


def test_a_leaf_is_canonical_json_of_four_fields() -> None:
    first, second = RECORDS[:2]

    assert first.data().decode() == (
        f'{{"entry":"{hashlib.sha256(ENTRIES[0]).hexdigest()}","no":1,"prev":null,"stream":"{STREAM}"}}'
    )
    assert f'"prev":"{leaf_hash(first.data()).hex()}"' in second.data().decode()
    assert parse_leaf(first.data()) == first
    assert parse_leaf(second.data()) == second


@pytest.mark.parametrize(
    "change",
    [
        {"entry": bytes(31)},
        {"no": 0},
        {"no": -1},
        {"no": True},
        {"no": 2**53},
        {"no": 1},
        {"prev": None},
        {"prev": bytes(33)},
    ],
)
def test_a_leaf_that_cannot_stand_in_a_stream_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ProofError):
        replace(RECORDS[1], **change)


GOOD_LEAF = RECORDS[1].data()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"\xff",
        GOOD_LEAF + b"\n",
        GOOD_LEAF.replace(b'"no":2', b'"no": 2'),
        GOOD_LEAF.replace(b'"no":2', b'"no":2.0'),
        GOOD_LEAF.replace(b'"no":2', b'"no":NaN'),
        GOOD_LEAF.replace(b'"no":2', b'"no":true'),
        GOOD_LEAF.replace(b'"no":2', b'"no":"2"'),
        GOOD_LEAF.replace(b'"no":2', b'"no":3,"no":2'),
        GOOD_LEAF.replace(b'"no":2', b'"no":' + b"9" * 5000),
        GOOD_LEAF.replace(b'"entry":"', b'"entry":"A'),
        GOOD_LEAF.replace(b'"stream":"0', b'"stream":"x'),
        GOOD_LEAF.replace(str(STREAM).encode(), STREAM.hex.encode()),
        GOOD_LEAF.replace(str(STREAM).encode(), b'"').replace(b'"""', b"5"),
        GOOD_LEAF.replace(b'"stream"', b'"streams"'),
        b"[" * 100_000,
    ],
    ids=lambda _: "",
)
def test_bytes_that_are_no_exact_leaf_are_refused(data: bytes) -> None:
    with pytest.raises(ProofError):
        parse_leaf(data)


@pytest.mark.parametrize("index", range(11))
def test_a_proof_is_written_read_and_verified_offline(index: int) -> None:
    proof = parse_proof(proof_of(index).to_bytes())

    assert proof == proof_of(index)
    assert verify_proof(proof, ENTRIES[index], [LOG.verifier]).size == 11


def test_the_text_follows_the_specification_line_by_line() -> None:
    lines = proof_of(5).to_bytes().decode().split("\n")

    assert lines[0] == "c2sp.org/tlog-proof@v1"
    assert lines[1] == "extra " + base64.b64encode(RECORDS[5].data()).decode()
    assert lines[2] == "index 5"
    assert lines[3] == base64.b64encode(HASHES[4]).decode()
    assert "\n".join(lines).split("\n\n", 1)[1].encode() == NOTE


def test_a_proof_fails_for_other_bytes_another_key_and_another_index() -> None:
    proof = proof_of(5)

    with pytest.raises(ProofError, match="not those the leaf names"):
        verify_proof(proof, ENTRIES[4], [LOG.verifier])
    with pytest.raises(ProofError, match="cannot be trusted"):
        verify_proof(proof, ENTRIES[5], [STRANGER.verifier])
    with pytest.raises(ProofError, match="does not lead"):
        verify_proof(replace(proof, index=4), ENTRIES[5], [LOG.verifier])
    with pytest.raises(ProofError, match="does not lead"):
        verify_proof(replace(proof, record=replace(proof.record, no=7)), ENTRIES[5], [LOG.verifier])


GOOD = proof_of(5).to_bytes()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n",
        GOOD.replace(b"@v1", b"@v2"),
        GOOD.replace(b"extra ", b"extrA "),
        GOOD.replace(b"extra ", b"extra !"),
        b"\n".join(line for line in GOOD.split(b"\n") if not line.startswith(b"extra")),
        GOOD.replace(b"index 5", b"index 05"),
        GOOD.replace(b"index 5", b"index -5"),
        GOOD.replace(b"index 5", b"index 5 "),
        GOOD.replace(b"index 5", b"index 5\nAAAA"),
        GOOD.replace(b"index 5", "index ５".encode()),
        GOOD.replace(b"\n", b"\r\n"),
        GOOD.partition(b"\n\n")[0],
        b" " * MAX_PROOF_SIZE + GOOD,
    ],
    ids=lambda _: "",
)
def test_what_is_no_proof_is_refused(data: bytes) -> None:
    with pytest.raises(ProofError):
        parse_proof(data)


def test_every_flipped_byte_of_a_proof_is_found() -> None:
    for position in range(len(GOOD)):
        broken = bytearray(GOOD)
        broken[position] ^= 1
        with pytest.raises(ProofError):
            verify_proof(parse_proof(bytes(broken)), ENTRIES[5], [LOG.verifier])


def test_a_leaf_in_another_base64_spelling_is_refused() -> None:
    proof = next(proof for proof in map(proof_of, range(11)) if b"=\nindex" in proof.to_bytes())
    encoded = proof.to_bytes().split(b"\n")[1]
    last = encoded.rstrip(b"=")[-1:]
    respelled = encoded.replace(last + b"=", bytes([last[0] + 1]) + b"=")

    assert base64.b64decode(respelled[6:]) == base64.b64decode(encoded[6:])
    with pytest.raises(ProofError, match="exact form"):
        parse_proof(proof.to_bytes().replace(encoded, respelled))
