"""``/maps/{id}``: the document that Folium drew, to be framed by our own pages. Unchanged data is answered with 304."""

import hmac
import secrets
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.orm import Session

from geo_service import __version__
from geo_service.cartography.definition import MapDefinition
from geo_service.cartography.registry import Maps, load_maps
from geo_service.cartography.view import View, view_of
from geo_service.catalogue.raster.queries import edition
from geo_service.catalogue.registry import Catalogue, load_catalogue
from geo_service.catalogue.versions import version
from geo_service.installation import Installation
from geo_service.web.assets import asset_url
from geo_service.web.pages.page import AnySheet

router = APIRouter(include_in_schema=False)
POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; font-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
COVERAGE = "dekking"
"""The map that our own pages start from."""
SECRET = secrets.token_bytes(32)
"""Of this process. A nonce follows from it and the ETag: a 304 then repeats the policy of the document that the browser holds."""


def maps_of(here: Installation) -> Maps:
    """The maps of this installation."""
    return _maps(here.content)


@cache
def _maps(content: Path) -> Maps:
    return load_maps(content, load_catalogue(content))


@router.get("/maps/{map_id}")
def map_document(
    sheet: AnySheet,
    map_id: str,
    level: Annotated[str | None, Query(alias="niveau")] = None,
    at: date | None = None,
    within: Annotated[str | None, Query(alias="stadsdeel", max_length=20)] = None,
) -> Response:
    """The map on a day, today by default."""
    catalogue = sheet.here.catalogue
    definition = maps_of(sheet.here).find(map_id, staff=False)
    view = view_of(definition, level, at or sheet.today, sheet.language, within or None)
    tag = _tag(sheet.session, definition, catalogue, view)
    nonce = _keyed(f"nonce {tag}")[:32]
    headers = {
        "ETag": f'"{tag}"',
        "Cache-Control": "no-cache",
        "Vary": "Cookie",
        "Content-Security-Policy": POLICY.format(nonce=nonce),
        "X-Frame-Options": "SAMEORIGIN",
    }
    return sheet.kept(headers, lambda: HTMLResponse(_drawn(sheet.session, definition, catalogue, view, nonce)))


def _drawn(session: Session, definition: MapDefinition, catalogue: Catalogue, view: View, nonce: str) -> str:
    from geo_service.cartography.document import served  # Folium and pandas take a second to import: a server starts without them
    from geo_service.cartography.folium_map import draw

    return served(draw(session, definition, catalogue, view), asset_url, nonce)


def _tag(session: Session, definition: MapDefinition, catalogue: Catalogue, view: View) -> str:
    """Changes with every commit to a table behind the map, with the map itself, with our assets and with this process."""
    layers = [version(session, catalogue[layer], view.at) for layer in definition.layers()]
    cells = edition(session, definition.raster.layer, view.at) if definition.raster else None
    material = repr((layers, cells and cells.sha256, definition, view, __version__, asset_url("map.js"), asset_url("map.css")))
    return _keyed(material)[:24]


def _keyed(material: str) -> str:
    return hmac.digest(SECRET, material.encode(), "sha256").hex()
