"""OGC API Tiles over HTTP: both matrix sets, exact positions, metadata that is true, low zooms without holes, and caching."""

import json
import re
import subprocess
from datetime import UTC, date, datetime

import httpx2 as httpx
import mapbox_vector_tile
import psycopg
import pyproj
import pytest
import shapely
from sqlalchemy import text

from geo_service.catalogue.matrices import NETHERLANDS_RD, SETS, WEB_MERCATOR
from geo_service.db.engine import transaction
from geo_service.geometry import to_lonlat
from geo_service.people import service as people
from tests import builders
from tests.builders import box
from tests.conformance import shows
from tests.conftest import serving
from tests.content import styling

NAMES = list(SETS)
EXTENT, BUFFER = 4096, 64
MVT = "application/vnd.mapbox-vector-tile"
TILESETS = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
HOLED = shapely.Polygon(box(300, 20, 40).exterior, [box(310, 30, 10).exterior]).difference(box(335, 20, 5, 3))


@pytest.fixture(scope="module")
def server(module_server):
    """Green with holes and history, a field of small gardens, an adoption that ended; and a server."""
    with transaction(module_server.database.sessions) as session:
        for n in range(10):
            builders.add_green(session, f"G{n}", box(n * 20, 0, 15, 10))
        builders.add_green(session, "HOLED", HOLED)
        builders.add_green(session, "OUD", box(0, 50, 500), applies=(None, date(2015, 1, 1)), valid=(date(2010, 1, 1), date(2015, 1, 1)))
        builders.add_adoption(session, box(0, 0, 15, 10), period=(date(2018, 1, 1), date(2020, 1, 1)), state="ended")
        builders.add_adoption(session, box(20, 0, 15, 10), period=(date(2018, 1, 1), None))
        session.execute(
            text("""insert into geo.ground (register_id, family, appearance, geom)
                    select 'T' || i || '.' || j, 'housing', 'erf',
                           st_multi(st_makeenvelope(145000 + i * 20, 485000 + j * 20, 145020 + i * 20, 485020 + j * 20, 28992))
                    from generate_series(0, 49) i, generate_series(0, 49) j""")
        )
    return module_server


def get(server, path, **more):
    return httpx.get(f"{server.url}/ogc/v1/{path}", **more)


def projected(shape, matrices):
    """An RD shape in the system of a matrix set, by pyproj with the grid."""
    if matrices is NETHERLANDS_RD:
        return shape
    return shapely.transform(to_lonlat(shape), pyproj.Transformer.from_crs(4326, 3857, always_xy=True).transform, interleaved=False)


def place_of(shape, matrices, z):
    x, y = projected(shape, matrices).centroid.coords[0]
    rows = matrices.limits((x, y, x, y), z)
    return z, rows[0], rows[2]


def tile_path(layer, matrices, place):
    return f"collections/{layer}/tiles/{matrices.id}/{'/'.join(map(str, place))}"


def decoded(response, layer, matrices, place):
    """The features of a tile with their shapes in the system of the matrix set."""
    z, row, column = place
    unit = matrices.size / 2**z / EXTENT
    left, top = matrices.bounds[0] + column * unit * EXTENT, matrices.bounds[3] - row * unit * EXTENT
    features = mapbox_vector_tile.decode(response.content, default_options={"y_coord_down": True})[layer]["features"]
    to_map = lambda x, y: (left + x * unit, top - y * unit)  # noqa: E731
    shapes = [shapely.transform(shapely.geometry.shape(f["geometry"]), to_map, interleaved=False) for f in features]
    return [(f["properties"], shape) for f, shape in zip(features, shapes, strict=True)], unit, (left, top)


