"""A raster of one's own by the docs: layers, a map, its page and a table per buurt from the two files that docs/rasters.md shows."""

import csv
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx2
import numpy as np
import pytest
from rasterio.transform import from_origin

from geo_service.catalogue import read
from geo_service.catalogue.registry import load_catalogue
from geo_service.content import content_root
from geo_service.errors import SetupError
from tests import commands
from tests.builders import X, Y
from tests.conftest import ROOT, Database, serving
from tests.rasters import write
from tests.small_town import SIDE, build


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped content, the files of the docs, and a raster for staff."""
    folder = tmp_path_factory.mktemp("own") / "content"
    for part in ("layers", "maps"):
        shutil.copytree(content_root() / part, folder / part)
    found = re.findall(r"```toml\n# ((?:layers|maps)/\w+\.toml)\n(.*?)```", (ROOT / "docs/rasters.md").read_text(), re.S)
    assert [name for name, _ in found] == ["layers/hitte.toml", "maps/hitte.toml", "layers/landgebruik.toml"]
    for name, text in found:
        (folder / name).write_text(text)
    for_staff = (folder / "layers/hitte.toml").read_text().replace('"public"', '"staff"').replace('districts = ["buurt", "wijk"]', "")
    (folder / "layers/intern.toml").write_text(for_staff)
    return folder


@pytest.fixture(scope="module")
def heat(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """35 °C in the south and 41 °C in the north; the last wijk is not known for a half."""
    values = np.full((200, 200), 41, dtype="float32")
    values[100:] = 35
    values[:100, 150:] = -9999
    return write(tmp_path_factory.mktemp("heat") / "hittekaart.tif", values, place=from_origin(X, Y + 2 * SIDE, 10, 10), nodata=-9999)


@pytest.fixture(scope="module")
def cover(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Trees in the west; in the east grass, of which the north is not known. The last wijk, in the north-east, so has grass for a half."""
    values = np.full((200, 200), 10, dtype="uint8")
    values[:, 100:] = 30
    values[:50, 100:] = 0
    return write(tmp_path_factory.mktemp("cover") / "worldcover.tif", values, place=from_origin(X, Y + 2 * SIDE, 10, 10), nodata=0)


@pytest.fixture(scope="module")
def environment(module_database: Database, content: Path) -> dict[str, str]:
    with module_database.sessions() as session:
        build(session)
    return {**os.environ, **module_database.environment, "GEO_CONTENT_DIR": str(content), "LC_ALL": "nl_NL", "COLUMNS": "200"}


