"""``/mijn`` and ``/mijn/plek/{code}``: what somebody looks after or asked for, what comes next, and what happened."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from geo_service.adoptions import service as adoptions
from geo_service.adoptions.states import RESIDENT, find, targets
from geo_service.adoptions.waiting import BALL, still_to_come
from geo_service.errors import N_, InvalidInput, NotFound, fault
from geo_service.maintenance import incidents, queries, seasons
from geo_service.maintenance.schemas import MEASURES
from geo_service.maintenance.story import ROLES, in_hours, story
from geo_service.maintenance.working_days import after
from geo_service.web.pages.forms import OwnForm, field
from geo_service.web.pages.keeping import OwnPlot, as_day, open_tasks, own_plot, own_plots, pauses_to_come
from geo_service.web.pages.page import Faults, OwnPage, Page, SignedInPage
from geo_service.words import say

router = APIRouter(include_in_schema=False)
RECENT = 6
MESSAGES = {
    "klus": N_("Well done. The task is off your list."),
    "was-gedaan": N_("Somebody of you did this before. The task is off your list."),
    "gepland": N_("Your task is planned."),
    "weg": N_("The task is gone."),
    "werk": N_("Your work is kept. Thank you."),
    "gemaaid": N_("Thank you. We find out what happened and let you know."),
    "vraag": N_("Your question is sent. You get a mail when there is an answer."),
    "hulp": N_("We know. Somebody of the municipality contacts you."),
    "overgenomen": N_("From today we look after it for you. Take your time."),
    "teruggegeven": N_("You gave it back. Thank you for what you did."),
    "verder": N_("Good to have you back. The pause ends on the day that you chose."),
    "stap": N_("Done. Below you see what follows."),
}
"""What is told after a form was done, by the key in the address."""
STEPS = {
    "withdrawn": (N_("Withdraw the request"), N_("The plot is free again. You may always ask anew.")),
    "notice_given": (N_("Give notice"), N_("You stop after a while. Until then you look after it.")),
    "ended": (N_("Stop now"), N_("From today the municipality looks after the plot.")),
}
"""What residents may do with the agreement itself, and what it means."""


@router.get("/mijn")
def my_plots(page: OwnPage, klaar: str = "") -> HTMLResponse:
    """Everything of one person, the next task first."""
    plots = own_plots(page)
    told = [one for plot in plots for one in story(page.session, page.actor, plot.chain, page.now)]
    content = {
        **_shown(page, plots),
        "story": sorted(told, key=lambda one: one.at, reverse=True)[:RECENT],
        "message": MESSAGES.get(klaar),
    }
    return page.show("mine.html", content)


@router.get("/mijn/plek/{code}")
def my_plot(page: OwnPage, code: str, klaar: str = "") -> HTMLResponse:
    """One plot of one's own."""
    return one_plot(page, code, message=MESSAGES.get(klaar))


def one_plot(
    page: SignedInPage,
    code: str,
    *,
    message: str | None = None,
    faults: Faults | None = None,
    values: Mapping[str, Any] | None = None,
    status: int = 200,
) -> HTMLResponse:
    """The page of one plot, also with what was wrong with a form on it."""
    plot = own_plot(page, code)
    content = {
        **_shown(page, [plot]),
        "plot": plot,
        "story": story(page.session, page.actor, plot.chain, page.now),
        "to_come": still_to_come(plot.now.state),
        "incidents": queries.incidents_of(page.session, [view.id for view in plot.chain]),
        "pauses": pauses_to_come(page, plot),
        "steps": [(target, *STEPS[target]) for target in targets(plot.now.state, (RESIDENT,)) if target in STEPS],
        "message": message,
        "faults": faults or {},
        "values": values or {},
    }
    return page.show("my_plot.html", content, status)


def _shown(page: Page, plots: list[OwnPlot]) -> dict[str, Any]:
    """What both pages show of some plots."""
    today = page.today
    tasks = open_tasks(page, plots)
    holding, coming = seasons.now_and_next(today)
    kept = next((plot for plot in plots if plot.kept), None)
    ids = [view.id for plot in plots for view in plot.chain]
    half_hours = queries.half_hours_since(page.session, ids, date(today.year, 1, 1))
    return {
        "plots": plots,
        "kept": kept,
        "tasks": tasks,
        "today": today,
        "hours": in_hours(half_hours),
        "contact": queries.contact_of(page.session, (kept or plots[0]).now.id) if plots else None,
        "seasons": holding,
        "coming": coming,
        "answer_by": after(today, int(page.municipality.help.answer_working_days.value)),
        "measures": MEASURES,
        "roles": ROLES,
        "ball": BALL,
        "values": {},
        "faults": {},
    }


@router.post("/mijn/plek/{code}/stap")
def take_step(page: OwnPage, code: str, form: OwnForm) -> Response:
    """Withdraw a request, give notice, or stop, with a reason where one must be given."""
    plot, target, reason = own_plot(page, code), field(form, "naar"), field(form, "reden")

    def work() -> object:
        step = find(plot.now.state, target)
        if target not in STEPS:
            raise NotFound
        if step is not None and step.reason and not reason:
            raise InvalidInput(details={"errors": [fault(f"reden-{target}", N_("Tell in a few words why. It helps us."))]})
        told = reason or say(N_("Withdrawn by the residents."), page.language)
        return adoptions.change_state(page.session, page.actor, plot.now.id, target, told, page.municipality, page.language, page.now)

    def anew(faults: Faults, status: int) -> HTMLResponse:
        return one_plot(page, code, faults=faults, values={"reden": reason}, status=status)

    return page.answer(work, f"/mijn/plek/{code}?klaar=stap", anew)


@router.post("/mijn/plek/{code}/pauze/{pause_id}")
def go_on(page: OwnPage, code: str, pause_id: UUID, form: OwnForm) -> Response:
    """Take it up again, today or on another day."""
    plot = own_plot(page, code)
    ends_on = as_day(field(form, "tot")) or page.today

    def anew(faults: Faults, status: int) -> HTMLResponse:
        return one_plot(page, code, faults=faults, status=status)

    def work() -> None:
        incidents.go_on(page.session, page.actor, plot.now.id, pause_id, ends_on, page.now)

    return page.answer(work, f"/mijn/plek/{code}?klaar=verder", anew)
