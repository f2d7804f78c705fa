"""``/api/v1/docs``: the description of the API, to read and to try, from ``openapi.json`` and nothing else."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from geo_service.web.pages.page import AnyPage

router = APIRouter(include_in_schema=False)


@router.get("/api/v1/docs")
def api_docs(page: AnyPage) -> HTMLResponse:
    """Without scripts it links to the description itself."""
    return page.show("api_docs.html", {"description": page.request.app.openapi_url})
