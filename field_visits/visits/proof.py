"""Whether what a visit promised to prove is all there. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class ProofState(StrEnum):
    """What may be said of a visit's files as a whole."""

    NONE = "none"  # no file was announced
    PENDING = "pending"  # some have still to come, or to be read back
    WHOLE = "whole"  # each was read back from the store and is what it was announced as
    BROKEN = "broken"  # one is lost or is other than announced


@dataclass(frozen=True, slots=True)
class Proof:
    """The files of one visit, counted by state."""

    state: ProofState
    files: int
    verified: int


def proof_of(states: Sequence[str]) -> Proof:
    """The proof that attachments in these states make together."""
    files, verified = len(states), states.count("verified")
    if "lost" in states or "mismatched" in states:
        state = ProofState.BROKEN
    elif files == 0:
        state = ProofState.NONE
    else:
        state = ProofState.WHOLE if verified == files else ProofState.PENDING
    return Proof(state, files, verified)
