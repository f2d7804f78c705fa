"""Every format, read back by the tools that people use, holds what ``read`` shows."""

import csv
import io
import json
import sqlite3
import subprocess
import zipfile
from datetime import date

import geopandas
import numpy as np
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely

from geo_service.catalogue import read
from geo_service.catalogue.export import order, save
from geo_service.catalogue.formats import FORMATS
from geo_service.catalogue.formats.shapefile import short_names
from geo_service.catalogue.selection import Wish
from geo_service.catalogue.styles.sld import sld
from geo_service.errors import InvalidInput, TooLarge
from tests.content.conftest import NAMES
from tests.content.files import farthest_apart, opened, plain, table

CORNER = (142000.0, 483000.0, 142090.0, 483030.0)


@pytest.fixture(scope="module")
def saved(kept_town, module_database, catalogue, tmp_path_factory):
    """Make a file of a layer."""

    def make(layer_id, format, style=None, **wish):
        with module_database.sessions() as session:
            wanted = order(session, catalogue[layer_id], format, Wish(**{"at": kept_town.today, **wish}), style)
        target = tmp_path_factory.mktemp("uit") / wanted.file_name
        save(module_database.url, wanted, target)
        assert list(target.parent.iterdir()) == [target]
        return target

    return make


@pytest.mark.parametrize("crs", [28992, 4326])
@pytest.mark.parametrize("format", FORMATS)
def test_a_file_holds_what_the_layer_shows(format, crs, saved, kept_town, module_database, catalogue):
    in_box = {"bbox": CORNER, "bbox_crs": 28992}
    heather = {"filter": "soort_groen = 'heesters' and s_intersects(geometrie, bbox(142000, 483000, 142200, 483010))", "filter_crs": 28992}
    cases = [
        ("groenobjecten", {}),
        ("groenobjecten", in_box),
        ("groenobjecten", heather),
        ("zelfbeheerplekken", {"at": kept_town.long_ago}),
        ("dekking_buurten", {}),
    ]
    for layer_id, wish in cases:
        layer = catalogue[layer_id]
        expected = read(module_database.url, layer_id, crs=crs, **wish)
        assert len(expected) > 1
        found = opened(saved(layer_id, format, crs=crs, **wish), format, layer, crs)
        assert (len(found), found.crs.to_epsg()) == (len(expected), crs)
        assert list(table(found, layer)) == list(layer.columns)
        assert table(found, layer) == table(expected, layer)
        assert farthest_apart(found, expected, layer) < (0.001 if crs == 28992 else 1e-8)
        assert found.total_bounds == pytest.approx(expected.total_bounds, abs=0.001 if crs == 28992 else 1e-8)
        assert found.geometry.is_valid.all()


@pytest.mark.filterwarnings("ignore:.*truncated to 254")
@pytest.mark.parametrize("format", FORMATS)
def test_hard_names_and_an_empty_layer(format, saved, module_database, catalogue):
    layer = catalogue["achtergrond"]
    found = opened(saved(layer.id, format), format, layer, FORMATS[format].crs)
    names = [plain(name) for name in found[found.lokaal_id.str.startswith("N")].sort_values("lokaal_id").naam]
    expected = [plain(name) for name in NAMES]
    if format == "csv":
        expected[:5] = [f"'{name}" for name in NAMES[:5]]
    if format == "shp":
        expected[-1] = "x" * 254
    assert names == expected
    nowhere = saved(layer.id, format, bbox=(0, 0, 1, 1))
    empty = geopandas.read_parquet(nowhere) if format == "parquet" else None
    if format in ("gpkg", "geojson", "fgb", "shp"):
        empty = geopandas.read_file(nowhere)
    if format == "csv":
        empty = pd.read_csv(nowhere, sep=";", encoding="utf-8-sig")
    if format == "xlsx":
        empty = pd.read_excel(nowhere)
    if format == "geojsonl":
        assert nowhere.read_bytes() == b""
    else:
        assert len(empty) == 0


@pytest.mark.parametrize("format", ["gpkg", "geojson", "geojsonl", "fgb", "shp"])
def test_gdal_opens_it(format, saved):
    path = saved("groenobjecten", format)
    name = f"/vsizip/{path}" if format == "shp" else str(path)
    told = subprocess.run(["ogrinfo", "-so", "-al", name], capture_output=True, text=True, check=True)
    assert "Feature Count: 11" in told.stdout
    assert "Warning" not in told.stderr
    assert ('ID["EPSG",4326]' if format.startswith("geojson") else "Amersfoort") in told.stdout


