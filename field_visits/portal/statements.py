"""What a customer can say with one tap, and what each of it starts, as data. Pure.

Nobody is asked for a reason. What protects the customer binds at once; whether it was right is for people to
find out afterwards.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from field_visits.complaints.words import ComplaintKind
from field_visits.compliance.facts import HoldKind


class Statement(StrEnum):
    """What is said."""

    NOT_ME = "not_me"
    DISPUTE = "dispute"
    HELP = "help"
    DO_NOT_COME = "do_not_come"
    COMPLAINT = "complaint"


@dataclass(frozen=True, slots=True)
class Starts:
    """What one statement starts.

    Attributes:
        hold: The contact hold, if it stops visits.
        objection: The complaint or dispute whose clocks run.
        alert: What a dispatcher is told; None where the objection brings its own alert.
        en: What it means, as the hold's cause where the customer wrote nothing.
    """

    en: str
    hold: HoldKind | None = None
    objection: ComplaintKind | None = None
    alert: str | None = None


STARTS: Mapping[Statement, Starts] = MappingProxyType(
    {
        # Whoever is asked for in vain must not be asked for again until it is clear who lives there.
        Statement.NOT_ME: Starts(
            "Says that somebody else is meant.", HoldKind.DISPUTE, ComplaintKind.DISPUTE, "customer_not_me"
        ),
        Statement.DISPUTE: Starts("Disputes the matter.", HoldKind.DISPUTE, ComplaintKind.DISPUTE),
        Statement.HELP: Starts("Asks for help.", HoldKind.HARDSHIP, None, "customer_needs_help"),
        # 15 USC 1692c(c): a written refusal; elsewhere a wish that is honoured.
        Statement.DO_NOT_COME: Starts("Asks not to be visited.", HoldKind.CEASE, None, "customer_cease"),
        Statement.COMPLAINT: Starts("Complains of conduct.", None, ComplaintKind.COMPLAINT),
    }
)
