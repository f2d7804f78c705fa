"""Headers on every answer, and the limit on what is sent to us. Plain ASGI: streams stay streams."""

import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException

from geo_service import __version__
from geo_service.errors import N_
from geo_service.web.problems import problem
from geo_service.words import preferred, say

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
LARGEST_BODY = 2 * 1024 * 1024
TOO_LARGE = N_("The request is larger than 2 MB.")
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
    "Access-Control-Expose-Headers": "API-Version, Content-Crs, Location, ETag, Retry-After, Link",
}
OGC = {**API, "Cache-Control": "no-cache"}
logger = logging.getLogger("geo_service.access")


class Headers:
    """Adds the headers of the part of the service that answers; an endpoint may set its own. Refuses bodies above 2 MB."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        extra = {**ALWAYS, **(API if path.startswith("/api/") else OGC if path.startswith("/ogc/") else {})}

        async def send_with_headers(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in extra.items():
                    headers.setdefault(name, value)
                logger.info("%s %s %s", scope["method"], path, message["status"])  # without query: it may hold what somebody typed
            await send(message)

        if "\x00" in path or b"%00" in scope["query_string"]:
            language = preferred(dict(scope["headers"]).get(b"accept-language", b"").decode("latin-1"))
            await problem(400, "invalid-input", say(NO_NUL, language), language)(scope, receive, send_with_headers)
            return
        length = dict(scope["headers"]).get(b"content-length", b"0")
        if length.isdigit() and int(length) > LARGEST_BODY:
            language = preferred(dict(scope["headers"]).get(b"accept-language", b"").decode("latin-1"))
            refusal = problem(413, "too-large", say(TOO_LARGE, language), language, {"Connection": "close"})
            await refusal(scope, receive, send_with_headers)
            return
        await self.app(scope, _limited(receive), send_with_headers)


def _limited(receive: Receive) -> Receive:
    taken = 0

    async def receive_some() -> MutableMapping[str, Any]:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > LARGEST_BODY:
            raise HTTPException(413)  # while a body without a declared length is read
        return message

    return receive_some
