"""How QGIS draws the cells of a raster layer: a palette for values, and steps of colour for classes."""

import math
from itertools import zip_longest
from xml.etree import ElementTree as ET

from geo_service.catalogue.definition import Look
from geo_service.catalogue.raster.definition import RasterDefinition
from geo_service.catalogue.styles.rules import Equal, fill_opacity, rules
from geo_service.catalogue.styles.steps import Step, steps

SAME = {"opacity": "1", "alphaBand": "-1", "nodataColor": ""}


def pipe(raster: RasterDefinition) -> ET.Element:
    """The renderer of a raster as QML has it."""
    made = ET.Element("pipe")
    drawn = ET.SubElement(made, "rasterrenderer", {**SAME, "band": str(raster.raster.band)})
    if raster.style.values:
        _palette(drawn, raster)
    else:
        _shader(drawn, raster)
    return made


def _palette(drawn: ET.Element, raster: RasterDefinition) -> None:
    drawn.set("type", "paletted")
    palette = ET.SubElement(drawn, "colorPalette")
    for rule in rules(raster.style):
        if isinstance(rule.condition, Equal):
            ET.SubElement(palette, "paletteEntry", {"value": rule.condition.value, **_colour(rule.look)})


def _shader(drawn: ET.Element, raster: RasterDefinition) -> None:
    """QGIS takes the first item whose value is not below the cell's: each class goes up to just before the next."""
    drawn.set("type", "singlebandpseudocolor")
    found = steps(raster.style)
    below = [] if raster.raster.lowest == found[0].start else [Step(-math.inf, None)]
    shader = ET.SubElement(ET.SubElement(drawn, "rastershader"), "colorrampshader")
    shader.attrib.update({"colorRampType": "DISCRETE", "classificationMode": "1", "clip": "0"})
    for step, following in zip_longest([*below, *found], [*below, *found][1:]):
        upper = repr(math.nextafter(following.start, -math.inf)) if following else "inf"
        ET.SubElement(shader, "item", {"value": upper, **_colour(step.look)})


def _colour(look: Look | None) -> dict[str, str]:
    if look is None:
        return {"label": "", "color": "#000000", "alpha": "0"}
    alpha = round(fill_opacity(look) * 255) if look.fill else 0
    return {"label": look.title, "color": look.fill or "#000000", "alpha": str(alpha)}
