"""What one does with initiatives: begin one."""

import re
import unicodedata
from datetime import date
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from geo_service.errors import N_, NotFound
from geo_service.initiatives import queries
from geo_service.initiatives.models import Initiative, InitiativeMember
from geo_service.initiatives.roles import check
from geo_service.people.schemas import Actor


def begin(session: Session, actor: Actor, name: str, story: str | None, today: date) -> UUID:
    """A new initiative, with the actor as its first member and its contact."""
    initiative_id = None
    while initiative_id is None:  # somebody may take the same slug at this moment
        values = {"name": name, "story": story, "slug": free_slug(session, name), "contact_id": actor.person_id}
        statement = insert(Initiative).values(values).on_conflict_do_nothing(index_elements=["slug"]).returning(Initiative.id)
        initiative_id = session.scalar(statement)
    session.add(InitiativeMember(initiative_id=initiative_id, person_id=actor.person_id, effort="initiator", since=today))
    session.flush()
    return initiative_id


def own(session: Session, actor: Actor, initiative_id: UUID) -> UUID:
    """An initiative of the actor; one of other people is as good as unknown. NotAllowed for who may not ask for ground."""
    if not queries.is_member(session, initiative_id, actor.person_id):
        raise NotFound(N_("You have no initiative with this id."))
    check(session, initiative_id, actor.person_id, "ground")
    return initiative_id


def take_over(session: Session, initiative_id: UUID, wrong_id: UUID, right_id: UUID) -> None:
    """A member turns out to be somebody else: a typing error in an address. The right one comes in the place of the wrong one."""
    member = (InitiativeMember.initiative_id == initiative_id, InitiativeMember.person_id == wrong_id)
    session.execute(update(InitiativeMember).where(*member).values(person_id=right_id))
    contact = update(Initiative).where(Initiative.id == initiative_id, Initiative.contact_id == wrong_id)
    session.execute(contact.values(contact_id=right_id))


def free_slug(session: Session, name: str) -> str:
    """The name as a readable address, with a number behind it when it is taken."""
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_name)[:60].strip("-") or "initiatief"
    taken = queries.slugs_like(session, slug)
    number = 2
    free = slug
    while free in taken:
        free, number = f"{slug}-{number}", number + 1
    return free
