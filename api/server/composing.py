"""Puts the parts of a process together from its settings and secrets: a house for the door, tools for jobs.

Each process opens only what is its own: the application's login for the door and the jobs, the log's key
for the sequencer alone.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from api.house import House, Keys
from api.server.errors import StartError
from api.server.postgres import EmbeddedPostgres
from api.server.secrets import EXPORT, LOG, SEAL, TICKET, TOKEN_PEPPER, Secrets
from api.settings import Settings, read_settings
from field_visits.agreements.service.certificates import SealKey
from field_visits.compliance.packs import load_packs
from field_visits.dossier.building import ExportKeys, ExportSigner, export_key_name
from field_visits.evidence.epochs import OutsideCheckpoints, difference, newest_size, organisations_by_slug
from field_visits.evidence.notes import SignerKey, VerifierKey
from field_visits.evidence.rights import excessive_rights
from field_visits.jobs.queue import WORKERS, open_queue, register
from field_visits.jobs.sweeps import Tools
from field_visits.kernel.clock import Clock, SystemClock
from field_visits.kernel.db import Database
from field_visits.messages.service import OutboxPage
from media.files import FileStore
from media.s3 import S3Store
from media.s3_requests import S3Settings
from media.store import ObjectStore
from media.tickets import TicketKeys

UPLOADS = "/v1/uploads"


@dataclass(frozen=True, slots=True)
class Process:
    """What a process was started with."""

    settings: Settings
    secrets: Secrets
    environment: Mapping[str, str]

    def required(self, name: str, purpose: str) -> str:
        """A setting without which this process cannot do its work."""
        value = self.environment.get(name)
        if not value:
            raise StartError(f"{name} is not set; {purpose} needs it. `doorstep serve` sets it by itself.")
        return value


def this_process() -> Process:
    """The settings and secrets of this process; makes no secret."""
    settings = read_settings()
    return Process(settings, Secrets.open(settings.data_dir / "secrets", os.environ), os.environ)


def with_database(process: Process) -> Process:
    """The same process, knowing the application's login; for commands that people type.

    Raises:
        StartError: DATABASE_URL is not set and no `doorstep serve` runs on DATA_DIR.
    """
    if process.settings.database_url is not None:
        return process
    running = EmbeddedPostgres(process.settings.data_dir, process.secrets).reached()
    if running is None:
        raise StartError(
            f"No database runs on {process.settings.data_dir}. "
            "Start `doorstep serve` in another terminal, or set DATABASE_URL."
        )
    return replace(process, settings=replace(process.settings, database_url=running.url("app")))


def open_house(process: Process, clock: Clock | None = None) -> House:
    """The house behind the door of this process.

    Raises:
        StartError: the login could change evidence, or something is missing; the sentence says what.
    """
    settings = process.settings
    url = settings.database_url
    if url is None:
        raise StartError(
            "DATABASE_URL is not set. Start with `doorstep serve`, which brings a database of its own."
        )
    database = Database(url, pool_size=16)
    refuse_excessive_rights(database)
    queue = open_queue(url, valkey_url=settings.valkey_url)
    return House(
        database=database,
        clock=clock or SystemClock(),
        keys=Keys.derive([key for _, key in process.secrets.keyring(TOKEN_PEPPER)]),
        objects=open_store(process),
        packs=tuple(load_packs()),
        wake=register(queue),
        hang_up=queue.storage.close,
        settings=settings,
        export_keys=export_keys(process.secrets),
    )


def open_tools(process: Process, clock: Clock | None = None) -> Tools:
    """What the job consumer of this process works with."""
    database = Database(process.required("DATABASE_URL", "the job consumer"), pool_size=WORKERS * 2)
    refuse_excessive_rights(database)
    return Tools(
        database=database,
        clock=clock or SystemClock(),
        objects=open_store(process),
        gateway=OutboxPage(),
        export_signer=export_signer(process.secrets),
        seal_keys=[SealKey(key_id, pem) for key_id, pem in process.secrets.keyring(SEAL)],
    )


def refuse_excessive_rights(database: Database) -> None:
    """Raise StartError if this login could change evidence."""
    rights = excessive_rights(database)
    if rights:
        raise StartError(
            "DATABASE_URL names a login that could change evidence, so Doorstep does not serve with it: "
            + "; ".join(rights)
            + ". Use a login that is a member of doorstep_app and of nothing else."
        )


def open_store(process: Process) -> ObjectStore:
    """Files in DATA_DIR, or the S3 bucket that the settings name."""
    settings = process.settings
    if settings.s3 is not None:
        return S3Store(
            S3Settings(
                bucket=settings.s3.bucket,
                region=settings.s3.region,
                access_key=settings.s3.access_key,
                secret_key=settings.s3.secret_key,
                endpoint_url=settings.s3.endpoint,
            )
        )
    ring = process.secrets.keyring(TICKET)
    keys = TicketKeys(signing=ring[0][0], secrets=dict(ring))
    store = FileStore(settings.data_dir / "objects", keys=keys, upload_url=settings.public_url + UPLOADS)
    store.sweep()
    return store


def export_signer(secrets: Secrets) -> ExportSigner:
    """The newest key that seals bundles, under each organisation's own name for it."""
    newest = Ed25519PrivateKey.from_private_bytes(secrets.keyring(EXPORT)[0][1])
    return lambda organisation: SignerKey(export_key_name(organisation), newest)


