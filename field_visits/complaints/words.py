"""The closed lists of words of this room. Pure."""

from enum import StrEnum


class ComplaintKind(StrEnum):
    """A dispute is about the debt, a complaint about conduct."""

    COMPLAINT = "complaint"
    DISPUTE = "dispute"


class Finding(StrEnum):
    """What the answer found."""

    UPHELD = "upheld"
    PARTLY_UPHELD = "partly_upheld"
    NOT_UPHELD = "not_upheld"
