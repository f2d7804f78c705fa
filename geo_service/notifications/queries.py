"""Every select on what is sent."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_service.notifications.models import Message


def next_waiting(session: Session, now: datetime) -> Message | None:
    """The oldest mail that may leave, locked; one that another worker sends at this moment is left to it."""
    waiting = select(Message).where(Message.state == "waiting", Message.not_before <= now)
    return session.scalar(waiting.order_by(Message.not_before, Message.id).limit(1).with_for_update(skip_locked=True))


def newest(session: Session, limit: int = 100) -> list[Message]:
    """The newest mails."""
    return list(session.scalars(select(Message).order_by(Message.created_at.desc(), Message.id).limit(limit)))


def message(session: Session, message_id: UUID) -> Message | None:
    """One mail."""
    return session.get(Message, message_id)
