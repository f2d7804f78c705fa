"""Green objects: versions and their lives, ground level, repairs, and the change set."""

from datetime import date, timedelta

import geopandas as gpd
import pytest
from shapely import GeometryCollection, LineString, MultiPolygon, Point, Polygon, box

from geo_service.errors import Conflict
from geo_service.registers import queries
from tests.registers import NOW, TODAY, bring_in, green, rows, square, write

LIVES = "select version, lower(valid), upper(valid), lower(applies), upper(applies) from geo.green_object order by register_id, version"
day = date.fromisoformat


def test_otterlo_counts_every_object_once(session, municipality, shared_data):
    source = shared_data / "bgt_otterlo.gpkg"
    report = bring_in(session, "green", source, municipality, layer="begroeidterreindeel_all_versions")
    [layer] = report.layers
    assert (layer.read, layer.new) == (1168, 638)
    assert layer.refused == {"older_version": 450, "duplicate": 80}
    assert sum_of_all_versions(source) == pytest.approx(1205, abs=0.5)
    [(hectares,)] = rows(session, "select sum(area_m2) / 10000 from geo.green_object")
    assert hectares == pytest.approx(377.7, abs=0.05)
    assert report.outside_m2 == pytest.approx(hectares * 10_000, abs=1)
    assert report.outside_m2 == pytest.approx(rows(session, "select sum(area_m2) from geo.green_piece")[0][0])

    every = bring_in(session, "green", source, municipality, layer="begroeidterreindeel_all_versions", all_versions=True)
    assert every.layers[0].new == 450
    assert every.outside_m2 == pytest.approx(report.outside_m2, abs=1)
    [(overlapping,)] = rows(
        session,
        """select count(*) from geo.green_object a join geo.green_object b
           on a.register_id = b.register_id and a.id < b.id and a.applies && b.applies""",
    )
    assert overlapping == 0
    again = bring_in(session, "green", source, municipality, layer="begroeidterreindeel_all_versions", all_versions=True)
    assert again.changes.all == []


def sum_of_all_versions(source):
    return gpd.read_file(source, layer="begroeidterreindeel_all_versions").area.sum() / 10_000


def test_otterlo_as_a_whole_takes_bermen_and_skips_the_twin_layer(session, municipality, shared_data):
    report = bring_in(session, "green", shared_data / "bgt_otterlo.gpkg", municipality)
    assert {layer.layer: layer.new for layer in report.layers} == {"begroeidterreindeel": 638, "ondersteunendwegdeel": 515}
    assert report.layers[1].refused == {"no_berm": 64, "no_vegetation": 48}
    assert ("begroeidterreindeel_all_versions", "same_objects") in {(skip.layer, skip.reason) for skip in report.skipped}
    assert rows(session, "select count(*) from geo.green_object where plus_type in ('waardeOnbekend', 'geenWaarde')") == [(0,)]


def test_twice_changes_nothing(session, municipality, tmp_path):
    path = write(green({}, {}, {}), tmp_path / "bgt.gpkg")
    first = bring_in(session, "green", path, municipality)
    assert (first.layers[0].new, len(first.changes.added)) == (3, 3)
    before = rows(session, "select * from geo.green_object order by id")
    second = bring_in(session, "green", path, municipality, NOW + timedelta(days=30))
    assert (second.layers[0].new, second.layers[0].changed, second.layers[0].unchanged) == (0, 0, 3)
    assert second.changes.all == []
    assert rows(session, "select * from geo.green_object order by id") == before


