"""What stands in our tree for one entry, and the proof that it does (C2SP tlog-proof), checkable offline.

A leaf is a small record of its own: the hash of the entry's exact bytes, and the entry's place in its
stream (the case, or the subject where there is no case): running number and previous leaf. A hole in one
case's story shows, though the tree holds all the cases of an organisation.
"""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from field_visits.evidence import merkle
from field_visits.evidence.canonical import MAX_INTEGER
from field_visits.evidence.checkpoints import Checkpoint, CheckpointError, decode_hash, open_checkpoint
from field_visits.evidence.notes import VerifierKey

PROOF_HEADER = "c2sp.org/tlog-proof@v1"
# The number of the first leaf of a stream; it alone has no previous leaf.
FIRST_NO = 1
MAX_PROOF_SIZE = 1_000_000

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,19}", re.ASCII)
_HEX = re.compile(r"[0-9a-f]{64}", re.ASCII)
_LEAF_KEYS = {"entry", "no", "prev", "stream"}


class ProofError(ValueError):
    """The proof cannot be read or does not prove; the message says which step fails."""


@dataclass(frozen=True, slots=True)
class LeafRecord:
    """One leaf: `entry` is the SHA-256 of the entry's canonical bytes, `prev` the leaf hash before it.

    `no` counts from FIRST_NO within `stream`; the first has no `prev`, every other has one.
    """

    entry: bytes
    no: int
    prev: bytes | None
    stream: UUID

    def __post_init__(self) -> None:
        if len(self.entry) != merkle.HASH_SIZE:
            raise ProofError("A leaf names its entry by 32 bytes of SHA-256.")
        if isinstance(self.no, bool) or not FIRST_NO <= self.no <= MAX_INTEGER:
            raise ProofError(f"The leaves of a stream are numbered from {FIRST_NO}.")
        if (self.prev is None) != (self.no == FIRST_NO):
            raise ProofError("The first leaf of a stream has no previous leaf, every other has one.")
        if self.prev is not None and len(self.prev) != merkle.HASH_SIZE:
            raise ProofError("A previous leaf is named by 32 bytes of SHA-256.")

    def data(self) -> bytes:
        """The leaf's canonical bytes: what the tree commits to."""
        # Written out because the sequencer makes one for every entry: keys in order, nothing to escape, so
        # these are RFC 8785's bytes (held by a test).
        prev = "null" if self.prev is None else f'"{self.prev.hex()}"'
        return (
            f'{{"entry":"{self.entry.hex()}","no":{self.no},"prev":{prev},"stream":"{self.stream}"}}'.encode()
        )

    def hash(self) -> bytes:
        """The leaf hash: level 0 of the tree, and `prev` of the stream's next leaf."""
        return merkle.leaf_hash(self.data())


@dataclass(frozen=True, slots=True)
class TlogProof:
    """A leaf, its index, its path and the signed checkpoint it leads to. Nothing is checked yet."""

    record: LeafRecord
    index: int
    path: tuple[bytes, ...]
    checkpoint: bytes

    def to_bytes(self) -> bytes:
        """The text form; the leaf travels in the `extra` line."""
        lines = [
            PROOF_HEADER,
            f"extra {base64.b64encode(self.record.data()).decode()}",
            f"index {self.index}",
            *(base64.b64encode(step).decode() for step in self.path),
            "",
            "",
        ]
        return "\n".join(lines).encode() + self.checkpoint


def parse_leaf(data: bytes) -> LeafRecord:
    """The leaf in its canonical bytes, read strictly: `parse_leaf(d).data() == d`.

    Raises:
        ProofError: not a leaf, or not in canonical form.
    """
    try:
        parsed = json.loads(data.decode("ascii"), parse_float=_no_number, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise ProofError("A leaf is canonical JSON.") from None
    if not isinstance(parsed, dict) or set(parsed) != _LEAF_KEYS:
        raise ProofError("A leaf has the fields entry, no, prev and stream.")
    entry, no, prev, stream = parsed["entry"], parsed["no"], parsed["prev"], parsed["stream"]
    if not _is_hex(entry) or not (prev is None or _is_hex(prev)):
        raise ProofError("The hashes of a leaf are 64 lowercase hex digits.")
    if type(no) is not int or not isinstance(stream, str):
        raise ProofError("A leaf has an integer number and a stream's UUID.")
    try:
        stream_id = UUID(stream)
    except ValueError:
        raise ProofError("The stream of a leaf is a UUID.") from None
    record = LeafRecord(bytes.fromhex(entry), no, None if prev is None else bytes.fromhex(prev), stream_id)
    if record.data() != data:
        raise ProofError("The leaf is not in canonical form.")
    return record


def parse_proof(data: bytes) -> TlogProof:
    """The proof's parts, read strictly: `parse_proof(data).to_bytes() == data`.

    Raises:
        ProofError: not this format, or without the leaf in its `extra` line.
    """
    if len(data) > MAX_PROOF_SIZE:
        raise ProofError(f"A proof is at most {MAX_PROOF_SIZE} bytes long.")
    head, blank, checkpoint = data.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise ProofError("The lines of a proof are ASCII.") from None
    if not blank or len(lines) < 3 or lines[0] != PROOF_HEADER:  # noqa: PLR2004 - header, extra, index
        raise ProofError(f"A proof begins with «{PROOF_HEADER}», an extra line and an index line.")
    if not lines[1].startswith("extra ") or not lines[2].startswith("index "):
        raise ProofError("A proof of this log carries its leaf in an extra line, then its index.")
    index = lines[2].removeprefix("index ")
    if not _DECIMAL.fullmatch(index):
        raise ProofError("The index is decimal without leading zeros.")
    try:
        path = tuple(decode_hash(line) for line in lines[3:])
        leaf = base64.b64decode(lines[1].removeprefix("extra "), validate=True)
    except (CheckpointError, binascii.Error) as error:
        raise ProofError(f"The proof has a line that is not base64: {error}") from None
    proof = TlogProof(parse_leaf(leaf), int(index), path, checkpoint)
    if proof.to_bytes() != data:
        raise ProofError("The proof is not in its exact form.")
    return proof


def verify_proof(proof: TlogProof, entry: bytes, keys: Iterable[VerifierKey]) -> Checkpoint:
    """The signed checkpoint under which exactly these entry bytes stand at the proof's index.

    Offline. The checkpoint's size says how much of the log it covers; that the log has not forked since
    is shown by consistency proofs between checkpoints, not here.

    Raises:
        ProofError: the bytes are another entry's, the checkpoint's signature is wrong or of none of
            `keys`, or the path does not lead to its root.
    """
    if hashlib.sha256(entry).digest() != proof.record.entry:
        raise ProofError("The entry's bytes are not those the leaf names.")
    try:
        checkpoint = open_checkpoint(proof.checkpoint, keys)
    except CheckpointError as error:
        raise ProofError(f"The checkpoint cannot be trusted: {error}") from error
    if not merkle.verify_inclusion(
        proof.record.hash(), proof.index, checkpoint.size, proof.path, checkpoint.root
    ):
        raise ProofError("The path does not lead from the leaf to the checkpoint's root.")
    return checkpoint


def _is_hex(value: object) -> bool:
    return isinstance(value, str) and _HEX.fullmatch(value) is not None


def _no_number(literal: str) -> object:
    raise ValueError(literal)
