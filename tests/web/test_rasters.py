"""Rasters over HTTP: the collection, tiles that show exactly the cells, and the file in whole and in parts."""

import email
import io
import os
import subprocess
from datetime import UTC, date, datetime

import httpx2 as httpx
import morecantile
import numpy as np
import pyproj
import pytest
import rasterio
from PIL import Image
from rio_tiler.io import Reader

from geo_service.catalogue.matrices import NETHERLANDS_RD, SETS, WEB_MERCATOR
from geo_service.catalogue.raster import service
from geo_service.catalogue.raster.files import rasters_folder
from geo_service.catalogue.registry import load_catalogue
from geo_service.db.engine import transaction
from geo_service.people import service as people
from tests.conformance import shows
from tests.conftest import serving
from tests.rasters import CELL, CLASSES, LEFT, TOP, classes, content_with_classes, cut_off, one_bit, shares, write

NOW = datetime.now(UTC)
OLD, NEW = date(2020, 1, 1), date(2024, 6, 1)
COLUMNS, ROWS = 600, 400
COLOURS = {int(value): (*bytes.fromhex(colour[1:]), 255) for value, colour in CLASSES.items()} | {0: (0, 0, 0, 0)}
COG = "image/tiff; application=geotiff; profile=cloud-optimized"


@pytest.fixture(scope="module")
def cells():
    return classes(COLUMNS, ROWS)


@pytest.fixture(scope="module")
def server(module_database, content, cells, tmp_path_factory):
    """A server with two editions of classes, one of a staff layer, and shares of green."""
    folder = tmp_path_factory.mktemp("rasters")
    own = content_with_classes(content, folder)
    with serving(module_database, GEO_CONTENT_DIR=str(own)) as running:
        rasters, catalogue = rasters_folder(running.log.parent), load_catalogue(own).rasters
        with transaction(module_database.sessions) as session:
            for name, made, day, nodata in (
                ("landgebruik", np.full((40, 60), 80, "uint8"), OLD, 0),
                ("landgebruik", cells, NEW, 0),
                ("geheim", cells, NEW, 0),
                ("groenkaart", shares(COLUMNS, ROWS), NEW, 255),
            ):
                path = write(folder / f"{name}-{day}.tif", made, nodata=nodata)
                service.register(session, rasters, catalogue[name], path, day=day, now=NOW, source="Een vlucht", owner="Iemand")
        yield running


@pytest.fixture(scope="module")
def staff(server):
    with transaction(server.database.sessions) as session:
        person = people.add_person(session, "planner@example.nl")
        people.grant_role(session, person, "planner")
        return {"Authorization": f"Bearer {people.issue_token(session, person.email, NOW)}"}


def get(server, path, **more):
    return httpx.get(f"{server.url}{path}", **more)


def file_of(server, layer):
    """The file of a layer with one edition: others lie in the same folder."""
    with server.database.engine.connect() as connection:
        found = connection.exec_driver_sql("select file from geo.raster_edition where layer = %s", (layer,))
        return rasters_folder(server.log.parent) / found.scalar_one()


def tile(server, layer, matrices, z, row, column, **more):
    return get(server, f"/ogc/v1/collections/{layer}/map/tiles/{matrices.id}/{z}/{row}/{column}", **more)


def pixels(response):
    assert (response.status_code, response.headers["content-type"]) == (200, "image/png")
    image = Image.open(io.BytesIO(response.content))
    assert image.size == (256, 256)
    return np.array(image.convert("RGBA"))


def middles(matrices, z, row, column):
    """Where the middles of the pixels of a tile lie, in the system of the set."""
    pixel = matrices.pixel(z)
    x = matrices.bounds[0] + (column * 256 + np.arange(256) + 0.5) * pixel
    y = matrices.bounds[3] - (row * 256 + np.arange(256) + 0.5) * pixel
    return np.meshgrid(x, y)


def expected(cells, x, y):
    """The colours of the cells at these places in RD."""
    column, row = np.floor((x - LEFT) / CELL).astype(int), np.floor((TOP - y) / CELL).astype(int)
    inside = (column >= 0) & (column < COLUMNS) & (row >= 0) & (row < ROWS)
    found = np.where(inside, cells[np.clip(row, 0, ROWS - 1), np.clip(column, 0, COLUMNS - 1)], 0)
    colours = np.zeros((*found.shape, 4), "uint8")
    for value, colour in COLOURS.items():
        colours[found == value] = colour
    return colours


def places(matrices, z, x, y):
    first_row, last_row, first, last = matrices.limits((x, y, x, y), z)
    assert (first_row, first) == (last_row, last)
    return z, first_row, first


