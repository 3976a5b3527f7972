"""Time-based one-time codes (RFC 6238): six digits, HMAC-SHA-1, a step of 30 s. Pure.

SHA-1 is what every code generator on a phone understands, and sound in this use (RFC 6238 §1.2).
"""

import base64
import re
import secrets
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

STEP_S = 30
DRIFT = 1  # steps by which a phone's clock may be off, either way
SECRET_BYTES = 20  # as long as the hash (RFC 4226 §4, R6)
_CODE = re.compile(r"\d{6}", re.ASCII)


def new_secret() -> bytes:
    """A fresh secret of one code generator."""
    return secrets.token_bytes(SECRET_BYTES)


def spelled(secret: bytes) -> str:
    """The secret as people type it where they cannot scan: Base32."""
    return base64.b32encode(secret).decode("ascii")


def enrolment_uri(secret: bytes, *, issuer: str, account: str) -> str:
    """The `otpauth://` address that a code generator scans."""
    return _generator(secret).get_provisioning_uri(account, issuer)


def step_at(instant: datetime) -> int:
    """The number of the step in which `instant` lies."""
    return int(instant.timestamp()) // STEP_S


def code_of(secret: bytes, step: int) -> str:
    """The six digits of one step."""
    return _generator(secret).generate(step * STEP_S).decode("ascii")


def matching_step(secret: bytes, code: str, at: datetime) -> int | None:
    """The step whose code this is, within `DRIFT` of `at`; None if there is none.

    Every step is compared, in constant time: how long it takes tells nothing.
    """
    if not _CODE.fullmatch(code):
        return None
    now = step_at(at)
    steps = range(now - DRIFT, now + DRIFT + 1)
    found = [step for step in steps if secrets.compare_digest(code_of(secret, step), code)]
    return max(found, default=None)


def _generator(secret: bytes) -> TOTP:
    return TOTP(secret, 6, SHA1(), STEP_S)  # noqa: S303 - see the module's docstring
