"""Adoptions: ask for ground, follow the request, take it to its next state, hand a part back, pause."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field

from geo_service.adoptions import parts, queries, rights, service
from geo_service.adoptions.agreements import service as agreements
from geo_service.adoptions.schemas import AdoptionRequest, AdoptionView
from geo_service.days import day_of
from geo_service.plots.answer import rules_json
from geo_service.plots.geojson import Asked, Crs, read_geometry, read_ids
from geo_service.web.api.adoption_answers import (
    AdoptionAnswer,
    AdoptionQuestion,
    AdoptionsAnswer,
    HandBackQuestion,
    PauseAnswer,
    PauseEnd,
    PauseQuestion,
    PausesAnswer,
    TransitionQuestion,
    tell,
    tell_pause,
)
from geo_service.web.crs import AskedCrs, said
from geo_service.web.dependencies import DbSession, MaybeActor, Now, SignedIn
from geo_service.web.once import AskedCommand, Command, IdempotencyKey
from geo_service.web.problems import problems
from geo_service.web.schemas import Question

router = APIRouter(tags=["adoptions"])
MADE = problems(400, 401, 403, 404, 409, 413, 415, 503)
AdoptionId = Annotated[UUID, Path(alias="adoptionId")]
PauseId = Annotated[UUID, Path(alias="pauseId")]
SHORT = Field(None, max_length=80)


class AdoptionsQuery(Question):
    """Which adoptions."""

    state: str | None = SHORT
    plot: str | None = SHORT
    initiative: str | None = SHORT
    limit: int = Field(100, ge=1, le=1000)
    offset: int = Field(0, ge=0, le=1_000_000)


@router.get("/adoptions", responses=problems(400, 401), response_model_exclude_none=True)
def adoptions(query: Annotated[AdoptionsQuery, Query()], session: DbSession, actor: MaybeActor, now: Now) -> AdoptionsAnswer:
    """Ground that is granted, for everybody; for members and staff also requests and what is over, with more about each."""
    found = queries.listed(session, actor, day_of(now), **query.model_dump())
    return AdoptionsAnswer(adoptions=[tell(view) for view in found])


@router.post("/adoptions", status_code=201, response_model=AdoptionAnswer, responses=MADE)
def request_adoption(
    question: AdoptionQuestion,
    command: AskedCommand,
    crs: AskedCrs,
    key: IdempotencyKey = None,
) -> Response:
    """Ask for ground. A rule that forbids it, or ground that is granted or asked for, is a 409 with the rules and the m²."""
    asked = AdoptionRequest(
        asked=_ground(question, crs),
        initiative_name=question.initiative.name.strip() if question.initiative else None,
        story=question.initiative.story if question.initiative else None,
        measures=tuple(question.measures),
        **question.model_dump(include={"plot_code", "initiative_id", "name", "plan", "starts_on", "care", "draft"}),
    )

    def work() -> AdoptionAnswer:
        session = command.session
        made = service.request_adoption(session, command.actor, asked, command.here.municipality, command.language, command.now, crs)
        steps = list(service.next_steps(session, command.actor, made.adoption))
        rules = rules_json(made.decision, command.language, crs)
        return tell(made.adoption, crs, next=steps, rules=rules, needs_consent=made.decision.needs_consent)

    return _in(crs, command.once(key, question, work))


@router.get("/adoptions/{adoptionId}", responses=problems(400, 401, 404), response_model_exclude_none=True)
def adoption(adoption_id: AdoptionId, session: DbSession, actor: MaybeActor, now: Now, crs: AskedCrs, response: Response) -> AdoptionAnswer:
    """One adoption; what it tells depends on who asks."""
    view = rights.seen(session, actor, adoption_id, day_of(now))
    response.headers.update(said(crs))
    return tell(view, crs, next=list(service.next_steps(session, actor, view)) if actor and view.full else None)


@router.post("/adoptions/{adoptionId}/transitions", response_model=AdoptionAnswer, responses=MADE)
def change_state(
    adoption_id: AdoptionId,
    question: TransitionQuestion,
    command: AskedCommand,
    key: IdempotencyKey = None,
) -> Response:
    """Take an adoption to another state. A step that does not exist is a 409 with those that do."""

    def work() -> AdoptionAnswer:
        step = (question.to, question.reason, command.sender, command.language)
        return _with_steps(command, agreements.take_step(command.session, command.actor, adoption_id, *step))

    return command.once(key, question, work, status=200)


@router.post("/adoptions/{adoptionId}/hand-backs", status_code=201, response_model=AdoptionAnswer, responses=MADE)
def hand_back(
    adoption_id: AdoptionId,
    question: HandBackQuestion,
    command: AskedCommand,
    crs: AskedCrs,
    key: IdempotencyKey = None,
) -> Response:
    """Hand a part back for good. The answer is the smaller adoption that goes on today."""
    part = read_geometry(question.geometry, crs)

    def work() -> AdoptionAnswer:
        municipality = command.here.municipality
        view = parts.hand_back(command.session, command.actor, adoption_id, part, question.reason, municipality, command.now)
        return _with_steps(command, view, crs)

    return _in(crs, command.once(key, question, work))


@router.get("/adoptions/{adoptionId}/pauses", responses=problems(400, 401, 403, 404), response_model_exclude_none=True)
def pauses(adoption_id: AdoptionId, session: DbSession, actor: SignedIn, now: Now, crs: AskedCrs) -> PausesAnswer:
    """The pauses of an adoption, for members and staff."""
    return PausesAnswer(pauses=[tell_pause(view, crs) for view in parts.pauses(session, actor, adoption_id, day_of(now))])


@router.post("/adoptions/{adoptionId}/pauses", status_code=201, response_model=PauseAnswer, responses=MADE)
def pause(
    adoption_id: AdoptionId,
    question: PauseQuestion,
    command: AskedCommand,
    crs: AskedCrs,
    key: IdempotencyKey = None,
) -> Response:
    """Let staff look after the plot, or a part of it, for some days."""
    part = None if question.geometry is None else read_geometry(question.geometry, crs)

    def work() -> PauseAnswer:
        days = (question.starts_on, question.ends_on)
        return tell_pause(parts.pause(command.session, command.actor, adoption_id, *days, part, question.reason, command.now), crs)

    return _in(crs, command.once(key, question, work))


@router.patch(
    "/adoptions/{adoptionId}/pauses/{pauseId}",
    response_model=PauseAnswer,
    responses={**MADE, 204: {"description": "The pause never began and is gone."}},
)
def end_pause(adoption_id: AdoptionId, pause_id: PauseId, question: PauseEnd, command: AskedCommand) -> Response:
    """Let a pause end on another day: today at the earliest."""

    def work() -> PauseAnswer | None:
        view = parts.end_pause(command.session, command.actor, adoption_id, pause_id, question.ends_on, command.now)
        return None if view is None else tell_pause(view)

    return command.once(None, question, work, status=200)


def _ground(question: AdoptionQuestion, crs: Crs) -> Asked | None:
    if question.green_object_ids is not None:
        return read_ids({"greenObjectIds": question.green_object_ids})
    return None if question.geometry is None else read_geometry(question.geometry, crs)


def _with_steps(command: Command, view: AdoptionView, crs: Crs = "CRS84") -> AdoptionAnswer:
    return tell(view, crs, next=list(service.next_steps(command.session, command.actor, view)))


def _in(crs: Crs, response: Response) -> Response:
    response.headers.update(said(crs))
    return response