@shows("ogcapi-tiles-1/1.0/conf/core", "ogcapi-tiles-1/1.0/conf/mvt")
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("zoom", [14, 17])
def test_a_tile_is_exact_within_one_unit(name, zoom, server):
    matrices = SETS[name]
    place = place_of(box(300, 20, 40), matrices, matrices.matrix(zoom))
    response = get(server, tile_path("groenobjecten", matrices, place))
    assert (response.status_code, response.headers["content-type"]) == (200, MVT)
    features, unit, (left, top) = decoded(response, "groenobjecten", matrices, place)
    reach = BUFFER * unit
    seen = shapely.box(left - reach, top - EXTENT * unit - reach, left + EXTENT * unit + reach, top + reach)
    true = projected(HOLED, matrices).intersection(seen)
    [drawn] = [shape for properties, shape in features if properties["lokaal_id"] == "HOLED"]
    assert len(drawn.interiors) == 1
    corners = shapely.points(shapely.get_coordinates(drawn))
    assert shapely.distance(corners, true.boundary).max() <= unit
    assert shapely.distance(shapely.points(shapely.get_coordinates(true)), drawn.boundary).max() <= 2**0.5 * unit


@shows("tms/2.0/conf/tilematrixset", "tms/2.0/conf/json-tilematrixset")
@pytest.mark.parametrize("name", NAMES)
def test_the_matrix_sets_are_those_of_their_registers(name, server):
    listed = {each["id"]: each for each in get(server, "tileMatrixSets").json()["tileMatrixSets"]}
    assert set(listed) == set(NAMES)
    [link] = listed[name]["links"]
    told = httpx.get(link["href"]).json()
    first = {"WebMercatorQuad": (559082264.0287178, 156543.03392804097), "NetherlandsRDNewQuad": (12288000.0, 3440.64)}[name]
    for z, matrix in enumerate(told["tileMatrices"]):
        assert matrix["id"] == str(z)
        assert (matrix["scaleDenominator"], matrix["cellSize"]) == pytest.approx([value / 2**z for value in first], rel=1e-9)
        assert (matrix["matrixWidth"], matrix["matrixHeight"], matrix["tileWidth"], matrix["tileHeight"]) == (2**z, 2**z, 256, 256)
    origin = {"WebMercatorQuad": [-20037508.342789244, 20037508.342789244], "NetherlandsRDNewQuad": [-285401.92, 903401.92]}[name]
    assert told["tileMatrices"][0]["pointOfOrigin"] == pytest.approx(origin)
    assert told["uri"] == f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{name}"


@shows(
    "ogcapi-tiles-1/1.0/conf/tileset",
    "ogcapi-tiles-1/1.0/conf/tilesets-list",
    "ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    "tms/2.0/conf/tilematrixsetlimits",
    "tms/2.0/conf/json-tilematrixsetlimits",
    "tms/2.0/conf/tilesetmetadata",
    "tms/2.0/conf/json-tilesetmetadata",
)
@pytest.mark.parametrize("name", NAMES)
def test_from_a_layer_to_a_tile_by_links_alone(name, server):
    collection = get(server, "collections/groenobjecten").json()
    [tilesets_link] = [link["href"] for link in collection["links"] if link["rel"] == TILESETS]
    [listed] = [t for t in httpx.get(tilesets_link).json()["tilesets"] if t["tileMatrixSetURI"].endswith(f"/{name}")]
    [address] = [link["href"] for link in listed["links"] if link["rel"] == "self"]
    tileset = httpx.get(address).json()
    assert (tileset["dataType"], tileset["crs"]) == ("vector", SETS[name].crs_uri)
    [item] = [link for link in tileset["links"] if link["rel"] == "item"]
    assert (item["type"], item["templated"]) == (MVT, True)
    [layer] = tileset["layers"]
    for limits in tileset["tileMatrixSetLimits"]:
        rows = range(limits["minTileRow"], limits["maxTileRow"] + 1)
        columns = range(limits["minTileCol"], limits["maxTileCol"] + 1)
        found = place_of(HOLED, SETS[name], int(limits["tileMatrix"]))
        assert found[1] in rows
        assert found[2] in columns
    deep = tileset["tileMatrixSetLimits"][-1]["tileMatrix"]
    z, row, column = place_of(box(300, 20, 8), SETS[name], int(deep))
    tile = httpx.get(item["href"].format(tileMatrix=z, tileRow=row, tileCol=column))
    [(properties, _)] = decoded(tile, "groenobjecten", SETS[name], (z, row, column))[0]
    assert set(properties) <= set(layer["propertiesSchema"]["properties"])
    assert layer["maxTileMatrix"] == deep
    assert layer["propertiesSchema"]["properties"]["oppervlakte_m2"] == {"title": "Oppervlakte", "type": "number", "x-ogc-unit": "m²"}


