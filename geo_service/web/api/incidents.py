"""Incidents: the noodknop, a plot that was mown, a question. For members and for staff of the district; never public."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field

from geo_service.days import day_of
from geo_service.errors import InvalidInput, NotFound
from geo_service.maintenance import incidents as reports
from geo_service.maintenance import queries
from geo_service.maintenance.schemas import INCIDENT_STATES, KINDS, Told
from geo_service.maintenance.service import LONGEST_NOTE
from geo_service.plots.geojson import read_geometry
from geo_service.web.crs import AskedCrs
from geo_service.web.dependencies import DbSession, SignedIn
from geo_service.web.once import AskedCommand, IdempotencyKey
from geo_service.web.problems import problems
from geo_service.web.schemas import Answer, Question

router = APIRouter(tags=["maintenance"])
FIELDS = {"kies": "kind", "woorden": "words", "tot": "until", "dag": "day", "deel": "geometry"}
"""What the fields of the page are called here."""


class IncidentsQuery(Question):
    """Which incidents."""

    adoption_id: UUID | None = None
    state: Literal[INCIDENT_STATES] | None = None  # type: ignore[valid-type]
    limit: int = Field(100, ge=1, le=1000)
    offset: int = Field(0, ge=0, le=1_000_000)


class IncidentQuestion(Question):
    """What residents tell about their plot. It is done at once: taking over makes a pause, giving back changes the adoption."""

    adoption_id: UUID
    kind: Literal[KINDS]  # type: ignore[valid-type]
    words: str | None = Field(None, max_length=LONGEST_NOTE, pattern=r"^[^\x00]*$")
    geometry: dict[str, Any] | None = Field(
        None, description="A part of the plot; all of it when absent. CRS84 unless Content-Crs says RD."
    )
    until: date | None = Field(None, description="With take_over: the first day on which the residents go on; open when absent.")
    day: date | None = Field(None, description="With mown: the day on which it was seen; today when absent.")


class IncidentAnswer(Answer):
    """An incident. It names no person."""

    id: UUID
    adoption_id: UUID
    plot_code: str
    kind: str
    state: str
    words: str | None = None
    day: date
    answer_by: date = Field(description="The day on which the residents have an answer at the latest.")
    part_m2: float | None = Field(None, description="The part that it is about; the whole plot when absent.")
    answer: str | None = None
    answered_at: datetime | None = None
    solved_at: datetime | None = None
    created_at: datetime


class IncidentsAnswer(Answer):
    """Incidents, newest first."""

    incidents: list[IncidentAnswer]


@router.get("/incidents", responses=problems(400, 401), response_model_exclude_none=True)
def incidents(query: Annotated[IncidentsQuery, Query()], session: DbSession, actor: SignedIn) -> IncidentsAnswer:
    """What members told about their own plots; for staff also those of their districts."""
    found = queries.incidents_seen(session, actor, **query.model_dump())
    return IncidentsAnswer(incidents=[IncidentAnswer.model_validate(view) for view in found])


@router.get("/incidents/{incidentId}", responses=problems(400, 401, 404), response_model_exclude_none=True)
def incident(incident_id: Annotated[UUID, Path(alias="incidentId")], session: DbSession, actor: SignedIn) -> IncidentAnswer:
    """One incident."""
    found = queries.incidents_seen(session, actor, incident_id=incident_id)
    if not found:
        raise NotFound
    return IncidentAnswer.model_validate(found[0])


@router.post("/incidents", status_code=201, response_model=IncidentAnswer, responses=problems(400, 401, 403, 404, 409, 413, 415, 503))
def tell(
    question: IncidentQuestion,
    command: AskedCommand,
    crs: AskedCrs,
    key: IdempotencyKey = None,
) -> Response:
    """Tell the municipality something, as a member. What is told twice while it is open is the first one."""
    part = None if question.geometry is None else read_geometry(question.geometry, crs)
    told = Told(question.kind, question.words, part, question.until, day=question.day or day_of(command.now))

    def work() -> IncidentAnswer:
        with _named_as_here():
            view = reports.tell(command.session, command.actor, question.adoption_id, told, command.sender, command.language)
        return IncidentAnswer.model_validate(view)

    return command.once(key, question, work)


@contextmanager
def _named_as_here() -> Iterator[None]:
    try:
        yield
    except InvalidInput as error:
        for fault in error.details.get("errors", ()):
            fault["where"] = FIELDS.get(fault["where"], fault["where"])
        raise
