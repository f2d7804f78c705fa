"""``/plek/{code}/kaart.svg`` and ``/groen/{id}/kaart.svg``: a picture of the ground, for lists and for pages without scripts."""

import hashlib
from collections.abc import Callable
from typing import Any, Literal

from fastapi import APIRouter
from fastapi.responses import Response

from geo_service import __version__
from geo_service.adoptions.decision import green_objects
from geo_service.adoptions.queries import public_status
from geo_service.catalogue.versions import version
from geo_service.db.base import as_shape
from geo_service.errors import N_, InvalidInput, NotFound
from geo_service.papers.picture import picture
from geo_service.plots.queries import by_code
from geo_service.web.pages.page import AnySheet, Sheet

router = APIRouter(include_in_schema=False)
Size = Literal["klein", "groot"]
SIZES = {"klein": (160, 160, 8.0), "groot": (800, 480, 15.0)}
"""Width and height in pixels, and the margin in metres."""
POLICY = "default-src 'none'; frame-ancestors 'self'"


@router.get("/plek/{code}/kaart.svg")
def plot_picture(sheet: AnySheet, code: str, grootte: Size = "groot") -> Response:
    """A plot in the line of its public status. ``?grootte=klein`` for a list."""

    def draw() -> str:
        found = by_code(sheet.session, code)
        if found is None:
            raise NotFound(N_("There is no plot {code}."), code=code)
        return _drawn(sheet, as_shape(found[1].geom), grootte, public_status(sheet.session, code))

    return _answer(sheet, ("achtergrond", "zelfbeheerplekken"), draw)


@router.get("/groen/{object_id}/kaart.svg")
def green_picture(sheet: AnySheet, object_id: str, grootte: Size = "groot") -> Response:
    """A whole green object as it is today."""

    def draw() -> str:
        try:
            shape = green_objects(sheet.session, (object_id,), sheet.today)
        except InvalidInput:
            raise NotFound from None
        return _drawn(sheet, shape, grootte)

    return _answer(sheet, ("achtergrond",), draw)


def _drawn(sheet: Sheet, shape: Any, size: Size, status: str | None = None) -> str:
    width, height, margin = SIZES[size]
    return picture(
        sheet.session,
        shape,
        width=width,
        height=height,
        margin_m=margin,
        status=status,
        content=sheet.here.content,
        language=sheet.language,
    )


def _answer(sheet: Sheet, layers: tuple[str, ...], draw: Callable[[], str]) -> Response:
    """The picture, or 304 when no layer behind it changed since."""
    url, versions = sheet.request.url, [version(sheet.session, sheet.here.catalogue[name]) for name in layers]
    material = repr((url.path, url.query, sheet.language, __version__, versions))
    tag = hashlib.sha256(material.encode()).hexdigest()[:24]
    headers = {"ETag": f'"{tag}"', "Cache-Control": "no-cache", "Vary": "Cookie", "Content-Security-Policy": POLICY}
    return sheet.kept(headers, lambda: Response(draw(), media_type="image/svg+xml"))