@shows("ogcapi-tiles-1/1.0/conf/png")
@pytest.mark.parametrize("z", [9, 10, 12, 14])
def test_each_pixel_of_a_tile_in_rd_has_exactly_the_colour_of_its_cell(z, server, cells):
    for x, y in ((LEFT + 1, TOP - 1), (LEFT + 3000, TOP - 2000), (LEFT + 10 * COLUMNS - 1, TOP - 10 * ROWS + 1)):
        place = places(NETHERLANDS_RD, z, x, y)
        drawn = pixels(tile(server, "landgebruik", NETHERLANDS_RD, *place))
        assert np.array_equal(drawn, expected(cells, *middles(NETHERLANDS_RD, *place)))


@pytest.mark.parametrize("z", [14, 17])
def test_a_pixel_in_web_mercator_has_the_colour_of_its_cell_within_a_cell(z, server, cells):
    to_mercator = pyproj.Transformer.from_crs(28992, 3857, always_xy=True)
    place = places(WEB_MERCATOR, z, *to_mercator.transform(LEFT + 3000, TOP - 2000))
    drawn = pixels(tile(server, "landgebruik", WEB_MERCATOR, *place))
    x, y = to_mercator.transform(*middles(WEB_MERCATOR, *place), direction="INVERSE")
    same = (drawn == expected(cells, x, y)).all(axis=2)
    assert same.mean() > (0.85 if z == 14 else 0.98)
    near = [(drawn == expected(cells, x + dx, y + dy)).all(axis=2) for dx in (-CELL, 0, CELL) for dy in (-CELL, 0, CELL)]
    assert np.any(near, axis=0).all()


