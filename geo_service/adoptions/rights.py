"""Who may do what with one adoption."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from geo_service.adoptions import queries
from geo_service.adoptions.schemas import AdoptionView
from geo_service.adoptions.states import RESIDENT
from geo_service.errors import NotAllowed, NotFound
from geo_service.initiatives.roles import may
from geo_service.people.models import ROLES
from geo_service.people.schemas import Actor


def seen(session: Session, actor: Actor | None, adoption_id: UUID, day: date) -> AdoptionView:
    """The adoption as this reader sees it; NotFound when the reader may not know of it."""
    view = queries.find(session, actor, adoption_id, day)
    if view is None:
        raise NotFound()
    return view


def seen_in_full(session: Session, actor: Actor, adoption_id: UUID, day: date) -> AdoptionView:
    """The adoption for a member or for staff of its districts; NotAllowed when it is public but not theirs."""
    view = seen(session, actor, adoption_id, day)
    if not view.full:
        raise NotAllowed()
    return view


def known(session: Session, actor: Actor, adoption_id: UUID, day: date) -> AdoptionView:
    """The same, for what hangs on an adoption and is never public, such as a task: for everybody else it is not there."""
    view = seen(session, actor, adoption_id, day)
    if not view.full:
        raise NotFound()
    return view


def acting_as(session: Session, actor: Actor, adoption_id: UUID, initiative_id: UUID) -> set[str]:
    """What a person is to an adoption: ``resident`` for a member who may act for its ground, and each staff role that holds there."""
    districts = queries.districts_of(session, adoption_id)
    roles = {role for role in ROLES if role != RESIDENT and actor.holds((role,), districts)}
    return roles | ({RESIDENT} if may(session, initiative_id, actor.person_id, "ground") else set())


def check(session: Session, actor: Actor, view: AdoptionView, allowed: Iterable[str]) -> None:
    """NotAllowed unless the person is one of these to the adoption."""
    if not acting_as(session, actor, view.id, view.initiative_id).intersection(allowed):
        raise NotAllowed()
