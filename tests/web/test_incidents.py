"""Incidents and tasks over the API: for members and for staff of the district, and for nobody else."""

from datetime import UTC, datetime, timedelta

import httpx2 as httpx
import pytest
from shapely.geometry import mapping

from geo_service.geometry import RD_URI, to_lonlat
from geo_service.maintenance import service
from geo_service.maintenance.schemas import TaskAsked
from geo_service.people.service import issue_token
from tests.residents import DAY, build_town, keep, plot

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def town(module_server, module_database, municipality):
    """Two plots that are kept, with a task, and what sends as somebody."""
    with module_database.sessions() as session:
        town = build_town(session)
        kept = [keep(session, town, plot(x, 10, 20), municipality, NOW - DAY).id for x in (10, 110)]
        service.add_task(session, town.resident, kept[0], TaskAsked("Wieden", NOW.date() + 3 * DAY), NOW)
        names = ("resident", "neighbour", "wijkregisseur", "elsewhere")
        tokens = {name: issue_token(session, f"{name}@example.org", NOW) for name in names}
        session.commit()

    def send(method, path, who=None, body=None, **headers):
        given = {"Accept-Language": "en", **({"Authorization": f"Bearer {tokens[who]}"} if who else {}), **headers}
        return httpx.request(method, f"{module_server.url}/api/v1{path}", json=body, headers=given)

    return kept, send


def test_the_noodknop_works_once_and_is_read_by_members_and_staff_of_the_district(town):
    (kept, _), send = town
    until = (NOW + timedelta(days=30)).date()
    body = {"adoptionId": str(kept), "kind": "take_over", "words": "Ik ben ziek", "until": str(until),
            "geometry": mapping(to_lonlat(plot(10, 10, 10)))}  # fmt: skip
    made = send("POST", "/incidents", "resident", body, **{"Idempotency-Key": "once"})
    assert made.status_code == 201, made.text
    assert made.json()["state"] == "open"
    assert made.json()["partM2"] == pytest.approx(100, abs=0.1)
    assert send("POST", "/incidents", "resident", body, **{"Idempotency-Key": "once"}).json() == made.json()
    (pause,) = send("GET", f"/adoptions/{kept}/pauses", "wijkregisseur").json()["pauses"]
    assert pause["endsOn"] == str(until)
    here = made.headers["Location"].removeprefix("/api/v1")
    for who, status in (("resident", 200), ("wijkregisseur", 200), ("neighbour", 404), ("elsewhere", 404), (None, 401)):
        found = send("GET", here, who)
        assert found.status_code == status
        assert found.status_code == 200 or found.headers["content-type"] == "application/problem+json"
    for who, count in (("resident", 1), ("wijkregisseur", 1), ("neighbour", 0), ("elsewhere", 0)):
        listed = send("GET", f"/incidents?state=open&adoptionId={kept}", who)
        assert len(listed.json()["incidents"]) == count
        assert "example.org" not in listed.text
        assert "Name of" not in listed.text


def test_a_part_may_be_told_in_rd_and_giving_it_back_is_for_good(town):
    (_, kept), send = town
    body = {"adoptionId": str(kept), "kind": "hand_back", "words": "Te groot", "geometry": mapping(plot(110, 10, 10, 20))}
    assert send("POST", "/incidents", "resident", body, **{"Content-Crs": RD_URI}).status_code == 201
    goes_on = [one for one in send("GET", "/adoptions", "resident").json()["adoptions"] if one.get("followsId") == str(kept)]
    assert [one["plot"]["areaM2"] for one in goes_on] == [200]


@pytest.mark.parametrize(
    ("who", "change", "status", "where"),
    [
        ("neighbour", {}, 403, None),
        ("wijkregisseur", {}, 403, None),
        (None, {}, 401, None),
        ("resident", {"kind": "question", "words": None}, 400, "words"),
        ("resident", {"kind": "take_over", "until": "2020-01-01"}, 400, "until"),
        ("resident", {"kind": "mown", "day": "2999-01-01"}, 400, "day"),
        ("resident", {"kind": "party"}, 400, "kind"),
        ("resident", {"adoptionId": "00000000-0000-0000-0000-000000000000"}, 404, None),
    ],
)
def test_what_cannot_be_told_is_refused_with_the_name_of_the_field(town, who, change, status, where):
    (kept, _), send = town
    answer = send("POST", "/incidents", who, {"adoptionId": str(kept), "kind": "help", "words": "Graag hulp", **change})
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert where is None or [fault["where"].removeprefix("body.") for fault in answer.json()["errors"]] == [where]


def test_tasks_are_for_members_and_staff_of_the_district(town):
    (kept, _), send = town
    for who, found in (("resident", ["Wieden"]), ("wijkregisseur", ["Wieden"]), ("neighbour", []), ("elsewhere", [])):
        listed = send("GET", f"/tasks?adoptionId={kept}&state=open", who)
        assert [task["what"] for task in listed.json()["tasks"]] == found
        assert "example.org" not in listed.text
    assert send("GET", "/tasks").status_code == 401
