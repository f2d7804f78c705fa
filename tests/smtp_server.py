"""A mail server on loopback that keeps what it gets, and refuses when told to."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword


class Post:
    """What arrived, and ``refusals``: what to answer to the next mails instead of taking them, at RCPT or at DATA."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.envelopes: list[tuple[str, list[str]]] = []
        self.refusals: list[tuple[str, str]] = []

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if self.refusals and self.refusals[0][0] == "RCPT":
            return self.refusals.pop(0)[1]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        if self.refusals and self.refusals[0][0] == "DATA":
            return self.refusals.pop(0)[1]
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        self.envelopes.append((envelope.mail_from, envelope.rcpt_tos))
        return "250 OK"


def let_in(_server: Any, _session: Any, _envelope: Any, _mechanism: str, told: LoginPassword) -> AuthResult:
    """The password is right."""
    return AuthResult(success=(told.login, told.password) == (b"zelf", b"be/heer"), handled=False)


@contextmanager
def mail_server(port: int = 0, **options: Any) -> Iterator[tuple[Post, int]]:
    """A running server; the port is that of ``port``, or a free one."""
    post = Post()
    server = Controller(post, hostname="127.0.0.1", port=port or _free(), **options)
    server.start()
    try:
        yield post, server.port
    finally:
        server.stop()


def _free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])