@pytest.mark.parametrize("name", NAMES)
def test_tilejson_leads_to_tiles(name, server):
    told = get(server, f"collections/zelfbeheerplekken/tiles/{name}?f=tilejson").json()
    by_accept = get(server, f"collections/zelfbeheerplekken/tiles/{name}", headers={"Accept": "application/vnd.mapbox.tilejson+json"})
    assert by_accept.json() == told
    assert told["tilejson"] == "3.0.0"
    assert (told["minzoom"], told["maxzoom"]) == {"WebMercatorQuad": (8, 22), "NetherlandsRDNewQuad": (3, 16)}[name]
    [fields] = [layer["fields"] for layer in told["vector_layers"]]
    assert set(fields) == {"plekcode", "naam", "status", "oppervlakte_m2"}
    west, south, east, north = told["bounds"]
    assert shapely.box(west, south, east, north).buffer(1e-9).covers(to_lonlat(box(20, 0, 15, 10)))
    z, y, x = place_of(box(20, 0, 15, 10), SETS[name], 10)
    assert httpx.get(told["tiles"][0].format(z=z, y=y, x=x)).status_code == 200


@pytest.mark.parametrize("place", [(3, 8, 0), (3, 0, 8), (25, 0, 0), (3, -1, 0), ("x", 0, 0), (3, 1e9, 0), (17, 2**60, 0), ("%00", 0, 0)])
@pytest.mark.parametrize("name", NAMES)
def test_a_tile_that_cannot_be_is_400(name, place, server):
    response = get(server, tile_path("wijken", SETS[name], place))
    assert (response.status_code, response.headers["content-type"]) == (400, "application/problem+json")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("collections/wijken/tiles/WebMercatorQuad/9/1/1?x=1", 400),
        ("collections/wijken/tiles/WebMercatorQuad/9/1/1?f=png", 400),
        ("collections/wijken/tiles/WebMercatorQuad/9/1/1?at=gisteren", 400),
        ("collections/wijken/tiles/WebMercatorQuad/9/1/1?f=mvt", 204),
        ("collections/wijken/tiles/WGS1984Quad/9/1/1", 404),
        ("collections/wijken/tiles/WGS1984Quad", 404),
        ("collections/wijken/tiles/WebMercatorQuad?limit=1", 400),
        ("collections/wijken/tiles?f=png", 400),
        ("project.qgz?f=html", 400),
        ("collections/geen/tiles", 404),
        ("tileMatrixSets?x=1", 400),
        ("tileMatrixSets/x", 404),
        ("collections/wijken/styles/anders", 404),
        ("collections/wijken/styles/wijken?f=css", 400),
    ],
)
def test_what_is_not_known_is_told(path, status, server):
    response = get(server, path)
    assert response.status_code == status
    assert status == 204 or response.headers["content-type"] == "application/problem+json"


def test_a_staff_layer_is_not_there_for_others(server):
    paths = (
        "tiles",
        "tiles/WebMercatorQuad",
        "tiles/NetherlandsRDNewQuad/9/1/1",
        "styles",
        "styles/niet_maaien",
        "styles/niet_maaien?f=qml",
        "styles/niet_maaien?f=sld",
    )
    with transaction(server.database.sessions) as session:
        person = people.add_person(session, "planner@example.nl")
        people.grant_role(session, person, "planner")
        staff = {"Authorization": f"Bearer {people.issue_token(session, person.email, datetime.now(UTC))}"}
    for path in paths:
        assert get(server, f"collections/niet_maaien/{path}").status_code == 404
        seen = get(server, f"collections/niet_maaien/{path}", headers=staff)
        assert seen.status_code in (200, 204)
        assert seen.headers["cache-control"].startswith("private")
    assert "niet_maaien" not in get(server, "styles").text
    assert "niet_maaien" in get(server, "styles", headers=staff).text


