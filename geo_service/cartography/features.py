"""Rows of a layer as GeoJSON features in longitude/latitude, with the words of their tooltips."""

from datetime import date
from html import escape
from typing import Any

import shapely

from geo_service.cartography.definition import Lines
from geo_service.catalogue.definition import LayerDefinition
from geo_service.geometry import to_lonlat
from geo_service.words import Language, number, percent, say_date

DECIMALS = 6
NOTHING = "–"
SHARE, YEAR, POINTS = "0 tot 1", "jaar", "procentpunt"
WHOLE = (None, "m²", "aantal")
"""Units that are told in whole numbers; others with one decimal."""


def features(geometries: Any, properties: list[dict[str, Any]], keys: list[Any]) -> list[dict[str, Any]]:
    """GeoJSON features of an array of geometries in RD; coordinates to about 0.1 m."""
    served = shapely.transform(to_lonlat(geometries), lambda xy: xy.round(DECIMALS))
    return [
        {"type": "Feature", "id": str(key), "geometry": shapely.geometry.mapping(shape), "properties": told}
        for shape, told, key in zip(served, properties, keys, strict=True)
    ]


def collection(features: list[dict[str, Any]]) -> dict[str, Any]:
    """Features as one GeoJSON object."""
    return {"type": "FeatureCollection", "features": features}


def tooltip(row: dict[str, Any], lines: Lines, layer: LayerDefinition, language: Language) -> dict[str, str]:
    """The lines of a tooltip as properties ``line0`` and on; Leaflet shows them as HTML, so every value is escaped."""
    values = {name: escape(spoken(row[name], column.unit, language)) for name, column in layer.columns.items()}
    return {name: line.format(**values) for name, line in zip(line_names(lines), lines.say(language), strict=True)}


def line_names(lines: Lines) -> list[str]:
    """The names of the properties that hold a tooltip."""
    return [f"line{place}" for place in range(len(lines.nl))]


def spoken(value: Any, unit: str | None, language: Language) -> str:
    """A value as people write it, by the unit of its column: shares as percentages, years bare, differences with their sign."""
    if value is None or value != value:
        return NOTHING
    if isinstance(value, date):
        return say_date(value, language)
    if isinstance(value, str | bool):
        return str(value)
    if unit == SHARE:
        return percent(float(value), language)
    if unit == YEAR:
        return str(int(value))
    sign = "+" if unit == POINTS and round(value, 1) > 0 else ""
    return f"{sign}{number(float(value), language, 0 if unit in WHOLE else 1)}"
