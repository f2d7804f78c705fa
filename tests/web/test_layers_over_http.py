"""Layers over HTTP: what is listed, exports, and tiles whose ETag tells the truth."""

import contextlib
import json
import socket
import time
from datetime import UTC, datetime, timedelta
from urllib.parse import urlparse

import geopandas
import httpx2 as httpx
import mapbox_vector_tile
import numpy as np
import pandas as pd
import psycopg
import pytest
import shapely
from sqlalchemy import text

from geo_service.days import AMSTERDAM
from geo_service.db.engine import transaction
from geo_service.people import service as people
from tests import builders
from tests.builders import box
from tests.conftest import cloned, serving

Z = 15
FAR = (4000, 0)


@pytest.fixture(scope="module")
def tokens(module_database):
    """Headers by role."""
    made = {}
    with transaction(module_database.sessions) as session:
        for role in ("resident", "analyst", "planner"):
            person = people.add_person(session, f"{role}@example.nl")
            people.grant_role(session, person, role)
            made[role] = {"Authorization": f"Bearer {people.issue_token(session, person.email, datetime.now(UTC))}"}
    return made


def place_of(shape, z=Z):
    """The tile in which the middle of an RD shape lies."""
    x, y = geopandas.GeoSeries([shape.centroid], crs=28992).to_crs(3857).iloc[0].coords[0]
    half = 20037508.342789244
    return z, int((half - y) / (2 * half) * 2**z), int((x + half) / (2 * half) * 2**z)


def tile_url(server, layer, place):
    return f"{server.url}/ogc/v1/collections/{layer}/tiles/WebMercatorQuad/{'/'.join(map(str, place))}"


@pytest.fixture(scope="module")
def server(module_database, module_server):
    """A row of small green with one adoption on it, something large beside it and something far away. Who adds to it, adds what others
    do not look at."""
    with transaction(module_database.sessions) as session:
        for n in range(20):
            builders.add_green(session, f"G{n}", box(n * 5, 0, 5, 5))
        builders.add_green(session, "GROOT", box(500, 0, 800, 800))
        builders.add_green(session, "VER", box(*FAR, 5, 5))
        builders.add_adoption(session, box(0, 0, 20))
    return module_server


@pytest.fixture(scope="module")
def busy_server(cluster, template):
    """A server on which an export lasts."""
    with cloned(cluster, template) as database, serving(database) as running:
        fill(database, 12000)
        yield running


def test_staff_layers_are_there_for_staff_only(server, tokens):
    place = place_of(box(0, 0, 20))
    for headers, sees in (
        ({}, False),
        (tokens["resident"], False),
        (tokens["analyst"], True),
        (tokens["planner"], True),
    ):
        listed = {layer["id"] for layer in httpx.get(f"{server.url}/api/v1/layers", headers=headers).json()["layers"]}
        assert ("niet_maaien" in listed) is sees
        assert "zelfbeheerplekken" in listed
        export = httpx.get(f"{server.url}/api/v1/layers/niet_maaien/export?format=geojson", headers=headers)
        tile = httpx.get(tile_url(server, "niet_maaien", place), headers=headers)
        assert (export.status_code, tile.status_code) == ((200, 200) if sees else (404, 404))
    unknown = httpx.get(f"{server.url}/api/v1/layers/bestaat_niet/export")
    hidden = httpx.get(f"{server.url}/api/v1/layers/niet_maaien/export")
    assert unknown.json()["detail"].replace("bestaat_niet", "niet_maaien") == hidden.json()["detail"]
    assert hidden.headers["content-type"] == "application/problem+json"


