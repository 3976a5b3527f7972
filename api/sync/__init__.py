"""Phones: commands up, changes down, tickets for files."""
