"""The published layers, and taking one away as a file."""

import tempfile
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from geo_service.catalogue import export as exports
from geo_service.catalogue.cql import FilterLanguage
from geo_service.catalogue.definition import LayerDefinition
from geo_service.catalogue.formats import FORMATS
from geo_service.catalogue.order import Export, Pieces
from geo_service.catalogue.query import CRS84
from geo_service.catalogue.selection import Wish
from geo_service.days import day_of
from geo_service.geometry import CRS84_URI
from geo_service.web.dependencies import DbSession, Here, MaybeActor, Now
from geo_service.web.limits import Slots
from geo_service.web.links import reached_at
from geo_service.web.problems import problems
from geo_service.web.schemas import Answer, Question
from geo_service.web.streams import ClosingResponse, file_pieces
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
    """What the file holds. The box is in the system of the file unless its own is named."""

    format: str = Field("gpkg", description=f"One of: {', '.join(FORMATS)}.")
    crs: str | None = Field(None, description="EPSG:N or CRS84. Default: RD (EPSG:28992); for GeoJSON CRS84.")
    bbox: str | None = Field(None, description="xmin,ymin,xmax,ymax, longitude first; features that touch it.")
    bbox_crs: str | None = Field(None, description="System of the box. Default: that of the file.")
    filter: str | None = Field(None, description="CQL2: features for which this is true.")
    filter_lang: FilterLanguage = Field("cql2-text", description="How the filter is written.")
    filter_crs: str | None = Field(None, description="System of the geometries in the filter. Default: that of the file.")
    at: date | None = Field(None, description="The day to show (Europe/Amsterdam); today when absent.")
    style: str | None = Field(None, description="qgis: a GeoPackage with the style of the layer for QGIS.")


@router.get("/layers", responses=problems(401))
def list_layers(request: Request, here: Here, actor: MaybeActor) -> LayersAnswer:
    """The published layers, with their columns, licence and formats."""
    visible = here.catalogue.visible(staff=sees_staff_layers(actor))
    return LayersAnswer(layers=[_told(layer, reached_at(request, here)) for layer in visible])


def get_slots(request: Request) -> Slots:
    """The places for making files at the same time."""
    slots: Slots = request.app.state.export_slots
    return slots


@router.get(
    "/layers/{layerId}/export",
    response_class=Response,
    responses={200: {"content": {format.media_type: {} for format in FORMATS.values()}}, **problems(400, 401, 404, 413, 503)},
)
def export_layer(
    layer: VisibleLayer,
    here: Here,
    session: DbSession,
    now: Now,
    slots: Annotated[Slots, Depends(get_slots)],
    query: Annotated[ExportQuery, Query()],
) -> Response:
    """The layer as a file, as of a day."""
    asked = query.model_dump(exclude={"format", "style", "at"})
    wish = Wish(**asked, at=query.at or day_of(now))
    wanted = exports.order(session, layer, query.format, wish, query.style)
    headers = {
        "Content-Disposition": f'attachment; filename="{wanted.file_name}"',
        "Content-Crs": f"<{CRS84_URI if wanted.crs == CRS84 else f'http://www.opengis.net/def/crs/EPSG/0/{wanted.crs}'}>",
    }
    return ClosingResponse(slots.during(_pieces(here.url, wanted)), media_type=wanted.format.media_type, headers=headers)


def _pieces(url: str, wanted: Export) -> Pieces:
    """The file as it is made; or, when it cannot be sent before it is whole, by way of a file."""
    if wanted.format.stream:
        yield from wanted.format.stream(url, wanted, None)
        return
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
    return LayerAnswer(**shown, columns=columns, formats=list(FORMATS), tiles=tiles)
