"""Texts by e-mail, over SMTP with TLS where the server has it (RFC 5321, RFC 3207)."""

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate

from gateways.errors import GatewayError, Reason


@dataclass(frozen=True, slots=True)
class Smtp:
    """One mail server.

    Attributes:
        host: Its name.
        port: 465 for TLS from the start, else 587 or 25.
        sender: The From address.
        user: Who signs in, None for nobody.
        password: With which password.
        is_tls: TLS from the start (`smtps://`); otherwise STARTTLS is used, and demanded where a password is sent.
        timeout_s: How long an answer may take.
    """

    host: str
    port: int
    sender: str
    user: str | None = None
    password: str | None = None
    is_tls: bool = False
    timeout_s: float = 15.0

    def send(self, *, recipient: str, subject: str, text: str, reference: str) -> None:
        """The server has taken the message over.

        Raises:
            GatewayError: it did not answer, or did not take it.
        """
        message = EmailMessage()
        message["From"] = self.sender
        message["To"] = recipient
        message["Subject"] = subject
        message["Date"] = formatdate(localtime=False)
        message["Message-ID"] = f"<{reference}@{self.sender.rpartition('@')[2] or 'doorstep.invalid'}>"
        message.set_content(text)
        try:
            with self._opened() as server:
                server.send_message(message)
        except smtplib.SMTPResponseException as error:
            raise GatewayError(Reason.MAIL_ANSWERED, f"The mail server answered {error.smtp_code}.") from None
        except smtplib.SMTPRecipientsRefused:
            raise GatewayError(
                Reason.MAIL_RECIPIENT_REFUSED, "The mail server refused the recipient."
            ) from None
        except (OSError, smtplib.SMTPException) as error:
            raise GatewayError(
                Reason.MAIL_UNREACHABLE, f"The mail server does not answer: {type(error).__name__}."
            ) from None

    def _opened(self) -> smtplib.SMTP:
        trust = ssl.create_default_context()
        if self.is_tls:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=self.timeout_s, context=trust
            )
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=self.timeout_s)
        try:
            self._greet(server, trust)
        except (OSError, smtplib.SMTPException, GatewayError):
            server.close()
            raise
        return server

    def _greet(self, server: smtplib.SMTP, trust: ssl.SSLContext) -> None:
        server.ehlo()
        if not self.is_tls and server.has_extn("starttls"):
            server.starttls(context=trust)
        elif not self.is_tls and self.password is not None:
            raise GatewayError(
                Reason.MAIL_WITHOUT_TLS, "The mail server offers no TLS, so no password is sent to it."
            )
        if self.user is not None and self.password is not None:
            server.login(self.user, self.password)
