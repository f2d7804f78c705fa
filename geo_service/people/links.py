"""Links that are mailed: each is used once, for one purpose, and lives for a short time."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from geo_service.errors import N_, LinkGone
from geo_service.people.models import MailedLink
from geo_service.people.service import digest

USED = N_("This link was used already.")
OVER = N_("This link is over.")
UNKNOWN = N_("This link is not complete, or not ours. Copy the whole link from the mail.")


def make(session: Session, email: str, purpose: str, now: datetime, lives: timedelta, subject: str = "") -> str:
    """A new secret for a link. This is the only time that it is known: the database keeps its SHA-256."""
    secret = secrets.token_urlsafe(32)
    session.add(
        MailedLink(digest=digest(secret), purpose=purpose, email=email.strip(), subject=subject, created_at=now, expires_at=now + lives)
    )
    session.flush()
    return secret


def look(session: Session, secret: str, purpose: str, now: datetime) -> MailedLink:
    """The link, as long as it can be used; LinkGone tells whether it was used, is over or is unknown."""
    link = kept(session, secret, purpose)
    if link is None:
        raise LinkGone(UNKNOWN, details={"why": "unknown"})
    if link.used_at is not None:
        raise LinkGone(USED, details={"why": "used"})
    if link.expires_at <= now:
        raise LinkGone(OVER, details={"why": "over"})
    return link


def kept(session: Session, secret: str, purpose: str) -> MailedLink | None:
    """The link, used and over as it may be: to whom a new one can be mailed."""
    link = session.get(MailedLink, digest(secret))
    return link if link is not None and link.purpose == purpose else None


def use(session: Session, secret: str, purpose: str, now: datetime) -> MailedLink:
    """Use a link up; of two who do so at once one gets LinkGone."""
    link = look(session, secret, purpose, now)
    mine = update(MailedLink).where(MailedLink.digest == link.digest, MailedLink.used_at.is_(None)).values(used_at=now)
    if session.scalar(mine.returning(MailedLink.digest)) is None:
        raise LinkGone(USED, details={"why": "used"})
    return link
