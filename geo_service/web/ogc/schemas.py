"""The columns of a layer as JSON Schema: what features hold (schema), and what can be filtered on and sorted by."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from geo_service.catalogue.definition import GEOMETRIE, LayerDefinition
from geo_service.catalogue.kinds import Kind, kinds
from geo_service.web.dependencies import DbSession
from geo_service.web.ogc.asked import HTML, PATH, SCHEMA, Asked, Plain, answer, asking
from geo_service.web.problems import problems
from geo_service.web.visible import VisibleLayer

CONFORMANCE = (
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/schemas",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/core-roles-features",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/sortables",
)
DIALECT = "https://json-schema.org/draft/2020-12/schema"
TYPES: dict[Kind, dict[str, str]] = {
    "text": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "moment": {"type": "string", "format": "date-time"},
}
"""As JSON Schema has them."""
router = APIRouter(prefix=PATH, tags=["ogc"])


def as_schema(asked: Plain) -> Asked:
    """A question that is answered with a schema."""
    return asking(asked.request, asked.here, SCHEMA)


AskedSchema = Annotated[Asked, Depends(as_schema)]
DECLARED: dict[str, Any] = {
    "response_class": Response,
    "responses": {
        200: {"content": {SCHEMA: {"schema": {"type": "object"}}, HTML: {"schema": {"type": "string"}}}},
        **problems(400, 401, 404, 406),
    },
}


@router.get("/collections/{layerId}/queryables", **DECLARED)
def get_queryables(asked: AskedSchema, layer: VisibleLayer, session: DbSession) -> Response:
    """What can be filtered on, with ``filter`` or as a parameter of its own."""
    columns = properties(layer, kinds(session, layer))
    return _answered(asked, layer, {**columns, GEOMETRIE: geometry(layer)}, "queryables", additionalProperties=False)


@router.get("/collections/{layerId}/schema", **DECLARED)
def get_schema(asked: AskedSchema, layer: VisibleLayer, session: DbSession) -> Response:
    """The schema of a feature: its columns with titles, kinds and units."""
    columns = properties(layer, kinds(session, layer))
    told = {name: {**part, **_role(layer, name), "x-ogc-propertySeq": number} for number, (name, part) in enumerate(columns.items(), 1)}
    shape = {**geometry(layer), "x-ogc-role": "primary-geometry", "x-ogc-propertySeq": len(told) + 1}
    return _answered(asked, layer, {**told, GEOMETRIE: shape}, "schema", required=[layer.key])


@router.get("/collections/{layerId}/sortables", **DECLARED)
def get_sortables(asked: AskedSchema, layer: VisibleLayer, session: DbSession) -> Response:
    """What can be sorted by, with ``sortby``."""
    return _answered(asked, layer, properties(layer, kinds(session, layer)), "sortables", additionalProperties=False)


def properties(layer: LayerDefinition, known: dict[str, Kind]) -> dict[str, dict[str, Any]]:
    """The columns with title, kind, unit and the words that can occur."""
    return {name: _property(layer, name, known[name]) for name in layer.columns}


def _property(layer: LayerDefinition, name: str, kind: Kind) -> dict[str, Any]:
    column = layer.columns[name]
    told: dict[str, Any] = {"title": column.title, **TYPES[kind]}
    if column.description:
        told["description"] = column.description
    if column.unit:
        told["x-ogc-unit"] = column.unit
    if column.values:
        told["enum"] = list(column.values)
    if layer.edits and name not in layer.edits.columns:
        told["readOnly"] = True
    return told


def geometry(layer: LayerDefinition) -> dict[str, Any]:
    """The geometry, as Part 3 and 5 tell it."""
    return {"title": "Geometrie", "format": f"geometry-{layer.geometry.lower()}"}


def _role(layer: LayerDefinition, name: str) -> dict[str, str]:
    if name == layer.key:
        return {"x-ogc-role": "id"}
    period: tuple[str, ...] = layer.period or ()
    roles = ("primary-instant",) if len(period) == 1 else ("primary-interval-start", "primary-interval-end")
    return {"x-ogc-role": roles[period.index(name)]} if name in period else {}


def _answered(asked: Asked, layer: LayerDefinition, columns: dict[str, Any], page: str, **more: Any) -> Response:
    document = {
        "$schema": DIALECT,
        "$id": asked.href("collections", layer.id, page),
        "title": layer.title,
        "description": layer.summary,
        "type": "object",
        "properties": columns,
        **more,
    }
    return answer(asked, document, page, staff=layer.audience == "staff")
