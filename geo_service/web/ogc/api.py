"""The definition of this API as OpenAPI 3.0: what FastAPI knows of it, in the older words, with a path and its own parameters per layer."""

from copy import deepcopy
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from geo_service.catalogue.definition import LayerDefinition
from geo_service.catalogue.kinds import kinds
from geo_service.catalogue.raster import queries
from geo_service.registers.zones.service import may_edit
from geo_service.web.dependencies import DbSession, Here, MaybeActor
from geo_service.web.ogc.asked import OPENAPI, PATH, Asked, Plain, answer, asking
from geo_service.web.ogc.described import PARAMETERS, of_items
from geo_service.web.ogc.map_tiles import TILES as MAP_TILES
from geo_service.web.ogc.openapi30 import older
from geo_service.web.problems import problems
from geo_service.web.visible import sees_staff_layers

CONFORMANCE = (
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
)
DESCRIPTION = "Lagen van groen in zelfbeheer: objecten, filters en tegels, voor elke dag."
LICENCE = {"name": "EUPL-1.2", "url": "https://eupl.eu/1.2/nl/"}
ITEMS = "/collections/{layerId}/items"
router = APIRouter(prefix=PATH, tags=["ogc"])


def as_openapi(asked: Plain) -> Asked:
    """A question that is answered with the definition."""
    return asking(asked.request, asked.here, OPENAPI)


@router.get(
    "/api",
    response_class=Response,
    responses={200: {"content": {OPENAPI: {"schema": {"type": "object"}}}}, **problems(400, 401, 406)},
)
def get_api(request: Request, asked: Annotated[Asked, Depends(as_openapi)], here: Here, actor: MaybeActor, session: DbSession) -> Response:
    """This definition, with the layers that the asker may see."""
    staff = sees_staff_layers(actor)
    document = deepcopy(_of_all_layers(request))
    items = document["paths"].pop(ITEMS)
    layers = here.catalogue.visible(staff=staff)
    edited = [layer for layer in layers if layer.edits and may_edit(actor)]
    document["paths"] |= {
        ITEMS.replace("{layerId}", layer.id): _of_one(items, layer, kinds(session, layer), edited=layer in edited) for layer in layers
    }
    document["components"]["parameters"] = PARAMETERS
    document["servers"] = [{"url": asked.base}]
    published = queries.published(session)
    rasters = [raster.id for raster in here.catalogue.visible_rasters(staff=staff) if raster.id in published]
    for place, path in document["paths"].items():
        _name_layers(path, _shown_at(place, [layer.id for layer in layers], rasters), [layer.id for layer in edited])
    document["paths"] = {place: path for place, path in document["paths"].items() if path}
    return answer(asked, document, "api", staff=staff)


def _shown_at(place: str, layers: list[str], rasters: list[str]) -> list[str]:
    """The layers that can be read at an address: of features, of cells, or both."""
    if place.startswith(MAP_TILES):
        return rasters
    return [*layers, *rasters] if place == "/collections/{layerId}" else layers


def _name_layers(path: dict[str, Any], shown: list[str], edited: list[str]) -> None:
    """The layers that an operation knows; one that changes features is told to who may use it."""
    for method in list(path):
        named = shown if method == "get" else edited
        if not named:
            del path[method]
            continue
        for parameter in path[method].get("parameters", ()):
            if parameter.get("name") == "layerId":
                parameter["schema"] = {"type": "string", "enum": named}


def _of_one(items: dict[str, Any], layer: LayerDefinition, known: dict[str, Any], *, edited: bool) -> dict[str, Any]:
    """``items`` of one layer: its columns are parameters of its own."""
    operation = {**items["get"], "operationId": f"items_{layer.id}", "summary": layer.title, "description": layer.summary}
    operation["parameters"] = of_items(layer, known)
    if not edited:
        return {"get": operation}
    created = {**items["post"], "operationId": f"create_{layer.id}"}
    created["parameters"] = [parameter for parameter in created["parameters"] if parameter["name"] != "layerId"]
    return {"get": operation, "post": created}


def _of_all_layers(request: Request) -> dict[str, Any]:
    """Without the layers: the same for everyone, made once."""
    state = request.app.state
    if not hasattr(state, "ogc_definition"):
        state.ogc_definition = _definition(request)
    return dict(state.ogc_definition)


def _definition(request: Request) -> dict[str, Any]:
    whole = deepcopy(request.app.openapi())
    paths = {path.removeprefix(PATH) or "/": item for path, item in whole["paths"].items() if path.startswith(PATH)}
    name = request.app.state.installation.municipality.name
    known = whole["components"]["schemas"]
    schemas = {needed: known[needed] for needed in sorted(_needed(paths, known))}
    info = {**whole["info"], "title": f"OGC API {name}", "description": DESCRIPTION, "license": LICENCE}
    components = {"schemas": older(schemas), "securitySchemes": whole["components"]["securitySchemes"]}
    return {"openapi": "3.0.3", "info": info, "paths": older(paths), "components": components, "security": whole["security"]}


def _needed(node: Any, schemas: dict[str, Any]) -> set[str]:
    """The names of the schemas that this part of the document refers to, and what these refer to."""
    if isinstance(node, list):
        return set().union(*(_needed(part, schemas) for part in node))
    if not isinstance(node, dict):
        return set()
    named = node["$ref"].rpartition("/")[2] if isinstance(node.get("$ref"), str) else None
    deeper = _needed(schemas[named], schemas) if named else set()
    return {named, *deeper} if named else set().union(*(_needed(part, schemas) for part in node.values()))
