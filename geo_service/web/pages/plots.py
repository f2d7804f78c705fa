"""``/plek/{code}`` and ``/groen/{id}``: what a place is, who looks after it, what you may do there, and how to adopt it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from shapely import MultiPolygon
from sqlalchemy.orm import Session

from geo_service.adoptions.decision import decide
from geo_service.adoptions.places import queries as place_queries
from geo_service.adoptions.places import service as places
from geo_service.adoptions.places.schemas import Place
from geo_service.days import day_of
from geo_service.db.base import as_shape
from geo_service.installation import Installation
from geo_service.plots.answer import geojson
from geo_service.plots.intake import round_of
from geo_service.plots.queries import by_code
from geo_service.plots.schemas import Decision
from geo_service.registers.kinds import kind_name, kind_of
from geo_service.web.dependencies import DbSession, Here, Now
from geo_service.web.pages.atlas import atlas
from geo_service.web.pages.render import PageLanguage, render
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
def plot(request: Request, here: Here, session: DbSession, language: PageLanguage, now: Now, code: str) -> Response:
    """A plot: from the QR code on its sign, from the map, from a letter."""
    if code != code.upper():
        return RedirectResponse(f"/plek/{code.upper()}", 308)
    if places.find_plot(session, code, now) is None and (gone := _gone(request, here, session, language, now, f"plek/{code}")):
        return gone
    place = places.require_plot(session, code, now)
    found = by_code(session, code)
    shape = as_shape(found[1].geom) if found else None
    register_ids = list(found[1].green_object_ids) if found else []
    adopting = _adopting(session, here, shape, language, now) if place.status == "vrij" and shape else None
    more = {"years": places.years_of(session, code, now), "register_ids": register_ids, "plots_here": [], "ask": f"/aanvraag?plek={code}"}
    return _page(request, here, session, language, now, place, shape, adopting, more)


@router.get("/groen/{object_id}")
def green(request: Request, here: Here, session: DbSession, language: PageLanguage, now: Now, object_id: str) -> Response:
    """Green that has no plot yet."""
    known = place_queries.green(session, object_id, day_of(now))
    if known is None and (gone := _gone(request, here, session, language, now, f"groen/{object_id}")):
        return gone
    place = places.require_green(session, object_id, now)
    decision = decide(session, (object_id,), here.municipality, now)
    plots_here = place_queries.plots_on(session, object_id, day_of(now))
    more = {"years": [], "register_ids": [object_id], "plots_here": plots_here, "ask": f"/aanvraag?groen={object_id}"}
    return _page(request, here, session, language, now, place, decision.shape, _told(decision, language), more)


def _page(
    request: Request,
    here: Installation,
    session: Session,
    language: Language,
    now: datetime,
    place: Place,
    shape: MultiPolygon | None,
    adopting: Adopting | None,
    more: dict[str, Any],
) -> HTMLResponse:
    layer, _, name = place.key.partition("/")
    center, fit, selected = (place.lon, place.lat), geojson(shape, "CRS84"), {"kind": layer, "id": name}
    content = {
        "place": place,
        "told": told_place(place, language, now, distance=False),
        "status": "dicht" if adopting and not adopting.possible and not adopting.closed else place.status,
        "reserved": place.reserved_until if place.reserved_until and place.reserved_until > now else None,
        "kind": kind_name(kind_of(place.green_type), language),
        "lying": places.lies_in(session, place),
        "adopting": adopting,
        "may": here.municipality.may,
        "round": round_of(here.municipality.intake, day_of(now)),
        "map": atlas(session, here, language, center=center, fit=fit, layers=("free", "plots"), selected=selected),
        "near": f"/?bij={place.lon:.6f},{place.lat:.6f}",
        **more,
    }
    return render(request, here, "place.html", language, content)


def _adopting(session: Session, here: Installation, shape: MultiPolygon, language: Language, now: datetime) -> Adopting:
    return _told(decide(session, shape, here.municipality, now), language)


def _told(decision: Decision, language: Language) -> Adopting:
    def reasons(outcome: str) -> tuple[str, ...]:
        return tuple(each.reason(language) for each in decision.outcomes if each.outcome == outcome)

    failed = {each.rule for each in decision.outcomes if each.outcome == "failed"}
    suggested = decision.suggestion.area if decision.suggestion else None
    closed = bool(failed) and failed <= set(FOR_NOW)
    return Adopting(not failed, closed, reasons("failed"), reasons("needs_consent"), reasons("warning"), suggested)


def _gone(request: Request, here: Installation, session: Session, language: Language, now: datetime, key: str) -> Response | None:
    """Where to look instead of what is no more; None when it never was."""
    others = places.instead_of(session, key, now)
    if others is None:
        return None
    if len(others) == 1:
        return RedirectResponse(f"/{others[0]}", 302)
    content = {"key": key, "others": others}
    return render(request, here, "place_gone.html", language, content, 410)
