"""``/api/v1/docs``: the description of the API, to read and to try, from ``openapi.json`` and nothing else."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from geo_service.web.dependencies import Here
from geo_service.web.pages.render import PageLanguage, render

router = APIRouter(include_in_schema=False)


@router.get("/api/v1/docs")
def api_docs(request: Request, here: Here, language: PageLanguage) -> HTMLResponse:
    """Without scripts it links to the description itself."""
    content = {"description": request.app.openapi_url}
    return render(request, here, "api_docs.html", language, content)
