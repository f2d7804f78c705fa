"""Nobody outside sees that something hidden changed: not in a document, nor by an ETag, a date or the feed."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from xml.etree import ElementTree

import geopandas
import httpx2 as httpx
import pytest
from sqlalchemy import text

from geo_service.days import AMSTERDAM, day_of
from geo_service.db.engine import transaction
from geo_service.people.service import issue_token
from geo_service.words import say_date
from tests import builders
from tests.builders import box
from tests.conftest import ROOT
from tests.residents import ask, plot, step
from tests.web.edits import feature, make, send
from tests.web.public import public_documents

GREEN = "beschikbaar_groen"


@pytest.fixture(scope="module")
def planner(place):
    with transaction(place.database.sessions) as session:
        token = issue_token(session, "planner@example.org", datetime.now(UTC))
    with httpx.Client(base_url=place.url, headers={"Authorization": f"Bearer {token}"}, timeout=30) as client:
        yield client


def edit_hidden_zones(planner):
    """Made, moved, told by name, hidden again and ended, over HTTP."""
    path, tag = make(planner, box(600, 100, 150), openbaarheid="verborgen", naam="Nest")
    for change in ({"openbaarheid": "alleen naam"}, {"openbaarheid": "verborgen", "naam": "Leefgebied", "effect": "waarschuwing"}):
        answer = send(planner, "PUT", path, feature(box(620, 100, 150), **change), if_match=tag)
        assert answer.status_code == 204, answer.text
        tag = answer.headers["etag"]
    make(planner, box(300, 300, 90), openbaarheid="verborgen")
    assert planner.delete(path, headers={"If-Match": tag}).status_code == 204


def deliver(place, folder, name, **columns):
    """A file with one zone, imported by the command."""
    told = {"register_id": name, "kind": "ecologie", "effect": "forbidden", "disclosure": "hidden", **columns}
    path = folder / f"{name}.geojson"
    geopandas.GeoDataFrame([told], geometry=[box(700, 700, 50)], crs=28992).to_file(path)
    command = [sys.executable, "-m", "geo_service", "import", "zones", str(path)]
    subprocess.run(command, cwd=ROOT, env={**os.environ, **place.database.environment}, check=True, timeout=120)


def decide_behind_the_desk(place, asked, municipality):
    """Steps of staff that the public status does not tell."""
    with transaction(place.database.sessions) as session:
        for state in ("in_review", "site_visit"):
            asked = step(session, place.town.wijkregisseur, asked, state, municipality, datetime.now(UTC))
        step(session, place.town.wijkregisseur, place.kept, "improvement", municipality, datetime.now(UTC))
        builders.add_idea(session, "Nog niet bevestigd", 400, 400)
        draft = builders.add_adoption(session, box(820, 300, 30), state="draft")
        session.execute(text("update geo.adoption set state = 'withdrawn' where id = :id"), {"id": draft})
        cells = {"width": 1, "height": 1, "cell_m": 1.0, "left_m": 1.0, "top_m": 1.0, "size_bytes": 1, "sha256": ""}
        told = {"source": "", "licence": "", "owner": "", "file": "geheim.tif", "day": "2024-01-01"}
        builders.insert(session, "raster_edition", layer="alleen_voor_ons", **cells, **told)


def test_no_public_document_tells_of_a_hidden_change(place, planner, municipality, tmp_path):
    make(planner, box(200, 600, 50), naam="Hoofdkabel")
    deliver(place, tmp_path, "openbare_zones", disclosure="public")
    with transaction(place.database.sessions) as session:
        asked = ask(session, place.town.neighbour, plot(500, 10, 20), municipality, datetime.now(UTC), initiative_name="Buren van de Hof")
    codes = (place.kept.plot_code, asked.plot_code)
    before = public_documents(place, codes)
    edit_hidden_zones(planner)
    deliver(place, tmp_path, "geheime_zones")
    decide_behind_the_desk(place, asked, municipality)
    after = public_documents(place, codes)
    assert {name: told for name, told in after.items() if told != before[name]} == {}


@pytest.fixture
def long_ago(place):
    """All that there is was published, delivered and changed ten days ago."""
    with place.database.sessions() as session:
        session.execute(text("reset role"))
        session.execute(text("alter table geo.event disable trigger event_is_append_only"))
        for table, moment in (("layer_change", "changed_at"), ("register_import", "imported_at"), ("event", "at")):
            session.execute(text(f"update geo.{table} set {moment} = {moment} - interval '10 days'"))
        session.execute(text("alter table geo.event enable always trigger event_is_append_only"))
        session.commit()


def told_dates(place):
    """Of every public layer: the day in its collection and in its dataset, and in the feed."""
    with httpx.Client(base_url=place.url, timeout=30) as client:
        found = {}
        for layer in client.get("/ogc/v1/collections?f=json").json()["collections"]:
            graph = client.get(f"/catalogus/{layer['id']}.jsonld").json()["@graph"]
            [modified] = [node["dct:modified"]["@value"] for node in graph if node["@type"] == "dcat:Dataset"]
            feed = ElementTree.fromstring(client.get("/wijzigingen.atom", params={"laag": layer["id"]}).content)
            newest = datetime.fromisoformat(feed.findtext("{http://www.w3.org/2005/Atom}updated"))
            found[layer["id"]] = (datetime.fromisoformat(layer["updated"]), datetime.fromisoformat(modified), newest)
        return found


def test_an_edit_of_a_public_zone_dates_the_layers_that_show_it(place, planner, long_ago):
    path, tag = make(planner, box(1300, 600, 50), openbaarheid="verborgen")
    before = told_dates(place)
    answer = send(planner, "PUT", path, feature(box(1300, 600, 50), openbaarheid="openbaar"), if_match=tag)
    assert answer.status_code == 204, answer.text
    after = told_dates(place)
    today = datetime.combine(day_of(datetime.now(UTC)), datetime.min.time(), AMSTERDAM)
    assert {name for name in after if after[name] != before[name]} == {GREEN}
    assert set(after[GREEN]) == {today}
    for dates in (*before.values(), *after.values()):
        assert len({moment.replace(microsecond=0) for moment in dates}) == 1, "collection, dataset and feed tell the same"
        assert dates == before[GREEN] or max(dates) <= today
    with httpx.Client(base_url=place.url) as client:
        told = client.get("/wijzigingen.atom", params={"laag": GREEN}).text
        assert f"Zones gewijzigd op {say_date(today.date(), 'nl')}" in told
        assert "geheime_zones" not in client.get("/wijzigingen.atom").text
