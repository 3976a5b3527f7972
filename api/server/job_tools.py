"""What the job consumer of a process works with."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from api.server.composing import derived_keys, open_store, refuse_excessive_rights
from api.server.geocoding import open_finder
from api.server.process import Process
from api.server.roads import open_roads
from api.server.secrets import EXPORT, SEAL, Secrets
from api.server.sending import open_gateway
from field_visits.agreements.service.certificates import SealKey
from field_visits.dossier.keys import ExportSigner, export_key_name
from field_visits.evidence.notes import SignerKey
from field_visits.identity.customer_links import CustomerPages
from field_visits.jobs.queue import WORKERS
from field_visits.jobs.sweeps import Tools
from field_visits.kernel.clock import Clock, SystemClock
from field_visits.kernel.db import Database


def open_tools(process: Process, clock: Clock | None = None) -> Tools:
    """What the job consumer of this process works with."""
    database = Database(process.required("DATABASE_URL", "the job consumer"), pool_size=WORKERS * 2)
    refuse_excessive_rights(database)
    return Tools(
        database=database,
        clock=clock or SystemClock(),
        objects=open_store(process),
        gateway=open_gateway(process.settings),
        finder=open_finder(process.settings.geocoder),
        roads=open_roads(process.settings.roads),
        pages=CustomerPages(derived_keys(process.secrets).tokens, process.settings.public_url),
        export_signer=export_signer(process.secrets),
        seal_keys=[SealKey(key_id, pem) for key_id, pem in process.secrets.keyring(SEAL)],
    )


def export_signer(secrets: Secrets) -> ExportSigner:
    """The newest key that seals bundles, under each organisation's own name for it."""
    newest = Ed25519PrivateKey.from_private_bytes(secrets.keyring(EXPORT)[0][1])
    return lambda organisation: SignerKey(export_key_name(organisation), newest)
