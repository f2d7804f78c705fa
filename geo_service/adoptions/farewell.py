"""Somebody leaves for good: what must be settled before, and how they are forgotten."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, or_, select, update
from sqlalchemy.orm import Session

from geo_service.adoptions.models import Adoption
from geo_service.adoptions.states import FINAL
from geo_service.db.models import Setting
from geo_service.errors import N_, Conflict
from geo_service.initiatives.models import Initiative, InitiativeMember
from geo_service.people import personal
from geo_service.people.models import Person
from geo_service.people.queries import roles_of

STAFF = N_("You work for the municipality here. Let the administrator take your roles away first.")
CONTACT = N_("You are the contact of {names}. Hand that over first, or give the ground back.")

FORGET_AGAIN = "forget_again"


def in_the_way(session: Session, person_id: UUID) -> list[tuple[str, str]]:
    """The initiatives (slug, name) with this person as their contact that have ground, ask for it, or have other members."""
    ground = exists().where(Adoption.initiative_id == Initiative.id, Adoption.state.not_in(FINAL))
    others = exists().where(InitiativeMember.initiative_id == Initiative.id, InitiativeMember.person_id != person_id)
    found = select(Initiative.slug, Initiative.name).where(Initiative.contact_id == person_id, or_(ground, others))
    return [(slug, name) for slug, name in session.execute(found.order_by(Initiative.name))]


def forget(session: Session, person_id: UUID, now: datetime, *, staff_too: bool = False) -> None:
    """Make nobody of a person. Conflict for staff, and for the contact whom others or ground depend on: somebody must answer for it."""
    session.get_one(Person, person_id, with_for_update=True)  # who asks for ground at this moment comes before, or waits
    if not staff_too and any(role != "resident" for role in roles_of(session, person_id)):
        raise Conflict(STAFF)
    if initiatives := in_the_way(session, person_id):
        raise Conflict(CONTACT, names=", ".join(name for _, name in initiatives))
    mine = select(InitiativeMember.initiative_id, InitiativeMember.effort, InitiativeMember.since).join(
        Initiative, Initiative.id == InitiativeMember.initiative_id
    )
    left_alone = list(session.execute(mine.where(Initiative.contact_id == person_id, InitiativeMember.person_id == person_id)))
    personal.forget(session, person_id, now)
    for initiative_id, effort, since in left_alone:  # an initiative of the past has a contact too: nobody in particular
        session.add(InitiativeMember(initiative_id=initiative_id, person_id=person_id, effort=effort, since=since))
    ideas = (Initiative.contact_id == person_id, Initiative.pin.is_not(None), Initiative.hidden_at.is_(None))
    session.execute(update(Initiative).where(*ideas).values(hidden_at=now))
    session.flush()


def forget_again(session: Session, now: datetime) -> tuple[UUID, ...]:
    """Forget whom the database had forgotten before a backup took its place. Returns who must stay for now, since others or ground
    depend on them as a contact; they are tried again."""
    listed = session.get(Setting, FORGET_AGAIN, with_for_update=True)
    if listed is None:
        return ()
    left = tuple(each for each in map(UUID, listed.value) if not _forgotten(session, each, now))
    listed.value = [str(each) for each in left]
    if not left:
        session.delete(listed)
    session.flush()
    return left


def _forgotten(session: Session, person_id: UUID, now: datetime) -> bool:
    try:
        with session.begin_nested():
            person = session.get(Person, person_id)
            if person is not None and person.forgotten_at is None:
                forget(session, person_id, now, staff_too=True)
    except Conflict:
        return False
    return True
