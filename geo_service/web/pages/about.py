"""``/over``: what this is, the figures of today, the map, and the way to everything else."""

from datetime import date

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from geo_service.coverage.schemas import LandUse
from geo_service.coverage.service import coverage, land_use
from geo_service.errors import NotFound
from geo_service.web.pages.figures import key_figures
from geo_service.web.pages.maps import COVERAGE, maps_of
from geo_service.web.pages.page import AnyPage

router = APIRouter(include_in_schema=False)


@router.get("/over")
def about(page: AnyPage) -> HTMLResponse:
    """What this is; every number comes from the database."""
    today = page.today
    figures = key_figures(coverage(page.session, "gemeente", today).total)
    layers = page.here.catalogue.visible(staff=False)
    start = maps_of(page.here)[COVERAGE].choropleth.start
    content = {
        "figures": figures,
        "stadsdeel": _described(page.session, start, today) if start else None,
        "today": today,
        "layers": layers,
        "base_url": page.base_url,
    }
    return page.show("about.html", content)


@router.get("/toegankelijkheid")
def accessibility(page: AnyPage) -> HTMLResponse:
    """What we do for people who cannot use the map, and where to complain."""
    return page.show("accessibility.html")


def _described(session: Session, code: str, today: date) -> LandUse | None:
    """What the stadsdeel consists of; nothing when it was not imported, or its green was not."""
    try:
        told = land_use(session, code, today)
    except NotFound:
        return None
    return told if told.green_m2 else None
