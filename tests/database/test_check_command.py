"""``geo-service check`` as a process."""

import json

import pyogrio
import pytest
import shapely
from geopandas import GeoDataFrame
from shapely import MultiPolygon, Point

from tests.builders import X, Y, add_adoption, add_district, add_green, assume_managed, box, insert, rebuild


@pytest.fixture
def check(database, run_cli, tmp_path):
    """The command on a lawn of 100 × 100 m, of which a neighbour keeps 40 m."""
    with database.sessions() as session:
        add_district(session, "BU00340101", box(0, 0, 1000))
        add_green(session, "lawn", box(100, 100, 100))
        assume_managed(session, "G0034")
        insert(session, "address", register_id="home", street="Hof", number="1", households=4, geom=Point(X + 150, Y + 180))
        add_adoption(session, box(160, 100, 40, 100))
        rebuild(session)
        session.commit()

    def run(*shapes, name="plot.gpkg", crs="EPSG:28992", **environment):
        GeoDataFrame(geometry=list(shapes), crs="EPSG:28992").to_crs(crs).to_file(tmp_path / name, engine="pyogrio")
        return run_cli("check", str(tmp_path / name), *environment.pop("options", ()), **environment)

    return run


def test_an_allowed_plot_exits_with_0(check):
    done = check(box(110, 110, 20))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("This is possible: 400 m².")


def test_a_refused_plot_exits_with_1_and_says_why_in_the_readers_language(check):
    done = check(box(150, 110, 20), LANG="nl_NL.UTF-8")
    assert done.returncode == 1
    assert "Zo kan het nog niet. Je tekende 400 m²." in done.stdout
    assert "Dit kan wel: 200 m²." in done.stdout
    assert "kan niet" in done.stdout
    assert "Iemand anders verzorgt dit al." in done.stdout


def test_json_is_the_answer_of_the_api(check):
    done = check(box(150, 110, 20), options=("--format", "json"))
    told = json.loads(done.stdout)
    assert (told["allowed"], told["areaM2"]) == (False, 400.0)
    assert {"rule", "outcome", "reason", "faultM2", "fault", "source"} <= set(told["rules"][0])


def test_a_collection_of_one_feature_in_rd_is_read(check):
    assert check(box(110, 110, 20), name="plot.geojson").returncode == 0
    assert check(box(110, 110, 20), name="plot.fgb", crs="EPSG:4258").returncode == 0


def test_green_objects_by_id(check, run_cli, tmp_path):
    (tmp_path / "ids.json").write_text('{"greenObjectIds": ["lawn"]}')
    done = run_cli("check", str(tmp_path / "ids.json"))
    assert done.returncode == 1
    assert "Your plot is too large" in done.stdout


def test_what_cannot_be_judged_is_one_clear_line_on_stderr(check, run_cli, tmp_path):
    bow_tie = shapely.Polygon([(X, Y), (X + 9, Y + 9), (X + 9, Y), (X, Y + 9)])
    cases = {
        "there are 2": check(box(110, 110, 20), box(150, 150, 9)),
        "no area": check(Point(X, Y)),
        "not valid near Self-intersection": check(bow_tie),
        "no file": run_cli("check", str(tmp_path / "nothing.gpkg")),
        "crosses itself": check(MultiPolygon([bow_tie]), name="bow.geojson"),
    }
    for says, done in cases.items():
        assert (done.returncode, done.stdout) == (1, "")
        assert says in done.stderr
        assert "Traceback" not in done.stderr


def test_the_layer_is_chosen(check, run_cli, tmp_path):
    for name in ("one", "two"):
        frame = GeoDataFrame(geometry=[box(110, 110, 20)], crs="EPSG:28992")
        pyogrio.write_dataframe(frame, tmp_path / "plots.gpkg", layer=name)
    assert "--layer: one, two" in run_cli("check", str(tmp_path / "plots.gpkg")).stderr
    assert run_cli("check", str(tmp_path / "plots.gpkg"), "--layer", "two").returncode == 0
