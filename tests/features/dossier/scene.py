"""A case with a whole day in it, its log sequenced, and its bundle: what the dossier's tests start from."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import field_visits.dossier.verify as verifier
from field_visits.agreements.service.sealing import seal_signed
from field_visits.attachments.service import receive
from field_visits.attachments.sweeps import verify_received
from field_visits.cases.models import Case
from field_visits.dossier.building import build_requested
from field_visits.dossier.models import Export
from field_visits.dossier.service import request_export
from field_visits.evidence.log import log_keys
from field_visits.evidence.notes import SignerKey
from field_visits.evidence.sequencer import sequence
from field_visits.kernel.db import Database
from field_visits.kernel.ids import ExportId
from field_visits.unit_of_work import Born
from field_visits.visits.models import Visit
from field_visits.visits.service.witnessing import Photographed, photograph
from media.digest import digest_of
from media.files import FileStore
from tests.client import export_signer
from tests.features.agreements.plans import key, offered, signs
from tests.features.appointments.days import at, try_to_book
from tests.features.visits.door import at_door, end
from tests.simulators.camera import photo, store_in, upload
from tests.world import World, applied

LOG_KEY = Ed25519PrivateKey.generate()
PHOTO = photo(seed=3)
PHOTO_SHA256 = sha256(PHOTO).hexdigest()


def log_signers(origin: str) -> Sequence[SignerKey]:
    return [SignerKey(origin, LOG_KEY)]


@dataclass
class Scene:
    """One organisation with its log and its store."""

    world: World
    sequencer: Database
    store: FileStore

    @classmethod
    def open(cls, world: World, sequencer: Database, folder: Path) -> "Scene":
        return cls(world, sequencer, store_in(folder / "objects"))

    def number(self) -> None:
        """Every entry so far has its place, under a fresh checkpoint; a second later."""
        self.world.clock.advance(timedelta(seconds=1))
        while True:
            turn = sequence(self.sequencer, self.world.organisation, log_signers, self.world.clock.now())
            if turn is not None and not turn.added:
                return

    def photographed(self, visit: Visit, content: bytes = PHOTO) -> Photographed:
        """A photo was announced at the door, came, and was verified."""
        digest = digest_of(content)
        with self.world.work(self.world.collector) as uow:
            taken = photograph(
                uow,
                self.store,
                visit.id,
                sha256=digest.sha256,
                md5=digest.md5,
                length=digest.length,
                content_type="image/jpeg",
            )
        assert isinstance(taken, Photographed)
        upload(self.store, taken.expected.ticket, content, self.world.clock.now())
        with self.world.work() as uow:
            receive(uow, self.store, taken.expected.attachment.id)
        assert verify_received(self.world.work, self.store) == 1
        return taken

    def day(self) -> Case:
        """A refused booking, then a visit with a photo, an outcome, and a signed and sealed agreement."""
        world = self.world
        case = world.case(collector=world.collector)
        try_to_book(world, case, at(22.5))
        self.number()
        visit = at_door(world, world.collector, case=case)
        self.photographed(visit)
        agreement = offered(world, case)
        applied(signs(world, agreement))
        end(world, visit, "REFUSE", note="客户称 <b>需要</b> 时间。")
        world.clock.advance(timedelta(minutes=5))
        assert seal_signed(world.work, self.store, [key()]) == 1
        return case

    def request(self, case: Case, reason: str = "一审举证") -> Export:
        self.world.clock.advance(timedelta(seconds=1))
        with self.world.work(self.world.legal) as uow:
            born = request_export(uow, case, reason=reason)
        assert isinstance(born, Born)
        return born.row

    def build(self, patience_s: float = 0.0) -> int:
        return build_requested(self.world.work, self.store, export_signer, patience_s=patience_s)

    def exported(self, case: Case) -> Export:
        """A bundle of the case, built."""
        export = self.request(case)
        self.number()
        assert self.build() == 1
        self.world.clock.advance(timedelta(seconds=1))
        return self.seen(export.id)

    def seen(self, export_id: ExportId) -> Export:
        with self.world.work() as uow:
            return uow.session.get_one(Export, export_id)

    def bundle(self, export: Export, folder: Path) -> Path:
        """The bundle's bytes in a file."""
        assert export.object_key is not None, export.failure
        path = folder / "bundle.zip"
        with self.store.open(export.object_key) as stream:
            path.write_bytes(stream.read())
        return path

    def keys(self) -> list[str]:
        """What a reader passes with --key: the log's keys and the bundles' seal, from outside."""
        with self.world.database.transaction(self.world.organisation) as session:
            published = [str(one.key) for one in log_keys(session, self.world.organisation)]
        return [*published, str(export_signer(self.world.organisation).verifier)]


def verified_apart(bundle: Path, keys: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """What the outsider's verifier says, in a process of its own with nothing installed."""
    options = [part for one in keys for part in ("--key", one)]
    script = str(Path(str(verifier.__file__)))
    return subprocess.run(
        [sys.executable, "-I", "-S", script, str(bundle), *options],
        capture_output=True,
        text=True,
        check=False,
    )
