"""What is forgotten of mail after its term."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from geo_service.notifications.models import Message
from geo_service.notifications.schemas import Sweep


def _messages(session: Session, before: datetime) -> int:
    return session.execute(delete(Message).where(Message.created_at < before)).rowcount  # type: ignore[attr-defined]


SWEEPS = (Sweep("messages", _messages),)
