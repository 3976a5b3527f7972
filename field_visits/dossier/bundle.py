"""Writes a case's evidence as one file that an outsider can check: a BagIt 1.0 bag (RFC 8493) in a zip.

Plain data in, bytes out: no database, no store, no clock. Choosing what goes in, and recording that it went
out, is `dossier.service`'s matter; checking is `verify.py`'s, which travels in the bundle.

The same contents at the same instant give the same bytes: parts in sorted order, one time for all, stored. The
verifier relies on it: any byte of the container that differs is found (see `verify._Zip`).

What holds the parts together: every payload file stands in manifest-sha256.txt, every tag file in
tagmanifest-sha256.txt, and the hash of that is signed in tagmanifest-sha256.txt.sig. File names are made of
hashes and numbers only: a list of them tells nobody's name.
"""

import base64
import hashlib
import io
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from field_visits.evidence.canonical import canonical_bytes
from field_visits.evidence.checkpoints import Checkpoint, CheckpointError, open_checkpoint
from field_visits.evidence.merkle import verify_consistency, verify_inclusion
from field_visits.evidence.notes import SignerKey, VerifierKey, sign_note
from field_visits.evidence.proofs import LeafRecord, TlogProof

FORMAT = "doorstep-bundle/1"
# The first line of the seal. A checkpoint's second line is a number, so neither can be taken for the other.
SEAL = "doorstep-bundle-seal/1"

_BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_EXTENSIONS = {
    "application/json": "json",
    "application/pdf": "pdf",
    "application/timestamp-reply": "tsr",
    "audio/mp4": "m4a",
    "audio/mpeg": "mp3",
    "image/heic": "heic",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/svg+xml": "svg",
    "image/webp": "webp",
    "text/html": "html",
    "text/plain": "txt",
    "video/mp4": "mp4",
}
_CHUNK = 1024 * 1024

Opener = Callable[[], BinaryIO]


class BundleError(ValueError):
    """The contents would make a bundle that does not verify, so none is written; the message names the part."""


@dataclass(frozen=True, slots=True)
class BundleEntry:
    """One leaf of the case's story with its inclusion path in the newest checkpoint.

    `entry` None: withheld, only its proof is given. `body` and `salt` None: withheld, erased, or the entry
    has none. Whatever is not given although it was logged is named by an `Omission`.
    """

    index: int
    record: LeafRecord
    path: tuple[bytes, ...]
    entry: bytes | None
    body: bytes | None = None
    salt: bytes | None = None


@dataclass(frozen=True, slots=True)
class OlderCheckpoint:
    """A checkpoint published earlier, with the consistency path from it to the newest one."""

    note: bytes
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class BundleObject:
    """A photograph or other file by its SHA-256 (hex). `open` is called once and read to its end."""

    sha256: str
    content_type: str
    name: str
    open: Opener


@dataclass(frozen=True, slots=True)
class SealedDocument:
    """A sealed PDF, byte for byte as it was sealed."""

    name: str
    pdf: bytes


@dataclass(frozen=True, slots=True)
class Omission:
    """A part that is not in the bundle, and why; `part` is the file name it would have had."""

    part: str
    reason: str

    @classmethod
    def of_entry(cls, index: int, reason: str) -> "Omission":
        """The entry at `index` is withheld; its proof must be given all the same."""
        return cls(f"data/entries/{index}.json", reason)

    @classmethod
    def of_body(cls, index: int, reason: str) -> "Omission":
        """Body and salt of the entry at `index` are withheld or erased."""
        return cls(f"data/entries/{index}.body.json", reason)

    @classmethod
    def of_object(cls, sha256: str, reason: str) -> "Omission":
        """The object with this hash (hex) is withheld or disposed of."""
        return cls(f"data/objects/{sha256}", reason)


@dataclass(frozen=True, slots=True)
class BundleContents:
    """All that goes into a bundle.

    Args:
        streams: How many leaves each stream has under `checkpoint`; the case's own stream is among them. The
            verifier looks for a hole in each.
        checkpoint: The newest signed checkpoint; every entry's path leads to it.
        keys: The log's keys and those of witnesses. The seal's key is added by `write_bundle`.
        seal_certificates: PEM certificates with which the PDFs were sealed.
        about: What people want to read of the case (reference, creditor, why it was exported): JSON without floats.
    """

    case_id: UUID
    about: Mapping[str, object]
    streams: Mapping[UUID, int]
    checkpoint: bytes
    entries: Sequence[BundleEntry]
    keys: Sequence[VerifierKey]
    report_zh: str
    report_en: str
    older_checkpoints: Sequence[OlderCheckpoint] = ()
    objects: Sequence[BundleObject] = ()
    documents: Sequence[SealedDocument] = ()
    seal_certificates: Sequence[bytes] = ()
    omitted: Sequence[Omission] = ()


@dataclass(frozen=True, slots=True)
class WrittenBundle:
    """What was written: the hash that the seal signs, and how much."""

    tagmanifest_sha256: str
    files: int
    payload_bytes: int


