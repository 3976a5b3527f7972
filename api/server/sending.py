"""Which gateway carries a message: e-mail by SMTP, texts by webhook; without one it is read on the outbox page."""

from dataclasses import dataclass

from api.settings import Settings
from field_visits.messages.service import DeliveryError, Gateway, OutboxPage
from gateways.errors import GatewayError, Reason
from gateways.smtp import Smtp
from gateways.webhook import Webhook

# An e-mail's subject is read on lock screens: it says nothing.
SUBJECT = "到访通知 / About a visit"


@dataclass(frozen=True, slots=True)
class Gateways:
    """The gateways that are set. A channel that has none cannot be reached, and says so."""

    webhook: Webhook | None
    smtp: Smtp | None

    def deliver(self, *, channel: str, recipient: str, text: str, reference: str) -> None:
        """The text was taken over by whoever carries this channel.

        Raises:
            DeliveryError: it was not.
        """
        try:
            if channel == "email" and self.smtp is not None:
                self.smtp.send(recipient=recipient, subject=SUBJECT, text=text, reference=reference)
            elif self.webhook is not None:
                self.webhook.send(channel=channel, recipient=recipient, text=text, reference=reference)
            else:
                raise DeliveryError(Reason.NO_GATEWAY, f"No gateway carries {channel}: set WEBHOOK_URL.")
        except GatewayError as error:
            raise DeliveryError(error.reason, str(error)) from error


def open_gateway(settings: Settings) -> Gateway:
    """What the settings name; the outbox page where they name nothing."""
    if not settings.has_gateway:
        return OutboxPage()
    mail = settings.smtp
    smtp = None
    if mail is not None:
        smtp = Smtp(mail.host, mail.port, mail.sender, mail.user, mail.password, is_tls=mail.is_tls)
    hook = settings.webhook
    return Gateways(None if hook is None else Webhook(hook.url, hook.secret.encode()), smtp)
