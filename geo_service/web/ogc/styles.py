"""The style of a layer, for MapLibre, for QGIS and as OGC SLD."""

from collections.abc import Callable, Iterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Response

from geo_service.catalogue.definition import LayerDefinition
from geo_service.catalogue.raster.definition import RasterDefinition
from geo_service.catalogue.raster.queries import published
from geo_service.catalogue.styles.maplibre import maplibre, tiles_address
from geo_service.catalogue.styles.qml import qml
from geo_service.catalogue.styles.sld import sld
from geo_service.errors import N_, NotFound
from geo_service.web.conditional import unchanged
from geo_service.web.dependencies import DbSession, Here, MaybeActor
from geo_service.web.ogc.asked import HTML, PATH, Asked, Link, answer, headers_of, tag
from geo_service.web.ogc.tilesets import Document, documents
from geo_service.web.problems import problems
from geo_service.web.visible import sees_staff_layers

Styled = LayerDefinition | RasterDefinition
Name = Literal["mapbox", "qml", "sld"]
Format = Literal["mapbox", "qml", "sld", "html"]
MEDIA: dict[Name, str] = {
    "mapbox": "application/vnd.mapbox.style+json",
    "qml": "application/vnd.qgis.qml+xml",
    "sld": "application/vnd.ogc.sld+xml;version=1.1",
}
TITLES: dict[Name, str] = {"mapbox": "MapLibre", "qml": "QGIS (QML)", "sld": "OGC SLD 1.1"}
FILES: dict[Name, Callable[[Styled], str]] = {"qml": qml, "sld": sld}
PAGE, LAYER = N_("This style as a page"), N_("This layer")
CONFORMANCE = (
    "http://www.opengis.net/spec/ogcapi-styles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-styles-1/1.0/conf/global-styles",
    "http://www.opengis.net/spec/ogcapi-styles-1/1.0/conf/collection-styles",
)
"""Of the editor's draft 20-009 with these three classes."""
NO_STYLE = N_("There is no style {style}.")
router = APIRouter(prefix=PATH, tags=["tiles"])


def get_styled(
    layer_id: Annotated[str, Path(alias="layerId", description="Id of a layer.")], here: Here, actor: MaybeActor, session: DbSession
) -> Styled:
    """The layer of features or the raster, or ``NotFound``; a raster without a file is not there."""
    staff = sees_staff_layers(actor)
    if layer_id in here.catalogue.rasters and layer_id in published(session):
        return here.catalogue.find_raster(layer_id, staff=staff)
    return here.catalogue.find(layer_id, staff=staff)


StyledLayer = Annotated[Styled, Depends(get_styled)]


@router.get("/styles", response_model=dict[str, Any], responses=problems(400, 401))
def get_all_styles(asked: Document, here: Here, actor: MaybeActor, session: DbSession) -> Response:
    """The styles of all layers that the asker may see."""
    staff, there = sees_staff_layers(actor), published(session)
    rasters = [raster for raster in here.catalogue.visible_rasters(staff=staff) if raster.id in there]
    layers: list[Styled] = [*here.catalogue.visible(staff=staff), *rasters]
    listed = [_listed(asked, layer) for layer in layers]
    return answer(asked, {"styles": listed, "links": asked.links()}, "styles", staff=staff)


@router.get("/collections/{layerId}/styles", response_model=dict[str, Any], responses=problems(400, 401, 404))
def get_styles(asked: Document, layer: StyledLayer) -> Response:
    """The styles of a layer: it has one, with its own id."""
    document = {"default": layer.id, "styles": [_listed(asked, layer)], "links": asked.links()}
    return answer(asked, document, "styles", staff=layer.audience == "staff")


StyleId = Annotated[str, Path(alias="styleId", description="The id of the layer.")]
AskedStyle = Annotated[Asked, documents(*MEDIA)]
DECLARED: dict[str, Any] = {
    "response_class": Response,
    "responses": {200: {"content": {media: {} for media in (*MEDIA.values(), HTML)}}, **problems(400, 401, 404)},
}


@router.get("/styles/{styleId}", **DECLARED)
def get_any_style(
    asked: AskedStyle, style: StyleId, here: Here, actor: MaybeActor, session: DbSession, f: Format | None = None
) -> Response:
    """The style of the layer with this id: for MapLibre (``mapbox``, version 8), QGIS (``qml``), as OGC SLD 1.1 (``sld``) or as a page."""
    return _style(asked, get_styled(style, here, actor, session), f)


@router.get("/collections/{layerId}/styles/{styleId}", **DECLARED)
def get_style(asked: AskedStyle, layer: StyledLayer, style: StyleId, f: Format | None = None) -> Response:
    """The style for MapLibre (``mapbox``, version 8), for QGIS (``qml``), as OGC SLD 1.1 (``sld``) or as a page; also by Accept."""
    if style != layer.id:
        raise NotFound(NO_STYLE, style=style[:100])
    return _style(asked, layer, f)


def _style(asked: Asked, layer: Styled, told: Format | None) -> Response:
    staff = layer.audience == "staff"
    name = told or _preferred(asked)
    if name == "html":
        described = _listed(asked, layer)
        described["links"] += [*asked.links()[:1], asked.link("collection", "collections", layer.id, title=LAYER)]
        return answer(asked, described, "style", staff=staff)
    if name == "mapbox":
        asked = Asked(asked.request, asked.here, "json", MEDIA[name])
        return answer(asked, maplibre(layer, tiles_address(asked.base, layer)), "", staff=staff)
    headers = headers_of(tag(name, layer.fingerprint), staff=staff)
    attachment = {"Content-Disposition": f'attachment; filename="{layer.id}.{name}"'}
    body = unchanged(asked.request, headers)
    return body or Response(FILES[name](layer), headers={**headers, **attachment}, media_type=MEDIA[name])


def _preferred(asked: Asked) -> Format:
    """What Accept names; else a page for people, and MapLibre's for programs."""
    wanted = asked.request.headers.get("accept", "").replace(" ", "")
    plain: Format = "html" if asked.format == "html" else "mapbox"
    return next((name for name, media in MEDIA.items() if media.partition(";")[0] in wanted), plain)


def _listed(asked: Asked, layer: Styled) -> dict[str, Any]:
    return {"id": layer.id, "title": layer.title, "links": list(_links(asked, layer))}


def _links(asked: Asked, layer: Styled) -> Iterator[Link]:
    for name, media in MEDIA.items():
        if name == "mapbox" and isinstance(layer, LayerDefinition) and layer.tiles is None:
            continue
        href = asked.href("collections", layer.id, "styles", layer.id, f=name)
        yield {"rel": "stylesheet", "href": href, "type": media, "title": TITLES[name]}
    page = asked.href("collections", layer.id, "styles", layer.id, f="html")
    yield {"rel": "alternate", "href": page, "type": HTML, "title": asked.say(PAGE)}
