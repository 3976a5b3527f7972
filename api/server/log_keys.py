"""The log's keys: to sign with for the sequencer alone, to check with for commands."""

from collections.abc import Callable, Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from api.server.errors import StartError
from api.server.secrets import LOG, Secrets
from field_visits.evidence.notes import SignerKey, VerifierKey


def log_signers(secrets: Secrets) -> Callable[[str], Sequence[SignerKey]]:
    """The log's newest key under the name of each origin. Only the sequencer asks for it."""
    newest = Ed25519PrivateKey.from_private_bytes(secrets.keyring(LOG)[0][1])
    return lambda origin: [SignerKey(origin, newest)]


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
