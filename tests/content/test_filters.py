"""CQL2 filters: the same rows as a plain answer per row, in text and JSON; and nothing that is sent can do harm."""

import contextlib
import json
import random
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from geo_service.catalogue.cql import CONFORMANCE, blaming_the_filter, read_filter
from geo_service.catalogue.definition import LayerDefinition
from geo_service.catalogue.kinds import kinds
from geo_service.catalogue.query import parse_bbox, select_layer
from geo_service.db.engine import make_engine
from geo_service.errors import InvalidFilter
from geo_service.words import explain
from tests.builders import X, Y, box
from tests.cql_filters import LETTERS, Ground, answer, as_text, col, filters, op

COLUMNS = {
    "id": "int",
    "soort": "text",
    "naam": "varchar(40)",
    "aantal": "int",
    "maat": "numeric",
    "waar": "bool",
    "van": "date",
    "tot": "date",
    "moment": "timestamptz",
    "sleutel": "uuid",
}
SYSTEMS = (28992, 4326, 4258, 3857)
ROWS = 60


@pytest.fixture(scope="module")
def proef(module_database):
    """A layer of random rows, once with stored geometries in other systems and once without."""
    chance = random.Random(2018)
    owner = make_engine(module_database.url, role=None, pool_size=1)
    with owner.begin() as connection:
        for name in ("proef", "kaal"):
            typed = ", ".join(f"{column} {kind}" for column, kind in COLUMNS.items())
            connection.execute(text(f"create table layers.{name} ({typed}, geometrie geometry(multipolygon, 28992))"))
        for number in range(ROWS):
            row = _row(chance, number)
            names = ", ".join(row)
            bound = ", ".join("st_geomfromtext(:geometrie, 28992)" if name == "geometrie" else f":{name}" for name in row)
            connection.execute(text(f"insert into layers.kaal ({names}) values ({bound})"), row)
        connection.execute(text("alter table layers.proef add geometrie_4326 geometry, add geometrie_3857 geometry"))
        connection.execute(text("insert into layers.proef select *, geo.to_lonlat(geometrie), geo.to_mercator(geometrie) from layers.kaal"))
        for name in ("proef", "kaal"):
            connection.execute(text(f"create index on layers.{name} using gist (geometrie)"))
            connection.execute(text(f"grant select on layers.{name} to geo_app"))
            connection.execute(text(f"analyze layers.{name}"))
    owner.dispose()
    layers = {"proef": _layer("proef", served=(4326, 3857)), "kaal": _layer("kaal")}
    with module_database.sessions() as session:
        rows = {crs: _rows(session, crs) for crs in SYSTEMS}
        yield SimpleNamespace(session=session, layers=layers, kinds=kinds(session, layers["proef"]), rows=rows)


def _layer(name, **more):
    style = {"look": {"title": "Proef", "fill": "#ffffff"}}
    told = {"licence": "CC0-1.0"} | dict.fromkeys(("owner", "source", "updated", "summary"), "proef")
    columns = {column: {"title": column} for column in COLUMNS}
    return LayerDefinition.model_validate(
        {"id": name, "title": name, "audience": "public", "geometry": "MultiPolygon", "key": "id", "columns": columns, "style": style}
        | {"sql": "select 1", **told, **more}
    )


def _row(chance, number):
    def maybe(value):
        return value if chance.random() > 0.15 else None

    x, y = chance.randrange(10) * 50, chance.randrange(10) * 50
    shape = box(x, y, chance.choice([50, 100]), chance.choice([50, 100]))
    if number % 4 == 0:
        shape = shapely.MultiPolygon([shape, box(x + 300, y + 13.7, 20)])
    start = date(2020, 1, 1) + timedelta(days=chance.randrange(-20, 40))
    return {
        "id": number,
        "soort": maybe("".join(chance.choices(LETTERS, k=chance.randrange(4)))),
        "naam": "".join(chance.choices(LETTERS, k=2)),
        "aantal": maybe(chance.randrange(-5, 12)),
        "maat": chance.randrange(-20, 40) / 4,
        "waar": maybe(chance.random() > 0.5),
        "van": maybe(start),
        "tot": maybe(start + timedelta(days=chance.randrange(30))),
        "moment": maybe(datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=chance.randrange(50_000))),
        "sleutel": f"00000000-0000-4000-8000-{number:012}",
        "geometrie": shape.wkt if shape.geom_type == "MultiPolygon" else shapely.MultiPolygon([shape]).wkt,
    }


