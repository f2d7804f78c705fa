"""Real districts of Almere, with the faults that they are known to have."""

import json
import sqlite3

import geopandas as gpd
import pytest
import shapely

from geo_service.errors import InvalidInput, UnusableSource
from geo_service.registers import queries
from tests.registers import NOW, bring_in, rows, square


@pytest.fixture(scope="module")
def almere(shared_data):
    return shared_data / "almere_boundaries.gpkg"


@pytest.fixture(scope="module")
def imported(module_database, municipality, almere):
    """A session on a database with all layers, and what their import told."""
    with module_database.sessions() as session:
        report = bring_in(session, "districts", almere, municipality)
        yield session, report


def test_municipality_and_wijken_as_delivered_and_stadsdelen_from_the_configuration(session, municipality, almere):
    report = bring_in(session, "districts", almere, municipality, layer="gemeente_2022")
    assert (report.layers[0].read, report.layers[0].new) == (1, 1)
    report = bring_in(session, "districts", almere, municipality, layer="wijken_2022")
    assert (report.layers[0].new, report.derived_stadsdelen, report.missing_wijken) == (71, 6, [])
    assert rows(session, "select level, count(*), min(year) from geo.district group by 1 order by 1") == [
        ("gemeente", 1, 2022), ("stadsdeel", 6, 2022), ("wijk", 71, 2022),
    ]  # fmt: skip
    delivered = gpd.read_file(almere, layer="wijken_2022").set_index("code")
    for code, area, population, parent in rows(session, "select code, area_m2, population, parent from geo.district where level = 'wijk'"):
        assert area == pytest.approx(delivered.geometry[code].area, abs=1e-4)
        assert population == delivered.population[code]
        assert parent in {"SD1", "SD2", "SD3", "SD4", "SD5", "SD6"}
    haven = delivered[delivered.stadsdeel == "Haven"]
    [(area, population, homes, parent)] = rows(session, "select area_m2, population, homes, parent from geo.district where name = 'Haven'")
    assert area == pytest.approx(shapely.union_all(haven.geometry).area, abs=1e-3)
    assert (population, homes, parent) == (haven.population.sum(), haven.dwelling_total.sum(), "GM0034")


def test_all_layers_with_the_faults_of_the_buurten_named(imported):
    session, report = imported
    assert [(layer.layer, layer.new) for layer in report.layers] == [
        ("gemeente_2022", 1),
        ("wijken_2022", 71),
        ("buurten_2024_coarse", 238),
    ]
    buurten = report.layers[2]
    assert buurten.repaired == 1
    assert buurten.repairs[0].register_id == "BU00346602"
    assert "Self-intersection" in buurten.repairs[0].reason
    assert report.overlap_m2 == pytest.approx(1_028_850, abs=500)
    assert {pair.level for pair in report.overlaps} == {"buurt"}
    assert rows(session, "select parent from geo.district where code = 'BU00340102'") == [("WK003401",)]
    assert len(queries.current_districts(session, "stadsdeel")) == 6
    [(invalid,)] = rows(session, "select count(*) from geo.district where not st_isvalid(geom)")
    assert invalid == 0


def test_no_ground_counts_twice_where_districts_overlap(imported):
    session, _report = imported
    pieces = [
        shapely.from_wkb(bytes(wkb))
        for (wkb,) in rows(session, "select st_asbinary(geom) from geo.district_piece where district_id is not null")
    ]
    buurten = [shapely.from_wkb(bytes(wkb)) for (wkb,) in rows(session, "select st_asbinary(geom) from geo.district where level = 'buurt'")]
    together = shapely.union_all(buurten).area
    assert sum(piece.area for piece in pieces) == pytest.approx(together, abs=0.01)
    assert sum(buurt.area for buurt in buurten) - together > 900_000


def test_importing_twice_changes_nothing(imported, municipality, almere):
    session, _report = imported
    before = rows(session, "select id, code, year, st_asbinary(geom) from geo.district order by id")
    again = bring_in(session, "districts", almere, municipality)
    assert [(layer.new, layer.changed, layer.unchanged) for layer in again.layers] == [(0, 0, 1), (0, 0, 71), (0, 0, 238)]
    assert again.changes.all == []
    assert rows(session, "select id, code, year, st_asbinary(geom) from geo.district order by id") == before


