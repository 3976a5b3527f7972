"""What the environment says, read once at the start. A half-configured process refuses to start.

Secrets themselves are not here: `api.server.secrets` reads them from DATA_DIR/secrets or from the files
that `*_FILE` settings name.
"""

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from api.server.errors import StartError

DEFAULT_DATA_DIR = "data"
DEFAULT_PUBLIC_URL = "http://localhost:8000"
MIN_TOKEN = 24
MAX_DRAIN_S = 300

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class S3Settings:
    """Where objects go when they do not stay on this machine's disk."""

    endpoint: str
    bucket: str
    region: str
    access_key: str
    secret_key: str


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """Where texts are posted, and what signs them."""

    url: str
    secret: str


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """The mail server and whose name stands on what it sends."""

    host: str
    port: int
    sender: str
    user: str | None
    password: str | None
    is_tls: bool


GEOCODERS = ("nominatim", "photon", "baidu", "here", "amap")
_WITH_KEY = ("baidu", "here", "amap")


@dataclass(frozen=True, slots=True)
class GeocoderSettings:
    """Whom to ask where a door is: a provider, its address where it is one's own, its key, and whom it may write to."""

    provider: str
    url: str | None
    key: str | None
    contact: str | None


ROAD_ENGINES = ("osrm", "valhalla")
# Places a side of one question: what both engines take with their defaults.
ROAD_BLOCK = 50


@dataclass(frozen=True, slots=True)
class RoadSettings:
    """Who tells how long ways take: an engine, its address, and how many places a side it takes at once."""

    engine: str
    url: str
    block: int = ROAD_BLOCK


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that may differ between two installations.

    `log_format` is `json`, `text` or None (text for a terminal, else JSON); `metrics_token` None means that
    there is no `/metrics`. `database_url` None means the embedded database in `data_dir`; `s3` None means files there;
    `drain_s` is how long those who are served may finish before a stop, and `drain_marker` the file that stands
    meanwhile; None: nobody waits. `webhook` and `smtp` None mean that messages are read on the outbox page.
    `checkpoints` None means a folder in `data_dir`; `valkey_url` None means that jobs are woken through the database.
    """

    data_dir: Path
    public_url: str
    database_url: str | None = None
    trusted_proxies: tuple[Network, ...] = ()
    valkey_url: str | None = None
    s3: S3Settings | None = None
    checkpoints: Path | None = None
    metrics_token: str | None = None
    log_format: str | None = None
    drain_s: float = 0.0
    drain_marker: Path | None = None
    webhook: WebhookSettings | None = None
    smtp: SmtpSettings | None = None
    geocoder: GeocoderSettings | None = None
    roads: RoadSettings | None = None

    @property
    def has_gateway(self) -> bool:
        """Whether messages leave the house by themselves; otherwise the outbox page is the way out."""
        return self.webhook is not None or self.smtp is not None

    @property
    def checkpoints_dir(self) -> Path:
        """Where signed checkpoints lie outside the database; better on another machine."""
        return self.checkpoints or self.data_dir / "checkpoints"

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https://")


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process.

    Raises:
        StartError: a setting is malformed, or belongs to a group of which a part is missing.
    """
    env = os.environ if environment is None else environment
    return Settings(
        data_dir=Path(env.get("DATA_DIR") or DEFAULT_DATA_DIR).absolute(),
        public_url=_url("PUBLIC_URL", env.get("PUBLIC_URL") or DEFAULT_PUBLIC_URL, ("http", "https")),
        database_url=_database_url(value_of(env, "DATABASE_URL")),
        trusted_proxies=_networks(env.get("TRUSTED_PROXIES") or ""),
        valkey_url=_optional_url(
            "VALKEY_URL", value_of(env, "VALKEY_URL"), ("redis", "rediss", "valkey", "valkeys")
        ),
        s3=_s3(env),
        webhook=_webhook(env),
        smtp=_smtp(env),
        geocoder=_geocoder(env),
        roads=_roads(env),
        metrics_token=_token("METRICS_TOKEN", value_of(env, "METRICS_TOKEN")),
        log_format=_one_of("LOG_FORMAT", env.get("LOG_FORMAT") or None, ("json", "text")),
        drain_s=_seconds("DRAIN_S", env.get("DRAIN_S") or "0"),
        drain_marker=Path(env["DRAIN_MARKER"]) if env.get("DRAIN_MARKER") else None,
        checkpoints=Path(env["CHECKPOINTS_DIR"]).absolute() if env.get("CHECKPOINTS_DIR") else None,
    )


def value_of(env: Mapping[str, str], name: str) -> str | None:
    """A setting, or the content of the file that `<name>_FILE` names; None where neither is given.

    Raises:
        StartError: both are given, or the file cannot be read or is empty.
    """
    direct, path = env.get(name), env.get(f"{name}_FILE")
    if direct and path:
        raise StartError(f"Both {name} and {name}_FILE are set. Keep one of them.")
    if not path:
        return direct or None
    try:
        content = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise StartError(f"{name}_FILE names {path}, which cannot be read as text: {error}.") from error
    if not content:
        raise StartError(f"{name}_FILE names {path}, which is empty.")
    return content


def _token(name: str, value: str | None) -> str | None:
    if value is not None and len(value) < MIN_TOKEN:
        raise StartError(f"{name} must have at least {MIN_TOKEN} characters: whoever guesses it reads along.")
    return value


def _one_of(name: str, value: str | None, choices: tuple[str, ...]) -> str | None:
    if value is not None and value not in choices:
        raise StartError(f"{name} must be {' or '.join(choices)}.")
    return value


