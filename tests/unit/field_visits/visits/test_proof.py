"""A visit's proof is whole when every file of it was read back."""

import pytest

from field_visits.visits.proof import Proof, ProofState, proof_of


@pytest.mark.parametrize(
    ("states", "proof"),
    [
        ([], Proof(ProofState.NONE, 0, 0)),
        (["verified", "verified"], Proof(ProofState.WHOLE, 2, 2)),
        (["verified", "received"], Proof(ProofState.PENDING, 2, 1)),
        (["expected"], Proof(ProofState.PENDING, 1, 0)),
        (["verified", "lost"], Proof(ProofState.BROKEN, 2, 1)),
        (["mismatched"], Proof(ProofState.BROKEN, 1, 0)),
    ],
)
def test_files_make_a_proof_together(states: list[str], proof: Proof) -> None:
    assert proof_of(states) == proof
