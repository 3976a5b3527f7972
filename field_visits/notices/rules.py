"""What serving needs to be lawful and to prove anything. Pure."""

from collections.abc import Collection

from field_visits.kernel.errors import Fault
from field_visits.notices.words import Grade, Mode, Recipient

PARTIES = frozenset({Recipient.SELF, Recipient.GUARANTOR})


def check_service(
    *, mode: Mode, recipient: Recipient, relationship: str | None, has_capacity: bool | None
) -> list[Fault]:
    """Why it cannot be served like this; empty if it can.

    CN-LIM-3 lets a co-resident adult sign for it, CN-3P-1/2 forbid telling them of a debt: so sealed, with
    relation and capacity confirmed, and a receipt that says «document for X» and no more.
    """
    if recipient in PARTIES:
        return []
    faults = []
    if mode is not Mode.SEALED:
        faults.append(Fault("/mode", "sealed: nobody but the party may learn what is in it"))
    if not relationship or not relationship.strip():
        faults.append(Fault("/relationship", "say who this is to the customer"))
    if has_capacity is not True:
        faults.append(Fault("/has_capacity", "true: an adult of full capacity, else it proves nothing"))
    return faults


def grade_of(*, is_signed: bool, photos: Collection[str]) -> Grade:
    """The strongest proof that was brought."""
    if is_signed:
        return Grade.SIGNED
    return Grade.PHOTOGRAPHED if photos else Grade.STATED