def command(environment: dict[str, str], *words: str) -> str:
    done = commands.run(words, environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_two_files_and_two_commands_make_a_layer_a_map_and_a_table(
    site: str, environment: dict[str, str], module_database: Database, content: Path, tmp_path: Path
) -> None:
    table = command(environment, "rasters", "figures", "hitte", "--level", "wijk")
    assert re.search(r"WK003418 +Wijk 4 +1[.]000[.]000 +50,0% +41,0", table)
    assert re.search(r"totaal +4[.]000[.]000 +87,5% +37,6", table)
    frame = read(module_database.url, "hitte_wijken", catalogue=load_catalogue(content))
    assert frame.set_index("code").gemiddelde.to_dict() == {"WK003401": 35, "WK003402": 35, "WK003417": 41, "WK003418": 41}
    assert frame.attrs["units"]["gemiddelde"] == "°C"
    page = tmp_path / "hitte.html"
    command(environment, "maps", "build", "hitte", "--niveau", "wijken", "-o", str(page))
    told = page.read_text()
    assert "41,0 \\u00b0C, van 41,0 tot 41,0" in told
    assert "39 °C en meer" in told
    assert "map/tiles" not in told


@pytest.fixture(scope="module")
def site(environment: dict[str, str], module_database: Database, content: Path, heat: Path, cover: Path) -> Iterator[str]:
    command(environment, "rasters", "add", "hitte", str(heat))
    command(environment, "rasters", "add", "landgebruik", str(cover))
    with serving(module_database, GEO_CONTENT_DIR=str(content)) as running:
        yield running.url


def test_the_map_has_a_page_with_the_same_figures(site: str) -> None:
    page = httpx2.get(f"{site}/kaarten/hitte?niveau=wijken&stadsdeel=SD2").text
    assert re.findall(r'<tr data-code="(\w+)">', page) == ["WK003417", "WK003418"]
    drawn = httpx2.get(f"{site}/maps/hitte?niveau=wijken")
    assert "/ogc/v1/collections/hitte/map/tiles/WebMercatorQuad/{z}/{y}/{x}?at=" in drawn.text
    assert "/kaarten/hitte" in httpx2.get(f"{site}/kaarten/dekking").text


def test_figures_over_http(site: str) -> None:
    figures = f"{site}/api/v1/rasters/hitte/figures"
    answer = httpx2.get(figures, params={"level": "gemeente"}).json()
    assert answer["total"]["mean"] == pytest.approx((35 * 2 + 41 * 1.5) / 3.5)
    assert (answer["edition"], answer["nodataCountsAs"]) == ("2024-07-01", None)
    told = httpx2.get(figures, params={"level": "wijk"}, headers={"Accept": "text/csv"})
    assert told.headers["content-disposition"].startswith('attachment; filename="hitte-wijk-')
    rows = list(csv.DictReader(told.text.splitlines()))
    assert {row["code"]: (float(row["mean"]), float(row["knownShare"]), row["unit"]) for row in rows} == {
        "WK003401": (35, 1, "°C"), "WK003402": (35, 1, "°C"), "WK003417": (41, 1, "°C"), "WK003418": (41, 0.5, "°C"),
    }  # fmt: skip
    plots = [httpx2.get(figures, params={"level": "plek", "limit": 12}).json()]
    plots.append(httpx2.get(figures, params={"level": "plek", "after": plots[0]["next"]}).json())
    assert ([len(page["areas"]) for page in plots], plots[1]["next"]) == ([12, 8], None)
    assert {area["mean"] for page in plots for area in page["areas"]} == {35, 41}
    assert "°C" not in httpx2.get(figures, params={"level": "wijk", "at": "2024-06-30"}).text
    asked = [
        (figures, {"at": "2024-06-30"}, 404),
        (figures, {"level": "straat"}, 400),
        (figures, {"limit": 5000}, 400),
        (figures, {"niveau": "wijk"}, 400),
    ]
    asked += [(figures.replace("hitte", name), {}, 404) for name in ("intern", "wijken", "nergens")]
    assert [httpx2.get(address, params=params).status_code for address, params, _ in asked] == [status for *_, status in asked]


def test_the_ground_of_each_class(site: str, environment: dict[str, str], module_database: Database, content: Path) -> None:
    """In the table, over HTTP, in the spreadsheet and in the layer of features; of districts and of plots."""
    table = command(environment, "rasters", "figures", "landgebruik", "--level", "wijk")
    assert ("Bomen (10), m²" in table, "Mangrove" in table) == (True, False)
    assert re.search(r"WK003418 +Wijk 4 +1[.]000[.]000 +50,0% +0 [(]0,0%[)] +500[.]000 [(]100,0%[)]", table)
    assert re.search(r"totaal +4[.]000[.]000 +87,5% +2[.]000[.]000 [(]57,1%[)] +1[.]500[.]000 [(]42,9%[)] +100,0% +3[.]500[.]000", table)
    figures = f"{site}/api/v1/rasters/landgebruik/figures"
    answer = httpx2.get(figures, params={"level": "gemeente"}).json()
    assert [one["value"] for one in answer["total"]["classes"]] == [10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 100]
    assert answer["areas"][0]["classes"][0] == {"value": 10, "title": "Bomen", "areaM2": 2_000_000, "share": pytest.approx(4 / 7)}
    told = httpx2.get(figures, params={"level": "wijk", "format": "csv"}).text
    rows = {row["code"]: row for row in csv.DictReader(told.splitlines())}
    assert [float(rows["WK003418"][name]) for name in ("class30M2", "class30Share", "class10M2")] == [500_000, 1, 0]
    for plot in httpx2.get(figures, params={"level": "plek"}).json()["areas"]:
        assert sum(one["areaM2"] for one in plot["classes"]) == pytest.approx(plot["knownM2"]) == pytest.approx(plot["areaM2"])
        assert sorted(one["share"] for one in plot["classes"])[-1] == pytest.approx(1)
    frame = read(module_database.url, "landgebruik_wijken", catalogue=load_catalogue(content)).set_index("code")
    assert list(frame.loc["WK003418", ["klasse_30", "klasse_30_m2", "klasse_10_m2", "groen"]]) == [1, 500_000, 0, 1]
    assert "klasse_95" in httpx2.get(f"{site}/ogc/v1/collections/landgebruik_wijken/schema").text


def test_a_file_with_the_name_of_a_layer_that_a_raster_brings_is_refused(content: Path, tmp_path: Path) -> None:
    shutil.copytree(content / "layers", tmp_path / "layers")
    for ending in ("toml", "sql"):
        shutil.copy(tmp_path / f"layers/wijken.{ending}", tmp_path / f"layers/hitte_wijken.{ending}")
    with pytest.raises(SetupError) as told:
        load_catalogue(tmp_path)
    assert "that a raster brings along" in told.value.details["errors"][0]["text"]
