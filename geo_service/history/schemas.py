"""What enters and leaves."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class StoredAnswer:
    """The answer to a request, as it was sent the first time."""

    status: int
    body: bytes


@dataclass(frozen=True)
class Change:
    """One change of one record. ``state`` is the state after it, where the record has one."""

    at: datetime
    subject: str
    subject_id: str
    kind: str
    actor_id: UUID | None
    state: str | None
    note: str | None