def _rows(session, crs):
    shape = "st_asbinary(geo.to_crs(geometrie, :crs)) as geometrie"
    found = session.execute(text(f"select {', '.join(COLUMNS)}, {shape} from layers.kaal"), {"crs": crs}).mappings()
    return [{**row, "maat": float(row["maat"]), "geometrie": shapely.from_wkb(bytes(row["geometrie"]))} for row in found]


def _ground(rows, crs):
    """Corners: those of the raster in RD, and elsewhere those of the features themselves."""
    points = shapely.get_coordinates([row["geometrie"] for row in rows])
    if crs == 28992:
        return Ground([X + n * 50.0 for n in range(12)], [Y + n * 50.0 for n in range(12)], [row["geometrie"] for row in rows[:6]])
    return Ground(sorted(set(points[::7, 0]))[:20], sorted(set(points[::7, 1]))[:20], [row["geometrie"] for row in rows[:6]])


def ask(proef, told, *, crs=28992, layer="proef", language="cql2-text"):
    condition = read_filter(told, proef.layers[layer], proef.kinds, language=language, crs=crs)
    with blaming_the_filter(condition), proef.session.begin_nested():
        return sorted(proef.session.scalars(select_layer(proef.layers[layer], where=condition, columns=["id"])))


@pytest.mark.parametrize("crs", SYSTEMS)
def test_random_filters_agree_with_a_plain_answer_per_row(proef, crs):
    @settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(tree=filters(_ground(proef.rows[crs], crs)), layer=st.sampled_from(["proef", "kaal"]))
    def agree(tree, layer):
        expected = sorted(row["id"] for row in proef.rows[crs] if answer(tree, row) is True)
        assert ask(proef, json.dumps(tree), crs=crs, layer=layer, language="cql2-json") == expected
        assert ask(proef, as_text(tree), crs=crs, layer=layer) == expected

    agree()


@pytest.mark.parametrize("crs", SYSTEMS)
@pytest.mark.parametrize("layer", ["proef", "kaal"])
def test_a_box_in_a_filter_is_the_bbox(proef, crs, layer):
    west, south, east, north = proef.rows[crs][7]["geometrie"].bounds
    asked = f"{west}, {south}, {(west + 3 * east) / 4}, {north}"
    with proef.session.begin_nested():
        query = select_layer(proef.layers[layer], parse_bbox(asked), bbox_crs=crs, columns=["id"])
        expected = sorted(proef.session.scalars(query))
    assert expected
    assert ask(proef, f"S_INTERSECTS(geom, BBOX({asked}))", crs=crs, layer=layer) == expected


