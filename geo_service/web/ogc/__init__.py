"""OGC API under /ogc/v1."""

from geo_service.web.ogc import api, collections, conformance, editing, items, landing, map_tiles, schemas, styles, tiles, tilesets

OGC = tuple(
    module.router for module in (landing, api, conformance, collections, schemas, items, editing, tiles, tilesets, map_tiles, styles)
)
"""Mounted at the root, with their own prefix."""
