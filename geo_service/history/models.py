"""Tables of the history."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Identity, Index, LargeBinary, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from geo_service.db.base import Base


class Event(Base):
    """One change of one record: written by triggers for every writer, never changed or deleted."""

    __tablename__ = "event"
    __table_args__ = (Index("event_subject_idx", "subject", "subject_id", "id"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.clock_timestamp())
    actor_id: Mapped[UUID | None]
    database_user: Mapped[str] = mapped_column(server_default=func.session_user())
    subject: Mapped[str]
    subject_id: Mapped[str]
    kind: Mapped[str]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    note: Mapped[str | None]


class IdempotencyKey(Base):
    """A request that was answered: the same key by the same person gets the same answer, once."""

    __tablename__ = "idempotency_key"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    status: Mapped[int | None]
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
