"""The line to the mail server: opened when the first mail leaves, and opened again when it broke."""

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from urllib.parse import SplitResult, unquote, urlsplit

from geo_service.settings import LOOPBACK

TIMEOUT_S = 20
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


@contextmanager
def connected(url: str) -> Iterator[Callable[[EmailMessage], None]]:
    """What sends a mail: it raises SMTPException or OSError when the mail was not taken."""
    line: smtplib.SMTP | None = None

    def send(mail: EmailMessage) -> None:
        nonlocal line
        line = line or _open(urlsplit(url))
        try:
            line.send_message(mail)
        except (smtplib.SMTPServerDisconnected, OSError):
            line.close()
            line = None
            raise

    try:
        yield send
    finally:
        if line is not None:
            with suppress(smtplib.SMTPException, OSError):
                line.quit()


def _open(address: SplitResult) -> smtplib.SMTP:
    host, port = address.hostname or "", address.port or PORTS[address.scheme]
    if address.scheme == "smtps":
        line: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_S, context=ssl.create_default_context())
    else:
        line = smtplib.SMTP(host, port, timeout=TIMEOUT_S)
    try:
        _secure(line, address)
        if address.username:
            line.login(unquote(address.username), unquote(address.password or ""))
    except BaseException:
        line.close()
        raise
    return line


def _secure(line: smtplib.SMTP, address: SplitResult) -> None:
    """TLS where it is asked for or offered; a password never goes over an open line to another machine."""
    if address.scheme == "smtps":
        return
    line.ehlo()
    if address.scheme == "smtp+starttls" or line.has_extn("starttls"):
        line.starttls(context=ssl.create_default_context())
        line.ehlo()
    elif address.username and address.hostname not in LOOPBACK:
        raise smtplib.SMTPNotSupportedError("the mail server offers no TLS")
