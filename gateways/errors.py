"""What every gateway raises when something did not go out."""

from enum import StrEnum


class Reason(StrEnum):
    """Why something did not go out, for machines and for other languages. Stable."""

    NO_GATEWAY = "no-gateway"
    MAIL_ANSWERED = "mail-answered"
    MAIL_RECIPIENT_REFUSED = "mail-recipient-refused"
    MAIL_UNREACHABLE = "mail-unreachable"
    MAIL_WITHOUT_TLS = "mail-without-tls"
    WEBHOOK_ANSWERED = "webhook-answered"
    WEBHOOK_UNREACHABLE = "webhook-unreachable"


class GatewayError(Exception):
    """It did not go out. The sentence says why, and never names the recipient or the text."""

    def __init__(self, reason: Reason, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason
