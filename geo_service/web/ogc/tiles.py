"""Vector tiles of a layer (OGC API - Tiles), with an ETag that changes when the layer does."""

import gzip
import re
from typing import Literal

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request, Response

from geo_service.catalogue.definition import LayerDefinition
from geo_service.catalogue.matrices import matrix_set
from geo_service.catalogue.tiles import TileMemory, tile
from geo_service.catalogue.versions import looked_up
from geo_service.db.lookups import Lookups
from geo_service.errors import InvalidInput
from geo_service.web.ogc.asked import FORMAT, PATH, Reader
from geo_service.web.ogc.described import TILE
from geo_service.web.ogc.parameters import read_day
from geo_service.web.problems import problems
from geo_service.web.visible import layer_of

CONFORMANCE = (
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/oas30",
)
router = APIRouter(prefix=PATH, tags=["tiles"])
MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
SMALL = 32 * 1024
"""A tile of so many bytes is compressed sooner than a thread has begun."""


@router.get(
    "/collections/{layerId}/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}",
    response_class=Response,
    openapi_extra={"parameters": TILE},
    responses={
        200: {"content": {MEDIA_TYPE: {}}},
        204: {"description": "Nothing is there."},
        304: {"description": "Unchanged."},
        **problems(400, 401, 404),
    },
)
async def get_tile(request: Request) -> Response:
    """One tile as Mapbox Vector Tile, of today or of the day ``at``."""
    layer, state = await layer_of(request), request.app.state
    reader = Reader(request, ("at",))
    at = reader.read("at", read_day, None)
    reader.read("f", read_format, None)
    reader.done()
    name = request.path_params["tileMatrixSetId"]
    z, y, x = (read_number(request.path_params[part]) for part in ("tileMatrix", "tileRow", "tileCol"))
    matrices = matrix_set(name)
    matrices.require(z, x, y)
    lookups: Lookups = state.lookups
    current = await looked_up(lookups, layer, at)
    headers = headers_of(layer, current)
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    memory: TileMemory = state.tiles
    key = (current, name, z, x, y)
    packed = memory.get(key)
    if packed is None:
        wanted = tile(layer, matrices, z, x, y)
        made = (await lookups.rows(wanted.on(at)))[0][0] if wanted else b""
        packed = memory.put(key, made) if len(made) <= SMALL else await run_sync(memory.put, key, made)
    return answer(packed, headers, request.headers.get("accept-encoding", ""))


def read_format(text: str) -> Literal["mvt"]:
    """``mvt``, the only one."""
    if text != "mvt":
        raise InvalidInput(FORMAT, format=text[:40], formats="mvt")
    return "mvt"


def read_number(text: str) -> int:
    """A number of a matrix, row or column; what is none is in no tile matrix set."""
    return int(text) if re.fullmatch(r"[0-9]{1,8}", text, re.ASCII) else -1


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
