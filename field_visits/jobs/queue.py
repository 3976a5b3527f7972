"""The queue of wake-ups: huey on the same PostgreSQL, or on Redis/Valkey where one is set.

At most once is enough: a wake-up that is lost is made good by the next sweep. Messages are JSON of plain
words, never pickles, so that whoever can write into the queue can wake sweeps and nothing else.
"""

import json
import logging
from collections.abc import Callable
from typing import Any

from huey import Huey, PostgresHuey, RedisHuey, crontab
from huey.registry import Message
from huey.serializer import Serializer

from field_visits.unit_of_work import Wake

QUEUE = "doorstep"
# A consumer process: sweeps wait on the database and on the store, so a few threads serve many houses.
WORKERS = 2
_LOG = logging.getLogger(__name__)


class JsonSerializer(Serializer):  # type: ignore[misc]  # huey is not typed
    """Wake-ups as JSON: a list of the message's fields, all plain."""

    def _serialize(self, data: Any) -> bytes:
        return json.dumps(list(data) if isinstance(data, Message) else data, default=str).encode()

    def _deserialize(self, data: bytes) -> Any:
        told = json.loads(data)
        return Message(*told) if isinstance(told, list) else told


def open_queue(database_url: str, *, valkey_url: str | None = None) -> Huey:
    """The queue on `valkey_url`, or else on the application's database (its tables come by migration)."""
    options = {
        "name": QUEUE,
        "results": False,
        "store_none": False,
        "utc": True,
        "serializer": JsonSerializer(),
    }
    if valkey_url is not None:
        return RedisHuey(url=valkey_url, **options)
    return PostgresHuey(dsn=database_url.replace("+psycopg", "", 1), create_tables=False, **options)


def register(queue: Huey, sweep: Callable[[Wake], object] | None = None) -> Callable[[frozenset[Wake]], None]:
    """The queue knows our two tasks; returns how to wake sweeps.

    Args:
        queue: From `open_queue`.
        sweep: Does all the work that one kind of sweep finds in the rows; None in a process that only wakes.
    """

    def work(wake: Wake) -> None:
        if sweep is None:
            raise RuntimeError("This process wakes sweeps; `doorstep worker` does them.")
        sweep(wake)

    @queue.task(name="sweep")  # type: ignore[untyped-decorator]  # huey is not typed
    def run(name: str) -> None:
        work(Wake(name))

    @queue.periodic_task(crontab(minute="*"), name="sweep_everything")  # type: ignore[untyped-decorator]  # as above
    def run_all() -> None:
        for wake in Wake:
            if wake is not Wake.SEQUENCE:
                work(wake)

    def wake_up(wakes: frozenset[Wake]) -> None:
        try:
            for wake in wakes - {Wake.SEQUENCE}:
                run(wake.value)
        except Exception:  # noqa: BLE001 - whatever the queue raises, the answer stands
            # The work is committed and its row says what is to do: the next sweep finds it.
            _LOG.warning("A wake-up was lost; the next sweep makes it good.", exc_info=True)

    return wake_up
