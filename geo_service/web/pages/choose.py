"""``/kies``: choose the ground, from the map or from a list, with the decision at once."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from geo_service.web.dependencies import DbSession, Here
from geo_service.web.pages.atlas import Mode, atlas
from geo_service.web.pages.render import PageLanguage, render

router = APIRouter(include_in_schema=False)


@router.get("/kies")
def choose_page(request: Request, here: Here, session: DbSession, language: PageLanguage, mode: Mode = "choose") -> HTMLResponse:
    options = atlas(
        session,
        here,
        language,
        mode=mode,
    )
    return render(request, here, "choose.html", language, {"map": options, "schematic": options["schematic"]})