def test_a_newer_version_closes_the_older(session, municipality, tmp_path):
    old = write(green({}), tmp_path / "old.gpkg")
    bring_in(session, "green", old, municipality)
    assert rows(session, LIVES) == [("2020-05-01T12:00:00", day("2020-05-01"), None, None, None)]
    new = green({"tijdstip_registratie": "2024-03-01T09:00:00", "geometry": square(0, 12)})
    report = bring_in(session, "green", write(new, tmp_path / "new.gpkg"), municipality)
    assert (len(report.changes.added), len(report.changes.closed)) == (1, 1)
    both = [
        ("2020-05-01T12:00:00", day("2020-05-01"), day("2024-03-01"), None, day("2024-03-01")),
        ("2024-03-01T09:00:00", day("2024-03-01"), None, day("2024-03-01"), None),
    ]
    assert rows(session, LIVES) == both
    late = bring_in(session, "green", old, municipality)
    assert late.changes.all == []
    assert rows(session, LIVES) == both


def test_an_end_in_the_register_closes_what_we_hold(session, municipality, tmp_path):
    bring_in(session, "green", write(green({}), tmp_path / "old.gpkg"), municipality)
    ended = write(green({"eind_registratie": "2025-01-02T03:00:00"}), tmp_path / "ended.gpkg")
    report = bring_in(session, "green", ended, municipality)
    assert (report.layers[0].changed, report.layers[0].refused) == (1, {})
    assert rows(session, LIVES) == [("2020-05-01T12:00:00", day("2020-05-01"), day("2025-01-02"), None, day("2025-01-02"))]


def test_versions_of_less_than_a_day_are_left_out(session, municipality, tmp_path):
    versions = green(
        {"lokaal_id": "G", "eind_registratie": "2020-05-01T15:00:00"},
        {"lokaal_id": "G", "tijdstip_registratie": "2020-05-01T15:00:00", "eind_registratie": "2022-01-01T00:00:00"},
        {"lokaal_id": "G", "tijdstip_registratie": "2022-01-01T00:00:00"},
    )
    path = write(versions, tmp_path / "bgt.gpkg")
    layer = bring_in(session, "green", path, municipality, all_versions=True).layers[0]
    assert (layer.new, layer.refused) == (2, {"short_life": 1})
    assert rows(session, LIVES) == [
        ("2020-05-01T15:00:00", day("2020-05-01"), day("2022-01-01"), None, day("2022-01-01")),
        ("2022-01-01T00:00:00", day("2022-01-01"), None, day("2022-01-01"), None),
    ]


def test_absent_objects_are_counted_and_closed_only_when_complete(session, municipality, tmp_path):
    bring_in(session, "green", write(green({}, {}), tmp_path / "both.gpkg"), municipality)
    one = write(green({}), tmp_path / "one.gpkg")
    counted = bring_in(session, "green", one, municipality)
    assert (counted.layers[0].absent, counted.layers[0].closed, counted.changes.all) == (1, 0, [])
    closed = bring_in(session, "green", one, municipality, complete=True)
    assert (closed.layers[0].closed, len(closed.changes.closed)) == (1, 1)
    assert rows(session, "select upper(applies), upper(valid) from geo.green_object where register_id = 'G0034.1'") == [(TODAY, TODAY)]
    [(in_force,)] = rows(session, "select sum(area_m2) from geo.green_piece where applies_to > :today", today=TODAY)
    assert in_force == pytest.approx(100)
    assert bring_in(session, "green", one, municipality, complete=True).changes.all == []


def test_a_complete_delivery_of_one_register_leaves_the_other(session, municipality, tmp_path, shared_data):
    source = shared_data / "bgt_otterlo.gpkg"
    bring_in(session, "green", source, municipality, layer="begroeidterreindeel")
    report = bring_in(session, "green", source, municipality, layer="ondersteunendwegdeel", complete=True)
    assert report.changes.closed == []


def test_only_ground_level_and_only_vegetation(session, municipality, tmp_path):
    frame = green(
        {}, {"relatieve_hoogteligging": 1}, {"relatieve_hoogteligging": -1}, {"fysiek_voorkomen": "erf"}, {"fysiek_voorkomen": None}
    )
    layer = bring_in(session, "green", write(frame, tmp_path / "bgt.gpkg"), municipality).layers[0]
    assert layer.new == 1
    assert layer.refused == {"other_height": 2, "no_vegetation": 1, "missing_value": 1}