def test_an_export_is_a_good_file_with_a_good_name(server, tmp_path):
    today = datetime.now(AMSTERDAM).strftime("%Y%m%d")
    response = httpx.get(f"{server.url}/api/v1/layers/groenobjecten/export")
    assert response.headers["content-disposition"] == f'attachment; filename="groenobjecten_{today}_rd.gpkg"'
    assert response.headers["content-type"] == "application/geopackage+sqlite3"
    (tmp_path / "x.gpkg").write_bytes(response.content)
    assert len(geopandas.read_file(tmp_path / "x.gpkg")) == 22
    box84 = "5.0,52.0,5.2,52.2"
    empty = httpx.get(f"{server.url}/api/v1/layers/groenobjecten/export?format=geojson&bbox={box84}&at=2020-01-01")
    assert empty.headers["content-disposition"] == 'attachment; filename="groenobjecten_20200101_crs84.geojson"'
    assert empty.headers["content-crs"] == "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"
    assert empty.json()["features"] == []


@pytest.mark.parametrize(
    "query",
    [
        *("format=dwg", "crs=EPSG:2056", "crs=x", "bbox=1,2,3", "bbox=nan,0,1,1", "bbox=5,5,1,1", "at=gisteren", "at=2024-02-30"),
        *("bbox-crs=EPSG:4326", "bboxCrs=x", "limit=5", "filter=", "filter=naam", "filter=weg='x'", "filter=naam='x'&filterLang=sql"),
        *("filter=naam='x'&filterCrs=EPSG:2056", "filter={}&filterLang=cql2-json", "style=qgis&format=csv", "style=sld", "f=gpkg"),
    ],
)
def test_a_wrong_wish_is_400(query, module_server):
    response = httpx.get(f"{module_server.url}/api/v1/layers/wijken/export?{query}")
    assert (response.status_code, response.headers["content-type"]) == (400, "application/problem+json")


FORMATS = {
    "gpkg": ("application/geopackage+sqlite3", "gpkg"),
    "geojson": ("application/geo+json", "geojson"),
    "geojsonl": ("application/geo+json-seq", "geojsonl"),
    "parquet": ("application/vnd.apache.parquet", "parquet"),
    "fgb": ("application/vnd.flatgeobuf", "fgb"),
    "shp": ("application/zip", "shp.zip"),
    "csv": ("text/csv; charset=utf-8", "csv"),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
}


@pytest.mark.parametrize("format", FORMATS)
def test_what_a_filter_cannot_work_out_is_its_own_fault(format, module_server):
    response = httpx.get(f"{module_server.url}/api/v1/layers/wijken/export", params={"format": format, "filter": "1 / 0 = 1"})
    assert (response.status_code, response.json()["code"]) == (400, "invalid-filter")


def test_every_format_leaves_with_its_type_its_name_and_its_part(server, tmp_path):
    listed = httpx.get(f"{server.url}/api/v1/layers").json()["layers"][0]["formats"]
    assert listed == list(FORMATS)
    question = {
        "crs": "EPSG:28992",
        "bbox": "142000,483000,142030,483005",
        "filter": "lokaal_id <> 'G3' and s_intersects(geometrie, point(5.2084 52.3346)) or lokaal_id in ('G1', 'G2')",
        "filterCrs": "CRS84",
        "at": "2021-01-01",
    }
    sizes = {}
    for format, (media_type, extension) in FORMATS.items():
        response = httpx.get(f"{server.url}/api/v1/layers/groenobjecten/export", params={**question, "format": format})
        assert (response.status_code, response.headers["content-type"]) == (200, media_type), response.text
        assert response.headers["content-disposition"] == f'attachment; filename="groenobjecten_20210101_rd.{extension}"'
        assert response.headers["content-crs"] == "<http://www.opengis.net/def/crs/EPSG/0/28992>"
        path = tmp_path / f"x.{extension}"
        path.write_bytes(response.content)
        if format not in ("csv", "xlsx"):
            frame = geopandas.read_parquet(path) if format == "parquet" else geopandas.read_file(path)
            sizes[format] = len(frame)
        else:
            sizes[format] = len(pd.read_csv(path, sep=";", decimal=",") if format == "csv" else pd.read_excel(path))
    assert set(sizes.values()) == {2}, sizes


