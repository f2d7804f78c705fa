"""The larger waters and roads above the districts, so that people recognise the place; without click."""

from typing import Any

import folium
import shapely
from sqlalchemy.orm import Session

from geo_service.cartography.definition import Background
from geo_service.cartography.features import collection, features
from geo_service.cartography.queries import large_shapes
from geo_service.catalogue.definition import LayerDefinition

TOLERANCE_M = 5.0
MOST = 500
PANE = "background"


def draw_background(session: Session, drawing: folium.Map, background: Background, layer: LayerDefinition, name: str) -> None:
    """Add the background in the looks of its layer; nothing when no ground was imported."""
    rows = large_shapes(session, background, TOLERANCE_M, MOST)
    shapes = shapely.from_wkb([shape for _, shape in rows])
    if not rows:
        return
    drawn = features(shapes, [{"kind": kind} for kind, _ in rows], list(range(len(rows))))
    looks = layer.style.values

    def style(told: dict[str, Any]) -> dict[str, Any]:
        look = looks[told["properties"]["kind"]]
        return {"fillColor": look.fill, "fillOpacity": 1, "color": look.fill, "weight": 1}

    folium.map.CustomPane(PANE, z_index=410).add_to(drawing)
    folium.GeoJson(collection(drawn), name=name, style_function=style, pane=PANE, interactive=False).add_to(drawing)
