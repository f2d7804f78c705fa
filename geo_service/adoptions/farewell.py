"""Somebody leaves for good: what must be settled before, and how they are forgotten."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_service.adoptions.models import Adoption
from geo_service.adoptions.states import FINAL
from geo_service.errors import N_, Conflict
from geo_service.initiatives.models import Initiative, InitiativeMember
from geo_service.people import personal
from geo_service.people.queries import roles_of

STAFF = N_("You work for the municipality here. Let the administrator take your roles away first.")
CONTACT = N_("You are the contact of {names}. Hand that over first, or give the ground back.")


def in_the_way(session: Session, person_id: UUID) -> list[tuple[str, str]]:
    """The initiatives (slug, name) that keep or ask for ground with this person as their contact."""
    alive = select(Adoption.initiative_id).where(Adoption.state.not_in(FINAL))
    found = select(Initiative.slug, Initiative.name).where(Initiative.contact_id == person_id, Initiative.id.in_(alive))
    return [(slug, name) for slug, name in session.execute(found.order_by(Initiative.name))]


def forget(session: Session, person_id: UUID, now: datetime, *, staff_too: bool = False) -> None:
    """Make nobody of a person. Conflict for staff, and for the contact of an initiative that has ground: somebody must answer for it."""
    if not staff_too and any(role != "resident" for role in roles_of(session, person_id)):
        raise Conflict(STAFF)
    if initiatives := in_the_way(session, person_id):
        raise Conflict(CONTACT, names=", ".join(name for _, name in initiatives))
    contact_of = session.scalars(select(Initiative.id).where(Initiative.contact_id == person_id)).all()
    personal.forget(session, person_id, now)
    # an initiative that is over keeps its contact, who is nobody now: the database wants one, and a member
    session.add_all(InitiativeMember(initiative_id=each, person_id=person_id, effort="initiator") for each in contact_of)
    session.flush()
