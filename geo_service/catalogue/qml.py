"""The style of a layer as QGIS writes it (QML, 3.22 and later): the same looks and the same words in the legend.

Widths and dashes are CSS pixels, so millimetres in QGIS. QGIS takes the first range that holds a number, and both its ends are in it:
classes are therefore written from the highest down, and a number on a border is in the class that starts there, as everywhere else.
"""

from collections.abc import Iterable
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

from geo_service.catalogue.definition import LayerDefinition, Look, Style

VERSION = "3.22.0-Białowieża"
HEAD = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
KINDS = {"Point": "marker", "MultiPoint": "marker", "LineString": "line", "MultiLineString": "line"}
MM_PER_PIXEL = 25.4 / 96
MARKER_MM = 3.0
PATTERN_MM = 2.0
PALE = 0.4
ANGLES = {"lines": (45,), "hatch": (45, 135)}
HIGHEST = "1e+300"
ABOVE_NOTHING = "0.000000000000001"
Options = dict[str, str]


def qml(layer: LayerDefinition) -> str:
    """The style of the layer, to load in QGIS or to put in the style table of a GeoPackage."""
    style = layer.style
    root = ET.Element("qgis", version=VERSION, styleCategories="Symbology")
    attributes = {"type": _renderer(style), "symbollevels": "0", "enableorderby": "0", "forceraster": "0", "referencescale": "-1"}
    renderer = ET.SubElement(root, "renderer-v2", attributes | _attribute(style))
    if style.values:
        _categories(renderer, layer)
    if style.classes:
        _ranges(renderer, style)
    symbols = ET.SubElement(renderer, "symbols")
    for number, look in enumerate(_looks(style)):
        _symbol(symbols, str(number), KINDS.get(layer.geometry, "fill"), look)
    ET.indent(root)
    return HEAD + ET.tostring(root, encoding="unicode") + "\n"


def _renderer(style: Style) -> str:
    return "categorizedSymbol" if style.values else "graduatedSymbol" if style.classes else "singleSymbol"


def _attribute(style: Style) -> Options:
    """Which column decides. Nothing known is drawn as zero is: QGIS itself would leave it out."""
    if style.column is None:
        return {}
    if not style.classes:
        return {"attr": style.column}
    return {"attr": f'coalesce("{style.column}", 0)' if style.nothing else style.column, "graduatedMethod": "GraduatedColor"}


def _looks(style: Style) -> list[Look]:
    """In the order of the legend."""
    ranked: Iterable[Look] = style.values.values() or reversed(style.classes) or ()
    return [look for look in (style.look, *ranked, style.nothing) if look]


def _categories(renderer: ET.Element, layer: LayerDefinition) -> None:
    """One category per value; the empty value is QGIS's own for whatever is left, and for nothing."""
    told = [(value, look.title) for value, look in layer.style.values.items()]
    if layer.style.nothing:
        told.append(("", layer.style.nothing.title))
    parent = ET.SubElement(renderer, "categories")
    for number, (value, label) in enumerate(told):
        same = {"symbol": str(number), "label": label, "render": "true", "uuid": _uuid(layer.id, value)}
        ET.SubElement(parent, "category", {"type": "string", "value": value, **same})


def _ranges(renderer: ET.Element, style: Style) -> None:
    parent = ET.SubElement(renderer, "ranges")
    upper = HIGHEST
    for number, step in enumerate(reversed(style.classes)):
        lower = ABOVE_NOTHING if style.nothing and step.at_least == 0 else f"{step.at_least:.15f}"
        _range(parent, number, lower, upper, step.title)
        upper = f"{step.at_least:.15f}"
    if style.nothing:
        _range(parent, len(style.classes), f"{0:.15f}", f"{0:.15f}", style.nothing.title)


def _range(parent: ET.Element, number: int, lower: str, upper: str, label: str) -> None:
    ET.SubElement(parent, "range", {"symbol": str(number), "lower": lower, "upper": upper, "label": label, "render": "true"})


