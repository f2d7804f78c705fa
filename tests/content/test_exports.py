"""Files that people take away: whole, right and described; and nothing that looks whole when it is not."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import geopandas
import numpy as np
import pyogrio
import pytest
import shapely
from sqlalchemy import text

from geo_service.catalogue import read
from geo_service.catalogue.export import order, save
from geo_service.catalogue.formats import FORMATS
from geo_service.catalogue.selection import Wish
from geo_service.db.engine import transaction
from geo_service.errors import SetupError
from tests import builders, commands
from tests.builders import box
from tests.conftest import cloned

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def strewn(cluster, template):
    """The address of a database with 300 turned squares, for tests that only look."""
    with cloned(cluster, template) as made:
        with transaction(made.sessions) as session:
            for n, (x, y, size) in enumerate(np.random.default_rng(18).uniform((0, 0, 1), (3000, 3000, 40), (300, 3))):
                turned = shapely.affinity.rotate(box(x, y, size), n)
                builders.add_green(session, f"G{n}", shapely.set_precision(turned, 0.001))
        yield made.url


@pytest.mark.parametrize("crs", [28992, 4326, 3857, 4258, 25831])
@pytest.mark.parametrize("layer_id", ["groenobjecten", "achtergrond"])
def test_a_box_finds_what_brute_force_finds(crs, layer_id, strewn):
    rng = np.random.default_rng(2152)
    everything = read(strewn, layer_id, crs=crs)
    for x, y, w, h in rng.uniform((0, 0, 5, 5), (2500, 2500, 900, 900), (12, 4)):
        corner = geopandas.GeoSeries([box(x, y, w, h)], crs=28992).to_crs(crs)
        bounds = tuple(corner.total_bounds)
        expected = set(everything[everything.intersects(shapely.box(*bounds))].lokaal_id)
        assert set(read(strewn, layer_id, bbox=bounds, crs=crs).lokaal_id) == expected
    if crs != 28992:
        whole = (-180.0, -90.0, 180.0, 90.0) if crs in (4326, 4258) else (-9e6, -9e6, 9e6, 9e6)
        assert len(read(strewn, layer_id, bbox=whole, crs=crs)) == 300


def test_the_command_line_exports(town, run_cli, tmp_path):
    target = tmp_path / "groen.gpkg"
    done = run_cli("layers", "export", "groenobjecten", "--bbox", "142000,483000,142030,483030", "-o", str(target))
    assert done.returncode == 0, done.stderr
    assert pyogrio.read_info(target)["features"] == 1
    again = run_cli("layers", "export", "groenobjecten", "-o", str(target))
    assert (again.returncode, "--force" in again.stderr) == (1, True)
    assert run_cli("layers", "export", "groenobjecten", "-o", str(target), "--force").returncode == 0
    assert pyogrio.read_info(target)["features"] == 10
    past = run_cli("layers", "export", "zelfbeheerplekken", "--format", "geojson", "--at", "2018-05-01", "-o", "-")
    assert len(json.loads(past.stdout)["features"]) == 3


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["bestaat_niet"], "no layer bestaat_niet"),
        (["wijken", "--format", "dwg"], "no format dwg"),
        (["wijken", "--crs", "EPSG:2056"], "EPSG:2056"),
        (["wijken", "--bbox", "1,2,3"], "four numbers"),
        (["wijken", "--at", "gisteren"], "not a day"),
        (["wijken", "-o", "/bestaat/niet/x.gpkg"], "no folder"),
        (["wijken", "--format", "fgb", "-o", "-"], "standard output"),
        (["wijken", "--format", "csv", "--style", "qgis"], "only style"),
        (["wijken", "--bbox", "5,52,6,53", "--bbox-crs", "x"], "not a coordinate system"),
        (["wijken", "--filter", "naam = 'x'", "--filter-lang", "sql"], "cql2-text"),
    ],
)
def test_a_wrong_wish_is_one_line(arguments, fault, run_cli):
    done = run_cli("layers", "export", *arguments)
    assert done.returncode == 1
    assert fault in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_list_check_and_sync(run_cli, catalogue):
    assert "zelfbeheerplekken" in run_cli("layers", "list").stdout
    assert run_cli("layers", "check").stdout == f"Layers in order: {len(catalogue) + len(catalogue.rasters)}.\n"
    assert run_cli("layers", "sync").stdout == f"Layers published: {len(catalogue)}.\n"


def many_circles(database, count):
    """Green objects with many corners: slow to write."""
    with transaction(database.sessions) as session:
        session.execute(
            text("""insert into geo.green_object (register_id, version, category, appearance, valid, applies, geom)
                    select 'G' || n, '1', 'green', 'groenvoorziening', daterange('2020-01-01', null), daterange(null, null),
                           st_multi(st_buffer(st_setsrid(st_makepoint(142000 + n % 500, 483000 + n / 500), 28992), 0.4, 64))
                    from generate_series(1, :count) n"""),
            {"count": count},
        )


@pytest.fixture(scope="module")
def crowded(module_database):
    many_circles(module_database, 6000)
    return module_database


@pytest.mark.parametrize("format", ["gpkg", "geojson", "parquet"])
def test_a_killed_export_leaves_no_file(format, crowded, tmp_path):
    """Rows come slowly, the process is killed while it writes."""
    target = tmp_path / f"groen.{format}"
    command = ["layers", "export", "groenobjecten", "--format", format, "-o", str(target)]
    process = commands.start(command, {**os.environ, **crowded.environment})
    deadline = time.monotonic() + 30
    while not any(part.stat().st_size > 100_000 for part in tmp_path.glob(f".export-*/part.{format}")):
        assert time.monotonic() < deadline
        assert process.exitcode is None
        time.sleep(0.005)
    process.kill()
    process.join()
    assert not target.exists()


@pytest.mark.parametrize("format", FORMATS)
def test_a_failure_half_way_leaves_no_file(format, town, database, catalogue, tmp_path):
    def fill_the_disk(_count):
        raise OSError("No space left on device")

    with database.sessions() as session:
        wanted = order(session, catalogue["groenobjecten"], format, Wish(town.today))
    with pytest.raises(SetupError, match=r"broke off.*No space left"):
        save(database.url, wanted, tmp_path / "x", progress=fill_the_disk)
    assert list(tmp_path.iterdir()) == []


FULL_DISK = """
import resource, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from geo_service.catalogue.export import order, save
from geo_service.catalogue.formats import FORMATS
from geo_service.catalogue.selection import Wish
from geo_service.catalogue.formats import FORMATS
from geo_service.catalogue.registry import load_catalogue
from geo_service.catalogue.selection import Wish
from geo_service.content import content_root
from geo_service.days import day_of
from geo_service.db.engine import make_engine, make_sessions
from geo_service.errors import SetupError
url, folder = sys.argv[1:]
layer = load_catalogue(content_root())["groenobjecten"]
with make_sessions(make_engine(url))() as session:
    wanted = [order(session, layer, name, Wish(day_of(datetime.now(UTC)))) for name in FORMATS]
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000))
for each in wanted:
    try:
        save(url, each, Path(folder) / each.file_name)
        print(each.format.name, "was written")
    except SetupError as error:
        assert "broke off" in str(error)
        print(each.format.name, "told:", error)
