"""Every select on the history."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from geo_service.history.models import Event, IdempotencyKey
from geo_service.history.schemas import Change


def stored(session: Session, person_id: UUID, key: str) -> IdempotencyKey | None:
    """A request of this person that was answered under this key."""
    return session.get(IdempotencyKey, (person_id, key))


def changes(session: Session, subjects: Collection[str], subject_id: str) -> list[Change]:
    """What happened to one record, or to those that belong to it, oldest first."""
    state = Event.after["state"].astext
    rows = session.execute(
        select(Event.at, Event.subject, Event.subject_id, Event.kind, Event.actor_id, state, Event.note)
        .where(Event.subject.in_(subjects), Event.subject_id == subject_id)
        .order_by(Event.id)
    )
    return [Change(*row) for row in rows]


def older_than(moment: datetime, limit: int = 100) -> Select[UUID, str]:
    """The keys of some requests that nobody will repeat any more; rows that another transaction clears are left to it."""
    return (
        select(IdempotencyKey.person_id, IdempotencyKey.key)
        .where(IdempotencyKey.created_at < moment)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
