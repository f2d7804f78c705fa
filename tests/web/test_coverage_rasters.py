"""Coverage and who keeps what on a grid: over HTTP and as a command, against the figures of coverage and against cutting by hand."""

import json
import os
import resource
import subprocess
import sys
from datetime import date
from pathlib import Path

import httpx2
import numpy as np
import pytest
import rasterio
import shapely
from rasterio.io import MemoryFile

from geo_service.catalogue import read
from geo_service.catalogue.raster.coverage import AT_ONCE
from geo_service.db.engine import transaction
from tests.builders import X, Y, add_adoption, add_district, add_green, add_management, box, rebuild

ROOT = Path(__file__).parents[2]
BANDS = {"groen_m2": "greenM2", "beheerd_m2": "managedM2", "geadopteerd_m2": "adoptedM2", "geadopteerd_volledig_m2": "adoptedFullM2"}
DAYS = ["2019-01-01", "2021-06-01", "2024-06-01"]


@pytest.fixture(scope="module")
def town(module_server):
    """Two buurten; crooked green in and beside them and over each other; management of a part; adoptions in part and in full."""
    rng = np.random.default_rng(7)
    with transaction(module_server.database.sessions) as session:
        add_district(session, "GM0034", box(3, 3, 1990, 1190), level="gemeente")
        add_district(session, "BU00340100", box(3, 3, 1000, 1190), parent="GM0034")
        add_district(session, "BU00340101", box(1003, 3, 990, 1190), parent="GM0034")
        for number, (x, y, size, turn) in enumerate(rng.uniform((0, 0, 5, 0), (1980, 1180, 150, 90), (200, 4))):
            shape = shapely.set_precision(shapely.affinity.rotate(box(x, y, size, size / 3), turn), 0.001)
            until = date(2022, 1, 1) if number % 7 == 0 else None
            add_green(session, f"G{number:03}", shape, applies=(None, until), valid=(date(2016, 1, 1), until))
        add_green(session, "BUITEN", box(2100.5, 400, 33, 33))
        add_management(session, box(-100, -100, 1500.3, 1400))
        rebuild(session)
        add_adoption(session, shapely.affinity.rotate(box(300, 300, 400, 150), 20), period=(date(2020, 1, 1), None))
        add_adoption(session, box(900, 100, 333.3, 201), period=(date(2020, 1, 1), date(2023, 1, 1)), state="ended", care="partial",
                     measures=["watering"])  # fmt: skip
        add_adoption(session, box(100, 900, 200), period=(date(2020, 1, 1), None), state="awaiting_signatures")
    return module_server


@pytest.fixture(scope="module")
def api(town):
    with httpx2.Client(base_url=f"{town.url}/api/v1", headers={"Accept-Language": "en"}, timeout=60) as client:
        yield client


HELD = []
"""What open files read from: they hold no bytes of their own."""


def fetched(api, raster, **asked):
    """The answer, and its file opened."""
    answer = api.get(f"/coverage/rasters/{raster}", params=asked)
    assert answer.status_code == 200, answer.text
    file = MemoryFile(answer.content)
    HELD.append((file, answer.content))
    return answer, file.open()


def by_hand(shapes, source):
    """The m² of every cell that shapes cover, by cutting."""
    rows, columns = np.mgrid[: source.height, : source.width]
    west, north = source.bounds.left + columns * source.res[0], source.bounds.top - rows * source.res[0]
    cells = shapely.box(west, north - source.res[0], west + source.res[0], north)
    return sum((shapely.area(shapely.intersection(shape, cells)) for shape in shapes), np.zeros(cells.shape))


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("cell", [7, 250])
def test_the_bands_add_up_to_coverage(api, day, cell):
    total = api.get("/coverage", params={"level": "buurt", "at": day}).json()["total"]
    _, source = fetched(api, "dekking", at=day, cell=cell)
    assert source.dtypes == ("float32",) * 4
    for number, (band, figure) in enumerate(BANDS.items(), 1):
        cells = source.read(number)
        assert source.descriptions[number - 1] == band
        assert cells.sum(dtype=np.float64) == pytest.approx(total[figure], rel=1e-6)
        assert float(source.tags(number)["sum"]) == pytest.approx(total[figure], rel=1e-6)
        assert (cells.min(), cells.max() <= cell**2) == (0, True)
    assert total["greenM2"] > total["managedM2"] > total["adoptedM2"] >= total["adoptedFullM2"]
    assert (total["adoptedFullM2"] > 0) == (day > "2020")


