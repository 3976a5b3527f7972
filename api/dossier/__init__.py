"""A case's story for people who must prove it: timeline, exports, bundles."""
