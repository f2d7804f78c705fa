"""``/``: what this is, the figures of today, the map, and the way to everything else."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from geo_service.cartography.queries import is_schematic
from geo_service.coverage.service import coverage
from geo_service.days import day_of
from geo_service.web.dependencies import DbSession, Here, Now
from geo_service.web.pages.figures import key_figures
from geo_service.web.pages.render import PageLanguage, render

router = APIRouter(include_in_schema=False)


@router.get("/")
def home(request: Request, here: Here, session: DbSession, language: PageLanguage, now: Now) -> HTMLResponse:
    """The landing page; every number comes from the database."""
    today = day_of(now)
    figures = key_figures(coverage(session, "gemeente", today).total)
    layers = here.catalogue.visible(staff=False)
    content = {"figures": figures, "today": today, "layers": layers, "schematic": is_schematic(session)}
    return render(request, here, "home.html", language, content)


@router.get("/toegankelijkheid")
def accessibility(request: Request, here: Here, session: DbSession, language: PageLanguage) -> HTMLResponse:
    """What we do for people who cannot use the map, and where to complain."""
    return render(request, here, "accessibility.html", language, {"schematic": is_schematic(session)})
