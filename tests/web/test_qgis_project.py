"""The project for QGIS: read as the archive and the XML that it is, and every source of it asked as QGIS does."""

import io
import os
import re
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from urllib.parse import parse_qs, unquote
from xml.etree import ElementTree as ET

import httpx2 as httpx
import pytest
from typer.testing import CliRunner

from geo_service.catalogue.extent import municipality_box
from geo_service.catalogue.matrices import WEB_MERCATOR
from geo_service.catalogue.project.plan import load_plan
from geo_service.catalogue.registry import load_catalogue
from geo_service.catalogue.styles.qml import qml
from geo_service.cli.layers import app
from geo_service.content import content_root
from geo_service.db.engine import transaction
from geo_service.errors import InvalidInput, SetupError
from geo_service.geometry import box_of
from geo_service.people import service as people
from tests import builders
from tests.builders import box
from tests.conftest import ROOT

CATALOGUE = load_catalogue(content_root())
PUBLIC = {layer.id for layer in CATALOGUE.visible(staff=False)}


@pytest.fixture(scope="module")
def project(api):
    return read(api.get("/project.qgz").content)


def read(content):
    """The project in the archive."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert (archive.namelist(), archive.testzip()) == (["project.qgs"], None)
        text = archive.read("project.qgs").decode()
    assert text.startswith("<!DOCTYPE qgis PUBLIC")
    return ET.fromstring(text)


def layers(project):
    """The layers by their own ids: what their metadata say."""
    return {each.findtext("resourceMetadata/identifier"): each for each in project.iterfind("projectlayers/maplayer")}


def test_it_opens_in_rd_around_the_municipality(project, api):
    assert project.findtext("projectCrs/spatialrefsys/authid") == "EPSG:28992"
    assert project.find("properties/SpatialRefSys/ProjectionsEnabled").attrib == {"type": "int"}
    assert project.findtext("title") == "Groen in zelfbeheer, Almere"
    view = project.find("ProjectViewSettings/DefaultViewExtent").attrib
    sides = [float(view[side]) for side in ("xmin", "ymin", "xmax", "ymax")]
    told = api.get("/collections/buurten").json()["extent"]["spatial"]["bbox"][0]
    west, south, east, north = box_of(tuple(told), 28992)
    assert sides[0] <= west + 1
    assert sides[1] <= south + 1
    assert sides[2] >= east - 1
    assert sides[3] >= north - 1
    assert project.findtext("mapcanvas/extent/xmin") == view["xmin"]


def test_every_public_layer_is_in_one_group_and_drawn_in_order(project):
    drawn = [each.findtext("id") for each in project.iterfind("projectlayers/maplayer")]
    listed = [each.get("id") for each in project.iterfind("layer-tree-group/layer-tree-group/layer-tree-layer")]
    assert listed == drawn == [each.get("id") for each in project.iterfind("layerorder/layer")]
    assert len(set(drawn)) == len(drawn)
    assert set(layers(project)) == PUBLIC
    groups = {group.get("name"): group for group in project.iterfind("layer-tree-group/layer-tree-group")}
    assert list(groups) == ["Zelfbeheer", "Gebieden", "Cijfers per gebied", "Groen", "Ondergrond"]
    assert (groups["Cijfers per gebied"].get("checked"), groups["Cijfers per gebied"].get("expanded")) == ("Qt::Unchecked", "0")
    assert [each.get("name") for each in groups["Gebieden"]] == ["Stadsdelen", "Wijken", "Buurten"]


def test_layers_tell_their_words_and_licence(project):
    for name, element in layers(project).items():
        layer = CATALOGUE[name]
        assert element.findtext("layername") == element.findtext("resourceMetadata/title") == layer.title
        assert layer.summary in element.findtext("resourceMetadata/abstract")
        assert layer.licence in element.findtext("resourceMetadata/license")
        assert layer.owner in element.findtext("resourceMetadata/rights")
        if element.get("type") == "vector":
            told = {alias.get("field"): alias.get("name") for alias in element.iterfind("aliases/alias")}
            assert {name: title.partition(" (")[0] for name, title in told.items()} == {
                name: column.title.partition(" (")[0] for name, column in layer.columns.items()
            }


def test_layers_are_drawn_as_their_style_says(project):
    for name, element in layers(project).items():
        style = CATALOGUE[name].style
        if element.get("type") == "vector":
            alone = ET.fromstring(qml(CATALOGUE[name])).find("renderer-v2")
            assert ET.canonicalize(ET.tostring(element.find("renderer-v2")), strip_text=True) == ET.canonicalize(
                ET.tostring(alone), strip_text=True
            )
        else:
            drawn = {each.get("expression"): each.get("name") for each in element.iterfind("renderer/styles/style")}
            assert drawn == {f"\"{style.column}\" = '{value}'": look.title for value, look in style.values.items()}


def test_large_layers_wait_until_they_are_seen_as_they_are(project):
    told = layers(project)
    assert (told["groenobjecten"].get("hasScaleBasedVisibilityFlag"), told["groenobjecten"].get("minScale")) == ("1", "20815")
    assert int(told["wijken"].get("minScale")) > 1_000_000
    assert told["achtergrond"].get("type") == "vector-tile"


def test_gdal_reads_each_source_of_features(project, api):
    asked = {}
    for name, element in layers(project).items():
        if element.findtext("provider") == "OAPIF":
            told = dict(re.findall(r"(\w+)='([^']*)'", element.findtext("datasource")))
            assert (told["typename"], told["restrictToRequestBBOX"], told["srsname"]) == (name, "1", "OGC:CRS84")
            assert element.findtext("srs/spatialrefsys/authid") == "EPSG:4326"
            asked[name] = told["url"]
    assert set(asked) == PUBLIC - {"achtergrond"}
    assert len(set(asked.values())) == 1
    done = subprocess.run(["ogrinfo", "-so", f"OAPIF:{asked['wijken']}", *asked], capture_output=True, text=True, timeout=120, check=True)
    counts = dict(re.findall(r"Layer name: (\w+)\n.*?Feature Count: (\d+)", done.stdout, re.DOTALL))
    assert {name: int(count) for name, count in counts.items()} == {
        name: api.get(f"/collections/{name}/items?limit=1").json()["numberMatched"] for name in asked
    }
    assert int(counts["groenobjecten"]) == 60


def test_tiles_are_where_the_project_says(project, api, green):
    told = parse_qs(layers(project)["achtergrond"].findtext("datasource"))
    x, y = box_of(tuple(api.get("/collections/groenobjecten").json()["extent"]["spatial"]["bbox"][0]), 3857)[:2]
    row, _, column, _ = WEB_MERCATOR.limits((x, y, x + 50, y + 50), 14)
    address = unquote(told["url"][0]).format(z=14, y=row, x=column)
    assert httpx.get(address).headers["content-type"] == "application/vnd.mapbox-vector-tile"
    assert (told["zmin"], told["zmax"]) == (["8"], ["22"])


def test_it_is_the_same_for_everybody_and_kept(api, ogc_server):
    with transaction(ogc_server.database.sessions) as session:
        person = people.add_person(session, "project@example.nl")
        people.grant_role(session, person, "planner")
        token = people.issue_token(session, person.email, datetime.now(UTC))
    first, staff = api.get("/project.qgz"), api.get("/project.qgz", headers={"Authorization": f"Bearer {token}"})
    assert first.content == staff.content
    assert first.headers["content-disposition"] == 'attachment; filename="zelfbeheer.qgz"'
    assert api.get("/project.qgz", headers={"If-None-Match": first.headers["etag"]}).status_code == 304
    linked = next(link for link in api.get("").json()["links"] if link["rel"] == "enclosure")
    assert (linked["type"], httpx.get(linked["href"]).content) == (first.headers["content-type"], first.content)
    assert api.get("/project.qgz?kleur=rood").status_code == 400


def test_a_reader_opens_the_views_in_rd_without_a_secret(ogc_server, tmp_path):
    file = tmp_path / "beheer.qgz"
    env = {**os.environ, **ogc_server.database.environment, "GEO_BASE_URL": "https://groen.voorbeeld.nl/", "LANG": "en_US.UTF-8"}
    command = [sys.executable, "-m", "geo_service", "layers", "project", "-o", str(file), "--staff", "--database"]
    subprocess.run(command, cwd=ROOT, env=env, check=True, timeout=120)
    told = layers(read(file.read_bytes()))
    assert set(told) == set(CATALOGUE)
    for name, element in told.items():
        if element.findtext("provider") == "postgres":
            address = element.findtext("datasource")
            assert f"key='{CATALOGUE[name].key}' srid=28992 type={CATALOGUE[name].geometry}" in address
            assert f'table="layers"."{name}" (geometrie)' in address
            assert "user" not in address
            assert "password" not in address
            assert element.findtext("srs/spatialrefsys/authid") == "EPSG:28992"
    assert told["achtergrond"].findtext("datasource").startswith("type=xyz&url=https://groen.voorbeeld.nl/ogc/v1/collections/achtergrond/")


def test_staff_layers_are_not_for_a_project_over_http(tmp_path):
    refused = CliRunner().invoke(app, ["project", "--staff", "-o", str(tmp_path / "beheer.qgz")])
    assert isinstance(refused.exception, InvalidInput)
    assert not list(tmp_path.iterdir())


def test_the_newest_border_of_the_municipality_is_in_view(database):
    with transaction(database.sessions) as session:
        assert municipality_box(session) is None
        for year, size in ((2022, 500), (2024, 300), (2023, 400)):
            builders.add_district(session, "GM0034", box(0, 0, size), level="gemeente", year=year)
        assert municipality_box(session) == box(0, 0, 300).bounds


@pytest.mark.parametrize(
    ("plan", "fault"),
    [
        ('[[groups]]\ntitle = "A"\nlayers = ["bestaat_niet"]', "layer bestaat_niet does not exist"),
        ('[[groups]]\ntitle = "A"\nlayers = ["wijken"]\noff = ["buurten"]', "layer buurten is not in the group"),
        ('[[groups]]\ntitle = "A"\nlayer = ["wijken"]', "Extra inputs are not permitted"),
    ],
)
def test_mistakes_in_the_plan_are_told(plan, fault, tmp_path):
    (tmp_path / "qgis").mkdir()
    (tmp_path / "qgis" / "project.toml").write_text(plan)
    with pytest.raises(SetupError) as caught:
        load_plan(tmp_path, CATALOGUE)
    assert fault in [each["text"] for each in caught.value.details["errors"]]


def test_layers_of_another_municipality_need_no_plan(tmp_path):
    plan = load_plan(tmp_path, CATALOGUE)
    (others,) = plan.of(["wijken", "speelplekken"])
    assert (others.layers, others.off) == (("speelplekken", "wijken"), ("speelplekken", "wijken"))


def test_every_layer_has_its_place():
    named = {layer for group in load_plan(content_root(), CATALOGUE).groups for layer in group.layers}
    assert {*CATALOGUE, *CATALOGUE.rasters} - named == set(), "name it in qgis/project.toml"
