"""The only place that reads the wall clock. Everyone else is handed an instant."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time, aware and in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class SteppedClock:
    """A clock that moves only when told: for walkthroughs, simulators and tests.

    Law depends on the hour, so a story must pass at three in the morning too. No HTTP route and no
    setting reaches it: it exists only where a program builds its own server around it.
    """

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("A clock starts at an aware time.")
        self._now = start.astimezone(UTC)
        self._lock = threading.Lock()

    def now(self) -> datetime:
        with self._lock:
            return self._now

    def advance(self, by: timedelta) -> datetime:
        """Move forward by `by`; a clock never runs backwards."""
        return self.move_to(self.now() + by)

    def move_to(self, instant: datetime) -> datetime:
        """Move forward to `instant`; an earlier one is refused."""
        with self._lock:
            if instant < self._now:
                raise ValueError("A stepped clock moves forward only.")
            self._now = instant.astimezone(UTC)
            return self._now
