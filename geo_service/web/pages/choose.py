"""``/kies``: choose the ground, on the map or from lists, with the decision at once.

An address holds what was chosen (``?groen=…&groen=…``) or the sketch of what was drawn (``?schets=…``), so that it can be kept and shared.
"""

from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, RedirectResponse
from shapely import Point
from starlette.datastructures import FormData

from geo_service.adoptions.decision import decide, green_objects
from geo_service.errors import GeoServiceError, InvalidGeometry, TooManyRequests
from geo_service.geometry import to_lonlat, to_rd
from geo_service.plots import sketches
from geo_service.plots.answer import geojson
from geo_service.plots.geojson import MOST_OBJECTS, Asked, parse, read_geometry, read_ids
from geo_service.registers.queries import green_beside, green_described, green_near
from geo_service.web.pages.atlas import CLOSE, Shown, atlas
from geo_service.web.pages.forms import OwnForm, field, fields, see_other
from geo_service.web.pages.page import AnyPage, Page
from geo_service.web.pages.verdicts import fault_view, view_of

router = APIRouter(include_in_schema=False)
MOST_LISTED = 12
LAYERS: tuple[Shown, ...] = ("districts", "free", "plots")
Place = tuple[float, float]
Ids = Annotated[list[str] | None, Query(alias="groen", max_length=MOST_OBJECTS)]


@router.get("/kies")
def choose_page(
    page: AnyPage,
    ids: Ids = None,
    sketch: Annotated[UUID | None, Query(alias="schets")] = None,
    place: Annotated[str, Query(alias="bij", pattern=r"^(-?\d+(\.\d+)?,-?\d+(\.\d+)?)?$", max_length=60)] = "",
    initiative: Annotated[str, Query(alias="initiatief", max_length=100)] = "",
    kept: Annotated[bool, Query(alias="bewaard")] = False,
) -> HTMLResponse:
    """What was chosen so far, with its decision; and the map, and lists, to choose from."""
    asked = sketches.sketch(page.session, sketch, page.now) if sketch else read_ids({"greenObjectIds": ids}) if ids else None
    around = _place(place)
    content = {
        **_judged(page, asked),
        **_lists(page, asked, around),
        "initiative": initiative,
        "kept": kept,
        "map": _map(page, asked, around),
        "place": place,
    }
    return page.show("choose.html", content)


@router.post("/kies/toets")
def judge(page: AnyPage, form: OwnForm) -> HTMLResponse:
    """The decision on what is drawn or chosen at this moment, as a part of the page."""
    status = 200
    retry: dict[str, str] = {}
    try:
        page.request.app.state.drawing_limit.take(page.client)
        content = _judged(page, _asked(form))
    except InvalidGeometry as error:  # while one draws, a border may cross itself: that is an answer
        content = {"view": fault_view(error, page.language), "asked": None}
    except TooManyRequests as error:
        content, status, retry = (
            {"view": fault_view(error, page.language), "asked": None},
            429,
            {"Retry-After": str(error.values["retry_after"])},
        )
    except GeoServiceError as error:
        content, status = {"view": fault_view(error, page.language), "asked": None}, 400
    answer = page.show("_decision.html", {**content, "initiative": field(form, "initiatief")}, status)
    answer.headers.update(retry)
    return answer


@router.post("/kies/bewaar")
def keep(page: AnyPage, form: OwnForm) -> RedirectResponse:
    """Keep what was drawn or chosen, and go on: to the form (``naar=aanvraag``), with the suggestion (``kies``), or later (``later``)."""
    asked, going, initiative = _asked(form), field(form, "naar"), field(form, "initiatief")
    also = {"initiatief": initiative} if initiative else {}
    if isinstance(asked, tuple) and going == "aanvraag":
        return see_other("/aanvraag?" + urlencode({"groen": asked, **also}, doseq=True))
    drawn, ids = (None, asked) if isinstance(asked, tuple) else (asked, ())
    kept = {"schets": sketches.keep(page.session, drawn, ids, page.now), **also}
    if going == "aanvraag":
        return see_other("/aanvraag?" + urlencode(kept))
    return see_other("/kies?" + urlencode({**kept, "bewaard": "1"} if going == "later" else kept))


def _asked(form: FormData) -> Asked:
    """What a form sends: the GeoJSON of a drawing (``vorm``), or ids of green objects (``groen``)."""
    drawn = field(form, "vorm")
    if drawn:
        return read_geometry(parse(drawn.encode()))
    return read_ids({"greenObjectIds": list(fields(form, "groen"))})


def _judged(page: Page, asked: Asked | None) -> dict[str, Any]:
    if asked is None:
        return {"view": None, "asked": None}
    decision = decide(page.session, asked, page.municipality, page.now)
    return {"view": view_of(decision, page.language), "asked": _as_fields(asked)}


def _as_fields(asked: Asked) -> dict[str, Any]:
    """What a form must send to ask for the same."""
    return {"ids": asked, "shape": None} if isinstance(asked, tuple) else {"ids": (), "shape": geojson(asked, "CRS84")}


def _lists(page: Page, asked: Asked | None, around: Place | None) -> dict[str, Any]:
    """Green to choose from without a map: what adjoins the choice, or what lies near a place."""
    day = page.today
    if isinstance(asked, tuple):
        return {"chosen": green_described(page.session, asked, day), "beside": green_beside(page.session, asked, day, MOST_LISTED)}
    if asked is None and around:
        return {"chosen": [], "beside": green_near(page.session, to_rd(Point(around)), day, MOST_LISTED)}
    return {"chosen": [], "beside": []}


def _map(page: Page, asked: Asked | None, around: Place | None) -> dict[str, Any]:
    """The map around what was chosen or drawn, else around a place, else where it always begins."""
    if isinstance(asked, tuple):
        bounds = to_lonlat(green_objects(page.session, asked, page.today)).bounds
        return atlas(page, mode="choose", bounds=bounds, chosen=list(asked), layers=LAYERS)
    if asked is not None:
        return atlas(page, mode="draw", bounds=to_lonlat(asked).bounds, shape=geojson(asked, "CRS84"), layers=LAYERS)
    return atlas(page, mode="choose", center=around, zoom=CLOSE, layers=LAYERS)


def _place(text: str) -> Place | None:
    """Longitude and latitude of an address; None when nothing, or nowhere on earth, was told."""
    if not text:
        return None
    lon, lat = (float(degrees) for degrees in text.split(","))
    return (lon, lat) if abs(lon) <= 180 and abs(lat) <= 85 else None