def test_more_files_at_once_than_the_service_makes_are_told_to_come_back(busy_server):
    address = urlparse(busy_server.url)
    asked = f"GET /api/v1/layers/groenobjecten/export?format=geojson HTTP/1.1\r\nHost: {address.netloc}\r\n\r\n".encode()
    with contextlib.ExitStack() as clients:
        for _ in range(4):  # they ask and then read nothing
            client = clients.enter_context(socket.create_connection((address.hostname, address.port)))
            client.sendall(asked)
            client.recv(100)
        refused = httpx.get(f"{busy_server.url}/api/v1/layers/wijken/export")
        assert (refused.status_code, refused.headers["retry-after"], refused.json()["code"]) == (503, "10", "busy")
        assert httpx.get(f"{busy_server.url}/api/v1/layers").status_code == 200
    for _ in range(100):
        if httpx.get(f"{busy_server.url}/api/v1/layers/wijken/export").status_code == 200:
            return
        time.sleep(0.1)
    pytest.fail("the places did not come free")


def test_a_stream_that_breaks_never_looks_whole(busy_server):
    with httpx.stream("GET", f"{busy_server.url}/api/v1/layers/groenobjecten/export?format=geojson", timeout=60) as response:
        assert response.status_code == 200
        pieces = response.iter_raw()
        got = next(pieces)
        with psycopg.connect(busy_server.database.url, autocommit=True) as admin:
            killed = admin.execute("select count(pg_terminate_backend(pid)) from pg_stat_activity where query ilike 'copy (%'").fetchone()
        with pytest.raises(httpx.RemoteProtocolError):
            got += b"".join(pieces)
    assert killed[0] >= 1
    with pytest.raises(json.JSONDecodeError):
        json.loads(got)


def test_a_client_that_leaves_frees_the_connection(busy_server):
    address = urlparse(busy_server.url)
    with socket.create_connection((address.hostname, address.port)) as client:
        client.sendall(f"GET /api/v1/layers/groenobjecten/export?format=geojson HTTP/1.1\r\nHost: {address.netloc}\r\n\r\n".encode())
        client.recv(1000)
    with psycopg.connect(busy_server.database.url, autocommit=True) as admin:
        for _ in range(100):
            busy = admin.execute("select count(*) from pg_stat_activity where query ilike 'copy (%' and pid <> pg_backend_pid()").fetchone()
            if busy == (0,):
                break
            admin.execute("select pg_sleep(0.1)")
    assert busy == (0,)


def fill(database, count):
    """Many green objects with many corners, so that an export takes a while."""
    with transaction(database.sessions) as session:
        session.execute(
            text("""insert into geo.green_object (register_id, version, category, appearance, valid, applies, geom)
                    select 'V' || n, '1', 'green', 'groenvoorziening', daterange('2020-01-01', null), daterange(null, null),
                           st_multi(st_buffer(st_setsrid(st_makepoint(142000 + n % 500, 483000 + n / 500), 28992), 0.4, 32))
                    from generate_series(1, :count) n"""),
            {"count": count},
        )


def test_a_tile_shows_the_layer_where_it_lies(server):
    place = place_of(box(0, 0, 100, 5), 17)
    response = httpx.get(tile_url(server, "groenobjecten", place))
    assert response.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    assert response.headers["content-encoding"] == "gzip"
    decoded = mapbox_vector_tile.decode(response.content, default_options={"y_coord_down": True})
    layer = decoded["groenobjecten"]
    assert layer["extent"] == 4096
    z, row, col = place
    size = 2 * 20037508.342789244 / 2**z
    left, top = -20037508.342789244 + col * size, 20037508.342789244 - row * size
    expected = geopandas.GeoDataFrame(
        {"id": [f"G{n}" for n in range(20)]}, geometry=[box(n * 5, 0, 5, 5) for n in range(20)], crs=28992
    ).to_crs(3857)
    margin = size * 64 / 4096
    wanted = shapely.box(left - margin, top - size - margin, left + size + margin, top + margin)
    inside = expected[expected.intersects(wanted)]
    assert {feature["properties"]["lokaal_id"] for feature in layer["features"]} == set(inside.id)
    for feature in layer["features"]:
        assert set(feature["properties"]) == {"lokaal_id", "categorie", "soort_groen", "oppervlakte_m2"}
        corners = np.array(feature["geometry"]["coordinates"][0], dtype=float)
        drawn = shapely.Polygon(np.column_stack([left + corners[:, 0] / 4096 * size, top - corners[:, 1] / 4096 * size]))
        true = shapely.intersection(inside.set_index("id").geometry[feature["properties"]["lokaal_id"]], wanted)
        assert shapely.hausdorff_distance(drawn, true) < 3 * size / 4096


