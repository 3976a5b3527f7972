"""The verifier against everything that can happen to a bundle between the issuer and the court."""

import ast
import base64
import hashlib
import json
import os
import random
import shutil
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from field_visits.dossier import bundle
from field_visits.dossier import verify as verifier
from field_visits.dossier.bundle import BundleContents, Omission
from field_visits.dossier.verify import (
    ALTERED,
    CANNOT_TELL,
    INCOMPLETE,
    WHOLE,
    Report,
    ed25519_verify,
    verify,
)
from field_visits.evidence import merkle, proofs
from field_visits.evidence.canonical import canonical_bytes
from field_visits.evidence.merkle import inclusion_path
from field_visits.evidence.notes import sign_note
from field_visits.evidence.proofs import LeafRecord
from tests.evidence.sample_bundle import (
    CASE,
    LOG,
    LOGGED,
    LOST_PHOTO,
    OTHER_CASE,
    PHOTO,
    THIEF,
    WITNESS,
    bundle_entry,
    checkpoint,
    manifest,
    reseal,
    sample_contents,
    unpack,
    write,
    write_folder,
)

SOURCE = Path(verifier.__file__)
KEY = str(LOG.verifier)
PHOTO_FILE = f"data/objects/{hashlib.sha256(PHOTO).hexdigest()}.jpg"


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("issued") / "bundle.zip"
    write(sample_contents(), path)
    return path


@pytest.fixture(scope="module")
def files(issued: Path) -> dict[str, bytes]:
    return unpack(issued)


def faults(report: Report) -> set[tuple[int, str]]:
    """The findings that count, without their words."""
    return {(finding.level, finding.part) for finding in report.findings if finding.level != WHOLE}


def run(python: str, bundle_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [python, "-I", "-S", str(SOURCE), str(bundle_path), *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        cwd=bundle_path.parent,
        env={"PATH": os.environ["PATH"], "PYTHONUTF8": "1"},
    )


def test_the_issued_bundle_is_whole(issued: Path) -> None:
    report = verify(issued, [KEY])

    assert faults(report) == set()
    assert report.exit_code == WHOLE
    assert report.counts["entries"] == 7
    assert report.counts["withheld"] == 2
    assert report.counts["checkpoints"] == 3
    assert (report.case, report.origin, report.size) == (str(CASE), LOG.name, len(LOGGED))


def test_in_a_process_with_nothing_installed_it_says_so_in_two_languages(issued: Path) -> None:
    process = run(sys.executable, issued, "--key", KEY)

    assert process.returncode == WHOLE, process.stdout
    assert "WHOLE: everything shown is as it was logged and signed." in process.stdout
    assert "完整：" in process.stdout
    assert process.stderr == ""


def test_without_a_key_from_outside_it_cannot_tell_and_prints_the_fingerprint(issued: Path) -> None:
    process = run(sys.executable, issued)

    assert process.returncode == CANNOT_TELL
    assert LOG.verifier.fingerprint in process.stdout
    assert "CANNOT TELL: the parts fit each other" in process.stdout


def test_the_copy_inside_the_bundle_is_this_file(files: dict[str, bytes]) -> None:
    assert files["verify.py"] == SOURCE.read_bytes()


def test_it_is_written_in_the_grammar_of_python_3_8_on_the_standard_library() -> None:
    tree = ast.parse(SOURCE.read_text(encoding="utf-8"), feature_version=(3, 8))

    roots = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or ""] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names]
        )
    }
    assert roots <= sys.stdlib_module_names
    assert not roots & {"socket", "urllib", "http", "subprocess", "shutil", "tempfile", "zipfile"}


def old_pythons() -> list[str]:
    found = [shutil.which(f"python3.{minor}") for minor in (8, 9, 10, 12, 13, 14)]
    return [path for path in found if path is not None]


@pytest.mark.parametrize("python", old_pythons())
def test_every_other_python_of_this_machine_gives_the_same_verdict(issued: Path, python: str) -> None:
    version = subprocess.run([python, "-I", "-S", "-V"], capture_output=True, text=True, check=False)
    if version.returncode != 0:
        pytest.skip(f"{python} does not run")

    process = run(python, issued, "--key", KEY)

    assert process.returncode == WHOLE, process.stdout + process.stderr


def test_format_names_are_those_the_writers_use() -> None:
    assert verifier.FORMAT == bundle.FORMAT
    assert verifier.SEAL == bundle.SEAL
    assert verifier.PROOF == proofs.PROOF_HEADER


# --- bytes ---


def part_at(path: Path, position: int) -> str:
    """The name of the part whose content holds this byte of the zip, or «zip container»."""
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            start = info.header_offset + 30 + len(info.filename)
            if start <= position < start + info.file_size:
                return info.filename.partition("/")[2]
    return "zip container"


def test_each_of_300_flipped_bytes_is_found_and_the_part_is_named(issued: Path, tmp_path: Path) -> None:
    good = issued.read_bytes()
    chooser = random.Random(7)
    with zipfile.ZipFile(issued) as archive:
        sizes = {
            info.filename: (info.header_offset + 30 + len(info.filename), info.file_size)
            for info in archive.infolist()
        }
    # One byte in every part, so that the small ones are met too; then anywhere, structure included.
    positions = [start + chooser.randrange(size) for start, size in sizes.values()]
    positions += [chooser.randrange(len(good)) for _ in range(300 - len(positions))]
    broken = tmp_path / "broken.zip"
    for position in positions:
        data = bytearray(good)
        data[position] ^= 1 << chooser.randrange(8)
        broken.write_bytes(data)

        report = verify(broken, [KEY])

        named = {part for level, part in faults(report) if level == ALTERED}
        assert report.exit_code == ALTERED, (position, part_at(issued, position))
        assert any(part.startswith(part_at(issued, position)) for part in named), (position, named)


