"""Migrations, and the one list of every mapped class."""
