"""The sweep that builds bundles: gather, fetch, write, check with the outsider's own verifier, store, say so.

Between gathering and saying so no transaction is open. A killed worker loses nothing: the export is still
requested and the next sweep builds it anew; an object without its row is litter.
"""

import logging
import tempfile
import time
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from typing import BinaryIO, cast

from sqlalchemy import select

from field_visits.attachments.service import prefix_of
from field_visits.dossier import verify
from field_visits.dossier.bundle import (
    BundleContents,
    BundleEntry,
    BundleError,
    OlderCheckpoint,
    Omission,
    write_bundle,
)
from field_visits.dossier.exhibits import Exhibits, fetch
from field_visits.dossier.keys import ExportSigner
from field_visits.dossier.models import Export
from field_visits.dossier.report import write_report
from field_visits.dossier.service import BUNDLE_TYPE
from field_visits.dossier.story import Story, gather
from field_visits.dossier.wording import Language
from field_visits.evidence.notes import SignerKey, VerifierKey
from field_visits.kernel.ids import ExportId
from field_visits.unit_of_work import UnitOfWork, Work
from media.errors import StoreUnavailableError
from media.keys import object_key
from media.store import ObjectStore

_LOG = logging.getLogger(__name__)
_ERASED = "内容已依法删除；条目与证明仍在。/ Its contents were erased as law asks; entry and proof remain."
_MAX_FINDINGS = 3
_POLL_S = 0.2


@dataclass(frozen=True, slots=True)
class _Built:
    """A bundle that is whole and lies in the store."""

    key: str
    sha256: str
    length: int


def build_requested(
    work: Work, store: ObjectStore, signer_for: ExportSigner, *, limit: int = 20, patience_s: float = 0.0
) -> int:
    """Every requested bundle whose story is wholly in the log was built, or has failed with a sentence.

    A bundle is called built only after the verifier that travels in it has found it whole. What waits for
    the store, or after `patience_s` still for its place in the log, is left for the next sweep.

    Args:
        work: Opens units of work of one organisation.
        store: Where files and bundles lie.
        signer_for: The key that seals the bundles of an organisation.
        limit: Exports of one sweep.
        patience_s: How long the log, which is a moment behind what was just asked for, is waited for.

    Returns:
        How many were built or failed.

    Evidence: export:bundle:built or export:bundle:failed.
    """
    done, deadline = 0, time.monotonic() + patience_s
    with work() as uow:
        waiting = list(
            uow.session.scalars(
                select(Export.id).where(Export.state == "requested").order_by(Export.id).limit(limit)
            )
        )
    for export_id in waiting:
        while True:
            with work() as uow:
                story, is_requested = _gather(uow, export_id)
                organisation, prefix = uow.actor.organisation, prefix_of(uow)
            if story is not None or not is_requested or time.monotonic() > deadline:
                break
            time.sleep(_POLL_S)
        if story is None:
            continue
        try:
            outcome: _Built | str = _build(store, story, signer_for(organisation), prefix)
        except StoreUnavailableError:
            _LOG.warning("The object store does not answer; bundles wait.")
            break
        except BundleError as error:
            outcome = str(error)
        except Exception:  # noqa: BLE001 - logged whole; one case that cannot be told must not keep others waiting
            _LOG.exception("The bundle of export %s could not be built.", export_id)
            outcome = "A defect of ours kept the bundle from being built; the server's log has it. Report it, then ask again."
        with work() as uow:
            done += _settle(uow, export_id, outcome)
    return done


def _gather(uow: UnitOfWork, export_id: ExportId) -> tuple[Story | None, bool]:
    """The story, if it is wholly in the log, and whether anybody still waits for the bundle."""
    export = uow.session.get_one(Export, export_id)
    is_requested = export.state == "requested"
    return gather(uow, export) if is_requested else None, is_requested


def _settle(uow: UnitOfWork, export_id: ExportId, outcome: _Built | str) -> int:
    export = uow.session.get_one(Export, export_id, with_for_update=True)
    if export.state != "requested":
        return 0
    if isinstance(outcome, str):
        uow.apply(export, "fail", changes={"failure": outcome})
        return 1
    changes = {"sha256": outcome.sha256, "length": outcome.length, "object_key": outcome.key}
    uow.apply(export, "build", changes=changes, objects=[outcome.sha256])
    return 1


def _build(store: ObjectStore, story: Story, signer: SignerKey, prefix: str) -> _Built:
    exhibits = fetch(store, story)
    contents = _contents(story, exhibits, signer.verifier)
    with tempfile.TemporaryDirectory(prefix="doorstep-bundle-") as folder:
        path = Path(folder) / "bundle.zip"
        with path.open("w+b") as target:
            write_bundle(
                contents, signer=signer, issued_at=story.gathered_at, target=cast("BinaryIO", target)
            )
        _check(path, [*story.proven.keys, signer.verifier])
        with path.open("rb") as written:
            digest = file_digest(written, "sha256").hexdigest()
            written.seek(0)
            key = object_key(prefix, digest)
            stored = store.put_if_absent(key, written, content_type=BUNDLE_TYPE)
    return _Built(key, digest, stored.length)


def _check(path: Path, keys: list[VerifierKey]) -> None:
    """Pass if the bundle's own verifier finds it whole.

    Raises:
        BundleError: it does not; the sentence says what it found.
    """
    report = verify.verify(path, [str(key) for key in keys])
    if report.exit_code != verify.WHOLE:
        graves = [f"{one.part} {one.english}" for one in report.findings if one.level != verify.WHOLE]
        raise BundleError("The bundle was not found whole: " + " ".join(graves[:_MAX_FINDINGS]))


def _contents(story: Story, exhibits: Exhibits, seal_key: VerifierKey) -> BundleContents:
    proven, case = story.proven, story.file.case
    entries = [
        BundleEntry(
            index=entry.place.index,
            record=entry.place.record,
            path=proven.paths[entry.place.index],
            entry=entry.canonical,
            body=entry.body,
            salt=entry.salt,
        )
        for entry in proven.entries
        if entry.place is not None
    ]
    omitted = [
        *exhibits.omitted,
        *(Omission.of_body(one.index, _ERASED) for one in entries if one.body is None),
    ]
    reports = {
        language: write_report(story, exhibits, omitted=omitted, seal_key=seal_key, language=language)
        for language in Language
    }
    return BundleContents(
        case_id=case.id,
        about={
            "reference": case.reference,
            "creditor": case.creditor,
            "organisation": story.organisation.name,
            "export": str(story.export.id),
            "reason": story.export.reason,
            "requested_at": story.export.requested_at.isoformat().replace("+00:00", "Z"),
            "requested_by": {"id": str(story.requested_by.id), "badge": story.requested_by.badge},
            "seal_fingerprint": seal_key.fingerprint,
        },
        streams={case.id: len(entries)},
        checkpoint=proven.head.note.encode(),
        entries=entries,
        keys=proven.keys,
        report_zh=reports[Language.ZH],
        report_en=reports[Language.EN],
        older_checkpoints=[
            OlderCheckpoint(one.note.encode(), proven.older_paths[one.size]) for one in proven.older
        ],
        objects=exhibits.objects,
        documents=exhibits.documents,
        seal_certificates=exhibits.certificates,
        omitted=omitted,
    )
