"""Events: what happened to an adoption, for its members and for staff of its districts."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from geo_service.adoptions.service import log
from geo_service.days import day_of
from geo_service.web.dependencies import DbSession, Now, SignedIn
from geo_service.web.problems import problems
from geo_service.web.schemas import Answer

router = APIRouter(tags=["adoptions"])


class EventAnswer(Answer):
    """One thing that happened."""

    at: datetime
    what: str = Field(description="The new state, or created, changed, paused, pause_changed, pause_removed.")
    state: str | None = Field(None, description="The state after it.")
    by: str = Field(description="resident, a staff role, or service; never a person.")
    reason: str | None = None


class EventsAnswer(Answer):
    """Events, oldest first."""

    events: list[EventAnswer]


@router.get("/events", responses=problems(400, 401, 403, 404), response_model_exclude_none=True)
def events(adoption_id: Annotated[UUID, Query(alias="adoptionId")], session: DbSession, actor: SignedIn, now: Now) -> EventsAnswer:
    """The history of one adoption."""
    return EventsAnswer(events=[EventAnswer.model_validate(entry) for entry in log(session, actor, adoption_id, day_of(now))])