@pytest.mark.parametrize("name", NAMES)
def test_any_day_can_be_asked_at_any_zoom(name, server):
    for zoom in (12, 15):
        place = place_of(box(0, 50, 500), SETS[name], SETS[name].matrix(zoom))
        path = tile_path("groenobjecten", SETS[name], place)
        assert "OUD" not in get(server, path, headers={"Accept-Encoding": "identity"}).text
        then = get(server, f"{path}?at=2012-01-01")
        assert "OUD" in {properties["lokaal_id"] for properties, _ in decoded(then, "groenobjecten", SETS[name], place)[0]}
    place = place_of(box(0, 0, 15, 10), SETS[name], SETS[name].matrix(17))
    path = tile_path("zelfbeheerplekken", SETS[name], place)
    plots = [
        len(decoded(get(server, f"{path}?at={day}"), "zelfbeheerplekken", SETS[name], place)[0]) for day in ("2019-12-31", "2020-01-01")
    ]
    assert plots == [2, 1]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("zoom", range(9, 14))
def test_low_zooms_of_small_neighbours_have_no_holes(name, zoom, server):
    """A square kilometre of gardens of 20 m: every spot well inside it is drawn, and hardly anything beside it."""
    matrices = SETS[name]
    field = shapely.box(145000, 485000, 146000, 486000)
    z = matrices.matrix(zoom)
    first_row, last_row, first, last = matrices.limits(projected(field, matrices).bounds, z)
    drawn, count = [], 0
    for row in range(first_row, last_row + 1):
        for column in range(first, last + 1):
            response = get(server, tile_path("achtergrond", matrices, (z, row, column)))
            if response.status_code == 200:
                features, unit, _ = decoded(response, "achtergrond", matrices, (z, row, column))
                count += len(features)
                drawn += [shape for properties, shape in features if properties["soort"] == "erf"]
    cell = 4 * 16 * unit
    whole, true = shapely.union_all(shapely.make_valid(drawn)), projected(field, matrices)
    assert true.buffer(-cell).difference(whole.buffer(cell / 20)).area < 1e-3 * true.area
    assert whole.difference(true.buffer(2 * cell, join_style="mitre")).area == 0
    assert count < 2500


def test_an_adoption_is_in_the_tile_at_once_and_in_another_process_too(server, module_database):
    path = tile_path("zelfbeheerplekken", WEB_MERCATOR, place_of(box(100, 0, 15, 10), WEB_MERCATOR, 17))
    with serving(module_database) as other:
        both = [get(each, path) for each in (server, other)]
        assert both[0].content == both[1].content
        assert both[0].headers["etag"] == both[1].headers["etag"]
        etag = {"If-None-Match": both[0].headers["etag"]}
        assert [get(each, path, headers=etag).status_code for each in (server, other)] == [304, 304]
        with transaction(module_database.sessions) as session:
            builders.add_adoption(session, box(100, 0, 15, 10))
        after = [get(each, path, headers=etag) for each in (server, other)]
    assert [response.status_code for response in after] == [200, 200]
    assert after[0].content == after[1].content != both[0].content


def test_coarse_shapes_follow_their_object(module_database):
    count = text("""select count(*), st_extent(c.geom_3857)::text from geo.green_object_coarse c
                    join geo.green_object g on g.id = c.object_id where g.register_id = 'W'""")
    with transaction(module_database.sessions) as session:
        builders.add_green(session, "W", box(2000, 2000, 800))
        before = session.execute(count).one()
        assert before[0] >= 4
        session.execute(text("update geo.green_object set applies = daterange('2020-01-01', null) where register_id = 'W'"))
        assert session.execute(count).one() == before
        session.execute(text("update geo.green_object set geom = st_translate(geom, 50, 0) where register_id = 'W'"))
        assert session.execute(count).one()[1] != before[1]
        session.execute(text("delete from geo.green_object where register_id = 'W'"))
        assert session.execute(count).one()[0] == 0


