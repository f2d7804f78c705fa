"""Files as people have them: formats, CRS, axes, broken ones; and nothing half done."""

import os
import sqlite3
import struct
import time

import geopandas as gpd
import numpy as np
import psycopg
import pyogrio
import pytest
import shapely

from geo_service.errors import Conflict, UnusableSource
from geo_service.geometry import to_lonlat
from tests import commands
from tests.registers import bring_in, green, rows, square, write


@pytest.mark.parametrize("suffix", ["gpkg", "geojson", "fgb", "shp", "gml"])
def test_formats(session, municipality, tmp_path, suffix):
    path = tmp_path / f"begroeidterreindeel.{suffix}"
    frame = green({}, {"plus_fysiek_voorkomen": "planten"})
    if suffix == "shp":
        frame = frame.astype({"tijdstip_registratie": str}).drop(columns="eind_registratie")
        frame.columns = [name[:10] for name in frame.columns]
    frame.to_file(path, **({"RFC7946": "NO"} if suffix == "geojson" else {}))
    layer = bring_in(session, "green", path, municipality).layers[0]
    assert (layer.new, layer.refused, layer.crs) == (2, {}, "EPSG:28992")
    assert rows(session, "select version, plus_type, area_m2 from geo.green_object order by register_id") == [
        ("2020-05-01T12:00:00", "heesters", 100.0), ("2020-05-01T12:00:00", "planten", 100.0),
    ]  # fmt: skip


def test_both_spellings_are_the_same_objects(session, municipality, tmp_path):
    pdok = green({})
    gml = pdok.rename(
        columns={
            "lokaal_id": "lokaalID", "fysiek_voorkomen": "class", "plus_fysiek_voorkomen": "plus-fysiekVoorkomen",
            "relatieve_hoogteligging": "relatieveHoogteligging",
            "tijdstip_registratie": "tijdstipRegistratie", "eind_registratie": "eindRegistratie",
        }
    )  # fmt: skip
    bring_in(session, "green", write(pdok, tmp_path / "pdok.gpkg"), municipality)
    layer = bring_in(session, "green", write(gml, tmp_path / "gml.gpkg"), municipality).layers[0]
    assert (layer.new, layer.unchanged) == (0, 1)


def test_a_folder_of_files_with_other_things_in_it(session, municipality, tmp_path):
    write(green({}), tmp_path / "a.gpkg")
    write(green({"lokaal_id": "B", "geometry": square(5)}), tmp_path / "b.fgb")
    (tmp_path / "lees_mij.pdf.bak").write_text("geen kaart")
    (tmp_path / "notities.txt").write_text("geen kaart")
    report = bring_in(session, "green", tmp_path, municipality)
    assert sum(layer.new for layer in report.layers) == 2
    assert [(skip.source, skip.reason) for skip in report.skipped] == [("lees_mij.pdf.bak", "no_vector_file")]


@pytest.mark.parametrize("code", [4326, 4258, 3857])
def test_other_crs_end_up_on_the_same_millimetre(session, municipality, tmp_path, code):
    """Written with the RDNAPTRANS grid, read back: the sides of the square are still 10.000 m."""
    frame = green({})
    lonlat = to_lonlat(np.array(frame.geometry))
    if code == 3857:
        lonlat = gpd.GeoSeries(lonlat, crs=4326).to_crs(3857).array
    frame = frame.set_geometry(gpd.GeoSeries(lonlat, crs=code))
    layer = bring_in(session, "green", write(frame, tmp_path / "bgt.gpkg"), municipality).layers[0]
    assert (layer.new, layer.crs) == (1, "EPSG:3857" if code == 3857 else "EPSG:4258")
    [(wkb,)] = rows(session, "select st_asbinary(geom) from geo.green_object")
    assert shapely.hausdorff_distance(shapely.from_wkb(bytes(wkb)), square()) < 0.0015


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_a_missing_crs_is_refused_with_the_fix_and_taken_with_it(session, municipality, tmp_path):
    path = write(green({}, crs=None), tmp_path / "bgt.gpkg")
    with pytest.raises(UnusableSource, match="--crs EPSG:28992"):
        bring_in(session, "green", path, municipality)
    session.rollback()
    layer = bring_in(session, "green", path, municipality, crs="EPSG:28992").layers[0]
    assert (layer.new, layer.crs_assumed) == (1, True)


@pytest.mark.parametrize(
    ("crs", "told"), [("EPSG:32631", "which is not taken"), ("EPSG:27700", "which is not taken"), ("EPSG:nee", "is no CRS")]
)
def test_a_strange_crs_is_refused(session, municipality, tmp_path, crs, told):
    with pytest.raises(UnusableSource, match=told):
        bring_in(session, "green", write(green({}), tmp_path / "bgt.gpkg"), municipality, crs=crs)


def swapped(frame):
    return frame.set_geometry(shapely.transform(np.array(frame.geometry), lambda xy: xy[:, ::-1]), crs=frame.crs)


def test_swapped_axes_and_a_wrong_crs_are_seen(session, municipality, tmp_path):
    with pytest.raises(UnusableSource, match="swapped"):
        bring_in(session, "green", write(swapped(green({}, {})), tmp_path / "swapped.gpkg"), municipality)
    session.rollback()
    with pytest.raises(UnusableSource, match="--crs EPSG:28992"):
        bring_in(session, "green", write(green({}, crs="EPSG:4326"), tmp_path / "wrong.gpkg"), municipality)
    session.rollback()
    elsewhere = green({"geometry": shapely.box(-5, 40, -4, 41)}, crs="EPSG:4326")
    with pytest.raises(UnusableSource, match="outside the Netherlands"):
        bring_in(session, "green", write(elsewhere, tmp_path / "spain.gpkg"), municipality)


