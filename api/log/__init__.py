"""The log's own addresses: checkpoints and proofs, as texts that an outsider's tools read."""
