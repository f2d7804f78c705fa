"""``/idee``: put a wish for green on the map, before there is a plot."""

import json
import re
from typing import Any

import orjson
from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse
from shapely import Point
from shapely.errors import ShapelyError
from shapely.geometry import mapping, shape
from starlette.datastructures import FormData

from geo_service.adoptions.queries import oversees
from geo_service.errors import GeoServiceError
from geo_service.geometry import snap, to_lonlat, to_rd
from geo_service.initiatives import ideas
from geo_service.registers.search.schemas import Spot
from geo_service.registers.search.service import search
from geo_service.web.pages.atlas import atlas
from geo_service.web.pages.forms import OwnForm, field, see_other
from geo_service.web.pages.page import AnyPage, OwnPage, Page
from geo_service.web.pages.shared_group import count_mail, found, poster
from geo_service.web.pages.visitor import MaybeVisitor

router = APIRouter(include_in_schema=False)
FIELDS = ("naam", "verhaal", "email", "plaats", "straat", "spot")
CLOSE = 17.0


@router.get("/idee")
def new_idea(page: AnyPage, _visitor: MaybeVisitor, bij: str = "", gedaan: str = "") -> HTMLResponse:
    """A story, a place and an e-mail address."""
    values = dict.fromkeys(FIELDS, "")
    if re.fullmatch(r"-?\d+(\.\d+)?,-?\d+(\.\d+)?", bij):
        values["plaats"] = json.dumps(mapping(Point(*map(float, bij.split(",")))))
    return _form(page, values, done=gedaan)


@router.post("/idee")
def propose(page: AnyPage, form: OwnForm) -> Response:
    """Keep the idea; who is not signed in confirms it by mail."""
    values = {name: field(form, name) for name in FIELDS}
    pin, spots = _place(page, form)
    try:
        if page.visitor is None:
            count_mail(page, values["email"])
        post = poster(page)
        idea = ideas.propose(page.session, values["naam"], values["verhaal"], pin, values["email"], page.visitor, post, page.now)
    except GeoServiceError as error:
        page.session.rollback()
        return _form(page, values, page.told(error), spots)
    return see_other(f"/initiatief/{idea.slug}?gedaan=idee" if page.visitor else "/idee?gedaan=mail")


@router.get("/idee/bevestig/{secret}")
def look(page: AnyPage, secret: str) -> HTMLResponse:
    """What the mailed link is about."""
    name = ideas.look(page.session, secret, page.now).name
    return page.show("confirm.html", {"what": "idea", "name": name})


@router.post("/idee/bevestig/{secret}")
def confirm(page: AnyPage, _sent: OwnForm, secret: str) -> Response:
    """The idea is public, and its maker is signed in."""
    person, idea = ideas.confirm(page.session, secret, page.now)
    return page.sign_in(person, see_other(f"/initiatief/{idea.slug}?gedaan=idee"))


@router.post("/initiatief/{slug}/verbergen")
def hide(page: OwnPage, form: OwnForm, slug: str) -> Response:
    """Staff take an idea off the map, with a reason."""
    idea = found(page, slug)
    may = page.visitor.is_staff and oversees(page.session, page.actor, idea.id)
    ideas.hide(page.session, page.actor, idea.id, field(form, "reden"), may, poster(page), page.now)
    return see_other(f"/initiatief/{slug}")


@router.post("/initiatief/{slug}/intrekken")
def withdraw(page: OwnPage, _form: OwnForm, slug: str) -> Response:
    """The contact takes the idea off the map."""
    ideas.withdraw(page.session, page.actor, found(page, slug).id, page.now)
    return see_other(f"/initiatief/{slug}")


def _place(page: Page, form: FormData) -> tuple[Point | None, tuple[Spot, ...]]:
    """Where the idea is: the pin of the map, a place that was chosen from a list, or the only place that the words can mean."""
    pin, spot, words = field(form, "plaats"), field(form, "spot"), field(form, "straat")
    if re.fullmatch(r"\d{1,6}(\.\d{1,3})?,\d{1,6}(\.\d{1,3})?", spot):
        return Point(*map(float, spot.split(","))), ()
    if pin:
        return _pin(pin), ()
    if not words:
        return None, ()
    answer = search(page.session, words, page.municipality, page.here.settings.locatieserver_url)
    if answer.certain:
        return Point(answer.certain.x, answer.certain.y), ()
    return None, answer.spots


def _pin(text: str) -> Point | None:
    try:
        read = shape(orjson.loads(text))  # refuses what is nested without end
        usable = read.geom_type == "Point" and abs(read.x) <= 180 and abs(read.y) <= 90
        return snap(to_rd(read)) if usable else None
    except (ValueError, TypeError, KeyError, AttributeError, ShapelyError):
        return None


def _form(
    page: Page, values: dict[str, str], faults: dict[str, str] | None = None, spots: tuple[Spot, ...] = (), done: str = ""
) -> HTMLResponse:
    pin = _pin(values["plaats"])
    start: dict[str, Any] = {}
    if pin is not None:
        place = to_lonlat(pin)
        start = {"center": (place.x, place.y), "zoom": CLOSE, "shape": mapping(place)}
    options = atlas(page, mode="pin", layers=("plots", "ideas"), input="plaats", **start)
    content = {
        "map": options,
        "values": values,
        "faults": faults or {},
        "spots": spots,
        "done": done,
    }
    return page.show("idea.html", content, 400 if faults else 200)
