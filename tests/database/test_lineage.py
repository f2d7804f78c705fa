"""A refresh never loses an adoption: what split, merged, moved or vanished, against shapely, and the adoptions byte for byte."""

import csv
import json
import os
from collections import Counter
from datetime import timedelta

import pytest
import shapely
from sqlalchemy import text

from geo_service.adoptions.refresh import refresh_register
from geo_service.catalogue import read
from geo_service.days import day_of
from geo_service.db.engine import transaction
from geo_service.municipality import load_municipality
from geo_service.registers.schemas import Source
from tests import builders, commands
from tests.conftest import ROOT, cloned
from tests.database.test_coverage_oracle import figures_of
from tests.pdok_replay.editions import BGT, almere, otterlo, second
from tests.pdok_replay.server import Replay, replaying
from tests.registers import NOW, TODAY, bring_in, green, rows, square, write

LATER = NOW + timedelta(days=30)
NEW = "2026-06-01T10:00:00"
WIDTH = 0.6
FIRST = [{"lokaal_id": f"G{n}"} for n in range(9)]


def refresh(session, municipality, path, now=LATER, **options):
    report = refresh_register(session, "green", Source(path, **options), municipality, now)
    session.commit()
    return report


def edition(*changes):
    """The first nine squares, of which some versions ended and others came: (id, shape or None, columns)."""
    ended = {name for name, *_ in changes}
    past = [{**row, "geometry": square(n), "eind_registratie": NEW if row["lokaal_id"] in ended else None} for n, row in enumerate(FIRST)]
    new = [
        {"lokaal_id": name, "geometry": shape, "tijdstip_registratie": NEW, **more} for name, shape, more in changes if shape is not None
    ]
    return green(*past, *new)


@pytest.fixture
def kept(session, municipality, tmp_path):
    """Nine squares of green in a wijk, and an adoption over the first two."""
    builders.add_district(session, "WK003401", shapely.box(142_000, 482_000, 145_000, 485_000), level="wijk")
    first = bring_in(session, "green", write(edition(), tmp_path / "first.gpkg"), municipality)
    assert first.lineage == []
    adoption = builders.add_adoption(session, shapely.box(143_002, 483_002, 143_014, 483_008))
    session.commit()
    return adoption


def test_each_kind_of_change(session, municipality, tmp_path, kept):
    west, east = shapely.box(143_000, 483_000, 143_004, 483_010), shapely.box(143_004, 483_000, 143_010, 483_010)
    next_edition = edition(
        ("G0", west, {}), ("G0b", east, {}), ("G1", shapely.union(square(1), square(2)), {}), ("G2", None, {}),
        ("G3", shapely.affinity.translate(square(3), 0, 5), {}), ("G4", square(4), {"plus_fysiek_voorkomen": "planten"}),
        ("G5", None, {}), ("G5b", square(5), {}), ("G6", None, {}), ("G7", shapely.affinity.translate(square(7), 0, 0.2), {}),
        ("G8", square(8), {}), ("NEW", square(20), {}),
    )  # fmt: skip
    report = refresh(session, municipality, write(next_edition, tmp_path / "second.gpkg"))
    told = [(c.kind, c.before_id, c.after_id, round(c.shared_m2, 3), c.what) for c in report.lineage]
    assert sorted(told, key=str) == sorted(
        [
            ("split", "G0", "G0", 40, ["geom"]), ("split", "G0", "G0b", 60, ["geom"]), ("merged", "G1", "G1", 100, ["geom"]),
            ("merged", "G2", "G1", 100, ["geom"]), ("moved", "G3", "G3", 50, ["geom"]), ("changed", "G4", "G4", 100, ["plus_type"]),
            ("replaced", "G5", "G5b", 100, []), ("vanished", "G6", None, 0, []), ("changed", "G7", "G7", 98, ["geom"]),
            ("appeared", None, "NEW", 0, []),
        ],
        key=str,
    )  # fmt: skip
    touched = {(c.before_id, c.after_id): [(round(a.before_m2, 3), round(a.after_m2, 3)) for a in c.adoptions] for c in report.lineage}
    assert {key: value for key, value in touched.items() if value} == {
        ("G0", "G0"): [(48, 12)], ("G0", "G0b"): [(48, 36)], ("G1", "G1"): [(24, 24)], ("G2", "G1"): [(0, 24)],
    }  # fmt: skip
    [plot] = report.touched
    assert (plot.adoption_id, round(plot.before_m2, 3), round(plot.after_m2, 3)) == (kept, 72, 72)
    shown = read(
        str(session.get_bind().url.render_as_string(hide_password=False)).replace("+psycopg", ""), "registerwijzigingen", at=day_of(LATER)
    )
    assert Counter(shown.soort)["gesplitst"] == 2
    assert dict(zip(shown.oud_lokaal_id, shown.oppervlakte_m2.round(1), strict=True))["G3"] == 100
    assert shown.plekken.sum() == 4