def _seconds(name: str, value: str) -> float:
    if not value.isascii() or not value.isdigit() or int(value) > MAX_DRAIN_S:
        raise StartError(f"{name} must be whole seconds, 0 to {MAX_DRAIN_S}.")
    return float(value)


def _url(name: str, value: str, schemes: tuple[str, ...]) -> str:
    try:
        parts = urlsplit(value)
        is_whole = parts.scheme in schemes and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        is_whole = False
    if not is_whole:
        # The value may carry a password: it is not repeated.
        raise StartError(f"{name} must be a URL that starts with {' or '.join(f'{s}://' for s in schemes)}.")
    return value.rstrip("/")


def _optional_url(name: str, value: str | None, schemes: tuple[str, ...]) -> str | None:
    return None if value is None else _url(name, value, schemes)


def _database_url(value: str | None) -> str | None:
    """The application's login, always by psycopg 3, however the operator spelled the scheme."""
    if value is None:
        return None
    for scheme in ("postgresql+psycopg://", "postgresql://", "postgres://"):
        if value.startswith(scheme):
            return "postgresql+psycopg://" + value.removeprefix(scheme)
    raise StartError("DATABASE_URL must start with postgresql://: Doorstep runs on PostgreSQL only.")


def _networks(value: str) -> tuple[Network, ...]:
    networks = []
    for part in filter(None, (each.strip() for each in value.split(","))):
        try:
            networks.append(ipaddress.ip_network(part))
        except ValueError as error:
            raise StartError(
                f"TRUSTED_PROXIES must list addresses or networks such as 10.0.0.0/8; {part!r} is neither."
            ) from error
    return tuple(networks)


def _webhook(env: Mapping[str, str]) -> WebhookSettings | None:
    url, secret = value_of(env, "WEBHOOK_URL"), value_of(env, "WEBHOOK_SECRET")
    if url is None and secret is None:
        return None
    if url is None or secret is None:
        raise StartError("WEBHOOK_URL and WEBHOOK_SECRET belong together. Set both, or neither.")
    _token("WEBHOOK_SECRET", secret)
    return WebhookSettings(_url("WEBHOOK_URL", url, ("http", "https")), secret)


def _smtp(env: Mapping[str, str]) -> SmtpSettings | None:
    url, sender = value_of(env, "SMTP_URL"), env.get("MAIL_FROM") or None
    if url is None and sender is None:
        return None
    if url is None or sender is None or "@" not in sender:
        raise StartError("SMTP_URL and MAIL_FROM (an e-mail address) belong together. Set both, or neither.")
    parts = urlsplit(_url("SMTP_URL", url, ("smtp", "smtps")))
    is_tls = parts.scheme == "smtps"
    return SmtpSettings(
        host=parts.hostname or "",
        port=parts.port or (465 if is_tls else 587),
        sender=sender,
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        is_tls=is_tls,
    )


def _geocoder(env: Mapping[str, str]) -> GeocoderSettings | None:
    provider = _one_of("GEOCODER", env.get("GEOCODER") or None, GEOCODERS)
    url = _optional_url("GEOCODER_URL", env.get("GEOCODER_URL") or None, ("http", "https"))
    key, contact = value_of(env, "GEOCODER_KEY"), env.get("GEOCODER_CONTACT") or None
    if provider is None:
        if url or key or contact:
            raise StartError("GEOCODER is missing: name the provider, or drop the other GEOCODER settings.")
        return None
    if provider in _WITH_KEY and key is None:
        raise StartError(f"GEOCODER={provider} needs GEOCODER_KEY.")
    if provider == "photon" and url is None:
        raise StartError("GEOCODER=photon needs GEOCODER_URL, the address of your server.")
    if provider == "nominatim" and contact is None:
        raise StartError("GEOCODER=nominatim needs GEOCODER_CONTACT, an address at which you are reached.")
    return GeocoderSettings(provider, url, key, contact)


def _roads(env: Mapping[str, str]) -> RoadSettings | None:
    engine = _one_of("ROAD_ENGINE", env.get("ROAD_ENGINE") or None, ROAD_ENGINES)
    url = _optional_url("ROAD_URL", env.get("ROAD_URL") or None, ("http", "https"))
    block = env.get("ROAD_BLOCK") or str(ROAD_BLOCK)
    if engine is None and url is None:
        return None
    if engine is None or url is None:
        raise StartError("ROAD_ENGINE and ROAD_URL belong together. Set both, or neither.")
    if not (block.isascii() and block.isdigit() and 0 < int(block) <= 1_000):  # noqa: PLR2004 - said in the message
        raise StartError(
            "ROAD_BLOCK must be 1 to 1000 places: half of what one question to the engine may name."
        )
    return RoadSettings(engine, url, int(block))


def _s3(env: Mapping[str, str]) -> S3Settings | None:
    names = ("S3_ENDPOINT", "S3_BUCKET", "S3_REGION", "S3_ACCESS_KEY", "S3_SECRET_KEY")
    found = {name: value_of(env, name) for name in names}
    if not any(found.values()):
        return None
    missing = [name for name, value in found.items() if not value]
    if missing:
        raise StartError(
            f"S3 is half configured: {', '.join(missing)} missing. Set all of {', '.join(names)}, or none."
        )
    return S3Settings(
        endpoint=_url("S3_ENDPOINT", str(found["S3_ENDPOINT"]), ("http", "https")),
        bucket=str(found["S3_BUCKET"]),
        region=str(found["S3_REGION"]),
        access_key=str(found["S3_ACCESS_KEY"]),
        secret_key=str(found["S3_SECRET_KEY"]),
    )