def test_the_command_tells_it_and_answers_json(run_cli, almere):
    told = run_cli("import", "districts", str(almere))
    assert told.returncode == 0, told.stderr
    assert "BU00346602" in told.stdout
    assert "1,028,850 m²; pairs: 188" in told.stdout
    again = run_cli("import", "districts", str(almere), "--json")
    report = json.loads(again.stdout)
    assert [layer["new"] for layer in report["layers"]] == [0, 0, 0]
    assert report["overlap_m2"] == pytest.approx(1_028_850, abs=500)
    dutch = run_cli("import", "districts", str(almere), LANG="nl_NL.UTF-8")
    assert "geclaimd door twee gebieden" in dutch.stdout


def cbs(tmp_path, name="wijken_2025.gpkg", **columns):
    """A layer in the spelling of CBS and PDOK."""
    count = len(columns["wijkcode"])
    rest = {"wijknaam": [f"Wijk {n}" for n in range(count)], "gemeentecode": "GM0034", "aantal_inwoners": 100}
    frame = gpd.GeoDataFrame({**rest, **columns}, geometry=columns.get("geometry") or [square(n, 100) for n in range(count)], crs=28992)
    frame.to_file(tmp_path / name, layer="wijken")
    return tmp_path / name


def test_only_the_own_municipality_is_kept_and_secret_counts_are_unknown(session, municipality, tmp_path):
    path = cbs(tmp_path, wijkcode=["WK003401", "WK036301", "XX1"], aantal_inwoners=[-99997, 5, 6])
    layer = bring_in(session, "districts", path, municipality).layers[0]
    assert (layer.new, layer.refused) == (1, {"other_municipality": 1, "unknown_code": 1})
    assert rows(session, "select population, year, parent from geo.district where level = 'wijk'") == [(None, 2025, "SD1")]


def test_land_and_water_of_one_wijk_are_one_district(session, municipality, tmp_path):
    path = cbs(tmp_path, wijkcode=["WK003401", "WK003401"], aantal_inwoners=[70, 0])
    layer = bring_in(session, "districts", path, municipality).layers[0]
    assert (layer.read, layer.new, layer.joined) == (2, 1, 1)
    assert rows(session, "select area_m2, population from geo.district where level = 'wijk'") == [(20_000.0, 70)]


def test_the_year_comes_from_the_option_a_column_or_the_name(session, municipality, tmp_path):
    path = cbs(tmp_path, "wijken.gpkg", wijkcode=["WK003401"])
    assert bring_in(session, "districts", path, municipality).layers[0].refused == {"no_year": 1}
    assert bring_in(session, "districts", path, municipality, year=2023).layers[0].new == 1
    told = cbs(tmp_path, "wijken2.gpkg", wijkcode=["WK003401"], jaarstatcode=["2021WK003401"])
    bring_in(session, "districts", told, municipality)
    assert rows(session, "select year from geo.district where level = 'wijk' order by 1") == [(2021,), (2023,)]


def test_an_unknown_schema_lists_what_was_found_and_expected(session, municipality, tmp_path):
    path = tmp_path / "parels.geojson"
    gpd.GeoDataFrame({"kleur": ["rood"]}, geometry=[square()], crs=28992).to_file(path)
    with pytest.raises(UnusableSource) as error:
        bring_in(session, "districts", path, municipality)
    assert "kleur" in str(error.value)
    assert "statcode" in str(error.value)


def test_complete_is_not_for_districts(session, municipality, tmp_path):
    with pytest.raises(InvalidInput, match="editions"):
        bring_in(session, "districts", cbs(tmp_path, wijkcode=["WK003401"]), municipality, complete=True)


def test_the_import_is_on_record(session, municipality, tmp_path):
    bring_in(session, "districts", cbs(tmp_path, wijkcode=["WK003401"]), municipality)
    [(kind, source, at, read)] = rows(session, "select kind, source, imported_at, (report ->> 'read')::int from geo.register_import")
    assert (kind, source, at, read) == ("districts", "wijken_2025.gpkg:wijken", NOW, 1)
    assert rows(session, "select value -> 'bronhouders' from geo.setting where key = 'managed'") == [(["G0034"],)]


def test_a_geopackage_that_lost_its_geometry_column_is_refused(session, municipality, tmp_path):
    path = cbs(tmp_path, wijkcode=["WK003401"])
    with sqlite3.connect(path) as file:
        file.execute("delete from gpkg_geometry_columns")
        file.execute("update gpkg_contents set data_type = 'attributes'")
    with pytest.raises(UnusableSource):
        bring_in(session, "districts", path, municipality)
