"""Is it alive, and can it serve? For balancers and people; no secret, no tenant's figure in it."""

from flask import Flask, Response, jsonify

from api.blueprints import Api
from api.house import current_house
from api.requests import public
from field_visits.kernel.errors import UnavailableError
from field_visits.migrations.readiness import readiness_of

MAX_LAG_S = 10.0


def register(app: Flask, rest: Api) -> None:
    """Serve the two addresses."""
    del rest
    app.add_url_rule("/health/live", "health_live", live)
    app.add_url_rule("/health/ready", "health_ready", ready)


@public("a balancer has no account")
def live() -> Response:
    """The process answers."""
    return jsonify({"status": "live"})


@public("a balancer has no account")
def ready() -> Response:
    """The database answers, is at this program's version, the log keeps up, and nobody asked for a stop."""
    house = current_house()
    marker = house.settings.drain_marker
    checks: dict[str, object]
    if marker is not None and marker.exists():
        return _answer({"stopping": "send nobody here any more"}, is_ready=False)
    try:
        found = readiness_of(house.database, house.clock.now())
    except UnavailableError:
        checks = {"database": "does not answer", "migrations": "unknown", "log_lag_s": None}
        return _answer(checks, is_ready=False)
    checks = {
        "database": "answers",
        "migrations": "at the newest" if found.is_at_head else "run `doorstep migrate`",
        "log_lag_s": found.log_lag_s,
    }
    # A log that lags is an alarm, and no reason to turn people away.
    return _answer(checks, is_ready=found.is_at_head, is_late=found.log_lag_s > MAX_LAG_S)


def _answer(checks: dict[str, object], *, is_ready: bool, is_late: bool = False) -> Response:
    status = "not ready" if not is_ready else "ready, log late" if is_late else "ready"
    response = jsonify({"status": status, "checks": checks})
    response.status_code = 200 if is_ready else 503
    if not is_ready:
        response.headers["Retry-After"] = "2"
    return response
