"""What one does with mail: post it, in the transaction of what it tells about."""

import re

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_service.errors import N_
from geo_service.notifications.layout import as_html, as_text
from geo_service.notifications.models import Message
from geo_service.notifications.schemas import Mail, Sender
from geo_service.words import Language, say

DELIVER = "deliver"
"""The task of the worker that sends what waits."""
NO_ANSWER = N_("This mail was sent by itself. Questions? Mail {contact}.")


def post(session: Session, to_email: str, mail: Mail, sender: Sender, language: Language) -> None:
    """Write a mail to the outbox, as text and as HTML in the reader's language; it leaves after the commit."""
    subject = one_line(say(mail.subject, language, **mail.values))
    paragraphs = [say(paragraph, language, **mail.values) for paragraph in mail.paragraphs]
    action = (say(mail.action[0], language, **mail.values), sender.base_url.rstrip("/") + mail.action[1]) if mail.action else None
    municipality = sender.municipality
    foot = [f"{municipality.contact_name}, {municipality.name}", say(NO_ANSWER, language, contact=municipality.contact_email)]
    session.add(
        Message(
            to_email=to_email,
            subject=subject,
            plain=as_text(paragraphs, action, foot),
            html=as_html(subject, paragraphs, action, foot, language),
            language=language,
            created_at=sender.now,
            not_before=sender.now,
        )
    )
    session.flush()
    session.execute(text("select geo.enqueue(:task)"), {"task": DELIVER})


def one_line(words: str) -> str:
    """A text that fits a header: what looks like a new line is a space."""
    return re.sub(r"\s+", " ", words).strip()
