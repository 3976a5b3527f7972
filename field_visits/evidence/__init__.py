"""The log: entries, canonical bytes, the Merkle tree, the sequencer, checkpoints and proofs."""
