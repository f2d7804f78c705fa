"""The ground of each class in an area, as the legend names them. Pure."""

from collections.abc import Mapping
from math import fsum

from geo_service.catalogue.raster.definition import RasterDefinition
from geo_service.catalogue.raster.figure_schemas import ClassArea

LESS_M2 = 0.5
"""What may lack by rounding."""


def class_areas(definition: RasterDefinition, found: Mapping[float, float], counted_m2: float | None) -> list[ClassArea] | None:
    """All classes of a layer with their m², of which ``found`` are there: in the order of the legend, then ground without a value that
    counts as something else. None where they were not measured, and where the layer has no classes."""
    if not definition.classes or counted_m2 is None or abs(fsum(found.values()) - counted_m2) > LESS_M2:
        return None
    titles = {float(word): look.title for word, look in definition.style.values.items()}
    beside = definition.style.nothing.title if definition.style.nothing else ""
    return [_told(value, titles.get(value, beside), found.get(value, 0), counted_m2) for value in dict.fromkeys([*titles, *sorted(found)])]


def _told(value: float, title: str, area_m2: float, counted_m2: float) -> ClassArea:
    plain = int(value) if value == int(value) else value
    return ClassArea(value=plain, title=title, area_m2=area_m2, share=area_m2 / counted_m2 if counted_m2 else None)