@pytest.mark.parametrize("crs", SYSTEMS)
def test_places_are_found_with_the_index(proef, crs):
    west, south, *_ = proef.rows[crs][7]["geometrie"].bounds
    condition = read_filter(f"S_INTERSECTS(geometrie, POINT({west} {south}))", proef.layers["proef"], proef.kinds, crs=crs)
    query = select_layer(proef.layers["proef"], where=condition).compile(proef.session.bind, compile_kwargs={"literal_binds": True})
    with proef.session.begin_nested() as nested:
        proef.session.execute(text("set local enable_seqscan = off"))
        plan = "\n".join(proef.session.connection().exec_driver_sql(f"explain {query}".replace("%%", "%")).scalars())
        nested.rollback()
    assert "Index Cond: (geometrie &&" in plan


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ("S_INTERSECTS(geometrie, BBOX(-180, -90, 180, 90))", ROWS),
        ("S_WITHIN(geometrie, POLYGON((-180 -90, 180 -90, 180 90, -180 90, -180 -90)))", ROWS),
        ("S_INTERSECTS(geometrie, BBOX(-60, -10, -50, 0))", 0),
        ("S_DISJOINT(geometrie, POINT(-120 -45))", ROWS),
        ("S_INTERSECTS(geometrie, GEOMETRYCOLLECTION(POINT(0 0), POLYGON((0 50, 10 50, 10 55, 0 50))))", ROWS),
        ("S_INTERSECTS(geometrie, POINT Z (0 0 3))", 0),
        ("S_INTERSECTS(geometrie, BBOX(0, 50, -9, 10, 55, 9))", ROWS),
        ("S_EQUALS(geometrie, geom)", ROWS),
        ("S_CONTAINS(BBOX(0, 50, 10, 55), POINT(5 52))", ROWS),
        ("T_INTERSECTS(INTERVAL(van, tot), INTERVAL('..', '..'))", ROWS),
        ("T_AFTER(moment, DATE('2019-12-31'))", "moment is not null"),
        ("sleutel = '00000000-0000-4000-8000-000000000007'", 1),
        ("sleutel LIKE '%7'", 6),
        ("(aantal > 2) = waar", "(aantal > 2) = waar"),
        ("aantal * 1e300 < 1", "aantal <= 0"),
        ("-aantal ^ 2 > 4 AND \"soort\" <> 'x'", "aantal ^ 2 > 4 and soort <> 'x'"),
        ("NULL IS NULL", None),
        ("TRUE", ROWS),
        ("NOT NOT FALSE", 0),
    ],
)
def test_what_else_can_be_asked(proef, told, found):
    if found is None:
        with pytest.raises(InvalidFilter):
            ask(proef, told, crs=4326)
        return
    if isinstance(found, str):
        found = len(list(proef.session.scalars(text(f"select id from layers.proef where {found}"))))
    assert len(ask(proef, told, crs=4326)) == found


@pytest.mark.parametrize(
    ("told", "place", "part"),
    [
        ("soortt = 'x'", "1:1", "There is no column soortt"),
        ("aantal = 1\n AND   weg > 2", "2:8", "There are: id, soort, naam"),
        ('aantal = 1 AND "we\'g" > 2', "1:16", "no column we'g"),
        ("soort = 1", "1:1", "integer"),
        ("aantal = 'x'", "1:10", "text"),
        ("maat < 1 OR van > '2020-01-01'", "1:19", "DATE("),
        ("moment > DATE('2020-01-01')", "1:15", "TIMESTAMP("),
        ("waar = 1", "1:1", "boolean"),
        ("aantal IN (1, 'x')", "1:15", "text"),
        ("soort BETWEEN 'a' AND 3", "1:1", "integer"),
        ("soort + 1 = 2", "1:1", "number"),
        ("aantal LIKE 'x'", "1:1", "text"),
        ("soort LIKE naam", "1:12", "%"),
        (r"soort LIKE 'x\'", "1:12", "backslash"),
        ("CASEI(aantal) = 'x'", "1:7", "text"),
        ("soort", "1:1", "boolean"),
        ("aantal = NULL", "1:1", "IS NULL"),
        ("van > DATE('2020-02-31')", "1:12", "2020-02-31"),
        ("moment > TIMESTAMP('2020-01-01')", "1:20", "“2020-01-01”"),
        ("geometrie = 1", "1:1", "S_"),
        ("S_INTERSECTS(soort, POINT(1 2))", "1:14", "geometry"),
        ("S_INTERSECTS(geom, 'POINT(1 2)')", "1:20", "no geometry"),
        ("S_INTERSECTS(geom, BBOX(3,2,1,4))", "1:14", "BBOX"),
        ("S_INTERSECTS(geom, POLYGON((0 0, 1 1, 0 1, 1 0, 0 0)))", "1:14", "Self-intersection"),
        ("S_INTERSECTS(geom, POLYGON((0 0, 1 1)))", "1:14", "cannot be read"),
        ("S_INTERSECTS(geom, POLYGON EMPTY)", "1:14", "empty"),
        ("S_INTERSECTS(geom, POINT(123456789 2))", "1:14", "impossible"),
        ("S_WITHIN(geom, GEOMETRYCOLLECTION(POINT(5 5), LINESTRING(0 0, 1 1)))", "1:10", "collection"),
        ("T_AFTER(soort, DATE('2020-01-01'))", "1:9", "DATE("),
        ("T_DURING(van, INTERVAL('2020-01-01', 'later'))", "1:38", "later"),
        ("T_DURING(van, ('2020-01-01', '..'))", "1:16", "no column and no value"),
        ("aantal = 1e999", "1:1", "too large"),
        ("aantal = ", "1:10", "cannot be read"),
        ("aantal = 1 EN maat = 2", "1:12", "EN maat = 2"),
        ("", "1:1", "cannot be read"),
        ("pg_sleep(10) = 1", "1:1", "no function pg_sleep"),
        ("S_INTERSECTS(geom)", "1:1", "number of values: 2"),
        ("ACCENTI(soort) = 'e'", "1:1", "CASEI"),
        ("soort = pg_read_file('/etc/passwd')", "1:9", "no function"),
        ("soort = 'x'; drop table geo.plot", "1:12", "drop table"),
        ("1 = 1 UNION SELECT 1", "1:7", "UNION"),
    ],
)
def test_a_wrong_filter_is_told_with_its_place(proef, told, place, part):
    with pytest.raises(InvalidFilter) as wrong:
        ask(proef, told)
    assert wrong.value.values["place"] == place
    assert part in explain(wrong.value, "en")
    assert explain(wrong.value, "nl") != explain(wrong.value, "en")


