"""Every select on requests that residents filled in."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, select, text
from sqlalchemy.orm import Session

from geo_service.adoptions.asking.models import RequestForm
from geo_service.adoptions.asking.schemas import RequestStatus
from geo_service.adoptions.models import Adoption
from geo_service.initiatives.models import Initiative, InitiativeMember
from geo_service.people.models import MailedLink, Person, RoleGrant, Token
from geo_service.plots.models import Plot
from geo_service.words import Language

ONE_AT_A_TIME = text("select pg_advisory_xact_lock(20252, hashtext(:word))")


def wait_for(session: Session, word: str) -> None:
    """Wait for whoever does the same at this moment; others wait for us until the end of this transaction."""
    session.execute(ONE_AT_A_TIME, {"word": word})


def made_with(session: Session, form_key: UUID) -> UUID | None:
    """The adoption that was asked for with this form."""
    return session.scalar(select(RequestForm.adoption_id).where(RequestForm.form_key == form_key))


def status(session: Session, adoption_id: UUID) -> RequestStatus | None:
    """A request that was made on a page."""
    row = session.execute(_statuses().where(RequestForm.adoption_id == adoption_id)).one_or_none()
    return RequestStatus(*row) if row else None


def status_of_link(session: Session, digest: bytes) -> RequestStatus | None:
    """The request that a mailed link is about, whether it can be used or not."""
    subject = select(MailedLink.subject).where(MailedLink.digest == digest, MailedLink.purpose == "confirm-request")
    found = session.scalar(subject)
    return status(session, UUID(found)) if found else None


def form_for_update(session: Session, adoption_id: UUID) -> RequestForm:
    """A form that nobody else changes until the end of this transaction."""
    statement = select(RequestForm).where(RequestForm.adoption_id == adoption_id).with_for_update()
    return session.scalars(statement.execution_options(populate_existing=True)).one()


def initiative_of(session: Session, adoption_id: UUID) -> UUID:
    """The initiative that asks."""
    return session.execute(select(Adoption.initiative_id).where(Adoption.id == adoption_id)).scalar_one()


def waiting_of(session: Session, person_id: UUID, now: datetime) -> int:
    """How many reservations wait for the confirmation of one person."""
    waiting = select(func.count()).select_from(RequestForm).join(Adoption, Adoption.id == RequestForm.adoption_id)
    return session.scalar(waiting.where(RequestForm.person_id == person_id, _open(now), RequestForm.confirmed_at.is_(None))) or 0


def to_remind(session: Session, now: datetime, before: datetime, asked_before: datetime) -> list[RequestForm]:
    """Forms whose reservation lapses before a moment, that were not reminded and not sent just now."""
    due = select(RequestForm).join(Adoption, Adoption.id == RequestForm.adoption_id).where(
        _open(now), Adoption.reserved_until <= before, RequestForm.confirmed_at.is_(None),
        RequestForm.reminded_at.is_(None), RequestForm.agreed_at <= asked_before,
    )  # fmt: skip
    return list(session.scalars(due.order_by(Adoption.reserved_until).with_for_update(of=RequestForm, skip_locked=True)))


def lapsed_drafts(session: Session, now: datetime) -> list[Adoption]:
    """Drafts whose reservation passed; those that somebody works on now are left for the next time."""
    passed = select(Adoption).where(Adoption.state == "draft", Adoption.reserved_until <= now)
    return list(session.scalars(passed.order_by(Adoption.id).with_for_update(key_share=True, skip_locked=True)))


def askers(session: Session, adoption_ids: Sequence[UUID]) -> list[tuple[str, str, Language]]:
    """For each of these adoptions its plot code, and the address and language of who asked: by the form, or the contact."""
    rows = session.execute(
        select(Plot.code, Person.email, func.coalesce(RequestForm.language, Person.language))
        .select_from(Adoption)
        .join(Plot, Plot.id == Adoption.plot_id)
        .join(Initiative, Initiative.id == Adoption.initiative_id)
        .outerjoin(RequestForm, RequestForm.adoption_id == Adoption.id)
        .join(Person, Person.id == func.coalesce(RequestForm.person_id, Initiative.contact_id))
        .where(Adoption.id.in_(adoption_ids))
    )
    return [(code, email, cast(Language, language)) for code, email, language in rows]


def never_confirmed(session: Session, before: datetime) -> list[UUID]:
    """People who came before a moment with this form, never confirmed their address, and take part in nothing but what lapsed."""
    own = select(InitiativeMember.initiative_id).where(InitiativeMember.person_id == Person.id).correlate(Person)
    lapsed = select(Adoption.initiative_id).join(RequestForm, RequestForm.adoption_id == Adoption.id)
    lapsed = lapsed.where(RequestForm.person_id == Person.id, Adoption.state == "withdrawn").correlate(Person)
    alive = exists().where(Adoption.initiative_id.in_(own), Adoption.state != "withdrawn")
    other = exists().where(InitiativeMember.person_id == Person.id, InitiativeMember.initiative_id.not_in(lapsed))
    found = select(Person.id).where(
        Person.confirmed_at.is_(None), Person.forgotten_at.is_(None), Person.created_at < before,
        exists().where(RequestForm.person_id == Person.id), ~alive, ~other, ~exists().where(Token.person_id == Person.id),
        ~exists().where(RoleGrant.person_id == Person.id),
    )  # fmt: skip
    return list(session.scalars(found.with_for_update(skip_locked=True)))


def _open(now: datetime) -> ColumnElement[bool]:
    return (Adoption.state == "draft") & (Adoption.reserved_until > now)


def _statuses() -> Select[*tuple[Any, ...]]:
    return (
        select(
            RequestForm.adoption_id, RequestForm.person_id, Plot.code, Adoption.area_m2, Adoption.state, Adoption.reserved_until,
            Adoption.created_at, RequestForm.confirmed_at, Person.email, RequestForm.browser, RequestForm.mails,
        )
        .join(Adoption, Adoption.id == RequestForm.adoption_id)
        .join(Plot, Plot.id == Adoption.plot_id)
        .join(Person, Person.id == RequestForm.person_id)
    )  # fmt: skip
