"""What Prometheus may know: how long which route takes, what waits. No tenant, no person, bounded in number.

Served at `/metrics` to whoever bears METRICS_TOKEN; without that setting there is no such address. With
several server processes PROMETHEUS_MULTIPROC_DIR joins their counts (`doorstep serve` sets it).
"""

import hmac
import os
from collections.abc import Iterable
from typing import Final

from flask import Flask, Response, abort, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from api.blueprints import Api
from api.house import House, current_house
from api.requests import public
from field_visits.kernel.errors import UnavailableError
from field_visits.migrations.condition import condition_of
from field_visits.migrations.readiness import readiness_of

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_MULTIPROCESS: Final = "PROMETHEUS_MULTIPROC_DIR"
_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})
# The steps of a sign-in, and what an answer means there.
_SIGN_IN: Final = frozenset({"/v1/sign-in", "/v1/sign-in/code", "/v1/sign-in/password"})
_SIGN_IN_OUTCOMES: Final = {200: "opened", 401: "turned_away", 429: "slowed"}
_IMPORTS: Final = "/v1/import-files"
_IMPORT_OUTCOMES: Final = {201: "read", 413: "too_large", 422: "faulty"}
_OTHER: Final = "other"


class Metrics:
    """The counts of one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Histogram(
            "doorstep_request_seconds",
            "Time to answer, by route template, method and status.",
            ["route", "method", "status"],
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._sign_ins = Counter(
            "doorstep_sign_in_steps", "Steps of signing in, by outcome.", ["outcome"], registry=self.registry
        )
        self._imports = Counter(
            "doorstep_imports",
            "Import files that were handed in, by outcome.",
            ["outcome"],
            registry=self.registry,
        )

    def saw(self, route: str, method: str, status: int, seconds: float) -> None:
        """A request was answered."""
        known = method if method in _METHODS else _OTHER
        self._requests.labels(route, known, str(status)).observe(seconds)
        if route in _SIGN_IN:
            self._sign_ins.labels(_SIGN_IN_OUTCOMES.get(status, _OTHER)).inc()
        elif route == _IMPORTS and method == "POST":
            self._imports.labels(_IMPORT_OUTCOMES.get(status, _OTHER)).inc()

    def exposition(self, house: House) -> bytes:
        """Counts of all processes, and what waits in the database just now."""
        registry = self.registry
        if os.environ.get(_MULTIPROCESS):
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # not typed
        now = CollectorRegistry()
        now.register(_Waiting(house))
        return generate_latest(registry) + generate_latest(now)


class _Waiting(Collector):
    """Asked at each scrape: the database is the same for all processes."""

    def __init__(self, house: House) -> None:
        self._house = house

    def collect(self) -> Iterable[GaugeMetricFamily]:
        database = self._house.database
        try:
            found = readiness_of(database, self._house.clock.now())
            jobs = condition_of(database).jobs
        except UnavailableError:
            yield GaugeMetricFamily("doorstep_database_up", "Whether the database answers.", value=0)
            return
        yield GaugeMetricFamily("doorstep_database_up", "Whether the database answers.", value=1)
        yield GaugeMetricFamily(
            "doorstep_log_lag_seconds", "Age of the oldest entry without its place.", value=found.log_lag_s
        )
        yield GaugeMetricFamily(
            "doorstep_log_pending_entries", "Entries without their place.", value=found.pending
        )
        yield GaugeMetricFamily(
            "doorstep_jobs_waiting", "Wake-ups in the database that nobody took.", value=jobs
        )


def register(app: Flask, rest: Api, metrics: Metrics) -> None:
    """Serve the counts of `app`."""
    del rest

    @public("it is guarded by a token of its own")
    def scrape() -> Response:
        """The counts, for a scraper that bears the token."""
        house = current_house()
        wanted = house.settings.metrics_token
        if wanted is None:
            abort(404)
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or not hmac.compare_digest(given.strip().encode(), wanted.encode()):
            abort(401)
        return Response(metrics.exposition(house), content_type=CONTENT_TYPE)

    app.add_url_rule("/metrics", "metrics", scrape)
