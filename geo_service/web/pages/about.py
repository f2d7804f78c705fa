"""``/over``: what this is, the figures of today, the map, and the way to everything else."""

from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from geo_service.coverage.schemas import LandUse
from geo_service.coverage.service import coverage, land_use
from geo_service.days import day_of
from geo_service.errors import NotFound
from geo_service.web.dependencies import DbSession, Here, Now
from geo_service.web.links import reached_at
from geo_service.web.pages.figures import key_figures
from geo_service.web.pages.maps import maps_of
from geo_service.web.pages.render import PageLanguage, render

router = APIRouter(include_in_schema=False)
MAP = "dekking"


@router.get("/over")
def about(request: Request, here: Here, session: DbSession, language: PageLanguage, now: Now) -> HTMLResponse:
    """What this is; every number comes from the database."""
    today = day_of(now)
    figures = key_figures(coverage(session, "gemeente", today).total)
    layers = here.catalogue.visible(staff=False)
    start = maps_of(here)[MAP].choropleth.start
    content = {
        "figures": figures,
        "stadsdeel": _described(session, start, today) if start else None,
        "today": today,
        "layers": layers,
        "base_url": reached_at(request, here),
    }
    return render(request, here, "about.html", language, content)


@router.get("/toegankelijkheid")
def accessibility(request: Request, here: Here, language: PageLanguage) -> HTMLResponse:
    """What we do for people who cannot use the map, and where to complain."""
    return render(request, here, "accessibility.html", language)


def _described(session: Session, code: str, today: date) -> LandUse | None:
    """What the stadsdeel consists of; nothing when it was not imported, or its green was not."""
    try:
        told = land_use(session, code, today)
    except NotFound:
        return None
    return told if told.green_m2 else None
