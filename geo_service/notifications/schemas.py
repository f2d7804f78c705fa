"""What enters and leaves: a mail in words of both languages, and a job of a room."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from geo_service.municipality import Municipality
from geo_service.settings import Settings


@dataclass(frozen=True)
class Mail:
    """What a mail says. ``subject``, ``paragraphs`` and the label of ``action`` are English source texts (``N_``), filled with ``values``.

    ``action`` is one button: its label and its path (``/bevestig/…``), made absolute when it is written.
    """

    subject: str
    paragraphs: tuple[str, ...]
    values: Mapping[str, Any] = field(default_factory=dict)
    action: tuple[str, str] | None = None


@dataclass(frozen=True)
class Sender:
    """What every mail needs: whose it is, where its links lead, and the moment."""

    municipality: Municipality
    base_url: str
    now: datetime


@dataclass(frozen=True)
class Work:
    """What a job works with; its session is committed after the job."""

    session: Session
    municipality: Municipality
    settings: Settings
    now: datetime

    @property
    def sender(self) -> Sender:
        """For mails about the work."""
        return Sender(self.municipality, self.settings.base_url, self.now)


@dataclass(frozen=True)
class Job:
    """Work that is done at set times (``cron``, five fields, Amsterdam). It may be done twice without harm."""

    name: str
    cron: str
    run: Callable[[Work], None]


@dataclass(frozen=True)
class Sweep:
    """What a room forgets after a term: ``what`` names the term in the municipality's ``[retention]``; ``clear`` forgets all that is
    older than a moment, in the session, and tells how many that were. In a room's ``retention.py`` as ``SWEEPS``."""

    what: str
    clear: Callable[[Session, datetime], int]