def test_a_grid_that_is_made_in_strips_adds_up(api):
    total = api.get("/coverage", params={"level": "buurt", "at": "2024-06-01"}).json()["total"]
    _, source = fetched(api, "dekking", at="2024-06-01", cell=1)
    assert source.width * source.height > 2 * AT_ONCE
    assert source.read(1).sum(dtype=np.float64) == pytest.approx(total["greenM2"], rel=1e-6)
    assert source.read(3).sum(dtype=np.float64) == pytest.approx(total["adoptedM2"], rel=1e-6)


def test_every_cell_is_exact_and_shows_no_more_than_the_public_layer(api, town):
    _, source = fetched(api, "dekking", at="2021-06-01", cell=20)
    green, managed, adopted, full = source.read().astype(np.float64)
    layer = read(town.database.url, "zelfbeheerplekken", at=date(2021, 6, 1))
    ground = shapely.union_all(read(town.database.url, "groenobjecten", at=date(2021, 6, 1)).geometry.values)
    kept = shapely.intersection(box(-100, -100, 1500.3, 1400), ground)
    assert green == pytest.approx(by_hand([ground], source), abs=1e-4)
    assert managed == pytest.approx(by_hand([kept], source), abs=1e-4)
    shown = {care: shapely.union_all(layer.geometry[layer.zorg == care].values) for care in ("volledig", "gedeeltelijk")}
    assert full == pytest.approx(by_hand([shapely.intersection(shown["volledig"], kept)], source), abs=1e-4)
    assert adopted - full == pytest.approx(by_hand([shapely.intersection(shown["gedeeltelijk"], kept)], source), abs=1e-4)
    assert (adopted > full).any()


def test_who_keeps_what_is_the_largest_share(api):
    _, amounts = fetched(api, "dekking", at="2021-06-01", cell=10)
    answer, source = fetched(api, "wie_verzorgt", at="2021-06-01", cell=10)
    green, managed, adopted, full = amounts.read().astype(np.float64)
    shares = np.stack([managed - adopted, adopted - full, full, green - managed])
    classes = source.read(1)
    assert ((classes == 0) == (green == 0)).all()
    some = green > 0
    assert np.take_along_axis(shares, np.maximum(classes, 1)[np.newaxis] - 1, 0)[0][some] == pytest.approx(shares.max(0)[some], abs=1e-4)
    assert set(np.unique(classes)) == {0, 1, 2, 3, 4}
    assert (source.nodata, source.dtypes, source.bounds) == (0, ("uint8",), amounts.bounds)
    assert (source.colormap(1)[3], source.colormap(1)[0][3]) == ((107, 39, 99, 255), 0)
    assert source.tags(1)["class_1"] == "de gemeente"
    assert answer.headers["content-type"].startswith("image/tiff")


def test_the_file_tells_what_it_is(api):
    answer, source = fetched(api, "dekking", at="2024-06-01", cell=25)
    tags = source.tags()
    assert answer.headers["grid"] == tags["grid"] == "cell=25; left=142000; top=484275; width=86; height=52; crs=EPSG:28992"
    assert 'filename="dekking_20240601_25m_rd.tif"' in answer.headers["content-disposition"]
    assert answer.headers["content-crs"] == "<http://www.opengis.net/def/crs/EPSG/0/28992>"
    assert (source.crs.to_epsg(), source.res, source.bounds.left % 25, source.bounds.top % 25) == (28992, (25, 25), 0, 0)
    assert source.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
    assert (tags["at"], tags["license"], tags["managedBasis"], tags["title"]) == ("2024-06-01", "CC-BY-4.0", "register", "Dekking per cel")
    assert {"source", "owner", "TIFFTAG_COPYRIGHT", "TIFFTAG_DATETIME", "TIFFTAG_IMAGEDESCRIPTION"} <= tags.keys()
    assert source.units == ("m²",) * 4
    assert source.tags(1)["title"].startswith("Groen (m²).")


