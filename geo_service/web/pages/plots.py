"""``/plek/{code}`` and ``/groen/{id}``: what a place is, who looks after it, what you may do there, and how to adopt it."""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from shapely import MultiPolygon

from geo_service.adoptions.decision import decide
from geo_service.adoptions.places import queries as place_queries
from geo_service.adoptions.places import service as places
from geo_service.adoptions.places.schemas import Place
from geo_service.db.base import as_shape
from geo_service.plots.answer import geojson
from geo_service.plots.intake import round_of
from geo_service.plots.queries import by_code
from geo_service.plots.schemas import Decision
from geo_service.registers.kinds import kind_name, kind_of
from geo_service.web.pages.atlas import atlas
from geo_service.web.pages.page import AnyPage, Page
from geo_service.web.pages.telling import told_place
from geo_service.words import Language

router = APIRouter(include_in_schema=False)
FOR_NOW = ("intake_open",)
"""Rules that say nothing of the ground: what fails on them alone is free, and can be asked for later."""


@dataclass(frozen=True)
class Adopting:
    """Whether a free place can be adopted: why not, what to reckon with, and how much of it could be instead."""

    possible: bool
    closed: bool
    reasons: tuple[str, ...] = ()
    ask_first: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    suggestion_m2: float | None = None


@router.get("/plek/{code}")
def plot(page: AnyPage, code: str) -> Response:
    """A plot: from the QR code on its sign, from the map, from a letter."""
    if code != code.upper():
        return RedirectResponse(f"/plek/{code.upper()}", 308)
    if places.find_plot(page.session, code, page.now) is None and (gone := _gone(page, f"plek/{code}")):
        return gone
    place = places.require_plot(page.session, code, page.now)
    found = by_code(page.session, code)
    shape = as_shape(found[1].geom) if found else None
    register_ids = list(found[1].green_object_ids) if found else []
    adopting = _adopting(page, shape) if place.status == "vrij" and shape else None
    more = {
        "years": places.years_of(page.session, code, page.now),
        "register_ids": register_ids,
        "plots_here": [],
        "ask": f"/aanvraag?plek={code}",
    }
    return _page(page, place, shape, adopting, more)


@router.get("/groen/{object_id}")
def green(page: AnyPage, object_id: str) -> Response:
    """Green that has no plot yet."""
    known = place_queries.green(page.session, object_id, page.today)
    if known is None and (gone := _gone(page, f"groen/{object_id}")):
        return gone
    place = places.require_green(page.session, object_id, page.now)
    decision = decide(page.session, (object_id,), page.municipality, page.now)
    plots_here = place_queries.plots_on(page.session, object_id, page.today)
    more = {"years": [], "register_ids": [object_id], "plots_here": plots_here, "ask": f"/aanvraag?groen={object_id}"}
    return _page(page, place, decision.shape, _told(decision, page.language), more)


def _page(page: Page, place: Place, shape: MultiPolygon | None, adopting: Adopting | None, more: dict[str, Any]) -> HTMLResponse:
    layer, _, name = place.key.partition("/")
    center, fit, selected = (place.lon, place.lat), geojson(shape, "CRS84"), {"kind": layer, "id": name}
    content = {
        "place": place,
        "told": told_place(place, page.language, page.now, distance=False),
        "status": "dicht" if adopting and not adopting.possible and not adopting.closed else place.status,
        "reserved": place.reserved_until if place.reserved_until and place.reserved_until > page.now else None,
        "kind": kind_name(kind_of(place.green_type), page.language),
        "lying": places.lies_in(page.session, place),
        "adopting": adopting,
        "may": page.municipality.may,
        "round": round_of(page.municipality.intake, page.today),
        "map": atlas(page, center=center, fit=fit, layers=("free", "plots"), selected=selected),
        "near": f"/?bij={place.lon:.6f},{place.lat:.6f}",
        **more,
    }
    return page.show("place.html", content)


def _adopting(page: Page, shape: MultiPolygon) -> Adopting:
    return _told(decide(page.session, shape, page.municipality, page.now), page.language)


def _told(decision: Decision, language: Language) -> Adopting:
    def reasons(outcome: str) -> tuple[str, ...]:
        return tuple(each.reason(language) for each in decision.outcomes if each.outcome == outcome)

    failed = {each.rule for each in decision.outcomes if each.outcome == "failed"}
    suggested = decision.suggestion.area if decision.suggestion else None
    closed = bool(failed) and failed <= set(FOR_NOW)
    return Adopting(not failed, closed, reasons("failed"), reasons("needs_consent"), reasons("warning"), suggested)


def _gone(page: Page, key: str) -> Response | None:
    """Where to look instead of what is no more; None when it never was."""
    others = places.instead_of(page.session, key, page.now)
    if others is None:
        return None
    if len(others) == 1:
        return RedirectResponse(f"/{others[0]}", 302)
    content = {"key": key, "others": others}
    return page.show("place_gone.html", content, 410)
