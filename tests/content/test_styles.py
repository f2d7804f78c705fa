"""One style definition, drawn alike by QGIS and by MapLibre."""

import json
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from pydantic import ValidationError

from geo_service.catalogue.definition import Style
from geo_service.catalogue.raster.district_layers import district_layers
from geo_service.catalogue.styles.maplibre import maplibre
from geo_service.catalogue.styles.qml import qml
from geo_service.content import content_root
from geo_service.errors import NotFound
from tests.content import styling
from tests.rasters import definition

ROOT = Path(__file__).parents[2]
VALIDATOR = ROOT / "node_modules" / ".bin" / "gl-style-validate"
LAYERS = sorted(path.stem for path in (content_root() / "layers").glob("*.sql"))
TILES = "https://voorbeeld.nl/{z}/{y}/{x}"
INNER = {"LinePatternFill": "line", "PointPatternFill": "marker"}


@pytest.fixture(params=LAYERS)
def layer(request, catalogue):
    return catalogue[request.param]


def styled(catalogue, geometry="MultiPolygon", **style):
    return catalogue["zelfbeheerplekken"].model_copy(update={"style": Style.model_validate(style), "geometry": geometry})


def renderer(layer):
    text = qml(layer)
    assert text.startswith("<!DOCTYPE qgis PUBLIC")
    found = ET.fromstring(text).find("renderer-v2")
    assert found is not None
    return found


def options(symbol_layer):
    return {option.get("name"): option.get("value") for option in symbol_layer.find("Option")}


def test_qgis_gets_every_look_under_its_title(layer):
    found = renderer(layer)
    style = layer.style
    looks = [*style.values.values(), *reversed(style.classes), *filter(None, [style.nothing])]
    entries = [*found.iterfind("categories/category"), *found.iterfind("ranges/range")]
    assert [entry.get("label") for entry in entries] == [look.title for look in looks]
    symbols = {symbol.get("name"): symbol for symbol in found.iterfind("symbols/symbol")}
    assert [entry.get("symbol") for entry in entries] == list(symbols)[: len(entries)]
    assert len(symbols) == max(1, len(looks))
    for symbol in symbols.values():
        assert symbol.get("type") == ("marker" if layer.geometry.endswith("Point") else "fill")
        for part in symbol.iterfind("layer"):
            inner = part.find("symbol")
            assert (inner.get("type") if inner is not None else None) == INNER.get(part.get("class"))


def test_qgis_draws_fill_opacity_line_dash_and_pattern(catalogue):
    look = {"title": "A", "fill": "#ff8000", "opacity": 0.5, "line": "#000001", "width": 2, "dash": "7 4", "pattern": "hatch"}
    parts = list(renderer(styled(catalogue, look=look)).iterfind("symbols/symbol/layer"))
    assert [part.get("class") for part in parts] == ["SimpleFill", "LinePatternFill", "LinePatternFill", "SimpleLine"]
    fill, line = options(parts[0]), options(parts[-1])
    assert (fill["color"], fill["style"]) == ("255,128,0,128", "solid")
    assert (line["line_color"], line["line_width"], line["line_width_unit"]) == ("0,0,1,255", "0.529", "MM")
    assert (line["use_custom_dash"], line["customdash"], line["customdash_unit"]) == ("1", "1.852;1.058", "MM")
    assert {options(part)["angle"] for part in parts[1:3]} == {"45", "135"}
    pale = renderer(styled(catalogue, look={"title": "A", "fill": "#ff8000", "pattern": "pale"}))
    assert [options(part)["color"] for part in pale.iterfind("symbols/symbol/layer")] == ["255,128,0,102"]
    assert pale.get("type") == "singleSymbol"


@pytest.mark.parametrize(("geometry", "kind", "drawn"), [("Point", "marker", "SimpleMarker"), ("MultiLineString", "line", "SimpleLine")])
def test_points_and_lines_have_symbols_of_their_own(geometry, kind, drawn, catalogue):
    found = renderer(styled(catalogue, geometry, look={"title": "A", "fill": "#ff8000", "line": "#000001", "width": 1}))
    symbol = found.find("symbols/symbol")
    assert symbol.get("type") == kind
    assert [part.get("class") for part in symbol.iterfind("layer")] == [drawn]


