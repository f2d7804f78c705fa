"""Tasks on plots, for members and for staff of the district."""

from datetime import date, datetime, time
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from geo_service.maintenance import queries
from geo_service.maintenance.schemas import TASK_STATES
from geo_service.web.dependencies import DbSession, SignedIn
from geo_service.web.problems import problems
from geo_service.web.schemas import Answer, Question

router = APIRouter(tags=["maintenance"])


class TasksQuery(Question):
    """Which tasks."""

    adoption_id: UUID | None = None
    state: Literal[TASK_STATES] | None = None  # type: ignore[valid-type]
    limit: int = Field(100, ge=1, le=1000)
    offset: int = Field(0, ge=0, le=1_000_000)


class TaskAnswer(Answer):
    """A task. It names no person."""

    id: UUID
    adoption_id: UUID
    plot_code: str
    what: str
    note: str | None = None
    day: date
    starts: time | None = Field(None, description="By the clock of Amsterdam.", json_schema_extra={"format": "partial-time"})
    ends: time | None = Field(None, json_schema_extra={"format": "partial-time"})
    every_weeks: int | None = Field(None, description="It comes back after so many weeks.")
    yearly: bool = Field(description="It comes back every year.")
    state: str
    done_at: datetime | None = None


class TasksAnswer(Answer):
    """Tasks, in the order of their days."""

    tasks: list[TaskAnswer]


@router.get("/tasks", responses=problems(400, 401), response_model_exclude_none=True)
def tasks(query: Annotated[TasksQuery, Query()], session: DbSession, actor: SignedIn) -> TasksAnswer:
    """The tasks on plots of one's initiatives; for staff also those of their districts."""
    return TasksAnswer(tasks=[TaskAnswer.model_validate(view) for view in queries.tasks_seen(session, actor, **query.model_dump())])
