"""A small log with two cases, and the bundle of one of them: what the bundle's tests start from.

`sample_contents()` gives sound contents; change them with `dataclasses.replace`. `unpack` and `reseal` play an
insider who rewrites files and seals anew; `write_folder` puts files where the verifier can read them.
"""

import hashlib
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from field_visits.dossier.bundle import (
    BundleContents,
    BundleEntry,
    BundleObject,
    OlderCheckpoint,
    Omission,
    SealedDocument,
    WrittenBundle,
    write_bundle,
)
from field_visits.evidence.canonical import body_hash, canonical_bytes
from field_visits.evidence.checkpoints import Checkpoint, sign_checkpoint
from field_visits.evidence.merkle import consistency_path, inclusion_path, root_hash
from field_visits.evidence.notes import SignerKey, sign_note
from field_visits.evidence.proofs import LeafRecord

ORIGIN = "log.example/shanghai"
LOG = SignerKey(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(32)))
WITNESS = SignerKey("witness.example", Ed25519PrivateKey.from_private_bytes(bytes([1]) * 32))
THIEF = SignerKey(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes([2]) * 32))
CASE = UUID("01936f7a-0000-7000-8000-00000000000a")
OTHER_CASE = UUID("01936f7a-0000-7000-8000-00000000000b")
ISSUED_AT = datetime(2026, 11, 24, 8, 30, 15, tzinfo=UTC)
PHOTO = b"\xff\xd8\xff" + bytes(range(256)) * 8
LOST_PHOTO = "ab" * 32
PDF = b"%PDF-1.7 sealed agreement"


@dataclass(frozen=True)
class Logged:
    """One entry with everything the log knows of it."""

    entry: bytes
    body: bytes | None
    salt: bytes | None
    record: LeafRecord


def log_of(count: int = 14) -> list[Logged]:
    """Entries of two cases in turn: index 0, 2, 4... belong to CASE, the others to OTHER_CASE."""
    logged: list[Logged] = []
    last: dict[UUID, LeafRecord] = {}
    for index in range(count):
        case = OTHER_CASE if index % 2 else CASE
        body = (
            None
            if index == 8
            else canonical_bytes({"outcome": "talked", "note": f"第{index}次 {'x' * index}"})
        )
        salt = None if body is None else hashlib.sha256(index.to_bytes(4, "big")).digest()
        entry = canonical_bytes(
            {
                "body_hash": None if body is None or salt is None else body_hash(salt, body).hex(),
                "case": str(case),
                "code": "visit:outcome:recorded",
                "objects": {2: [hashlib.sha256(PHOTO).hexdigest(), LOST_PHOTO]}.get(index, []),
            }
        )
        before = last.get(case)
        record = LeafRecord(
            entry=hashlib.sha256(entry).digest(),
            no=before.no + 1 if before else 1,
            prev=before.hash() if before else None,
            stream=case,
        )
        last[case] = record
        logged.append(Logged(entry, body, salt, record))
    return logged


LOGGED = log_of()
HASHES = [item.record.hash() for item in LOGGED]


def checkpoint(size: int = len(LOGGED), *signers: SignerKey, hashes: list[bytes] = HASHES) -> bytes:
    """The signed checkpoint of the first `size` leaves."""
    return sign_checkpoint(Checkpoint(ORIGIN, size, root_hash(hashes[:size])), *(signers or (LOG,)))


def bundle_entry(index: int) -> BundleEntry:
    item = LOGGED[index]
    path = tuple(inclusion_path(HASHES, index, len(HASHES)))
    return BundleEntry(index, item.record, path, item.entry, item.body, item.salt)


def older(size: int) -> OlderCheckpoint:
    return OlderCheckpoint(checkpoint(size), tuple(consistency_path(HASHES, size, len(HASHES))))


def opener(data: bytes) -> Callable[[], BinaryIO]:
    return lambda: io.BytesIO(data)


def sample_contents() -> BundleContents:
    """CASE whole: seven entries, one erased body, one photograph, one photograph disposed of, one sealed PDF."""
    entries = [bundle_entry(index) for index in range(0, len(LOGGED), 2)]
    erased = entries[3]
    entries[3] = BundleEntry(erased.index, erased.record, erased.path, erased.entry)
    return BundleContents(
        case_id=CASE,
        about={"creditor": "示例银行", "reference": "A-17"},
        streams={CASE: len(entries)},
        checkpoint=checkpoint(len(LOGGED), LOG, WITNESS),
        entries=entries,
        keys=[LOG.verifier, WITNESS.verifier],
        report_zh="<!doctype html><title>外访记录</title>",
        report_en="<!doctype html><title>Visits</title>",
        older_checkpoints=[older(4), older(9)],
        objects=[BundleObject(hashlib.sha256(PHOTO).hexdigest(), "image/jpeg", "door", opener(PHOTO))],
        documents=[SealedDocument("agreement", PDF)],
        seal_certificates=[b"-----BEGIN CERTIFICATE-----\n"],
        omitted=[
            Omission.of_body(erased.index, "erased on the customer's request"),
            Omission.of_object(LOST_PHOTO, "disposed of after the retention time"),
        ],
    )


def write(contents: BundleContents, path: Path, signer: SignerKey = LOG) -> WrittenBundle:
    with path.open("w+b") as target:
        return write_bundle(contents, signer=signer, issued_at=ISSUED_AT, target=target)


def unpack(path: Path) -> dict[str, bytes]:
    """The bundle's files by name, without the base folder."""
    with zipfile.ZipFile(path) as archive:
        return {info.filename.partition("/")[2]: archive.read(info) for info in archive.infolist()}


def reseal(files: dict[str, bytes], signer: SignerKey = LOG) -> dict[str, bytes]:
    """The same files with manifests and seal that fit them: what an insider with the key can do."""
    result = {name: data for name, data in files.items() if "manifest" not in name}
    payload = {name: data for name, data in result.items() if name.startswith("data/")}
    result["manifest-sha256.txt"] = manifest(payload)
    tags = manifest({name: data for name, data in result.items() if name not in payload})
    result["tagmanifest-sha256.txt"] = tags
    text = f"doorstep-bundle-seal/1\ncase {CASE}\ntagmanifest-sha256 {hashlib.sha256(tags).hexdigest()}\n"
    result["tagmanifest-sha256.txt.sig"] = sign_note(text, signer)
    return result


def manifest(files: dict[str, bytes]) -> bytes:
    return "".join(
        f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items())
    ).encode()


def write_folder(files: dict[str, bytes], folder: Path) -> Path:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder
