"""Tasks of one's own plots: ``/mijn/plek/{code}/klus``, ``/mijn/klus/{id}`` and the calendar ``/mijn/agenda/{secret}.ics``."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from geo_service.adoptions.rights import known
from geo_service.days import day_of
from geo_service.errors import NotFound
from geo_service.maintenance import calendar, queries, seasons, service
from geo_service.maintenance.schemas import TaskAsked, TaskView
from geo_service.people.schemas import Visitor
from geo_service.web.dependencies import DbSession, Here, Now
from geo_service.web.links import reached_at
from geo_service.web.pages.forms import OwnForm, field, see_other
from geo_service.web.pages.keeping import answered, as_day, as_time, own_plot
from geo_service.web.pages.render import UNSEEN, PageLanguage, render
from geo_service.web.pages.visitor import SignedInVisitor

router = APIRouter(include_in_schema=False)
FIELDS = ("klus", "dag", "van", "tot", "toelichting", "herhaal")
YEARLY = "jaar"
ICS = "text/calendar; charset=utf-8"
Secret = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{20,100}$")]


@router.get("/mijn/plek/{code}/klus")
def new_task(
    request: Request, here: Here, session: DbSession, visitor: SignedInVisitor, language: PageLanguage, now: Now, code: str
) -> HTMLResponse:
    """A form for a new task."""
    plot = own_plot(session, visitor.actor, code, day_of(now))
    return render(request, here, "task.html", language, _content(plot.code, plot.now.plot_name, {}, {}, now))


@router.post("/mijn/plek/{code}/klus", response_model=None)
def add_task(
    request: Request, here: Here, session: DbSession, visitor: SignedInVisitor, language: PageLanguage, now: Now, code: str, form: OwnForm
) -> Response:
    """Plan a task."""
    plot = own_plot(session, visitor.actor, code, day_of(now))

    def anew(faults: Mapping[str, str], status: int) -> HTMLResponse:
        return render(request, here, "task.html", language, _content(code, plot.now.plot_name, _typed(form), faults, now), status)

    def work() -> object:
        return service.add_task(session, visitor.actor, plot.now.id, _asked(form), now)

    return answered(session, work, f"/mijn/plek/{code}?klaar=gepland", anew, language)


@router.get("/mijn/klus/{task_id}")
def task(
    request: Request, here: Here, session: DbSession, visitor: SignedInVisitor, language: PageLanguage, now: Now, task_id: UUID
) -> HTMLResponse:
    """Another day, other words, or away with it."""
    found = _own_task(session, visitor, task_id, now)
    repeat = YEARLY if found.yearly else str(found.every_weeks or "")
    values = {"klus": found.what, "dag": found.day.isoformat(), "toelichting": found.note or "", "herhaal": repeat}
    values |= {"van": f"{found.starts:%H:%M}" if found.starts else "", "tot": f"{found.ends:%H:%M}" if found.ends else ""}
    return render(request, here, "task.html", language, _content(found.plot_code, found.plot_name, values, {}, now, found))


@router.post("/mijn/klus/{task_id}", response_model=None)
def change_task(
    request: Request,
    here: Here,
    session: DbSession,
    visitor: SignedInVisitor,
    language: PageLanguage,
    now: Now,
    task_id: UUID,
    form: OwnForm,
) -> Response:
    """Write a task anew."""
    found = _own_task(session, visitor, task_id, now)

    def anew(faults: Mapping[str, str], status: int) -> HTMLResponse:
        content = _content(found.plot_code, found.plot_name, _typed(form), faults, now, found)
        return render(request, here, "task.html", language, content, status)

    def work() -> object:
        return service.change_task(session, visitor.actor, task_id, _asked(form), now)

    return answered(session, work, "/mijn?klaar=gepland", anew, language)


@router.post("/mijn/klus/{task_id}/gedaan")
def task_done(session: DbSession, visitor: SignedInVisitor, now: Now, task_id: UUID, form: OwnForm) -> Response:
    """Done, as the page showed it: who presses second hears that it was done."""
    seen = as_day(field(form, "dag"))
    if seen is None:
        raise NotFound
    first = service.task_done(session, visitor.actor, task_id, seen, now)
    return see_other(f"/mijn?klaar={'klus' if first else 'was-gedaan'}")


@router.post("/mijn/klus/{task_id}/weg")
def drop_task(session: DbSession, visitor: SignedInVisitor, now: Now, task_id: UUID, _form: OwnForm) -> Response:
    """Take a task away."""
    service.drop_task(session, visitor.actor, task_id, now)
    return see_other("/mijn?klaar=weg")


@router.get("/mijn/klus/{task_id}/klus.ics")
def one_event(
    request: Request, here: Here, session: DbSession, visitor: SignedInVisitor, language: PageLanguage, now: Now, task_id: UUID
) -> Response:
    """One task for one's calendar."""
    found = _own_task(session, visitor, task_id, now)
    headers = {**UNSEEN, "Content-Disposition": 'attachment; filename="klus.ics"'}
    return Response(calendar.document([found], reached_at(request, here), language), media_type=ICS, headers=headers)


