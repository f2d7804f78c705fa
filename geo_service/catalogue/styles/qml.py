"""The style of a layer as QGIS writes it (QML, 3.22 and later): the same looks and the same words in the legend.

QGIS takes the first range that holds a number, and both its ends are in it: classes are therefore written from the highest down, and a
number on a border is in the class that starts there, as everywhere else.
"""

from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

from geo_service.catalogue.definition import LayerDefinition, Style
from geo_service.catalogue.raster.definition import RasterDefinition
from geo_service.catalogue.styles.qml_raster import pipe
from geo_service.catalogue.styles.qml_symbols import symbol
from geo_service.catalogue.styles.rules import Between, Equal, Rule, rules

VERSION = "3.22.0-Białowieża"
HEAD = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
HIGHEST = "1e+300"
EMPTY = "-1e+300"
"""A number in no class, for nothing."""


def qml(layer: LayerDefinition | RasterDefinition) -> str:
    """The style of the layer, to load in QGIS or to put in the style table of a GeoPackage."""
    root = ET.Element("qgis", version=VERSION, styleCategories="Symbology")
    root.append(pipe(layer) if isinstance(layer, RasterDefinition) else renderer(layer))
    return document(root)


def document(root: ET.Element) -> str:
    """An element as a file of QGIS."""
    ET.indent(root)
    return HEAD + ET.tostring(root, encoding="unicode") + "\n"


def renderer(layer: LayerDefinition) -> ET.Element:
    """What draws the features."""
    style, found = layer.style, rules(layer.style)
    kind = "categorizedSymbol" if style.values else "graduatedSymbol" if style.classes else "singleSymbol"
    same = {"type": kind, "symbollevels": "0", "enableorderby": "0", "forceraster": "0", "referencescale": "-1"}
    made = ET.Element("renderer-v2", same)
    if style.values:
        made.set("attr", style.column or "")
        _categories(made, layer.id, found)
    if style.classes:
        made.set("attr", _number(style))
        made.set("graduatedMethod", "GraduatedColor")
        _ranges(made, found)
    symbols = ET.SubElement(made, "symbols")
    for number, rule in enumerate(found):
        symbol(symbols, str(number), layer.geometry, rule.look)
    return made


def _number(style: Style) -> str:
    """What is compared with the ranges. QGIS itself would leave out what is empty."""
    if style.nothing is None:
        return style.column or ""
    known = f'nullif("{style.column}", 0)' if style.zero_is_nothing else f'"{style.column}"'
    return f"coalesce({known}, {EMPTY})"


def _categories(parent: ET.Element, layer_id: str, found: list[Rule]) -> None:
    """One category per value; the empty value is QGIS's own for whatever is left."""
    categories = ET.SubElement(parent, "categories")
    for number, rule in enumerate(found):
        value = rule.condition.value if isinstance(rule.condition, Equal) else ""
        uuid = f"{{{uuid5(NAMESPACE_URL, f'{layer_id}/{value}')}}}"
        ET.SubElement(categories, "category", {"type": "string", "value": value, "uuid": uuid, **_shown(number, rule)})


def _ranges(parent: ET.Element, found: list[Rule]) -> None:
    ranges = ET.SubElement(parent, "ranges")
    for number, rule in enumerate(found):
        lower, upper = EMPTY, EMPTY
        if isinstance(rule.condition, Between):
            lower, upper = repr(rule.condition.lowest), HIGHEST if rule.condition.below is None else repr(rule.condition.below)
        ET.SubElement(ranges, "range", {"lower": lower, "upper": upper, **_shown(number, rule)})


def _shown(number: int, rule: Rule) -> dict[str, str]:
    return {"symbol": str(number), "label": rule.look.title, "render": "true"}
