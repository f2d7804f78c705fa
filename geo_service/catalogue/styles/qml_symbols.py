"""Looks as symbols of QGIS. Widths, dashes and distances are CSS pixels, so millimetres in QGIS."""

from xml.etree import ElementTree as ET

from geo_service.catalogue.definition import Geometry, Look
from geo_service.catalogue.styles.rules import ANGLES, MARKER_PIXELS, PATTERN_PIXELS, dashes, fill_opacity

KINDS = {"Point": "marker", "MultiPoint": "marker", "LineString": "line", "MultiLineString": "line"}
MM_PER_PIXEL = 25.4 / 96
DOT_PIXELS = 2.25
Options = dict[str, str]


def symbol(parent: ET.Element, name: str, geometry: Geometry, look: Look) -> None:
    """All layers of one look: what fills it, and the line around it on top."""
    kind = KINDS.get(geometry, "fill")
    made = _empty(parent, name, kind)
    if kind == "marker":
        _layer(made, "SimpleMarker", _marker(look))
        return
    if kind == "fill":
        _fill(made, name, look)
    if look.line and look.width:
        _layer(made, "SimpleLine", _line(look.line, look.width, dashes(look)))


def rgba(colour: str | None, opacity: float) -> str:
    """``r,g,b,a``, each 0 to 255; no colour is fully transparent."""
    if colour is None:
        return "0,0,0,0"
    return ",".join(str(int(colour[place : place + 2], 16)) for place in (1, 3, 5)) + f",{round(opacity * 255)}"


def _fill(symbol: ET.Element, name: str, look: Look) -> None:
    """The colour, and above it the pattern in the colour of the line."""
    solid = {"color": rgba(look.fill, fill_opacity(look)), "style": "solid" if look.fill else "no", "outline_style": "no"}
    _layer(symbol, "SimpleFill", solid)
    ink = look.line or look.fill
    if not ink:
        return
    for angle in ANGLES.get(look.pattern, ()):
        distance = {"angle": str(angle), "distance": _mm(PATTERN_PIXELS), "distance_unit": "MM"}
        layer = _layer(symbol, "LinePatternFill", {**distance, "color": rgba(ink, look.opacity)})
        inner = _empty(layer, f"@{name}@{len(symbol) - 1}", "line")
        _layer(inner, "SimpleLine", _line(ink, 1, []))
    if look.pattern == "dots":
        apart = {f"distance_{axis}": _mm(PATTERN_PIXELS) for axis in "xy"} | {f"distance_{axis}_unit": "MM" for axis in "xy"}
        layer = _layer(symbol, "PointPatternFill", apart)
        inner = _empty(layer, f"@{name}@{len(symbol) - 1}", "marker")
        _layer(inner, "SimpleMarker", {"name": "circle", "color": rgba(ink, 1), "outline_style": "no", **_size(DOT_PIXELS)})


def _marker(look: Look) -> Options:
    line = {"outline_color": rgba(look.line, 1), "outline_width": _mm(look.width), "outline_width_unit": "MM"}
    shape = {"name": "circle", **_size(MARKER_PIXELS), "color": rgba(look.fill, look.opacity)}
    return {**shape, **line, "outline_style": "solid" if look.line and look.width else "no"}


def _size(pixels: float) -> Options:
    return {"size": _mm(pixels), "size_unit": "MM"}


def _line(colour: str, width: float, dashed: list[float]) -> Options:
    custom = {"customdash": ";".join(map(_mm, dashed)), "customdash_unit": "MM", "use_custom_dash": "1"} if dashed else {}
    same = {"line_color": rgba(colour, 1), "line_style": "solid", "line_width": _mm(width), "line_width_unit": "MM"}
    return {**same, "joinstyle": "round", "capstyle": "flat", "use_custom_dash": "0", **custom}


def _empty(parent: ET.Element, name: str, kind: str) -> ET.Element:
    return ET.SubElement(parent, "symbol", {"name": name, "type": kind, "alpha": "1", "clip_to_extent": "1", "force_rhr": "0"})


def _layer(symbol: ET.Element, kind: str, options: Options) -> ET.Element:
    layer = ET.SubElement(symbol, "layer", {"class": kind, "enabled": "1", "locked": "0", "pass": "0"})
    told = ET.SubElement(layer, "Option", type="Map")
    for name, value in options.items():
        ET.SubElement(told, "Option", name=name, type="QString", value=value)
    return layer


def _mm(pixels: float) -> str:
    return f"{pixels * MM_PER_PIXEL:.3f}"
