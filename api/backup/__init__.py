"""Backups: database, objects and secrets as one unit, and the way back into an empty place."""