def test_adoptions_stay_byte_for_byte_and_figures_follow(session, municipality, tmp_path, kept):
    told = "select a::text, p::text from geo.adoption a join geo.plot p on p.id = a.plot_id"
    before, events = rows(session, told), rows(session, "select count(*) from geo.event")
    report = refresh(session, municipality, write(edition(("G0", None, {})), tmp_path / "second.gpkg"))
    assert [(c.kind, c.before_id, round(c.adoptions[0].before_m2)) for c in report.lineage] == [("vanished", "G0", 48)]
    assert rows(session, told) == before
    assert rows(session, "select count(*) from geo.event") == events
    assert figures_of(session, "wijk", TODAY)["WK003401"]["adopted_m2"] == pytest.approx(24)
    assert figures_of(session, "wijk", TODAY)["WK003401"]["adopted_outside_m2"] == pytest.approx(48)
    assert_as_rebuilt(session)


def test_green_that_is_deleted_leaves_no_figures_behind(session, municipality, tmp_path, kept):
    """Also by hand; and what overlapped it holds its ground from then on."""
    over = green({"lokaal_id": "H", "geometry": shapely.box(143_000, 483_000, 143_005, 483_010)})
    refresh(session, municipality, write(over, tmp_path / "over.gpkg"))
    session.execute(text("delete from geo.green_object where register_id in ('G0', 'G1')"))
    session.commit()
    figures = figures_of(session, "wijk", TODAY)["WK003401"]
    assert (figures["adopted_m2"], figures["adopted_outside_m2"]) == (pytest.approx(18), pytest.approx(54))
    assert figures["green_m2"] == pytest.approx(750)
    assert_as_rebuilt(session)


def test_a_version_that_never_lived_leaves_no_figures_behind(session, municipality, tmp_path, kept):
    """A register may take back a version within a day: then the older one goes on."""
    again = {"tijdstip_registratie": NEW, "geometry": shapely.box(143_000, 483_000, 143_003, 483_010)}
    refresh(session, municipality, write(green({"lokaal_id": "G0", **again}), tmp_path / "second.gpkg"))
    report = refresh(session, municipality, write(green({"lokaal_id": "G0", "eind_registratie": NEW, **again}), tmp_path / "third.gpkg"))
    assert [change.kind for change in report.lineage] == ["vanished"]
    assert_as_rebuilt(session)


def assert_as_rebuilt(session):
    found = {code: dict(row) for code, row in figures_of(session, "wijk", TODAY).items()}
    builders.rebuild(session)
    for code, row in figures_of(session, "wijk", TODAY).items():
        assert found[code] == {k: pytest.approx(v, abs=1e-4) if isinstance(v, float) else v for k, v in row.items()}


