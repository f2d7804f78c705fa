"""Conditional requests (RFC 9110, section 13): who holds an answer already is told so, without its content."""

from collections.abc import Mapping

from fastapi import Request, Response


def unchanged(request: Request, headers: Mapping[str, str]) -> Response | None:
    """304 with these ``headers`` when ``If-None-Match`` names their ETag, compared weakly: a proxy that packs answers weakens it."""
    known = request.headers.get("if-none-match", "")
    held = known.strip() == "*" or headers["ETag"].removeprefix("W/") in known
    return Response(status_code=304, headers=dict(headers)) if held else None
