"""The style of a layer as OGC Styled Layer Descriptor 1.1.0 with Symbology Encoding 1.1 and Filter Encoding 1.1. Sizes are pixels.

Of the marks in a pattern a reader takes the first that it knows: the names of QGIS come first, then those of GeoServer.
"""

from xml.etree import ElementTree as ET

from geo_service.catalogue.definition import LayerDefinition, Look
from geo_service.catalogue.raster.definition import RasterDefinition
from geo_service.catalogue.styles.rules import (
    MARKER_PIXELS,
    PATTERN_PIXELS,
    Between,
    Condition,
    Empty,
    Equal,
    Other,
    dashes,
    fill_opacity,
    rules,
)
from geo_service.catalogue.styles.steps import steps

VERSION = "1.1.0"
NAMESPACES = {"sld": "http://www.opengis.net/sld", "se": "http://www.opengis.net/se", "ogc": "http://www.opengis.net/ogc"}
PATTERNS = {"lines": ("slash", "shape://slash"), "hatch": ("x", "shape://times"), "dots": ("brush://dense7", "shape://dot")}
for prefix, namespace in NAMESPACES.items():
    ET.register_namespace(prefix, namespace)


def sld(layer: LayerDefinition | RasterDefinition) -> str:
    """The style of the layer as a file."""
    root = ET.Element(_name("sld:StyledLayerDescriptor"), version=VERSION)
    named = _add(root, "sld:NamedLayer")
    _describe(named, layer.id, layer.title)
    style = _add(named, "sld:UserStyle")
    _describe(style, layer.id, layer.title)
    _add(style, "sld:IsDefault", "true")
    drawn = _add(style, "se:FeatureTypeStyle")
    if isinstance(layer, RasterDefinition):
        _cells(_add(_add(drawn, "se:Rule"), "se:RasterSymbolizer"), layer)
    else:
        _features(drawn, layer)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _features(drawn: ET.Element, layer: LayerDefinition) -> None:
    for rule in rules(layer.style):
        made = _add(drawn, "se:Rule")
        _describe(made, rule.look.title, rule.look.title)
        if layer.style.column:
            _filter(made, rule.condition, layer.style.column)
        _symbolizers(made, layer.geometry, rule.look)


def _cells(drawn: ET.Element, raster: RasterDefinition) -> None:
    """From each step on its colour, and none below the first."""
    channel = _add(_add(drawn, "se:ChannelSelection"), "se:GrayChannel")
    _add(channel, "se:SourceChannelName", str(raster.raster.band))
    # the schema spells the attribute so
    told = {"fallbackValue": _argb(raster.style.nothing), "threshholdsBelongTo": "succeeding"}
    chosen = _add(_add(drawn, "se:ColorMap"), "se:Categorize", **told)
    _add(chosen, "se:LookupValue", "Rasterdata")
    _add(chosen, "se:Value", _argb(None))
    for step in steps(raster.style):
        _add(chosen, "se:Threshold", repr(step.start))
        _add(chosen, "se:Value", _argb(step.look))


def _describe(parent: ET.Element, name: str, title: str) -> None:
    _add(parent, "se:Name", name)
    _add(_add(parent, "se:Description"), "se:Title", title)


def _filter(rule: ET.Element, condition: Condition, column: str) -> None:
    """``ElseFilter`` would be shorter, but QGIS draws such a rule for every feature."""
    found = _add(rule, "ogc:Filter")
    match condition:
        case Equal(value):
            _compare(found, column, [("EqualTo", value)])
        case Between(lowest, below, not_zero):
            ends = [("LessThan", repr(below))] if below is not None else []
            _compare(found, column, [("GreaterThanOrEqualTo", repr(lowest)), *ends, *([("NotEqualTo", "0")] if not_zero else [])])
        case Empty(or_zero):
            either = _add(found, "ogc:Or") if or_zero else found
            _empty(either, column)
            _compare(either, column, [("EqualTo", "0")] if or_zero else [])
        case Other(values):
            either = _add(found, "ogc:Or")
            _empty(either, column)
            _compare(either, column, [("NotEqualTo", value) for value in values])


