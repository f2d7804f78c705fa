"""OGC API under /ogc/v1."""

from fastapi.routing import APIRoute
from starlette.routing import Route

from geo_service.web.ogc import api, collections, conformance, editing, items, landing, map_tiles, project, schemas, styles, tiles, tilesets

MODULES = (landing, api, conformance, collections, schemas, items, editing, tiles, tilesets, map_tiles, styles, project)
OGC = tuple(module.router for module in MODULES)
"""Mounted at the root, with their own prefix."""
OFTEN = (items.get_items, tiles.get_tile)
SHORT = tuple(
    Route(route.path, route.endpoint, methods=["GET"])
    for route in (*items.router.routes, *tiles.router.routes)
    if isinstance(route, APIRoute) and route.endpoint in OFTEN
)
"""What maps and programs ask most, the same endpoints, to stand before all others: going by the others costs more than many answers."""
