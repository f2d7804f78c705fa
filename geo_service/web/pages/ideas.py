"""``/idee``: put a wish for green on the map, before there is a plot."""

import json
import re
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from shapely import Point
from shapely.errors import ShapelyError
from shapely.geometry import mapping, shape
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from geo_service.adoptions.queries import oversees
from geo_service.errors import GeoServiceError
from geo_service.geometry import snap, to_lonlat, to_rd
from geo_service.initiatives import ideas
from geo_service.installation import Installation
from geo_service.people import sessions
from geo_service.registers.search.schemas import Spot
from geo_service.registers.search.service import search
from geo_service.web.dependencies import DbSession, Here, Now
from geo_service.web.links import reached_at
from geo_service.web.pages.atlas import atlas
from geo_service.web.pages.forms import OwnForm, field, see_other, told
from geo_service.web.pages.render import PageLanguage, render
from geo_service.web.pages.shared_group import count_mail, found, poster
from geo_service.web.pages.visitor import MaybeVisitor, SignedInVisitor, keep_signed_in
from geo_service.words import Language

router = APIRouter(include_in_schema=False)
FIELDS = ("naam", "verhaal", "email", "plaats", "straat", "spot")
CLOSE = 17.0


@router.get("/idee")
def new_idea(
    request: Request, here: Here, session: DbSession, language: PageLanguage, _visitor: MaybeVisitor, bij: str = "", gedaan: str = ""
) -> HTMLResponse:
    """A story, a place and an e-mail address."""
    values = dict.fromkeys(FIELDS, "")
    if re.fullmatch(r"-?\d+(\.\d+)?,-?\d+(\.\d+)?", bij):
        values["plaats"] = json.dumps(mapping(Point(*map(float, bij.split(",")))))
    return _form(request, here, session, language, values, done=gedaan)


@router.post("/idee")
def propose(
    request: Request, here: Here, session: DbSession, language: PageLanguage, visitor: MaybeVisitor, now: Now, form: OwnForm
) -> Response:
    """Keep the idea; who is not signed in confirms it by mail."""
    values = {name: field(form, name) for name in FIELDS}
    pin, spots = _place(session, here, form)
    try:
        if visitor is None:
            count_mail(request, values["email"])
        post = poster(request, here, session, language, now)
        idea = ideas.propose(session, values["naam"], values["verhaal"], pin, values["email"], visitor, post, now)
    except GeoServiceError as error:
        session.rollback()
        return _form(request, here, session, language, values, told(error, language), spots)
    return see_other(f"/initiatief/{idea.slug}?gedaan=idee" if visitor else "/idee?gedaan=mail")


@router.get("/idee/bevestig/{secret}")
def look(request: Request, here: Here, session: DbSession, language: PageLanguage, now: Now, secret: str) -> HTMLResponse:
    """What the mailed link is about."""
    name = ideas.look(session, secret, now).name
    return render(request, here, "confirm.html", language, {"what": "idea", "name": name})


@router.post("/idee/bevestig/{secret}")
def confirm(request: Request, here: Here, session: DbSession, now: Now, _sent: OwnForm, secret: str) -> Response:
    """The idea is public, and its maker is signed in."""
    person, idea = ideas.confirm(session, secret, now)
    response = see_other(f"/initiatief/{idea.slug}?gedaan=idee")
    keep_signed_in(response, sessions.begin(session, person, now), reached_at(request, here))
    return response


@router.post("/initiatief/{slug}/verbergen")
def hide(
    request: Request, here: Here, session: DbSession, language: PageLanguage, visitor: SignedInVisitor, now: Now, form: OwnForm, slug: str
) -> Response:
    """Staff take an idea off the map, with a reason."""
    idea = found(session, slug, visitor)
    may = visitor.is_staff and oversees(session, visitor.actor, idea.id)
    ideas.hide(session, visitor.actor, idea.id, field(form, "reden"), may, poster(request, here, session, language, now), now)
    return see_other(f"/initiatief/{slug}")


@router.post("/initiatief/{slug}/intrekken")
def withdraw(session: DbSession, visitor: SignedInVisitor, now: Now, _form: OwnForm, slug: str) -> Response:
    """The contact takes the idea off the map."""
    ideas.withdraw(session, visitor.actor, found(session, slug, visitor).id, now)
    return see_other(f"/initiatief/{slug}")


def _place(session: Session, here: Installation, form: FormData) -> tuple[Point | None, tuple[Spot, ...]]:
    """Where the idea is: the pin of the map, a place that was chosen from a list, or the only place that the words can mean."""
    pin, spot, words = field(form, "plaats"), field(form, "spot"), field(form, "straat")
    if re.fullmatch(r"\d{1,6}(\.\d{1,3})?,\d{1,6}(\.\d{1,3})?", spot):
        return Point(*map(float, spot.split(","))), ()
    if pin:
        return _pin(pin), ()
    if not words:
        return None, ()
    answer = search(session, words, here.municipality, here.settings.locatieserver_url)
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
    request: Request,
    here: Installation,
    session: Session,
    language: Language,
    values: dict[str, str],
    faults: dict[str, str] | None = None,
    spots: tuple[Spot, ...] = (),
    done: str = "",
) -> HTMLResponse:
    pin = _pin(values["plaats"])
    start: dict[str, Any] = {}
    if pin is not None:
        place = to_lonlat(pin)
        start = {"center": (place.x, place.y), "zoom": CLOSE, "shape": mapping(place)}
    options = atlas(session, here, language, mode="pin", layers=("plots", "ideas"), input="plaats", **start)
    content = {
        "map": options,
        "values": values,
        "faults": faults or {},
        "spots": spots,
        "done": done,
    }
    return render(request, here, "idea.html", language, content, 400 if faults else 200)
