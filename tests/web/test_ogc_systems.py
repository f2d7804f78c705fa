"""OGC API Features Part 2: every system against brute force by shapely, with the order of axes that its authority wants."""

import numpy as np
import pyproj
import pytest
import shapely

from geo_service.geometry import to_lonlat
from tests.conformance import shows

GREEN = "/collections/groenobjecten"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
SYSTEMS = {CRS84: 8, f"{EPSG}28992": 3, f"{EPSG}4258": 8, f"{EPSG}4326": 8, f"{EPSG}3857": 3}
MERCATOR = pyproj.Transformer.from_crs(4326, 3857, always_xy=True)


def served(shape, system):
    """A shape in RD as this system should serve it."""
    if system.endswith("28992"):
        return shape
    lonlat = to_lonlat(shape)
    if system.endswith("3857"):
        return shapely.transform(lonlat, MERCATOR.transform, interleaved=False)
    return lonlat if system == CRS84 else shapely.transform(lonlat, lambda corners: corners[:, ::-1])


def boxes(shapes, count):
    """Random boxes over these shapes, from a metre to everything."""
    rng = np.random.default_rng(28992)
    west, south, east, north = shapely.total_bounds(shapes)
    for n in range(count):
        size = np.array([east - west, north - south]) * 10.0 ** rng.uniform(-2.5, 0.2)
        low = rng.uniform([west, south], [east, north]) - size * (n % 2)
        yield (*low, *(low + size))


@shows("ogcapi-features-2/1.0/conf/crs")
def test_the_systems_are_told(api):
    listed = api.get("/collections").json()
    assert listed["crs"] == list(SYSTEMS)
    for layer in listed["collections"]:
        assert layer["crs"] == list(SYSTEMS)
        assert layer["storageCrs"] == f"{EPSG}28992"
        assert api.get(f"/collections/{layer['id']}/items").headers["content-crs"] == f"<{CRS84}>"


@pytest.mark.parametrize("system", SYSTEMS)
@shows("ogcapi-features-2/1.0/conf/crs")
def test_coordinates_are_exact_and_rounded(api, green, system):
    answer = api.get(f"{GREEN}/items", params={"crs": system, "limit": 100})
    assert answer.headers["content-crs"] == f"<{system}>"
    one = api.get(f"{GREEN}/items/G01", params={"crs": system})
    assert one.headers["content-crs"] == f"<{system}>"
    assert one.json()["geometry"] == answer.json()["features"][1]["geometry"]
    for feature in answer.json()["features"]:
        shape, wanted = shapely.geometry.shape(feature["geometry"]), served(green.shapes[feature["id"]], system)
        corners = shapely.get_coordinates(shape)
        assert np.array_equal(corners, np.round(corners, SYSTEMS[system]))
        assert shapely.hausdorff_distance(shape, wanted) <= 10.0 ** -SYSTEMS[system]


@pytest.mark.parametrize("system", SYSTEMS)
@shows("ogcapi-features-2/1.0/conf/crs", "ogcapi-features-1/1.0/conf/core", "ogcapi-features-3/1.0/conf/features-filter")
def test_a_box_and_a_filter_find_what_shapely_finds(api, green, system):
    names, shapes = list(green.shapes), served(np.array(list(green.shapes.values())), system)
    found_some = 0
    for bounds in boxes(shapes, 16):
        expected = sorted(np.array(names)[shapely.intersects(shapes, shapely.box(*bounds))])
        told = ",".join(repr(float(number)) for number in bounds)
        page = api.get(f"{GREEN}/items", params={"bbox": told, "bbox-crs": system, "limit": 100, "properties": ""}).json()
        assert [feature["id"] for feature in page["features"]] == expected
        assert page["numberMatched"] == len(expected)
        wkt = shapely.to_wkt(shapely.box(*bounds), rounding_precision=-1)
        same = {"filter": f"S_INTERSECTS(geometrie, {wkt})", "filter-crs": system, "limit": 100, "properties": ""}
        assert [feature["id"] for feature in api.get(f"{GREEN}/items", params=same).json()["features"]] == expected
        found_some += bool(expected)
    assert found_some > 5


def test_short_names_and_urns_are_understood(api):
    for name in ("EPSG:28992", "[EPSG:28992]", "urn:ogc:def:crs:EPSG::28992", "https://www.opengis.net/def/crs/EPSG/0/28992"):
        assert api.get(f"{GREEN}/items?limit=1", params={"crs": name}).headers["content-crs"] == f"<{EPSG}28992>"
    assert api.get(f"{GREEN}/items?limit=1&crs=urn:ogc:def:crs:OGC:1.3:CRS84").status_code == 200


@pytest.mark.parametrize(
    ("box", "count"),
    [("-180,-90,180,90", 60), ("170,-50,-170,80", 0), ("5,52,-170,53", 60), ("6,52,5.9,53", 60), ("-170,52,6,53", 60), ("6,-90,7,90", 0)],
)
def test_the_whole_world_and_the_antimeridian(api, box, count):
    assert api.get(f"{GREEN}/items?bbox={box}").json()["numberMatched"] == count
