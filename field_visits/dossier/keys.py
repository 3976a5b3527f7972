"""The keys that seal bundles, as other rooms hand them over."""

from collections.abc import Callable, Sequence

from field_visits.evidence.notes import SignerKey, VerifierKey
from field_visits.kernel.ids import OrganisationId

ExportSigner = Callable[[OrganisationId], SignerKey]
ExportKeys = Callable[[OrganisationId], Sequence[VerifierKey]]


def export_key_name(organisation: OrganisationId) -> str:
    """The name that the key bears which seals this organisation's bundles."""
    return f"doorstep/{organisation}/export"
