"""A case's story, and its bundles for court."""