def test_a_part_has_the_cells_of_the_whole(api):
    _, whole = fetched(api, "dekking", at="2021-06-01", cell=10)
    _, part = fetched(api, "dekking", at="2021-06-01", cell=10, bbox=f"{X + 303},{Y + 207},{X + 901},{Y + 512.5}")
    assert tuple(part.bounds) == (X + 300, Y + 200, X + 910, Y + 520)
    window = rasterio.windows.from_bounds(*part.bounds, transform=whole.transform)
    assert part.read() == pytest.approx(whole.read(window=window), abs=1e-5)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"cell": 0}, "1 to 1,000 metres"),
        ({"cell": 1001}, "1 to 1,000 metres"),
        ({"bbox": "5.2,52.3,5.3,52.4"}, "not in RD"),
        ({"bbox": "1,2,3"}, "four numbers"),
        ({"bbox": "100000,400000,200000,500000", "cell": 10}, "at least 25 metres"),
        ({"at": "gisteren"}, "date"),
        ({"kleur": "1"}, "Extra inputs"),
    ],
)
def test_what_is_wrong_is_told(api, asked, told):
    answer = api.get("/coverage/rasters/dekking", params=asked)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert told in answer.text


def exported(town, folder, *arguments, limit=None):
    command = [sys.executable, "-m", "geo_service", "rasters", "export", *arguments]
    env = {**os.environ, **town.database.environment, "LANG": "en_US.UTF-8", "NO_COLOR": "1", "COLUMNS": "200", "PYTHONPATH": str(ROOT)}

    def few_bytes():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return subprocess.run(
        command, cwd=folder, env=env, capture_output=True, text=True, timeout=120, preexec_fn=few_bytes if limit else None
    )


def test_the_command_writes_the_same_and_names_the_classes(town, api, tmp_path):
    done = exported(town, tmp_path, "wie_verzorgt", "--at", "2021-06-01", "--cell", "10")
    path = tmp_path / "wie_verzorgt_20210601_10m_rd.tif"
    assert (done.returncode, f"Written: {path.name}" in done.stderr) == (0, True), done.stderr
    _, source = fetched(api, "wie_verzorgt", at="2021-06-01", cell=10)
    with rasterio.open(path) as made:
        assert (made.read() == source.read()).all()
    info = json.loads(subprocess.run(["gdalinfo", "-json", str(path)], capture_output=True, text=True, check=True).stdout)
    assert info["metadata"]["IMAGE_STRUCTURE"]["LAYOUT"] == "COG"
    assert sorted(p.name for p in tmp_path.iterdir()) == [path.name, f"{path.name}.aux.xml"]
    named = subprocess.run(["gdalinfo", str(path)], capture_output=True, text=True, check=True).stdout
    assert "3: bewoners, alle zorg" in named
    again = exported(town, tmp_path, "wie_verzorgt", "--at", "2021-06-01", "--cell", "10")
    assert (again.returncode, "--force replaces it" in again.stderr) == (1, True)


def test_a_full_disk_leaves_no_file(town, tmp_path):
    done = exported(town, tmp_path, "dekking", "--cell", "1", "-o", "dekking.tif", limit=200_000)
    assert (done.returncode, "no file was written" in done.stderr) == (1, True), done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_command_tells_which_there_are(town, tmp_path):
    done = exported(town, tmp_path, "groen")
    assert (done.returncode, "dekking, wie_verzorgt" in done.stderr) == (1, True)
