"""What is forgotten of people after its term."""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from geo_service.notifications.schemas import Sweep
from geo_service.people.models import BrowserSession, MailedLink, Person, Token
from geo_service.people.personal import takes_part


def _sessions(session: Session, before: datetime) -> int:
    gone = [session.execute(delete(table).where(table.expires_at < before)) for table in (BrowserSession, Token)]
    return sum(result.rowcount for result in gone)  # type: ignore[attr-defined]


def _links(session: Session, before: datetime) -> int:
    return session.execute(delete(MailedLink).where(MailedLink.expires_at < before)).rowcount  # type: ignore[attr-defined]


def _unconfirmed(session: Session, before: datetime) -> int:
    return _nobody(session, Person.confirmed_at.is_(None), Person.forgotten_at.is_(None), Person.created_at < before)


def _idle(session: Session, before: datetime) -> int:
    return _nobody(session, Person.confirmed_at < before)


def _nobody(session: Session, *conditions: ColumnElement[bool]) -> int:
    """Remove people whom no row of any room points at."""
    found = select(Person.id).where(*conditions, *[~each for each in takes_part()]).with_for_update(skip_locked=True)
    gone = delete(Person).where(Person.id.in_(session.scalars(found).all()))
    return session.execute(gone).rowcount  # type: ignore[attr-defined]


SWEEPS = (Sweep("sessions", _sessions), Sweep("links", _links), Sweep("unconfirmed", _unconfirmed), Sweep("idle", _idle))
