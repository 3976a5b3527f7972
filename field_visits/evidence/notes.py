"""Signed notes (C2SP signed-note): a text, a blank line, and one signature line for each key.

Here live keys, signing and strict reading. What a text says is another module's matter (`checkpoints`,
`dossier.bundle`). Only Ed25519 (type 0x01) is known; other signatures are carried and ignored, as
the specification asks, so that keys can be rotated and witnesses can add theirs.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ED25519 = b"\x01"
KEY_SIZE = 32
SIGNATURE_SIZE = 64
MAX_NOTE_SIZE = 1_000_000
# The specification wants at least 16; a witness network has fewer, an attacker would like more.
MAX_SIGNATURES = 64
_DASH = "— "


class NoteError(ValueError):
    """The bytes are no signed note, or no known key vouches for them; the message says which."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A key to check notes with. `str()` gives the form people exchange: `name+8 hex digits+base64`."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        if not is_key_name(self.name):
            raise NoteError("A key name is not empty and has neither spaces nor «+» in it.")
        if len(self.public) != KEY_SIZE:
            raise NoteError(f"An Ed25519 public key is {KEY_SIZE} bytes, not {len(self.public)}.")

    @property
    def key_id(self) -> bytes:
        """First four bytes of SHA-256(name || 0x0A || 0x01 || public key)."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the public key in hex: what is printed on paper and read over the phone."""
        return hashlib.sha256(self.public).hexdigest()

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(ED25519 + self.public).decode()}"

    def pem(self) -> bytes:
        """The key as SubjectPublicKeyInfo in PEM, for openssl."""
        return Ed25519PublicKey.from_public_bytes(self.public).public_bytes(
            Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
        )

    def verifies(self, text: str, signature: bytes) -> bool:
        """Whether `signature` is this key's Ed25519 signature over the text's UTF-8 bytes."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class SignerKey:
    """A private Ed25519 key with its name. Never printed: its repr shows the name alone."""

    name: str
    private: Ed25519PrivateKey

    def __repr__(self) -> str:
        return f"SignerKey({self.name!r})"

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        return VerifierKey(self.name, self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: whose key it claims to be, and the signature itself. Not checked yet."""

    name: str
    key_id: bytes
    signature: bytes

    def line(self) -> str:
        return f"{_DASH}{self.name} {base64.b64encode(self.key_id + self.signature).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A note that can be read. Nothing in `text` may be believed before `verify_note`."""

    text: str
    signatures: tuple[Signature, ...]

    def to_bytes(self) -> bytes:
        return (self.text + "\n" + "".join(signature.line() for signature in self.signatures)).encode()


@dataclass(frozen=True, slots=True)
class VerifiedNote:
    """A note's text and the given keys that signed it, in the order of the note."""

    text: str
    keys: tuple[VerifierKey, ...]


def is_key_name(name: str) -> bool:
    """Whether `name` can stand in a signature line: not empty, printable, no spaces, no «+»."""
    return bool(name) and "+" not in name and not any(char.isspace() or ord(char) < 32 for char in name)  # noqa: PLR2004 - U+0020, the specification's bound


def parse_vkey(text: str) -> VerifierKey:
    """The key written as `name+8 hex digits+base64`.

    Raises:
        NoteError: another form, another algorithm, or an id that is not this key's: a slip of the
            pen is found before anything is trusted.
    """
    name, _, rest = text.strip().partition("+")
    id_hex, _, encoded = rest.partition("+")
    try:
        blob = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        blob = b""
    if blob[:1] != ED25519 or len(blob) != 1 + KEY_SIZE:
        raise NoteError("A verifier key reads «name+8 hex digits+base64 of an Ed25519 key».")
    key = VerifierKey(name, blob[1:])
    if id_hex != key.key_id.hex():
        raise NoteError("The key's id does not belong to its name and bytes; check for a copying error.")
    return key


def sign_note(text: str, *signers: SignerKey) -> bytes:
    """The note over `text` with a signature of each signer.

    Raises:
        NoteError: the text cannot stand in a note (it ends in a newline, has no other control
            characters and is Unicode), or there is no signer.
    """
    if not signers:
        raise NoteError("A note has at least one signature.")
    _check_text(text)
    return Note(text, tuple(_sign(text, signer) for signer in signers)).to_bytes()


def add_signatures(note: bytes, *signers: SignerKey) -> bytes:
    """The same note with more signatures after those it has: a witness's, or a new key's.

    Raises:
        NoteError: `note` is no note.
    """
    parsed = parse_note(note)
    more = tuple(_sign(parsed.text, signer) for signer in signers)
    return Note(parsed.text, parsed.signatures + more).to_bytes()


def parse_note(data: bytes) -> Note:
    """The note's parts, read strictly: `parse_note(data).to_bytes() == data`.

    Raises:
        NoteError: no note: not UTF-8, control characters, no signature lines, a signature that is not
            exact base64, more than MAX_SIGNATURES.
    """
    if len(data) > MAX_NOTE_SIZE:
        raise NoteError(f"A note is at most {MAX_NOTE_SIZE} bytes long.")
    try:
        whole = data.decode()
    except UnicodeDecodeError:
        raise NoteError("A note is UTF-8 text.") from None
    head, blank, tail = whole.rpartition("\n\n")
    if not blank or not tail:
        raise NoteError("A note has a blank line and signature lines after it.")
    text = head + "\n"
    _check_text(text)
    if not tail.endswith("\n"):
        raise NoteError("A note ends in a newline.")
    lines = tail[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise NoteError(f"A note has at most {MAX_SIGNATURES} signatures.")
    return Note(text, tuple(_parse_signature(line) for line in lines))


def verify_note(data: bytes, keys: Iterable[VerifierKey]) -> VerifiedNote:
    """The text, vouched for by at least one of `keys`.

    A signature that names one of the keys must verify, or the whole note is refused; signatures of other
    keys are ignored.

    Raises:
        NoteError: no note; none of the keys signed it; or a signature in a given key's name is wrong.
    """
    note = parse_note(data)
    known = {(key.name, key.key_id): key for key in keys}
    signed: dict[VerifierKey, None] = {}
    for signature in note.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is None:
            continue
        if not key.verifies(note.text, signature.signature):
            raise NoteError(f"The signature of {key.name} ({key.key_id.hex()}) does not fit the text.")
        signed[key] = None
    if not signed:
        raise NoteError("None of the given keys signed this note.")
    return VerifiedNote(note.text, tuple(signed))


def _sign(text: str, signer: SignerKey) -> Signature:
    key = signer.verifier
    return Signature(key.name, key.key_id, signer.private.sign(text.encode()))


def _check_text(text: str) -> None:
    if not text.endswith("\n"):
        raise NoteError("The text of a note ends in a newline.")
    if any(ord(char) < 32 and char != "\n" for char in text):  # noqa: PLR2004 - U+0020, the specification's bound
        raise NoteError("The text of a note has no control characters but newlines.")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise NoteError("The text of a note is Unicode.") from None


def _parse_signature(line: str) -> Signature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not is_key_name(name):
        raise NoteError("A signature line reads «— name base64».")
    try:
        blob = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise NoteError("A signature is base64.") from None
    if base64.b64encode(blob).decode() != encoded or len(blob) <= 4:  # noqa: PLR2004 - the key id's size
        raise NoteError("A signature is the exact base64 of a key id and at least one byte.")
    return Signature(name, blob[:4], blob[4:])
