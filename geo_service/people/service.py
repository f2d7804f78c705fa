"""What one does with people: add them, give them a role, hand them a token, recognise them."""

import hashlib
import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from geo_service.errors import N_, InvalidInput, NotFound, NotSignedIn
from geo_service.people import queries
from geo_service.people.models import ROLES, Person, RoleGrant, Token
from geo_service.people.schemas import Actor

TOKEN_DAYS = 30
PREFIX = "zb_"
PART = r"[^@\s<>(),;:\\\"\[\]\x00-\x1f\x7f]+"
ADDRESS = re.compile(rf"{PART}@{PART}\.{PART}")  # one @, no spaces, and nothing that would make it two addresses
LONGEST_ADDRESS = 254


def add_person(session: Session, email: str, name: str | None = None) -> Person:
    """The person with this e-mail address, added when new; a name that is given replaces the old one."""
    address = checked_address(email)
    person = queries.person_by_email(session, address)
    if person is None:
        person = Person(email=address)
        session.add(person)
    if name:
        person.name = name
    session.flush()
    return person


def checked_address(email: str) -> str:
    """An e-mail address without spaces around it; one that no mail program would take is refused."""
    address = email.strip()
    if not ADDRESS.fullmatch(address) or len(address) > LONGEST_ADDRESS:
        raise InvalidInput(N_("{email} is not an e-mail address."), email=address[:80])
    return address


def grant_role(session: Session, person: Person, role: str, districts: Sequence[str] = ()) -> None:
    """Give a role in these districts (codes of any level), or everywhere; a role that the person has already is replaced."""
    if role not in ROLES:
        raise InvalidInput(N_("There is no role {role}; choose one of: {roles}."), role=role, roles=", ".join(ROLES))
    values = insert(RoleGrant).values(person_id=person.id, role=role, districts=list(districts))
    session.execute(values.on_conflict_do_update(index_elements=["person_id", "role"], set_={"districts": values.excluded.districts}))


def person_with(session: Session, email: str) -> Person:
    """The person with this address; NotFound when there is nobody."""
    person = queries.person_by_email(session, email)
    if person is None:
        raise NotFound(N_("Nobody here has the address {email}."), email=email)
    return person


def issue_token(session: Session, email: str, now: datetime, days: int = TOKEN_DAYS) -> str:
    """A new bearer token. This is the only time that it is known: the database keeps its SHA-256."""
    person = person_with(session, email)
    token = PREFIX + secrets.token_urlsafe(32)
    session.add(Token(digest=digest(token), person_id=person.id, created_at=now, expires_at=now + timedelta(days=days)))
    session.flush()
    return token


def who_is(session: Session, token: str, now: datetime) -> Actor:
    """The person behind a token; NotSignedIn when it is unknown or has ended."""
    person_id = queries.token_holder(session, digest(token), now)
    if person_id is None:
        raise NotSignedIn()
    return Actor(person_id, queries.roles_of(session, person_id))


def digest(token: str) -> bytes:
    """What is kept of a secret."""
    # a token has 256 random bits, so a plain hash cannot be turned back by guessing
    return hashlib.sha256(token.encode()).digest()