def _symbol(parent: ET.Element, name: str, kind: str, look: Look) -> None:
    """All layers of one look: what fills it, and the line around it on top."""
    symbol = _empty_symbol(parent, name, kind)
    if kind == "marker":
        _layer(symbol, "SimpleMarker", _marker(look))
        return
    if kind == "fill":
        _fill(symbol, name, look)
    if look.line and look.width:
        _layer(symbol, "SimpleLine", _line(look.line, look.width, look.dash))


def _fill(symbol: ET.Element, name: str, look: Look) -> None:
    """The colour, and above it the pattern in the colour of the line."""
    opacity = look.opacity * (PALE if look.pattern == "pale" else 1)
    _layer(symbol, "SimpleFill", {"color": _rgba(look.fill, opacity), "style": "solid" if look.fill else "no", "outline_style": "no"})
    ink = look.line or look.fill
    if not ink:
        return
    for angle in ANGLES.get(look.pattern, ()):
        distance = {"angle": str(angle), "distance": str(PATTERN_MM), "distance_unit": "MM"}
        layer = _layer(symbol, "LinePatternFill", {**distance, "color": _rgba(ink, look.opacity)})
        inner = _empty_symbol(layer, f"@{name}@{len(symbol) - 1}", "line")
        _layer(inner, "SimpleLine", _line(ink, 1, None))
    if look.pattern == "dots":
        apart = {f"distance_{axis}": str(PATTERN_MM) for axis in "xy"} | {f"distance_{axis}_unit": "MM" for axis in "xy"}
        layer = _layer(symbol, "PointPatternFill", apart)
        inner = _empty_symbol(layer, f"@{name}@{len(symbol) - 1}", "marker")
        _layer(inner, "SimpleMarker", {"name": "circle", "color": _rgba(ink, 1), "outline_style": "no", "size": "0.6", "size_unit": "MM"})


def _marker(look: Look) -> Options:
    line = {"outline_color": _rgba(look.line, 1), "outline_width": _mm(look.width), "outline_width_unit": "MM"}
    shape = {"name": "circle", "size": str(MARKER_MM), "size_unit": "MM", "color": _rgba(look.fill, look.opacity)}
    return {**shape, **line, "outline_style": "solid" if look.line and look.width else "no"}


def _line(colour: str, width: float, dash: str | None) -> Options:
    dashes = (
        {"customdash": ";".join(_mm(float(length)) for length in dash.split()), "customdash_unit": "MM", "use_custom_dash": "1"}
        if dash
        else {}
    )
    same = {"line_color": _rgba(colour, 1), "line_style": "solid", "line_width": _mm(width), "line_width_unit": "MM"}
    return {**same, "joinstyle": "round", "capstyle": "flat", "use_custom_dash": "0", **dashes}


def _empty_symbol(parent: ET.Element, name: str, kind: str) -> ET.Element:
    return ET.SubElement(parent, "symbol", {"name": name, "type": kind, "alpha": "1", "clip_to_extent": "1", "force_rhr": "0"})


def _layer(symbol: ET.Element, kind: str, options: Options) -> ET.Element:
    layer = ET.SubElement(symbol, "layer", {"class": kind, "enabled": "1", "locked": "0", "pass": "0"})
    told = ET.SubElement(layer, "Option", type="Map")
    for name, value in options.items():
        ET.SubElement(told, "Option", name=name, type="QString", value=value)
    return layer


def _mm(pixels: float) -> str:
    return f"{pixels * MM_PER_PIXEL:.3f}"


def _rgba(colour: str | None, opacity: float) -> str:
    """``r,g,b,a``, each 0 to 255; no colour is fully transparent."""
    if colour is None:
        return "0,0,0,0"
    return ",".join(str(int(colour[place : place + 2], 16)) for place in (1, 3, 5)) + f",{round(opacity * 255)}"


def _uuid(layer_id: str, value: str) -> str:
    return f"{{{uuid5(NAMESPACE_URL, f'{layer_id}/{value}')}}}"
