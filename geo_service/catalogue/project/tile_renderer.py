"""The look of vector tiles in QGIS: the same rules, as expressions."""

from xml.etree import ElementTree as ET

from geo_service.catalogue.definition import LayerDefinition
from geo_service.catalogue.styles.qml_symbols import symbol
from geo_service.catalogue.styles.rules import Between, Condition, Empty, Equal, Other, rules

GEOMETRY = {"Point": "0", "LineString": "1", "Polygon": "2"}


def tile_renderer(layer: LayerDefinition) -> ET.Element:
    """One style per rule."""
    made = ET.Element("renderer", type="basic")
    styles = ET.SubElement(made, "styles")
    same = {
        "layer": layer.id,
        "geometry": GEOMETRY[layer.geometry.removeprefix("Multi")],
        "enabled": "1",
        "min-zoom": "-1",
        "max-zoom": "-1",
    }
    for rule in rules(layer.style):
        told = {"name": rule.look.title, "expression": expression(rule.condition, layer.style.column or "")}
        style = ET.SubElement(styles, "style", {**same, **told})
        symbol(ET.SubElement(style, "symbols"), "0", layer.geometry, rule.look)
    return made


def expression(condition: Condition, column: str) -> str:
    """A condition in the expressions of QGIS; always true is empty."""
    match condition:
        case Equal(value):
            return f'"{column}" = {_quoted(value)}'
        case Between(lowest, below, not_zero):
            ends = [f'"{column}" < {below!r}'] if below is not None else []
            return " and ".join([f'"{column}" >= {lowest!r}', *ends, *([f'"{column}" <> 0'] if not_zero else [])])
        case Empty(or_zero):
            return f'coalesce("{column}", 0) = 0' if or_zero else f'"{column}" is null'
        case Other(values):
            return f'"{column}" is null or "{column}" not in ({", ".join(map(_quoted, values))})'
    return ""


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
