"""Gateways against real listeners on this machine: what arrives, and what a failure is called."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import pytest

from gateways.errors import GatewayError, Reason
from gateways.smtp import Smtp
from gateways.webhook import SIGNATURE, Webhook, signature_of

SECRET = b"a secret of both sides, long enough"
TOLD = {"channel": "sms", "recipient": "+8613800000000", "text": "您好，明天到访。", "reference": "m-1"}


class Receiver(BaseHTTPRequestHandler):
    """Keeps what was posted, and answers as it is told to."""

    got: ClassVar[list[tuple[str, bytes]]] = []
    status: ClassVar[int] = 204

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.got.append((self.headers[SIGNATURE], body))
        self.send_response(self.status)
        if self.status in {302, 307}:
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own name
        """Say nothing."""


@contextmanager
def listening(status: int = 204) -> Iterator[str]:
    Receiver.got, Receiver.status = [], status
    with HTTPServer(("127.0.0.1", 0), Receiver) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/texts"
        finally:
            server.shutdown()
            thread.join()


def test_a_text_arrives_signed_as_its_receiver_checks_it() -> None:
    with listening() as url:
        Webhook(url, SECRET, now=lambda: 1_764_000_000.9).send(**TOLD)

    ((signature, body),) = Receiver.got
    assert json.loads(body) == TOLD
    assert signature == signature_of(SECRET, 1_764_000_000, body)
    assert signature != signature_of(SECRET, 1_764_000_000, body + b" ")


@pytest.mark.parametrize("status", [302, 307, 400, 500])
def test_what_is_not_taken_over_is_said_without_the_recipient(status: int) -> None:
    with listening(status) as url, pytest.raises(GatewayError) as caught:
        Webhook(url, SECRET).send(**TOLD)

    assert str(status) in str(caught.value)
    assert caught.value.reason is Reason.WEBHOOK_ANSWERED
    assert TOLD["recipient"] not in str(caught.value)


def test_a_receiver_that_is_not_there_is_said() -> None:
    with pytest.raises(GatewayError, match="does not answer"):
        Webhook("http://127.0.0.1:1/", SECRET, timeout_s=2).send(**TOLD)


class Post:
    """A mail server of a few lines: enough of RFC 5321 for one message in the clear."""

    def __init__(self, *, refuses: bool = False) -> None:
        self._refuses = refuses
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.mail = ""
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        connection, _ = self._listener.accept()
        with connection, connection.makefile("rwb") as talk:

            def say(line: str) -> None:
                talk.write(line.encode() + b"\r\n")
                talk.flush()

            say("220 here")
            for line in iter(talk.readline, b""):
                verb = line.split(b" ")[0].strip().upper()
                if verb == b"DATA":
                    say("354 go on")
                    self.mail = b"".join(iter(talk.readline, b".\r\n")).decode()
                    say("250 taken")
                elif verb == b"RCPT" and self._refuses:
                    say("550 nobody of that name")
                elif verb == b"QUIT":
                    say("221 bye")
                    return
                else:
                    say("250 yes")

    def close(self) -> None:
        self._listener.close()
        self._thread.join(timeout=10)


def test_an_e_mail_arrives_with_a_subject_that_says_nothing() -> None:
    post = Post()
    Smtp("127.0.0.1", post.port, "visits@example.org").send(
        recipient="k@example.com", subject="About a visit", text="明天到访。", reference="m-1"
    )
    post.close()

    assert "Subject: About a visit" in post.mail
    assert "Message-ID: <m-1@example.org>" in post.mail


def test_a_refused_recipient_is_said_without_the_address() -> None:
    post = Post(refuses=True)
    with pytest.raises(GatewayError) as caught:
        Smtp("127.0.0.1", post.port, "visits@example.org").send(
            recipient="k@example.com", subject="About a visit", text="x", reference="m-1"
        )
    post.close()

    assert "k@example.com" not in str(caught.value)


def test_no_password_goes_to_a_server_without_tls() -> None:
    post = Post()
    with pytest.raises(GatewayError, match="no TLS"):
        Smtp("127.0.0.1", post.port, "visits@example.org", "user", "a password").send(
            recipient="k@example.com", subject="s", text="x", reference="m-1"
        )
    post.close()
