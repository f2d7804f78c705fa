"""How programs read our styles: which look a value gets in QGIS, in MapLibre and by SLD, each by its own rules."""

import math
from xml.etree import ElementTree as ET

NAMESPACES = {"sld": "http://www.opengis.net/sld", "se": "http://www.opengis.net/se", "ogc": "http://www.opengis.net/ogc"}
OPERATORS = {
    "EqualTo": lambda value, limit: value == limit,
    "NotEqualTo": lambda value, limit: value != limit,
    "LessThan": lambda value, limit: value < limit,
    "GreaterThanOrEqualTo": lambda value, limit: value >= limit,
}


def by_qgis(renderer, value):
    """The label of a value. Categories by word, what is left in the empty one; else the first range that holds it, both ends included."""
    if renderer.get("type") == "categorizedSymbol":
        told = {each.get("value"): each.get("label") for each in renderer.iterfind("categories/category")}
        return told.get("" if value is None else value, told.get(""))
    attr = renderer.get("attr")
    if attr.startswith("coalesce("):
        empty = (None, 0) if "nullif(" in attr else (None,)
        value = float(attr.rpartition(", ")[2].rstrip(")")) if value in empty else value
    if value is None:
        return None
    ranges = renderer.iterfind("ranges/range")
    return next((each.get("label") for each in ranges if float(each.get("lower")) <= value <= float(each.get("upper"))), None)


def by_maplibre(style, value):
    """The titles of all parts that are drawn."""
    return {part["metadata"]["title"] for part in style["layers"] if evaluated(part.get("filter", True), value) is True}


def evaluated(expression, value):
    """What MapLibre makes of the expressions in our filters; the feature has one property."""
    if not isinstance(expression, list):
        return expression
    operator, *parts = expression
    if operator == "literal":
        return parts[0]
    if operator == "get":
        return value
    given = [evaluated(part, value) for part in parts]
    match operator:
        case "all":
            return all(given)
        case "!":
            return not given[0]
        case "in":
            return given[0] in given[1]
        case "typeof":
            return "null" if given[0] is None else "string" if isinstance(given[0], str) else "number"
        case "to-number":
            return float(given[0] or 0)
        case "==" | "!=":
            return (given[0] == given[1]) == (operator == "==")
        case ">=" | "<":
            if not isinstance(given[0], int | float):
                return False  # a feature whose filter fails is not drawn
            return given[0] >= given[1] if operator == ">=" else given[0] < given[1]
    raise AssertionError(operator)


def by_sld(root, value):
    """The titles of all rules whose filter is true; a comparison with nothing is unknown."""
    return {
        rule.findtext("se:Description/se:Title", namespaces=NAMESPACES)
        for rule in root.iterfind(".//se:Rule", NAMESPACES)
        if (found := rule.find("ogc:Filter", NAMESPACES)) is None or filtered(found[0], value) is True
    }


def filtered(element, value):
    name = element.tag.partition("}")[2]
    if name in ("And", "Or"):
        assert len(element) >= 2
        given = [filtered(part, value) for part in element]
        decides = name == "Or"
        return decides if decides in given else None if None in given else not decides
    assert element.findtext("ogc:PropertyName", namespaces=NAMESPACES)
    if name == "PropertyIsNull":
        return value is None
    limit = element.findtext("ogc:Literal", namespaces=NAMESPACES)
    return None if value is None else OPERATORS[name.removeprefix("PropertyIs")](value, type(value)(limit))


def by_sld_colours(root, value):
    """The colour of a cell: that of the last threshold that is not above it."""
    chosen = root.find(".//se:Categorize", NAMESPACES)
    assert chosen.get("threshholdsBelongTo") == "succeeding"
    if value is None:
        return chosen.get("fallbackValue")
    thresholds = [float(each.text) for each in chosen.iterfind("se:Threshold", NAMESPACES)]
    colours = [each.text for each in chosen.iterfind("se:Value", NAMESPACES)]
    assert thresholds == sorted(set(thresholds))
    return colours[sum(limit <= value for limit in thresholds)]


def by_qgis_colours(drawn, value):
    """The same in QGIS: of the palette, or of the first item whose value is not below the cell's; ``#aarrggbb``."""
    if value is None:
        return "#00000000"
    if drawn.get("type") == "paletted":
        found = next((each for each in drawn.iterfind("colorPalette/paletteEntry") if float(each.get("value")) == value), None)
    else:
        items = list(drawn.iterfind("rastershader/colorrampshader/item"))
        assert math.isinf(float(items[-1].get("value")))
        found = next(each for each in items if float(each.get("value")) >= value)
    return f"#{int(found.get('alpha')):02x}{found.get('color')[1:]}" if found is not None else "#00000000"


def read_sld(text):
    """An SLD document, read strictly: known names in known namespaces, in the order of the schema."""
    root = ET.fromstring(text)
    assert (root.tag, root.attrib) == (f"{{{NAMESPACES['sld']}}}StyledLayerDescriptor", {"version": "1.1.0"})
    for element in root.iter():
        prefix = next(prefix for prefix, uri in NAMESPACES.items() if element.tag.startswith(f"{{{uri}}}"))
        name = f"{prefix}:{element.tag.partition('}')[2]}"
        if prefix != "ogc":
            place = [child.tag.partition("}")[2] for child in element]
            known = CHILDREN[name]
            if name == "se:Categorize":
                assert place == ["LookupValue", "Value", *["Threshold", "Value"] * (len(place) // 2 - 1)]
            else:
                assert [known.index(child) for child in place] == sorted(known.index(child) for child in place), (name, place)
            assert not (known and (element.text or "").strip())
    for rule in root.iterfind(".//se:Rule", NAMESPACES):
        assert [child for child in rule if child.tag.endswith("Symbolizer")]
    return root


CHILDREN = {
    "sld:StyledLayerDescriptor": ["NamedLayer"],
    "sld:NamedLayer": ["Name", "Description", "UserStyle"],
    "sld:UserStyle": ["Name", "Description", "IsDefault", "FeatureTypeStyle"],
    "sld:IsDefault": [],
    "se:Name": [],
    "se:Description": ["Title"],
    "se:Title": [],
    "se:FeatureTypeStyle": ["Rule"],
    "se:Rule": ["Name", "Description", "Filter", "PolygonSymbolizer", "LineSymbolizer", "PointSymbolizer", "RasterSymbolizer"],
    "se:PolygonSymbolizer": ["Fill", "Stroke"],
    "se:LineSymbolizer": ["Stroke"],
    "se:PointSymbolizer": ["Graphic"],
    "se:Fill": ["GraphicFill", "SvgParameter"],
    "se:Stroke": ["SvgParameter"],
    "se:GraphicFill": ["Graphic"],
    "se:Graphic": ["Mark", "Size"],
    "se:Mark": ["WellKnownName", "Fill", "Stroke"],
    "se:WellKnownName": [],
    "se:Size": [],
    "se:SvgParameter": [],
    "se:RasterSymbolizer": ["ChannelSelection", "ColorMap"],
    "se:ChannelSelection": ["GrayChannel"],
    "se:GrayChannel": ["SourceChannelName"],
    "se:SourceChannelName": [],
    "se:ColorMap": ["Categorize"],
    "se:Categorize": ["LookupValue", "Value", "Threshold"],
    "se:LookupValue": [],
    "se:Value": [],
    "se:Threshold": [],
}
"""The part of the schemas of SLD and SE 1.1.0 that we write, each list in the order of its sequence."""