def test_reports_in_every_form(session, database, run_cli, municipality, tmp_path, kept):
    path = write(edition(("G0", None, {}), ("G1", square(1), {"fysiek_voorkomen": "struiken"})), tmp_path / "second.gpkg")
    dry = run_cli("import", "green", str(path), "--dry-run", "--report", "-")
    assert (dry.returncode, rows(session, "select count(*) from geo.lineage")) == (0, [(0,)]), dry.stderr
    assert "vanished: 1 (100 m²), now 0 (0 m²)" in dry.stdout
    assert "PL-0001 (48.0, 0.0)" in dry.stdout
    session.commit()
    real = run_cli("import", "green", str(path), "--report", str(tmp_path / "report.csv"), LANG="nl_NL.UTF-8")
    assert real.returncode == 0, real.stderr
    assert "PL-0001: 72 m² van de oude objecten, 24 m² van de nieuwe" in real.stdout
    with (tmp_path / "report.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file, delimiter=";"))
    told = [(line["kind"], line["before_id"], line["what"], line["plot"]) for line in lines]
    assert told == [("vanished", "G0", "", "PL-0001"), ("changed", "G1", "appearance", "PL-0001")]


def wide(shape):
    return not shapely.is_empty(shapely.buffer(shape, 0.001 - WIDTH / 2, join_style="mitre"))


def by_force(old, new):
    """Every old against every new object, in shapely alone: {(old, new): (kind, shared m²)}; {id: (attributes, shape)}."""
    same = {name for name in old.keys() & new.keys() if old[name] == new[name]}
    gone, come = {k: v for k, v in old.items() if k not in same}, {k: v for k, v in new.items() if k not in same}
    shared = {}
    for one, (_, before) in gone.items():
        for other, (_, after) in come.items():
            ground = shapely.intersection(before, after, grid_size=1e-7)
            if one == other or (ground.area > 0 and wide(ground)):
                shared[one, other] = ground.area
    became, came_from = Counter(one for one, _ in shared), Counter(other for _, other in shared)
    found = {}
    for (one, other), area in shared.items():
        many, several = became[one] > 1, came_from[other] > 1
        kind = "redivided" if many and several else "split" if many else "merged" if several else "replaced" if one != other else None
        moved = wide(shapely.symmetric_difference(gone[one][1], come[other][1], grid_size=1e-7))
        found[one, other] = (kind or ("moved" if moved else "changed"), area)
    found |= {(one, None): ("vanished", 0) for one in gone if one not in became}
    return found | {(None, other): ("appeared", 0) for other in come if other not in came_from}


def in_force(session):
    found = rows(
        session, "select register_id, appearance, plus_type, bronhouder, st_asbinary(geom) from geo.green_object where upper_inf(valid)"
    )
    return {name: ((kind, plus, holder), shapely.from_wkb(bytes(wkb))) for name, kind, plus, holder, wkb in found}


def test_the_second_edition_of_a_real_register(cluster, template, shared_data, tmp_path):
    """The BGT of Otterlo through the replay, twice: lineage exact, adoptions untouched, figures as after a rebuild."""
    almere_file = (ROOT / "geo_service/municipalities/almere.toml").read_text()
    town = almere_file.partition("[[stadsdelen]]")[0].replace("GM0034", "GM0228").replace('"G0034"', '"G0228"').replace("Almere", "Ede")
    (tmp_path / "ede.toml").write_text(town)
    (tmp_path / "proj").symlink_to(cluster.folder / "proj")
    collections = otterlo(shared_data)
    bounds = shapely.union_all([shapely.box(*one.geometry.bounds) for one in collections[BGT + "begroeidterreindeel"]]).envelope.buffer(500)
    with cloned(cluster, template) as here, replaying(Replay(collections, page=500)) as replay:
        with transaction(here.sessions) as session:
            builders.add_district(session, "GM0228", bounds.envelope, level="gemeente")
        env = {**os.environ, **here.environment, "GEO_DATA_DIR": str(tmp_path), "GEO_MUNICIPALITY": str(tmp_path / "ede.toml"),
               "GEO_PDOK_URL": replay.url, "GEO_PDOK_PAUSE": "0.001", "LANG": "en"}  # fmt: skip

        def bring(*more):
            told = commands.run(["import", "green", "pdok:GM0228", *more], env)
            assert told.returncode == 0, told.stderr
            return told

        bring()
        with here.sessions() as session:
            old = in_force(session)
            assert len(old) == 638 + 515
            assert load_municipality(str(tmp_path / "ede.toml")).code == "GM0228"
            for shape in [shape for name, (_, shape) in sorted(old.items()) if 200 < shape.area < 4000][:60]:
                builders.add_adoption(session, shapely.box(*shapely.buffer(shape.representative_point(), 6).bounds), state="submitted")
            session.execute(text("update geo.adoption set state = 'active' where id in (select min(id::text)::uuid from geo.adoption)"))
            session.commit()
            before = rows(session, "select md5(string_agg(a::text, '|' order by id)) from geo.adoption a")
        replay.collections = second(collections, each=5)
        bring("--report", str(tmp_path / "report.json"))
        with here.sessions() as session:
            expected = by_force(old, in_force(session))
            found = rows(session, "select before_id, after_id, kind, shared_m2 from geo.lineage")
            assert {(one, other): (kind, pytest.approx(area, abs=1e-3)) for one, other, kind, area in found} == expected
            assert {kind for kind, _ in expected.values()} >= {"split", "merged", "moved", "changed", "replaced", "vanished", "appeared"}
            assert rows(session, "select md5(string_agg(a::text, '|' order by id)) from geo.adoption a") == before
            assert_touched(session)
            assert_as_rebuilt(session)
        report = json.loads((tmp_path / "report.json").read_text())
        assert len(report["lineage"]) == len(expected)


def assert_touched(session):
    """Which adoptions each change touches, by shapely."""
    adoptions = {name: shapely.from_wkb(bytes(wkb)) for name, wkb in rows(session, "select id, st_asbinary(geom) from geo.adoption")}
    expected = {}
    for change, *sides in rows(session, "select id, st_asbinary(before_geom), st_asbinary(after_geom) from geo.lineage"):
        shapes = [shapely.from_wkb(bytes(wkb)) if wkb else shapely.Polygon() for wkb in sides]
        for name, shape in adoptions.items():
            both = [shapely.intersection(shape, side, grid_size=1e-7) for side in shapes]
            if any(map(wide, both)):
                expected[change, name] = [pytest.approx(ground.area, abs=1e-3) for ground in both]
    found = rows(session, "select lineage_id, adoption_id, before_m2, after_m2 from geo.lineage_adoption")
    assert {(change, name): [before, after] for change, name, before, after in found} == expected
    assert expected


def test_the_districts_of_almere_with_their_inhabitants(cluster, template, shared_data, tmp_path):
    (tmp_path / "proj").symlink_to(cluster.folder / "proj")
    with cloned(cluster, template) as here, replaying(Replay(almere(shared_data), page=100, faults={2: "500"})) as replay:
        env = {**os.environ, **here.environment, "GEO_DATA_DIR": str(tmp_path), "GEO_PDOK_URL": replay.url, "GEO_PDOK_PAUSE": "0.001"}
        told = commands.run(["import", "districts", "pdok:GM0034@2024"], {**env, "LANG": "en"})
        assert told.returncode == 0, told.stderr
        with here.sessions() as session:
            found = rows(
                session, "select level, count(*), sum(population) filter (where level = 'gemeente') from geo.district group by 1 order by 1"
            )
    assert found == [("buurt", 238, None), ("gemeente", 1, 226_500), ("stadsdeel", 6, None), ("wijk", 71, None)]
    assert "not told by the source: year, homes" in told.stdout
