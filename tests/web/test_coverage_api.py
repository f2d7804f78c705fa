"""Coverage, districts and green objects over HTTP."""

import csv
import io

import httpx2 as httpx
import pytest
import shapely
from shapely.geometry import shape

from geo_service.db.engine import transaction
from geo_service.geometry import to_lonlat
from tests.builders import X, Y, add_adoption, add_district, add_green, assume_managed, box, rebuild


@pytest.fixture(scope="module")
def api(module_server):
    """A server with one wijk of two buurten, 25 pieces of green in a row and one adoption."""
    with transaction(module_server.database.sessions) as session:
        assume_managed(session, "G0034")
        add_district(session, "GM0034", box(0, 0, 500, 100), level="gemeente")
        add_district(session, "WK003401", box(0, 0, 500, 100), level="wijk", parent="GM0034")
        for number in range(2):
            add_district(session, f"BU0034010{number}", box(250 * number, 0, 250, 100), parent="WK003401")
        for number in range(25):
            add_green(session, f"G{number:02}", box(20 * number, 0, 10))
        rebuild(session)
        add_adoption(session, box(0, 0, 10))
    with httpx.Client(base_url=f"{module_server.url}/api/v1", headers={"Accept-Language": "nl"}) as client:
        yield client


def test_coverage_has_the_names_that_tools_rely_on(api):
    answer = api.get("/coverage", params={"level": "buurt", "at": "2026-11-21"}).json()
    assert {"at", "level", "districts", "total", "managedBasis", "estimated"} <= answer.keys()
    first = answer["districts"][0]
    assert (first["code"], first["greenM2"], first["managedM2"], first["adoptedM2"], first["plots"]) == ("BU00340100", 1300, 1300, 100, 1)
    assert first["coverage"] == pytest.approx(100 / 1300)
    assert "types" not in first or first["types"] is None
    for name in ("areaM2", "greenM2", "managedM2", "adoptedM2", "adoptedFullM2", "adoptedPartialM2", "adoptedOutsideM2"):
        assert sum(row[name] for row in answer["districts"]) == pytest.approx(answer["total"][name], abs=1e-4)


def test_coverage_by_type_and_as_csv(api):
    types = api.get("/coverage", params={"level": "wijk", "by": "type"}).json()["districts"][0]["types"]
    assert [(kept["greenType"], kept["greenM2"]) for kept in types] == [("grasland overig", 2500)]
    by_format = api.get("/coverage", params={"level": "buurt", "format": "csv"})
    by_header = api.get("/coverage", params={"level": "buurt"}, headers={"Accept": "text/csv"})
    assert by_format.text == by_header.text
    assert by_format.headers["content-type"].startswith("text/csv")
    assert [row["code"] for row in csv.DictReader(io.StringIO(by_format.text))] == ["BU00340100", "BU00340101"]


def test_districts_in_both_systems(api):
    degrees, metres = (
        api.get("/districts", params={"level": "buurt"}),
        api.get("/districts", params={"level": "buurt", "crs": "EPSG:28992"}),
    )
    assert degrees.headers["content-crs"] == "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"
    assert metres.headers["content-crs"] == "<http://www.opengis.net/def/crs/EPSG/0/28992>"
    assert [feature["id"] for feature in metres.json()["features"]] == ["BU00340100", "BU00340101"]
    assert shape(metres.json()["features"][0]["geometry"]).equals(box(0, 0, 250, 100))
    lon, lat = shape(degrees.json()["features"][0]["geometry"]).centroid.coords[0]
    assert (5 < lon < 6, 52 < lat < 53) == (True, True)
    assert api.get("/districts/WK003401").json()["properties"]["areaM2"] == 50000


def test_green_objects_in_pages(api):
    seen, url = [], "/green-objects?limit=10"
    while url:
        answer = api.get(url)
        seen += [feature["id"] for feature in answer.json()["features"]]
        links = answer.json()["links"]
        url = links[0]["href"] if links else None
        assert ("link" in answer.headers) == bool(links)
    assert seen == [f"G{number:02}" for number in range(25)]


def test_a_box_is_exact_in_both_systems(api):
    metres = api.get("/green-objects", params={"crs": "EPSG:28992", "bbox": f"{X + 11},{Y},{X + 40},{Y + 5}"}).json()
    assert [feature["id"] for feature in metres["features"]] == ["G01", "G02"]  # G02 only touches
    west, south, east, north = shapely.bounds(to_lonlat(box(21, 1, 20, 5)))
    degrees = api.get("/green-objects", params={"bbox": f"{west},{south},{east},{north}"}).json()
    wanted = [f"G{n:02}" for n in range(25) if to_lonlat(box(20 * n, 0, 10)).intersects(shapely.box(west, south, east, north))]
    assert [feature["id"] for feature in degrees["features"]] == wanted
    assert api.get("/green-objects", params={"bbox": "0,0,1,1"}).json()["features"] == []


def test_one_green_object_on_a_day(api):
    assert api.get("/green-objects/G03").json()["properties"]["greenType"] == "grasland overig"
    missing = api.get("/green-objects/NIETS")
    assert (missing.status_code, missing.json()["detail"]) == (404, "Er is op deze dag geen groenobject NIETS.")


@pytest.mark.parametrize(
    ("path", "faults"),
    [
        ("/coverage?level=straat&at=gisteren&by=kleur&taal=nl", 4),
        ("/districts?level=straat&limit=0&crs=EPSG:4326000&soort=x", 4),
        ("/green-objects?bbox=1,2,3&limit=1001&at=2026-13-01&cursor=x&filter=1", 5),
        ("/green-objects?bbox=nan,0,1,1", 1),
        ("/green-objects?bbox=3,3,1,1", 1),
        ("/districts/GM0034?at=x", 1),
    ],
)
def test_every_fault_is_told_at_once(api, path, faults):
    answer = api.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert len(answer.json()["errors"]) == faults
