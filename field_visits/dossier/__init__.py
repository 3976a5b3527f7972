"""A case's whole story: timeline, search, export bundles, audit of the log."""
