"""The log as outsiders and phones check it: hashes, checkpoints and proofs, never contents."""