def write_bundle(
    contents: BundleContents, *, signer: SignerKey, issued_at: datetime, target: BinaryIO
) -> WrittenBundle:
    """Writes the sealed zip to `target`, which must be seekable and empty.

    Objects are streamed, so memory stays small. On an error `target` holds half a zip: throw it away.

    Args:
        contents: What to write.
        signer: The key that seals the bundle; publish it where readers look for keys to trust.
        issued_at: The instant of issue; it dates the bag and all its files.
        target: An open binary file.

    Raises:
        BundleError: a part does not fit the others (a path that does not lead to the checkpoint, an object whose
            bytes have another hash, a part given twice), or the whole is larger than 2 GiB. Mend the part,
            or list it as omitted, and write anew.
        InvalidError: `about` or another description has no exact JSON form.
    """
    if issued_at.tzinfo is None:
        raise ValueError("A bundle is issued at an aware time.")
    instant = issued_at.astimezone(UTC)
    parts = _payload(contents, signer.verifier, instant)
    base = f"case-{contents.case_id}"
    try:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED, allowZip64=False) as archive:
            return _Bag(archive, base, instant).write(contents, parts, signer)
    except zipfile.LargeZipFile:
        raise BundleError(
            "The bundle would be larger than 2 GiB; list the largest objects as omitted and hand them over apart."
        ) from None


@dataclass(slots=True)
class _Bag:
    """A bag being written: what has been written so far stands in `hashes`."""

    archive: zipfile.ZipFile
    base: str
    instant: datetime
    hashes: dict[str, str] = field(default_factory=dict)
    payload_bytes: int = 0

    def write(
        self, contents: BundleContents, parts: Mapping[str, Opener], signer: SignerKey
    ) -> WrittenBundle:
        self._put("bagit.txt", _BAGIT)
        for name in sorted(parts):
            with parts[name]() as stream:
                self.payload_bytes += self._stream(name, stream)
            _check_name_is_hash(name, self.hashes[name])
        payload = len(self.hashes) - 1
        self._put("bag-info.txt", self._bag_info(contents, payload))
        here = Path(__file__)
        self._put("VERIFY.md", here.with_name("VERIFY.md").read_bytes())
        self._put("verify.py", here.with_name("verify.py").read_bytes())
        self._put("manifest-sha256.txt", self._manifest(is_payload=True))
        tagmanifest = self._manifest(is_payload=False)
        self._put("tagmanifest-sha256.txt", tagmanifest)
        digest = hashlib.sha256(tagmanifest).hexdigest()
        seal = f"{SEAL}\ncase {contents.case_id}\ntagmanifest-sha256 {digest}\n"
        self._put("tagmanifest-sha256.txt.sig", sign_note(seal, signer))
        return WrittenBundle(digest, len(self.hashes), self.payload_bytes)

    def _put(self, name: str, data: bytes) -> None:
        self._stream(name, io.BytesIO(data))

    def _stream(self, name: str, stream: BinaryIO) -> int:
        info = zipfile.ZipInfo(f"{self.base}/{name}", self.instant.timetuple()[:6])
        # Fixed, whatever system writes: the verifier knows these bytes.
        info.create_system = 3
        info.external_attr = 0o100644 << 16
        digest, size = hashlib.sha256(), 0
        with self.archive.open(info, "w") as out:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
                out.write(chunk)
                size += len(chunk)
        self.hashes[name] = digest.hexdigest()
        return size

    def _manifest(self, *, is_payload: bool) -> bytes:
        lines = (
            f"{digest}  {name}\n"
            for name, digest in sorted(self.hashes.items())
            if name.startswith("data/") == is_payload
        )
        return "".join(lines).encode()

    def _bag_info(self, contents: BundleContents, payload: int) -> bytes:
        return (
            f"Bag-Software-Agent: Doorstep ({FORMAT})\n"
            f"Bagging-Date: {self.instant.date().isoformat()}\n"
            f"External-Identifier: {contents.case_id}\n"
            f"Payload-Oxum: {self.payload_bytes}.{payload}\n"
        ).encode()


def _payload(contents: BundleContents, seal_key: VerifierKey, instant: datetime) -> dict[str, Opener]:
    """Every payload file by name. Small ones are checked here, objects while they are streamed."""
    keys = [*contents.keys, *(() if seal_key in contents.keys else (seal_key,))]
    try:
        checkpoint = open_checkpoint(contents.checkpoint, contents.keys)
    except CheckpointError as error:
        raise BundleError(f"The newest checkpoint cannot be opened with the log's keys: {error}") from error
    parts = _Parts()
    parts.add(f"data/checkpoints/{checkpoint.size}.checkpoint", contents.checkpoint)
    for entry in contents.entries:
        _add_entry(parts, entry, checkpoint, contents.checkpoint)
    for older in contents.older_checkpoints:
        _add_older(parts, older, checkpoint, contents)
    _add_exhibits(parts, contents)
    for key in keys:
        parts.add(f"data/keys/{key.key_id.hex()}.vkey", f"{key}\n".encode())
        parts.add(f"data/keys/{key.key_id.hex()}.pem", key.pem())
    for certificate in contents.seal_certificates:
        parts.add(f"data/keys/seal-{hashlib.sha256(certificate).hexdigest()}.pem", certificate)
    parts.add("data/report-zh.html", contents.report_zh.encode())
    parts.add("data/report-en.html", contents.report_en.encode())
    parts.add("data/case.json", _case(contents, checkpoint, instant))
    parts.add("data/omitted.json", _omitted(contents.omitted))
    return parts.openers


