"""``/beheer/meldingen``: what residents of one's districts told, the most urgent first, for staff to answer."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from geo_service.adoptions.states import PLANNERS
from geo_service.maintenance import incidents, queries
from geo_service.maintenance.schemas import INCIDENT_STATES, KIND_WORDS, STATE_WORDS
from geo_service.web.pages.forms import OwnForm, field
from geo_service.web.pages.keeping import as_day
from geo_service.web.pages.page import Faults, SignedInPage, StaffPage

router = APIRouter(include_in_schema=False)
HERE = "/beheer/meldingen"
TO_DO = ("open", "answered")


@router.get(HERE)
def reports(page: StaffPage, alles: bool = False) -> HTMLResponse:
    """The queue; ``?alles=1`` with what is solved."""
    return _page(page, everything=alles)


@router.post(HERE + "/{incident_id}")
def answer(page: StaffPage, incident_id: UUID, form: OwnForm) -> Response:
    """Answer, call it solved, or plan the end of a pause."""
    words = field(form, "antwoord")

    def work() -> object:
        ends_on = as_day(field(form, "tot"))
        solved = field(form, "opgelost") == "ja"
        return incidents.answer(page.session, page.actor, incident_id, words, solved, ends_on, page.sender)

    def anew(faults: Faults, status: int) -> HTMLResponse:
        typed = {"id": incident_id, "antwoord": words}
        return _page(page, faults=faults, typed=typed, status=status)

    return page.answer(work, f"{HERE}#m-{incident_id}", anew)


def _page(
    page: SignedInPage,
    *,
    everything: bool = False,
    faults: Faults | None = None,
    typed: Mapping[str, Any] | None = None,
    status: int = 200,
) -> HTMLResponse:
    content = {
        "incidents": queries.queue(page.session, page.actor, INCIDENT_STATES if everything else TO_DO),
        "everything": everything,
        "may_end_pause": page.actor.districts_as(PLANNERS) != (),
        "today": page.today,
        "kinds": KIND_WORDS,
        "states": STATE_WORDS,
        "faults": faults or {},
        "typed": typed or {},
    }
    return page.show("reports_desk.html", content, status)
