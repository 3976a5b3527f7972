"""Visits: what happened at the door."""
