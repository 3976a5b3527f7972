import hashlib
import json
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import bagit
import pytest

from field_visits.dossier.bundle import (
    BundleContents,
    BundleError,
    BundleObject,
    Omission,
    SealedDocument,
    write_bundle,
)
from field_visits.evidence.notes import verify_note
from field_visits.evidence.proofs import parse_proof, verify_proof
from tests.evidence.sample_bundle import (
    CASE,
    ISSUED_AT,
    LOG,
    LOGGED,
    OTHER_CASE,
    PDF,
    PHOTO,
    THIEF,
    bundle_entry,
    checkpoint,
    older,
    opener,
    sample_contents,
    unpack,
    write,
)


def unzip(path: Path, folder: Path) -> Path:
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    return folder / f"case-{CASE}"


def test_the_same_contents_at_the_same_instant_give_the_same_bytes(tmp_path: Path) -> None:
    first = write(sample_contents(), tmp_path / "first.zip")
    second = write(sample_contents(), tmp_path / "second.zip")

    assert first == second
    assert (tmp_path / "first.zip").read_bytes() == (tmp_path / "second.zip").read_bytes()


def test_the_seal_signs_the_hash_of_the_tag_manifest(tmp_path: Path) -> None:
    written = write(sample_contents(), tmp_path / "bundle.zip")

    files = unpack(tmp_path / "bundle.zip")
    seal = verify_note(files["tagmanifest-sha256.txt.sig"], [LOG.verifier])
    digest = hashlib.sha256(files["tagmanifest-sha256.txt"]).hexdigest()
    assert seal.text == f"doorstep-bundle-seal/1\ncase {CASE}\ntagmanifest-sha256 {digest}\n"
    assert written.tagmanifest_sha256 == digest
    assert written.files == len(files)


def test_entries_objects_and_documents_are_there_byte_for_byte(tmp_path: Path) -> None:
    write(sample_contents(), tmp_path / "bundle.zip")

    files = unpack(tmp_path / "bundle.zip")
    assert files["data/entries/2.json"] == LOGGED[2].entry
    assert files["data/entries/2.body.json"] == LOGGED[2].body
    assert files["data/entries/2.salt"] == LOGGED[2].salt
    assert files[f"data/objects/{hashlib.sha256(PHOTO).hexdigest()}.jpg"] == PHOTO
    assert files[f"data/agreement/{hashlib.sha256(PDF).hexdigest()}.pdf"] == PDF
    assert "data/entries/6.body.json" not in files
    assert json.loads(files["data/omitted.json"])["omitted"][0]["part"] == "data/entries/6.body.json"
    proof = parse_proof(files["data/entries/2.tlog-proof"])
    assert verify_proof(proof, files["data/entries/2.json"], [LOG.verifier]).size == len(LOGGED)


def test_file_names_are_made_of_hashes_and_numbers_only(tmp_path: Path) -> None:
    named = BundleObject(hashlib.sha256(b"x").hexdigest(), "image/x-odd", "王小明 at the door", opener(b"x"))
    write(replace(sample_contents(), objects=[named]), tmp_path / "bundle.zip")

    files = unpack(tmp_path / "bundle.zip")
    assert all(name.isascii() and " " not in name for name in files)
    assert f"data/objects/{named.sha256}.bin" in files
    assert json.loads(files["data/case.json"])["objects"][0]["name"] == "王小明 at the door"


def test_bagit_py_validates_the_unpacked_bundle(tmp_path: Path) -> None:
    written = write(sample_contents(), tmp_path / "bundle.zip")

    bag = bagit.Bag(str(unzip(tmp_path / "bundle.zip", tmp_path / "out")))

    assert bag.is_valid() is True
    assert bag.version_info == (1, 0)
    assert bag.info["External-Identifier"] == str(CASE)
    assert bag.info["Bagging-Date"] == "2026-11-24"
    assert bag.info["Payload-Oxum"].partition(".")[0] == str(written.payload_bytes)


