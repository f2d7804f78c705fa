"""Headers on every answer, and the limit on what is sent to us. Plain ASGI: streams stay streams."""

import logging
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.responses import Response

from geo_service import __version__
from geo_service.errors import N_, TooLarge
from geo_service.web.problems import TOO_LARGE, problem
from geo_service.words import preferred, say

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
LARGEST_BODY = 2 * 1024 * 1024
LARGEST_WITH_PHOTO = 25 * 1024 * 1024
"""More than a photo may be: a form with one that is somewhat too large still gets its page back, with words."""
PHOTO_FORMS = re.compile(r"/initiatief/[^/]+/fotos|/mijn/plek/[^/]+/(werk|gemaaid)")
LONGEST_LOGGED = 200
SECRET = re.compile(r"/[\w-]{43}(?![\w-])")
ASKED_FOR_HEAD = "geo.head"
"""Told to an endpoint whose body costs much: nobody will see it."""
NO_NUL = N_("The address holds a character that no text can hold (NUL).")

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",
}
API = {
    "API-Version": __version__,
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "API-Version, Accept-Ranges, Allow, Content-Crs, Content-Range, ETag, Grid, Link, Location, Retry-After"
    ),
}
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
    "Access-Control-Allow-Headers": (
        "Accept-Language, Authorization, Content-Crs, Content-Type, Idempotency-Key, If-Match, If-None-Match, If-Range, Range"
    ),
    "Access-Control-Max-Age": "86400",
}
OGC = {**API, "Cache-Control": "no-cache"}
EXTRA = {
    part: [(name.lower().encode(), value.encode()) for name, value in {**ALWAYS, **headers}.items()]
    for part, headers in (("api", API), ("ogc", OGC), ("pages", {}))
}
"""As they go over the line: names in small letters."""
logger = logging.getLogger("geo_service.access")


class Headers:
    """Adds headers to every answer; an endpoint may set its own. Refuses bodies above 2 MB, on forms with photos above 25 MB; lets
    pages elsewhere ask the API."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        method, path = scope["method"], scope["path"]
        extra = EXTRA["api" if path.startswith("/api/") else "ogc" if path.startswith("/ogc/") else "pages"]

        async def send_with_headers(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                own = [name for name, _ in message["headers"]]
                message["headers"] = [*message["headers"], *(header for header in extra if header[0] not in own)]
                # without query: it may hold what somebody typed; quoted: one request is one line
                # and without the secret of a mailed link
                logger.info("%s %s %s", method, SECRET.sub("/…", quote(path))[:LONGEST_LOGGED], message["status"])
            await send(message)

        answer = _at_once(scope)
        if answer is not None:
            await answer(scope, receive, send_with_headers)
            return
        if scope["method"] == "HEAD":  # as GET; the server leaves the body out
            scope = {**scope, "method": "GET", ASKED_FOR_HEAD: True}
        await self.app(scope, _limited(receive, largest_body(scope)), send_with_headers)


def _at_once(scope: Scope) -> Response | None:
    """What no endpoint needs to see: the question of a browser whether it may ask, and what nobody may ask."""
    headers = dict(scope["headers"])
    language = preferred(headers.get(b"accept-language", b"").decode("latin-1"))
    if scope["method"] == "OPTIONS" and b"access-control-request-method" in headers and scope["path"].startswith(("/api/", "/ogc/")):
        return Response(status_code=204, headers=PREFLIGHT)
    if "\x00" in scope["path"] or b"%00" in scope["query_string"]:
        return problem(400, "invalid-input", say(NO_NUL, language), language)
    length = headers.get(b"content-length", b"0")
    if length.isdigit() and int(length) > largest_body(scope):
        return problem(413, TooLarge.code, say(TOO_LARGE, language), language, {"Connection": "close"})
    return None


def largest_body(scope: Scope) -> int:
    """How many bytes may be sent to this address."""
    with_photo = scope["method"] == "POST" and PHOTO_FORMS.fullmatch(scope["path"])
    return LARGEST_WITH_PHOTO if with_photo else LARGEST_BODY


def _limited(receive: Receive, most: int) -> Receive:
    taken = 0

    async def receive_some() -> MutableMapping[str, Any]:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most:
            raise HTTPException(413)  # while a body without a declared length is read
        return message

    return receive_some
