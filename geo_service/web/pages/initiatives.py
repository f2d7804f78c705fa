"""``/initiatieven`` and ``/initiatief/{slug}``: who looks after green, and how one joins."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from fastapi.responses import HTMLResponse
from shapely import Point
from sqlalchemy.orm import Session

from geo_service.adoptions.support.queries import progress, requests_of
from geo_service.adoptions.together import queries as together
from geo_service.adoptions.together.schemas import PublicPlot, Wanted
from geo_service.db.base import as_shape
from geo_service.errors import GeoServiceError, NotFound
from geo_service.geometry import multipolygon, to_rd
from geo_service.initiatives import members, queries
from geo_service.initiatives.models import Initiative
from geo_service.initiatives.roles import may
from geo_service.initiatives.schemas import band
from geo_service.maintenance.queries import half_hours_since, tasks_of, work_of
from geo_service.maintenance.schemas import MEASURES
from geo_service.papers.picture import picture
from geo_service.registers.queries import current_districts
from geo_service.web.pages.forms import OwnForm, field, see_other
from geo_service.web.pages.page import AnyPage, Page
from geo_service.web.pages.shared_group import HELP, KIND_WORDS, count_mail, found, poster
from geo_service.web.pages.visitor import MaybeVisitor
from geo_service.words import say_month

router = APIRouter(include_in_schema=False)
PAGE = 20
PIN_M, PIN_MARGIN_M = 4, 60
MOMENTS, MONTHS = 3, 6
SVG_POLICY = "default-src 'none'; frame-ancestors 'self'"


@router.get("/initiatieven")
def initiatives(
    page: AnyPage,
    _visitor: MaybeVisitor,
    q: Annotated[str, Query(max_length=100)] = "",
    wijk: Annotated[str, Query(max_length=20)] = "",
    soort: Annotated[str, Query(pattern="^(ideeen|initiatieven)?$")] = "",
    bij: Annotated[str, Query(pattern=r"^(-?\d+(\.\d+)?,-?\d+(\.\d+)?)?$")] = "",
    pagina: Annotated[int, Query(ge=1, le=1000)] = 1,
) -> HTMLResponse:
    """All initiatives and ideas, by words, wijk and kind; nearest to a place, or newest first."""
    near = to_rd(Point(*map(float, bij.split(",")))) if bij else None
    rows = together.listed(page.session, Wanted(q.strip(), wijk, soort, near, PAGE + 1, (pagina - 1) * PAGE))
    content = {
        "rows": rows[:PAGE],
        "more": page.request.url.include_query_params(pagina=pagina + 1).query if len(rows) > PAGE else None,
        "asked": {"q": q, "wijk": wijk, "soort": soort, "bij": bij},
        "wijken": [(row.code, row.name) for row in current_districts(page.session, "wijk")],
    }
    return page.show("initiatives.html", content)


@router.get("/initiatief/{slug}")
def initiative(page: AnyPage, slug: str, gedaan: str = "") -> HTMLResponse:
    """The page of one initiative."""
    return _page(page, found(page, slug), done=gedaan)


@router.post("/initiatief/{slug}/meedoen")
def join(page: AnyPage, form: OwnForm, slug: str) -> Response:
    """Join in one step: with an e-mail address, or with one tap for who is signed in."""
    initiative = found(page, slug)
    effort, email, post = field(form, "inzet"), field(form, "email"), poster(page)
    try:
        if page.visitor:
            members.join(page.session, page.visitor.actor, initiative.id, effort, post, page.now)
            return see_other(f"/initiatief/{slug}?gedaan=aangemeld")
        count_mail(page, email)
        members.ask_to_join(page.session, initiative.id, email, effort, post, page.now)
    except GeoServiceError as error:
        page.session.rollback()
        faults = page.told(error)
        values = {"inzet": effort, "email": email}
        return _page(page, found(page, slug), faults, values)
    return see_other(f"/initiatief/{slug}?gedaan=mail")


@router.get("/meedoen/{secret}")
def look_at_joining(page: AnyPage, secret: str) -> HTMLResponse:
    """What the mailed link is about; a button uses it, so that a program that opens links in mails does not."""
    name = members.look_at_joining(page.session, secret, page.now).name
    return page.show("confirm.html", {"what": "join", "name": name})


@router.post("/meedoen/{secret}")
def confirm_joining(page: AnyPage, _form: OwnForm, secret: str) -> Response:
    """The link is used: signed up, and signed in."""
    person, initiative = members.confirm_joining(page.session, secret, poster(page), page.now)
    return page.sign_in(person, see_other(f"/initiatief/{initiative.slug}?gedaan=aangemeld"))


@router.get("/initiatief/{slug}/kaart.svg")
def pin_picture(page: AnyPage, slug: str) -> Response:
    """A picture of the ground around the pin of an idea."""
    initiative = found(page, slug)
    if initiative.pin is None:
        raise NotFound
    around = multipolygon(as_shape(initiative.pin).buffer(PIN_M))
    drawn = picture(page.session, around, width=800, height=360, margin_m=PIN_MARGIN_M, content=page.here.content, language=page.language)
    headers = {"Cache-Control": "no-cache", "Content-Security-Policy": SVG_POLICY}
    return Response(drawn, media_type="image/svg+xml", headers=headers)


def _page(
    page: Page, initiative: Initiative, faults: dict[str, str] | None = None, values: dict[str, str] | None = None, done: str = ""
) -> HTMLResponse:
    today = page.today
    plots = together.plots_of(page.session, initiative.id, today)
    people = len(queries.members_of(page.session, initiative.id))
    person_id = page.person_id
    member = bool(person_id and queries.is_member(page.session, initiative.id, person_id))
    content = {
        "initiative": initiative,
        "kind": KIND_WORDS[initiative.kind],
        "plots": plots,
        "members": band(people),
        "public": {"area_m2": sum(plot.area_m2 for plot in plots if plot.status == "geadopteerd")},
        "member": member,
        "may_edit": bool(person_id and may(page.session, initiative.id, person_id, "edit")),
        "waiting": len(queries.joiners(page.session, initiative.id))
        if person_id and may(page.session, initiative.id, person_id, "accept")
        else 0,
        "asked_to_join": bool(person_id and queries.asked_to_join(page.session, initiative.id, person_id)),
        "support": [
            (plot, progress(page.session, plot.adoption_id, page.municipality)) for plot in _asking(page.session, initiative, plots)
        ],
        "photos": queries.photos_of(page.session, initiative.id),
        "help": HELP,
        "faults": faults or {},
        "values": values or {"inzet": "now_and_then", "email": ""},
        "done": done,
        "year": today.year,
        **_activity(page, plots, people, today),
    }
    return page.show("initiative.html", content, 400 if faults else 200)


def _asking(session: Session, initiative: Initiative, plots: list[PublicPlot]) -> list[PublicPlot]:
    asking = set(requests_of(session, initiative.id))
    return [plot for plot in plots if plot.adoption_id in asking]


def _activity(page: Page, plots: list[PublicPlot], people: int, today: date) -> dict[str, Any]:
    """Moments and work; of one household nothing: it would tell when somebody is at home, or not."""
    kept = [plot.adoption_id for plot in plots if plot.status == "geadopteerd"]
    if people < 2 or not kept:
        return {"moments": [], "hours": None, "did": []}
    moments = [task for task in tasks_of(page.session, kept, "open") if task.day >= today]
    months: dict[date, tuple[set[str], int]] = {}
    for work in work_of(page.session, kept):
        measures, half_hours = months.get(work.day.replace(day=1), (set(), 0))
        months[work.day.replace(day=1)] = (measures | set(work.measures), half_hours + work.half_hours)
    did = [
        (say_month(month, page.language), [MEASURES[each] for each in sorted(told) if each in MEASURES], half / 2)
        for month, (told, half) in months.items()
    ]
    return {"moments": moments[:MOMENTS], "hours": half_hours_since(page.session, kept, date(today.year, 1, 1)) / 2, "did": did[:MONTHS]}
