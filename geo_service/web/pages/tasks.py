"""Tasks of one's own plots: ``/mijn/plek/{code}/klus``, ``/mijn/klus/{id}`` and the calendar ``/mijn/agenda/{secret}.ics``."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData

from geo_service.adoptions.rights import known
from geo_service.days import day_of
from geo_service.errors import NotFound
from geo_service.maintenance import calendar, queries, seasons, service
from geo_service.maintenance.schemas import TaskAsked, TaskView
from geo_service.web.dependencies import Now
from geo_service.web.pages.forms import OwnForm, field, see_other
from geo_service.web.pages.keeping import as_day, as_time, own_plot
from geo_service.web.pages.page import AnyPage, Faults, OwnPage, SignedInPage
from geo_service.web.pages.render import UNSEEN

router = APIRouter(include_in_schema=False)
FIELDS = ("klus", "dag", "van", "tot", "toelichting", "herhaal")
YEARLY = "jaar"
ICS = "text/calendar; charset=utf-8"
Secret = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{20,100}$")]


@router.get("/mijn/plek/{code}/klus")
def new_task(page: OwnPage, code: str) -> HTMLResponse:
    """A form for a new task."""
    plot = own_plot(page, code)
    return page.show("task.html", _content(plot.code, plot.now.plot_name, {}, {}, page.now))


@router.post("/mijn/plek/{code}/klus")
def add_task(page: OwnPage, code: str, form: OwnForm) -> Response:
    """Plan a task."""
    plot = own_plot(page, code)

    def anew(faults: Faults, status: int) -> HTMLResponse:
        return page.show("task.html", _content(code, plot.now.plot_name, _typed(form), faults, page.now), status)

    def work() -> object:
        return service.add_task(page.session, page.actor, plot.now.id, _asked(form), page.now)

    return page.answer(work, f"/mijn/plek/{code}?klaar=gepland", anew)


@router.get("/mijn/klus/{task_id}")
def task(page: OwnPage, task_id: UUID) -> HTMLResponse:
    """Another day, other words, or away with it."""
    found = _own_task(page, task_id)
    repeat = YEARLY if found.yearly else str(found.every_weeks or "")
    values = {"klus": found.what, "dag": found.day.isoformat(), "toelichting": found.note or "", "herhaal": repeat}
    values |= {"van": f"{found.starts:%H:%M}" if found.starts else "", "tot": f"{found.ends:%H:%M}" if found.ends else ""}
    return page.show("task.html", _content(found.plot_code, found.plot_name, values, {}, page.now, found))


@router.post("/mijn/klus/{task_id}")
def change_task(page: OwnPage, task_id: UUID, form: OwnForm) -> Response:
    """Write a task anew."""
    found = _own_task(page, task_id)

    def anew(faults: Faults, status: int) -> HTMLResponse:
        content = _content(found.plot_code, found.plot_name, _typed(form), faults, page.now, found)
        return page.show("task.html", content, status)

    def work() -> object:
        return service.change_task(page.session, page.actor, task_id, _asked(form), page.now)

    return page.answer(work, "/mijn?klaar=gepland", anew)


@router.post("/mijn/klus/{task_id}/gedaan")
def task_done(page: OwnPage, task_id: UUID, form: OwnForm) -> Response:
    """Done, as the page showed it: who presses second hears that it was done."""
    seen = as_day(field(form, "dag"))
    if seen is None:
        raise NotFound
    first = service.task_done(page.session, page.actor, task_id, seen, page.now)
    return see_other(f"/mijn?klaar={'klus' if first else 'was-gedaan'}")


@router.post("/mijn/klus/{task_id}/weg")
def drop_task(page: OwnPage, task_id: UUID, _form: OwnForm) -> Response:
    """Take a task away."""
    service.drop_task(page.session, page.actor, task_id, page.now)
    return see_other("/mijn?klaar=weg")


@router.get("/mijn/klus/{task_id}/klus.ics")
def one_event(page: OwnPage, task_id: UUID) -> Response:
    """One task for one's calendar."""
    found = _own_task(page, task_id)
    headers = {**UNSEEN, "Content-Disposition": 'attachment; filename="klus.ics"'}
    return Response(calendar.document([found], page.base_url, page.language), media_type=ICS, headers=headers)


@router.get("/mijn/agenda/{secret}.ics")
def agenda(page: AnyPage, secret: Secret) -> Response:
    """The calendar of whoever has this address; it asks for no sign-in, as calendars cannot."""
    headers = UNSEEN
    return Response(calendar.feed(page.session, secret, page.base_url, page.language, page.now), media_type=ICS, headers=headers)


@router.get("/mijn/agenda")
def about_agenda(page: OwnPage) -> HTMLResponse:
    """What an address for one's calendar is."""
    return page.show("agenda.html", {"address": None})


@router.post("/mijn/agenda")
def new_agenda(page: OwnPage, _form: OwnForm) -> HTMLResponse:
    """A new address for one's calendar, shown this once; the old one stops working."""
    address = f"{page.base_url}/mijn/agenda/{calendar.new_address(page.session, page.visitor, page.now)}.ics"
    return page.show("agenda.html", {"address": address})


def _own_task(page: SignedInPage, task_id: UUID) -> TaskView:
    found = queries.task(page.session, task_id)
    if found is None or found.state != "open":
        raise NotFound
    known(page.session, page.actor, found.adoption_id, page.today)
    service.member(page.session, page.actor, found.adoption_id, page.today)
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