@pytest.mark.parametrize(
    ("told", "place"),
    [
        ({"op": "and", "args": [True, {"op": "=", "args": [{"property": "weg"}, 1]}]}, "$.args[1].args[0]"),
        ({"op": "=", "args": [{"property": "aantal"}, "x"]}, "$.args[1]"),
        ({"op": "=", "args": [{"property": "aantal"}]}, "$"),
        ({"op": "=", "args": {"property": "aantal"}}, "$"),
        ({"op": ["="], "args": []}, "$"),
        ({"op": "=", "args": [{"property": {"op": "x"}}, 1]}, "$.args[0]"),
        ({"op": "=", "args": [{"property": "aantal"}, {}]}, "$.args[1]"),
        ({"op": "=", "args": [{"property": "aantal"}, [1]]}, "$.args[1]"),
        ({"op": "=", "args": [{"property": "soort"}, "\0"]}, "$.args[1]"),
        ({"op": "in", "args": [{"property": "aantal"}, 1]}, "$.args[1]"),
        ({"op": "in", "args": [{"property": "aantal"}, []]}, "$.args[1]"),
        ({"op": "like", "args": [{"property": "soort"}, {"op": "casei", "args": []}]}, "$.args[1]"),
        ({"op": ">", "args": [{"property": "van"}, {"date": 2020}]}, "$.args[1]"),
        ({"op": ">", "args": [{"property": "van"}, {"date": "2020-01-01", "timestamp": "x"}]}, "$.args[1]"),
        ({"op": "t_during", "args": [{"property": "van"}, {"interval": ["2020-01-01"]}]}, "$.args[1]"),
        ({"op": "t_during", "args": [{"property": "van"}, {"interval": [None, 3]}]}, "$.args[1].interval[0]"),
        ({"op": "s_within", "args": [{"property": "geom"}, {"type": "Point", "coordinates": ["a", 2]}]}, "$.args[1]"),
        ({"op": "s_within", "args": [{"property": "geom"}, {"type": "Point", "coordinates": {"a": 2}}]}, "$.args[1]"),
        ({"op": "s_within", "args": [{"property": "geom"}, {"type": "Point"}]}, "$.args[1]"),
        ({"op": "s_within", "args": [{"property": "geom"}, {"type": "GeometryCollection", "geometries": [3]}]}, "$.args[1]"),
        ({"op": "s_within", "args": [{"property": "geom"}, {"type": "Feature", "geometry": None}]}, "$.args[1]"),
        ({"op": "s_within", "args": [{"property": "geom"}, {"bbox": [1, 2, 3]}]}, "$.args[1]"),
        ({"op": "s_within", "args": [{"property": "geom"}, {"bbox": [1, 2, True, "4"]}]}, "$.args[1]"),
        ([1], "$"),
        (None, "$"),
        ({"filter": "x"}, "$"),
    ],
)
def test_wrong_json_is_told_with_its_path(proef, told, place):
    with pytest.raises(InvalidFilter) as wrong:
        ask(proef, json.dumps(told), language="cql2-json")
    assert wrong.value.values["place"] == place
    assert explain(wrong.value, "nl")