class _Parts:
    """Payload files by name; none comes twice."""

    def __init__(self) -> None:
        self.openers: dict[str, Opener] = {}

    def add(self, name: str, data: bytes) -> None:
        self.add_stream(name, lambda: io.BytesIO(data))

    def add_stream(self, name: str, opener: Opener) -> None:
        if name in self.openers:
            raise BundleError(f"{name} is given twice.")
        self.openers[name] = opener


def _add_entry(parts: _Parts, entry: BundleEntry, checkpoint: Checkpoint, note: bytes) -> None:
    name = f"data/entries/{entry.index}"
    if not verify_inclusion(entry.record.hash(), entry.index, checkpoint.size, entry.path, checkpoint.root):
        raise BundleError(f"The path of entry {entry.index} does not lead to the newest checkpoint.")
    parts.add(f"{name}.tlog-proof", TlogProof(entry.record, entry.index, entry.path, note).to_bytes())
    if entry.entry is None:
        if entry.body is not None or entry.salt is not None:
            raise BundleError(f"Entry {entry.index} is withheld, so its body and salt must be too.")
        return
    if hashlib.sha256(entry.entry).digest() != entry.record.entry:
        raise BundleError(f"The bytes of entry {entry.index} are not those its leaf names.")
    parts.add(f"{name}.json", entry.entry)
    if entry.body is not None and entry.salt is not None:
        parts.add(f"{name}.body.json", entry.body)
        parts.add(f"{name}.salt", entry.salt)
    elif entry.body is not None or entry.salt is not None:
        raise BundleError(f"Body and salt of entry {entry.index} come together or not at all.")


def _add_older(parts: _Parts, older: OlderCheckpoint, newest: Checkpoint, contents: BundleContents) -> None:
    try:
        checkpoint = open_checkpoint(older.note, contents.keys)
    except CheckpointError as error:
        raise BundleError(f"An older checkpoint cannot be opened with the log's keys: {error}") from error
    size = checkpoint.size
    if not verify_consistency(size, newest.size, older.path, checkpoint.root, newest.root):
        raise BundleError(f"The newest checkpoint does not continue the older one of size {size}.")
    parts.add(f"data/checkpoints/{size}.checkpoint", older.note)
    # The form in which C2SP tlog-witness hands a consistency proof over: old size, path, newer checkpoint.
    steps = "".join(f"{base64.b64encode(step).decode()}\n" for step in older.path)
    parts.add(f"data/checkpoints/{size}.consistency", f"old {size}\n{steps}\n".encode() + contents.checkpoint)


def _add_exhibits(parts: _Parts, contents: BundleContents) -> None:
    for item in contents.objects:
        parts.add_stream(_object_file(item), item.open)
    for document in contents.documents:
        parts.add(_document_file(document), document.pdf)


def _object_file(item: BundleObject) -> str:
    return f"data/objects/{item.sha256}.{_EXTENSIONS.get(item.content_type, 'bin')}"


def _document_file(document: SealedDocument) -> str:
    return f"data/agreement/{hashlib.sha256(document.pdf).hexdigest()}.pdf"


def _check_name_is_hash(name: str, digest: str) -> None:
    folder, _, file = name.rpartition("/")
    if folder == "data/objects" and file.partition(".")[0] != digest:
        raise BundleError(
            f"The store gave other bytes than those with the hash {file.partition('.')[0]}. "
            "Run «doorstep evidence fsck»; to issue the bundle without the object, list it as omitted."
        )


def _case(contents: BundleContents, checkpoint: Checkpoint, instant: datetime) -> bytes:
    if contents.case_id not in contents.streams:
        raise BundleError("The case's own stream must be among the streams.")
    return canonical_bytes(
        {
            "about": dict(contents.about),
            "case": str(contents.case_id),
            "checkpoint": checkpoint.size,
            "documents": [
                {"file": _document_file(document), "name": document.name} for document in contents.documents
            ],
            "format": FORMAT,
            "issued_at": instant.isoformat().replace("+00:00", "Z"),
            "objects": [
                {"content_type": item.content_type, "file": _object_file(item), "name": item.name}
                for item in contents.objects
            ],
            "origin": checkpoint.origin,
            "streams": {str(stream): last for stream, last in contents.streams.items()},
        }
    )


def _omitted(omitted: Iterable[Omission]) -> bytes:
    return canonical_bytes({"omitted": [{"part": item.part, "reason": item.reason} for item in omitted]})
