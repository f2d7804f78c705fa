"""Adoption over HTTP, as a resident, a neighbour and a wijkregisseur do it with their tokens."""

import concurrent.futures
import itertools
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import httpx2 as httpx
import pytest
import shapely
from shapely import MultiPolygon
from shapely.geometry import mapping, shape

from geo_service.days import day_of
from geo_service.db.engine import transaction
from geo_service.geometry import RD_URI, to_lonlat
from geo_service.people.service import issue_token
from tests.builders import add_adoption
from tests.conftest import Server
from tests.residents import build_town, plot

CLIENT = httpx.Client(timeout=60, limits=httpx.Limits(max_connections=32))
PERSONAL = ("example.org", "Name of")


@dataclass(frozen=True)
class Api:
    """The API with the tokens of the people of the town, and a corner of it that no other test uses."""

    url: str
    tokens: dict[str, str]
    corner: tuple[float, float] = (0, 0)
    name: str = "Groene buren"

    def send(self, method: str, path: str, who: str | None = None, body: object = None, **headers: str) -> httpx.Response:
        token = {"Authorization": f"Bearer {self.tokens[who]}"} if who else {}
        given = {"Accept-Language": "en", **token, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return CLIENT.request(method, f"{self.url}/api/v1{path}", json=body, headers=given)

    def shape(self, x: float, y: float = 10, width: float = 20, height: float | None = None) -> MultiPolygon:
        return plot(self.corner[0] + x, self.corner[1] + y, width, height)

    def question(self, x: float, y: float = 10, size: float = 20) -> dict:
        geometry = mapping(to_lonlat(self.shape(x, y, size)))
        return {"initiative": {"name": self.name}, "name": "Hoekje", "geometry": geometry, "plan": "Bloemen"}

    def ask(self, who: str, x: float, y: float = 10, size: float = 20) -> httpx.Response:
        return self.send("POST", "/adoptions", who, self.question(x, y, size))

    def step(self, who: str, adoption: str, to: str) -> httpx.Response:
        return self.send("POST", f"/adoptions/{adoption}/transitions", who, {"to": to})

    def keep(self, x: float) -> dict:
        made = self.ask("resident", x).json()
        for to in ("agreement_draft", "awaiting_signatures", "active"):
            assert self.step("wijkregisseur", made["id"], to).status_code == 200
        return made

    def here(self, who: str | None = "admin", path: str = "/adoptions?limit=1000") -> list[dict]:
        """The adoptions of this corner."""
        listed = self.send("GET", path, who).json()["adoptions"]
        corner = shapely.box(*(142000 + self.corner[0], 483000 + self.corner[1]), *(142100 + self.corner[0], 483100 + self.corner[1]))
        return [
            one
            for one in listed
            if corner.contains(shape(self.send("GET", f"/adoptions/{one['id']}?crs=EPSG:28992", who).json()["geometry"]))
        ]


@pytest.fixture(scope="module")
def town_api(module_server: Server) -> Api:
    now = datetime.now(UTC)
    with transaction(module_server.database.sessions) as session:
        town = build_town(session)
        return Api(module_server.url, {name: issue_token(session, f"{name}@example.org", now) for name in town.people})


CORNERS = itertools.count()


@pytest.fixture
def api(town_api: Api) -> Api:
    number = next(CORNERS)
    return replace(town_api, corner=(number % 9 * 100 + 50, number // 9 * 100 + 50), name=f"Groene buren {number}")


def test_the_story_of_the_readme(api):
    first = api.ask("resident", 10)
    assert first.status_code == 201, first.text
    made = first.json()
    code = made["plot"]["code"]
    assert (made["state"], made["plot"]["code"], made["next"]) == ("submitted", code, ["withdrawn"])
    assert made["plot"]["areaM2"] == pytest.approx(400, abs=0.1)
    assert first.headers["location"] == f"/api/v1/adoptions/{made['id']}"
    assert first.headers["content-crs"] == "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"
    assert api.send("GET", f"/adoptions/{made['id']}", "resident").json()["plan"] == "Bloemen"

    refused = api.ask("neighbour", 15)
    assert (refused.status_code, refused.json()["code"]) == (409, "ground-asked-for")
    assert refused.json()["alternative"] == {"action": "join", "plots": [code]}
    assert refused.json()["claims"][0]["overlapM2"] == pytest.approx(300, abs=1)

    granted = api.step("wijkregisseur", made["id"], "agreement_draft")
    assert (granted.status_code, granted.json()["state"]) == (200, "agreement_draft")

    refused = api.ask("neighbour", 15)
    assert (refused.status_code, refused.headers["content-type"]) == (409, "application/problem+json")
    problem = refused.json()
    assert problem["code"] == "ground-taken"
    assert [conflict["plot"] for conflict in problem["conflicts"]] == [code]
    assert problem["conflicts"][0]["overlapM2"] == pytest.approx(300, abs=1)
    assert {rule["rule"]: rule["outcome"] for rule in problem["rules"]}["granted_overlap"] == "failed"
    dutch = api.send("POST", "/adoptions", "neighbour", api.question(15), Accept_Language="nl").json()
    assert dutch["detail"].startswith("Iemand anders verzorgt dit al.")


def test_tokens_are_needed_and_wrong_ones_refused(api):
    assert api.send("POST", "/adoptions", None, api.question(10)).status_code == 401
    answer = api.send("GET", "/adoptions", None, None, Authorization="Bearer zb_wrong")
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


def test_all_faults_of_a_request_at_once(api):
    body = {"name": "x" * 200, "startsOn": "gisteren", "greenObjectIds": [], "colour": "green"}
    answer = api.send("POST", "/adoptions", "resident", body)
    assert answer.status_code == 400
    assert {fault["where"] for fault in answer.json()["errors"]} >= {"body.name", "body.startsOn", "body.colour"}


@pytest.mark.parametrize(
    "changes",
    [
        {"greenObjectIds": ["G1"]},
        {"initiative": None},
        {"geometry": {"type": "Point", "coordinates": [5, 52]}},
        {"geometry": {"type": "Polygon", "coordinates": [[[5, 52], [5, 52]]]}},
        {"geometry": {"type": "Polygon", "coordinates": [[[10**400, 52], [5, 52], [5, 53], [10**400, 52]]]}},
        {"measures": ["litter"]},
        {"name": "a\u0000b"},
        {"plan": "a\u0000b"},
        {"startsOn": "2020-01-01"},
        {"startsOn": "9999-12-31"},
        {"initiative": {"name": " "}},
        {"geometry": None, "greenObjectIds": ["unknown"]},
    ],
)
def test_invalid_requests_change_nothing(api, changes):
    answer = api.send("POST", "/adoptions", "resident", {**api.question(10), **changes})
    assert answer.status_code == 400, answer.text
    assert api.here() == []


def test_a_repeated_request_does_its_work_once(api):
    first = api.send("POST", "/adoptions", "resident", api.question(10), Idempotency_Key="one")
    second = api.send("POST", "/adoptions", "resident", api.question(10), Idempotency_Key="one")
    assert (first.status_code, second.status_code) == (201, 201)
    assert (first.content, first.headers["location"]) == (second.content, second.headers["location"])
    other = api.send("POST", "/adoptions", "resident", api.question(60), Idempotency_Key="one")
    assert (other.status_code, other.json()["code"]) == (409, "key-reused")
    assert len(api.here()) == 1
    step = f"/adoptions/{first.json()['id']}/transitions"
    answers = [api.send("POST", step, "wijkregisseur", {"to": "agreement_draft"}, Idempotency_Key="k") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert api.send("POST", step, "wijkregisseur", {"to": "agreement_draft"}).status_code == 409


def test_the_same_key_sixteen_times_at_once(api):
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        sent = [pool.submit(api.send, "POST", "/adoptions", "resident", api.question(10), Idempotency_Key="sixteen") for _ in range(16)]
        answers = [future.result() for future in sent]
    assert {(answer.status_code, answer.content) for answer in answers} == {(201, answers[0].content)}
    assert len(api.here()) == 1


def test_what_others_see_is_nothing_personal(api):
    kept = api.keep(10)
    asked = api.ask("neighbour", 60).json()
    reason = "the reason is private"
    pause = api.send("POST", f"/adoptions/{kept['id']}/pauses", "resident", {"startsOn": str(today()), "reason": reason})
    assert pause.status_code == 201
    public = api.here(None)
    assert [(one["id"], set(one)) for one in public] == [(kept["id"], {"id", "plot", "status", "since"})]
    assert set(public[0]["plot"]) == {"code", "areaM2"}
    one = api.send("GET", f"/adoptions/{kept['id']}", "stranger")
    assert set(one.json()) == {"id", "plot", "status", "since", "geometry"}
    for path, status in {
        f"/adoptions/{asked['id']}": 404,
        f"/events?adoptionId={asked['id']}": 404,
        f"/events?adoptionId={kept['id']}": 403,
        f"/adoptions/{kept['id']}/pauses": 403,
        f"/initiatives/{slug(api)}": 200,
        "/initiatives": 200,
    }.items():
        answer = api.send("GET", path, "stranger")
        assert answer.status_code == status, path
        assert not any(word in answer.text for word in (*PERSONAL, reason, "Bloemen")), path
    assert api.send("GET", f"/adoptions/{kept['id']}/pauses", "toezichthouder").json()["pauses"][0]["reason"] == reason
    events = api.send("GET", f"/events?adoptionId={kept['id']}", "toezichthouder")
    assert [event["by"] for event in events.json()["events"]] == ["resident", *["wijkregisseur"] * 3, "resident"]
    assert not any(word in events.text for word in (*PERSONAL, reason))


def test_initiatives_tell_public_fields_only(api):
    api.keep(10)
    answer = api.send("GET", f"/initiatives/{slug(api)}").json()
    assert answer.pop("id")
    assert answer.pop("adoptedM2") == pytest.approx(400, abs=0.1)
    expected = {"slug": slug(api), "name": api.name, "story": None, "kind": "neighbours", "members": "1-4", "plots": 1}
    assert answer == expected
    assert api.send("GET", "/initiatives/onbekend").status_code == 404


def test_hand_back_and_pause_in_rd(api):
    kept = api.keep(10)
    part = mapping(api.shape(20, 0, 50))
    rd = {"Content_Crs": f"<{RD_URI}>"}
    pause = {"startsOn": str(today()), "endsOn": str(today() + timedelta(days=9)), "geometry": part}
    made = api.send("POST", f"/adoptions/{kept['id']}/pauses", "resident", pause, **rd)
    assert (made.status_code, made.headers["content-crs"]) == (201, f"<{RD_URI}>")
    changed = api.send("PATCH", made.headers["location"].removeprefix("/api/v1"), "resident", {"endsOn": str(today())})
    assert changed.status_code == 204, changed.text
    smaller = api.send("POST", f"/adoptions/{kept['id']}/hand-backs", "resident", {"geometry": part, "reason": "te veel"}, **rd)
    assert smaller.status_code == 201, smaller.text
    assert smaller.json()["plot"]["areaM2"] == pytest.approx(200, abs=0.1)
    assert smaller.json()["followsId"] == kept["id"]
    followed = api.send("GET", smaller.headers["location"].removeprefix("/api/v1") + "?crs=EPSG:28992")
    assert (followed.status_code, followed.headers["content-crs"]) == (200, f"<{RD_URI}>")
    corners = {tuple(corner) for corner in followed.json()["geometry"]["coordinates"][0][0]}
    assert corners == set(map(tuple, shapely.get_coordinates(api.shape(10, 10, 10, 20)).tolist()))


def test_a_step_that_is_not_possible_tells_which_are(api):
    made = api.ask("resident", 10).json()
    answer = api.step("wijkregisseur", made["id"], "active")
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong-state")
    assert answer.json()["allowed"] == ["in_review", "agreement_draft", "refused"]
    assert api.step("resident", made["id"], "agreement_draft").status_code == 403
    assert api.step("wijkregisseur", made["id"], "refused").status_code == 400


def test_thirty_two_ask_for_the_same_ground_and_staff_grant_at_once(api):
    """First come: of every ground one request is taken in. Grants race with requests and with each other."""
    people = ["resident", "neighbour", "stranger", "planner"]

    def work(number: int) -> list[int]:
        answers = []
        for turn in range(3):
            asked = api.ask(people[number % 4], (number * 7 + turn * 13) % 60, number % 5 * 6)
            answers.append(asked.status_code)
            if asked.status_code == 201:
                answers.append(api.step("wijkregisseur", asked.json()["id"], "agreement_draft").status_code)
        return answers

    with concurrent.futures.ThreadPoolExecutor(32) as pool:
        statuses = [status for answers in pool.map(work, range(32)) for status in answers]
    assert set(statuses) == {200, 201, 409}
    assert_no_overlap(api)


def test_thirty_two_grants_of_competing_requests(api, module_server):
    """Requests that compete (as with rounds) are put in by SQL; staff grant them all at once: one of each ground wins."""
    made = competing(module_server, api, 32)
    with concurrent.futures.ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(lambda one: api.step("wijkregisseur", one, "agreement_draft"), made))
    statuses = [answer.status_code for answer in answers]
    assert (statuses.count(200), statuses.count(409)) == (4, 28)
    for answer in answers:
        if answer.status_code == 409:
            assert answer.json()["conflicts"][0]["overlapM2"] > 0
    assert_no_overlap(api)


def competing(server: Server, api: Api, count: int) -> list[str]:
    """Requests in four heaps, each of which overlaps everywhere."""
    with transaction(server.database.sessions) as session:
        shapes = [api.shape(number % 4 * 25 + number // 8, 10, 14) for number in range(count)]
        return [str(add_adoption(session, shape, state="submitted", period=(today(), None))) for shape in shapes]


def assert_no_overlap(api: Api) -> None:
    """Independent of the database: shapely over all pairs."""
    granted = [one["id"] for one in api.here() if one["state"] == "agreement_draft"]
    assert len(granted) > 1
    shapes = [shape(api.send("GET", f"/adoptions/{one}?crs=EPSG:28992", "admin").json()["geometry"]) for one in granted]
    assert not [(a, b) for number, a in enumerate(shapes) for b in shapes[:number] if a.relate_pattern(b, "T********")]


def slug(api: Api) -> str:
    return api.name.lower().replace(" ", "-")


def today():
    return day_of(datetime.now(UTC))
