"""Reading shapes: good ones exactly, hostile ones with a clear error."""

import pytest
import shapely

from geo_service.errors import InvalidGeometry, InvalidInput, TooLarge
from geo_service.geometry import to_lonlat
from geo_service.plots.geojson import crs_named, read_request
from geo_service.words import explain, faults
from tests.unit.grounds import square
from tests.unit.hostile import HOSTILE, RING, SMALL, moved, polygon, text

pytestmark = pytest.mark.usefixtures("rd_grid")


@pytest.mark.parametrize(("payload", "says"), HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_input_gets_a_clear_error(payload, says):
    with pytest.raises((InvalidInput, TooLarge)) as raised:
        read_request(payload)
    for language in ("en", "nl"):
        told = [explain(raised.value, language), *(fault["text"] for fault in faults(raised.value, language))]
        assert language == "nl" or any(says in line for line in told), told
        assert not any("{" in line for line in told)
    assert len(raised.value.details.get("errors", [])) <= 20


def test_all_faults_are_told_at_once():
    document = {"type": "MultiPolygon", "coordinates": [[RING[:-1]], [RING[:3]], [[*RING[:2], ["x"], *RING[3:]]]]}
    with pytest.raises(InvalidGeometry) as raised:
        read_request(text(document))
    assert [fault["where"] for fault in raised.value.details["errors"]] == [
        "coordinates[0][0]",
        "coordinates[1][0]",
        "coordinates[2][0][2]",
    ]


def test_all_crossings_are_told_at_once():
    bow_tie = [RING[0], RING[2], RING[1], RING[3], RING[0]]
    with pytest.raises(InvalidGeometry) as raised:
        read_request(text({"type": "MultiPolygon", "coordinates": [[bow_tie], [moved(bow_tie, 0.01, 0)]]}))
    assert [fault["where"] for fault in raised.value.details["errors"]] == ["coordinates[0]", "coordinates[1]"]


def test_harmless_oddities_are_read():
    plain = read_request(text(polygon(RING)))
    hole = moved(SMALL, 0.0004, 0.0004)
    assert plain.geom_type == "MultiPolygon"
    assert read_request(text({"type": "Feature", "properties": None, "geometry": polygon(RING)})).equals(plain)
    assert read_request(text(polygon(RING[::-1]))).equals(plain)
    assert read_request(text(polygon([[*point, 3.5] for point in RING]))).equals(plain)
    assert read_request(text(polygon([RING[0], RING[0], *RING[1:]]))).equals(plain)
    assert read_request(b"\xef\xbb\xbf" + text(polygon(RING))).equals(plain)
    assert read_request(text(polygon(RING, hole))).area < plain.area


def test_lon_lat_lands_on_the_millimetre_grid_in_rd():
    shape = square(0, 0, 12.345, 20)
    document = shapely.to_geojson(to_lonlat(shape)).encode()
    assert read_request(document).equals_exact(shape, 1e-9, normalize=True)


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:EPSG::28992", "http://www.opengis.net/def/crs/EPSG/0/28992", "EPSG:28992"])
def test_rd_is_read_when_the_request_or_the_document_says_so(name):
    shape = square(0, 0, 10, 10)
    rd = shapely.to_geojson(shape).encode()
    assert read_request(rd, "RD").equals(shape)
    assert crs_named(f"<{name}>") == "RD"
    member = rd[:-1] + b',"crs":{"type":"name","properties":{"name":"' + name.encode() + b'"}}}'
    assert read_request(member).equals(shape)
    with pytest.raises(InvalidGeometry):
        read_request(member, "CRS84")


def test_unknown_crs_is_refused():
    with pytest.raises(InvalidInput):
        crs_named("http://www.opengis.net/def/crs/EPSG/0/3857")


def test_degrees_under_rd_are_recognised():
    with pytest.raises(InvalidGeometry) as raised:
        read_request(text(polygon(RING)), "RD")
    assert faults(raised.value, "nl")[0]["text"] == "Dit lijken graden, geen meters."


def test_green_objects_are_read_once_each():
    assert read_request(b'{"greenObjectIds": ["G1", "G2", "G1"]}') == ("G1", "G2")