@router.get("/mijn/agenda/{secret}.ics")
def agenda(request: Request, here: Here, session: DbSession, language: PageLanguage, now: Now, secret: Secret) -> Response:
    """The calendar of whoever has this address; it asks for no sign-in, as calendars cannot."""
    headers = UNSEEN
    return Response(calendar.feed(session, secret, reached_at(request, here), language, now), media_type=ICS, headers=headers)


@router.get("/mijn/agenda")
def about_agenda(request: Request, here: Here, _visitor: SignedInVisitor, language: PageLanguage) -> HTMLResponse:
    """What an address for one's calendar is."""
    return render(request, here, "agenda.html", language, {"address": None})


@router.post("/mijn/agenda")
def new_agenda(
    request: Request, here: Here, session: DbSession, visitor: SignedInVisitor, language: PageLanguage, now: Now, _form: OwnForm
) -> HTMLResponse:
    """A new address for one's calendar, shown this once; the old one stops working."""
    address = f"{reached_at(request, here)}/mijn/agenda/{calendar.new_address(session, visitor, now)}.ics"
    return render(request, here, "agenda.html", language, {"address": address})


def _own_task(session: Session, visitor: Visitor, task_id: UUID, now: Now) -> TaskView:
    found = queries.task(session, task_id)
    if found is None or found.state != "open":
        raise NotFound
    known(session, visitor.actor, found.adoption_id, day_of(now))
    service.member(session, visitor.actor, found.adoption_id, day_of(now))
    return found


def _asked(form: FormData) -> TaskAsked:
    repeat = field(form, "herhaal")
    return TaskAsked(
        what=field(form, "klus"),
        day=as_day(field(form, "dag")),
        starts=as_time(field(form, "van")),
        ends=as_time(field(form, "tot")),
        note=field(form, "toelichting") or None,
        every_weeks=int(repeat) if repeat.isdecimal() and len(repeat) < 4 else None,
        yearly=repeat == YEARLY,
    )


def _typed(form: FormData) -> dict[str, str]:
    return {name: field(form, name) for name in FIELDS}


def _content(
    code: str, name: str, values: Mapping[str, str], faults: Mapping[str, str], now: Now, task: TaskView | None = None
) -> dict[str, Any]:
    today = day_of(now)
    typed = {"dag": today.isoformat(), **dict.fromkeys(("klus", "van", "tot", "toelichting", "herhaal"), ""), **values}
    holding, _ = seasons.now_and_next(as_day(typed["dag"]) or today)
    return {
        "code": code,
        "name": name,
        "task": task,
        "values": typed,
        "faults": faults,
        "today": today,
        "seasons": holding,
    }