@pytest.mark.parametrize("told", ['{"op":', "\ud800", "[" * 5000, '{"op":"not","args":[' * 3000, "NaN", '{"op":"=","args":[1,1e999]}'])
def test_what_is_no_json_is_told(proef, told):
    with pytest.raises(InvalidFilter):
        ask(proef, told, language="cql2-json")


@pytest.mark.parametrize(
    "told",
    [
        "aantal / (id - id) = 1",
        "aantal % 0 = 1",
        "(0 - id - 1) ^ 0.5 > 1",
        "10 ^ 400 > aantal",
        "S_CONTAINS(geometrie, LINESTRING(0 0, 0 0))",
    ],
)
def test_what_the_database_cannot_work_out_is_the_filters_fault(proef, told):
    with pytest.raises(InvalidFilter) as wrong:
        ask(proef, told)
    assert "\n" not in explain(wrong.value)


def test_a_filter_that_takes_too_long_is_told(proef):
    with pytest.raises(InvalidFilter, match="too long"):
        blamed(proef, "x", "set local statement_timeout = 20; select pg_sleep(5)")
    with pytest.raises(DBAPIError):
        blamed(proef, None, "select 1/0")


def blamed(proef, where, sql):
    with blaming_the_filter(where), proef.session.begin_nested():
        proef.session.execute(text(sql))


@pytest.mark.parametrize(
    "hostile", ["x' OR '1'='1", "%(id)s", "$1", "{x}", "';drop table geo.plot;--", "\\", "%s", "a:b", "</script>", "💣"]
)
def test_texts_stay_texts(proef, hostile):
    assert ask(proef, as_text(op("=", col("soort"), hostile))) == []
    assert ask(proef, json.dumps(op("<>", col("naam"), hostile)), language="cql2-json") == list(range(ROWS))
    assert ask(proef, as_text(op("in", col("soort"), [hostile, "y"]))) == []


DEEP = {
    "minus": "-" * 15_000 + "1 = 1",
    "apart": "- " * 7_000 + "1 = 1",
    "brackets": "(" * 7_000 + "1 = 1" + ")" * 7_000,
    "calls": "casei(" * 2_000 + "soort" + ")" * 2_000 + " = 'x'",
    "not": "NOT " * 3_900 + "TRUE",
    "equals": "id" + "=1" * 7_900,
    "sum": "1" + "+1" * 7_900,
    "div": "1" + " div 1" * 2_600,
    "like": "soort" + " like 'a'" * 1_700,
    "quote": "soort = 'x\\' AND " + "(" * 5_000 + "'b'",
    "name": '"a\'" = ' + "(" * 5_000 + "'b'",
    "arrays": "id IN " + "(" * 5_000,
    "long": "id = 1" + " OR id = 1" * 2_000,
}


def test_no_depth_ends_the_process():
    """In a process of its own: the parser alone would die of most of these."""
    code = """
import json, sys, threading
from geo_service.catalogue.cql import read_filter
from geo_service.errors import InvalidFilter
def go():
    for name, told in json.load(sys.stdin).items():
        try:
            read_filter(told, None, {"id": "integer", "soort": "text"})
        except InvalidFilter:
            print(name)
thread = threading.Thread(target=go); thread.start(); thread.join()
"""
    made = subprocess.run([sys.executable, "-c", code], input=json.dumps(DEEP), capture_output=True, text=True, timeout=300)
    assert made.stdout.split() == list(DEEP), made.stderr


PIECES = (
    "id soort = < ( ) 'x' 1 NOT AND OR IN LIKE - , ' \" T_AFTER(van, DATE('2020-01-01') INTERVAL( BETWEEN CASEI( [ % é TRUE NULL .. :: "
    "S_WITHIN(geom, POINT(1~2) IS~NULL \\"
)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(told=st.lists(st.sampled_from(PIECES.split(" ")), max_size=12).map(lambda told: " ".join(told).replace("~", " ")))
def test_any_text_is_a_filter_or_an_error_that_can_be_told(proef, told):
    with contextlib.suppress(InvalidFilter):
        ask(proef, told)


def test_the_classes_are_those_of_the_standard():
    assert all(name.startswith("http://www.opengis.net/spec/cql2/1.0/conf/") for name in CONFORMANCE)
    assert not {name.rpartition("/")[2] for name in CONFORMANCE} & {"accent-insensitive-comparison", "array-functions", "functions"}
