"""What leaves: a row of the queue, and a request that wants the same ground."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

WAITING = ("submitted", "in_review", "site_visit", "agreement_draft", "awaiting_signatures")
"""States in which a request is in the queue; and what the light track started, while staff may object."""


@dataclass(frozen=True)
class QueueRow:
    """A request in the queue of staff."""

    id: UUID
    state: str
    plot_code: str
    plot_name: str
    area_m2: float
    buurt: str | None
    initiative: str
    asked_at: datetime
    needs_consent: bool
    competes: bool
    objection_until: date | None


@dataclass(frozen=True)
class Rival:
    """Another request for a part of the same ground, with the m² that both want."""

    id: UUID
    plot_code: str
    state: str
    initiative_id: UUID
    initiative: str
    asked_at: datetime
    area_m2: float
    overlap_m2: float
    members: int
    shape: Any


@dataclass(frozen=True)
class LastStep:
    """Who took a request to the state that it has; ``who`` is None where nobody in particular did."""

    who: str | None
    state: str
    at: datetime
