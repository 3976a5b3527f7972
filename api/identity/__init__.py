"""Organisations, people and sign-ins."""
