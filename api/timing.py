"""How long the request in hand has taken."""

import time

from flask import g


def start() -> None:
    """The request begins now."""
    g.began = time.perf_counter()


def elapsed_s() -> float:
    """Seconds since its begin; 0 for one that never came so far (a body that was refused at the socket)."""
    began: float | None = g.get("began")
    return 0.0 if began is None else time.perf_counter() - began