def test_a_geopackage_tells_what_it_is(saved, kept_town):
    with sqlite3.connect(saved("zelfbeheerplekken", "gpkg", at=kept_town.long_ago)) as file:
        identifier, description = file.execute("select identifier, description from gpkg_contents").fetchone()
        columns = dict(file.execute("select column_name, description from gpkg_data_columns").fetchall())
        geometry = file.execute("select column_name, geometry_type_name, srs_id from gpkg_geometry_columns").fetchone()
        told = json.loads(file.execute("select metadata from gpkg_metadata").fetchone()[0])
    assert identifier == "Zelfbeheerplekken"
    for text in ("Bron:", "Licentie: CC-BY-4.0", "Stand op 01-05-2018"):
        assert text in description
    assert ".." not in description, "texts that end with a point get no second one"
    assert "(m²)" in columns["oppervlakte_m2"]
    assert geometry == ("geom", "MULTIPOLYGON", 28992)
    assert (told["license"], told["units"]["oppervlakte_m2"], told["at"]) == ("CC-BY-4.0", "m²", "2018-05-01")


RULES = {
    "RQ1 names of layers": "select table_name from gpkg_contents where table_name glob '*[^a-z0-9_]*' or table_name glob '[^a-z]*'",
    "RQ2 a layer is not empty": "select 1 where not exists (select 1 from {layer})",
    "RQ4 no views": "select name from sqlite_master where type = 'view'",
    "RQ6 names of columns": "select name from pragma_table_info('{layer}') where name glob '*[^a-z0-9_]*' or name glob '[^a-z]*'",
    "RQ7 a unique number per feature": "select 1 where (select sum(pk) from pragma_table_info('{layer}')) <> 1 or exists"
    " (select fid from {layer} group by fid having count(*) > 1)",
    "RQ9 an index on every geometry": "select table_name from gpkg_geometry_columns where not exists (select 1 from gpkg_extensions e"
    " where e.table_name = gpkg_geometry_columns.table_name and extension_name = 'gpkg_rtree_index')",
    "RQ10 the index is complete": "select 1 where (select count(*) from rtree_{layer}_geom) <> (select count(*) from {layer})",
    "RQ11 the count is current": "select 1 where (select feature_count from gpkg_ogr_contents) <> (select count(*) from {layer})",
    "RQ13 one system": "select 1 where (select count(distinct srs_id) from gpkg_geometry_columns) <> 1",
    "RQ14 kinds of geometry": "select table_name from gpkg_geometry_columns where geometry_type_name not in"
    " ('POINT', 'LINESTRING', 'POLYGON', 'MULTIPOINT', 'MULTILINESTRING', 'MULTIPOLYGON')",
    "RQ21 length of names": "select name from sqlite_master where type = 'table' and length(name) > 57 and name not like 'rtree%'",
    "RQ22 a known system": "select srs_id from gpkg_geometry_columns where srs_id not in (28992, 3034, 3035, 3857, 4258, 4326)",
    "RQ24 no empty geometry": "select fid from {layer} where geom is null",
    "RQ26 tables without a geometry have none": "select table_name from gpkg_contents where data_type = 'attributes'",
    "RC17 the column is called geom": "select column_name from gpkg_geometry_columns where column_name <> 'geom'",
    "RC19 no heights": "select table_name from gpkg_geometry_columns where z <> 0 or m <> 0",
    "RC25 numbers are not used again": "select 1 where not exists"
    " (select 1 from sqlite_master where name = '{layer}' and sql like '%AUTOINCREMENT%')",
    "the file is sound": "select integrity_check from pragma_integrity_check where integrity_check <> 'ok'",
    "keys refer to something": "select * from pragma_foreign_key_check",
}
"""PDOK's rules for a GeoPackage; each query finds what breaks its rule. RQ15, RQ23 and RC20 are about shapes, below."""


@pytest.mark.parametrize("crs", [28992, 4326])
@pytest.mark.parametrize("layer_id", ["groenobjecten", "zelfbeheerplekken", "dekking_wijken"])
def test_a_geopackage_keeps_pdok_s_rules(layer_id, crs, saved):
    path = saved(layer_id, "gpkg", crs=crs)
    with sqlite3.connect(path) as file:
        assert {rule: found for rule, sql in RULES.items() if (found := file.execute(sql.format(layer=layer_id)).fetchall())} == {}
        version = file.execute("pragma user_version").fetchone()[0]
    assert 10201 <= version <= 10400
    shapes = geopandas.read_file(path).geometry
    assert set(shapes.geom_type) == {"MultiPolygon"}
    assert shapes.is_valid.all()
    assert not shapes.is_empty.any()
    assert all(polygon.exterior.is_ccw for shape in shapes for polygon in shape.geoms)


