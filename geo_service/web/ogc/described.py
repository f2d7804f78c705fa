"""The parameters of ``items`` and of one feature, as OpenAPI tells them."""

from typing import Any, get_args

from geo_service.catalogue.cql import FilterLanguage
from geo_service.catalogue.definition import LayerDefinition
from geo_service.catalogue.kinds import Kind
from geo_service.web.ogc.asked import FORMATS
from geo_service.web.ogc.parameters import DEFAULT, FARTHEST, MOST, RESERVED
from geo_service.web.ogc.schemas import TYPES
from geo_service.web.ogc.systems import CRS84, URIS

LAYER = {
    "name": "layerId",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "description": "Id of a layer.", "title": "Layerid"},
    "description": "Id of a layer.",
}
LANGUAGES = list(get_args(FilterLanguage))
SYSTEM = {"type": "string", "format": "uri", "default": CRS84.uri, "enum": list(URIS)}
AXES = "De volgorde van de assen is die van het stelsel: bij EPSG:4258 en EPSG:4326 eerst de breedtegraad."


def _parameter(name: str, description: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "required": False, "schema": schema, **more}


def _list(description: str, items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"description": description, "schema": {"type": "array", "items": items, **more}, "style": "form", "explode": False}


TEXT: dict[str, Any] = {"type": "string"}
PARAMETERS: dict[str, dict[str, Any]] = {
    "f": _parameter("f", "json of html; anders wat Accept het liefst heeft.", {**TEXT, "enum": list(FORMATS)}),
    "taal": _parameter("taal", "De taal van een pagina.", {**TEXT, "enum": ["nl", "en"]}),
    "bbox": _parameter(
        "bbox",
        f"Objecten die deze rechthoek raken: vier getallen in bbox-crs. {AXES}",
        {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 4},
        style="form",
        explode=False,
    ),
    "bbox-crs": _parameter("bbox-crs", "Het coördinatenstelsel van bbox.", SYSTEM),
    "crs": _parameter("crs", f"Het coördinatenstelsel van het antwoord. {AXES}", SYSTEM),
    "datetime": _parameter(
        "datetime",
        "Objecten die geldig zijn op een dag of moment, of ergens in een periode (a/b, ../b, a/..), volgens de tijdkolommen van de laag. "
        "Een laag zonder zulke kolommen geeft alles. Met `at` kijk je naar de laag zoals die op een dag was.",
        TEXT,
    ),
    "at": _parameter("at", "De laag zoals die op deze dag was; anders vandaag.", {**TEXT, "format": "date"}),
    "filter": _parameter("filter", "Een filter in CQL2, over wat /queryables noemt.", TEXT),
    "filter-lang": _parameter(
        "filter-lang", "De taal van filter.", {**TEXT, "enum": list(get_args(FilterLanguage)), "default": "cql2-text"}
    ),
    "filter-crs": _parameter("filter-crs", "Het coördinatenstelsel van de geometrie in filter.", SYSTEM),
    "sortby": {
        "name": "sortby",
        "in": "query",
        "required": False,
        **_list("Kolommen om op te sorteren; met een min ervoor aflopend. Lege waarden tellen als de grootste.", TEXT, minItems=1),
    },
    "properties": {"name": "properties", "in": "query", "required": False, **_list("Alleen deze kolommen.", TEXT)},
    "limit": _parameter(
        "limit",
        "Hoeveel objecten een pagina telt; meer dan het hoogste telt als het hoogste.",
        {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT},
    ),
    "cursor": _parameter("cursor", "Uit de link naar de volgende of vorige pagina.", TEXT),
    "offset": _parameter(
        "offset",
        "Hoeveel objecten over te slaan. De link naar de volgende pagina is beter.",
        {"type": "integer", "minimum": 0, "maximum": FARTHEST},
    ),
}


def of_items(layer: LayerDefinition, kinds: dict[str, Kind]) -> list[dict[str, Any]]:
    """The parameters of ``items`` of one layer: those of every layer, and its columns."""
    common = [{"$ref": f"#/components/parameters/{name}"} for name in (*RESERVED, "f", "taal")]
    return [*common, *(_parameter(name, column.told(), dict(TYPES[kinds[name]])) for name, column in layer.columns.items())]


def told(names: tuple[str, ...]) -> dict[str, Any]:
    """For an endpoint that reads its own parameters."""
    return {"parameters": [PARAMETERS[name] for name in (*names, "f", "taal")]}


def _of_tile(name: str, place: str, schema: dict[str, Any], description: str | None = None) -> dict[str, Any]:
    told = {"description": description} if description else {}
    schema = {**schema, **told, "title": name.title() if place == "header" else name.capitalize()}
    return {"name": name, "in": place, "required": place == "path", "schema": schema, **told}


NUMBER = {"type": "integer", "minimum": 0, "exclusiveMaximum": 2**24}
NOTHING = {"type": "null"}
TILE = [
    _of_tile("tileMatrixSetId", "path", TEXT, "WebMercatorQuad or NetherlandsRDNewQuad."),
    *(_of_tile(name, "path", NUMBER) for name in ("tileMatrix", "tileRow", "tileCol")),
    LAYER,
    _of_tile(
        "at", "query", {"anyOf": [{"type": "string", "format": "date"}, NOTHING]}, "The day to show (Europe/Amsterdam); today when absent."
    ),
    _of_tile("f", "query", {"anyOf": [{"const": "mvt", "type": "string"}, NOTHING]}, "mvt, the only format."),
    *(_of_tile(name, "header", {**TEXT, "default": ""}) for name in ("if-none-match", "accept-encoding")),
]
"""The parameters of a vector tile."""
