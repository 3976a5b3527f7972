"""Checkpoints (C2SP tlog-checkpoint): the log says, signed, «so many leaves, this root».

Here lives the text. Who may sign, when, and that no two are signed for one size is the sequencer's matter.
"""

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass

from field_visits.evidence import merkle
from field_visits.evidence.notes import NoteError, SignerKey, VerifierKey, is_key_name, sign_note, verify_note

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,19}", re.ASCII)
_LINES = 3


class CheckpointError(ValueError):
    """The text is no checkpoint, or no known key vouches for it; the message says which."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log `origin` has `size` leaves and the root `root`."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        if not is_key_name(self.origin):
            raise CheckpointError("An origin is not empty and has neither spaces nor «+» in it.")
        if not 0 <= self.size <= merkle.MAX_SIZE:
            raise CheckpointError("A tree size is a whole number from 0 to 2^64 - 1.")
        if len(self.root) != merkle.HASH_SIZE:
            raise CheckpointError("A root is 32 bytes of SHA-256.")
        if self.size == 0 and self.root != merkle.root_hash([]):
            raise CheckpointError("The root of the empty tree is SHA-256 of nothing.")

    def text(self) -> str:
        """Three lines: origin, size, root in base64. These bytes are signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def sign_checkpoint(checkpoint: Checkpoint, *signers: SignerKey) -> bytes:
    """The signed note. The log's own key bears the origin as its name; others (witnesses) may follow.

    Raises:
        CheckpointError: no signer bears the origin's name, so readers could not tell the log's signature.
    """
    if not any(signer.name == checkpoint.origin for signer in signers):
        raise CheckpointError("A checkpoint is signed by a key that bears the log's origin as its name.")
    return sign_note(checkpoint.text(), *signers)


def parse_checkpoint(text: str) -> Checkpoint:
    """The checkpoint in a note's text, read strictly: `parse_checkpoint(t).text() == t`.

    Raises:
        CheckpointError: not three lines, a size with leading zeros, a root that is not exact base64 of 32
            bytes. Extension lines are refused: this log writes none and nobody audits them.
    """
    lines = text.split("\n")
    if len(lines) != _LINES + 1 or lines[-1]:
        raise CheckpointError("A checkpoint has three lines: origin, size, root.")
    origin, size, root = lines[:_LINES]
    if not _DECIMAL.fullmatch(size):
        raise CheckpointError("A tree size is decimal without leading zeros.")
    return Checkpoint(origin, int(size), decode_hash(root))


def open_checkpoint(note: bytes, keys: Iterable[VerifierKey]) -> Checkpoint:
    """The checkpoint in `note`, signed by one of `keys` that bears the log's origin as its name.

    A witness's signature alone is not enough: a witness vouches that it saw no fork, not that the log wrote it.

    Raises:
        CheckpointError: no note, none of the keys signed it, a signature is wrong, or the text is no checkpoint.
    """
    try:
        verified = verify_note(note, keys)
    except NoteError as error:
        raise CheckpointError(str(error)) from error
    checkpoint = parse_checkpoint(verified.text)
    if not any(key.name == checkpoint.origin for key in verified.keys):
        raise CheckpointError(f"No key of the log {checkpoint.origin} signed this checkpoint.")
    return checkpoint


def decode_hash(encoded: str) -> bytes:
    """The 32 bytes behind a base64 line of a checkpoint or a proof; no other spelling of them is taken.

    Raises:
        CheckpointError: not exact base64 of 32 bytes.
    """
    try:
        decoded = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        decoded = b""
    if len(decoded) != merkle.HASH_SIZE or base64.b64encode(decoded).decode() != encoded:
        raise CheckpointError("A hash is the exact base64 of 32 bytes.")
    return decoded
