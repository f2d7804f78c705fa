"""Staff edits zones over the OGC API, and the plot check knows at once."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import httpx2 as httpx
import pyproj
import pytest
import schemathesis
import shapely
from hypothesis import HealthCheck, given, settings
from openapi_spec_validator import OpenAPIV30SpecValidator
from schemathesis.checks import CHECKS

from geo_service.geometry import CRS84_URI, RD_URI, to_lonlat
from geo_service.people.service import add_person, grant_role, issue_token
from tests import builders
from tests.builders import box
from tests.conformance import shows
from tests.web.edits import BOWTIE, EPSG, FAR, HOSTILE, ITEMS, MERGE, RD, check, events, feature, make, no_properties, send, today, zones
from tests.web.test_ogc_definition import PROMISED

NAMES = {"planner": (), "admin": (), "wijkregisseur": ("BU00340101",), "analyst": (), "resident": ()}


@pytest.fixture(scope="module")
def place(module_server):
    """A lawn of 200 x 200 m in one of two buurten, and a client for each role."""
    with module_server.database.sessions() as session:
        builders.add_district(session, "GM0034", box(0, 0, 1000), level="gemeente")
        builders.add_district(session, "BU00340101", box(0, 0, 500, 1000), parent="GM0034")
        builders.add_district(session, "BU00340102", box(500, 0, 500, 1000), parent="GM0034")
        builders.add_green(session, "lawn", box(100, 100, 200))
        builders.assume_managed(session, "G0034")
        builders.rebuild(session)
        tokens = {}
        for role, districts in NAMES.items():
            grant_role(session, add_person(session, f"{role}@example.nl"), role, districts)
            tokens[role] = issue_token(session, f"{role}@example.nl", datetime.now(UTC))
        session.commit()
    made = {
        role: httpx.Client(base_url=module_server.url, headers={"Authorization": f"Bearer {token}", "Accept-Language": "en"}, timeout=30)
        for role, token in tokens.items()
    }
    made[None] = httpx.Client(base_url=module_server.url, headers={"Accept-Language": "en"}, timeout=30)
    yield made
    for client in made.values():
        client.close()


@pytest.fixture(scope="module")
def planner(place):
    return place["planner"]


def test_the_plot_check_knows_an_edit_at_once(place, planner):
    plot = box(110, 110, 20)
    assert check(place[None], plot)[:2] == (True, "passed")
    path, tag = make(planner, box(100, 100, 20, 100))
    assert check(place[None], plot) == (False, "failed", 200.0)
    smaller = send(planner, "PUT", path, feature(box(100, 100, 15, 100)), If_Match=tag)
    assert smaller.status_code == 204, smaller.text
    assert check(place[None], plot) == (False, "failed", 100.0)
    warned = send(planner, "PATCH", path, {"properties": {"effect": "waarschuwing"}}, kind=MERGE, If_Match=smaller.headers["etag"])
    assert warned.status_code == 204, warned.text
    assert check(place[None], plot)[:2] == (True, "passed")
    assert planner.delete(path, headers={"If-Match": warned.headers["etag"]}).status_code == 204
    assert check(place[None], plot)[:2] == (True, "passed")


@shows("ogcapi-features-4/1.0/conf/create-replace-delete", "ogcapi-features-4/1.0/conf/features")
def test_a_feature_is_made_replaced_changed_and_removed(planner, module_server):
    before = planner.get(ITEMS).json()["numberMatched"]
    made = send(planner, "POST", ITEMS, {**feature(FAR, geldig_van="2020-01-01", geldig_tot="2099-01-01"), "id": "mine"})
    assert (made.status_code, made.content) == (201, b"")
    place = made.headers["location"]
    got = planner.get(place)
    assert got.headers["etag"] == made.headers["etag"]
    told = got.json()["properties"]
    assert told["zone_id"] == got.json()["id"] != "mine"
    assert place.endswith(f"{ITEMS}/{told['zone_id']}")
    assert (told["soort"], told["effect"], told["openbaarheid"], told["oppervlakte_m2"]) == ("kabels", "verboden", "openbaar", 100)
    assert (told["geldig_van"], told["geldig_tot"]) == ("2020-01-01", "2099-01-01")
    assert planner.get(ITEMS).json()["numberMatched"] == before + 1

    whole = {**feature(box(600, 600, 30), naam=None), "id": "other"}
    del whole["properties"]["openbaarheid"]
    replaced = send(planner, "PUT", place, whole, If_Match=made.headers["etag"])
    assert (replaced.status_code, replaced.content) == (204, b"")
    assert replaced.headers["etag"] != made.headers["etag"]
    told = planner.get(place).json()["properties"]
    assert (told["naam"], told["geldig_van"], told["openbaarheid"], told["oppervlakte_m2"]) == (None, None, "verborgen", 900)

    patch = {"properties": {"naam": "Zichtlijn", "bron": None}}
    changed = send(planner, "PATCH", place, patch, kind=MERGE, If_Match=replaced.headers["etag"])
    assert changed.status_code == 204
    assert changed.headers["etag"] == planner.get(place).headers["etag"]
    now = planner.get(place).json()["properties"]
    assert {**told, "naam": "Zichtlijn", "bron": None} == {**now, "versie": told["versie"]}

    assert planner.delete(place, headers={"If-Match": changed.headers["etag"]}).status_code == 204
    assert planner.get(place).status_code == 404
    assert planner.get(ITEMS).json()["numberMatched"] == before
    for method in ("PUT", "DELETE"):
        assert send(planner, method, place, feature(), If_Match='"xyz"').status_code == 404
    history = events(module_server, place)
    assert [(kind, by_somebody) for kind, by_somebody, *_ in history] == [
        ("insert", True), ("update", True), ("update", True), ("update", True),
    ]  # fmt: skip
    assert history[1][2]["name"] == "Kabels"
    assert history[1][3]["name"] is None


def test_what_was_sent_is_read_in_its_own_system(planner):
    shape = box(620, 620, 25.125, 10.5)
    lonlat = to_lonlat(shape)
    mercator = shapely.transform(lonlat, pyproj.Transformer.from_crs(4326, 3857, always_xy=True).transform, interleaved=False)
    turned = shapely.transform(lonlat, lambda xy: xy[:, ::-1])
    sent = {None: lonlat, EPSG + "4258": turned, f"<{EPSG}4326>": turned, f"<{EPSG}3857>": mercator, RD: shape, f"<{CRS84_URI}>": lonlat}
    for crs, drawn in sent.items():
        made = send(planner, "POST", ITEMS, feature(drawn), crs=crs)
        assert made.status_code == 201, (crs, made.text)
        kept = planner.get(made.headers["location"], params={"crs": RD_URI})
        assert shapely.hausdorff_distance(shapely.geometry.shape(kept.json()["geometry"]), shape) < 0.0015, crs
        again = send(planner, "PUT", made.headers["location"], kept.json(), crs=None, If_Match=kept.headers["etag"])
        assert again.status_code == 204, again.text
        assert planner.delete(made.headers["location"], headers={"If-Match": again.headers["etag"]}).status_code == 204
    for crs, drawn in (
        (RD, lonlat),
        (None, shape),
        (EPSG + "4326", lonlat),
        (EPSG + "3857", lonlat),
        (EPSG + "25831", shape),
        ("<x>", shape),
    ):
        assert send(planner, "POST", ITEMS, feature(drawn), crs=crs).status_code == 400


def test_who_may_edit(place):
    path, tag = make(place["planner"], box(400, 10, 10))
    outside, other = make(place["planner"], box(495, 10, 10))

    def answers(role, where, etag):
        client, headers = place[role], {"If_Match": etag}
        return [
            send(client, "PATCH", where, {"properties": {"naam": role}}, kind=MERGE, **headers).status_code,
            send(client, "PUT", where, feature(), If_Match='"0-0"').status_code,
            client.delete(where, headers={"If-Match": '"0-0"'}).status_code,
            send(client, "POST", ITEMS, feature(box(490, 10, 20))).status_code,
        ]

    for role, status in ((None, 401), ("resident", 404), ("analyst", 403)):
        assert answers(role, path, tag) == [status] * 4
    assert send(place[None], "POST", ITEMS, feature()).headers["www-authenticate"] == "Bearer"
    assert answers("wijkregisseur", outside, other) == [403] * 4
    assert answers("wijkregisseur", path, tag) == [204, 412, 412, 403]
    moved = send(
        place["wijkregisseur"], "PATCH", path, no_properties(box(495, 10, 10)), If_Match=place["planner"].get(path).headers["etag"]
    )
    assert moved.status_code == 403
    assert send(place["wijkregisseur"], "POST", ITEMS, feature(box(410, 10, 5))).status_code == 201
    assert place["analyst"].get(path).status_code == 200
    assert place["resident"].get(path).status_code == place[None].get(path).status_code == 404
    for role in ("planner", None):
        refused = send(place[role], "POST", "/ogc/v1/collections/groenobjecten/items", feature())
        assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert send(place["planner"], "POST", "/ogc/v1/collections/nergens/items", feature()).status_code == 404
    assert send(place[None], "POST", "/ogc/v1/collections/nergens/items", feature()).status_code == 401


@shows("ogcapi-features-4/1.0/conf/create-replace-delete")
def test_options_tell_what_one_may(place):
    def allowed(role, path):
        answer = place[role].options(path)
        return answer.status_code, answer.headers.get("allow")

    for role in ("planner", "wijkregisseur"):
        assert allowed(role, ITEMS) == (200, "GET, HEAD, POST, OPTIONS")
        assert allowed(role, f"{ITEMS}/unknown_id") == (200, "GET, HEAD, PUT, DELETE, OPTIONS")  # QGIS asks it so of an empty layer
    assert place["planner"].options(ITEMS).headers["accept-post"] == "application/geo+json, application/json"
    assert "application/merge-patch+json" in place["planner"].options(f"{ITEMS}/x").headers["accept-patch"]
    assert allowed("analyst", ITEMS) == allowed(None, "/ogc/v1/collections/wijken/items") == (200, "GET, HEAD, OPTIONS")
    assert allowed(None, ITEMS)[0] == 404
    asked = {"Origin": "https://kaart.example", "Access-Control-Request-Method": "PUT"}
    preflight = place[None].options(f"{ITEMS}/x", headers=asked).headers
    assert "PUT" in preflight["access-control-allow-methods"]
    assert "If-Match" in preflight["access-control-allow-headers"]


@shows("ogcapi-features-4/1.0/conf/optimistic-locking-etags")
def test_a_change_tells_what_it_is_a_change_of(place, planner):
    path, tag = make(planner, FAR)
    theirs = send(place["admin"], "PUT", path, feature(box(600, 600, 20), naam="Van een ander"), If_Match=tag)
    assert theirs.status_code == 204

    lost = send(planner, "PUT", path, feature(FAR, naam="Van mij"), If_Match=tag)
    assert (lost.status_code, lost.headers["content-type"]) == (412, "application/problem+json")
    assert lost.json()["code"] == "outdated"
    assert lost.json()["current"]["properties"]["naam"] == "Van een ander"
    assert lost.headers["etag"] == theirs.headers["etag"]
    assert planner.get(path).json()["properties"]["naam"] == "Van een ander"
    now = lost.headers["etag"]

    refused = {
        412: (
            {"If-Match": f"W/{now}"},
            {"If-Match": '"0"'},
            {"If-Match": "nonsense"},
            {"If-Match": now, "If-None-Match": "*"},
            {"If-Match": tag},
        ),
        428: ({}, {"If-Match": "*"}),
    }
    for status, all_headers in refused.items():
        for headers in all_headers:
            asked = {"headers": {"Content-Type": "application/geo+json", "Content-Crs": RD, **headers}, "content": json.dumps(feature())}
            for answer in (planner.put(path, **asked), planner.patch(path, **asked), planner.delete(path, headers=headers)):
                assert answer.status_code == status, (headers, answer.text)
    assert planner.put(path, **asked).json()["code"] == "precondition-needed"

    # whichever representation was read: another system, another language, fewer columns; and one of several tags is enough
    for other in ({"params": {"crs": RD_URI}}, {"headers": {"Accept-Language": "nl"}}, {"params": {"properties": "naam"}}):
        got = planner.get(path, **other)
        assert got.status_code == 200, got.text
        read = got.headers["etag"]
        assert read != now
        assert planner.get(path, **{**other, "headers": {**other.get("headers", {}), "If-None-Match": read}}).status_code == 304
        written = send(planner, "PATCH", path, {"properties": {"naam": str(other)}}, kind=MERGE, If_Match=f'"0", {read}')
        assert written.status_code == 204
        now = written.headers["etag"]
    assert planner.get(path, headers={"If-None-Match": tag}).status_code == 200


def test_qgis_sends_whole_features_with_the_version_that_it_read(place, planner):
    """QGIS 3.32 and later know no If-Match: every change of a geometry or of attributes is a PUT of all that was read, so two in a row
    tell the same version."""
    path, _ = make(planner, FAR)
    read = planner.get(path, params={"crs": RD_URI}).json()
    document = {"type": "Feature", "id": read["id"], "geometry": read["geometry"], "properties": {**read["properties"], "naam": "Nieuw"}}
    first = send(planner, "PUT", path, document, crs=RD_URI)
    assert first.status_code == 204, first.text
    document["geometry"] = shapely.geometry.mapping(box(600, 600, 12))
    assert send(planner, "PUT", path, document, crs=RD_URI).status_code == 204
    told = planner.get(path).json()["properties"]
    assert (told["naam"], told["oppervlakte_m2"]) == ("Nieuw", 144)

    stale = send(place["admin"], "PUT", path, document, crs=RD_URI)  # read before, by another
    assert stale.status_code == 412
    document["properties"] |= {"versie": told["versie"], "naam": "Van een ander"}
    assert send(place["admin"], "PUT", path, document, crs=RD_URI).status_code == 204
    document["properties"]["versie"] = read["properties"]["versie"]
    assert send(planner, "PUT", path, document, crs=RD_URI).status_code == 412  # in between somebody else was here
    for version in ("", "x", "0-1", told["versie"].split("-")[0] + "-999", told["versie"] + "٣", 5):
        document["properties"]["versie"] = version
        assert send(planner, "PUT", path, document, crs=RD_URI).status_code in (412, 428)


def test_of_editors_at_once_one_wins_and_none_is_overwritten(place):
    clients = [place["planner"], place["admin"], place["planner"], place["admin"]]
    path, tag = make(place["planner"], FAR)
    with ThreadPoolExecutor(4) as pool:
        for turn in range(5):
            tasks = [
                pool.submit(send, client, "PUT", path, feature(FAR, naam=f"{turn}.{n}"), If_Match=tag) for n, client in enumerate(clients)
            ]
            answers = [task.result() for task in tasks]
            assert sorted(answer.status_code for answer in answers) == [204, 412, 412, 412]
            winner = next(n for n, answer in enumerate(answers) if answer.status_code == 204)
            tag = answers[winner].headers["etag"]
            kept = f"{turn}.{winner}"
            assert place["admin"].get(path).json()["properties"]["naam"] == kept
            for answer in answers:
                if answer.status_code == 412:
                    assert answer.json()["current"]["properties"]["naam"] == kept
                assert answer.headers["etag"].partition(".")[0] == tag.partition(".")[0]


def test_a_request_that_is_repeated_makes_one_zone(planner):
    before = planner.get(ITEMS).json()["numberMatched"]
    answers = [send(planner, "POST", ITEMS, feature(FAR), Idempotency_Key="zone-1") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201] * 3
    assert len({(answer.headers["location"], answer.headers["etag"]) for answer in answers}) == 1
    assert planner.get(ITEMS).json()["numberMatched"] == before + 1
    assert send(planner, "POST", ITEMS, feature(box(600, 600, 11)), Idempotency_Key="zone-1").status_code == 409


def test_an_ended_zone_stays_for_the_days_that_it_was_there(planner, module_server):
    now = today()
    since, until = now - timedelta(days=400), now + timedelta(days=30)
    path, tag = make(planner, FAR, geldig_van=since.isoformat(), geldig_tot=until.isoformat())
    assert planner.delete(path, headers={"If-Match": tag}).status_code == 204
    assert planner.get(path).status_code == 404
    yesterday = planner.get(path, params={"at": (now - timedelta(days=1)).isoformat()})
    assert yesterday.json()["properties"]["geldig_tot"] == now.isoformat()
    assert planner.get(path, params={"at": (since - timedelta(days=1)).isoformat()}).status_code == 404
    assert send(planner, "PUT", path, feature(), If_Match=yesterday.headers["etag"]).status_code == 404

    later, tag = make(planner, FAR, geldig_van=(now + timedelta(days=9)).isoformat())
    assert planner.get(later).status_code == 200  # planned: seen and edited today, not in force
    assert planner.get(later, params={"at": (now - timedelta(days=1)).isoformat()}).status_code == 404
    assert planner.delete(later, headers={"If-Match": tag}).status_code == 204
    assert [kind for kind, *_ in events(module_server, later)] == ["insert", "delete"]


def test_hostile_bodies_are_refused_with_a_reason_and_change_nothing(planner, module_server):
    path, tag = make(planner, FAR)
    before = planner.get(ITEMS).json()["numberMatched"]
    for name, document in HOSTILE.items():
        for method, where in (("POST", ITEMS), ("PUT", path)):
            answer = send(planner, method, where, document, If_Match=tag)
            assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json"), (name, answer.text)
            assert answer.json()["errors"], name
            assert all(fault["where"] and fault["text"] for fault in answer.json()["errors"]), name
    assert send(planner, "PUT", path, feature(zone_id="another"), If_Match=tag).status_code == 400
    for document in ({"properties": {"zone_id": "x"}}, {"geometry": None}, {"properties": {"soort": None}}, {"x": 1}, {"type": "Point"}):
        assert send(planner, "PATCH", path, document, kind=MERGE, If_Match=tag).status_code == 400, document
    assert planner.get(path).headers["etag"] == tag
    assert planner.get(ITEMS).json()["numberMatched"] == before
    assert len(events(module_server, path)) == 1


def test_all_faults_come_in_one_answer(planner):
    wrong = {**feature(BOWTIE, soort=None, effect="nee", geldig_van="x", geldig_tot="y", hoogte=1), "extra": 1}
    faults = {fault["where"] for fault in send(planner, "POST", ITEMS, wrong).json()["errors"]}
    assert faults == {
        "extra", "geometry.coordinates", "properties.hoogte", "properties.soort", "properties.effect", "properties.geldig_van",
        "properties.geldig_tot",
    }  # fmt: skip


def test_what_is_sent_tells_what_it_is(planner):
    path, tag = make(planner, FAR)
    body = json.dumps(feature(FAR)).encode()
    for method, where in (("POST", ITEMS), ("PUT", path), ("PATCH", path)):
        for kind, status in (
            (None, 400),
            ("text/plain", 415),
            ("application/geo+json; charset=latin-1", 415),
            ("application/gml+xml", 415),
        ):
            headers = {"If-Match": tag, **({"Content-Type": kind} if kind else {})}
            assert planner.request(method, where, content=body, headers=headers).status_code == status, (method, kind)
        packed = {"If-Match": tag, "Content-Type": "application/geo+json", "Content-Encoding": "gzip"}
        assert planner.request(method, where, content=body, headers=packed).status_code == 415
        large = b'{"type": "Feature", "x": "' + b"x" * (2 * 1024 * 1024) + b'"}'
        assert send(planner, method, where, large, If_Match=tag).status_code == 413
    assert send(planner, "POST", ITEMS, body, kind=MERGE).status_code == 415
    assert send(planner, "PATCH", path, {"properties": None}, kind=MERGE, If_Match=tag).status_code == 400
    assert send(planner, "PUT", path, feature(FAR), kind="application/json", If_Match=tag).status_code == 204


@given(zones())
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None)
def test_what_is_made_is_what_is_read(planner, drawn):
    shape, properties = drawn
    made = send(planner, "POST", ITEMS, feature(shape, **properties))
    assert made.status_code == 201, made.text
    kept = planner.get(made.headers["location"], params={"crs": RD_URI}).json()
    assert {name: kept["properties"][name] for name in properties} == properties
    assert shapely.hausdorff_distance(shapely.geometry.shape(kept["geometry"]), shape) < 0.002
    assert planner.delete(made.headers["location"], headers={"If-Match": made.headers["etag"]}).status_code == 204


def test_the_definition_tells_the_operations_to_who_may_use_them(place, planner):
    document = planner.get("/ogc/v1/api").json()
    OpenAPIV30SpecValidator(document).validate()
    one = "/collections/{layerId}/items/{featureId}"
    assert document["paths"]["/collections/zones/items"].keys() == {"get", "post"}
    assert document["paths"][one].keys() == {"get", "put", "patch", "delete"}
    layer = next(part for part in document["paths"][one]["put"]["parameters"] if part["name"] == "layerId")
    assert layer["schema"]["enum"] == ["zones"]
    assert {"201", "400", "401", "403", "413", "415"} <= document["paths"]["/collections/zones/items"]["post"]["responses"].keys()
    assert {"412", "428"} <= document["paths"][one]["delete"]["responses"].keys()
    assert document["security"] == [{}, {"token": []}]
    assert "post" not in document["paths"]["/collections/wijken/items"]
    for role in (None, "analyst"):
        paths = place[role].get("/ogc/v1/api").json()["paths"]
        assert all(path.keys() == {"get"} for path in paths.values())
    columns = planner.get("/ogc/v1/collections/zones/schema").json()["properties"]
    assert {name for name, column in columns.items() if column.get("readOnly")} == {"zone_id", "oppervlakte_m2", "versie"}


def test_edits_keep_to_the_definition(planner, module_server):
    headers = {"Authorization": planner.headers["authorization"]}
    schema = schemathesis.openapi.from_url(f"{module_server.url}/ogc/v1/api", headers=headers)
    operations = [found.ok() for found in schema.get_all_operations() if found.ok().method != "get"]
    assert len(operations) == 4
    checks = [CHECKS.get_one(name) for name in PROMISED]
    for operation in operations:

        @given(case=operation.as_strategy())
        @settings(max_examples=5, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None)
        def answers(case):
            case.call_and_validate(headers=headers, checks=checks)

        answers()