def test_a_geopackage_for_qgis_brings_its_style(saved, catalogue):
    path = saved("zelfbeheerplekken", "gpkg", style="qgis")
    with sqlite3.connect(path) as file:
        row = file.execute("select f_table_name, f_geometry_column, useAsDefault, styleQML, styleSLD from layer_styles").fetchone()
    assert row[:3] == ("zelfbeheerplekken", "geom", 1)
    assert "<qgis" in row[3]
    assert "#6b2763" in row[3] or "107,39,99" in row[3]
    assert row[4] == sld(catalogue["zelfbeheerplekken"])
    assert {name for name, _ in pyogrio.list_layers(path)} == {"zelfbeheerplekken", "layer_styles"}


def test_geoparquet_tells_what_it_is_and_can_be_read_in_part(saved, catalogue):
    path = saved("groenobjecten", "parquet")
    told = pq.read_metadata(path).metadata
    geo = json.loads(told[b"geo"])
    column = geo["columns"]["geom"]
    assert (geo["version"], geo["primary_column"], column["encoding"], column["geometry_types"]) == (
        "1.1.0",
        "geom",
        "WKB",
        ["MultiPolygon"],
    )
    assert column["covering"]["bbox"]["xmin"] == ["bbox", "xmin"]
    assert column["bbox"] == pytest.approx(geopandas.read_parquet(path).total_bounds)
    assert told[b"license"] == b"CC0-1.0"
    field = pq.read_schema(path).field("oppervlakte_m2").metadata
    assert (field[b"unit"].decode(), field[b"title"].decode()) == ("m²", "Oppervlakte")
    in_box = geopandas.read_parquet(path, bbox=CORNER)
    assert 0 < len(in_box) < len(geopandas.read_parquet(path))


def test_flatgeobuf_tells_what_it_is(saved):
    info = pyogrio.read_info(saved("groenobjecten", "fgb"))
    assert info["layer_metadata"]["TITLE"] == "Groenobjecten"
    assert "Licentie: CC0-1.0" in info["layer_metadata"]["DESCRIPTION"]
    assert info["layer_metadata"]["units"] == '{"oppervlakte_m2": "m²"}'


def test_geojson_follows_rfc_7946(saved, kept_town):
    document = json.loads(saved("achtergrond", "geojson").read_bytes())
    assert "crs" not in document
    assert (document["license"], document["at"], document["units"]) == ("CC0-1.0", kept_town.today.isoformat(), {"oppervlakte_m2": "m²"})
    assert 'Spoordreef "Zuid"\n2' in {feature["properties"]["naam"] for feature in document["features"]}
    for feature in document["features"]:
        for polygon in feature["geometry"]["coordinates"]:
            assert shapely.LinearRing(polygon[0]).is_ccw
            assert all(len(repr(number).split(".")[1]) <= 8 for number in polygon[0][0])
    in_rd = json.loads(saved("wijken", "geojson", crs=28992).read_bytes())
    assert in_rd["crs"]["properties"]["name"] == "urn:ogc:def:crs:EPSG::28992"


def test_a_sequence_separates_its_records(saved):
    lines = saved("achtergrond", "geojsonl").read_bytes().splitlines()
    assert all(line.startswith(b"\x1e{") for line in lines)
    assert {json.loads(line[1:])["type"] for line in lines} == {"Feature"}


def test_csv_is_what_a_dutch_spreadsheet_expects(saved):
    content = saved("groenobjecten", "csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbflokaal_id;categorie;")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    great = next(row for row in rows if row["lokaal_id"] == "GROOT")
    assert (great["oppervlakte_m2"], great["geldig_van"], great["geschat"], great["kwaliteit"]) == ("10000", "1850-02-28", "false", "A+")
    assert great["geom_wkt_28992"].startswith("MULTIPOLYGON(((")
    shares = list(csv.DictReader(io.StringIO(saved("dekking_buurten", "csv").read_text("utf-8-sig")), delimiter=";"))
    assert any("," in row["dekking"] for row in shares)
    assert not any("." in row["dekking"] for row in shares)


