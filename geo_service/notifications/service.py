"""What one does with mail: post it, in the transaction of what it tells about."""

from datetime import datetime
from html import escape

from sqlalchemy.orm import Session

from geo_service.municipality import Municipality
from geo_service.notifications.models import Message
from geo_service.notifications.schemas import Mail
from geo_service.words import Language, say


def post(session: Session, to_email: str, mail: Mail, municipality: Municipality, base_url: str, language: Language, now: datetime) -> None:
    """Write a mail to the outbox, as text and as HTML in the reader's language; it leaves after the commit."""
    subject = say(mail.subject, language, **mail.values)
    paragraphs = [say(paragraph, language, **mail.values) for paragraph in mail.paragraphs]
    label, address = (say(mail.action[0], language, **mail.values), base_url.rstrip("/") + mail.action[1]) if mail.action else ("", "")
    sender = f"{municipality.contact_name}, {municipality.name}"
    plain = "\n\n".join([*paragraphs, *([f"{label}:\n{address}"] if address else []), sender])
    button = f'<p><a href="{escape(address)}">{escape(label)}</a></p>' if address else ""
    html = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs) + button + f"<p>{escape(sender)}</p>"
    session.add(Message(to_email=to_email, subject=subject, plain=plain, html=html, language=language, created_at=now, not_before=now))
    session.flush()
