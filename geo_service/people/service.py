"""What is done with people: tokens tell who acts."""

import hashlib
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_service.errors import NotSignedIn
from geo_service.people.models import RoleGrant, Token
from geo_service.people.schemas import Actor


def who_is(session: Session, token: str, now: datetime) -> Actor:
    """The person of a token; unknown and expired ones are the same error."""
    digest = hashlib.sha256(token.encode()).digest()
    known = session.scalars(select(Token).where(Token.digest == digest, Token.expires_at > now)).one_or_none()
    if known is None:
        raise NotSignedIn
    grants = session.scalars(select(RoleGrant).where(RoleGrant.person_id == known.person_id))
    return Actor(known.person_id, {grant.role: tuple(grant.districts) for grant in grants})
