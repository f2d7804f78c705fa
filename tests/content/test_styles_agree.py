"""Random styles: QGIS, MapLibre and SLD draw every value alike, by one look or by none."""

from bisect import bisect_right
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_service.catalogue.definition import Style
from geo_service.catalogue.registry import load_catalogue
from geo_service.catalogue.styles.maplibre import maplibre
from geo_service.catalogue.styles.qml import qml
from geo_service.catalogue.styles.sld import sld
from geo_service.content import content_root
from tests.content import styling

CATALOGUE = load_catalogue(content_root())
LAYER, RASTER = CATALOGUE["zelfbeheerplekken"], CATALOGUE.rasters["groenkaart"]
ANY_NUMBER = RASTER.raster.model_copy(update={"lowest": None, "highest": None})
TILES = "https://voorbeeld.nl/{z}/{y}/{x}"
NOTHING = {"title": "niets", "fill": "#0a0b0c", "opacity": 0.5}
NONE = "#00000000"
numbers = st.floats(-1e6, 1e6, allow_subnormal=False).filter(lambda number: number == 0 or abs(number) > 1e-6) | st.integers(-3, 3).map(
    float
)
words = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=6).map(str.strip).filter(bool)


def look(number):
    return {"title": f"look {number}", "fill": f"#{number + 1:06x}"}


@st.composite
def numeric(draw):
    """A style with classes, and values around its borders."""
    bounds = sorted(draw(st.sets(numbers, min_size=1, max_size=6)))
    classes = [{**look(number), "at_least": bound} for number, bound in enumerate(bounds)]
    style = {
        "column": "status",
        "classes": classes,
        **({"nothing": NOTHING} if draw(st.booleans()) else {}),
        "zero_counts": draw(st.booleans()),
    }
    return style, [None, 0.0, *bounds, *draw(st.lists(numbers, max_size=8))]


@st.composite
def verbal(draw):
    """A style with values, and other words."""
    known = sorted(draw(st.sets(words, min_size=1, max_size=6)))
    style = {"column": "status", "values": {word: look(number) for number, word in enumerate(known)}}
    return {**style, **({"nothing": NOTHING} if draw(st.booleans()) else {})}, [None, *known, *draw(st.lists(words, max_size=4))]


def expected(style, value):
    """The title that the definition gives a value."""
    nothing = "niets" if "nothing" in style else None
    if "values" in style:
        return style["values"][value]["title"] if value in style["values"] else nothing
    if value is None or (value == 0 and nothing and not style["zero_counts"] and style["classes"][0]["at_least"] >= 0):
        return nothing
    place = bisect_right([step["at_least"] for step in style["classes"]], value)
    return style["classes"][place - 1]["title"] if place else None


@pytest.mark.parametrize("styles", [numeric(), verbal()], ids=["classes", "values"])
def test_three_writers_give_a_value_the_same_look(styles):
    @settings(max_examples=150, deadline=None)
    @given(styles)
    def agree(drawn):
        told, values = drawn
        layer = LAYER.model_copy(update={"style": Style.model_validate(told)})
        renderer = ET.fromstring(qml(layer)).find("renderer-v2")
        document, descriptor = maplibre(layer, TILES), styling.read_sld(sld(layer))
        for value in values:
            title = expected(told, value)
            assert styling.by_qgis(renderer, value) == title
            assert styling.by_maplibre(document, value) == {title} - {None}
            assert styling.by_sld(descriptor, value) == {title} - {None}

    agree()


@st.composite
def coded(draw):
    """The style of a raster with values, and cells."""
    codes = draw(st.lists(st.integers(-5, 300), min_size=1, max_size=6, unique=True))
    style = {"column": "waarde", "values": {str(code): look(number) for number, code in enumerate(codes)}}
    return style, [None, *map(float, codes), *draw(st.lists(st.integers(-6, 301).map(float), max_size=6))]


@pytest.mark.parametrize("styles", [numeric(), coded()], ids=["classes", "values"])
def test_cells_have_the_same_colours(styles):
    @settings(max_examples=100, deadline=None)
    @given(styles)
    def agree(drawn):
        told, values = drawn
        told = {**told, "column": "waarde"}
        raster = RASTER.model_copy(update={"style": Style.model_validate(told), "raster": ANY_NUMBER})
        renderer = ET.fromstring(qml(raster)).find("pipe/rasterrenderer")
        descriptor = styling.read_sld(sld(raster))
        colours = {None: NONE, "niets": "#800a0b0c"} | {look(n)["title"]: look(n)["fill"] for n in range(6)}
        for value in values:
            key = None if value is None else f"{value:.0f}" if "values" in told else value
            told_colour = colours[expected(told, key)]
            assert styling.by_sld_colours(descriptor, value) == told_colour
            if value is not None:  # QGIS leaves cells without a value to the nodata of the file
                assert styling.by_qgis_colours(renderer, value).replace("#ff", "#", 1) == told_colour

    agree()


def test_every_layer_is_written_as_a_strict_sld():
    for layer in (*CATALOGUE.values(), *CATALOGUE.rasters.values()):
        root = styling.read_sld(sld(layer))
        assert root.findtext("sld:NamedLayer/se:Name", namespaces=styling.NAMESPACES) == layer.id


@pytest.mark.parametrize(("geometry", "drawn"), [("MultiPoint", "PointSymbolizer"), ("LineString", "LineSymbolizer")])
def test_points_and_lines_have_symbolizers_of_their_own(geometry, drawn):
    told = {"title": 'A "<&>"', "fill": "#ff8000", "opacity": 0.5, "line": "#000001", "width": 2.5, "dash": "7 4"}
    layer = LAYER.model_copy(update={"style": Style.model_validate({"look": told}), "geometry": geometry})
    rule = styling.read_sld(sld(layer)).find(".//se:Rule", styling.NAMESPACES)
    assert [child.tag.partition("}")[2] for child in rule] == ["Name", "Description", drawn]
    parameters = {each.get("name"): each.text for each in rule.iterfind(".//se:SvgParameter", styling.NAMESPACES)}
    assert (parameters["stroke"], parameters["stroke-width"], parameters["stroke-dasharray"]) == ("#000001", "2.5", "7 4")
    assert parameters.get("fill-opacity") == ("0.5" if geometry == "MultiPoint" else None)


@pytest.mark.parametrize(("pattern", "marks"), [("lines", ["slash", "shape://slash"]), ("hatch", ["x", "shape://times"]), ("full", [])])
def test_patterns_are_marks_over_the_fill_and_below_the_line(pattern, marks):
    told = {"title": "A", "fill": "#ff8000", "opacity": 0.5, "line": "#000001", "width": 2, "pattern": pattern}
    layer = LAYER.model_copy(update={"style": Style.model_validate({"look": told})})
    rule = styling.read_sld(sld(layer)).find(".//se:Rule", styling.NAMESPACES)
    assert [each.text for each in rule.iterfind(".//se:WellKnownName", styling.NAMESPACES)] == marks
    drawn = [child.tag.partition("}")[2] for child in rule][2:]
    assert drawn == ["PolygonSymbolizer", *["PolygonSymbolizer"] * bool(marks), "LineSymbolizer"]


def test_the_command_line_writes_styles(run_cli, tmp_path):
    file = tmp_path / "plekken.sld"
    assert run_cli("layers", "style", "zelfbeheerplekken", "--format", "sld", "-o", str(file)).returncode == 0
    assert file.read_text() == sld(LAYER)