def test_the_colours_are_those_that_rio_tiler_finds(server):
    """The same tile by another way: values by rio-tiler, classes by hand."""
    system = pyproj.CRS(28992)
    rd = morecantile.TileMatrixSet.custom(list(NETHERLANDS_RD.bounds), system, minzoom=0, maxzoom=16, id="RD")
    z, row, column = places(NETHERLANDS_RD, 10, LEFT + 3000, TOP - 2000)
    drawn = pixels(tile(server, "groenkaart", NETHERLANDS_RD, z, row, column))
    path = file_of(server, "groenkaart")
    with Reader(str(path), tms=rd) as reader:
        values = reader.tile(column, row, z, resampling_method="nearest").data[0]
    shades = ["f2f0e4", "d5e3b5", "a9cb83", "6fa758", "33703b"]
    looks = np.array([tuple(bytes.fromhex(shade)) for shade in shades], "uint8")
    known = values > 0
    assert np.array_equal(drawn[known][:, :3], looks[np.minimum(values[known] // 20, 4)])
    assert (drawn[known][:, 3] == 255).all()
    assert (drawn[~known][:, 3] == 0).all(), "zero is nothing"


def test_another_day_is_another_picture_and_the_old_one_is_known_again(server):
    place = places(NETHERLANDS_RD, 12, LEFT + 100, TOP - 100)
    now, then = (tile(server, "landgebruik", NETHERLANDS_RD, *place, params=params) for params in ({}, {"at": "2023-12-31"}))
    assert now.headers["etag"] != then.headers["etag"]
    assert set(map(tuple, pixels(then).reshape(-1, 4))) <= {COLOURS[80], (0, 0, 0, 0)}
    again = tile(server, "landgebruik", NETHERLANDS_RD, *place, headers={"If-None-Match": now.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    before = tile(server, "landgebruik", NETHERLANDS_RD, *place, params={"at": "2019-12-31"})
    assert (before.status_code, "2019" in before.json()["detail"]) == (404, True)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("landgebruik/map/tiles/NetherlandsRDNewQuad/12/0/0", 204),
        ("landgebruik/map/tiles/NetherlandsRDNewQuad/3/9/0", 400),
        ("landgebruik/map/tiles/NetherlandsRDNewQuad/12/0/0?x=1", 400),
        ("landgebruik/map/tiles/NetherlandsRDNewQuad/12/0/0?f=jpg", 400),
        ("landgebruik/map/tiles/NetherlandsRDNewQuad/12/0/0?at=gisteren", 400),
        ("landgebruik/map/tiles/WGS1984Quad/12/0/0", 404),
        ("landgebruik/map/tiles/WGS1984Quad", 404),
        ("landgebruik/map/tiles?f=png", 400),
        ("landgebruik/items", 404),
        ("landgebruik/tiles", 404),
        ("geheim/map/tiles/NetherlandsRDNewQuad/12/0/0", 404),
        ("geheim/map/tiles", 404),
        ("geheim", 404),
        ("wijken/map/tiles", 404),
    ],
)
def test_what_is_not_there_is_told(path, status, server):
    response = get(server, f"/ogc/v1/collections/{path}")
    assert response.status_code == status
    assert status == 204 or response.headers["content-type"] == "application/problem+json"


def test_a_staff_raster_is_there_for_staff_alone(server, staff):
    for path in ("/ogc/v1/collections/geheim", "/ogc/v1/collections/geheim/map/tiles", "/api/v1/rasters/geheim/cog"):
        assert get(server, path).status_code == 404
        seen = get(server, path, headers=staff)
        assert seen.status_code == 200
        assert seen.headers["cache-control"].startswith("private")
    for path in ("/ogc/v1/collections", "/api/v1/rasters", "/ogc/v1/api"):
        assert "geheim" not in get(server, path).text
        assert "geheim" in get(server, path, headers=staff).text


def test_the_collection_tells_what_the_cells_are(server):
    told = get(server, "/ogc/v1/collections/landgebruik").json()
    assert (told["license"], told["attribution"], told["itemType"]) == ("CC0-1.0", "Iemand. Een vlucht", "coverage")
    assert told["editions"] == ["2020-01-01", "2024-06-01"]
    assert told["extent"]["temporal"]["interval"] == [["2020-01-01T00:00:00Z", "2024-06-01T00:00:00Z"]]
    cells = told["raster"]
    assert (cells["unit"], cells["nodata"], cells["cellSize"], cells["day"]) == ("klasse", 0, 10, "2024-06-01")
    assert cells["bbox"] == [LEFT, TOP - 10 * ROWS, LEFT + 10 * COLUMNS, TOP]
    west, south, east, north = told["extent"]["spatial"]["bbox"][0]
    corners = pyproj.Transformer.from_crs(28992, 4258, always_xy=True).transform([LEFT, LEFT + 10 * COLUMNS], [TOP - 10 * ROWS, TOP])
    assert [west, east, south, north] == pytest.approx([*corners[0], *corners[1]], abs=1e-3)
    listed = {each["id"] for each in get(server, "/ogc/v1/collections").json()["collections"]}
    assert {"landgebruik", "groenkaart", "wijken"} <= listed
    features = subprocess.run(["ogrinfo", f"OAPIF:{server.url}/ogc/v1"], capture_output=True, text=True, timeout=120, check=True).stdout
    assert "wijken" in features
    assert "groenkaart " not in features, "GDAL knows that there are no features in it"


@pytest.mark.parametrize("name", list(SETS))
def test_from_the_collection_to_a_tile_by_links_alone(name, server):
    collection = get(server, "/ogc/v1/collections/landgebruik").json()
    links = {link["rel"].rpartition("/")[2]: link for link in collection["links"]}
    assert httpx.get(links["styles"]["href"]).json()["default"] == "landgebruik"
    listed = httpx.get(links["tilesets-map"]["href"]).json()["tilesets"]
    [address] = [
        link["href"] for each in listed if each["tileMatrixSetURI"].endswith(f"/{name}") for link in each["links"] if link["rel"] == "self"
    ]
    told = httpx.get(address).json()
    assert (told["dataType"], told["crs"], told["license"]) == ("map", SETS[name].crs_uri, "CC0-1.0")
    [item] = [link for link in told["links"] if link["rel"] == "item"]
    for limits in (told["tileMatrixSetLimits"][0], told["tileMatrixSetLimits"][-1]):
        row, column = (limits["minTileRow"] + limits["maxTileRow"]) // 2, (limits["minTileCol"] + limits["maxTileCol"]) // 2
        assert pixels(httpx.get(item["href"].format(tileMatrix=limits["tileMatrix"], tileRow=row, tileCol=column)))[..., 3].any()
    tilejson = httpx.get(f"{address}?f=tilejson").json()
    assert (tilejson["format"], tilejson["bounds"]) == ("png", collection["extent"]["spatial"]["bbox"][0])
    assert tilejson["minzoom"] == int(told["tileMatrixSetLimits"][0]["tileMatrix"])


def test_the_page_shows_the_map_and_the_facts(server):
    for language, words in (("nl", "Download het bestand"), ("en", "Download the file")):
        page = get(server, f"/ogc/v1/collections/landgebruik?f=html&taal={language}")
        assert page.status_code == 200
        for part in (words, "Landgebruik", "Bebouwd", "/api/v1/rasters/landgebruik/cog", "data-tiles", "CC0-1.0"):
            assert part in page.text
    assert 'href="/ogc/v1/collections/landgebruik?taal=en"' in get(server, "/ogc/v1/collections?f=html&taal=en").text


@pytest.mark.parametrize(
    "path", ["map/tiles", "map/tiles/WebMercatorQuad", "map/tiles/NetherlandsRDNewQuad", "styles", "styles/landgebruik"]
)
def test_tiles_and_styles_of_a_raster_are_pages_too(server, path):
    for language in ("nl", "en"):
        page = get(server, f"/ogc/v1/collections/landgebruik/{path}?f=html&taal={language}")
        assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert "Landgebruik" in page.text


def test_the_file_comes_whole_in_parts_or_not_again(server):
    [raster] = [each for each in get(server, "/api/v1/rasters").json()["rasters"] if each["id"] == "landgebruik"]
    newest = raster["editions"][-1]
    whole = httpx.get(newest["cog"])
    assert (whole.status_code, whole.headers["content-type"], len(whole.content)) == (200, COG, newest["sizeBytes"])
    assert "landgebruik-2024-06-01-" in whole.headers["content-disposition"]
    assert whole.headers["etag"] == f'"{newest["sha256"]}"'
    assert get(server, "/api/v1/rasters/landgebruik/cog").content == whole.content
    part = httpx.get(newest["cog"], headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, whole.content[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{newest['sizeBytes']}"
    assert httpx.get(newest["cog"], headers={"If-None-Match": whole.headers["etag"]}).status_code == 304
    assert get(server, "/api/v1/rasters/landgebruik/cog?at=2019-01-01").status_code == 404
    assert len(httpx.get(raster["editions"][0]["cog"]).content) == raster["editions"][0]["sizeBytes"]


def test_gdal_reads_a_window_of_the_file_at_its_address(server, cells):
    address = f"/vsicurl/{server.url}/api/v1/rasters/landgebruik/cog"
    told = subprocess.run(
        ["gdalinfo", address], capture_output=True, text=True, timeout=60, env={**os.environ, "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR"}
    )
    assert "LAYOUT=COG" in told.stdout, told.stderr
    with rasterio.Env(GDAL_DISABLE_READDIR_ON_OPEN="EMPTY_DIR"), rasterio.open(address) as source:
        assert np.array_equal(source.read(1, window=((30, 40), (50, 70))), cells[30:40, 50:70])


@pytest.fixture(scope="module")
def file(server):
    """The address of the newest file, and all of it."""
    address = f"{server.url}/api/v1/rasters/landgebruik/cog"
    return address, httpx.get(address)


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=100-199", 100, 200),
        ("BYTES=0-0", 0, 1),
        ("bytes=-7", -7, None),
        ("bytes=50-", 50, None),
        ("bytes=0-99999999999999999999999", 0, None),
        ("bytes=-99999999", 0, None),
        ("bytes=0-9,5-20", 0, 21),
        ("bytes=0-9, 99999999-", 0, 10),
        ("bytes= 3-4 ,", 3, 5),
    ],
)
def test_a_part_is_what_was_asked_for(asked, start, end, file):
    address, whole = file
    part = httpx.get(address, headers={"Range": asked})
    assert (part.status_code, part.headers["content-type"], part.headers["etag"]) == (206, COG, whole.headers["etag"])
    assert part.content == whole.content[start:end]
    first, size = start % len(whole.content), len(whole.content)
    assert part.headers["content-range"] == f"bytes {first}-{first + len(part.content) - 1}/{size}"


def test_more_parts_come_in_one_answer(file):
    address, whole = file
    parts = httpx.get(address, headers={"Range": "bytes=0-3,100-101,-2"})
    kind = parts.headers["content-type"]
    assert (parts.status_code, kind.partition(";")[0]) == (206, "multipart/byteranges")
    told = email.message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + parts.content)
    size = len(whole.content)
    assert [(part["Content-Range"], part["Content-Type"].partition(";")[0], part.get_payload(decode=True)) for part in told.walk()][1:] == [
        (f"bytes {a}-{b}/{size}", "image/tiff", whole.content[a : b + 1]) for a, b in ((0, 3), (100, 101), (size - 2, size - 1))
    ]


@pytest.mark.parametrize(
    "asked", ["bytes=", "bytes", "=0-1", "bytes=a-b", "bytes=9-2", "bytes=0-1,x", "bytes 0-1", "cells=0-9", "bytes=-", "bytes=\u0661-",
              "bytes=" + "0-1," * 101],
)  # fmt: skip
def test_a_range_that_cannot_be_read_is_passed_over(asked, file):
    address, whole = file
    answer = httpx.get(address, headers={"Range": asked.encode()})
    assert (answer.status_code, answer.headers["content-type"], answer.content) == (200, COG, whole.content)


@pytest.mark.parametrize("asked", ["bytes={size}-", "bytes=-0", f"bytes={'9' * 5000}-", "bytes={size}-,99999999999-"])
def test_a_part_beyond_the_end_is_a_problem_that_tells_the_size(asked, file):
    address, whole = file
    size = len(whole.content)
    answer = httpx.get(address, headers={"Range": asked.format(size=size), "Accept-Language": "en"})
    assert (answer.status_code, answer.headers["content-type"]) == (416, "application/problem+json")
    assert answer.headers["content-range"] == f"bytes */{size}"
    assert (answer.json()["code"], f"{size:,} bytes" in answer.json()["detail"]) == ("range-not-satisfiable", True)
    old = httpx.get(address, headers={"Range": asked.format(size=size), "If-Range": '"old"'})
    assert (old.status_code, len(old.content)) == (200, size)


def test_who_has_parts_of_another_file_gets_all_of_it(file):
    address, whole = file

    def asked(known):
        return httpx.get(address, headers={"Range": "bytes=0-9", "If-Range": known}).status_code

    tag = whole.headers["etag"]
    assert [asked(known) for known in (tag, f"W/{tag}", '"x"', whole.headers["last-modified"])] == [206, 200, 200, 206]


def test_head_tells_of_the_whole_file_and_sends_nothing(file):
    address, whole = file
    for headers in ({}, {"Range": "bytes=0-9"}, {"Range": "bytes=99999999-"}):
        head = httpx.head(address, headers=headers)
        assert (head.status_code, head.content) == (200, b"")
        for name in ("content-length", "etag", "accept-ranges", "content-type", "last-modified", "content-disposition"):
            assert head.headers[name] == whole.headers[name]


PLACE = places(NETHERLANDS_RD, 12, LEFT + 100, TOP - 100)
PICTURE = "/ogc/v1/collections/groenkaart/map/tiles/NetherlandsRDNewQuad/{}/{}/{}".format(*PLACE)
NEEDS_THE_FILE = (PICTURE, "/api/v1/rasters/groenkaart/cog", "/api/v1/rasters/groenkaart/figures?level=plek")
TELLS_OF_IT = (
    "/ogc/v1/collections/groenkaart?f=html", "/ogc/v1/collections/groenkaart", "/ogc/v1/collections?f=html", "/ogc/v1/project.qgz",
    "/ogc/v1/collections/groenkaart/map/tiles/WebMercatorQuad?f=tilejson", "/api/v1/rasters", "/catalogus", "/maps/groenaandeel",
    "/api/v1/rasters/groenkaart/figures?level=buurt", "/kaarten/groenaandeel",
)  # fmt: skip


@pytest.mark.parametrize("damage", [None, cut_off, one_bit])
def test_a_lost_file_is_told_to_all_and_mends_itself_when_it_is_back(damage, server):
    """Whoever asks learns which raster and day; only the log says where the file was, and once. All that does not read it goes on."""
    path = file_of(server, "groenkaart")
    assert [get(server, address).status_code for address in NEEDS_THE_FILE] == [200] * 3
    sound, logged = path.read_bytes(), server.log.read_text().count(f"{path.name} of groenkaart is")
    path.unlink() if damage is None else path.write_bytes(damage(sound))
    try:
        for address in NEEDS_THE_FILE * 2:
            answer = get(server, address, headers={"Accept-Language": "en"})
            told = answer.json()
            assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json"), address
            assert (told["code"], told["title"], str(path.parent) in answer.text) == ("raster-lost", "Not available now", False)
            assert told["detail"].startswith("The file of groenkaart for 1 June 2024 is missing or damaged")
            assert httpx.head(f"{server.url}{address}").status_code == 503
        assert {address: get(server, address).status_code for address in TELLS_OF_IT} == dict.fromkeys(TELLS_OF_IT, 200)
        assert get(server, "/readyz").json()["rastersLost"] == 1
        told = server.log.read_text()
        assert told.count(f"{path.name} of groenkaart is") <= logged + 1, "once, however many ask"
        assert f"{path.name} of groenkaart " in told
        assert "geo-service rasters add groenkaart FILE --date 2024-06-01 --replace" in told
    finally:
        path.write_bytes(sound)
    assert [get(server, address).status_code for address in NEEDS_THE_FILE] == [200] * 3
    assert get(server, "/readyz").json()["rastersLost"] == 0
