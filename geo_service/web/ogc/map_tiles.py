"""Tiles of a raster as pictures (OGC API - Tiles, map tilesets), their metadata and TileJSON."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response

from geo_service.catalogue.matrices import SETS, MatrixSet, matrix_set
from geo_service.catalogue.raster.files import path_of, rasters_folder
from geo_service.catalogue.raster.tiles import OpenFiles, picture, version
from geo_service.catalogue.raster.tilesets import PNG, tilejson, tileset
from geo_service.catalogue.tiles import TileMemory
from geo_service.web.dependencies import Here
from geo_service.web.ogc.asked import JSON, PATH, REL, Asked, Link, Reader, answer
from geo_service.web.ogc.tilesets import MATRICES, TILE, TILEJSON, TILESET, Document, Set, documents, wants_tilejson
from geo_service.web.problems import problems
from geo_service.web.visible import RasterOn, RasterToday

CONFORMANCE = ("http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/png",)
TILES = "/collections/{layerId}/map/tiles"
router = APIRouter(prefix=PATH, tags=["tiles"])
Number = Annotated[int, Path(ge=0, lt=2**24)]


async def only_tile_parameters(
    request: Request,
    f: Annotated[Literal["png"] | None, Query(description="png, the only format.")] = None,  # noqa: ARG001
) -> None:
    """Refuse parameters that a map tile does not have, as OGC API wants it."""
    Reader(request, ("at",)).done()


async def get_memory(request: Request) -> TileMemory:
    """The tiles that this process remembers."""
    memory: TileMemory = request.app.state.tiles
    return memory


async def get_open_files(request: Request) -> OpenFiles:
    """The files that this process keeps open."""
    files: OpenFiles = request.app.state.rasters
    return files


@router.get(TILES, response_model=dict[str, Any], responses=problems(400, 401, 404))
def get_map_tilesets(asked: Document, shown: RasterToday) -> Response:
    """The tilesets of a raster."""
    raster = shown.raster
    found = [
        {
            "title": f"{raster.title} ({each.title})",
            "dataType": "map",
            "crs": each.crs_uri,
            "tileMatrixSetURI": each.uri,
            "links": [
                asked.link("self", *_place(raster.id), each.id, title=TILESET),
                asked.link(f"{REL}/tiling-scheme", "tileMatrixSets", each.id, title=MATRICES),
                _tile_link(asked, raster.id, each),
            ],
        }
        for each in SETS.values()
    ]
    return answer(asked, {"tilesets": found, "links": asked.links()}, "tilesets", staff=shown.staff)


@router.get(TILES + "/{tileMatrixSetId}", response_model=dict[str, Any], responses=problems(400, 401, 404))
def get_map_tileset(asked: Annotated[Asked, documents("json", "tilejson")], shown: RasterToday, name: Set, f: str = "json") -> Response:
    """The tiles of a raster in one matrix set: where they are; with ``f=tilejson`` (or Accept) as TileJSON."""
    matrices, raster = matrix_set(name), shown.raster
    if wants_tilejson(asked, f):
        asked = Asked(asked.request, asked.here, "json", TILEJSON if f != "tilejson" else JSON)
        address = asked.href(*_place(raster.id), matrices.id, "{z}", "{y}", "{x}")
        return answer(asked, tilejson(raster, shown.edition, matrices, address), "", staff=shown.staff)
    document = tileset(raster, shown.edition, matrices)
    document["links"] = [
        *asked.links(),
        {"rel": "alternate", "href": asked.this(f="tilejson"), "type": JSON, "title": "TileJSON"},
        asked.link(f"{REL}/tiling-scheme", "tileMatrixSets", matrices.id, title=MATRICES),
        asked.link(f"{REL}/geodata", "collections", raster.id),
        _tile_link(asked, raster.id, matrices),
    ]
    return answer(asked, document, "tileset", staff=shown.staff)


@router.get(
    TILES + "/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}",
    response_class=Response,
    dependencies=[Depends(only_tile_parameters)],
    responses={
        200: {"content": {PNG: {}}},
        204: {"description": "Nothing is there."},
        304: {"description": "Unchanged."},
        **problems(400, 401, 404, 503),
    },
)
def get_map_tile(
    shown: RasterOn,
    name: Set,
    z: Annotated[Number, Path(alias="tileMatrix")],
    y: Annotated[Number, Path(alias="tileRow")],
    x: Annotated[Number, Path(alias="tileCol")],
    here: Here,
    memory: Annotated[TileMemory, Depends(get_memory)],
    files: Annotated[OpenFiles, Depends(get_open_files)],
    if_none_match: Annotated[str, Header()] = "",
) -> Response:
    """One tile as PNG in the colours of the layer, of today or of the day ``at``."""
    matrices = matrix_set(name)
    matrices.require(z, x, y)
    folder = rasters_folder(here.settings.data_dir)
    path_of(folder, shown.edition)
    current = version(shown.raster, shown.edition)
    headers = {
        "ETag": f'W/"{current}"',
        "Cache-Control": "private, no-cache" if shown.staff else "no-cache",
        "Vary": "Authorization",
    }
    if headers["ETag"] in if_none_match:
        return Response(status_code=304, headers=headers)
    key = (current, name, z, x, y)
    made = memory.get(key)
    if made is None:
        with files.dataset(folder, shown.edition) as source:
            made = memory.put(key, picture(source, shown.raster, matrices, z, x, y))
    return Response(made, headers=headers, media_type=PNG) if made else Response(status_code=204, headers=headers)


def _place(layer_id: str) -> tuple[str, ...]:
    return ("collections", layer_id, "map", "tiles")


def _tile_link(asked: Asked, layer_id: str, matrices: MatrixSet) -> Link:
    place = (*_place(layer_id), matrices.id, "{tileMatrix}", "{tileRow}", "{tileCol}")
    return {**asked.link("item", *place, media=PNG, title=TILE), "templated": True}
