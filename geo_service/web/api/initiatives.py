"""Initiatives: what everybody may know of them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import Field
from sqlalchemy.orm import Session

from geo_service.adoptions.queries import kept_by, public_initiatives
from geo_service.days import day_of
from geo_service.errors import NotFound
from geo_service.initiatives.queries import describe, id_of
from geo_service.web.dependencies import DbSession, MaybeActor, Now
from geo_service.web.problems import problems
from geo_service.web.schemas import Answer

router = APIRouter(tags=["initiatives"])


class InitiativeAnswer(Answer):
    """An initiative. No names of people; members as a band."""

    id: UUID
    slug: str
    name: str
    story: str | None
    kind: str
    members: str = Field(description="How many people, as a band: 1-4, 5-9, 10-19, 20-49 or 50+.", examples=["1-4"])
    plots: int = Field(description="Plots that it keeps today.")
    adopted_m2: float = Field(description="Ground that it keeps today.")


class InitiativesAnswer(Answer):
    """Initiatives by name."""

    initiatives: list[InitiativeAnswer]


@router.get("/initiatives", responses=problems(401))
def initiatives(session: DbSession, actor: MaybeActor, now: Now) -> InitiativesAnswer:
    """Initiatives that asked for ground or keep it."""
    return InitiativesAnswer(initiatives=_answers(session, public_initiatives(session, actor), now))


@router.get("/initiatives/{slug}", responses=problems(400, 401, 404))
def initiative(slug: Annotated[str, Path(max_length=80)], session: DbSession, actor: MaybeActor, now: Now) -> InitiativeAnswer:
    """One initiative."""
    found = id_of(session, slug)
    if found is None or found not in public_initiatives(session, actor):
        raise NotFound
    return _answers(session, {found}, now)[0]


def _answers(session: Session, ids: set[UUID], now: Now) -> list[InitiativeAnswer]:
    kept = kept_by(session, ids, day_of(now))
    return [
        InitiativeAnswer(**vars(found), plots=kept.get(found.id, (0, 0.0))[0], adopted_m2=round(kept.get(found.id, (0, 0.0))[1], 2))
        for found in describe(session, ids)
    ]