def test_a_tile_changes_after_the_commit_and_not_before(server, module_database):
    place = place_of(box(0, 0, 20))
    url = tile_url(server, "zelfbeheerplekken", place)
    first = httpx.get(url)
    etag = first.headers["etag"]
    assert httpx.get(url, headers={"If-None-Match": etag}).status_code == 304
    with module_database.sessions() as session:
        builders.add_adoption(session, box(50, 0, 20))
        assert httpx.get(url, headers={"If-None-Match": etag}).status_code == 304
        session.commit()
    second = httpx.get(url, headers={"If-None-Match": etag})
    assert second.status_code == 200
    assert second.headers["etag"] != etag
    assert second.content != first.content
    green = tile_url(server, "groenobjecten", place)
    before = httpx.get(green).headers["etag"]
    with transaction(module_database.sessions) as session:
        builders.add_adoption(session, box(80, 0, 5))
    assert httpx.get(green, headers={"If-None-Match": before}).status_code == 304


def test_a_noodknop_does_not_move_a_public_etag(server, module_database, tokens):
    place = place_of(box(*FAR, 5))
    staff = tile_url(server, "niet_maaien", place)
    with transaction(module_database.sessions) as session:
        kept = builders.add_adoption(session, box(*FAR, 5))
    assert httpx.get(staff, headers=tokens["planner"]).status_code == 200
    public = [tile_url(server, layer, place) for layer in ("zelfbeheerplekken", "dekking_buurten", "groenobjecten", "achtergrond")]
    before = [httpx.get(url).headers["etag"] for url in public]
    with transaction(module_database.sessions) as session:
        today = datetime.now(AMSTERDAM).date()
        builders.insert(session, "pause", adoption_id=kept, period=(today - timedelta(days=1), today + timedelta(days=5)))
    assert [httpx.get(url).headers["etag"] for url in public] == before
    assert httpx.get(staff, headers=tokens["planner"]).status_code == 204


def test_tiles_as_of_a_day_and_empty_tiles(server):
    url = tile_url(server, "zelfbeheerplekken", place_of(box(0, 0, 20)))
    assert httpx.get(url).status_code == 200
    assert httpx.get(f"{url}?at=2019-12-31").status_code == 204
    assert httpx.get(f"{url}?at=2020-01-01").status_code == 200
    assert httpx.get(tile_url(server, "zelfbeheerplekken", (15, 1, 1))).status_code == 204


@pytest.mark.parametrize("place", [(3, 8, 0), (3, 0, 8), (25, 0, 0), (3, -1, 0), ("x", 0, 0), (3, 1e9, 0)])
def test_a_tile_that_cannot_be_is_400(place, module_server):
    response = httpx.get(tile_url(module_server, "wijken", place))
    assert (response.status_code, response.headers["content-type"]) == (400, "application/problem+json")


def test_the_same_tile_has_the_same_bytes_and_low_zooms_leave_small_things_out(server):
    low = httpx.get(tile_url(server, "groenobjecten", place_of(box(0, 0, 20), 11)))
    assert [f["properties"]["lokaal_id"] for f in mapbox_vector_tile.decode(low.content)["groenobjecten"]["features"]] == ["GROOT"]
    plain = httpx.get(tile_url(server, "groenobjecten", place_of(box(0, 0, 20), 11)), headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == low.content
    near = httpx.get(tile_url(server, "groenobjecten", place_of(box(0, 0, 20), 14)))
    assert len(mapbox_vector_tile.decode(near.content)["groenobjecten"]["features"]) == 21