def test_one_object_elsewhere_is_counted_not_fatal(session, municipality, tmp_path):
    path = write(green({}, {"geometry": shapely.box(0, 0, 1, 1)}), tmp_path / "bgt.gpkg")
    layer = bring_in(session, "green", path, municipality).layers[0]
    assert (layer.new, layer.refused) == (1, {"outside_netherlands": 1})


def test_heights_are_dropped(session, municipality, tmp_path):
    frame = green({})
    frame = frame.set_geometry(shapely.force_3d(np.array(frame.geometry), 3.5), crs=28992)
    bring_in(session, "green", write(frame, tmp_path / "bgt.gpkg"), municipality)
    assert rows(session, "select st_ndims(geom), area_m2 from geo.green_object") == [(2, 100.0)]


def test_broken_files_are_refused_in_one_line(session, municipality, tmp_path):
    whole = write(green(*[{}] * 50), tmp_path / "whole.gpkg").read_bytes()
    cases = {
        "half.gpkg": whole[: len(whole) // 2],
        "empty.gpkg": b"",
        "text.geojson": b"{",
        "picture.png": b"\x89PNG\r\n\x1a\n" + bytes(100),
        "not_a.zip": b"PK\x03\x04" + bytes(50),
    }
    for name, content in cases.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(UnusableSource) as error:
            bring_in(session, "green", tmp_path / name, municipality)
        assert name in str(error.value)
        assert "\n" not in str(error.value)
        session.rollback()
    assert rows(session, "select count(*) from geo.green_object") == [(0,)]


def test_the_command_tells_a_fault_in_one_line(run_cli, tmp_path):
    (tmp_path / "half.gpkg").write_bytes(write(green({}), tmp_path / "whole.gpkg").read_bytes()[:40_000])
    told = run_cli("import", "green", str(tmp_path / "half.gpkg"))
    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr.startswith("half.gpkg cannot be read as a vector file")
    assert len(told.stderr.splitlines()) == 1
    assert run_cli("import", "grass", str(tmp_path / "whole.gpkg")).returncode == 2


def test_curves_are_stroked_and_told(session, municipality, tmp_path):
    path = curved(tmp_path)
    layer = bring_in(session, "green", path, municipality).layers[0]
    assert (layer.new, layer.curves) == (1, 1)
    [(area,)] = rows(session, "select area_m2 from geo.green_object")
    assert 0 < np.pi * 100 / 2 - area < np.pi * 10 * 0.001


def curved(folder):
    """A GeoPackage with half a disc of radius 10 m whose edge is an arc."""
    path = write(green({}), folder / "bgt.gpkg")
    ring = [(143000.0, 483000.0), (143010.0, 483010.0), (143020.0, 483000.0)]
    arc = struct.pack("<BII", 1, 8, 3) + b"".join(struct.pack("<2d", *point) for point in ring)
    line = struct.pack("<BII", 1, 2, 2) + struct.pack("<4d", *ring[2], *ring[0])
    wkb = struct.pack("<BII", 1, 10, 1) + struct.pack("<BII", 1, 9, 2) + arc + line
    with sqlite3.connect(path) as file:
        for (name,) in file.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            file.execute(f'drop trigger "{name}"')
        file.execute("update begroeidterreindeel set geom = ?", [b"GP\x00\x01" + struct.pack("<i", 28992) + wkb])
    return path


def test_all_or_nothing_when_killed(database, run_cli, tmp_path):
    frame = green({}).loc[[0] * 30_000]
    frame["lokaal_id"] = [f"G{n}" for n in range(len(frame))]
    path = tmp_path / "bgt.gpkg"
    pyogrio.write_dataframe(frame, path, layer="begroeidterreindeel")
    env = {**os.environ, **database.environment}
    process = commands.start(["import", "green", str(path)], env)
    with psycopg.connect(database.url, autocommit=True) as watcher:
        copying = (
            "select count(*) from pg_stat_activity where datname = current_database() and query like 'copy incoming%' and state = 'active'"
        )
        deadline = time.monotonic() + 60
        while not watcher.execute(copying).fetchone()[0]:
            assert time.monotonic() < deadline
            assert process.exitcode is None
            time.sleep(0.02)
        process.kill()
        process.join()
        while watcher.execute("select count(*) from pg_stat_activity where datname = current_database() and query like 'copy%'").fetchone()[
            0
        ]:
            time.sleep(0.1)
        counts = watcher.execute("select (select count(*) from geo.green_object), (select count(*) from geo.register_import)").fetchone()
    assert counts == (0, 0)


def test_two_imports_at_once_do_not_mix(database, municipality, tmp_path):
    path = write(green({}), tmp_path / "bgt.gpkg")
    with psycopg.connect(database.url) as other:
        other.execute("select pg_advisory_xact_lock(20253, 0)")
        with database.sessions() as session, pytest.raises(Conflict, match="Another import"):
            bring_in(session, "green", path, municipality)


def test_a_fault_in_one_layer_leaves_the_other_out_too(session, municipality, tmp_path):
    write(green({}), tmp_path / "a.gpkg")
    write(swapped(green({"lokaal_id": "B"})), tmp_path / "b.gpkg")
    with pytest.raises(UnusableSource, match=r"b\.gpkg"):
        bring_in(session, "green", tmp_path, municipality)
    session.rollback()
    assert rows(session, "select count(*) from geo.green_object") == [(0,)]
