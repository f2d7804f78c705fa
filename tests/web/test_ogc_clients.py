"""What analysts use reads the OGC API: GDAL, OWSLib and geopandas, in longitude/latitude and in RD."""

import re
import subprocess

import geopandas
import pytest
import shapely
from owslib.ogcapi.features import Features

from geo_service.geometry import to_lonlat

LAYER = "groenobjecten"
RD = "EPSG:28992"


def ogr(program, *arguments):
    """What a program of GDAL prints, without complaints."""
    done = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=60, check=True)
    assert "ERROR" not in done.stderr
    return done.stdout


def source(api):
    return f"OAPIF:{str(api.base_url).rstrip('/')}"


def test_gdal_lists_every_public_layer(api):
    listed = ogr("ogrinfo", source(api))
    for layer in api.get("/collections").json()["collections"]:
        assert layer["title"] in listed or layer["id"] in listed


def test_gdal_reads_features_with_their_kinds(api, green):
    told = ogr("ogrinfo", "-so", "-oo", "PAGE_SIZE=13", source(api), LAYER)
    assert "Feature Count: 60" in told
    assert 'ID["OGC","CRS84"]' in told or "WGS 84" in told
    assert re.search(r"aanlegjaar: Integer", told)
    assert re.search(r"oppervlakte_m2: Real", told)
    assert re.search(r"geldig_van: (Date|String)", told)


@pytest.mark.parametrize(("crs", "as_served"), [("OGC:CRS84", to_lonlat), (RD, lambda shape: shape), ("EPSG:4326", to_lonlat)])
def test_gdal_copies_a_layer_in_its_system_page_by_page(api, green, tmp_path, crs, as_served):
    target = tmp_path / "copy.gpkg"
    options = ("-oo", "PAGE_SIZE=13", *(("-oo", f"CRS={crs}") if crs == RD and gdal_knows_crs() else ()))
    ogr("ogr2ogr", *options, "-t_srs", crs, str(target), source(api), LAYER)
    copied = geopandas.read_file(target).set_index("lokaal_id")
    assert len(copied) == 60
    for name, shape in green.shapes.items():
        assert shapely.hausdorff_distance(copied.geometry[name], as_served(shape)) < (0.2 if crs == RD else 1e-7)


def gdal_knows_crs():
    """GDAL reads other systems than CRS84 since 3.7."""
    major, minor = re.search(r"GDAL (\d+)\.(\d+)", ogr("ogrinfo", "--version")).groups()
    return (int(major), int(minor)) >= (3, 7)


def test_gdal_lets_us_filter(api, green, ogc_server):
    heesters = sorted(name for name, row in green.rows.items() if row["soort_groen"] == "heesters")
    before = len(ogc_server.log.read_text())
    told = ogr("ogrinfo", "-q", "-where", "soort_groen = 'heesters'", source(api), LAYER)
    assert sorted(re.findall(r"lokaal_id \(String\) = (\S+)", told)) == heesters
    assert ogc_server.log.read_text()[before:].count("/items ") >= 1
    west, south, east, north = to_lonlat(green.shapes["G00"]).bounds
    near = ogr("ogrinfo", "-q", "-spat", *map(str, (west, south, east, north)), source(api), LAYER)
    assert "lokaal_id (String) = G00" in near
    assert "lokaal_id (String) = G59" not in near


def test_owslib_reads_it_all(api, green):
    client = Features(str(api.base_url))
    assert LAYER in client.feature_collections()
    assert client.collection(LAYER)["id"] == LAYER
    assert "soort_groen" in client.collection_queryables(LAYER)["properties"]
    assert "soort_groen" in client.collection_schema(LAYER)["properties"]
    found = client.collection_items(LAYER, limit=5, bbox=[5, 52, 6, 53])
    assert (found["numberMatched"], len(found["features"])) == (60, 5)
    assert client.collection_item(LAYER, "G07")["id"] == "G07"
    filtered = client.collection_items(LAYER, filter="soort_groen = 'heesters'")
    assert {feature["properties"]["soort_groen"] for feature in filtered["features"]} == {"heesters"}
    assert client.conformance()["conformsTo"]
    assert client.api()["openapi"].startswith("3.0")


def test_geopandas_reads_an_address_with_its_system(api, green):
    for crs, expected in (("", "EPSG:4326"), (f"&crs={RD}", RD), ("&crs=EPSG:3857", "EPSG:3857")):
        frame = geopandas.read_file(f"{api.base_url}collections/{LAYER}/items?limit=100{crs}")
        assert (len(frame), frame.crs) == (60, expected)
        found = frame.to_crs(28992).set_index("lokaal_id").geometry if crs != f"&crs={RD}" else frame.set_index("lokaal_id").geometry
        assert shapely.hausdorff_distance(found["G07"], green.shapes["G07"]) < (0.3 if crs != f"&crs={RD}" else 0.001)
