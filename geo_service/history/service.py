"""What one does with the history: make sure that a repeated request does its work once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from geo_service.errors import KeyReused
from geo_service.history import queries
from geo_service.history.models import IdempotencyKey
from geo_service.history.schemas import StoredAnswer

KEEP = timedelta(days=7)


def once(session: Session, person_id: UUID, key: str, fingerprint: str, work: Callable[[], StoredAnswer], now: datetime) -> StoredAnswer:
    """Do ``work`` in this transaction, or give the answer of the first time that this person sent the same request with this key.

    ``fingerprint`` identifies the request; another one under the same key raises KeyReused. A request that fails leaves no key.
    """
    mine = insert(IdempotencyKey).values(person_id=person_id, key=key, fingerprint=fingerprint, created_at=now)
    # waits for a request with the same key that is still busy; then finds its row, or takes its place when it failed
    is_first = session.scalar(mine.on_conflict_do_nothing().returning(IdempotencyKey.key)) is not None
    if not is_first:
        return _answered(session, person_id, key, fingerprint)
    answer = work()
    same_key = (IdempotencyKey.person_id == person_id, IdempotencyKey.key == key)
    session.execute(update(IdempotencyKey).where(*same_key).values(status=answer.status, body=answer.body))
    _forget_old_keys(session, now)
    return answer


def _answered(session: Session, person_id: UUID, key: str, fingerprint: str) -> StoredAnswer:
    row = queries.stored(session, person_id, key)
    if row is None or row.status is None or row.body is None or row.fingerprint != fingerprint:
        raise KeyReused()
    return StoredAnswer(row.status, row.body)


def _forget_old_keys(session: Session, now: datetime) -> None:
    old = queries.older_than(now - KEEP).subquery()
    keys = tuple_(IdempotencyKey.person_id, IdempotencyKey.key)
    session.execute(delete(IdempotencyKey).where(keys.in_(old.select())), execution_options={"synchronize_session": False})
