"""``/``: places near somewhere, as a map and as a list of the same address; ``/zoek``: suggestions for the search."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import shapely
from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from geo_service.adoptions.places import service as places
from geo_service.adoptions.places.schemas import STATUSES, Nearby, Place
from geo_service.adoptions.together.queries import ideas_near
from geo_service.geometry import to_lonlat, to_rd
from geo_service.installation import Installation
from geo_service.registers.kinds import KINDS
from geo_service.registers.search import queries as registers
from geo_service.registers.search.schemas import Found, Spot
from geo_service.registers.search.service import search as search_registers
from geo_service.web.dependencies import DbSession, Here, Now
from geo_service.web.pages.atlas import atlas
from geo_service.web.pages.maps import maps_of
from geo_service.web.pages.render import PageLanguage, render
from geo_service.web.pages.telling import told_place
from geo_service.web.pages.wanted import LONGEST, MOST, PAGE, Search, read_search
from geo_service.words import Language

router = APIRouter(include_in_schema=False)
PLOT_CODE = re.compile(r"pl[ -]?(\d{1,9})", re.IGNORECASE)
START_MAP = "dekking"
ZOOM = 16.8
IDEAS = 3
KINDS_TO_CHOOSE = tuple(kind for kind in KINDS if kind not in ("akker", "groen"))


@dataclass(frozen=True)
class Around:
    """Where the list starts from: a point in RD, what it is called, and the choices where words meant more than one place."""

    x: float
    y: float
    name: str = ""
    choices: tuple[Spot, ...] = ()
    unknown: bool = False
    complete: bool = True


@router.get("/")
def find(request: Request, here: Here, session: DbSession, language: PageLanguage, now: Now) -> HTMLResponse:
    """The map and the list of one search; without scripts the list is the page."""
    search = read_search(request)
    around = _around(session, here, search, now)
    found = None
    if around and not around.choices:
        found = places.nearby(session, around.x, around.y, search.wanted, here.municipality, now, search.shown)
    content = {
        **_paging(search, found),
        **_map(session, here, language, around, found),
        "search": search,
        "around": around,
        "choices": [(spot, search.address(words=spot.name, at=_lonlat(spot.x, spot.y))) for spot in (around.choices if around else ())],
        "found": found,
        "places": [told_place(place, language, now) for place in found.places] if found else [],
        "ideas": ideas_near(session, shapely.Point(around.x, around.y), found.radius_m, IDEAS) if around and found else [],
        "statuses": STATUSES,
        "kinds": {kind: KINDS[kind] for kind in KINDS_TO_CHOOSE},
    }
    answer = render(request, here, "find.html", language, content)
    answer.headers["HX-Push-Url"] = search.address(shown=search.shown)
    return answer


@router.get("/zoek")
def suggestions(
    request: Request,
    here: Here,
    session: DbSession,
    language: PageLanguage,
    now: Now,
    q: Annotated[str, Query(max_length=LONGEST)] = "",
) -> HTMLResponse:
    """What may be meant by the words so far: options of the search field, each with the address of its places."""
    found = _spots(session, here, q, now)
    options = [(spot, Search(spot.name, _lonlat(spot.x, spot.y)).address()) for spot in found.spots]
    return render(request, here, "_suggestions.html", language, {"options": options, "complete": found.complete})


@router.get("/kaartje/plek/{code}")
def plot_card(request: Request, here: Here, session: DbSession, language: PageLanguage, now: Now, code: str) -> HTMLResponse:
    """What the list says of a plot that was tapped on the map."""
    return _card(request, here, language, places.require_plot(session, code, now), now)


@router.get("/kaartje/groen/{object_id}")
def green_card(request: Request, here: Here, session: DbSession, language: PageLanguage, now: Now, object_id: str) -> HTMLResponse:
    """What the list says of green that was tapped on the map."""
    return _card(request, here, language, places.require_green(session, object_id, now), now)


def _card(request: Request, here: Installation, language: Language, place: Place, now: datetime) -> HTMLResponse:
    return render(request, here, "_place.html", language, {"place": told_place(place, language, now, distance=False), "on": True})


def _around(session: Session, here: Installation, search: Search, now: datetime) -> Around | None:
    """Where the search starts; nowhere as long as no district is imported."""
    if search.at:
        point = to_rd(shapely.Point(search.at))
        return Around(point.x, point.y, search.words)
    found = _spots(session, here, search.words, now) if search.words else Found(())
    if found.certain:
        return Around(found.certain.x, found.certain.y, found.certain.name, complete=found.complete)
    start = registers.middle(session, maps_of(here)[START_MAP].choropleth.start)
    if start is None and not found.spots:
        return None
    x, y = start or (found.spots[0].x, found.spots[0].y)
    return Around(x, y, "", found.spots, bool(search.words) and not found.spots, found.complete)


def _spots(session: Session, here: Installation, words: str, now: datetime) -> Found:
    if match := PLOT_CODE.fullmatch(words.strip()):
        place = places.find_plot(session, f"PL-{int(match[1]):04d}", now)
        if place is None:
            return Found(())
        point = to_rd(shapely.Point(place.lon, place.lat))
        return Found((Spot("plot", str(place.code), place.name or "", point.x, point.y, True),))
    return search_registers(session, words, here.municipality, here.settings.locatieserver_url)


def _lonlat(x: float, y: float) -> tuple[float, float]:
    point = to_lonlat(shapely.Point(x, y))
    return round(point.x, 6), round(point.y, 6)


def _paging(search: Search, found: Nearby | None) -> dict[str, Any]:
    more = found is not None and len(found.places) < min(found.count, MOST)
    return {"more": search.address(shown=search.shown + PAGE) if more else None}


def _map(session: Session, here: Installation, language: Language, around: Around | None, found: Nearby | None) -> dict[str, Any]:
    """The map starts where the list does, with the first place of it lit."""
    center = _lonlat(around.x, around.y) if around else None
    kind, _, place_id = found.places[0].key.partition("/") if found and found.places else ("", "", "")
    selected = {"kind": kind, "id": place_id} if kind else None
    return {"center": center, "map": atlas(session, here, language, center=center, zoom=ZOOM, selected=selected)}
