"""Management, zones, ground, trees and addresses."""

from datetime import date

import geopandas as gpd
import pytest
from shapely import LineString, Point
from sqlalchemy import text

from geo_service.errors import UnusableSource
from geo_service.registers import queries
from tests.registers import TODAY, bring_in, green, rows, square, write


def table(shapes=None, **columns):
    count = len(next(iter(columns.values())))
    return gpd.GeoDataFrame(columns, geometry=shapes or [square(n) for n in range(count)], crs=28992)


def test_management_replaces_the_assumption(session, municipality, tmp_path):
    bring_in(session, "green", write(green({}, {}, {}), tmp_path / "bgt.gpkg"), municipality)
    managed = "select round(sum(area_m2)) from geo.green_piece where managed"
    assert rows(session, managed) == [(300,)]
    assert not queries.management_known(session)
    path = write(table(id=["1", "2"], beheerder=["Gemeente Almere", "Staatsbosbeheer"]), tmp_path / "beheer.gpkg", "beheer")
    report = bring_in(session, "management", path, municipality)
    assert report.layers[0].new == 2
    assert queries.management_known(session)
    assert rows(session, managed) == [(100,)]
    assert bring_in(session, "management", path, municipality).changes.all == []


def test_zones_in_dutch_words_and_by_own_column_names(session, municipality, tmp_path):
    frame = table(
        nr=["a", "b", "c"], soort=["kabels", "ecologie", "werk"], gevolg=["toestemming nodig", "verboden", "misschien"],
        openbaarheid=["verborgen", None, "openbaar"], begindatum=["2025-01-01"] * 3, einddatum=["2027-01-01", None, None],
    )  # fmt: skip
    path = write(frame, tmp_path / "zones.geojson", "zones")
    with pytest.raises(UnusableSource, match="--map ours=theirs"):
        bring_in(session, "zones", path, municipality)
    session.rollback()
    layer = bring_in(session, "zones", path, municipality, columns={"register_id": "nr"}).layers[0]
    assert (layer.new, layer.refused) == (2, {"bad_value": 1})
    assert rows(session, "select kind, effect, disclosure, lower(valid), upper(valid) from geo.zone order by register_id") == [
        ("kabels", "needs_consent", "hidden", date(2025, 1, 1), date(2027, 1, 1)),
        ("ecologie", "forbidden", "hidden", date(2025, 1, 1), None),
    ]


def test_a_zone_that_a_complete_source_lacks_ends_today(session, municipality, tmp_path):
    both = table(id=["a", "b"], soort=["kabels"] * 2, effect=["warn"] * 2)
    bring_in(session, "zones", write(both, tmp_path / "both.gpkg", "zones"), municipality)
    one = write(both.iloc[:1], tmp_path / "one.gpkg", "zones")
    report = bring_in(session, "zones", one, municipality, complete=True)
    assert report.layers[0].closed == 1
    assert rows(session, "select register_id, upper(valid) from geo.zone order by 1") == [("a", None), ("b", TODAY)]


def test_an_import_tells_of_the_edits_that_it_overwrites_and_the_history_keeps_them(session, municipality, tmp_path):
    def source(**effects):
        frame = table(id=list(effects), soort=["kabels"] * len(effects), effect=list(effects.values()), naam=["Kabels"] * len(effects))
        return write(frame, tmp_path / f"{len(list(tmp_path.iterdir()))}.gpkg", "zones")

    assert bring_in(session, "zones", source(a="warn", b="warn", c="warn"), municipality).edits_overwritten == 0
    assert bring_in(session, "zones", source(a="verboden", b="warn", c="warn"), municipality).edits_overwritten == 0
    session.execute(text("update geo.zone set name = 'Met de hand' where register_id in ('b', 'c')"))
    session.commit()
    report = bring_in(session, "zones", source(a="warn", b="warn"), municipality)
    assert (report.edits_overwritten, report.layers[0].changed) == (1, 2)
    told = "select kind, note, before ->> 'name', after ->> 'name' from geo.event where subject = 'zone' and subject_id = 'b' order by id"
    assert rows(session, told) == [
        ("insert", "import", None, "Kabels"),
        ("update", None, "Kabels", "Met de hand"),
        ("update", "import", "Met de hand", "Kabels"),
    ]
    assert rows(session, "select register_id, version, name from geo.zone order by 1") == [
        ("a", 3, "Kabels"), ("b", 3, "Kabels"), ("c", 2, "Met de hand"),
    ]  # fmt: skip


@pytest.mark.parametrize("columns", [{"kleur": "soort"}, {"kind": "bestaat_niet"}])
def test_a_mapping_that_makes_no_sense_is_told(session, municipality, tmp_path, columns):
    path = write(table(id=["a"], soort=["kabels"], effect=["warn"]), tmp_path / "zones.gpkg", "zones")
    with pytest.raises(UnusableSource):
        bring_in(session, "zones", path, municipality, columns=columns)


def test_ground_of_otterlo_leaves_the_vegetation_to_green(session, municipality, shared_data):
    report = bring_in(session, "ground", shared_data / "bgt_otterlo.gpkg", municipality)
    told = {layer.layer: (layer.new, layer.refused) for layer in report.layers}
    assert told["ondersteunendwegdeel"] == (106, {"vegetation": 521})
    assert told["wegdeel"] == (1249, {"other_height": 3})
    assert dict(rows(session, "select family, count(*) from geo.ground group by 1")) == {"road": 1355, "water": 383, "other": 427}


def test_trees_of_otterlo(session, municipality, shared_data):
    layer = bring_in(session, "trees", shared_data / "bgt_otterlo.gpkg", municipality).layers[0]
    assert (layer.read, layer.new, layer.refused) == (2104, 2088, {"no_tree": 16})


def test_trees_that_a_complete_source_lacks_are_gone(session, municipality, tmp_path):
    points = [Point(143_000 + n, 483_000) for n in range(3)]
    trees = table([*points, LineString(points[:2])], boomnummer=["1", "2", "3", "4"], boomsoort=["eik", "geenWaarde", "es", "iep"])
    layer = bring_in(session, "trees", write(trees, tmp_path / "bomen.gpkg", "bomen"), municipality).layers[0]
    assert (layer.new, layer.refused) == (3, {"no_point": 1})
    fewer = write(trees.iloc[:1], tmp_path / "minder.gpkg", "bomen")
    assert bring_in(session, "trees", fewer, municipality).layers[0].absent == 2
    assert bring_in(session, "trees", fewer, municipality, complete=True).layers[0].closed == 2
    assert rows(session, "select register_id, species from geo.tree") == [("1", "eik")]


def test_addresses_with_their_households(session, municipality, tmp_path):
    frame = table(
        [Point(143_000, 483_000), Point(143_005, 483_000), Point(143_010, 483_000)], id=["1", "2", "3"],
        straat=["Parkwerf", "Parkwerf", None], huisnummer=[1, 2, 3], huisletter=["a", None, None], postcode=["1354 ab", None, None],
        huishoudens=[12, None, 1],
    )  # fmt: skip
    layer = bring_in(session, "addresses", write(frame, tmp_path / "adressen.gpkg", "adressen"), municipality).layers[0]
    assert (layer.new, layer.refused) == (2, {"missing_value": 1})
    assert rows(session, "select street, number, postcode, households from geo.address order by register_id") == [
        ("Parkwerf", "1a", "1354AB", 12), ("Parkwerf", "2", None, 1),
    ]  # fmt: skip
