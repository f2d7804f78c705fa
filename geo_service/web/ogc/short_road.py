"""A short road to what maps and programs ask most, tiles and pages of features: FastAPI's dependencies cost more than many answers.

Only plain questions take it, those without a token; all others meet the same endpoints behind it, which also describe themselves.
"""

import re
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import date
from typing import Any

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route

from geo_service.catalogue.definition import LayerDefinition
from geo_service.catalogue.matrices import matrix_set
from geo_service.catalogue.tiles import TileMemory, tile
from geo_service.catalogue.versions import Versions
from geo_service.db.engine import look_at
from geo_service.installation import Installation
from geo_service.web.ogc import items, tiles
from geo_service.web.ogc.asked import PATH
from geo_service.web.ogc.parameters import read_day

Endpoint = Callable[[Request], Awaitable[Response]]
AT = re.compile(rb"(at=[0-9-]*)?")
ANY = re.compile(rb".*")


class Plain(Route):
    """A route for questions about public layers by who did not sign in."""

    def __init__(self, path: str, endpoint: Endpoint, query: re.Pattern[bytes]) -> None:
        super().__init__(PATH + path, endpoint, methods=["GET"])
        self._query = query

    def matches(self, scope: MutableMapping[str, Any]) -> tuple[Match, MutableMapping[str, Any]]:
        match, found = super().matches(scope)
        if match is not Match.FULL or not self._query.fullmatch(scope["query_string"]) or _signed_in(scope):
            return Match.NONE, {}
        layer = here(scope).catalogue.get(found["path_params"]["layerId"])
        return (match, found) if layer is not None and layer.audience == "public" else (Match.NONE, {})


def _signed_in(scope: MutableMapping[str, Any]) -> bool:
    return any(name == b"authorization" for name, _ in scope["headers"])


def here(scope: MutableMapping[str, Any]) -> Installation:
    """The installation that is served."""
    installation: Installation = scope["app"].state.installation
    return installation


def layer_of(request: Request) -> LayerDefinition:
    """The layer of the address."""
    return here(request.scope).catalogue[request.path_params["layerId"]]


async def get_tile(request: Request) -> Response:
    """As ``tiles.get_tile``. One that is remembered needs no thread."""
    layer, state = layer_of(request), request.app.state
    name, z, y, x = (request.path_params[part] for part in ("set", "z", "y", "x"))
    matrix_set(name).require(z, x, y)
    at = read_day(told) if (told := request.query_params.get("at")) else None
    versions: Versions = state.versions
    headers = tiles.headers_of(layer, current := await versions.version(layer, at))
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    memory: TileMemory = state.tiles
    packed = memory.get((current, name, z, x, y))
    if packed is None:
        async with state.turns:
            made = await run_sync(_made, here(request.scope), layer, at, name, z, x, y)
        packed = memory.put((current, name, z, x, y), made)
    return tiles.answer(packed, headers, request.headers.get("accept-encoding", ""))


def _made(installation: Installation, layer: LayerDefinition, at: date | None, name: str, z: int, x: int, y: int) -> bytes:
    with installation.sessions() as session:
        if at:
            look_at(session, at)
        return tile(session, layer, matrix_set(name), z, x, y)


async def get_items(request: Request) -> Response:
    """As ``items.get_items``, in one go."""
    async with request.app.state.turns:
        return await run_sync(_items, request)


def _items(request: Request) -> Response:
    with here(request.scope).sessions() as session:
        request.state.session = session
        return items.get_items(request, here(request.scope), layer_of(request), session)


ROUTES = (
    Plain("/collections/{layerId}/tiles/{set}/{z:int}/{y:int}/{x:int}", get_tile, AT),
    Plain("/collections/{layerId}/items", get_items, ANY),
)