def test_bagit_py_refuses_the_bundle_with_a_flipped_byte(tmp_path: Path) -> None:
    write(sample_contents(), tmp_path / "bundle.zip")
    folder = unzip(tmp_path / "bundle.zip", tmp_path / "out")
    (folder / "data/entries/0.json").write_bytes(LOGGED[0].entry.replace(b"visit", b"Visit"))

    assert bagit.Bag(str(folder)).is_valid() is False


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed here")
@pytest.mark.parametrize("note", ["tagmanifest-sha256.txt.sig", "data/checkpoints/14.checkpoint"])
def test_the_openssl_commands_of_verify_md_agree(tmp_path: Path, note: str) -> None:
    write(sample_contents(), tmp_path / "bundle.zip")
    folder = unzip(tmp_path / "bundle.zip", tmp_path / "out")
    lines = (folder / "VERIFY.md").read_text(encoding="utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.strip().startswith("sed '/^$/,$d'"))
    script = "\n".join(line.strip() for line in lines[start : start + 3])
    script = script.replace("NOTE", note).replace("KEYID", LOG.verifier.key_id.hex())

    good = subprocess.run(["sh", "-ec", script], cwd=folder, capture_output=True, text=True, check=False)
    (folder / note).write_bytes((folder / note).read_bytes().replace(b"1", b"2", 1))
    bad = subprocess.run(["sh", "-ec", script], cwd=folder, capture_output=True, text=True, check=False)

    assert (good.returncode, good.stdout.strip()) == (0, "Signature Verified Successfully")
    assert bad.returncode != 0


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="sha256sum is not installed here")
def test_the_sha256sum_commands_of_verify_md_agree(tmp_path: Path) -> None:
    write(sample_contents(), tmp_path / "bundle.zip")
    folder = unzip(tmp_path / "bundle.zip", tmp_path / "out")
    script = (
        "sha256sum -c --quiet manifest-sha256.txt && sha256sum -c --quiet tagmanifest-sha256.txt && "
        "cat data/entries/2.salt data/entries/2.body.json | sha256sum"
    )

    run = subprocess.run(["sh", "-ec", script], cwd=folder, capture_output=True, text=True, check=True)

    assert run.stdout.split()[0] == json.loads(LOGGED[2].entry)["body_hash"]


def test_the_seal_may_have_a_key_of_its_own(tmp_path: Path) -> None:
    write(sample_contents(), tmp_path / "bundle.zip", signer=THIEF)

    assert f"data/keys/{THIEF.verifier.key_id.hex()}.vkey" in unpack(tmp_path / "bundle.zip")


Change = Callable[[BundleContents], BundleContents]

BROKEN: list[tuple[str, Change]] = [
    ("opened with the log's keys", lambda good: replace(good, checkpoint=checkpoint(14, THIEF))),
    ("opened with the log's keys", lambda good: replace(good, checkpoint=b"no note")),
    ("does not lead", lambda good: replace(good, checkpoint=checkpoint(13))),
    ("does not lead", lambda good: replace(good, entries=[replace(bundle_entry(0), index=1)])),
    ("not those its leaf names", lambda good: replace(good, entries=[replace(bundle_entry(0), entry=b"{}")])),
    ("withheld, so its body", lambda good: replace(good, entries=[replace(bundle_entry(0), entry=None)])),
    ("come together", lambda good: replace(good, entries=[replace(bundle_entry(0), salt=None)])),
    ("0.tlog-proof is given twice", lambda good: replace(good, entries=[bundle_entry(0), bundle_entry(0)])),
    (
        "older one of size 4",
        lambda good: replace(good, older_checkpoints=[replace(older(4), path=older(9).path)]),
    ),
    (
        "older checkpoint cannot be opened",
        lambda good: replace(good, older_checkpoints=[replace(older(4), note=checkpoint(4, THIEF))]),
    ),
    (
        "other bytes than those with the hash",
        lambda good: replace(good, objects=[replace(good.objects[0], open=opener(b"other bytes"))]),
    ),
    (
        "given twice",
        lambda good: replace(good, documents=[SealedDocument("a", PDF), SealedDocument("b", PDF)]),
    ),
    ("own stream", lambda good: replace(good, streams={OTHER_CASE: 7})),
]


@pytest.mark.parametrize(("words", "change"), BROKEN, ids=lambda _: "")
def test_contents_that_would_not_verify_are_not_issued(tmp_path: Path, words: str, change: Change) -> None:
    with pytest.raises(BundleError, match=words):
        write(change(sample_contents()), tmp_path / "bundle.zip")


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        write_bundle(
            sample_contents(),
            signer=LOG,
            issued_at=datetime(2026, 11, 24, tzinfo=UTC).replace(tzinfo=None),
            target=BytesIO(),
        )


def test_a_bundle_too_large_for_a_plain_zip_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 20_000)

    with pytest.raises(BundleError, match="2 GiB; list the largest objects as omitted"):
        write_bundle(sample_contents(), signer=LOG, issued_at=ISSUED_AT, target=BytesIO())


def test_omissions_are_named_by_the_file_that_is_not_there() -> None:
    assert Omission.of_entry(5, "x").part == "data/entries/5.json"
    assert Omission.of_body(5, "x").part == "data/entries/5.body.json"
    assert Omission.of_object("ab", "x").part == "data/objects/ab"
