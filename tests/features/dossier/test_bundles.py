"""A case goes out as a bundle that strangers can check, and every step of that is in its own story."""

import json
import threading
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

from field_visits.dossier.service import fetch_bundle, request_export
from field_visits.evidence.codes import Code
from field_visits.evidence.log import entries_of_case
from field_visits.kernel.errors import InvalidError, UnavailableError
from tests.features.dossier.scene import PHOTO_SHA256, Scene, verified_apart


def part(bundle: Path, name: str) -> bytes:
    with zipfile.ZipFile(bundle) as archive:
        (found,) = (one for one in archive.namelist() if one.endswith(f"/{name}"))
        return archive.read(found)


def codes(scene: Scene, case_id: object) -> list[str]:
    with scene.world.work() as uow:
        return [entry.code for entry in entries_of_case(uow.session, case_id)]  # type: ignore[arg-type]  # any id


def test_a_case_with_photo_and_agreement_verifies_whole_in_a_process_of_its_own(
    scene: Scene, tmp_path: Path
) -> None:
    case = scene.day()

    export = scene.exported(case)

    bundle = scene.bundle(export, tmp_path)
    said = verified_apart(bundle, scene.keys())
    assert said.returncode == 0, said.stdout
    assert "[ALTERED]" not in said.stdout
    names = zipfile.ZipFile(bundle).namelist()
    assert any(name.endswith(f"data/objects/{PHOTO_SHA256}.jpg") for name in names)
    assert sum(name.endswith(".pdf") and "/agreement/" in name for name in names) == 1
    assert json.loads(part(bundle, "data/omitted.json")) == {"omitted": []}
    told = json.loads(part(bundle, "data/case.json"))
    assert told["about"]["reason"] == "一审举证"
    assert told["streams"] == {str(case.id): sum("tlog-proof" in name for name in names)}


def test_the_requests_own_entry_is_in_the_bundle(scene: Scene, tmp_path: Path) -> None:
    case = scene.world.case()

    export = scene.exported(case)

    bundle = scene.bundle(export, tmp_path)
    with zipfile.ZipFile(bundle) as archive:
        entries = [
            json.loads(archive.read(name))
            for name in archive.namelist()
            if "/data/entries/" in name and name.endswith(".json") and not name.endswith(".body.json")
        ]
    assert {one["code"] for one in entries} == {Code.CASE_OPENED, Code.EXPORT_REQUESTED}


def test_one_flipped_byte_is_named(scene: Scene, tmp_path: Path) -> None:
    bundle = scene.bundle(scene.exported(scene.day()), tmp_path)
    content = bytearray(bundle.read_bytes())
    with zipfile.ZipFile(bundle) as archive:
        (photo,) = (
            one for one in archive.infolist() if "/data/objects/" in one.filename and ".jpg" in one.filename
        )
    content[photo.header_offset + 200] ^= 1
    bundle.write_bytes(content)

    said = verified_apart(bundle, scene.keys())

    assert said.returncode == 1
    assert f"data/objects/{PHOTO_SHA256}.jpg" in said.stdout


def test_without_keys_from_outside_the_verifier_cannot_tell(scene: Scene, tmp_path: Path) -> None:
    bundle = scene.bundle(scene.exported(scene.world.case()), tmp_path)

    log_alone = verified_apart(bundle, scene.keys()[:1])
    nothing = verified_apart(bundle, [])

    assert (log_alone.returncode, nothing.returncode) == (3, 3)
    assert "tagmanifest-sha256.txt.sig" in log_alone.stdout


def test_a_bundle_waits_until_everything_up_to_its_request_is_in_the_log(scene: Scene) -> None:
    case = scene.world.case()
    export = scene.request(case)

    assert scene.build() == 0
    assert scene.seen(export.id).state == "requested"

    scene.number()
    assert scene.build() == 1
    assert scene.seen(export.id).state == "built"


def test_a_bundle_is_built_by_the_sweep_that_its_request_wakes_while_the_log_is_a_moment_behind(
    scene: Scene,
) -> None:
    scene.request(scene.world.case())
    sequencer = threading.Timer(0.3, scene.number)
    sequencer.start()

    assert scene.build(patience_s=60) == 1
    sequencer.join()