def export_keys(secrets: Secrets) -> ExportKeys:
    """The public halves of every key that seals, or has sealed, an organisation's bundles; newest first."""
    public = [
        Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
        for _, seed in secrets.keyring(EXPORT)
    ]
    return lambda organisation: [VerifierKey(export_key_name(organisation), one) for one in public]


def log_signers(secrets: Secrets) -> Callable[[str], Sequence[SignerKey]]:
    """The log's newest key under the name of each origin. Only the sequencer asks for it."""
    newest = Ed25519PrivateKey.from_private_bytes(secrets.keyring(LOG)[0][1])
    return lambda origin: [SignerKey(origin, newest)]


def trusted_by(process: Process) -> Callable[[str], Sequence[VerifierKey]]:
    """The log keys that this process holds, under the name of an origin."""
    return lambda origin: log_verifiers(process.secrets, origin)


def refuse_other_past(process: Process, database: Database) -> list[str]:
    """Every log is the one whose newest checkpoint lies outside; returns what is worth telling.

    Raises:
        StartError: a log is an older copy, or took another course. Nothing may be appended to it.
    """
    outside = OutsideCheckpoints(process.settings.checkpoints_dir)
    with database.transaction(None) as session:
        slugs = organisations_by_slug(session)
    told, faults = [], []
    for organisation in sorted({*slugs, *outside.logs()}):
        slug = slugs.get(organisation, str(organisation))
        with database.transaction(organisation) as session:
            found = difference(session, organisation, outside, trusted_by(process))
            is_kept = outside.read(organisation) is not None
            if found is None and not is_kept and newest_size(session, organisation):
                told.append(
                    f"{slug}: no checkpoint lies in {outside.folder}, so nobody can tell whether this "
                    "database is an older copy. The next one will be kept there."
                )
        if found is not None:
            faults.append(
                f"{slug}: {found}.\n  If somebody restored a backup on purpose, run: doorstep evidence open-epoch "
                f"--organisation {slug} --reason '…'\n  If nobody did, change nothing and find the right database: "
                f"the checkpoint outside is in {outside.folder}."
            )
    if faults:
        raise StartError("Nothing is appended to a log with another past.\n" + "\n".join(faults))
    return told


def log_verifiers(secrets: Secrets, origin: str) -> list[VerifierKey]:
    """The public halves of every log key that this installation holds, newest first; none without its secrets."""
    try:
        ring = secrets.keyring(LOG)
    except StartError:
        return []
    return [
        VerifierKey(origin, Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw())
        for _, seed in ring
    ]
