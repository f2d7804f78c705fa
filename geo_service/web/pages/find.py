"""``/``: places near somewhere, as a map and as a list of the same address; ``/zoek``: suggestions for the search."""

import re
from dataclasses import dataclass
from typing import Annotated, Any

import shapely
from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from geo_service.adoptions.places import service as places
from geo_service.adoptions.places.schemas import STATUSES, Nearby, Place
from geo_service.adoptions.together.queries import ideas_near
from geo_service.geometry import to_lonlat, to_rd
from geo_service.registers.kinds import KINDS
from geo_service.registers.search import queries as registers
from geo_service.registers.search.schemas import Found, Spot
from geo_service.registers.search.service import search as search_registers
from geo_service.web.pages.atlas import atlas
from geo_service.web.pages.maps import COVERAGE, maps_of
from geo_service.web.pages.page import AnyPage, Page
from geo_service.web.pages.telling import told_place
from geo_service.web.pages.wanted import LONGEST, MOST, PAGE, Search, read_search

router = APIRouter(include_in_schema=False)
PLOT_CODE = re.compile(r"pl[ -]?(\d{1,9})", re.IGNORECASE)
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
def find(page: AnyPage) -> HTMLResponse:
    """The map and the list of one search; without scripts the list is the page."""
    search = read_search(page.request)
    around = _around(page, search)
    found = None
    if around and not around.choices:
        found = places.nearby(page.session, around.x, around.y, search.wanted, page.municipality, page.now, search.shown)
    content = {
        **_paging(search, found),
        **_map(page, around, found),
        "search": search,
        "around": around,
        "choices": [(spot, search.address(words=spot.name, at=_lonlat(spot.x, spot.y))) for spot in (around.choices if around else ())],
        "found": found,
        "places": [told_place(place, page.language, page.now) for place in found.places] if found else [],
        "ideas": ideas_near(page.session, shapely.Point(around.x, around.y), found.radius_m, IDEAS) if around and found else [],
        "statuses": STATUSES,
        "kinds": {kind: KINDS[kind] for kind in KINDS_TO_CHOOSE},
    }
    answer = page.show("find.html", content)
    answer.headers["HX-Push-Url"] = search.address(shown=search.shown)
    return answer


@router.get("/zoek")
def suggestions(page: AnyPage, q: Annotated[str, Query(max_length=LONGEST)] = "") -> HTMLResponse:
    """What may be meant by the words so far: options of the search field, each with the address of its places."""
    found = _spots(page, q)
    options = [(spot, Search(spot.name, _lonlat(spot.x, spot.y)).address()) for spot in found.spots]
    return page.show("_suggestions.html", {"options": options, "complete": found.complete})


@router.get("/kaartje/plek/{code}")
def plot_card(page: AnyPage, code: str) -> HTMLResponse:
    """What the list says of a plot that was tapped on the map."""
    return _card(page, places.require_plot(page.session, code, page.now))


@router.get("/kaartje/groen/{object_id}")
def green_card(page: AnyPage, object_id: str) -> HTMLResponse:
    """What the list says of green that was tapped on the map."""
    return _card(page, places.require_green(page.session, object_id, page.now))


def _card(page: Page, place: Place) -> HTMLResponse:
    return page.show("_place.html", {"place": told_place(place, page.language, page.now, distance=False), "on": True})


def _around(page: Page, search: Search) -> Around | None:
    """Where the search starts; nowhere as long as no district is imported."""
    if search.at:
        point = to_rd(shapely.Point(search.at))
        return Around(point.x, point.y, search.words)
    found = _spots(page, search.words) if search.words else Found(())
    if found.certain:
        return Around(found.certain.x, found.certain.y, found.certain.name, complete=found.complete)
    start = registers.middle(page.session, maps_of(page.here)[COVERAGE].choropleth.start)
    if start is None and not found.spots:
        return None
    x, y = start or (found.spots[0].x, found.spots[0].y)
    return Around(x, y, "", found.spots, bool(search.words) and not found.spots, found.complete)


def _spots(page: Page, words: str) -> Found:
    if match := PLOT_CODE.fullmatch(words.strip()):
        place = places.find_plot(page.session, f"PL-{int(match[1]):04d}", page.now)
        if place is None:
            return Found(())
        point = to_rd(shapely.Point(place.lon, place.lat))
        return Found((Spot("plot", str(place.code), place.name or "", point.x, point.y, True),))
    return search_registers(page.session, words, page.municipality, page.here.settings.locatieserver_url)


def _lonlat(x: float, y: float) -> tuple[float, float]:
    point = to_lonlat(shapely.Point(x, y))
    return round(point.x, 6), round(point.y, 6)


def _paging(search: Search, found: Nearby | None) -> dict[str, Any]:
    more = found is not None and len(found.places) < min(found.count, MOST)
    return {"more": search.address(shown=search.shown + PAGE) if more else None}


def _map(page: Page, around: Around | None, found: Nearby | None) -> dict[str, Any]:
    """The map starts where the list does, with the first place of it lit."""
    center = _lonlat(around.x, around.y) if around else None
    kind, _, place_id = found.places[0].key.partition("/") if found and found.places else ("", "", "")
    selected = {"kind": kind, "id": place_id} if kind else None
    return {"center": center, "map": atlas(page, center=center, zoom=ZOOM, selected=selected)}