"""


@pytest.mark.parametrize(
    "arguments",
    [
        ("layers", "export", "wijken", "--format", "csv", "--force", "-o"),
        ("maps", "build", "dekking", "-o"),
        ("db", "backup", "--overwrite"),
    ],
)
def test_a_device_keeps_its_place(arguments, run_cli, tmp_path):
    """A file that is put in the place of /dev/null by root takes it from everybody."""
    device = tmp_path / "device"
    os.mkfifo(device)
    done = run_cli(*arguments, str(device))
    assert (done.returncode, done.stderr.splitlines()[-1:]) == (1, [f"{device} is not a file."])
    assert device.is_fifo()


def test_a_full_disk_is_told_and_leaves_nothing(database, tmp_path):
    """The limit on the size of a file stands in for the end of the disk."""
    many_circles(database, 600)
    command = [sys.executable, "-c", FULL_DISK, database.url, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.count("told:")) == (0, len(FORMATS)), done.stdout + done.stderr[-2000:]
    assert list(tmp_path.iterdir()) == []


def test_the_end_of_a_file_name_tells_the_format(town, run_cli, tmp_path):
    for name in ("groen.parquet", "groen.zip", "groen.shp.zip", "GROEN.CSV"):
        done = run_cli("layers", "export", "groenobjecten", "--filter", "geldig_van > date('2000-01-01')", "-o", str(tmp_path / name))
        assert done.returncode == 0, done.stderr
    assert len(geopandas.read_parquet(tmp_path / "groen.parquet")) == 10
    assert len(geopandas.read_file(tmp_path / "groen.zip")) == 10
    assert (tmp_path / "GROEN.CSV").read_bytes().count(b"\n") == 11
