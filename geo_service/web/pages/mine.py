"""``/mijn`` and ``/mijn/plek/{code}``: what somebody looks after or asked for, what comes next, and what happened."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.orm import Session

from geo_service.adoptions import service as adoptions
from geo_service.adoptions.states import RESIDENT, find, targets
from geo_service.adoptions.waiting import BALL, still_to_come
from geo_service.days import day_of
from geo_service.errors import N_, InvalidInput, NotFound, fault
from geo_service.installation import Installation
from geo_service.maintenance import incidents, queries, seasons
from geo_service.maintenance.schemas import MEASURES
from geo_service.maintenance.story import ROLES, in_hours, story
from geo_service.maintenance.working_days import after
from geo_service.people.schemas import Visitor
from geo_service.web.dependencies import DbSession, Here, Now
from geo_service.web.pages.forms import OwnForm, field
from geo_service.web.pages.keeping import OwnPlot, answered, as_day, open_tasks, own_plot, own_plots, pauses_to_come
from geo_service.web.pages.render import PageLanguage, render
from geo_service.web.pages.visitor import SignedInVisitor
from geo_service.words import Language, say

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
def my_plots(
    request: Request, here: Here, session: DbSession, visitor: SignedInVisitor, language: PageLanguage, now: Now, klaar: str = ""
) -> HTMLResponse:
    """Everything of one person, the next task first."""
    plots = own_plots(session, visitor.actor, day_of(now))
    told = [one for plot in plots for one in story(session, visitor.actor, plot.chain, now)]
    content = {
        **page(session, here, plots, now),
        "story": sorted(told, key=lambda one: one.at, reverse=True)[:RECENT],
        "message": MESSAGES.get(klaar),
    }
    return render(request, here, "mine.html", language, content)


@router.get("/mijn/plek/{code}")
def my_plot(
    request: Request, here: Here, session: DbSession, visitor: SignedInVisitor, language: PageLanguage, now: Now, code: str, klaar: str = ""
) -> HTMLResponse:
    """One plot of one's own."""
    return one_plot(request, here, session, visitor, language, now, code, message=MESSAGES.get(klaar))


def one_plot(
    request: Request,
    here: Installation,
    session: Session,
    visitor: Visitor,
    language: Language,
    now: datetime,
    code: str,
    *,
    message: str | None = None,
    faults: Mapping[str, str] | None = None,
    values: Mapping[str, Any] | None = None,
    status: int = 200,
) -> HTMLResponse:
    """The page of one plot, also with what was wrong with a form on it."""
    today = day_of(now)
    plot = own_plot(session, visitor.actor, code, today)
    content = {
        **page(session, here, [plot], now),
        "plot": plot,
        "story": story(session, visitor.actor, plot.chain, now),
        "to_come": still_to_come(plot.now.state),
        "incidents": queries.incidents_of(session, [view.id for view in plot.chain]),
        "pauses": pauses_to_come(session, visitor.actor, plot, today),
        "steps": [(target, *STEPS[target]) for target in targets(plot.now.state, (RESIDENT,)) if target in STEPS],
        "message": message,
        "faults": faults or {},
        "values": values or {},
    }
    return render(request, here, "my_plot.html", language, content, status)


def page(session: Session, here: Installation, plots: list[OwnPlot], now: datetime) -> dict[str, Any]:
    """What both pages show of some plots."""
    today = day_of(now)
    tasks = open_tasks(session, plots)
    holding, coming = seasons.now_and_next(today)
    kept = next((plot for plot in plots if plot.kept), None)
    ids = [view.id for plot in plots for view in plot.chain]
    half_hours = queries.half_hours_since(session, ids, date(today.year, 1, 1))
    return {
        "plots": plots,
        "kept": kept,
        "tasks": tasks,
        "today": today,
        "hours": in_hours(half_hours),
        "contact": queries.contact_of(session, (kept or plots[0]).now.id) if plots else None,
        "seasons": holding,
        "coming": coming,
        "answer_by": after(today, int(here.municipality.help.answer_working_days.value)),
        "measures": MEASURES,
        "roles": ROLES,
        "ball": BALL,
        "values": {},
        "faults": {},
    }


@router.post("/mijn/plek/{code}/stap", response_model=None)
def take_step(
    request: Request, here: Here, session: DbSession, visitor: SignedInVisitor, language: PageLanguage, now: Now, code: str, form: OwnForm
) -> Response:
    """Withdraw a request, give notice, or stop, with a reason where one must be given."""
    plot, target, reason = own_plot(session, visitor.actor, code, day_of(now)), field(form, "naar"), field(form, "reden")

    def work() -> object:
        step = find(plot.now.state, target)
        if target not in STEPS:
            raise NotFound
        if step is not None and step.reason and not reason:
            raise InvalidInput(details={"errors": [fault(f"reden-{target}", N_("Tell in a few words why. It helps us."))]})
        told = reason or say(N_("Withdrawn by the residents."), language)
        return adoptions.change_state(session, visitor.actor, plot.now.id, target, told, here.municipality, language, now)

    def anew(faults: Mapping[str, str], status: int) -> HTMLResponse:
        return one_plot(request, here, session, visitor, language, now, code, faults=faults, values={"reden": reason}, status=status)

    return answered(session, work, f"/mijn/plek/{code}?klaar=stap", anew, language)


@router.post("/mijn/plek/{code}/pauze/{pause_id}", response_model=None)
def go_on(
    request: Request,
    here: Here,
    session: DbSession,
    visitor: SignedInVisitor,
    language: PageLanguage,
    now: Now,
    code: str,
    pause_id: UUID,
    form: OwnForm,
) -> Response:
    """Take it up again, today or on another day."""
    plot = own_plot(session, visitor.actor, code, day_of(now))
    ends_on = as_day(field(form, "tot")) or day_of(now)

    def anew(faults: Mapping[str, str], status: int) -> HTMLResponse:
        return one_plot(request, here, session, visitor, language, now, code, faults=faults, status=status)

    def work() -> None:
        incidents.go_on(session, visitor.actor, plot.now.id, pause_id, ends_on, now)

    return answered(session, work, f"/mijn/plek/{code}?klaar=verder", anew, language)
