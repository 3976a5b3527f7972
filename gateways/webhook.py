"""Texts by webhook: one POST for each, signed, to whatever service sends them on (SMS, a bank's own messenger).

    POST <url>
    Doorstep-Signature: t=1764000000,v1=<hex HMAC-SHA-256 of "<t>.<body>" under the shared secret>
    {"reference": "…", "channel": "sms", "recipient": "+86…", "text": "…"}

Any answer from 200 to 299 means that it is taken over. `reference` is the same when a message is sent again.
"""

import hashlib
import hmac
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass

from gateways.errors import GatewayError, Reason

SIGNATURE = "Doorstep-Signature"


@dataclass(frozen=True, slots=True)
class Webhook:
    """One receiver of texts.

    Attributes:
        url: Where they are posted, http or https.
        secret: What both sides know; it signs.
        timeout_s: How long an answer may take.
        now: Seconds since 1970, for the signature.
    """

    url: str
    secret: bytes
    timeout_s: float = 10.0
    now: Callable[[], float] = time.time

    def send(self, *, channel: str, recipient: str, text: str, reference: str) -> None:
        """The receiver has taken the text over.

        Raises:
            GatewayError: it did not answer, or did not take it.
        """
        told = {"reference": reference, "channel": channel, "recipient": recipient, "text": text}
        body = json.dumps(told, ensure_ascii=False).encode()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            SIGNATURE: signature_of(self.secret, int(self.now()), body),
        }
        request = urllib.request.Request(self.url, data=body, headers=headers, method="POST")  # noqa: S310 - the operator's own URL, checked to be http(s)
        try:
            with _OPENER.open(request, timeout=self.timeout_s):
                return
        except urllib.error.HTTPError as error:
            error.close()
            raise GatewayError(Reason.WEBHOOK_ANSWERED, f"The webhook answered {error.code}.") from None
        except (OSError, ValueError) as error:
            reason = getattr(error, "reason", error)
            raise GatewayError(
                Reason.WEBHOOK_UNREACHABLE, f"The webhook does not answer: {type(reason).__name__}."
            ) from None


def signature_of(secret: bytes, at: int, body: bytes) -> str:
    """The signature of a body sent at `at`, in seconds since 1970."""
    told = hmac.digest(secret, str(at).encode() + b"." + body, hashlib.sha256).hex()
    return f"t={at},v1={told}"


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would carry a customer's number to where nobody meant it to go."""

    def redirect_request(self, *told: object, **named: object) -> None:
        """Follow none."""
        del told, named


_OPENER = urllib.request.build_opener(_NoRedirect)
