"""Plot checks as a resident's browser asks them."""

import time
from datetime import UTC, datetime, timedelta

import httpx2 as httpx
import pytest
from shapely import Point

from geo_service.days import day_of
from geo_service.geometry import CRS84_URI, RD_URI
from geo_service.plots.answer import geojson
from geo_service.plots.geojson import read_geometry
from geo_service.web.api.plot_checks import PlotCheck
from tests.builders import X, Y, add_adoption, add_district, add_green, assume_managed, box, insert, rebuild
from tests.conftest import Server, serving
from tests.unit.hostile import HOSTILE

RD = {"Content-Crs": f"<{RD_URI}>"}
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture(scope="module")
def service(module_database):
    """A server with a lawn of 100 × 100 m, of which a neighbour keeps 40 m; a limit that the tests do not reach."""
    with module_database.sessions() as session:
        add_district(session, "BU00340101", box(0, 0, 1000))
        add_green(session, "lawn", box(100, 100, 100))
        assume_managed(session, "G0034")
        insert(session, "address", register_id="home", street="Hof", number="1", households=4, geom=Point(X + 150, Y + 180))
        add_adoption(session, box(160, 100, 40, 100))
        rebuild(session)
        session.commit()
    with serving(module_database, GEO_PLOT_CHECKS_PER_MINUTE="10000") as running:
        yield running


def polygon(*rectangle) -> dict:
    """A rectangle in RD, as GeoJSON."""
    return {"type": "Polygon", "coordinates": [[list(point) for point in box(*rectangle).exterior.coords]]}


def ask(service: Server, document, **more) -> httpx.Response:
    return httpx.post(f"{service.url}/api/v1/plot-checks", json=document, **more)


def test_a_good_plot_is_allowed_with_every_rule_told(service):
    answer = ask(service, polygon(110, 110, 20), headers=RD)
    assert answer.status_code == 200
    told = answer.json()
    assert (told["allowed"], told["areaM2"], told["suggestion"], told["managedBasis"]) == (True, 400.0, None, "assumption")
    assert {rule["outcome"] for rule in told["rules"]} == {"passed", "warning"}
    assert all(rule["reason"] for rule in told["rules"])
    assert len({rule["rule"] for rule in told["rules"]}) == len(told["rules"]) == 17


def test_the_answer_is_as_documented(service):
    for document in (polygon(110, 110, 20), polygon(150, 110, 20)):
        told = ask(service, document, headers=RD).json()
        assert PlotCheck.model_validate(told, extra="forbid").model_dump(by_alias=True, exclude_unset=True) == told


def test_a_refusal_explains_itself_and_its_suggestion_is_accepted(service):
    told = ask(service, polygon(150, 110, 20), headers={**RD, "Accept-Language": "nl"}).json()
    assert not told["allowed"]
    overlap = next(rule for rule in told["rules"] if rule["outcome"] == "failed")
    code = overlap["conflicts"][0]["plot"]
    assert overlap["reason"] == f"Iemand anders verzorgt dit al. 200 m² van je plek ligt over {code}. Vraag of je mee kunt doen."
    assert (overlap["faultM2"], overlap["conflicts"][0]["overlapM2"]) == (200.0, 200.0)
    assert told["suggestionM2"] == pytest.approx(200, abs=0.1)
    again = ask(service, told["suggestion"], headers=RD).json()
    assert (again["allowed"], again["areaM2"]) == (True, told["suggestionM2"])


def test_coordinates_are_answered_as_they_were_asked(service, rd_grid):
    in_rd = ask(service, polygon(150, 110, 20), headers=RD)
    by_query = ask(service, polygon(150, 110, 20), params={"crs": RD_URI})
    shape = read_geometry(polygon(150, 110, 20), "RD")
    in_degrees = ask(service, {"type": "Feature", "properties": {}, "geometry": geojson(shape, "CRS84")})
    assert in_rd.headers["Content-Crs"] == by_query.headers["Content-Crs"] == f"<{RD_URI}>"
    assert in_degrees.headers["Content-Crs"] == f"<{CRS84_URI}>"
    assert in_degrees.json()["areaM2"] == in_rd.json()["areaM2"] == by_query.json()["areaM2"] == 400.0
    for key in ("shape", "suggestion"):
        assert read_geometry(in_degrees.json()[key]).equals(read_geometry(in_rd.json()[key], "RD"))


def test_whole_green_objects_by_id(service):
    told = ask(service, {"greenObjectIds": ["lawn"]}, headers=ENGLISH).json()
    assert (told["allowed"], told["areaM2"]) == (False, 10000.0)
    unknown = ask(service, {"greenObjectIds": ["lawn", "nothing"]}, headers=ENGLISH)
    assert unknown.status_code == 400
    assert unknown.json()["errors"][0]["where"] == "greenObjectIds[1]"


def test_the_first_day_is_today_or_later(service):
    tomorrow = day_of(datetime.now(UTC)) + timedelta(days=1)
    assert ask(service, polygon(110, 110, 20), headers=RD, params={"startsOn": str(tomorrow)}).json()["allowed"]
    for wrong in ("2020-01-01", "tomorrow"):
        assert ask(service, polygon(110, 110, 20), headers=RD, params={"startsOn": wrong}).status_code == 400


@pytest.mark.parametrize(("payload", "says"), HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_input_gets_a_clear_problem(service, payload, says):
    answer = httpx.post(
        f"{service.url}/api/v1/plot-checks", content=payload, headers={**ENGLISH, "Content-Type": "application/geo+json"}, timeout=20
    )
    assert answer.status_code == (413 if "2 MB" in says else 400)
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    told = [problem["detail"], *(fault["text"] for fault in problem.get("errors", []))]
    assert any(says in line for line in told), told


def test_other_media_types_and_charsets_are_refused(service):
    for media_type in ("text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1"):
        answer = httpx.post(f"{service.url}/api/v1/plot-checks", content=b"{}", headers={"Content-Type": media_type})
        assert (answer.status_code, answer.json()["code"]) == (415, "wrong-media-type")


def test_an_unknown_crs_is_refused(service):
    answer = ask(service, polygon(110, 110, 20), headers={"Content-Crs": "<http://www.opengis.net/def/crs/EPSG/0/3857>"})
    assert (answer.status_code, answer.json()["errors"][0]["where"]) == (400, "crs")


def test_asking_too_often_is_told_with_the_seconds_to_wait(module_database):
    with serving(module_database, GEO_PLOT_CHECKS_PER_MINUTE="20") as busy:
        answers = [ask(busy, {})]
        while answers[-1].status_code == 400 and len(answers) < 40:  # a place comes free every 3 s meanwhile
            answers.append(ask(busy, {}))
        assert 20 <= len(answers) - 1 < 39
        refused = answers[-1]
        assert (refused.status_code, refused.json()["code"]) == (429, "too-many-requests")
        wait = int(refused.headers["Retry-After"])
        assert 0 < wait <= 3
        time.sleep(wait)
        assert ask(busy, {}).status_code == 400
