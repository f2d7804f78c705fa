"""Plots above the districts: their shapes, or counts on a grid when there are too many for one document."""

from datetime import date
from typing import Any

import folium
import shapely
from sqlalchemy.orm import Session

from geo_service.cartography.definition import Plots
from geo_service.cartography.features import collection, features, line_names, tooltip
from geo_service.cartography.queries import plot_counts, plots_on_day
from geo_service.catalogue import read
from geo_service.catalogue.registry import Catalogue
from geo_service.errors import N_
from geo_service.words import Language, say

TOLERANCE_M = 0.25
CELL_M = 500
PANE = "plots"
COUNTED = N_("Plots: {plots}")


def draw_plots(
    session: Session, drawing: folium.Map, plots: Plots, catalogue: Catalogue, at: date, language: Language, area: Any
) -> folium.GeoJson | None:
    """Add the plots of a day that touch an area in RD (all when it is None).

    Returns the layer of shapes, or nothing when counts were drawn or there are no plots.
    """
    folium.map.CustomPane(PANE, z_index=420, pointer_events=True).add_to(drawing)
    if plots_on_day(session, at) > plots.inline_limit:
        _draw_counts(session, drawing, plots, at, language)
        return None
    shapes = _shapes(session, plots, catalogue, at, language, area)
    if not shapes:
        return None
    style = {"fillColor": plots.fill, "fillOpacity": 0.92, "color": plots.line, "weight": 3}
    drawn = folium.GeoJson(
        collection(shapes),
        name=plots.title.say(language),
        style_function=lambda _told: style,
        tooltip=folium.GeoJsonTooltip(fields=line_names(plots.tooltip), labels=False, sticky=True),
        pane=PANE,
    )
    drawn.add_to(drawing)
    return drawn


def _shapes(session: Session, plots: Plots, catalogue: Catalogue, at: date, language: Language, area: Any) -> list[dict[str, Any]]:
    layer = catalogue[plots.layer]
    frame = read(session, layer.id, at=at, catalogue=catalogue)
    for name, value in plots.only.items():
        frame = frame[frame[name] == value]
    if area is not None:
        frame = frame[frame.intersects(area)]
    shapes = shapely.simplify(frame.geometry.to_numpy(), TOLERANCE_M)
    rows = frame.to_dict("records")
    return features(shapes, [tooltip(row, plots.tooltip, layer, language) for row in rows], [row[layer.key] for row in rows])


def _draw_counts(session: Session, drawing: folium.Map, plots: Plots, at: date, language: Language) -> None:
    counts = [_counted(place, *row, language) for place, row in enumerate(plot_counts(session, at, CELL_M))]

    def style(told: dict[str, Any]) -> dict[str, Any]:
        return {"radius": told["properties"]["radius"], "fillColor": plots.line, "fillOpacity": 0.85, "color": "#ffffff", "weight": 1}

    folium.GeoJson(
        collection(counts),
        name=plots.title.say(language),
        marker=folium.CircleMarker(radius=4),
        style_function=style,
        tooltip=folium.GeoJsonTooltip(fields=["line0"], labels=False, sticky=True),
        pane=PANE,
    ).add_to(drawing)


def _counted(place: int, x: float, y: float, plots: int, language: Language) -> dict[str, Any]:
    told = {"line0": say(COUNTED, language, plots=plots), "radius": round(min(22, 3 + plots**0.5), 1)}
    return {
        "type": "Feature",
        "id": str(place),
        "geometry": {"type": "Point", "coordinates": [round(x, 5), round(y, 5)]},
        "properties": told,
    }
