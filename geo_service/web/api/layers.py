"""The published layers, and taking one away as a file."""

import tempfile
from collections.abc import Generator
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from geo_service.catalogue import export as exports
from geo_service.catalogue.definition import LayerDefinition
from geo_service.catalogue.query import parse_bbox, parse_crs
from geo_service.days import day_of
from geo_service.web.dependencies import Here, MaybeActor, Now
from geo_service.web.links import reached_at
from geo_service.web.problems import problems
from geo_service.web.schemas import Answer, Question
from geo_service.web.streams import ClosingResponse, file_pieces, started
from geo_service.web.visible import VisibleLayer, sees_staff_layers

router = APIRouter(tags=["layers"])


class ColumnAnswer(Answer):
    """A column of a layer."""

    name: str
    title: str
    unit: str | None
    values: list[str]
    description: str | None


class LayerAnswer(Answer):
    """A published layer; titles and columns are Dutch, as in the data. ``audience``: public or staff."""

    id: str
    title: str
    summary: str
    audience: str
    licence: str
    licence_url: str | None
    owner: str
    source: str
    updated: str
    geometry: str
    key: str
    columns: list[ColumnAnswer]
    formats: list[str]
    tiles: str | None


class LayersAnswer(Answer):
    """All layers that the asker may see."""

    layers: list[LayerAnswer]


class ExportQuery(Question):
    """What the file holds."""

    format: str = Field("gpkg", description="gpkg or geojson.")
    crs: str | None = Field(None, description="EPSG:N or CRS84. Default: RD (EPSG:28992); for GeoJSON CRS84.")
    bbox: str | None = Field(None, description="xmin,ymin,xmax,ymax in the system of the file, longitude first.")
    at: date | None = Field(None, description="The day to show (Europe/Amsterdam); today when absent.")


@router.get("/layers", responses=problems(401))
def list_layers(request: Request, here: Here, actor: MaybeActor) -> LayersAnswer:
    """The published layers, with their columns, licence and formats."""
    visible = here.catalogue.visible(staff=sees_staff_layers(actor))
    return LayersAnswer(layers=[_told(layer, reached_at(request, here)) for layer in visible])


@router.get(
    "/layers/{layerId}/export",
    response_class=Response,
    responses={200: {"content": {media: {} for media in exports.FORMATS.values()}}, **problems(400, 401, 404)},
)
def export_layer(
    layer: VisibleLayer,
    here: Here,
    now: Now,
    query: Annotated[ExportQuery, Query()],
) -> Response:
    """The layer as a file, as of a day."""
    crs = parse_crs(query.crs) if query.crs else None
    wanted = exports.order(layer, query.format, query.at or day_of(now), crs, parse_bbox(query.bbox))
    headers = {
        "Content-Disposition": f'attachment; filename="{wanted.file_name}"',
        "Content-Crs": f"<http://www.opengis.net/def/crs/{f'EPSG/0/{wanted.crs}' if wanted.crs != exports.CRS84 else 'OGC/1.3/CRS84'}>",
    }
    pieces = exports.stream_geojson(here.url, wanted) if wanted.format == "geojson" else _by_way_of_a_file(here.url, wanted)
    return ClosingResponse(started(pieces), media_type=exports.FORMATS[wanted.format], headers=headers)


def _by_way_of_a_file(url: str, wanted: exports.Export) -> Generator[bytes, None, None]:
    """A GeoPackage is a database: it is written first and then sent."""
    with tempfile.TemporaryDirectory(prefix="geo-export-") as folder:
        path = Path(folder) / wanted.file_name
        exports.write_file(url, wanted, path)
        yield from file_pieces(path)


def _told(layer: LayerDefinition, base_url: str) -> LayerAnswer:
    columns = [ColumnAnswer(name=name, **column.model_dump()) for name, column in layer.columns.items()]
    tiles = (
        f"{base_url}/ogc/v1/collections/{layer.id}/tiles/WebMercatorQuad/{{tileMatrix}}/{{tileRow}}/{{tileCol}}" if layer.tiles else None
    )
    shown: dict[str, Any] = layer.model_dump(include=set(LayerAnswer.model_fields) - {"columns", "tiles", "formats"})
    return LayerAnswer(**shown, columns=columns, formats=list(exports.FORMATS), tiles=tiles)