def test_fetching_is_part_of_the_story_and_stands_in_the_next_bundle(scene: Scene, tmp_path: Path) -> None:
    case = scene.world.case()
    first = scene.exported(case)
    with scene.world.work(scene.world.legal) as uow:
        fetch_bundle(uow, first)

    bundle = scene.bundle(scene.exported(case), tmp_path)

    assert codes(scene, case.id)[1:4] == [Code.EXPORT_REQUESTED, Code.EXPORT_BUILT, Code.EXPORT_FETCHED]
    (omitted,) = json.loads(part(bundle, "data/omitted.json"))["omitted"]
    assert omitted["part"] == f"data/objects/{first.sha256}"
    assert str(first.sha256) in part(bundle, "data/report-en.html").decode()
    assert verified_apart(bundle, scene.keys()).returncode == 0


def test_a_bundle_that_is_not_built_cannot_be_fetched(scene: Scene) -> None:
    export = scene.request(scene.world.case())

    with scene.world.work(scene.world.legal) as uow, pytest.raises(UnavailableError, match="not built yet"):
        fetch_bundle(uow, export)


def test_a_request_needs_a_reason(scene: Scene) -> None:
    case = scene.world.case()

    with scene.world.work(scene.world.legal) as uow, pytest.raises(InvalidError) as caught:
        request_export(uow, case, reason="  ")

    assert caught.value.faults[0].pointer == "/reason"


def test_a_photo_that_is_gone_from_the_store_is_said_and_the_rest_still_proves(
    scene: Scene, tmp_path: Path
) -> None:
    case = scene.day()
    (stored,) = tmp_path.glob(f"objects/objects/*/{PHOTO_SHA256}")
    stored.unlink()

    bundle = scene.bundle(scene.exported(case), tmp_path)

    assert verified_apart(bundle, scene.keys()).returncode == 0
    (omitted,) = json.loads(part(bundle, "data/omitted.json"))["omitted"]
    assert omitted["part"] == f"data/objects/{PHOTO_SHA256}"
    assert "The object store has no such file." in part(bundle, "data/report-en.html").decode()


def test_a_photo_that_was_swapped_in_the_store_never_enters_under_its_name(
    scene: Scene, tmp_path: Path
) -> None:
    case = scene.day()
    (stored,) = tmp_path.glob(f"objects/objects/*/{PHOTO_SHA256}")
    stored.chmod(0o600)
    stored.write_bytes(b"another scene")

    bundle = scene.bundle(scene.exported(case), tmp_path)

    assert not any(PHOTO_SHA256 in name for name in zipfile.ZipFile(bundle).namelist())
    (omitted,) = json.loads(part(bundle, "data/omitted.json"))["omitted"]
    assert "do not have the hash that was logged" in omitted["reason"]


def test_the_report_has_the_legal_clocks_as_of_the_request(scene: Scene, tmp_path: Path) -> None:
    case = scene.day()
    export = scene.exported(case)
    bundle = scene.bundle(export, tmp_path)

    told = {language: part(bundle, f"data/report-{language}.html").decode() for language in ("zh", "en")}

    for language, limitation, plan in (
        ("zh", "诉讼时效", "签署分期协议"),
        ("en", "Limitation", "plan signed"),
    ):
        clocks = told[language][told[language].index('id="clocks"') : told[language].index('id="timeline"')]
        assert limitation in clocks
        assert plan in clocks
        assert f"{export.requested_at:%Y-%m}" in clocks


def test_the_report_escapes_what_people_wrote_and_leaves_out_nothing_adverse(
    scene: Scene, tmp_path: Path
) -> None:
    bundle = scene.bundle(scene.exported(scene.day()), tmp_path)

    report = part(bundle, "data/report-zh.html").decode()

    assert "客户称 &lt;b&gt;需要&lt;/b&gt; 时间。" in report
    assert "<b>需要" not in report
    adverse = report[report.index('id="adverse"') : report.index('id="custody"')]
    assert "拒绝：预约外访" in adverse
    assert "CN-HOUR-1" in adverse
    assert "http" not in report.replace("http-equiv", "")


def test_older_checkpoints_of_other_days_are_in_the_bundle_and_continue_to_the_newest(
    scene: Scene, tmp_path: Path
) -> None:
    case = scene.world.case()
    scene.number()
    scene.world.clock.advance(timedelta(days=2))

    bundle = scene.bundle(scene.exported(case), tmp_path)

    names = zipfile.ZipFile(bundle).namelist()
    assert sum(name.endswith(".consistency") for name in names) == 1
    assert verified_apart(bundle, scene.keys()).returncode == 0
