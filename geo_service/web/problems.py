"""From error to answer: one table of statuses, one shape (problem+json)."""

import logging
import math
import time
from http import HTTPStatus
from typing import Any

import orjson
import psycopg
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from geo_service import errors
from geo_service.errors import N_, GeoServiceError
from geo_service.web.schemas import Problem
from geo_service.words import Language, explain, faults, preferred, say

logger = logging.getLogger(__name__)
STATUS: dict[type[GeoServiceError], int] = {
    errors.InvalidInput: 400,
    errors.NotSignedIn: 401,
    errors.NotAllowed: 403,
    errors.NotFound: 404,
    errors.NotAcceptable: 406,
    errors.Conflict: 409,
    errors.LoginFailed: 502,
    errors.LinkGone: 410,
    errors.Outdated: 412,
    errors.TooLarge: 413,
    errors.WrongMediaType: 415,
    errors.RangeNotSatisfiable: 416,
    errors.PreconditionNeeded: 428,
    errors.TooManyRequests: 429,
    errors.Busy: 503,
    errors.SetupError: 500,
    errors.RasterLost: 503,
}
TITLES = {
    400: N_("Invalid request"),
    401: N_("Not signed in"),
    403: N_("Not allowed"),
    404: N_("Not found"),
    405: N_("Method not allowed"),
    406: N_("Not acceptable"),
    409: N_("Conflict"),
    410: N_("No longer there"),
    412: N_("Changed meanwhile"),
    413: N_("Too large"),
    415: N_("Unsupported media type"),
    416: N_("No such part"),
    428: N_("Version needed"),
    429: N_("Too many requests"),
    500: N_("Our fault"),
    502: N_("The login does not answer well"),
    503: N_("Not available now"),
}
LOCK_STATES = ("40P01", "55P03", "40001")
NO_DATABASE = N_("The database does not answer. Nothing was changed.")
TOO_LARGE = N_("The request is larger than 2 MB.")
AGAIN_S = 3600
_logged: dict[str, float] = {}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The answers to declare for an endpoint: ``responses=problems(400, 404)``."""
    return {status: {"model": Problem, "description": HTTPStatus(status).phrase} for status in statuses}


def status_of(error: GeoServiceError) -> int:
    """The status of the nearest class in the table."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def problem(status: int, code: str, detail: str, language: Language, headers: dict[str, str] | None = None, **more: Any) -> Response:
    """One problem as an answer."""
    title = say(TITLES.get(status, HTTPStatus(status).phrase), language)
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, "code": code, **more}
    return Response(orjson.dumps(body), status, headers, media_type="application/problem+json")


def language_of(request: Request) -> Language:
    """The language that the asker reads."""
    return preferred(request.headers.get("accept-language"))


def handle_error(request: Request, error: GeoServiceError) -> Response:
    """A domain error."""
    language, status = language_of(request), status_of(error)
    headers = {}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if status == 416:
        headers["Content-Range"] = f"bytes */{error.values['size']}"
    if "retry_after" in error.values:
        headers["Retry-After"] = str(error.values["retry_after"])
    if isinstance(error, errors.SetupError):
        _log(str(error))
        return problem(status, error.code, say(error.public, language, **error.values), language, headers)
    details = {**error.details, "errors": faults(error, language)} if "errors" in error.details else error.details
    return problem(status, error.code, explain(error, language), language, headers, **details)


def _log(text: str) -> None:
    """What whoever keeps the service should mend, with names of the machine; the same once an hour, however many ask."""
    now = time.monotonic()
    if now - _logged.get(text, -math.inf) > AGAIN_S:
        _logged[text] = now
        logger.error("%s", text)


def handle_invalid(request: Request, error: RequestValidationError) -> Response:
    """All faults of a request at once; 400, where FastAPI would say 422."""
    language = language_of(request)
    faults = [{"where": ".".join(str(part) for part in fault["loc"]), "text": fault["msg"]} for fault in error.errors()]
    return problem(400, "invalid-input", say(errors.InvalidInput.text, language), language, errors=faults)


def handle_http(request: Request, error: HTTPException) -> Response:
    """What the framework refuses itself: unknown paths and methods, and a body that turns out too long while it is read."""
    if error.status_code == 413:
        return handle_error(request, errors.TooLarge(TOO_LARGE))
    language = language_of(request)
    title = say(TITLES.get(error.status_code, HTTPStatus(error.status_code).phrase), language)
    code = HTTPStatus(error.status_code).phrase.lower().replace(" ", "-")
    return problem(error.status_code, code, title, language, dict(error.headers or {}))


def handle_database(request: Request, error: OperationalError | psycopg.OperationalError) -> Response:
    """Locks that were waited for too long, and a database that does not answer: trying again helps."""
    language = language_of(request)
    if getattr(getattr(error, "orig", error), "sqlstate", None) in LOCK_STATES:
        return handle_error(request, errors.Busy(retry_after=1))
    logger.exception("the database does not answer")
    return problem(503, "database", say(NO_DATABASE, language), language, {"Retry-After": "5"})


def handle_bug(request: Request, _error: Exception) -> Response:
    """Anything else is a bug: the log has it, the asker gets no details."""
    language = language_of(request)
    return problem(500, "our-fault", say(errors.SetupError.public, language), language)


def install(app: FastAPI) -> None:
    """Register the handlers."""
    app.add_exception_handler(GeoServiceError, handle_error)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, handle_invalid)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, handle_http)  # type: ignore[arg-type]
    app.add_exception_handler(OperationalError, handle_database)  # type: ignore[arg-type]
    app.add_exception_handler(psycopg.OperationalError, handle_database)  # type: ignore[arg-type]
    app.add_exception_handler(Exception, handle_bug)
