"""Instants in a kept plan."""

from datetime import UTC, datetime


def instant(at: datetime) -> str:
    """RFC 3339 in UTC."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
