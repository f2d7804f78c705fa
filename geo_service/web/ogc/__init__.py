"""OGC API under /ogc/v1."""

from geo_service.web.ogc import api, collections, conformance, editing, items, landing, map_tiles, project, schemas, styles, tiles, tilesets

MODULES = (landing, api, conformance, collections, schemas, items, editing, tiles, tilesets, map_tiles, styles, project)
OGC = tuple(module.router for module in MODULES)
"""Mounted at the root, with their own prefix."""
