"""The style of a layer, for MapLibre and for QGIS."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Response

from geo_service.catalogue.definition import LayerDefinition
from geo_service.catalogue.maplibre import maplibre
from geo_service.catalogue.matrices import WEB_MERCATOR
from geo_service.catalogue.qml import qml
from geo_service.errors import N_, NotFound
from geo_service.web.dependencies import Here, MaybeActor
from geo_service.web.ogc.asked import PATH, Asked, Link, answer, headers_of, tag, unchanged
from geo_service.web.ogc.tilesets import Document, documents, tiles_url
from geo_service.web.problems import problems
from geo_service.web.visible import VisibleLayer, sees_staff_layers

MAPBOX, QML = "application/vnd.mapbox.style+json", "application/vnd.qgis.qml+xml"
MEDIA = {"mapbox": MAPBOX, "qml": QML}
NO_STYLE = N_("There is no style {style}.")
TITLES = {"mapbox": "MapLibre", "qml": "QGIS (QML)"}
router = APIRouter(prefix=PATH, tags=["tiles"])


@router.get("/styles", response_model=dict[str, Any], responses=problems(400, 401))
def get_all_styles(asked: Document, here: Here, actor: MaybeActor) -> Response:
    """The styles of all layers that the asker may see."""
    staff = sees_staff_layers(actor)
    listed = [_listed(asked, layer) for layer in here.catalogue.visible(staff=staff)]
    return answer(asked, {"styles": listed, "links": asked.links()[:1]}, "", staff=staff)


@router.get("/collections/{layerId}/styles", response_model=dict[str, Any], responses=problems(400, 401, 404))
def get_styles(asked: Document, layer: VisibleLayer) -> Response:
    """The styles of a layer: it has one, with its own id."""
    document = {"default": layer.id, "styles": [_listed(asked, layer)], "links": asked.links()[:1]}
    return answer(asked, document, "", staff=layer.audience == "staff")


@router.get(
    "/collections/{layerId}/styles/{styleId}",
    response_class=Response,
    responses={200: {"content": {media: {} for media in MEDIA.values()}}, **problems(400, 401, 404)},
)
def get_style(
    asked: Annotated[Asked, documents("mapbox", "qml")],
    layer: VisibleLayer,
    style: Annotated[str, Path(alias="styleId", description="The id of the layer.")],
    f: Literal["mapbox", "qml"] | None = None,
) -> Response:
    """The style for MapLibre (``mapbox``, a style document of version 8) or for QGIS (``qml``); also by Accept."""
    if style != layer.id:
        raise NotFound(NO_STYLE, style=style[:100])
    staff = layer.audience == "staff"
    if (f or ("qml" if QML in asked.request.headers.get("accept", "") else "mapbox")) == "mapbox":
        asked = Asked(asked.request, asked.here, "json", MAPBOX)
        return answer(asked, maplibre(layer, tiles_url(asked, layer, WEB_MERCATOR)), "", staff=staff)
    headers = headers_of(tag("qml", layer.fingerprint), staff=staff)
    attachment = {"Content-Disposition": f'attachment; filename="{layer.id}.qml"'}
    return unchanged(asked.request, headers) or Response(qml(layer), headers={**headers, **attachment}, media_type=QML)


def _listed(asked: Asked, layer: LayerDefinition) -> dict[str, Any]:
    formats = ("mapbox", "qml") if layer.tiles else ("qml",)
    links: list[Link] = [
        {
            "rel": "stylesheet",
            "href": asked.href("collections", layer.id, "styles", layer.id, f=name),
            "type": MEDIA[name],
            "title": TITLES[name],
        }
        for name in formats
    ]
    return {"id": layer.id, "title": layer.title, "links": links}