def test_a_workbook_has_real_numbers_days_titles_and_a_sheet_that_explains(saved):
    book = openpyxl.load_workbook(saved("groenobjecten", "xlsx"))
    sheet, about = book.worksheets
    titles = [cell.value for cell in sheet[1]]
    assert titles[0] == "Nummer in het register"
    assert "Oppervlakte (m²)" in titles
    rows = {row[0].value: dict(zip(titles, row, strict=True)) for row in sheet.iter_rows(min_row=2)}
    assert rows["GROOT"]["Oppervlakte (m²)"].value == 10000
    assert rows["GROOT"]["Geldig vanaf"].value == "1850-02-28", "no spreadsheet knows days before 1900"
    assert rows["G1"]["Geldig vanaf"].is_date
    assert rows["G1"]["Geldig vanaf"].value.date() == date(2016, 1, 1)
    assert rows["G1"]["Geschat"].value is False
    told = {row[0]: row[1] for row in about.iter_rows(values_only=True)}
    assert (told["Licentie"].split()[0], told["Titel"], told["Coördinaten"]) == ("CC0-1.0", "Groenobjecten", "EPSG:28992")
    assert next(row for row in about.iter_rows(values_only=True) if row[0] == "oppervlakte_m2")[2] == "m²"
    names = openpyxl.load_workbook(saved("achtergrond", "xlsx")).worksheets[0]
    formulas = [cell for row in names.iter_rows() for cell in row if cell.value in NAMES[:5]]
    assert [(cell.data_type, cell.quotePrefix) for cell in formulas] == [("s", True)] * 5


def test_a_workbook_tells_what_does_not_fit(saved, kept_town, module_database, monkeypatch):
    monkeypatch.setattr("geo_service.catalogue.formats.spreadsheet.ROWS", 5)
    with pytest.raises(TooLarge, match="at most 5 rows"):
        saved("groenobjecten", "xlsx")
    monkeypatch.setattr("geo_service.catalogue.formats.spreadsheet.ROWS", 100)
    monkeypatch.setattr("geo_service.catalogue.formats.spreadsheet.TEXT", 200)
    about = openpyxl.load_workbook(saved("achtergrond", "xlsx")).worksheets[1]
    assert ("Leeg gelaten", "naam: 1 cellen met meer dan 200 tekens") in {row[:2] for row in about.iter_rows(values_only=True)}


@pytest.mark.filterwarnings("ignore:.*truncated to 254")
def test_a_shapefile_brings_everything_and_tells_what_was_lost(saved):
    with zipfile.ZipFile(saved("achtergrond", "shp")) as packed:
        assert {name.split(".")[1] for name in packed.namelist()} == {"shp", "shx", "dbf", "prj", "cpg", "txt"}
        readme = packed.read("LEESMIJ.txt").decode("utf-8-sig")
    assert "oppervlakt  oppervlakte_m2: Oppervlakte (m²)." in readme
    assert "naam: 1 x afgekapt op 254 bytes" in readme
    assert "Licentie: CC0-1.0" in readme


def test_short_names_do_not_collide():
    names = ["oppervlakte_m2", "oppervlakte_ha", "oppervlakte_km2", "oppervla_1", "naam", *(f"een_lange_naam_{n}" for n in range(120))]
    short = short_names(names)
    assert len(set(short.values())) == len(names)
    assert max(map(len, short.values())) == 10
    assert short["naam"] == "naam"
    assert short["oppervla_1"] == "oppervla_1"


def test_frames_tell_what_they_are(kept_town, module_database):
    frame = read(module_database.url, "groenobjecten", crs="EPSG:4258", columns=["lokaal_id", "geldig_van", "oppervlakte_m2"])
    assert list(frame.columns) == ["lokaal_id", "geldig_van", "oppervlakte_m2", "geometry"]
    assert frame.crs.to_epsg() == 4258
    assert frame.geldig_van.dt.year.max() == 2016
    assert (frame.attrs["license"], frame.attrs["units"], frame.attrs["at"]) == (
        "CC0-1.0",
        {"oppervlakte_m2": "m²"},
        kept_town.today.isoformat(),
    )
    empty = read(module_database.url, "groenobjecten", bbox=(0, 0, 1, 1))
    assert len(empty) == 0
    assert (empty.oppervlakte_m2.dtype, empty.geldig_van.dtype.kind) == (np.float64, "M")
    with pytest.raises(InvalidInput):
        read(module_database.url, "groenobjecten", columns=["bestaat_niet"])
