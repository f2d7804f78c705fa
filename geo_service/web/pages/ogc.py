"""The OGC API for people: the document that a program gets, as a page with a table and a map."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

import orjson
from fastapi import Request, Response

from geo_service.catalogue.definition import Column, LayerDefinition
from geo_service.catalogue.formats import FORMATS
from geo_service.catalogue.raster.judge import plain
from geo_service.catalogue.styles.rules import looks
from geo_service.errors import N_
from geo_service.installation import Installation
from geo_service.web.links import reached_at
from geo_service.web.pages.maps import maps_of
from geo_service.web.pages.render import page_language, render
from geo_service.words import Language, number, say, say_date

BASE = "/ogc/v1"
PAGES = (
    "landing", "collections", "collection", "raster", "items", "feature", "conformance", "queryables", "schema", "sortables",
    "matrix_sets", "matrix_set", "tilesets", "tileset", "styles", "style",
)  # fmt: skip
KEPT = ("at", "taal")
"""What of an address goes along to another page: the day that is looked at."""
FORMAT_NAMES = {
    "gpkg": "GeoPackage",
    "geojson": "GeoJSON",
    "geojsonl": "GeoJSONSeq",
    "parquet": "GeoParquet",
    "fgb": "FlatGeobuf",
    "shp": "Shapefile",
    "csv": "CSV",
    "xlsx": "Excel",
}
YES, NO = N_("yes"), N_("no")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
AROUND, GROUND = "stadsdelen", "achtergrond"
"""Whose borders lie around the features on a map, and what lies below them, where there are such layers."""
COUNTED = ("m²", "ha", "m", "km", "%")
"""Units of figures; other whole numbers are years and numbers, which have no dots."""


def ogc_page(request: Request, here: Installation, page: str, document: dict[str, Any], headers: Mapping[str, str]) -> Response:
    """One page. ``document`` is the answer in JSON: every page holds all of it, below what its template tells of it."""
    language = page_language(request)
    told = request.path_params.get("layerId") or request.path_params.get("styleId")
    layer, raster = here.catalogue.get(told or ""), here.catalogue.rasters.get(told or "")
    template = page if page in PAGES else "document"
    content = {
        "document": document,
        "json": orjson.dumps(document, option=orjson.OPT_INDENT_2).decode(),
        "links": list(links_in(document)),
        "layer": layer,
        "raster": raster,
        "maps": [each for each in maps_of(here).values() if raster and each.table and each.raster and each.raster.layer == raster.id],
        "layers": here.catalogue,
        "ogc": BASE,
        "base_url": reached_at(request, here),
        "formats": {name: FORMAT_NAMES.get(name, name) for name in FORMATS},
        "at": _day(request.query_params.get("at")),
        "asked": dict(request.query_params),
        "kept": _kept(request),
        "here_with": lambda **changes: _here_with(request, changes),
        "cell": lambda name, value: cell(layer, name, value, language) if layer else str(value),
        "looks": looks(drawn.style) if (drawn := layer or raster) else [],
        "as_date": date.fromisoformat,
        "plain": plain,
        "drawn_as": drawn_as,
        "as_part": lambda value: quote(str(value), safe=""),
        "around": AROUND if AROUND in here.catalogue and told != AROUND else None,
        "ground": here.catalogue.get(GROUND) if told != GROUND else None,
        "rel": lambda name: next((link for link in document.get("links", ()) if link["rel"].endswith(name)), None),
    }
    response = render(request, here, f"ogc/{template}.html", language, content)
    for name, value in headers.items():
        if name != "ETag":  # a page also changes with its language, its looks and this program
            response.headers[name] = value
    return response


def links_in(node: Any) -> Iterator[dict[str, Any]]:
    """All links of a document, wherever they stand; one with parts to be filled in leads nowhere yet."""
    if isinstance(node, list):
        for part in node:
            yield from links_in(part)
    elif isinstance(node, dict):
        if isinstance(node.get("href"), str) and not node.get("templated"):
            yield node
        for part in node.values():
            yield from links_in(part)


def cell(layer: LayerDefinition, name: str, value: Any, language: Language) -> str:
    """A value as people write it."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return say(YES if value else NO, language)
    if isinstance(value, int | float):
        return _figure(layer.columns.get(name), value, language)
    if isinstance(value, str) and DAY.fullmatch(value):
        return say_date(date.fromisoformat(value), language)
    return str(value)


def _figure(column: Column | None, value: float, language: Language) -> str:
    if isinstance(value, int) and (column is None or column.unit not in COUNTED):
        return str(value)
    return number(value, language, 0 if isinstance(value, int) or abs(value) >= 1000 else 2)


def drawn_as(layer: LayerDefinition) -> dict[str, Any]:
    """The style as our script reads it."""
    return layer.style.model_dump(exclude_none=True)


def _day(told: str | None) -> date | None:
    return date.fromisoformat(told) if told and DAY.fullmatch(told) else None


def _kept(request: Request) -> str:
    """``?at=2024-01-01``, or nothing."""
    kept = [(name, request.query_params[name]) for name in KEPT if name in request.query_params]
    return f"?{urlencode(kept)}" if kept else ""


def _here_with(request: Request, changes: Mapping[str, str | None]) -> str:
    """The address of this page with other parameters; None leaves one out."""
    kept = {**request.query_params, **changes}
    query = urlencode([(name, value) for name, value in kept.items() if value is not None])
    return quote(request.url.path) + (f"?{query}" if query else "")