def test_every_byte_of_the_zips_own_structure_counts(issued: Path, tmp_path: Path) -> None:
    good = issued.read_bytes()
    with zipfile.ZipFile(issued) as archive:
        third = archive.infolist()[2]
        directory = archive.start_dir
    header = range(third.header_offset, third.header_offset + 30 + len(third.filename))
    row = range(directory, directory + 46 + len(archive.infolist()[0].filename))
    broken = tmp_path / "broken.zip"
    for position in [*header, *row, *range(len(good) - 22, len(good))]:
        data = bytearray(good)
        data[position] ^= 0x20
        broken.write_bytes(data)

        report = verify(broken, [KEY])

        assert report.exit_code == ALTERED, position
        assert any(part.startswith("zip container") for _, part in faults(report)), position


@pytest.mark.parametrize("keep", [0, 1, 21, 22, 1000, -1, -22, -100])
def test_a_cut_zip_is_altered_whatever_is_left(issued: Path, tmp_path: Path, keep: int) -> None:
    broken = tmp_path / "broken.zip"
    broken.write_bytes(issued.read_bytes()[:keep])

    assert verify(broken, [KEY]).exit_code == ALTERED


def test_a_zip_with_pieces_cut_doubled_or_overwritten_is_never_whole_and_never_an_error(
    issued: Path, tmp_path: Path
) -> None:
    good = issued.read_bytes()
    chooser = random.Random(11)
    broken = tmp_path / "broken.zip"
    for _ in range(120):
        start = chooser.randrange(len(good))
        length = chooser.choice([1, 2, 30, 46, 400])
        filling = chooser.choice([b"", good[start : start + length] * 2, chooser.randbytes(length)])
        broken.write_bytes(good[:start] + filling + good[start + length :])

        report = verify(broken, [KEY])

        assert report.exit_code == ALTERED
        assert report.lines()


@pytest.mark.parametrize("where", ["front", "back"])
def test_bytes_around_the_zip_are_found(issued: Path, tmp_path: Path, where: str) -> None:
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"x" + issued.read_bytes() if where == "front" else issued.read_bytes() + b"x")

    assert verify(broken, [KEY]).exit_code == ALTERED


def test_a_zip_packed_anew_is_told_from_the_issued_one_and_its_folder_is_whole(
    files: dict[str, bytes], tmp_path: Path
) -> None:
    folder = write_folder(files, tmp_path / "out" / f"case-{CASE}")
    shutil.make_archive(str(tmp_path / "anew"), "zip", tmp_path / "out")

    report = verify(tmp_path / "anew.zip", [KEY])

    assert report.exit_code == ALTERED
    assert "unpack it and check the folder" in report.findings[0].english
    assert verify(folder, [KEY]).exit_code == WHOLE
    assert verify(tmp_path / "out", [KEY]).exit_code == WHOLE


# --- hostile containers ---


def hostile(tmp_path: Path, *members: tuple[str, bytes], compression: int = zipfile.ZIP_STORED) -> Path:
    path = tmp_path / "hostile.zip"
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in members:
            info = zipfile.ZipInfo(name, (2026, 11, 24, 8, 30, 14))
            info.create_system, info.external_attr, info.compress_type = 3, 0o100644 << 16, compression
            archive.writestr(info, data)
    return path


