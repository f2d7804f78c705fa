"""The layers as collections: what they hold, where, under which licence, and where to read on."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from geo_service.catalogue.definition import LayerDefinition
from geo_service.catalogue.extent import Extent, Moment
from geo_service.catalogue.metadata import Known
from geo_service.catalogue.raster.definition import RasterDefinition
from geo_service.catalogue.registry import NO_LAYER
from geo_service.errors import N_, NotFound
from geo_service.geometry import CRS84_URI, RD_URI
from geo_service.web.dependencies import DbSession, Here, MaybeActor
from geo_service.web.metadata import known_of, remembered_extent
from geo_service.web.ogc import rasters
from geo_service.web.ogc.asked import GEOJSON, HTML, PATH, REL, SCHEMA, Asked, Link, Plain, answer
from geo_service.web.ogc.known import metadata_of, told_of
from geo_service.web.ogc.systems import URIS
from geo_service.web.problems import problems
from geo_service.web.visible import VisibleOfAnyKind, sees_staff_layers

CONFORMANCE = (
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
)
LAYERS, LAYER, LICENCE = N_("The layers"), N_("This layer"), N_("Licence")
FEATURES, FEATURES_PAGE = N_("The features as GeoJSON"), N_("The features as a page")
TILES, STYLES = N_("The vector tiles"), N_("The styles")
router = APIRouter(prefix=PATH, tags=["ogc"])


@router.get("/collections", response_model=dict[str, Any], responses=problems(400, 401, 406))
def get_collections(asked: Plain, here: Here, actor: MaybeActor, session: DbSession) -> Response:
    """All layers that the asker may see."""
    staff = sees_staff_layers(actor)
    known = known_of(asked.request, session)
    layers = [describe(asked, layer, known.get(layer.id, Known()), session) for layer in here.catalogue.visible(staff=staff)]
    described = [*layers, *rasters.described(asked, here.catalogue.visible_rasters(staff=staff), session)]
    document = {"links": asked.links(), "crs": list(URIS), "numberMatched": len(described), "numberReturned": len(described)}
    return answer(asked, {**document, "collections": described}, "collections", staff=staff)


@router.get("/collections/{layerId}", response_model=dict[str, Any], responses=problems(400, 401, 404, 406))
def get_collection(asked: Plain, layer: VisibleOfAnyKind, session: DbSession) -> Response:
    """One layer, of features or of cells."""
    if isinstance(layer, RasterDefinition):
        document = rasters.describe_raster(asked, layer, session)
    else:
        document = describe(asked, layer, known_of(asked.request, session).get(layer.id, Known()), session)
    if document is None:
        raise NotFound(NO_LAYER, layer=layer.id)
    document["links"] = [*asked.links(), asked.link("up", "collections", title=LAYERS), *document["links"][1:]]
    page = "raster" if isinstance(layer, RasterDefinition) else "collection"
    return answer(asked, document, page, staff=layer.audience == "staff")


def describe(asked: Asked, layer: LayerDefinition, known: Known, session: Session) -> dict[str, Any]:
    """A layer as Part 1 and 2 describe it; titles and texts are Dutch, as in the data. Who made it, of what and when is told with the
    names of OGC API Records.
    """
    told = remembered_extent(asked.request, session, layer)
    return {
        "id": layer.id,
        "title": layer.title,
        "description": layer.summary,
        "attribution": f"{layer.owner}. {layer.source}",
        "license": layer.licence,
        **told_of(asked, layer, known),
        "itemType": "feature",
        **_extent(told),
        "crs": list(URIS),
        "storageCrs": RD_URI,
        "links": [asked.link("self", "collections", layer.id, title=LAYER), *links_of(asked, layer)],
    }


def links_of(asked: Asked, layer: LayerDefinition) -> Iterable[Link]:
    """Where to read on from a layer."""
    place = ("collections", layer.id)
    yield asked.link("items", *place, "items", media=GEOJSON, title=FEATURES, hreflang="nl")
    yield asked.link("items", *place, "items", media=HTML, title=FEATURES_PAGE, hreflang="nl")
    for name in ("queryables", "schema", "sortables"):
        yield asked.link(f"{REL}/{name}", *place, name, media=SCHEMA, title=DESCRIBED[name], hreflang="nl")
    yield asked.link("describedby", *place, "schema", media=SCHEMA, title=DESCRIBED["schema"], hreflang="nl")
    if layer.tiles:
        yield asked.link(f"{REL}/tilesets-vector", *place, "tiles", title=TILES)
    yield asked.link(f"{REL}/styles", *place, "styles", title=STYLES)
    yield from metadata_of(asked, layer)
    if layer.licence_url:
        yield {"rel": "license", "href": layer.licence_url, "title": f"{asked.say(LICENCE)}: {layer.licence}"}


DESCRIBED = {
    "queryables": N_("What can be filtered on"),
    "schema": N_("The columns and their kinds"),
    "sortables": N_("What can be sorted by"),
}


def _extent(told: Extent) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    if told.box:
        parts["spatial"] = {"bbox": [list(told.box)], "crs": CRS84_URI}
    if told.first or told.last:
        parts["temporal"] = {"interval": [[_moment(told.first), _moment(told.last)]], "trs": rasters.GREGORIAN}
    return {"extent": parts} if parts else {}


def _moment(moment: Moment) -> str | None:
    if isinstance(moment, date) and not isinstance(moment, datetime):
        return f"{moment.isoformat()}T00:00:00Z"
    return moment.isoformat() if moment else None
