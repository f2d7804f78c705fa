"""Every select on people."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Text, cast, func, or_, select
from sqlalchemy.orm import Session

from geo_service.people.models import ROLES, BrowserSession, Person, RoleGrant, Token


def person_by_email(session: Session, email: str) -> Person | None:
    """The person with this address, however it is capitalised."""
    return session.scalar(select(Person).where(func.lower(Person.email) == email.strip().lower()))


def demo_people(session: Session) -> list[tuple[Person, str]]:
    """The people of the demo who have a part in its story, with their role: an address without a number, at the demo's own domain."""
    found = select(Person, RoleGrant.role).join(RoleGrant, RoleGrant.person_id == Person.id)
    rows = session.execute(found.where(Person.email.regexp_match(r"^[a-z]+@demo\.example$")).order_by(Person.name.desc()))
    return sorted(((person, role) for person, role in rows), key=lambda row: ROLES.index(row[1]))


def person_by_subject(session: Session, subject: str) -> Person | None:
    """The person whom the municipality's own login calls so."""
    return session.scalar(select(Person).where(Person.oidc_subject == subject))


def token_holder(session: Session, digest: bytes, now: datetime) -> UUID | None:
    """Whose token this is, as long as it is valid."""
    return session.scalar(select(Token.person_id).where(Token.digest == digest, Token.expires_at > now))


def session_holder(session: Session, digest: bytes, now: datetime) -> Person | None:
    """Who is signed in with this cookie, as long as it is valid."""
    holds = select(Person).join(BrowserSession, BrowserSession.person_id == Person.id)
    return session.scalar(holds.where(BrowserSession.digest == digest, BrowserSession.expires_at > now))


def roles_of(session: Session, person_id: UUID) -> dict[str, tuple[str, ...]]:
    """The roles of a person with the districts where each holds."""
    rows = session.execute(select(RoleGrant.role, RoleGrant.districts).where(RoleGrant.person_id == person_id))
    return {role: tuple(districts) for role, districts in rows}


def staff_roles_of(session: Session, people: Collection[UUID]) -> dict[UUID, str]:
    """For those of these people who are staff, the word for what they are."""
    rows = session.execute(select(RoleGrant.person_id, RoleGrant.role).where(RoleGrant.person_id.in_(people), RoleGrant.role != "resident"))
    by_weight = sorted(rows, key=lambda row: -ROLES.index(row.role))
    return {row.person_id: row.role for row in by_weight}


def people_of(session: Session, ids: Collection[UUID]) -> list[Person]:
    """These people, in the order in which they came."""
    return list(session.scalars(select(Person).where(Person.id.in_(ids)).order_by(Person.created_at, Person.id)))


def staff_in(session: Session, roles: Collection[str], districts: Iterable[str]) -> list[Person]:
    """Who holds one of these roles on ground that lies in these districts, first who holds it there by name."""
    everywhere = func.cardinality(RoleGrant.districts) == 0
    here = or_(everywhere, RoleGrant.districts.op("&&")(cast(list(districts), ARRAY(Text))))
    held = select(Person).join(RoleGrant, RoleGrant.person_id == Person.id).where(RoleGrant.role.in_(roles), here)
    return list(session.scalars(held.order_by(everywhere, func.cardinality(RoleGrant.districts), Person.created_at, Person.id)).unique())