@pytest.mark.parametrize(
    "name",
    [
        "../escape",
        "/etc/passwd",
        "a/../../b",
        "a//b",
        "a\\..\\b",
        "C:/x",
        "a/./b",
        ".hidden",
        "-rf",
        "名字",
        "a b",
        "a" * 600,
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    report = verify(hostile(tmp_path, ("bagit.txt", b""), (name, b"x")), [KEY])

    assert report.exit_code == ALTERED


def test_a_compression_bomb_is_not_opened(tmp_path: Path) -> None:
    path = hostile(tmp_path, ("bagit.txt", bytes(50_000_000)), compression=zipfile.ZIP_DEFLATED)

    report = verify(path, [KEY])

    assert faults(report) == {(ALTERED, "zip container (bagit.txt)")}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("second", ["bag/bagit.txt", "bag/BAGIT.txt"])
def test_one_name_twice_is_refused(tmp_path: Path, second: str) -> None:
    path = hostile(tmp_path, ("bag/bagit.txt", b"one"), (second, b"two"))

    assert faults(verify(path, [KEY])) == {(ALTERED, f"zip container ({second})")}


def test_parts_that_overlap_are_refused(tmp_path: Path) -> None:
    # The trick of overlapping bombs: two rows of the directory, one piece of data.
    path = hostile(tmp_path, ("bag/a", b"x" * 100), ("bag/b", b"x" * 100))
    data = path.read_bytes()
    directory = data.index(b"PK\1\2")
    row = data[directory : directory + 46 + 5]
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 2, 2, 2 * len(row), directory, 0)
    path.write_bytes(data[:directory] + row + row.replace(b"bag/a", b"bag/c") + end)

    assert verify(path, [KEY]).exit_code == ALTERED


def test_a_link_in_a_zip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "link.zip"
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("bagit.txt")
        info.create_system, info.external_attr = 3, 0o120777 << 16
        archive.writestr(info, "/etc/passwd")

    assert faults(verify(path, [KEY])) == {(ALTERED, "zip container (bagit.txt)")}


def test_a_link_in_a_folder_is_refused(files: dict[str, bytes], tmp_path: Path) -> None:
    folder = write_folder(files, tmp_path / "bag")
    (folder / "data/omitted.json").unlink()
    (folder / "data/omitted.json").symlink_to("case.json")

    assert faults(verify(folder, [KEY])) == {(ALTERED, "data/omitted.json")}


def test_a_pipe_in_a_folder_does_not_hang(files: dict[str, bytes], tmp_path: Path) -> None:
    folder = write_folder(files, tmp_path / "bag")
    os.mkfifo(folder / "data/pipe")

    assert faults(verify(folder, [KEY])) == {(ALTERED, "data/pipe")}


@pytest.mark.parametrize("data", [b"", b"hello", b"PK\5\6" + bytes(18), bytes(100), b"PK\5\6" + b"\xff" * 18])
def test_what_is_no_zip_is_answered_not_crashed_on(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "noise.zip"
    path.write_bytes(data)

    assert verify(path, [KEY]).exit_code in {ALTERED, INCOMPLETE}


def test_an_empty_folder_is_incomplete(tmp_path: Path) -> None:
    assert verify(tmp_path, [KEY]).exit_code == INCOMPLETE


@pytest.mark.parametrize(
    "arguments", [["nowhere.zip"], [], ["bundle.zip", "--key", "nonsense"], ["--unknown"]]
)
def test_a_wrong_call_cannot_tell(issued: Path, arguments: list[str]) -> None:
    process = subprocess.run(
        [sys.executable, "-I", "-S", str(SOURCE), *arguments],
        cwd=issued.parent,
        capture_output=True,
        check=False,
    )

    assert process.returncode == CANNOT_TELL
    assert b"Traceback" not in process.stderr


# --- files dropped, added, swapped ---


def test_each_dropped_file_is_missed_by_name(files: dict[str, bytes], tmp_path: Path) -> None:
    folder = write_folder(files, tmp_path / "bag")
    for name, data in files.items():
        (folder / name).unlink()

        report = verify(folder, [KEY])

        assert report.exit_code == INCOMPLETE, name
        assert (INCOMPLETE, name) in faults(report)
        (folder / name).write_bytes(data)


@pytest.mark.parametrize(
    "name",
    [
        "extra.txt",
        "data/extra.txt",
        "data/entries/1.json",
        f"data/objects/{'00' * 32}.jpg",
        "data/keys/00000000.vkey",
    ],
)
def test_an_added_file_is_found_by_name(files: dict[str, bytes], tmp_path: Path, name: str) -> None:
    folder = write_folder({**files, name: b"added"}, tmp_path / "bag")

    report = verify(folder, [KEY])

    assert report.exit_code == ALTERED
    assert (ALTERED, name) in faults(report)


def test_two_swapped_entries_are_both_named(files: dict[str, bytes], tmp_path: Path) -> None:
    a, b = "data/entries/4.json", "data/entries/10.json"
    folder = write_folder({**files, a: files[b], b: files[a]}, tmp_path / "bag")

    report = verify(folder, [KEY])

    assert {(ALTERED, a), (ALTERED, b)} <= faults(report)


@pytest.mark.parametrize("suffix", [".json", ".body.json", ".salt", ".tlog-proof"])
def test_swapped_and_sealed_anew_by_an_insider_they_are_still_named(
    files: dict[str, bytes], tmp_path: Path, suffix: str
) -> None:
    a, b = f"data/entries/4{suffix}", f"data/entries/10{suffix}"
    folder = write_folder(reseal({**files, a: files[b], b: files[a]}), tmp_path / "bag")

    report = verify(folder, [KEY])

    named = suffix if suffix != ".salt" else ".body.json"
    assert {(ALTERED, f"data/entries/4{named}"), (ALTERED, f"data/entries/10{named}")} <= faults(report)


def test_sealing_anew_without_a_change_stays_whole(files: dict[str, bytes], tmp_path: Path) -> None:
    assert verify(write_folder(reseal(files), tmp_path / "bag"), [KEY]).exit_code == WHOLE


# --- keys ---


def test_another_key_from_outside_cannot_tell(issued: Path) -> None:
    report = verify(issued, [str(THIEF.verifier)])

    assert report.exit_code == CANNOT_TELL
    assert (CANNOT_TELL, "tagmanifest-sha256.txt.sig") in faults(report)
    assert (CANNOT_TELL, "data/checkpoints/14.checkpoint") in faults(report)


def test_a_witness_key_alone_does_not_speak_for_the_log(issued: Path) -> None:
    report = verify(issued, [str(WITNESS.verifier)])

    assert report.exit_code == CANNOT_TELL
    assert (CANNOT_TELL, "data/checkpoints/14.checkpoint") in faults(report)


def test_a_seal_of_a_stranger_with_his_key_inside_cannot_tell(
    files: dict[str, bytes], tmp_path: Path
) -> None:
    inside = {**files, f"data/keys/{THIEF.verifier.key_id.hex()}.vkey": f"{THIEF.verifier}\n".encode()}
    folder = write_folder(reseal(inside, THIEF), tmp_path / "bag")

    assert faults(verify(folder, [KEY])) == {(CANNOT_TELL, "tagmanifest-sha256.txt.sig")}


def test_a_seal_of_nobody_known_is_altered(files: dict[str, bytes], tmp_path: Path) -> None:
    folder = write_folder(reseal(files, THIEF), tmp_path / "bag")

    assert faults(verify(folder, [KEY])) == {(ALTERED, "tagmanifest-sha256.txt.sig")}


@pytest.mark.parametrize("text", ["", "x", KEY[:-4], KEY.replace("+", "-"), KEY.replace("log", "lag")])
def test_a_mistyped_key_is_an_error_not_a_verdict(issued: Path, text: str) -> None:
    with pytest.raises(ValueError, match="key"):
        verify(issued, [text])


# --- an insider who holds the keys and seals whatever he likes ---

Files = dict[str, bytes]


def changed_json(files: Files, name: str, **changes: object) -> Files:
    value = {**json.loads(files[name]), **changes}
    return {**files, name: json.dumps(value, separators=(",", ":"), sort_keys=True).encode()}


def without(files: Files, *names: str) -> Files:
    return {name: data for name, data in files.items() if name not in names}


def respelled(files: Files, name: str, old: bytes, new: bytes) -> Files:
    assert old in files[name]
    return {**files, name: files[name].replace(old, new)}


TAMPERED: list[tuple[int, str, Callable[[Files], Files]]] = [
    (ALTERED, "data/entries/2.json", lambda f: changed_json(f, "data/entries/2.json", code="visit:refused")),
    (
        ALTERED,
        "data/entries/2.body.json",
        lambda f: respelled(f, "data/entries/2.body.json", b"talked", b"agreed"),
    ),
    (ALTERED, "data/entries/2.body.json", lambda f: {**f, "data/entries/2.salt": bytes(32)}),
    (INCOMPLETE, "data/entries/2.salt", lambda f: without(f, "data/entries/2.salt")),
    (INCOMPLETE, "data/entries/2.body.json", lambda f: without(f, "data/entries/2.body.json")),
    (
        INCOMPLETE,
        "data/entries/2.body.json",
        lambda f: without(f, "data/entries/2.body.json", "data/entries/2.salt"),
    ),
    (INCOMPLETE, "data/entries/2.tlog-proof", lambda f: without(f, "data/entries/2.tlog-proof")),
    (
        INCOMPLETE,
        "data/entries/2.json",
        lambda f: without(f, "data/entries/2.json", "data/entries/2.salt", "data/entries/2.body.json"),
    ),
    (INCOMPLETE, "data/entries/2.json", lambda f: without(f, "data/entries/2.json")),
    (
        ALTERED,
        "data/entries/2.body.json",
        lambda f: changed_json(
            without(f, "data/entries/2.json"),
            "data/omitted.json",
            omitted=[{"part": "data/entries/2.json", "reason": "x"}],
        ),
    ),
    (INCOMPLETE, "data/checkpoints/14.checkpoint", lambda f: without(f, "data/checkpoints/14.checkpoint")),
    (
        INCOMPLETE,
        "data/checkpoints/0.checkpoint",
        lambda f: {n: d for n, d in f.items() if not n.endswith(".checkpoint") and "case" not in n},
    ),
    (
        ALTERED,
        "data/checkpoints/4.consistency",
        lambda f: changed_json(f, "data/case.json", checkpoint=9),
    ),
    (ALTERED, "data/entries/2.json", lambda f: {**f, "data/entries/2.json": b"not JSON"}),
    (
        INCOMPLETE,
        f"stream {CASE} no 2",
        lambda f: {name: data for name, data in f.items() if not name.startswith("data/entries/2.")},
    ),
    (
        INCOMPLETE,
        f"stream {CASE} no 6-7",
        lambda f: {name: data for name, data in f.items() if not name.startswith("data/entries/1")},
    ),
    (
        INCOMPLETE,
        f"stream {CASE} no 8-9007199254740991",
        lambda f: changed_json(f, "data/case.json", streams={str(CASE): 2**53 - 1}),
    ),
    (
        ALTERED,
        "data/entries/12.tlog-proof",
        lambda f: changed_json(f, "data/case.json", streams={str(CASE): 6}),
    ),
    (INCOMPLETE, "data/entries", lambda f: {n: d for n, d in f.items() if "entries" not in n}),
    (ALTERED, "data/entries/8.salt", lambda f: {**f, "data/entries/8.salt": bytes(32)}),
    (ALTERED, "data/entries/note.txt", lambda f: {**f, "data/entries/note.txt": b"x"}),
    (ALTERED, "data/entries/02.json", lambda f: {**f, "data/entries/02.json": b"x"}),
    (ALTERED, PHOTO_FILE, lambda f: {**f, PHOTO_FILE: b"another scene"}),
    (INCOMPLETE, PHOTO_FILE.rpartition(".")[0], lambda f: without(f, PHOTO_FILE)),
    (INCOMPLETE, f"data/objects/{LOST_PHOTO}", lambda f: {**f, "data/omitted.json": b'{"omitted":[]}'}),
    (INCOMPLETE, "data/omitted.json", lambda f: without(f, "data/omitted.json")),
    (ALTERED, "data/omitted.json", lambda f: {**f, "data/omitted.json": b"[]"}),
    (ALTERED, "data/omitted.json", lambda f: {**f, "data/omitted.json": b'{"omitted":[5]}'}),
    (ALTERED, "data/omitted.json", lambda f: {**f, "data/omitted.json": b'{"omitted":{}}'}),
    (ALTERED, "data/omitted.json", lambda f: {**f, "data/omitted.json": b"[" * 200_000}),
    (ALTERED, "data/omitted.json", lambda f: {**f, "data/omitted.json": b"\xff"}),
    (ALTERED, "data/omitted.json", lambda f: {**f, "data/omitted.json": b'{"a":1,"a":2,"omitted":[]}'}),
    (ALTERED, "data/case.json", lambda f: {**f, "data/case.json": b'{"n":' + b"9" * 100_000 + b"}"}),
    (ALTERED, "data/case.json", lambda f: {**f, "data/case.json": b'{"n":1.5}'}),
    (ALTERED, "data/case.json", lambda f: {**f, "data/case.json": b'{"n":NaN}'}),
    (ALTERED, "data/case.json", lambda f: changed_json(f, "data/case.json", format="doorstep-bundle/2")),
    (ALTERED, "data/case.json", lambda f: changed_json(f, "data/case.json", checkpoint="14")),
    (ALTERED, "data/case.json", lambda f: changed_json(f, "data/case.json", streams={})),
    (ALTERED, "data/case.json", lambda f: changed_json(f, "data/case.json", streams={str(CASE): "7"})),
    (ALTERED, "data/case.json", lambda f: changed_json(f, "data/case.json", streams={str(CASE): True})),
    (ALTERED, "data/case.json", lambda f: changed_json(f, "data/case.json", streams={str(CASE): 7, "x": 1})),
    (ALTERED, "data/case.json", lambda f: changed_json(f, "data/case.json", case=[])),
    (
        ALTERED,
        "data/case.json",
        lambda f: changed_json(f, "data/case.json", case=str(OTHER_CASE), streams={str(OTHER_CASE): 7}),
    ),
    (INCOMPLETE, "data/case.json", lambda f: without(f, "data/case.json")),
    (ALTERED, "bagit.txt", lambda f: {**f, "bagit.txt": b"BagIt-Version: 0.97\n"}),
    (
        ALTERED,
        "data/entries/2.tlog-proof",
        lambda f: respelled(f, "data/entries/2.tlog-proof", b"index 2", b"index 3"),
    ),
    (
        ALTERED,
        "data/entries/2.tlog-proof",
        lambda f: respelled(f, "data/entries/2.tlog-proof", b"extra e", b"extra f"),
    ),
    (ALTERED, "data/entries/2.tlog-proof", lambda f: {**f, "data/entries/2.tlog-proof": b"\xff\n\n"}),
    (
        ALTERED,
        "data/entries/2.tlog-proof",
        lambda f: {
            **f,
            "data/entries/2.tlog-proof": f["data/entries/2.tlog-proof"].partition(b"\n\n")[0]
            + b"\n\n"
            + checkpoint(9),
        },
    ),
    (
        ALTERED,
        "data/entries/2.tlog-proof",
        lambda f: {**f, "data/entries/2.tlog-proof": bytes(17 * 1024 * 1024)},
    ),
    (
        ALTERED,
        "data/checkpoints/4.checkpoint",
        lambda f: {**f, "data/checkpoints/4.checkpoint": checkpoint(5)},
    ),
    (
        ALTERED,
        "data/checkpoints/4.checkpoint",
        lambda f: {**f, "data/checkpoints/4.checkpoint": checkpoint(4, THIEF)},
    ),
    (ALTERED, "data/checkpoints/4.checkpoint", lambda f: {**f, "data/checkpoints/4.checkpoint": b"\xff"}),
    (
        ALTERED,
        "data/checkpoints/4.checkpoint",
        lambda f: {**f, "data/checkpoints/4.checkpoint": b"a\tb\n\n" + checkpoint(4).partition(b"\n\n")[2]},
    ),
    (
        ALTERED,
        "data/checkpoints/4.checkpoint",
        lambda f: respelled(f, "data/checkpoints/4.checkpoint", b"\xe2\x80\x94 ", b"--- "),
    ),
    (
        ALTERED,
        "data/checkpoints/4.checkpoint",
        lambda f: {**f, "data/checkpoints/4.checkpoint": f["tagmanifest-sha256.txt.sig"]},
    ),
    (INCOMPLETE, "data/checkpoints/4.consistency", lambda f: without(f, "data/checkpoints/4.consistency")),
    (
        ALTERED,
        "data/checkpoints/4.consistency",
        lambda f: respelled(f, "data/checkpoints/4.consistency", b"old 4", b"old 5"),
    ),
    (
        ALTERED,
        "data/checkpoints/4.consistency",
        lambda f: {
            **f,
            "data/checkpoints/4.consistency": f["data/checkpoints/9.consistency"].replace(b"old 9", b"old 4"),
        },
    ),
    (
        ALTERED,
        "data/checkpoints/4.consistency",
        lambda f: {
            **f,
            "data/checkpoints/4.checkpoint": checkpoint(
                4, hashes=[item.record.hash() for item in LOGGED[1:]]
            ),
        },
    ),
    (ALTERED, "data/keys/00000000.vkey", lambda f: {**f, "data/keys/00000000.vkey": b"no key\n"}),
]


@pytest.mark.parametrize(("level", "part", "tamper"), TAMPERED, ids=lambda _: "")
def test_what_an_insider_changes_and_seals_is_found_and_named(
    files: Files, tmp_path: Path, level: int, part: str, tamper: Callable[[Files], Files]
) -> None:
    report = verify(write_folder(reseal(tamper(files)), tmp_path / "bag"), [KEY])

    assert (level, part) in faults(report)
    assert report.exit_code in {ALTERED, INCOMPLETE}


def test_a_seal_that_is_another_signed_text_is_refused(files: Files, tmp_path: Path) -> None:
    folder = write_folder({**files, "tagmanifest-sha256.txt.sig": checkpoint(9)}, tmp_path / "bag")

    assert faults(verify(folder, [KEY])) == {(ALTERED, "tagmanifest-sha256.txt.sig")}


def test_a_checkpoint_of_an_earlier_epoch_of_the_log_is_taken(files: Files, tmp_path: Path) -> None:
    earlier = replace(LOG, name=f"{LOG.name}/1")
    text = (
        checkpoint(4).replace(LOG.name.encode(), earlier.name.encode()).decode().partition("\n\n")[0] + "\n"
    )
    told = reseal({**files, "data/checkpoints/4.checkpoint": sign_note(text, earlier)})

    report = verify(write_folder(told, tmp_path / "bag"), [KEY, str(earlier.verifier)])

    assert report.exit_code == 0
    assert report.origin == LOG.name


def test_a_checkpoint_of_another_log_is_refused(files: Files, tmp_path: Path) -> None:
    other = replace(LOG, name="log.example/elsewhere")
    note = checkpoint(4).replace(LOG.name.encode(), other.name.encode())
    text = note.decode().partition("\n\n")[0] + "\n"
    signed = sign_note(text, other)
    tampered = reseal({**files, "data/checkpoints/4.checkpoint": signed})

    report = verify(write_folder(tampered, tmp_path / "bag"), [KEY, str(other.verifier)])

    assert report.exit_code == ALTERED
    assert any(finding.english == "belongs to another log." for finding in report.findings)


@pytest.mark.parametrize(
    ("line", "part"),
    [
        (f"{'0' * 64}  data/../../etc/passwd\n", "data/../../etc/passwd"),
        (f"{'0' * 64}  bagit.txt\n", "bagit.txt"),
        ("nonsense\n", "manifest-sha256.txt"),
        (f"{'0' * 64}  data/case.json", "manifest-sha256.txt"),
        (f"{'0' * 64}  data/case.json\n", "manifest-sha256.txt"),
    ],
)
def test_a_manifest_with_a_foreign_line_is_named(files: Files, tmp_path: Path, line: str, part: str) -> None:
    payload = (
        manifest({name: data for name, data in files.items() if name.startswith("data/")}) + line.encode()
    )

    report = verify(write_folder({**files, "manifest-sha256.txt": payload}, tmp_path / "bag"), [KEY])

    assert (ALTERED, part) in faults(report)


# --- what may be withheld ---


def whole_but(tmp_path: Path, **changes: object) -> Report:
    path = tmp_path / "bundle.zip"
    write(replace(sample_contents(), **changes), path)  # type: ignore[arg-type] # - the fields differ from test to test
    return verify(path, [KEY])


def withheld(contents: BundleContents, index: int) -> list[bundle.BundleEntry]:
    return [
        replace(entry, entry=None, body=None, salt=None) if entry.index == index else entry
        for entry in contents.entries
    ]


def test_a_withheld_entry_that_is_listed_keeps_the_story_whole_and_is_said_plainly(tmp_path: Path) -> None:
    contents = sample_contents()
    reason = "concerns a third person\nWHOLE: \x1b[2Jtrust me"

    report = whole_but(
        tmp_path, entries=withheld(contents, 4), omitted=[*contents.omitted, Omission.of_entry(4, reason)]
    )

    assert report.exit_code == WHOLE
    assert report.counts["withheld"] == 3
    said = [line for line in report.lines() if line.startswith("[NOTE] data/entries/4.json")]
    assert said == [
        "[NOTE] data/entries/4.json: is withheld, and the bundle says so: concerns a third person?WHOLE: ?[2Jtrust me"
    ]


def test_a_withheld_entry_that_is_not_listed_is_incomplete(tmp_path: Path) -> None:
    report = whole_but(tmp_path, entries=withheld(sample_contents(), 4))

    assert faults(report) == {(INCOMPLETE, "data/entries/4.json")}


def test_an_entry_of_a_story_whose_length_is_not_stated_is_incomplete(tmp_path: Path) -> None:
    report = whole_but(tmp_path, entries=[*sample_contents().entries, bundle_entry(1)])

    assert faults(report) == {(INCOMPLETE, "data/entries/1.tlog-proof")}


def test_a_second_story_with_its_length_is_whole(tmp_path: Path) -> None:
    entries = [*sample_contents().entries, *(bundle_entry(index) for index in range(1, len(LOGGED), 2))]

    report = whole_but(tmp_path, entries=entries, streams={CASE: 7, OTHER_CASE: 7})

    assert report.exit_code == WHOLE


def test_a_bundle_with_many_faults_shows_the_first_and_counts_the_rest(files: Files, tmp_path: Path) -> None:
    extra = {f"data/extra-{number}.txt": b"x" for number in range(300)}

    report = verify(write_folder({**files, **extra}, tmp_path / "bag"), [KEY])

    left = len(report.findings) - 200
    assert left > 100
    assert any(line.startswith(f"... and {left} more findings.") for line in report.lines())
    assert repr(report.findings[0]).startswith("Finding(ALTERED, data/extra-")


# --- signatures ---


def test_ed25519_agrees_with_openssl_and_refuses_everything_else() -> None:
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    public = private.public_key().public_bytes_raw()
    order = 2**252 + 27742317777372353535851937790883648493
    for length in range(40):
        message = bytes(range(length))
        signature = private.sign(message)
        assert ed25519_verify(public, message, signature) is True
        assert ed25519_verify(public, message + b"x", signature) is False
        position = length % 64
        flipped = signature[:position] + bytes([signature[position] ^ 1]) + signature[position + 1 :]
        assert ed25519_verify(public, message, flipped) is False
        # The same signature with S + L is another spelling that RFC 8032 forbids.
        larger = int.from_bytes(signature[32:], "little") + order
        assert ed25519_verify(public, message, signature[:32] + larger.to_bytes(32, "little")) is False


def test_ed25519_knows_the_vectors_of_rfc_8032() -> None:
    # RFC 8032 §7.1, tests 1 to 3.
    vectors = [
        (
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        ),
        (
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ),
        (
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        ),
    ]
    for public, message, signature in vectors:
        assert ed25519_verify(bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature)) is True


@pytest.mark.parametrize(
    "public",
    [
        b"",
        bytes(31),
        bytes(33),
        b"\xff" * 32,
        (2**255 - 19).to_bytes(32, "little"),
        (1 | 1 << 255).to_bytes(32, "little"),
        (2).to_bytes(32, "little"),
    ],
)
def test_ed25519_refuses_what_is_no_point(public: bytes) -> None:
    assert ed25519_verify(public, b"", bytes(64)) is False
    assert ed25519_verify(LOG.verifier.public, b"", b"") is False


# --- the command, in this process ---


def test_the_command_prints_the_report_and_gives_its_exit_code(
    issued: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verifier.main([str(issued), "--key", KEY, "--key", str(WITNESS.verifier)]) == WHOLE
    assert "WHOLE: " in capsys.readouterr().out
    assert verifier.main([str(issued)]) == CANNOT_TELL
    assert verifier.main(["nowhere\0.zip"]) == CANNOT_TELL
    with pytest.raises(SystemExit) as stopped:
        verifier.main([str(issued), "--key", "nonsense"])
    assert stopped.value.code == CANNOT_TELL


def test_a_file_that_may_not_be_read_cannot_tell(issued: Path, tmp_path: Path) -> None:
    if os.geteuid() == 0:
        # Root may read everything; a name too long for the system fails for root too.
        assert verify(tmp_path / ("x" * 5000), [KEY]).exit_code == CANNOT_TELL
        return
    locked = tmp_path / "locked.zip"
    shutil.copy(issued, locked)
    locked.chmod(0)
    assert verify(locked, [KEY]).exit_code == CANNOT_TELL


def leaf_with(**changes: object) -> bytes:
    return json.dumps(
        {**json.loads(LOGGED[2].record.data()), **changes}, separators=(",", ":"), sort_keys=True
    ).encode()


@pytest.mark.parametrize(
    "leaf",
    [
        b"",
        b"[]",
        leaf_with(more=1),
        leaf_with(entry="AB" * 32),
        leaf_with(prev="short"),
        leaf_with(prev=None),
        leaf_with(no=0),
        leaf_with(no=True),
        leaf_with(no="2"),
        leaf_with(stream="no uuid"),
        leaf_with(stream=5),
        leaf_with(no=3),
        leaf_with(stream=str(OTHER_CASE)),
    ],
)
def test_a_proof_with_another_leaf_is_named(files: Files, tmp_path: Path, leaf: bytes) -> None:
    name = "data/entries/2.tlog-proof"
    lines = files[name].split(b"\n")
    lines[1] = b"extra " + base64.b64encode(leaf)

    report = verify(write_folder(reseal({**files, name: b"\n".join(lines)}), tmp_path / "bag"), [KEY])

    assert (ALTERED, name) in faults(report)


def relogged(items: list[tuple[bytes, LeafRecord]]) -> BundleContents:
    """A log that a dishonest sequencer made of these entries and leaves, in this order, bundled as it stands."""
    hashes = [record.hash() for _, record in items]
    return replace(
        sample_contents(),
        checkpoint=checkpoint(len(items), hashes=hashes),
        entries=[
            bundle.BundleEntry(index, record, tuple(inclusion_path(hashes, index, len(hashes))), entry)
            for index, (entry, record) in enumerate(items)
        ],
        streams={CASE: len(items)},
        older_checkpoints=[],
        omitted=[],
    )


PLAIN = [canonical_bytes({"body_hash": None, "case": str(CASE), "n": number}) for number in range(4)]


def leaf(entry: bytes, no: int, prev: bytes | None) -> tuple[bytes, LeafRecord]:
    return entry, LeafRecord(hashlib.sha256(entry).digest(), no, prev, CASE)


def dishonest(tmp_path: Path, items: list[tuple[bytes, LeafRecord]]) -> set[tuple[int, str]]:
    path = tmp_path / "bundle.zip"
    write(relogged(items), path)
    return faults(verify(path, [KEY]))


def test_an_honest_short_log_is_whole(tmp_path: Path) -> None:
    first = leaf(PLAIN[0], 1, None)

    assert dishonest(tmp_path, [first, leaf(PLAIN[1], 2, first[1].hash())]) == set()


def test_a_number_given_twice_is_named(tmp_path: Path) -> None:
    first = leaf(PLAIN[0], 1, None)
    second, again = leaf(PLAIN[1], 2, first[1].hash()), leaf(PLAIN[2], 2, first[1].hash())
    fourth = leaf(PLAIN[3], 3, second[1].hash())

    found = dishonest(tmp_path, [first, second, again, fourth])

    assert (ALTERED, "data/entries/2.tlog-proof") in found


def test_a_leaf_that_names_another_previous_leaf_is_named(tmp_path: Path) -> None:
    first = leaf(PLAIN[0], 1, None)

    assert dishonest(tmp_path, [first, leaf(PLAIN[1], 2, bytes(32))]) == {
        (ALTERED, "data/entries/1.tlog-proof")
    }


def test_a_leaf_that_stands_before_its_previous_one_is_named(tmp_path: Path) -> None:
    first = leaf(PLAIN[0], 1, None)

    assert dishonest(tmp_path, [leaf(PLAIN[1], 2, first[1].hash()), first]) == {
        (ALTERED, "data/entries/0.tlog-proof")
    }


def test_an_entry_logged_outside_its_case_is_named(tmp_path: Path) -> None:
    foreign = canonical_bytes({"body_hash": None, "case": str(OTHER_CASE)})

    assert dishonest(tmp_path, [leaf(foreign, 1, None)]) == {(ALTERED, "data/entries/0.json")}


def test_an_object_named_by_no_hash_is_named(tmp_path: Path) -> None:
    odd = canonical_bytes(
        {"body_hash": None, "case": str(CASE), "objects": ["photo.jpg", {"sha256": "ab" * 32}]}
    )

    found = dishonest(tmp_path, [leaf(odd, 1, None)])

    assert found == {(ALTERED, "data/entries/0.json"), (INCOMPLETE, f"data/objects/{LOST_PHOTO}")}


# --- the verifier's own copy of the tree ---


def test_its_tree_agrees_with_the_products_for_every_small_size() -> None:
    hashes = [merkle.leaf_hash(bytes([number])) for number in range(20)]
    roots = [merkle.root_hash(hashes[:size]) for size in range(21)]
    for size in range(1, 21):
        for index in range(size):
            path = inclusion_path(hashes, index, size)
            for claimed, other in [
                (index, size),
                (index + 1, size),
                (index, size + 1),
                (index, index),
                (-1, size),
            ]:
                for steps in (path, path[1:], [*path, bytes(32)], [b"short", *path[1:]], [bytes(32)] * 70):
                    expected = merkle.verify_inclusion(hashes[index], claimed, other, steps, roots[size])
                    assert (
                        verifier.verify_inclusion(hashes[index], claimed, other, steps, roots[size])
                        is expected
                    )
            if index + 1 < size:
                proof = merkle.consistency_path(hashes, index + 1, size)
                for old, new in [(index + 1, size), (index, size), (index + 1, size + 1), (index + 2, size)]:
                    for steps in (proof, proof[1:], [*proof, bytes(32)], [b"short", *proof[1:]]):
                        roots_of = (roots[index + 1], roots[size])
                        expected = old != new and merkle.verify_consistency(old, new, steps, *roots_of)
                        assert verifier.verify_consistency(old, new, steps, *roots_of) is expected


@pytest.mark.parametrize("text", ["log.example/shanghai\n04\nx\n", "log.example/shanghai\n4\nAAAA\n"])
def test_a_signed_text_that_is_no_checkpoint_is_named(files: Files, tmp_path: Path, text: str) -> None:
    name = "data/checkpoints/4.checkpoint"

    report = verify(write_folder(reseal({**files, name: sign_note(text, LOG)}), tmp_path / "bag"), [KEY])

    assert (ALTERED, name) in faults(report)


def test_a_checkpoint_with_the_signature_of_another_text_is_named(files: Files, tmp_path: Path) -> None:
    name = "data/checkpoints/4.checkpoint"
    text, _, _ = checkpoint(4).partition(b"\n\n")
    _, _, signature = checkpoint(5).partition(b"\n\n")

    report = verify(
        write_folder(reseal({**files, name: text + b"\n\n" + signature}), tmp_path / "bag"), [KEY]
    )

    assert (ALTERED, name) in faults(report)
    assert any(finding.english.startswith("the signature of") for finding in report.findings)


def test_files_of_noise_sealed_by_an_insider_are_answered_not_crashed_on(
    files: Files, tmp_path: Path
) -> None:
    chooser = random.Random(13)
    names = sorted(
        name for name in files if name.startswith("data/") and "report" not in name and "seal-" not in name
    )
    for number in range(80):
        name = chooser.choice(names)
        data = bytearray(files[name])
        for _ in range(chooser.choice([1, 3])):
            data[chooser.randrange(len(data))] = chooser.randrange(256)
        folder = write_folder(reseal({**files, name: bytes(data)}), tmp_path / str(number))

        assert verify(folder, [KEY]).lines()


def test_a_strange_name_in_a_folder_is_refused(files: Files, tmp_path: Path) -> None:
    folder = write_folder({**files, "data/a b": b"x"}, tmp_path / "bag")

    assert faults(verify(folder, [KEY])) == {(ALTERED, "data/a b")}


def test_a_folder_of_too_many_files_or_too_deep_is_refused(
    files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = write_folder({"bagit.txt": b"", "a/b/c/d/e/f/g/h/i/j": b"x"}, tmp_path / "deep")
    assert faults(verify(deep, [KEY])) == {(ALTERED, "a/b/c/d/e/f/g/h/i")}

    monkeypatch.setattr(verifier, "_MAX_PARTS", 10)
    assert verify(write_folder(files, tmp_path / "bag"), [KEY]).exit_code == ALTERED


@pytest.mark.parametrize("cut", [1, 80, 120])
def test_a_directory_shorter_than_it_says_is_refused(issued: Path, tmp_path: Path, cut: int) -> None:
    data = issued.read_bytes()
    signature, *fields = struct.unpack("<4s4H2LH", data[-22:])
    fields[4] -= cut
    path = tmp_path / "short.zip"
    path.write_bytes(data[: -22 - cut] + struct.pack("<4s4H2LH", signature, *fields))

    assert verify(path, [KEY]).exit_code == ALTERED


def test_a_row_more_or_less_than_counted_is_refused(issued: Path, tmp_path: Path) -> None:
    data = issued.read_bytes()
    signature, *fields = struct.unpack("<4s4H2LH", data[-22:])
    fields[2] = fields[3] = fields[3] - 1
    path = tmp_path / "fewer.zip"
    path.write_bytes(data[:-22] + struct.pack("<4s4H2LH", signature, *fields))

    assert verify(path, [KEY]).exit_code == ALTERED


def test_checksums_changed_in_both_places_are_found(issued: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(issued) as archive:
        info = archive.getinfo(f"case-{CASE}/data/case.json")
        directory = archive.start_dir
    data = bytearray(issued.read_bytes())
    crc = struct.pack("<L", info.CRC)
    second = data.index(crc, directory)
    data[info.header_offset + 14] ^= 1
    data[second] ^= 1
    path = tmp_path / "checksum.zip"
    path.write_bytes(data)

    assert faults(verify(path, [KEY])) == {(ALTERED, "data/case.json")}
