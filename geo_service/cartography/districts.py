"""Districts with their figures as a choropleth: simplified together, coloured by class, hatched where few plots decide."""

from typing import Any

import folium
import geopandas as gpd
import shapely

from geo_service.cartography.classes import class_index, classes, is_few
from geo_service.cartography.definition import Choropleth
from geo_service.cartography.features import DECIMALS, collection, features, line_names, spoken, tooltip
from geo_service.catalogue.definition import LayerDefinition
from geo_service.geometry import to_lonlat
from geo_service.words import Language

TOLERANCE_M = 4.0
PANE = "outline"
INK, PAPER = "#18211c", "#ffffff"
OUTLINE = {"fill": False, "color": INK, "weight": 1.5}
CONTEXT = {"fillColor": "#f3f0e8", "fillOpacity": 1, "color": "#ddd7ca", "weight": 1}


def district_features(frame: gpd.GeoDataFrame, choropleth: Choropleth, layer: LayerDefinition, language: Language) -> list[dict[str, Any]]:
    """Make the features of a layer in RD.

    Borders are simplified as a coverage: neighbours keep one common border. The properties hold the class, whether it is hatched, a
    label with its place (the widest spot of the district and its radius in metres), and the lines of the tooltip.
    """
    if not len(frame):
        return []
    dark = {each.index: each.dark for each in classes(choropleth, language)}
    geometries = shapely.coverage_simplify(frame.geometry.to_numpy(), TOLERANCE_M)
    rows = frame.to_dict("records")
    told = []
    for row, geometry in zip(rows, geometries, strict=True):
        index = class_index(choropleth, row[choropleth.column])
        properties = {
            "label": row["naam"],
            "value": spoken(row[choropleth.column], layer.columns[choropleth.column].unit, language),
            "class": index,
            "few": choropleth.count is not None and is_few(choropleth, int(row[choropleth.count])),
            "dark": dark[index],
            "place": _place(geometry),
            **tooltip(row, choropleth.tooltip, layer, language),
        }
        told.append(properties)
    return features(geometries, told, [row[layer.key] for row in rows])


def draw_context(drawing: folium.Map, others: list[dict[str, Any]]) -> None:
    """Districts that were not asked for, pale."""
    if others:
        folium.GeoJson(collection(others), style_function=lambda _told: CONTEXT, interactive=False, control=False).add_to(drawing)


def draw_districts(drawing: folium.Map, shown: list[dict[str, Any]], choropleth: Choropleth, name: str) -> folium.GeoJson | None:
    """The choropleth itself. Fills are opaque, so that they are the colours of the legend."""
    if not shown:
        return None
    colours = {each.index: each.colour for each in classes(choropleth, "en")}

    def style(told: dict[str, Any]) -> dict[str, Any]:
        index = told["properties"]["class"]
        fill = f"url(#few-{index})" if told["properties"]["few"] else colours[index]
        return {"fillColor": fill, "fillOpacity": 1, "color": PAPER, "weight": 1.5}

    layer = folium.GeoJson(
        collection(shown),
        name=name,
        style_function=style,
        highlight_function=lambda _told: {"color": INK, "weight": 2.5},
        tooltip=folium.GeoJsonTooltip(fields=line_names(choropleth.tooltip), labels=False, sticky=True),
    )
    layer.add_to(drawing)
    return layer


def draw_outline(drawing: folium.Map, shown: list[dict[str, Any]]) -> None:
    """One dark line around everything that was asked for; gaps that a register left between districts are not drawn."""
    if not shown:
        return
    together = shapely.union_all([shapely.geometry.shape(feature["geometry"]) for feature in shown], grid_size=10**-DECIMALS)
    rings = shapely.get_exterior_ring(shapely.get_parts(together))
    outline = {"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(shapely.multilinestrings(rings))}
    folium.map.CustomPane(PANE, z_index=415).add_to(drawing)
    folium.GeoJson(outline, style_function=lambda _told: OUTLINE, interactive=False, control=False, pane=PANE).add_to(drawing)


def _place(geometry: Any) -> dict[str, Any] | None:
    if geometry.is_empty:
        return None
    radius = shapely.maximum_inscribed_circle(geometry, tolerance=5)
    spot = to_lonlat(shapely.get_point(radius, 0))
    return {"at": [round(spot.y, DECIMALS), round(spot.x, DECIMALS)], "radius": round(radius.length)}
