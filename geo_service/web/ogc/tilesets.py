"""Which tiles there are: tile matrix sets, and the tilesets of a layer with their metadata and TileJSON."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from geo_service.catalogue.definition import LayerDefinition
from geo_service.catalogue.kinds import kinds
from geo_service.catalogue.matrices import SETS, MatrixSet, matrix_set
from geo_service.catalogue.query import Box
from geo_service.catalogue.tiles import tiles_of
from geo_service.catalogue.tilesets import definition, tilejson, tileset
from geo_service.errors import N_, InvalidInput
from geo_service.geometry import box_of
from geo_service.web.dependencies import DbSession, Here
from geo_service.web.metadata import remembered_extent
from geo_service.web.ogc.asked import FORMAT, JSON, PATH, REL, Asked, Link, Reader, answer, prefers_page
from geo_service.web.problems import problems
from geo_service.web.visible import VisibleLayer

CONFORMANCE = (
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    "http://www.opengis.net/spec/tms/2.0/conf/tilematrixset",
    "http://www.opengis.net/spec/tms/2.0/conf/json-tilematrixset",
    "http://www.opengis.net/spec/tms/2.0/conf/tilematrixsetlimits",
    "http://www.opengis.net/spec/tms/2.0/conf/json-tilematrixsetlimits",
    "http://www.opengis.net/spec/tms/2.0/conf/tilesetmetadata",
    "http://www.opengis.net/spec/tms/2.0/conf/json-tilesetmetadata",
)
MVT, TILEJSON = "application/vnd.mapbox-vector-tile", "application/vnd.mapbox.tilejson+json"
TILE, TILESET, MATRICES, STYLE = N_("One tile"), N_("The tiles in this matrix set"), N_("The tile matrix set"), N_("The style")
router = APIRouter(prefix=PATH, tags=["tiles"])


def documents(*formats: str, page: bool = True) -> Any:
    """A question for a document in one of these formats (``f``), the first when it is absent; or for its page, if it has one."""
    offered = (*formats, "html") if page else formats

    async def asked(
        request: Request,
        here: Here,
        f: Annotated[str | None, Query(description=f"One of: {', '.join(offered)}.", examples=[formats[0]])] = None,
        taal: Annotated[str | None, Query(description="Language of titles: nl or en.", examples=["nl"])] = None,  # noqa: ARG001
    ) -> Asked:
        reader = Reader(request, ())
        reader.done()
        if f is not None and f not in offered:
            raise InvalidInput(FORMAT, format=f[:40], formats=", ".join(offered))
        as_page = prefers_page(request) if page and f is None else f == "html"
        return Asked(request, here, "html" if as_page else "json", JSON)

    return Depends(asked)


Document = Annotated[Asked, documents("json")]
Set = Annotated[str, Path(alias="tileMatrixSetId", description="WebMercatorQuad or NetherlandsRDNewQuad.")]


@router.get("/tileMatrixSets", response_model=dict[str, Any], responses=problems(400))
def get_matrix_sets(asked: Document) -> Response:
    """The tile matrix sets."""
    sets = [
        {"id": each.id, "title": each.title, "uri": each.uri, "crs": each.crs_uri, "links": [_matrices_link(asked, each, "self")]}
        for each in SETS.values()
    ]
    return answer(asked, {"tileMatrixSets": sets, "links": asked.links()}, "matrix_sets")


@router.get("/tileMatrixSets/{tileMatrixSetId}", response_model=dict[str, Any], responses=problems(400, 404))
def get_matrix_set(asked: Document, name: Set) -> Response:
    """The definition of one tile matrix set."""
    return answer(asked, {**definition(matrix_set(name)), "links": asked.links()}, "matrix_set")


@router.get("/collections/{layerId}/tiles", response_model=dict[str, Any], responses=problems(400, 401, 404))
def get_tilesets(asked: Document, layer: VisibleLayer) -> Response:
    """The tilesets of a layer."""
    tiles_of(layer)
    found = [
        {
            "title": f"{layer.title} ({each.title})",
            "dataType": "vector",
            "crs": each.crs_uri,
            "tileMatrixSetURI": each.uri,
            "links": [
                asked.link("self", "collections", layer.id, "tiles", each.id, title=TILESET),
                _matrices_link(asked, each, f"{REL}/tiling-scheme"),
                _tile_link(asked, layer, each),
            ],
        }
        for each in SETS.values()
    ]
    return answer(asked, {"tilesets": found, "links": asked.links()}, "tilesets", staff=layer.audience == "staff")


@router.get("/collections/{layerId}/tiles/{tileMatrixSetId}", response_model=dict[str, Any], responses=problems(400, 401, 404))
def get_tileset(
    asked: Annotated[Asked, documents("json", "tilejson")], layer: VisibleLayer, name: Set, session: DbSession, f: str = "json"
) -> Response:
    """The tiles of a layer in one matrix set: limits and properties; with ``f=tilejson`` (or Accept) as TileJSON."""
    matrices, staff = matrix_set(name), layer.audience == "staff"
    tiles_of(layer)
    lonlat = remembered_extent(asked.request, session, layer).box
    if wants_tilejson(asked, f):
        asked = Asked(asked.request, asked.here, "json", TILEJSON if f != "tilejson" else JSON)
        return answer(asked, tilejson(layer, matrices, tiles_url(asked, layer, matrices), lonlat), "", staff=staff)
    document = tileset(layer, matrices, kinds(session, layer), _around(lonlat, matrices))
    document["links"] = [
        *asked.links(),
        {"rel": "alternate", "href": asked.this(f="tilejson"), "type": JSON, "title": "TileJSON"},
        _matrices_link(asked, matrices, f"{REL}/tiling-scheme"),
        asked.link(f"{REL}/geodata", "collections", layer.id),
        asked.link("describedby", "collections", layer.id, "styles", layer.id, title=STYLE),
        _tile_link(asked, layer, matrices),
    ]
    return answer(asked, document, "tileset", staff=staff)


def wants_tilejson(asked: Asked, f: str) -> bool:
    """Told by ``f``, or by Accept where ``f`` is silent."""
    return f == "tilejson" or (f == "json" and TILEJSON in asked.request.headers.get("accept", ""))


def tiles_url(asked: Asked, layer: LayerDefinition, matrices: MatrixSet) -> str:
    """The address of tiles as map programs want it."""
    return asked.href("collections", layer.id, "tiles", matrices.id, "{z}", "{y}", "{x}")


def _around(lonlat: Box | None, matrices: MatrixSet) -> Box | None:
    return box_of(lonlat, matrices.srid) if lonlat else None


def _matrices_link(asked: Asked, matrices: MatrixSet, rel: str) -> Link:
    return asked.link(rel, "tileMatrixSets", matrices.id, title=MATRICES)


def _tile_link(asked: Asked, layer: LayerDefinition, matrices: MatrixSet) -> Link:
    place = ("collections", layer.id, "tiles", matrices.id, "{tileMatrix}", "{tileRow}", "{tileCol}")
    return {**asked.link("item", *place, media=MVT, title=TILE), "templated": True}
