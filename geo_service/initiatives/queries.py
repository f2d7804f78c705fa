"""Every select on initiatives."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from shapely import Point
from sqlalchemy import exists, func, select, text
from sqlalchemy.orm import Session

from geo_service.db.base import as_ewkb
from geo_service.initiatives.models import ContactOffer, Initiative, InitiativeJoiner, InitiativeMember, MemberMessage, Photo, PhotoImage
from geo_service.initiatives.schemas import MemberView, MessageView, PublicInitiative, band
from geo_service.people.models import MailedLink, Person

IN_MUNICIPALITY = text("""
    select not exists (select from geo.current_district where level = 'gemeente')
        or exists (select from geo.current_district where level = 'gemeente' and st_intersects(geom, cast(:pin as geometry)))
""")


def is_member(session: Session, initiative_id: UUID, person_id: UUID) -> bool:
    """Whether a person belongs to an initiative."""
    member = exists().where(InitiativeMember.initiative_id == initiative_id, InitiativeMember.person_id == person_id)
    return bool(session.scalar(select(member)))


def members_of(session: Session, initiative_id: UUID) -> set[UUID]:
    """The people of an initiative."""
    return set(session.scalars(select(InitiativeMember.person_id).where(InitiativeMember.initiative_id == initiative_id)))


def contact_of(session: Session, initiative_id: UUID) -> UUID:
    """The one member whom the municipality asks, and who signs."""
    return session.scalars(select(Initiative.contact_id).where(Initiative.id == initiative_id)).one()


def of_member(session: Session, person_id: UUID) -> list[tuple[UUID, str]]:
    """The initiatives of a person with their names, newest first."""
    own = select(Initiative.id, Initiative.name).join(InitiativeMember, InitiativeMember.initiative_id == Initiative.id)
    rows = session.execute(own.where(InitiativeMember.person_id == person_id).order_by(Initiative.created_at.desc(), Initiative.id))
    return [(initiative_id, name) for initiative_id, name in rows]


def slugs_like(session: Session, slug: str) -> set[str]:
    """The slugs in use that start like this one."""
    return set(session.scalars(select(Initiative.slug).where(Initiative.slug.startswith(slug, autoescape=True))))


def describe(session: Session, ids: Collection[UUID]) -> list[PublicInitiative]:
    """What everybody may know of these initiatives, by name."""
    count = func.count(InitiativeMember.person_id)
    rows = session.execute(
        select(Initiative.id, Initiative.slug, Initiative.name, Initiative.story, Initiative.kind, count)
        .outerjoin(InitiativeMember, InitiativeMember.initiative_id == Initiative.id)
        .where(Initiative.id.in_(ids))
        .group_by(Initiative.id)
        .order_by(Initiative.name, Initiative.id)
    )
    return [PublicInitiative(*row[:5], members=band(row[5])) for row in rows]


def id_of(session: Session, slug: str) -> UUID | None:
    """The initiative with this slug."""
    return session.scalar(select(Initiative.id).where(Initiative.slug == slug))


def photos_of(session: Session, initiative_id: UUID, *, hidden: bool = False) -> list[Photo]:
    """The public photos of an initiative, newest first; with those that were hidden when asked."""
    statement = select(Photo).where(Photo.initiative_id == initiative_id, Photo.public)
    if not hidden:
        statement = statement.where(Photo.hidden_at.is_(None))
    return list(session.scalars(statement.order_by(Photo.taken_in_at.desc(), Photo.id)))


def photo_image(session: Session, photo_id: UUID, size: str) -> bytes | None:
    """The WebP of a photo in one size."""
    return session.scalar(select(PhotoImage.content).where(PhotoImage.photo_id == photo_id, PhotoImage.size == size))


def members(session: Session, initiative_id: UUID) -> list[MemberView]:
    """The members, for members: those who do most first."""
    columns = (InitiativeMember.person_id, Person.name, Person.email, InitiativeMember.effort, InitiativeMember.since)
    statement = select(*columns, InitiativeMember.gets_messages).join(Person, Person.id == InitiativeMember.person_id)
    order = func.array_position(text("array['initiator', 'organiser', 'regular', 'now_and_then', 'once']"), InitiativeMember.effort)
    rows = session.execute(
        statement.where(InitiativeMember.initiative_id == initiative_id).order_by(order, InitiativeMember.since, Person.name)
    )
    return [MemberView(*row) for row in rows]


def joiners(session: Session, initiative_id: UUID) -> list[MemberView]:
    """Who wants to join and has no answer yet, for those who may let them."""
    columns = (InitiativeJoiner.person_id, Person.name, Person.email, InitiativeJoiner.effort, func.date(InitiativeJoiner.asked_at))
    statement = select(*columns).join(Person, Person.id == InitiativeJoiner.person_id)
    rows = session.execute(statement.where(InitiativeJoiner.initiative_id == initiative_id).order_by(InitiativeJoiner.asked_at))
    return [MemberView(*row) for row in rows]


def asked_to_join(session: Session, initiative_id: UUID, person_id: UUID) -> bool:
    """Whether somebody waits for an answer."""
    return session.get(InitiativeJoiner, (initiative_id, person_id)) is not None


def offered_to(session: Session, initiative_id: UUID) -> UUID | None:
    """Whom the contact asked to become the contact."""
    return session.scalar(select(ContactOffer.person_id).where(ContactOffer.initiative_id == initiative_id))


def messages(session: Session, initiative_id: UUID, limit: int = 50) -> list[MessageView]:
    """What members wrote to each other, newest first."""
    statement = (
        select(Person.name, MemberMessage.body, MemberMessage.sent_at)
        .outerjoin(Person, Person.id == MemberMessage.person_id)
        .where(MemberMessage.initiative_id == initiative_id)
        .order_by(MemberMessage.sent_at.desc())
    )
    return [MessageView(*row) for row in session.execute(statement.limit(limit))]


def messages_since(session: Session, initiative_id: UUID, since: datetime) -> int:
    """How many messages were sent since a moment."""
    statement = select(func.count()).where(MemberMessage.initiative_id == initiative_id, MemberMessage.sent_at > since)
    return session.scalar(statement) or 0


def invitations_since(session: Session, initiative_id: UUID, since: datetime) -> int:
    """How many invitations were mailed since a moment."""
    mine = MailedLink.subject.startswith(f"{initiative_id} ")
    statement = select(func.count()).where(MailedLink.purpose == "invite", mine, MailedLink.created_at > since)
    return session.scalar(statement) or 0


def readers_of(session: Session, initiative_id: UUID, but: UUID) -> list[Person]:
    """The members who get messages by mail, without the one who wrote."""
    statement = select(Person).join(InitiativeMember, InitiativeMember.person_id == Person.id)
    mine = (InitiativeMember.initiative_id == initiative_id, InitiativeMember.gets_messages, Person.id != but)
    return list(session.scalars(statement.where(*mine).order_by(Person.id)))


def unconfirmed_ideas(session: Session, person_id: UUID) -> int:
    """How many ideas of somebody wait for their confirmation."""
    mine = (Initiative.contact_id == person_id, Initiative.pin.is_not(None), Initiative.confirmed_at.is_(None))
    return session.scalar(select(func.count()).where(*mine)) or 0


def in_municipality(session: Session, pin: Point) -> bool:
    """Whether a place (RD) lies in the municipality, as far as its border is known."""
    return bool(session.scalar(IN_MUNICIPALITY, {"pin": as_ewkb(pin)}))
