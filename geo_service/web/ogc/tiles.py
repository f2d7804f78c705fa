"""Vector tiles of a layer (OGC API - Tiles), with an ETag that changes when the layer does."""

import gzip
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response

from geo_service.catalogue.definition import LayerDefinition
from geo_service.catalogue.matrices import matrix_set
from geo_service.catalogue.tiles import TileMemory, tile
from geo_service.catalogue.versions import version
from geo_service.db.engine import look_at
from geo_service.web.dependencies import DbSession
from geo_service.web.ogc.asked import PATH, Reader
from geo_service.web.ogc.tilesets import Set
from geo_service.web.problems import problems
from geo_service.web.visible import At, VisibleLayer

CONFORMANCE = (
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/oas30",
)
router = APIRouter(prefix=PATH, tags=["tiles"])
MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
Number = Annotated[int, Path(ge=0, lt=2**24)]


async def only_tile_parameters(
    request: Request,
    f: Annotated[Literal["mvt"] | None, Query(description="mvt, the only format.")] = None,  # noqa: ARG001
) -> None:
    """What is not known here is a fault."""
    Reader(request, ("at",)).done()


async def get_memory(request: Request) -> TileMemory:
    """The tiles that this process remembers."""
    memory: TileMemory = request.app.state.tiles
    return memory


@router.get(
    "/collections/{layerId}/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}",
    response_class=Response,
    dependencies=[Depends(only_tile_parameters)],
    responses={
        200: {"content": {MEDIA_TYPE: {}}},
        204: {"description": "Nothing is there."},
        304: {"description": "Unchanged."},
        **problems(400, 401, 404),
    },
)
def get_tile(
    layer: VisibleLayer,
    name: Set,
    z: Annotated[Number, Path(alias="tileMatrix")],
    y: Annotated[Number, Path(alias="tileRow")],
    x: Annotated[Number, Path(alias="tileCol")],
    session: DbSession,
    memory: Annotated[TileMemory, Depends(get_memory)],
    at: At = None,
    if_none_match: Annotated[str, Header()] = "",
    accept_encoding: Annotated[str, Header()] = "",
) -> Response:
    """One tile as Mapbox Vector Tile, of today or of the day ``at``."""
    matrices = matrix_set(name)
    matrices.require(z, x, y)
    current = version(session, layer, at)
    headers = headers_of(layer, current)
    if headers["ETag"] in if_none_match:
        return Response(status_code=304, headers=headers)
    key = (current, name, z, x, y)
    packed = memory.get(key)
    if packed is None:
        look_at(session, at)
        packed = memory.put(key, tile(session, layer, matrices, z, x, y))
    return answer(packed, headers, accept_encoding)


def headers_of(layer: LayerDefinition, current: str) -> dict[str, str]:
    """What lets a client keep a tile and ask whether it is still true."""
    return {
        "ETag": f'W/"{current}"',
        "Cache-Control": "no-cache" if layer.audience == "public" else "private, no-cache",
        "Vary": "Accept-Encoding, Authorization",
    }


def answer(packed: bytes, headers: dict[str, str], accept_encoding: str) -> Response:
    """A compressed tile, as the client can read it."""
    if not packed:
        return Response(status_code=204, headers=headers)
    if "gzip" in accept_encoding:
        return Response(packed, headers={**headers, "Content-Encoding": "gzip"}, media_type=MEDIA_TYPE)
    return Response(gzip.decompress(packed), headers=headers, media_type=MEDIA_TYPE)