def test_the_registers_words_for_nothing_are_null(session, municipality, tmp_path):
    frame = green(*({"plus_fysiek_voorkomen": word} for word in ("geenWaarde", "waardeOnbekend", "niet-bgt", "planten")))
    bring_in(session, "green", write(frame, tmp_path / "bgt.gpkg"), municipality)
    assert rows(session, "select plus_type, count(*) from geo.green_object group by 1 order by 1") == [("planten", 1), (None, 3)]


def test_invalid_shapes_are_repaired_and_named_and_unusable_ones_refused(session, municipality, tmp_path):
    x, y = 143_000, 483_000
    bow_tie = Polygon([(x, y), (x + 10, y + 10), (x + 10, y), (x, y + 10)])
    mixed = GeometryCollection([square(5), LineString([(x, y), (x + 1, y)])])
    frame = green(
        {"geometry": bow_tie}, {"geometry": Polygon()}, {"geometry": None}, {"geometry": Point(x, y)},
        {"geometry": Polygon([(x, y), (x + 1, y), (x + 2, y)])}, {"geometry": mixed},
        {"geometry": Polygon([(9e9, 0), (9e9, 1), (9e9 + 1, 1)])},
        {"geometry": box(x, y, x + 0.0003, y + 0.0003)},
    )  # fmt: skip
    layer = bring_in(session, "green", write(frame, tmp_path / "bgt.gpkg"), municipality).layers[0]
    assert [(repair.register_id, repair.reason.split("[")[0]) for repair in layer.repairs] == [("G0034.0", "Self-intersection")]
    assert layer.refused == {"empty": 1, "no_geometry": 1, "no_area": 2, "outside_netherlands": 1, "too_small": 1}
    assert rows(session, "select register_id, round(area_m2::numeric, 3)::float, st_isvalid(geom) from geo.green_object order by 1") == [
        ("G0034.0", 50.0, True), ("G0034.5", 100.0, True),
    ]  # fmt: skip


def test_recreation_by_the_table(session, municipality, tmp_path):
    path = write(green({}, {"plus_fysiek_voorkomen": "volkstuin"}), tmp_path / "bgt.gpkg")
    bring_in(session, "green", path, municipality)
    assert rows(session, "select category, green_type from geo.green_object order by 1") == [
        ("green", "heesters"),
        ("recreation", "volkstuin"),
    ]


def test_green_on_a_border_is_split_and_the_rest_is_told(session, municipality, tmp_path):
    wijk = gpd.GeoDataFrame({"code": ["WK003401"], "naam": ["W"]}, geometry=[square(0, 15)], crs=28992)
    bring_in(session, "districts", write(wijk, tmp_path / "wijken_2025.gpkg", "wijken_2025"), municipality)
    report = bring_in(session, "green", write(green({}, {}, {}), tmp_path / "bgt.gpkg"), municipality)
    assert report.outside_m2 == pytest.approx(150)


def test_the_demo_and_real_data_keep_apart(session, municipality, tmp_path):
    path = write(green({}), tmp_path / "bgt.gpkg")
    assert not queries.holds_real_data(session)
    bring_in(session, "green", path, municipality)
    assert queries.holds_real_data(session)
    session.connection().exec_driver_sql("insert into geo.setting values ('demo', '{}')")
    with pytest.raises(Conflict, match="GEO_DATA_DIR"):
        bring_in(session, "green", path, municipality)


def test_holes_and_parts_survive(session, municipality, tmp_path):
    holed = Polygon(square(0, 10).exterior.coords, [square(0, 10).buffer(-3).exterior.coords])
    path = write(green({"geometry": MultiPolygon([holed, square(3)])}), tmp_path / "bgt.gpkg")
    bring_in(session, "green", path, municipality)
    assert rows(session, "select st_numgeometries(geom), area_m2 from geo.green_object") == [(2, 184.0)]
