"""Mail leaves: from the outbox over SMTP, one transaction per mail, tried again when the other side cannot take it now."""

import logging
import smtplib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from sqlalchemy.orm import Session, sessionmaker

from geo_service.db.engine import transaction
from geo_service.municipality import Municipality
from geo_service.notifications import queries
from geo_service.notifications.models import Message
from geo_service.notifications.smtp import connected
from geo_service.settings import Settings

logger = logging.getLogger("geo_service.mail")
MINUTES_BEFORE_AGAIN = (1, 2, 5, 15, 60, 120, 240, 480, 480)
"""After each attempt that failed; after the last one the mail is given up: 23 hours in all."""
MOST_AT_ONCE = 200
Send = Callable[[EmailMessage], None]


def deliver(
    sessions: sessionmaker[Session], settings: Settings, municipality: Municipality, clock: Callable[[], datetime] | None = None
) -> int:
    """Send what waits; how many left. Without a mail server all of it waits."""
    tell_time = clock or _now
    if settings.smtp_url is None:
        return 0
    count = 0
    with connected(settings.smtp_url) as send:
        for _ in range(MOST_AT_ONCE):
            with transaction(sessions) as session:
                message = queries.next_waiting(session, tell_time())
                if message is None:
                    break
                count += _try(message, send, settings, municipality, tell_time())
    return count


def _try(message: Message, send: Send, settings: Settings, municipality: Municipality, now: datetime) -> bool:
    """Send one mail, and write down how that went. What the other side said stays out of the log: it may hold the address."""
    message.attempts += 1
    try:
        send(written(message, settings, municipality))
    except (smtplib.SMTPException, OSError, ValueError) as error:
        message.fault = _told(error)
        over = _is_final(error) or message.attempts > len(MINUTES_BEFORE_AGAIN)
        message.state = "failed" if over else "waiting"
        message.not_before = now + timedelta(minutes=0 if over else MINUTES_BEFORE_AGAIN[message.attempts - 1])
        told = "given up" if over else "tried again later"
        logger.warning("mail %s was not taken (%s), attempt %d: %s", message.id, message.fault, message.attempts, told)
        return False
    message.state, message.sent_at, message.fault = "sent", now, None
    return True


def written(message: Message, settings: Settings, municipality: Municipality) -> EmailMessage:
    """The mail as it goes over the line. Headers are made of parts, so no value can add another one (ValueError)."""
    sender = settings.mail_from or municipality.contact_email
    mail = EmailMessage()
    mail["From"] = Address(f"{municipality.contact_name} {municipality.name}", addr_spec=sender)
    mail["To"] = Address(addr_spec=message.to_email)
    mail["Reply-To"] = Address(municipality.contact_name, addr_spec=municipality.contact_email)
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(message.created_at)
    # the same each time that it is tried: who gets it twice after all can see that it is one mail
    mail["Message-ID"] = f"<{message.id}@{sender.partition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail["Content-Language"] = message.language
    mail.set_content(message.plain)
    mail.add_alternative(message.html, subtype="html")
    return mail


def _told(error: Exception) -> str:
    code = _code(error)
    return f"SMTP {code}" if code else type(error).__name__


def _is_final(error: Exception) -> bool:
    """Whether trying again is no use: an address that cannot be, or a refusal of the server that it calls permanent."""
    own_fault = isinstance(error, ValueError) and not isinstance(error, OSError)
    refused = isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError) and _code(error) >= 500
    return own_fault or refused


def _code(error: Exception) -> int:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max((code for code, _ in error.recipients.values()), default=0)
    return int(getattr(error, "smtp_code", 0))


def _now() -> datetime:
    return datetime.now(UTC)
