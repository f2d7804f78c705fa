"""``/plek/{code}/kaart.svg`` and ``/groen/{id}/kaart.svg``: a picture of the ground, for lists and for pages without scripts."""

import hashlib
from collections.abc import Callable
from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from geo_service import __version__
from geo_service.adoptions.decision import green_objects
from geo_service.adoptions.queries import public_status
from geo_service.catalogue.versions import version
from geo_service.days import day_of
from geo_service.db.base import as_shape
from geo_service.errors import N_, InvalidInput, NotFound
from geo_service.installation import Installation
from geo_service.papers.picture import picture
from geo_service.plots.queries import by_code
from geo_service.web.dependencies import DbSession, Here, Now
from geo_service.web.pages.render import PageLanguage
from geo_service.words import Language

router = APIRouter(include_in_schema=False)
Size = Literal["klein", "groot"]
SIZES = {"klein": (160, 160, 8.0), "groot": (800, 480, 15.0)}
"""Width and height in pixels, and the margin in metres."""
POLICY = "default-src 'none'; frame-ancestors 'self'"


@router.get("/plek/{code}/kaart.svg")
def plot_picture(request: Request, here: Here, session: DbSession, language: PageLanguage, code: str, grootte: Size = "groot") -> Response:
    """A plot in the line of its public status. ``?grootte=klein`` for a list."""

    def draw() -> str:
        found = by_code(session, code)
        if found is None:
            raise NotFound(N_("There is no plot {code}."), code=code)
        width, height, margin = SIZES[grootte]
        status, shape = public_status(session, code), as_shape(found[1].geom)
        return picture(session, shape, width=width, height=height, margin_m=margin, status=status, content=here.content, language=language)

    return _answer(request, here, session, language, ("achtergrond", "zelfbeheerplekken"), draw)


@router.get("/groen/{object_id}/kaart.svg")
def green_picture(
    request: Request, here: Here, session: DbSession, language: PageLanguage, now: Now, object_id: str, grootte: Size = "groot"
) -> Response:
    """A whole green object as it is today."""

    def draw() -> str:
        try:
            shape = green_objects(session, (object_id,), day_of(now))
        except InvalidInput:
            raise NotFound from None
        width, height, margin = SIZES[grootte]
        return picture(session, shape, width=width, height=height, margin_m=margin, content=here.content, language=language)

    return _answer(request, here, session, language, ("achtergrond",), draw)


def _answer(
    request: Request, here: Installation, session: Session, language: Language, layers: tuple[str, ...], draw: Callable[[], str]
) -> Response:
    """The picture, or 304 when no layer behind it changed since."""
    material = (
        str(request.url.path),
        request.url.query,
        language,
        __version__,
        *(version(session, here.catalogue[name]) for name in layers),
    )
    tag = f'"{hashlib.sha256(repr(material).encode()).hexdigest()[:24]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Cookie", "Content-Security-Policy": POLICY}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(draw(), media_type="image/svg+xml", headers=headers)