def test_a_number_on_a_border_is_in_the_class_that_starts_there(catalogue):
    found = renderer(catalogue["dekking_wijken"])
    told = [styling.by_qgis(found, value) for value in (0, 0.0001, 0.005, 0.0199, 0.02, 0.05, 1)]
    assert told == ["geen", "tot 0,5%", "0,5 tot 2%", "0,5 tot 2%", "2 tot 3,5%", "5% en meer", "5% en meer"]


def test_a_district_without_a_figure_is_drawn_as_not_known_and_zero_is_a_figure(catalogue):
    brought = district_layers(definition(districts=["buurt", "wijk"]))
    for layer in (catalogue["groenaandeel_buurten"], catalogue["groenaandeel_wijken"], *brought):
        found, document = renderer(layer), maplibre(layer, TILES)
        for value in (None, 0.0):
            title = styling.by_qgis(found, value)
            assert (title == "Niet bekend") == (value is None)
            assert styling.by_maplibre(document, value) == {title}


def test_what_is_left_has_the_look_of_nothing(catalogue):
    looks = {
        "values": {"x & y": {"title": 'Met "<&>"', "fill": "#ff8000"}},
        "nothing": {"title": "Onbekend", "line": "#000001", "width": 1},
    }
    layer = styled(catalogue, column="status", **looks)
    assert [(c.get("value"), c.get("label")) for c in renderer(layer).iterfind("categories/category")] == [
        ("x & y", 'Met "<&>"'),
        ("", "Onbekend"),
    ]
    assert [part.get("filter") for part in maplibre(layer, TILES)["layers"]] == [
        ["==", ["get", "status"], "x & y"],
        ["!", ["in", ["get", "status"], ["literal", ["x & y"]]]],
    ]


def test_maplibre_takes_every_style(catalogue, tmp_path):
    files = []
    points = styled(catalogue, "Point", look={"title": "A", "fill": "#ff8000", "line": "#000001", "width": 1, "dash": "1 2"})
    tiled = [layer for layer in catalogue.values() if layer.tiles]
    for layer in [*tiled, points.model_copy(update={"id": "punten"})]:
        files.append(tmp_path / f"{layer.id}.json")
        files[-1].write_text(json.dumps(maplibre(layer, TILES)))
    checked = [subprocess.run(["node", VALIDATOR, file], capture_output=True, text=True, timeout=60) for file in files]
    assert [(run.returncode, run.stdout) for run in checked] == [(0, "")] * len(files)
    wrong = tmp_path / "wrong.json"
    wrong.write_text(files[0].read_text().replace("fill-color", "fill-colour"))
    assert subprocess.run(["node", VALIDATOR, wrong], capture_output=True, timeout=60).returncode == 1


def test_maplibre_draws_every_look_and_fills_below_lines(layer):
    if not layer.tiles:
        return
    style = maplibre(layer, TILES)
    assert style["sources"][layer.id]["tiles"] == [TILES]
    looks = [*filter(None, [layer.style.look]), *layer.style.values.values(), *layer.style.classes, *filter(None, [layer.style.nothing])]
    assert {part["metadata"]["title"] for part in style["layers"]} == {look.title for look in looks}
    kinds = [part["type"] for part in style["layers"]]
    assert kinds == sorted(kinds)
    for part in style["layers"]:
        assert part["source-layer"] == layer.id


def test_maplibre_dashes_are_in_widths_of_the_line(catalogue):
    lines = [part for part in maplibre(catalogue["zelfbeheerplekken"], TILES)["layers"] if part["type"] == "line"]
    assert [part["paint"].get("line-dasharray") for part in lines] == [[2.8, 1.6], [0.4, 2.0], None]


def test_a_layer_without_tiles_has_no_maplibre_style(catalogue):
    with pytest.raises(NotFound):
        maplibre(catalogue["wijken"].model_copy(update={"tiles": None}), TILES)


def test_tiles_hold_the_column_that_decides_the_look(catalogue):
    layer = catalogue["zelfbeheerplekken"]
    told = {**layer.model_dump(), "tiles": {"minzoom": 8, "maxzoom": 22, "columns": ["plekcode"]}}
    with pytest.raises(ValidationError, match="tiles need the column of the style"):
        type(layer).model_validate(told)
