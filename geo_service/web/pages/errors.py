"""Errors on pages look like pages; everything else keeps its problem+json."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from geo_service.errors import GeoServiceError
from geo_service.web import problems
from geo_service.web.pages.render import page_language, render
from geo_service.words import explain, faults

MACHINE_PARTS = ("/api/", "/healthz", "/readyz", "/metrics", "/static/")
Handler = Callable[[Request, Any], Response]


def install(app: FastAPI) -> None:
    """Answer with a page where a person looks, and as before elsewhere."""
    for kind, handler in (
        (GeoServiceError, problems.handle_error),
        (RequestValidationError, problems.handle_invalid),
        (HTTPException, problems.handle_http),
        (Exception, problems.handle_bug),
    ):
        app.add_exception_handler(kind, _for_people(handler))


def _for_people(handler: Handler) -> Handler:
    def answer(request: Request, error: Any) -> Response:
        told = handler(request, error)
        if not _is_a_person(request):
            return told
        if told.status_code == 401 and request.method == "GET":
            return RedirectResponse(f"/inloggen?verder={quote(_address(request))}", 303)
        language = page_language(request)
        reason = explain(error, language) if isinstance(error, GeoServiceError) and told.status_code < 500 else None
        wrong = faults(error, language) if reason else []
        content = {"status": told.status_code, "reason": reason, "faults": wrong}
        return render(request, request.app.state.installation, "error.html", language, content, told.status_code)

    return answer


def _address(request: Request) -> str:
    return f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path


def _is_a_person(request: Request) -> bool:
    """Who looks at a page, not at a document for programs."""
    wants_json = request.url.path.startswith("/ogc/") and request.query_params.get("f") == "json"
    return not request.url.path.startswith(MACHINE_PARTS) and not wants_json and "text/html" in request.headers.get("accept", "")
