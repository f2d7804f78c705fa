"""Who is signed in on which device: begun by a mailed link or the citizens' login, and ended here or everywhere."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from geo_service.people import queries
from geo_service.people.models import BrowserSession, Person
from geo_service.people.schemas import Actor, Visitor
from geo_service.people.service import digest

LIVES = timedelta(days=30)


def begin(session: Session, person: Person, now: datetime) -> str:
    """Sign somebody in; the secret for the cookie, known only now. Whoever gets here read the mail: the address is theirs."""
    person.confirmed_at = person.confirmed_at or now
    secret = secrets.token_urlsafe(32)
    session.add(BrowserSession(digest=digest(secret), person_id=person.id, created_at=now, expires_at=now + LIVES))
    session.flush()
    return secret


def visitor(session: Session, secret: str, now: datetime) -> Visitor | None:
    """Who holds this cookie; None when it is unknown or over: a page is then shown as to anybody."""
    person = queries.session_holder(session, digest(secret), now)
    if person is None:
        return None
    return Visitor(Actor(person.id, queries.roles_of(session, person.id)), person.name, person.email)


def end(session: Session, secret: str) -> None:
    """Sign out on this device."""
    session.execute(delete(BrowserSession).where(BrowserSession.digest == digest(secret)))


def end_everywhere(session: Session, person_id: UUID, *, but: str = "") -> None:
    """Sign out on every device, but the one that holds this cookie."""
    session.execute(delete(BrowserSession).where(BrowserSession.person_id == person_id, BrowserSession.digest != digest(but)))
