"""``/beheer/meldingen``: what residents of one's districts told, the most urgent first, for staff to answer."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.orm import Session

from geo_service.adoptions.states import OVERSEERS
from geo_service.days import day_of
from geo_service.installation import Installation
from geo_service.maintenance import incidents, queries
from geo_service.maintenance.schemas import INCIDENT_STATES, KIND_WORDS, STATE_WORDS
from geo_service.people.schemas import Visitor
from geo_service.web.dependencies import DbSession, Here, Now
from geo_service.web.links import reached_at
from geo_service.web.pages.forms import OwnForm, field
from geo_service.web.pages.keeping import answered, as_day
from geo_service.web.pages.render import PageLanguage, render
from geo_service.web.pages.visitor import StaffVisitor
from geo_service.words import Language

router = APIRouter(include_in_schema=False)
HERE = "/beheer/meldingen"
TO_DO = ("open", "answered")


@router.get(HERE)
def reports(
    request: Request, here: Here, session: DbSession, visitor: StaffVisitor, language: PageLanguage, now: Now, alles: bool = False
) -> HTMLResponse:
    """The queue; ``?alles=1`` with what is solved."""
    return _page(request, here, session, visitor, language, now, everything=alles)


@router.post(HERE + "/{incident_id}", response_model=None)
def answer(
    request: Request,
    here: Here,
    session: DbSession,
    visitor: StaffVisitor,
    language: PageLanguage,
    now: Now,
    incident_id: UUID,
    form: OwnForm,
) -> Response:
    """Answer, call it solved, or plan the end of a pause."""
    words = field(form, "antwoord")

    def work() -> object:
        ends_on = as_day(field(form, "tot"))
        solved = field(form, "opgelost") == "ja"
        address = reached_at(request, here)
        return incidents.answer(session, visitor.actor, incident_id, words, solved, ends_on, here.municipality, address, now)

    def anew(faults: Mapping[str, str], status: int) -> HTMLResponse:
        typed = {"id": incident_id, "antwoord": words}
        return _page(request, here, session, visitor, language, now, faults=faults, typed=typed, status=status)

    return answered(session, work, f"{HERE}#m-{incident_id}", anew, language)


def _page(
    request: Request,
    here: Installation,
    session: Session,
    visitor: Visitor,
    language: Language,
    now: datetime,
    *,
    everything: bool = False,
    faults: Mapping[str, str] | None = None,
    typed: Mapping[str, Any] | None = None,
    status: int = 200,
) -> HTMLResponse:
    content = {
        "incidents": queries.queue(session, visitor.actor, INCIDENT_STATES if everything else TO_DO),
        "everything": everything,
        "may_end_pause": visitor.actor.districts_as(OVERSEERS) != (),
        "today": day_of(now),
        "kinds": KIND_WORDS,
        "states": STATE_WORDS,
        "faults": faults or {},
        "typed": typed or {},
    }
    return render(request, here, "reports_desk.html", language, content, status)
