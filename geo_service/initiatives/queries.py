"""Every select on initiatives."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from geo_service.initiatives.models import Initiative, InitiativeMember, Photo, PhotoImage
from geo_service.initiatives.schemas import PublicInitiative, band


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