def test_gdal_reads_a_tile_by_its_address(server):
    z, row, column = place_of(box(300, 20, 40), WEB_MERCATOR, 15)
    address = f"{server.url}/ogc/v1/{tile_path('groenobjecten', WEB_MERCATOR, (z, row, column))}"
    place = ["-oo", f"X={column}", "-oo", f"Y={row}", "-oo", f"Z={z}"]
    command = ["ogrinfo", "-al", "-where", "lokaal_id = 'HOLED'", f"MVT:/vsicurl?url={address}&use_head=no&list_dir=no", *place]
    found = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert found.returncode == 0, found.stderr
    assert "Feature Count: 1\n" in found.stdout
    assert "soort_groen (String) = grasland overig" in found.stdout
    told = [float(number) for number in re.findall(r"-?\d+\.\d+", re.search("Extent: .*", found.stdout)[0])]
    assert told == pytest.approx(projected(HOLED, WEB_MERCATOR).bounds, abs=WEB_MERCATOR.size / 2**z / EXTENT)


def test_styles_are_served_in_every_format(server):
    listed = get(server, "collections/zelfbeheerplekken/styles").json()
    assert listed["default"] == "zelfbeheerplekken"
    links = {link["type"]: link["href"] for link in listed["styles"][0]["links"]}
    mapbox, qgis = links["application/vnd.mapbox.style+json"], links["application/vnd.qgis.qml+xml"]
    style = httpx.get(mapbox).json()
    z, y, x = place_of(box(20, 0, 15, 10), WEB_MERCATOR, 17)
    assert httpx.get(style["sources"]["zelfbeheerplekken"]["tiles"][0].format(z=z, y=y, x=x)).status_code == 200
    response = httpx.get(qgis)
    assert response.headers["content-type"].startswith("application/vnd.qgis.qml+xml")
    assert "categorizedSymbol" in response.text
    plain = mapbox.partition("?")[0]
    assert httpx.get(plain, headers={"Accept": "application/vnd.qgis.qml+xml"}).text == response.text
    assert json.loads(httpx.get(plain).content) == style
    assert httpx.get(qgis, headers={"If-None-Match": response.headers["etag"]}).status_code == 304
    described = httpx.get(links["application/vnd.ogc.sld+xml;version=1.1"])
    assert described.headers["content-type"] == "application/vnd.ogc.sld+xml;version=1.1"
    assert httpx.get(plain, headers={"Accept": "application/vnd.ogc.sld+xml; version=1.1"}).content == described.content
    titles = styling.read_sld(described.text).iterfind(".//se:Rule/se:Description/se:Title", styling.NAMESPACES)
    assert [title.text for title in titles] == ["Gereserveerd", "Aangevraagd", "Geadopteerd"]


def test_a_raster_without_a_file_has_no_style(server):
    assert get(server, "collections/groenkaart/styles").status_code == 404
    assert "groenkaart" not in get(server, "styles").text


@shows("ogcapi-tiles-1/1.0/conf/oas30")
def test_the_definition_of_the_api_tells_of_tiles_and_styles(server):
    told = get(server, "api").json()
    paths = {path for path in told["paths"] if "/tiles" in path or "/styles" in path or "tileMatrixSet" in path}
    assert {path.replace("/{layerId}", "") for path in paths} == {
        "/tileMatrixSets",
        "/tileMatrixSets/{tileMatrixSetId}",
        "/collections/tiles",
        "/collections/tiles/{tileMatrixSetId}",
        "/collections/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}",
        "/styles",
        "/styles/{styleId}",
        "/collections/styles",
        "/collections/styles/{styleId}",
    }


def test_bytes_are_stable(server):
    place = place_of(box(100, 0, 15, 10), WEB_MERCATOR, 14)
    path = tile_path("groenobjecten", WEB_MERCATOR, place)
    first = get(server, path)
    with transaction(server.database.sessions) as session:
        session.execute(text("update geo.green_object set bronhouder = bronhouder"))
    second = get(server, path)
    assert second.headers["etag"] != first.headers["etag"]
    assert second.content == first.content
    assert len(second.content) > 0


def test_a_server_that_closed_its_connections_is_asked_again(server, module_database):
    path = tile_path("groenobjecten", SETS["WebMercatorQuad"], place_of(HOLED, SETS["WebMercatorQuad"], 14))
    assert get(server, path).status_code == 200
    with psycopg.connect(module_database.url, autocommit=True) as connection:
        others = "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        connection.execute(others)
    assert [get(server, path).status_code, get(server, "collections/groenobjecten/items?limit=1").status_code] == [200, 200]
