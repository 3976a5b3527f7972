"""Puts the house behind the door together from a process's settings and secrets.

Each process opens, and imports, only what is its own: what jobs work with is in `job_tools`, the log's keys
are in `log_keys`, and the S3 client is loaded where a bucket is set.
"""

from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from api.house import House, Keys
from api.server.errors import StartError
from api.server.process import Process
from api.server.roads import open_roads
from api.server.secrets import EXPORT, TICKET, TOKEN_PEPPER, Secrets
from api.settings import S3Settings
from field_visits.compliance.packs import load_packs
from field_visits.dossier.keys import ExportKeys, export_key_name
from field_visits.evidence.notes import VerifierKey
from field_visits.evidence.rights import excessive_rights
from field_visits.jobs.queue import open_queue, register
from field_visits.kernel.clock import Clock, SystemClock
from field_visits.kernel.db import Database
from media.files import FileStore
from media.store import ObjectStore
from media.tickets import TicketKeys

if TYPE_CHECKING:
    from media.s3_requests import S3Settings as BucketSettings

UPLOADS = "/v1/uploads"


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
        keys=derived_keys(process.secrets),
        objects=open_store(process),
        packs=tuple(load_packs()),
        wake=register(queue),
        hang_up=queue.storage.close,
        settings=settings,
        roads=open_roads(settings.roads),
        export_keys=export_keys(process.secrets),
    )


def derived_keys(secrets: Secrets) -> Keys:
    """What is derived from the token pepper."""
    return Keys.derive([key for _, key in secrets.keyring(TOKEN_PEPPER)])


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
        from media.s3 import S3Store

        return S3Store(bucket_settings(settings.s3))
    ring = process.secrets.keyring(TICKET)
    keys = TicketKeys(signing=ring[0][0], secrets=dict(ring))
    store = FileStore(settings.data_dir / "objects", keys=keys, upload_url=settings.public_url + UPLOADS)
    store.sweep()
    return store


def export_keys(secrets: Secrets) -> ExportKeys:
    """The public halves of every key that seals, or has sealed, an organisation's bundles; newest first."""
    public = [
        Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
        for _, seed in secrets.keyring(EXPORT)
    ]
    return lambda organisation: [VerifierKey(export_key_name(organisation), one) for one in public]


def bucket_settings(told: S3Settings) -> "BucketSettings":
    """The bucket that the environment names, as the store's client takes it."""
    from media.s3_requests import S3Settings as BucketSettings

    return BucketSettings(
        bucket=told.bucket,
        region=told.region,
        access_key=told.access_key,
        secret_key=told.secret_key,
        endpoint_url=told.endpoint,
    )