def _empty(parent: ET.Element, column: str) -> None:
    _add(_add(parent, "ogc:PropertyIsNull"), "ogc:PropertyName", column)


def _compare(parent: ET.Element, column: str, limits: list[tuple[str, str]]) -> None:
    """All of these; ``And`` may not stand around one."""
    together = _add(parent, "ogc:And") if len(limits) > 1 else parent
    for operator, value in limits:
        comparison = _add(together, f"ogc:PropertyIs{operator}")
        _add(comparison, "ogc:PropertyName", column)
        _add(comparison, "ogc:Literal", value)


def _symbolizers(rule: ET.Element, geometry: str, look: Look) -> None:
    """What fills it, and the line around it on top."""
    if geometry.endswith("Point"):
        _point(rule, look)
    elif geometry.endswith("LineString"):
        _stroke(_add(rule, "se:LineSymbolizer"), look)
    else:
        _fill(_add(rule, "se:PolygonSymbolizer"), look)
        _pattern(rule, look)
        if look.line and look.width:
            _stroke(_add(rule, "se:LineSymbolizer"), look)


def _fill(symbolizer: ET.Element, look: Look) -> None:
    if look.fill:
        _parameters(_add(symbolizer, "se:Fill"), {"fill": look.fill, "fill-opacity": f"{fill_opacity(look):g}"})


def _stroke(symbolizer: ET.Element, look: Look) -> None:
    if look.line and look.width:
        told = {"stroke": look.line, "stroke-width": f"{look.width:g}", "stroke-linejoin": "round", "stroke-linecap": "butt"}
        dashed = {"stroke-dasharray": " ".join(f"{length:g}" for length in dashes(look))} if look.dash else {}
        _parameters(_add(symbolizer, "se:Stroke"), told | dashed)


def _pattern(rule: ET.Element, look: Look) -> None:
    """Slanting lines, crossed ones or dots, in the colour of the line."""
    ink = look.line or look.fill
    if look.pattern not in PATTERNS or not ink:
        return
    graphic = _add(_add(_add(_add(rule, "se:PolygonSymbolizer"), "se:Fill"), "se:GraphicFill"), "se:Graphic")
    for name in PATTERNS[look.pattern]:
        mark = _add(graphic, "se:Mark")
        _add(mark, "se:WellKnownName", name)
        _parameters(_add(mark, "se:Fill"), {"fill": ink})
        if look.pattern != "dots":
            _parameters(_add(mark, "se:Stroke"), {"stroke": ink, "stroke-width": "1"})
    _add(graphic, "se:Size", f"{PATTERN_PIXELS:g}")


def _point(rule: ET.Element, look: Look) -> None:
    graphic = _add(_add(rule, "se:PointSymbolizer"), "se:Graphic")
    mark = _add(graphic, "se:Mark")
    _add(mark, "se:WellKnownName", "circle")
    _fill(mark, look)
    _stroke(mark, look)
    _add(graphic, "se:Size", f"{MARKER_PIXELS:g}")


def _parameters(parent: ET.Element, told: dict[str, str]) -> None:
    for name, value in told.items():
        _add(parent, "se:SvgParameter", value, name=name)


def _argb(look: Look | None) -> str:
    """``#rrggbb``, with the opacity in front where it is not whole."""
    if look is None or look.fill is None:
        return "#00000000"
    opacity = round(fill_opacity(look) * 255)
    return look.fill if opacity == 255 else f"#{opacity:02x}{look.fill[1:]}"


def _add(parent: ET.Element, tag: str, text: str | None = None, **attributes: str) -> ET.Element:
    made = ET.SubElement(parent, _name(tag), attributes)
    made.text = text
    return made


def _name(name: str) -> str:
    prefix, _, local = name.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"
