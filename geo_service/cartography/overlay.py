"""A raster over the districts, from our own tiles, for readers who switch it on."""

from datetime import date
from html import escape

import folium

from geo_service.cartography.definition import Overlay
from geo_service.catalogue.raster.models import RasterEdition

PANE = "raster"
TILES = "/ogc/v1/collections/{layer}/map/tiles/WebMercatorQuad/{{z}}/{{y}}/{{x}}?at={at}"


def draw_overlay(drawing: folium.Map, overlay: Overlay, edition: RasterEdition, at: date, name: str) -> None:
    """Add the raster as it was on a day, hidden at first; above the districts and below names and plots."""
    folium.map.CustomPane(PANE, z_index=412).add_to(drawing)
    address = TILES.format(layer=overlay.layer, at=at.isoformat())
    source = escape(edition.source)
    folium.TileLayer(tiles=address, attr=source, name=name, overlay=True, show=False, pane=PANE, max_zoom=19).add_to(drawing)
