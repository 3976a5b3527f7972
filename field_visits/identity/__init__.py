"""Organisations and their settings, people, roles, permissions and sign-in."""
